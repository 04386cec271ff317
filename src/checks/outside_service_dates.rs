//! # Calls outside the dates of service
//! # 服务期外的通话
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged outside the dates of the contract, or of
//! their number or line: {amount}.
//! ## Test
//! The day on which the call began is before the first or after the last day of the contract, or,
//! by the roster, of the number or line that it used, or on a day of suspension. Numbers and lines
//! that the roster does not list are not counted.
//! ## Money
//! What these calls charge. Outside the dates of the contract something may be owed all the same,
//! so that nothing is certain there.
//! ## Often innocent
//! A contract may have been prolonged by a supplement or by use; a roster may be late; a call may
//! have begun on the last evening and ended after midnight, which is counted as inside.
//! ## Ask the provider
//! On which contract these calls were charged, and until when the number or line was in service.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话不在合同有效期或号码, 线路的服务期内, 涉及 {amount}。
//! ## 判断
//! 通话开始日早于合同首日或晚于合同末日; 或按名册, 所用号码或线路当日尚未启用, 已停用或停机。名册未列的号码和线路不计。
//! ## 金额
//! 这些通话的实收金额。超出合同有效期的, 仍可能应付费用, 故下限为零。
//! ## 常见正当原因
//! 合同可能已续签或自动顺延; 名册可能更新滞后; 末日夜间开始, 次日零点后结束的通话按期内计。
//! ## 请收费方说明
//! 这些通话依据哪份合同计费, 以及号码, 线路的服务起止日期。

use std::collections::BTreeSet;

use super::{Case, Check, Evidence, Grade, Level, Stage};
use crate::money::Amount;
use crate::rate::Void;
use crate::reconcile::OpenGroup;
use crate::roster::EntryKind;

/// The check.
pub static CHECK: Check = Check {
    id: "A09",
    code: "outside-service-dates",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("outside_service_dates.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_void(&CHECK, Void::OutsideContract, |case, _, mut finding| {
        finding.amount.min = Amount::ZERO;
        finding.showing(Evidence::Place(case.papers.plan.head.at))
    });
    case.claim_void(&CHECK, Void::OutsideService, |case, groups, mut finding| {
        finding.grade = Grade::Supported;
        finding.showing_all(roster_entries(case, groups))
    });
}

/// The dates of the numbers that the sample calls used.
fn roster_entries(case: &Case<'_>, groups: &[&OpenGroup]) -> Vec<Evidence> {
    let compiled = case.papers.compiled;
    let samples = groups.iter().flat_map(|group| &group.samples);
    let used: BTreeSet<_> = samples
        .flat_map(|sample| [sample.caller, sample.callee])
        .map(|number| compiled.own_number(number.to_string().as_bytes()))
        .collect();
    let roster = case.papers.roster.into_iter().flat_map(|roster| &roster.entries);
    roster
        .filter(|entry| entry.kind == EntryKind::Number)
        .filter(|entry| used.contains(&compiled.own_number(entry.id.as_bytes())))
        .map(|entry| Evidence::Place(entry.at))
        .take(3)
        .collect()
}
