//! # Calls billed in other increments than agreed
//! # 计费步长与合同不符
//!
//! ## Says
//! {count} calls of "{clause}" were billed in {used} increments; the contract says {agreed}.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price gives
//! if its talk time is rounded up by the other increments; where records print billed seconds,
//! they agree too.
//! ## Money
//! Charged less what the contract's increments give, call by call.
//! ## Often innocent
//! An annex may agree other increments for some destinations, or from a later date on.
//! ## Ask the provider
//! Which increments were set for these calls, since when, and on which clause they rest.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话按 {used} 进位计费, 合同约定为 {agreed}。
//! ## 判断
//! 将通话时长按另一步长进位后再乘合同单价, 与这些通话的实收金额逐条完全一致; 话单印有计费时长的, 计费时长也一致。
//! ## 金额
//! 逐条以实收减去按合同步长应收。
//! ## 常见正当原因
//! 附件可能对部分区域、或自某日起约定了其他步长。
//! ## 请收费方说明
//! 这些通话设定的计费步长、起用日期及所依据的条款。

use super::{Case, Check, Level, Stage};
use crate::rate::charge::billed_seconds;
use crate::reconcile::{Fact, Hypothesis, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C04",
    code: "wrong-increment",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("wrong_increment.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Increments that providers use: first block and each next one, seconds.
pub(super) const USED: [(u32, u32); 20] = [
    (1, 1),
    (6, 1),
    (6, 6),
    (10, 10),
    (12, 6),
    (15, 15),
    (20, 20),
    (30, 1),
    (30, 6),
    (30, 15),
    (30, 30),
    (60, 1),
    (60, 6),
    (60, 10),
    (60, 15),
    (60, 20),
    (60, 30),
    (60, 60),
    (120, 60),
    (180, 60),
];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let metering = terms.metering;
    let agreed = (metering.first, metering.next);
    USED.into_iter()
        .filter(|used| *used != agreed)
        .map(|used| {
            let mut other = metering;
            (other.first, other.next) = used;
            let billed =
                move |key: &_, seconds| case.by_start(key).then(|| billed_seconds(&other, seconds));
            Hypothesis::new(CHECK.code, Way::Billed(Box::new(billed)))
                .fitted(1, 2, 2)
                .with("used", Fact::Increments(used.0, used.1))
                .with("agreed", Fact::Increments(agreed.0, agreed.1))
        })
        .collect()
}
