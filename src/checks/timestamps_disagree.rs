//! # Charged for longer than the call's own times allow
//! # 起止时间与计费时长不符
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged for more talk time than lies between
//! their own start and end.
//! ## Test
//! The record's talk time is more than one second longer than from its answer, or else its start,
//! to its end, and its charge is to the last digit that of the longer time. Times without seconds
//! prove nothing and are not used.
//! ## Money
//! Charged less what the time between start and end costs, call by call.
//! ## Often innocent
//! The end may be that of the first leg of a transferred call, while the talk time covers all legs.
//! ## Ask the provider
//! From which clock the talk time of these calls comes, and the signalling records of some of them.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话的计费时长超过其自身起止时间之差。
//! ## 判断
//! 话单的通话时长比接通时间 (无则开始时间) 至结束时间长 1 秒以上, 且金额与按较长时长计费完全一致。
//! 时间只到分钟的不能作为依据, 不在此列。
//! ## 金额
//! 逐条以实收减去按起止时间之差应收。
//! ## 常见正当原因
//! 转接通话的结束时间可能是第一路的, 而通话时长包含各路。
//! ## 请收费方说明
//! 这些通话的时长取自何处, 并提供部分通话的信令记录。

use super::{Case, Check, Level, Stage};
use crate::rate::GroupKey;
use crate::reconcile::{Hypothesis, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C10",
    code: "timestamps-disagree",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("timestamps_disagree.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    if case.call_terms(clause).is_none() {
        return Vec::new();
    }
    let lasting = move |key: &GroupKey| key.claimed.filter(|_| case.by_start(key));
    vec![Hypothesis::new(CHECK.code, Way::Lasting(Box::new(lasting)))]
}
