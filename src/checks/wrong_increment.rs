//! # Calls billed in other increments than agreed
//! # 计费步长与合同不符
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] billed in {used} increments; the contract says
//! {agreed}.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price gives
//! if its talk time is rounded up by the other increments; where records print billed seconds,
//! they agree too.
//! Or, as a suspicion, where the records print billed time only: at least twenty calls longer than
//! the first increment, each of them a multiple of the same longer step.
//! ## Money
//! Charged less what the contract's increments give, call by call. Where talk time is hidden:
//! nothing is certain; most likely half a step of each call; at most what one second more than a
//! step less would cost. Packages are not taken off.
//! ## Often innocent
//! An annex may agree other increments for some destinations, or from a later date on.
//! ## Ask the provider
//! Which increments were set for these calls, since when, and on which clause they rest.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话按 {used} 进位计费, 合同约定为 {agreed}。
//! ## 判断
//! 将通话时长按另一步长进位后再乘合同单价, 与这些通话的实收金额逐条完全一致; 话单印有计费时长的, 计费时长也一致。
//! 或者 (仅为疑点) 话单只印计费时长, 且至少二十条超过首个步长的通话, 计费时长全部为同一更长步长的整数倍。
//! ## 金额
//! 逐条以实收减去按合同步长应收。通话时长未印出的: 下限为零; 较可能为每条半个步长; 上限为每条一个步长少一秒。未扣除套餐。
//! ## 常见正当原因
//! 附件可能对部分区域、或自某日起约定了其他步长。
//! ## 请收费方说明
//! 这些通话设定的计费步长、起用日期及所依据的条款。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::{Amount, FixedSum};
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
    run,
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

/// Calls of which it takes so many before their billed time gives a longer step away: with steps
/// of 30 seconds under 60, chance alone does so once in a million.
const ENOUGH: u64 = 20;

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    if case.papers.columns.only_billed {
        let clauses: Vec<ClauseId> = case.papers.plan.calls().map(|(id, _, _)| id).collect();
        let found: Vec<Finding> =
            clauses.into_iter().filter_map(|clause| hidden(case, clause)).collect();
        found.into_iter().for_each(|finding| case.push(finding));
    }
}

/// A longer step than agreed, of which all billed times of a clause are multiples.
fn hidden(case: &Case<'_>, clause: ClauseId) -> Option<Finding> {
    let tally = case.papers.tally?;
    let metering = case.call_terms(clause)?.metering;
    let rules = || {
        case.papers.compiled.rules_of(clause).map(|(id, rule)| {
            let lengths = tally.rules[id.index()].billable.iter();
            let least = metering.first.max(metering.minimum);
            (rule, lengths.filter(move |(billed, _)| *billed > least))
        })
    };
    let count: u64 = rules().flat_map(|(_, lengths)| lengths.map(|(_, count)| count)).sum();
    let fits = |step: &u32| {
        let mut all = rules().flat_map(|(_, lengths)| lengths);
        all.all(|(billed, _)| billed.is_multiple_of(*step))
    };
    let steps = USED.into_iter().map(|(_, next)| next);
    let step = steps.filter(|next| *next > metering.next).filter(fits).max()?;
    if count < ENOUGH {
        return None;
    }
    let less = |seconds: u32| -> Amount {
        let each = rules().flat_map(|(rule, lengths)| {
            lengths.map(move |(billed, count)| {
                let fewer = rule.charge(billed - seconds);
                FixedSum::times(rule.charge(billed), count) - FixedSum::times(fewer, count)
            })
        });
        each.sum::<FixedSum>().amount()
    };
    let row = case.rows().find(|(_, row)| {
        row.bill.iter().any(|index| case.papers.bill.lines[*index].clauses.contains(&clause))
    });
    let mut finding = Finding::new(&CHECK, Grade::Suspect)
        .at_stake(Amount::ZERO, less(step / 2), less(step - 1))
        .counting(count)
        .with("count", Fact::Count(count))
        .with("clause", Fact::Text(case.papers.plan.clause(clause).name.clone()))
        .with("used", Fact::Increments(step, step))
        .with("agreed", Fact::Increments(metering.first, metering.next))
        .showing(Evidence::Clause(clause));
    finding.level = Level::Warning;
    finding.row = row.map(|(id, _)| id);
    Some(finding)
}
