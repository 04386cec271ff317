//! # Only the provider's records count
//! # 以收费方话单为准
//!
//! ## Says
//! The provider's call records decide, whatever the customer's show.
//! ## Test
//! `records` of `[dispute]` is `provider`.
//! ## Money
//! All that only the customer's own records prove: padded times, calls billed twice, unanswered
//! calls.
//! ## Ask the provider
//! Records compared by both sides, with a tolerance in seconds.
//!
//! ## 结论
//! 以收费方话单为准, 付费方的记录不作数。
//! ## 判断
//! `[dispute]` 的 `records` 为 `provider`。
//! ## 金额
//! 只有付费方自有记录才能证明的差错: 时长虚增, 重复计费, 未接通计费。
//! ## 请收费方说明
//! 双方核对话单, 约定以秒计的允差。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::Prevailing;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L56",
    code: "provider-records-decide",
    level: Level::Warning,
    source: include_str!("provider_records_decide.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let records = subject.plan.dispute.as_ref().and_then(|dispute| dispute.records);
    let theirs = records.filter(|records| records.value == Prevailing::Provider);
    theirs.map(|records| LINT.at(records.span)).into_iter().collect()
}
