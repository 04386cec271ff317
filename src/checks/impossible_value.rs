//! # Records with values that no call can have
//! # 话单数值不可能成立
//!
//! ## Says
//! {count} [record|records] [has|have] a value that no call can have ({what}): {amount}.
//! ## Test
//! A talk time of more than 24 hours; a charge below zero, unless it corrects another record of the
//! same call; a length of time below zero or above 31 days, for which the line was not read.
//! ## Money
//! Of calls of more than a day their whole charge is in question, and nothing is certain. A
//! negative charge lowers the bill by what it falls short of the agreed charge. Lines that were not
//! read count without money.
//! ## Often innocent
//! Records of an interim or an administrative kind; corrections of calls of another month, which
//! may be written with negative times.
//! ## Ask the provider
//! What these records stand for, and the signalling records of the long calls.
//!
//! ## 结论
//! {count} 条话单的数值不可能成立 ({what}), 涉及 {amount}。
//! ## 判断
//! 通话时长超过 24 小时; 金额为负, 且不是对同一通话另一条话单的冲正; 时长为负或超过 31 天, 该行未能读入。
//! ## 金额
//! 超过 24 小时的通话以全部金额存疑, 下限为零; 负数金额按其低于应收的部分计减; 未读入的行不计金额。
//! ## 常见正当原因
//! 可能是中间话单或管理性记录; 也可能是对其他月份通话的冲正, 时长会写成负数。
//! ## 请收费方说明
//! 这些话单的含义, 以及超长通话的信令记录。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::cdr::{RejectKind, Source};
use crate::money::{Amount, Fixed, FixedSum};
use crate::rate::tally::LONGEST_BELIEVED;
use crate::reconcile::{Fact, OpenGroup};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C13",
    code: "impossible-value",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("impossible_value.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let clauses: Vec<ClauseId> = case.papers.plan.calls().map(|(id, _, _)| id).collect();
    clauses.into_iter().for_each(|clause| longer_than_a_day(case, clause));
    let negative =
        case.open_groups(|group| group.key.charge < Fixed::ZERO && group.key.void.is_none());
    case.claim_groups(&CHECK, &negative, |_, _, mut finding| {
        // In the customer's favour, but worth asking.
        finding.level = Level::Warning;
        finding.with("what", Fact::Word("impossible.negative"))
    });
    lines_not_read(case);
}

/// The contract's price applies to whatever length was recorded, so that no difference shows.
fn longer_than_a_day(case: &mut Case<'_>, clause: ClauseId) {
    let long = |group: &&OpenGroup| {
        let key = &group.key;
        let charged = key.charge > Fixed::ZERO && key.void.is_none();
        key.seconds > LONGEST_BELIEVED && charged && case.rule(group).clause == clause
    };
    let groups: Vec<&OpenGroup> = case.ledger.groups.iter().filter(long).collect();
    let Some(first) = groups.first() else { return };
    let unclaimed = |group: &&OpenGroup| {
        let claimed: FixedSum = group.claims.iter().map(|(_, amount)| *amount).sum();
        FixedSum::times(group.key.charge, group.count) - claimed
    };
    let charged = groups.iter().map(unclaimed).sum::<FixedSum>().amount();
    let mut finding = Finding::new(&CHECK, Grade::Suspect)
        .at_stake(Amount::ZERO, charged, charged)
        .counting(groups.iter().map(|group| group.count).sum())
        .with("what", Fact::Word("impossible.long"))
        .showing(Evidence::Clause(clause))
        .showing_all(case.samples(&groups));
    finding.row = first.row;
    case.push(finding);
}

fn lines_not_read(case: &mut Case<'_>) {
    let of_kind = |kind| matches!(kind, RejectKind::NegativeDuration | RejectKind::DurationRange);
    let rejected = case.papers.rejected.iter().filter(|(kind, _)| of_kind(*kind));
    let count: u64 = rejected.map(|(_, count)| count).sum();
    // The customer's own export is not the provider's to explain.
    if count == 0 || case.papers.source != Some(Source::Provider) {
        return;
    }
    let mut finding = Finding::new(&CHECK, Grade::Suspect)
        .counting(count)
        .with("what", Fact::Word("impossible.length"));
    finding.level = Level::Warning;
    case.push(finding);
}
