//! # Old calls may still be billed
//! # 可长期补收
//!
//! ## Says
//! What was not billed may be billed for {count} days.
//! ## Test
//! `back_billing_days` of `[dispute]` is above 180.
//! ## Money
//! Unknown sums long after the month was closed.
//! ## Ask the provider
//! Six months at most, as carriers' contracts have it.
//!
//! ## 结论
//! 漏计的费用在 {count} 天内均可补收。
//! ## 判断
//! `[dispute]` 的 `back_billing_days` 大于 180 天。
//! ## 金额
//! 结账很久之后出现的未知金额。
//! ## 请收费方说明
//! 最多六个月, 与运营商合同相同。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L57",
    code: "long-back-billing",
    level: Level::Warning,
    source: include_str!("long_back_billing.rs"),
    run,
};

/// Six months, as contracts of carriers have it.
const USUAL: u32 = 180;

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let back = subject.plan.dispute.as_ref().and_then(|dispute| dispute.back_billing_days);
    let long = back.filter(|days| days.value > USUAL);
    long.map(|days| LINT.at(days.span).with("count", Fact::Count(days.value.into())))
        .into_iter()
        .collect()
}
