//! # Billed before the call is answered
//! # 接通之前已开始计费
//!
//! ## Says
//! Time counts from {from}: ringing is billed as talk.
//! ## Test
//! `bill_on` is `attempt` or `ring`.
//! ## Money
//! The ringing of every billed call, some 10 to 25 seconds of each; under `attempt` that of
//! unanswered calls too.
//! ## Ask the provider
//! Billing from the answer.
//!
//! ## 结论
//! 自{from}起计费: 振铃时间按通话收费。
//! ## 判断
//! `bill_on` 为 `attempt` 或 `ring`。
//! ## 金额
//! 每次计费通话的振铃时间, 约 10 至 25 秒; `attempt` 时未接通的呼叫亦计费。
//! ## 请收费方说明
//! 改为接通后计费。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{BillOn, CallTerms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L13",
    code: "billed-from-dialling",
    level: Level::Warning,
    source: include_str!("billed_from_dialling.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let word = |terms: &CallTerms| match terms.metering.bill_on {
        BillOn::Answer => None,
        BillOn::Attempt => Some("from.attempt"),
        BillOn::Ring => Some("from.ring"),
    };
    let calls = subject.calls_by(word).into_iter();
    calls
        .map(|(_, _, _, word)| {
            LINT.at(subject.plan.place_in("metering", "bill_on")).with("from", Fact::Word(word))
        })
        .collect()
}
