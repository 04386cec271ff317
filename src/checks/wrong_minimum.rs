//! # Calls billed with another minimum than agreed
//! # 起计时长与合同不符
//!
//! ## Says
//! {count} short [call|calls] of "{clause}" [was|were] billed as at least {used}; the contract's
//! minimum is {agreed}.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price and
//! increments give with another minimum; where records print billed seconds, they agree too.
//! ## Money
//! Charged less what the contract's minimum gives, call by call.
//! ## Often innocent
//! An annex may agree another minimum for some destinations, or from a later date on.
//! ## Ask the provider
//! Which minimum is set for these calls, since when, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"有 {count} 条短通话按至少 {used} 计费, 合同约定的起计时长为 {agreed}。
//! ## 判断
//! 单价与步长按合同, 仅起计时长另取一值, 所得与这些通话的实收金额逐条完全一致; 话单印有计费时长的, 计费时长也一致。
//! ## 金额
//! 逐条以实收减去按合同起计时长应收。
//! ## 常见正当原因
//! 附件可能对部分区域, 或自某日起约定了其他起计时长。
//! ## 请收费方说明
//! 这些通话设定的起计时长, 起用日期及所依据的条款。

use super::{Case, Check, Level, Stage};
use crate::rate::GroupKey;
use crate::rate::charge::billed_seconds;
use crate::reconcile::{Fact, Hypothesis, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C05",
    code: "wrong-minimum",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("wrong_minimum.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Minimums that providers use, seconds; none means the first block.
const USED: [u32; 11] = [0, 6, 10, 12, 15, 18, 20, 30, 60, 120, 180];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let metering = terms.metering;
    let agreed = metering.minimum.max(metering.first);
    USED.into_iter()
        .map(|minimum| (minimum, minimum.max(metering.first)))
        .filter(|(_, used)| *used != agreed)
        .map(|(minimum, used)| {
            let mut other = metering;
            other.minimum = minimum;
            let billed = move |key: &GroupKey, seconds| {
                case.by_start(key).then(|| billed_seconds(&other, seconds))
            };
            // One figure differs: plainer than other increments, which may come to the same.
            Hypothesis::new(CHECK.code, Way::Billed(Box::new(billed)))
                .with("used", Fact::Seconds(used.into()))
                .with("agreed", Fact::Seconds(agreed.into()))
        })
        .collect()
}
