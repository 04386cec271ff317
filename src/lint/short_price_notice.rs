//! # Prices change at short notice
//! # 调价通知期过短
//!
//! ## Says
//! Prices may change {when}.
//! ## Test
//! `price_days` of `[notice]` is below 30.
//! ## Money
//! The rise, until another provider is found and numbers are moved.
//! ## Ask the provider
//! A month or more, and the right to leave when prices rise.
//!
//! ## 结论
//! 收费方可{when}调价。
//! ## 判断
//! `[notice]` 的 `price_days` 少于 30 天。
//! ## 金额
//! 在换到其他收费方之前的涨价部分。
//! ## 请收费方说明
//! 至少提前一个月, 且涨价时可解除合同。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L51",
    code: "short-price-notice",
    level: Level::Warning,
    source: include_str!("short_price_notice.rs"),
    run,
};

/// Notice that is short, days.
const MONTH: u32 = 30;

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let notice = subject.plan.notice.as_ref();
    let short = notice.and_then(|notice| notice.price_days).filter(|days| days.value < MONTH);
    let remark = short.map(|days| match days.value {
        0 => LINT.at(days.span).with("when", Fact::Word("notice.none")),
        few => {
            let few = u64::from(few);
            LINT.at(days.span).with("when", Fact::Phrase("notice.days", vec![("count", Fact::Count(few))]))
        }
    });
    remark.into_iter().collect()
}
