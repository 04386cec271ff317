//! # Connect fee not agreed
//! # 未约定的接通费
//!
//! ## Says
//! {count} answered [call|calls] of "{clause}" [carries|carry] a fee of {used} each; the contract
//! says {agreed}.
//! ## Test
//! The charge of each of these calls exceeds, to the last digit, what its time costs by one and
//! the same sum: at least three calls with at least two different charges. Of calls that a package
//! covers: at least three calls of different durations are charged that sum and no more.
//! ## Money
//! The sum beyond the agreed fee, call by call.
//! ## Often innocent
//! A connect fee may stand in an annex, or belong to another product such as call-back.
//! ## Ask the provider
//! What this sum is for, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"有 {count} 条接通的通话每条另收 {used}, 合同约定为 {agreed}。
//! ## 判断
//! 这些通话的实收金额均比时长费多出同一金额, 逐条完全一致: 至少三条通话, 至少两种金额。
//! 套餐抵扣的通话: 至少三条时长不同的通话恰好只收这一金额。
//! ## 金额
//! 逐条计超出约定接通费的部分。
//! ## 常见正当原因
//! 接通费可能载于附件, 或属于回拨等其他产品。
//! ## 请收费方说明
//! 该笔费用的名目及所依据的条款。

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::fit::{Charged, read_off};
use super::package_edge::{self, Suspected};
use super::{Case, Check, Level, Papers, Stage};
use crate::money::Fixed;
use crate::rate::{CallPrice, Compiled, Rule};
use crate::reconcile::{Fact, Hypothesis, Ledger, OpenGroup, Taken};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "D12",
    code: "connect-fee-not-agreed",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("connect_fee_not_agreed.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let compiled = case.papers.compiled;
    let Some(rule) = compiled.rules.iter().find(|rule| rule.clause == clause) else {
        return Vec::new();
    };
    let least = least_fee(rule);
    let fees = read_off(case, clause, beyond_time).into_iter().filter(|fee| *fee >= least);
    let fees = fees.filter_map(|fee| Fixed::from_decimal(fee).ok());
    fees.map(|fee| hypothesis(compiled, rule, fee)).collect()
}

fn hypothesis<'h>(compiled: &'h Compiled, rule: &Rule, fee: Fixed) -> Hypothesis<'h> {
    let price = CallPrice { connect: fee, ..rule.call_price() };
    Hypothesis::at_price(CHECK.code, compiled, price)
        .fitted(1, 3, 2)
        .with("used", Fact::Money(fee.amount()))
        .with("agreed", Fact::Money(rule.connect.amount()))
}

/// One sum charged for calls of several durations that a package covers: then it is no price, and
/// is claimed before short calls among them can be taken for anything else.
pub(super) fn of_covered_calls(
    papers: &Papers<'_>,
    ledger: &mut Ledger,
    clause: ClauseId,
) -> Option<Taken> {
    let row = ledger.row_of(papers.bill, clause)?;
    let rule = papers.compiled.rules.iter().find(|rule| rule.clause == clause)?;
    let mut charged: BTreeMap<Fixed, (u64, BTreeSet<u32>)> = BTreeMap::new();
    let of_clause = |group: &&OpenGroup| papers.compiled.rule(group.key.rule).clause == clause;
    let covered = ledger.groups.iter().filter(|group| group.credited && group.claims.is_empty());
    for group in covered.filter(of_clause) {
        let (calls, durations) = charged.entry(group.key.charge).or_default();
        *calls += group.count;
        durations.insert(group.key.seconds);
    }
    let several = |(_, (calls, durations)): &(&Fixed, &(u64, BTreeSet<u32>))| {
        *calls >= 3 && durations.len() >= 2
    };
    let (charge, _) = charged.iter().filter(several).max_by_key(|(_, (calls, _))| *calls)?;
    let due = if package_edge::connect_waived(papers) { Fixed::ZERO } else { rule.connect };
    let fee = charge.plus(-rule.attempt)?.plus(-due)?.plus(rule.connect)?;
    if fee.amount().decimal() < least_fee(rule) {
        return None;
    }
    let hypothesis = hypothesis(papers.compiled, rule, fee);
    let price = hypothesis.price?;
    let suspected = Suspected { code: CHECK.code, clause, price, row };
    let groups = package_edge::claim(papers, ledger, suspected);
    (!groups.is_empty()).then(|| Taken {
        code: CHECK.code,
        clause,
        calls: groups.iter().map(|index| ledger.groups[*index].count).sum(),
        groups,
        runner_up: None,
        price: hypothesis.price,
        under: None,
        facts: hypothesis.facts,
    })
}

/// Less than a cent beyond the agreed fee is no fee, but rounding.
fn least_fee(rule: &Rule) -> Decimal {
    rule.connect.amount().decimal() + Decimal::new(1, 2)
}

/// What a charge contains besides its time.
fn beyond_time(charged: &Charged<'_>) -> Option<(Decimal, Decimal)> {
    let rule = charged.rule;
    let without = CallPrice { connect: Fixed::ZERO, ..rule.call_price() };
    let rest = rule.charge_at(without, charged.billed)?.amount().decimal();
    let (low, high) = charged.range();
    Some((low - rest, high - rest))
}
