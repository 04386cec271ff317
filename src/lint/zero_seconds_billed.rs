//! # Calls of no second are billed
//! # 0 秒通话计费
//!
//! ## Says
//! An answered call of 0 seconds costs a first block of {seconds}.
//! ## Test
//! `zero` is `first-increment`, said by the contract.
//! ## Money
//! A first block for each such call: dropped at once, or answered by a machine of the network.
//! ## Ask the provider
//! `zero = "free"`: no talk, no charge.
//!
//! ## 结论
//! 接通但 0 秒的通话收首个计费单位 {seconds}。
//! ## 判断
//! 合同写明 `zero` 为 `first-increment`。
//! ## 金额
//! 每次此类通话一个首单位: 一接即断, 或由网络自动应答。
//! ## 请收费方说明
//! 改为 `zero = "free"`: 未通话不收费。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::CallTerms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L15",
    code: "zero-seconds-billed",
    level: Level::Warning,
    source: include_str!("zero_seconds_billed.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    if subject.plan.is_open("metering.zero", None) {
        return Vec::new();
    }
    let first = |terms: &CallTerms| terms.metering.zero_bills.then_some(terms.metering.first);
    let calls = subject.calls_by(first).into_iter();
    calls
        .map(|(_, _, _, first)| {
            LINT.at(subject.plan.place_in("metering", "zero"))
                .with("seconds", Fact::Seconds(u64::from(first)))
        })
        .collect()
}
