//! # A fee for each attempt that is not agreed
//! # 按次收取的呼叫费
//!
//! ## Says
//! {count} [attempt|attempts] [was|were] charged {fee} each under "{clause}"; the contract agrees
//! {agreed}.
//! ## Test
//! The contract bills answered calls only. At least three unanswered calls, and more than half of
//! those that were charged, bear the same amount; it is not simply the price of the first block or
//! of a minute, unless most answered calls bear it too. Or an invoice line of no clause bills as
//! many attempts as the call records show.
//! ## Money
//! The fee above the agreed one, on each call that bears it; or the invoice line.
//! ## Often innocent
//! A supplement may agree a connection or attempt fee; a product billed by the attempt may have
//! been ordered separately.
//! ## Ask the provider
//! Where a fee for each attempt is agreed, and since when it has been charged.
//!
//! ## 结论
//! "{clause}"有 {count} 次呼叫按次收费, 每次 {fee}; 合同约定为 {agreed}。
//! ## 判断
//! 合同只对接通的通话计费。至少三条未接通话单, 且占收费未接通话单半数以上, 收取同一金额; 该金额不等于首个计费单位
//! 或一分钟的价格, 或者多数接通的通话也加收了该金额。或者账单上有合同外的一行, 其数量与话单的呼叫次数一致。
//! ## 金额
//! 每次收费高于约定的部分; 或账单该行金额。
//! ## 常见正当原因
//! 补充协议可能约定了接续费或呼叫费; 也可能另行订购了按次计费的产品。
//! ## 请收费方说明
//! 按次收费依据哪一条款, 自何时起收取。

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::InvoiceLine;
use crate::money::{Amount, Fixed};
use crate::rate::{Rule, Tally};
use crate::reconcile::{Fact, LineRef, OpenGroup, RowId, RowKind};
use crate::tariff::{BillOn, ClauseId};
use crate::text::fold;

/// The check.
pub static CHECK: Check = Check {
    id: "B09",
    code: "attempt-fee-charged",
    stage: Stage::Answered,
    level: Level::Error,
    source: include_str!("attempt_fee_charged.rs"),
    hypotheses: None,
    run,
};

/// Fewer equal charges may be equal by chance.
const LEAST: u64 = 3;

fn run(case: &mut Case<'_>) {
    let Some(tally) = case.papers.tally else { return };
    let clauses: Vec<ClauseId> = case
        .papers
        .plan
        .calls()
        .filter(|(_, _, terms)| terms.metering.bill_on != BillOn::Attempt)
        .map(|(id, _, _)| id)
        .collect();
    for clause in clauses {
        if let Some((beyond, groups)) = fee(case, tally, clause) {
            case.claim_groups(&CHECK, &groups, |case, groups, finding| {
                let agreed = case.rule(groups[0]).attempt.amount();
                finding
                    .with("fee", Fact::Money(agreed + beyond.amount()))
                    .with("agreed", Fact::Money(agreed))
            });
        }
    }
    if case.papers.compiled.attempts_are_free() {
        lines(case, tally);
    }
}

/// What each attempt under a clause was charged beyond the agreed fee, and the groups that bear it.
fn fee(case: &Case<'_>, tally: &Tally, clause: ClauseId) -> Option<(Fixed, Vec<usize>)> {
    let of_clause = |group: &OpenGroup| {
        case.rule(group).clause == clause && group.key.void.is_none() && group.claims.is_empty()
    };
    let mut by_fee: BTreeMap<Fixed, u64> = BTreeMap::new();
    let unanswered = case.open_groups(|group| of_clause(group) && !group.key.billable);
    for group in unanswered.iter().map(|at| &case.ledger.groups[*at]) {
        *by_fee.entry(beyond(group)?).or_default() += group.count;
    }
    let charged: u64 = by_fee.values().sum();
    let (fee, count) = by_fee.into_iter().max_by_key(|(_, count)| *count)?;
    if fee <= Fixed::ZERO || count < LEAST || count * 2 <= charged {
        return None;
    }
    let bears = |billable: bool| {
        case.open_groups(|group| {
            of_clause(group) && group.key.billable == billable && beyond(group) == Some(fee)
        })
    };
    let (mut groups, answered) = (bears(false), bears(true));
    let on_answered: u64 = answered.iter().map(|at| case.ledger.groups[*at].count).sum();
    let rules = || case.papers.compiled.rules_of(clause);
    let all_answered: u64 = rules()
        .map(|(id, _)| tally.rules[id.index()].billable.calls() + tally.straddling(id))
        .sum();
    // On most answered calls it is a fee for certain; on a few of them it is something else.
    if on_answered * 2 > all_answered {
        groups.extend(answered);
    } else if rules().any(|(_, rule)| is_price_of_time(rule, fee)) {
        return None;
    }
    Some((fee, groups))
}

fn beyond(group: &OpenGroup) -> Option<Fixed> {
    group.key.charge.plus(-group.key.expected)
}

/// The first block or a minute: then the call was charged as if answered.
fn is_price_of_time(rule: &Rule, fee: Fixed) -> bool {
    [rule.metering.first.max(rule.metering.minimum), 60]
        .into_iter()
        .any(|seconds| fee == rule.time_charge(seconds))
}

/// Words in the names of lines that bill attempts, and their units, folded.
const NAMES: [&str; 6] = ["attempt", "呼叫次数", "呼叫费", "外呼费", "接续费", "按次"];
const UNITS: [&str; 4] = ["次", "attempt", "attempts", "calls"];

/// Invoice lines of no clause that bill all attempts, or all unanswered ones.
fn lines(case: &mut Case<'_>, tally: &Tally) {
    // As many as were answered would be a fee for connections.
    let attempts = [tally.calls, tally.calls - tally.answered]
        .map(|count| if count == tally.answered { 0 } else { count });
    let found: Vec<(RowId, LineRef, u64)> = case
        .rows()
        .filter(|(_, row)| row.kind == RowKind::Unmatched && row.open().is_positive())
        .filter_map(|(id, row)| {
            let at = *row.lines.first()?;
            let count = attempts
                .into_iter()
                .find(|count| *count >= LEAST && bills_attempts(case, case.line(at), *count))?;
            Some((id, at, count))
        })
        .collect();
    for (row, at, count) in found {
        let (amount, line) = (case.row(row).open(), case.line(at));
        let price = line.price.map(|price| price.value);
        let each = price.unwrap_or((amount.decimal() / Decimal::from(count)).round_dp(6));
        case.claim(row, &CHECK, amount);
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(amount, row)
            .counting(count)
            .with("clause", Fact::Text(line.name.clone()))
            .with("fee", Fact::Money(Amount::new(each)))
            .with("agreed", Fact::Money(Amount::ZERO))
            .showing(Evidence::Line(at));
        case.push(finding);
    }
}

/// True if the line's name or unit speaks of attempts, and its figures are that many.
fn bills_attempts(case: &Case<'_>, line: &InvoiceLine, count: u64) -> bool {
    let name = fold(&line.name);
    let unit = line.unit.as_deref().map(fold).unwrap_or_default();
    let speaks = NAMES.iter().any(|word| name.contains(word)) || UNITS.contains(&unit.as_str());
    let count = Decimal::from(count);
    let figures = match (&line.quantity, &line.price) {
        (Some(quantity), _) => quantity.value == count,
        (None, Some(price)) => line.net() == Some(case.to_line(price.value * count)),
        (None, None) => false,
    };
    speaks && figures
}
