//! # Little time to object
//! # 异议期过短
//!
//! ## Says
//! A bill may be objected to for {count} [day|days] only.
//! ## Test
//! `window_days` of `[dispute]` is below 60; contracts of carriers have 60 to 180 days, that of
//! China Mobile five months.
//! ## Money
//! Every error that is seen later, such as one found against the next bill.
//! ## Ask the provider
//! 60 days or more.
//!
//! ## 结论
//! 账单须在 {count} 天内提出异议。
//! ## 判断
//! `[dispute]` 的 `window_days` 少于 60 天; 运营商合同多为 60 至 180 天, 中国移动为五个月。
//! ## 金额
//! 此后才发现的一切差错, 例如与下期账单对照才能发现的。
//! ## 请收费方说明
//! 60 天以上。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L55",
    code: "short-dispute-window",
    level: Level::Warning,
    source: include_str!("short_dispute_window.rs"),
    run,
};

/// Contracts of carriers have at least so many days.
const USUAL: u32 = 60;

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let window = subject.plan.dispute.as_ref().and_then(|dispute| dispute.window_days);
    let short = window.filter(|days| days.value < USUAL);
    let remark =
        short.map(|days| LINT.at(days.span).with("count", Fact::Count(days.value.into())));
    remark.into_iter().collect()
}
