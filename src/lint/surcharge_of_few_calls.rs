//! # A surcharge judged by a handful of calls
//! # 少量通话即可触发的附加费
//!
//! ## Says
//! "{name}" judges each day for itself, however few its calls: one short or unanswered call on a
//! quiet day can bring it about.
//! ## Test
//! `window` of a surcharge on a share or an average is `day`, said by the contract, and it has no
//! `least_calls`.
//! ## Money
//! The surcharge of days with few calls.
//! ## Ask the provider
//! `least_calls`, such as 100, or the whole cycle as the window.
//!
//! ## 结论
//! "{name}"逐日判断, 不论当日通话多少: 清淡的一天有一次短通话或未接通即可能触发。
//! ## 判断
//! 按占比或平均值判断的附加费, 合同写明 `window` 为 `day`, 且未写 `least_calls`。
//! ## 金额
//! 通话较少的日子的附加费。
//! ## 请收费方说明
//! 写明 `least_calls`, 如 100, 或按整个账期判断。

use super::surcharge_always_due::said;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::Trigger;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L46",
    code: "surcharge-of-few-calls",
    level: Level::Warning,
    source: include_str!("surcharge_of_few_calls.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.surcharges().filter(|(id, _, terms)| {
        let of_share = !matches!(terms.trigger, Trigger::Frequency(_));
        of_share && terms.by_day && terms.least_calls <= 1 && said(plan, *id, "surcharge.window")
    });
    found
        .map(|(_, clause, _)| LINT.at(plan.place(clause, "window")).naming(&clause.name))
        .collect()
}
