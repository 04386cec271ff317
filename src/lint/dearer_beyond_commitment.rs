//! # Dearer beyond the commitment
//! # 超出承诺部分加价
//!
//! ## Says
//! What goes beyond the commitment of "{name}" costs {times} times its price.
//! ## Test
//! `overage` of a commitment, of the contract's or of one clause's for usage, is more than 1.
//! ## Money
//! The factor less 1, on all that goes beyond the commitment: whoever buys more pays more for each.
//! ## Ask the provider
//! The same price beyond it, or a lower one.
//!
//! ## 结论
//! "{name}"超出承诺的部分按单价的 {times} 倍计费。
//! ## 判断
//! 合同保底或单个用量条款承诺的 `overage` 大于 1。
//! ## 金额
//! 超出承诺部分的 (倍数减 1): 买得越多, 单价越高。
//! ## 请收费方说明
//! 超出部分同价或更低。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{Terms, UsageTerms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L36",
    code: "dearer-beyond-commitment",
    level: Level::Warning,
    source: include_str!("dearer_beyond_commitment.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.clauses_with_ids().filter_map(|(id, clause)| {
        let (key, times) = match &clause.terms {
            Terms::Commitment(terms) => ("overage", terms.overage),
            Terms::Usage(UsageTerms { commitment: Some(terms), .. }) => {
                ("commitment", terms.overage)
            }
            _ => return None,
        };
        let remark = LINT.at(plan.place(clause, key)).naming(&clause.name);
        (times > Decimal::ONE).then(|| {
            remark.with("times", Fact::Number(times)).instead(move |plan| {
                match &mut plan.clauses[id.index()].terms {
                    Terms::Commitment(terms) => terms.overage = Decimal::ONE,
                    Terms::Usage(terms) => {
                        terms.commitment.iter_mut().for_each(|own| own.overage = Decimal::ONE);
                    }
                    _ => {}
                }
            })
        })
    });
    found.collect()
}
