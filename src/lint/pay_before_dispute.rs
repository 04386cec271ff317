//! # What is in dispute must be paid first
//! # 有异议也须先付款
//!
//! ## Says
//! What is in dispute must be paid first and is settled afterwards.
//! ## Test
//! `pay_first` of `[dispute]` is true.
//! ## Money
//! What was billed wrongly, until it comes back.
//! ## Ask the provider
//! Paying what is undisputed, and holding back the rest until it is clear.
//!
//! ## 结论
//! 有异议的金额须先付, 事后再结算。
//! ## 判断
//! `[dispute]` 的 `pay_first` 为 true。
//! ## 金额
//! 多收的金额, 直到退回为止。
//! ## 请收费方说明
//! 先付无异议部分, 其余待核实后再付。

use super::{Lint, Remark, Subject};
use crate::checks::Level;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L54",
    code: "pay-before-dispute",
    level: Level::Warning,
    source: include_str!("pay_before_dispute.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let first = subject.plan.dispute.as_ref().and_then(|dispute| dispute.pay_first);
    first.filter(|first| first.value).map(|first| LINT.at(first.span)).into_iter().collect()
}
