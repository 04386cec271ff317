//! # Free seconds not given, or read otherwise
//! # 免费秒数未扣或口径不符
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] billed {used}; the contract gives {free},
//! {agreed}.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract gives without
//! free seconds, or with another reading of them.
//! ## Money
//! Charged less what the contract's reading gives, call by call.
//! ## Often innocent
//! Free seconds may be agreed for some destinations or for a trial only; where the contract does
//! not say how they are taken off, another reading may be meant.
//! ## Ask the provider
//! How free seconds are set up for these calls, and on which clause that rests.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话的计费方式为{used}; 合同约定免费 {free}, {agreed}。
//! ## 判断
//! 不扣免费秒数, 或按免费秒数的另一种口径计算, 与这些通话的实收金额逐条完全一致。
//! ## 金额
//! 逐条以实收减去按合同口径应收。
//! ## 常见正当原因
//! 免费秒数可能只适用于部分区域或试用期; 合同未写明扣减方式的, 也可能约定的是另一种口径。
//! ## 请收费方说明
//! 这些通话的免费秒数如何设定, 依据哪一条款。

use super::{Case, Check, Level, Stage};
use crate::rate::GroupKey;
use crate::rate::charge::billed_seconds;
use crate::reconcile::{Fact, Hypothesis, Way};
use crate::tariff::{ClauseId, FreeHow};

/// The check.
pub static CHECK: Check = Check {
    id: "B08",
    code: "free-seconds-ignored",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("free_seconds_ignored.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// What the provider may have done with the free seconds, plainest first.
const READINGS: [Option<FreeHow>; 4] =
    [None, Some(FreeHow::Cliff), Some(FreeHow::Subtract), Some(FreeHow::AfterRounding)];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let Some((free, agreed)) = terms.metering.free else { return Vec::new() };
    let readings = READINGS.into_iter().filter(|how| *how != Some(agreed));
    readings
        .map(|how| {
            let mut other = terms.metering;
            other.free = how.map(|how| (free, how));
            let billed = move |key: &GroupKey, seconds| {
                case.by_start(key).then(|| billed_seconds(&other, seconds))
            };
            Hypothesis::new(CHECK.code, Way::Billed(Box::new(billed)))
                .with("used", Fact::Word(word(how)))
                .with("free", Fact::Seconds(free.into()))
                .with("agreed", Fact::Word(word(Some(agreed))))
        })
        .collect()
}

fn word(how: Option<FreeHow>) -> &'static str {
    match how {
        None => "free.ignored",
        Some(FreeHow::Cliff) => "free.cliff",
        Some(FreeHow::Subtract) => "free.subtract",
        Some(FreeHow::AfterRounding) => "free.after-rounding",
    }
}
