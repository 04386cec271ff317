//! # A fee for calls that nobody answers
//! # 未接通也收费
//!
//! ## Says
//! Each attempt of "{name}" costs {fee}, answered or not.
//! ## Test
//! A call price has an `attempt` fee above zero.
//! ## Money
//! The fee times all attempts: at an answer rate of 30 %, each answered call bears 3.3 of them.
//! ## Ask the provider
//! A fee for answered calls only, or a cap for the month.
//!
//! ## 结论
//! "{name}"每次呼叫收 {fee}, 不论是否接通。
//! ## 判断
//! 通话单价的 `attempt` 大于零。
//! ## 金额
//! 每次费用乘以全部呼叫次数: 接通率 30 % 时, 每次接通的通话要负担 3.3 次。
//! ## 请收费方说明
//! 只对接通的通话收取, 或约定每月上限。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L14",
    code: "attempts-charged",
    level: Level::Warning,
    source: include_str!("attempts_charged.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let charged = plan.calls().filter(|(_, _, terms)| !terms.attempt.is_zero());
    charged
        .map(|(_, clause, terms)| {
            LINT.at(plan.place(clause, "attempt"))
                .naming(&clause.name)
                .with("fee", Fact::Number(terms.attempt))
        })
        .collect()
}
