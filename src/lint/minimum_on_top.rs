//! # A minimum on top of usage
//! # 保底与用量叠加
//!
//! ## Says
//! The minimum of {minimum} is paid besides all usage, and no usage counts towards it.
//! ## Test
//! `mode` of the commitment is `on-top`, said by the contract.
//! ## Money
//! The minimum, every cycle: with `floor` it would cost nothing once usage reaches it.
//! ## Ask the provider
//! `mode = "floor"`: the larger of usage and minimum.
//!
//! ## 结论
//! 保底 {minimum} 在用量之外另收, 用量不抵保底。
//! ## 判断
//! 合同写明保底的 `mode` 为 `on-top`。
//! ## 金额
//! 每期一份保底: 若为 `floor`, 用量达到后即无额外费用。
//! ## 请收费方说明
//! 改为 `mode = "floor"`, 取用量与保底中较大者。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::Terms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L31",
    code: "minimum-on-top",
    level: Level::Warning,
    source: include_str!("minimum_on_top.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let minimum = plan.clauses_with_ids().find_map(|(id, clause)| match &clause.terms {
        Terms::Commitment(terms) if terms.on_top && !plan.is_open("commitment.mode", Some(id)) => {
            let at = plan.place(clause, "mode");
            let remark = LINT.at(at).with("minimum", Fact::Money(terms.minimum));
            Some(remark.instead(move |plan| {
                if let Terms::Commitment(terms) = &mut plan.clauses[id.index()].terms {
                    terms.on_top = false;
                }
            }))
        }
        _ => None,
    });
    minimum.into_iter().collect()
}
