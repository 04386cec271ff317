//! # Calls that were not hung up
//! # 挂死的长话单
//!
//! ## Says
//! {count} [call|calls] of "{clause}" {how} {limit}.
//! ## Test
//! Either the contract sets a longest time for one call, and the charge is to the last digit that
//! of the whole time. Or, as a suspicion, at least three calls lasted a whole number of hours, or
//! longer than two hours, to the very same second, more than all others within a minute of it:
//! as if a timer had ended them.
//! ## Money
//! Beyond the agreed longest time: charged less what that time costs. By a timer: nothing is
//! certain; most likely what lies above the time that all but one in a thousand of the other calls
//! keep below; at most the whole charge.
//! ## Often innocent
//! Conferences and hot lines may last as long, and a dialler may end its calls by a timer of its
//! own.
//! ## Ask the provider
//! When and by which side each of these calls was released, and which timers its switches use.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话{how} {limit}。
//! ## 判断
//! 合同约定了单次最长时长, 而金额与按全部时长计费完全一致。或者 (仅为疑点) 至少三条通话时长为整小时数,
//! 或在两小时以上, 且秒数完全相同, 多于前后一分钟内的其他通话, 像是由定时器拆线。
//! ## 金额
//! 超过最长时长的: 实收减去最长时长应收。疑似定时器拆线的: 下限为零; 较可能为超出其余通话 99.9% 分位时长的部分;
//! 上限为全部金额。
//! ## 常见正当原因
//! 会议, 热线可能确实很长; 外呼系统也可能自设最长通话时间。
//! ## 请收费方说明
//! 每条通话由哪一方, 于何时释放, 以及交换设备的定时器设置。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::cdr::Source;
use crate::money::{Amount, Fixed, FixedSum};
use crate::rate::charge::billed_seconds;
use crate::rate::tally::LONGEST_BELIEVED;
use crate::rate::{GroupKey, Histogram};
use crate::reconcile::{Fact, Hypothesis, OpenGroup, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "B07",
    code: "hung-call",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("hung_call.rs"),
    hypotheses: Some(hypotheses),
    run,
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let Some(most) = terms.metering.max_call else { return Vec::new() };
    let mut endless = terms.metering;
    endless.max_call = None;
    let billed = move |key: &GroupKey, seconds| {
        let beyond = seconds > most && case.by_start(key);
        beyond.then(|| billed_seconds(&endless, seconds))
    };
    vec![
        Hypothesis::new(CHECK.code, Way::Billed(Box::new(billed)))
            .with("how", Fact::Word("hung.beyond"))
            .with("limit", Fact::Seconds(most.into())),
    ]
}

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    if case.papers.source != Some(Source::Provider) {
        return;
    }
    let clauses: Vec<ClauseId> = case.papers.plan.calls().map(|(id, _, _)| id).collect();
    for clause in clauses {
        let mut lengths = lengths(case, clause);
        let ended = ended_by_timer(case, clause, &lengths);
        ended.iter().for_each(|seconds| lengths.retain(|(other, _)| other != seconds));
        let mut others = Histogram::default();
        lengths.iter().for_each(|(seconds, count)| others.add_many(*seconds, *count));
        let ordinary = others.quantile(999).unwrap_or(0);
        ended.into_iter().for_each(|seconds| suspect(case, clause, seconds, ordinary));
    }
}

/// How long the calls of a clause lasted, with how many.
fn lengths(case: &Case<'_>, clause: ClauseId) -> Vec<(u32, u64)> {
    let mut all = Histogram::default();
    let Some(tally) = case.papers.tally else { return Vec::new() };
    for (id, _) in case.papers.compiled.rules_of(clause) {
        all.merge(&tally.rules[id.index()].billable);
    }
    all.iter().collect()
}

/// Lengths that stand out among their neighbours. Where the contract ends calls, its own limit is
/// no suspicion.
fn ended_by_timer(case: &Case<'_>, clause: ClauseId, lengths: &[(u32, u64)]) -> Vec<u32> {
    let agreed = case.call_terms(clause).and_then(|terms| terms.metering.max_call);
    let believed = 3_600..=agreed.map_or(LONGEST_BELIEVED, |most| most.saturating_sub(1));
    let stands_out = |(seconds, count): &&(u32, u64)| {
        let from = lengths.partition_point(|(other, _)| other + 60 < *seconds);
        let near = lengths[from..].iter().take_while(|(other, _)| *other <= seconds + 60);
        let around: u64 = near.map(|(_, count)| count).sum::<u64>() - count;
        around < *count
    };
    let candidates = lengths.iter().filter(|(seconds, count)| {
        let timer = seconds % 3_600 == 0 || *seconds > 7_200;
        believed.contains(seconds) && timer && *count >= 3
    });
    candidates.filter(stands_out).map(|(seconds, _)| *seconds).collect()
}

fn suspect(case: &mut Case<'_>, clause: ClauseId, seconds: u32, ordinary: u32) {
    let mine = |group: &&OpenGroup| {
        let key = &group.key;
        let call = key.seconds == seconds && key.billable && key.void.is_none();
        call && key.charge > Fixed::ZERO && case.rule(group).clause == clause
    };
    let groups: Vec<&OpenGroup> = case.ledger.groups.iter().filter(mine).collect();
    let (mut whole, mut above) = (FixedSum::ZERO, FixedSum::ZERO);
    for group in &groups {
        // What exceeds the contract's charge is some other check's.
        let charge = group.key.charge.min(group.key.expected);
        let usual = case.rule(group).charge(ordinary).min(charge);
        whole += FixedSum::times(charge, group.count);
        above += FixedSum::times(charge, group.count) - FixedSum::times(usual, group.count);
    }
    let Some(first) = groups.first() else { return };
    let mut finding = Finding::new(&CHECK, Grade::Suspect)
        .at_stake(Amount::ZERO, above.amount(), whole.amount())
        .counting(groups.iter().map(|group| group.count).sum())
        .with("clause", Fact::Text(case.papers.plan.clause(clause).name.clone()))
        .with("how", Fact::Word("hung.timer"))
        .with("limit", Fact::Seconds(seconds.into()))
        .showing(Evidence::Clause(clause))
        .showing_all(case.samples(&groups));
    finding.row = first.row;
    finding.level = Level::Warning;
    case.push(finding);
}
