//! # A surcharge on calls that do not offend
//! # 附加费及于未违反条件的通话
//!
//! ## Says
//! Once its limit is reached, "{name}" is due for every call counted, not only for those beyond it.
//! ## Test
//! `base` of the surcharge is `all`, said by the contract.
//! ## Money
//! The fee on the calls that do not offend. One call more or less decides over all of them.
//! ## Ask the provider
//! `base = "offending"`.
//!
//! ## 结论
//! 一旦达到界限, "{name}"对计数范围内的每次通话收取, 而不仅限于违反条件者。
//! ## 判断
//! 合同写明附加费的 `base` 为 `all`。
//! ## 金额
//! 未违反条件的通话所付的附加费; 多一次或少一次通话即决定全部。
//! ## 请收费方说明
//! 改为 `base = "offending"`。

use super::surcharge_always_due::said;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::Terms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L45",
    code: "surcharge-on-all-calls",
    level: Level::Warning,
    source: include_str!("surcharge_on_all_calls.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let all = plan
        .surcharges()
        .filter(|(id, _, terms)| terms.on_all && said(plan, *id, "surcharge.base"));
    all.map(|(id, clause, _)| {
        let remark = LINT.at(plan.place(clause, "base")).naming(&clause.name);
        remark.instead(move |plan| {
            if let Terms::Surcharge(terms) = &mut plan.clauses[id.index()].terms {
                terms.on_all = false;
            }
        })
    })
    .collect()
}
