//! # No way out before the last day
//! # 不可提前解除
//!
//! ## Says
//! The customer can't end the contract before its last day{fee}.
//! ## Test
//! `early_end` of `[renewal]` is `excluded` or `charged`.
//! ## Money
//! The fixed fees and minimums of what is left of the term.
//! ## Ask the provider
//! An end with a month's notice, above all when prices rise or numbers are banned.
//!
//! ## 结论
//! 付费方不能在到期前解除合同{fee}。
//! ## 判断
//! `[renewal]` 的 `early_end` 为 `excluded` 或 `charged`。
//! ## 金额
//! 剩余期限内的固定费用与保底。
//! ## 请收费方说明
//! 提前一个月通知即可解除, 尤其在涨价或封号时。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::EarlyEnd;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L53",
    code: "no-early-end",
    level: Level::Warning,
    source: include_str!("no_early_end.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let end = subject.plan.renewal.as_ref().and_then(|renewal| renewal.early_end);
    let fee = |end: EarlyEnd| match end {
        EarlyEnd::Free => None,
        EarlyEnd::Charged => Some(Fact::Word("early-end-fee")),
        EarlyEnd::Excluded => Some(Fact::Text(String::new())),
    };
    let remark = end.and_then(|end| Some(LINT.at(end.span).with("fee", fee(end.value)?)));
    remark.into_iter().collect()
}
