//! # The minimum was charged on top of the usage
//! # 保底在实际消费之外叠加收取
//!
//! ## Says
//! The minimum of {minimum} was charged in full beside usage of {used}; by the contract only
//! {expected} is due.
//! ## Test
//! The line bills the whole minimum, the usage that counts towards it is billed as well, and the
//! contract says that the larger of the two is due.
//! ## Money
//! What was billed less the shortfall: the smaller of usage and minimum.
//! ## Often innocent
//! The usage that counts is credited on the bill of the month after, or the contract says "plus".
//! ## Ask the provider
//! On which clause minimum and usage are added up.
//!
//! ## 结论
//! 保底 {minimum} 与实际消费 {used} 叠加收取; 按合同仅应补收 {expected}。
//! ## 判断
//! 账单全额收取保底, 同时照收计入保底的消费, 而合同约定取二者较大者。
//! ## 金额
//! 所收金额减去应补差额, 即消费与保底中较小者。
//! ## 常见正当原因
//! 计入保底的消费在次月账单抵扣, 或合同约定为叠加。
//! ## 请收费方说明
//! 保底与消费叠加收取所依据的条款。

use super::{Case, Check, Finding, Level, Stage};
use crate::rate::settle::{commitment_base, commitment_due};
use crate::reconcile::{Fact, RowId};
use crate::tariff::{ClauseId, CommitmentTerms, Terms};

/// The check.
pub static CHECK: Check = Check {
    id: "E07",
    code: "commitment-on-top",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("commitment_on_top.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let Some((id, terms)) = commitment(case) else { return };
    let covered: Vec<RowId> = case
        .rows()
        .filter(|(_, row)| case.clauses(row).iter().any(|clause| terms.covers.contains(clause)))
        .map(|(row, _)| row)
        .collect();
    // The minimum in full, and nothing for the usage in it: together that is what is due.
    if case.cancel_out(&CHECK, id, &covered) || !case.row(id).open().is_positive() {
        return;
    }
    let usage_billed = covered.iter().any(|row| case.row(*row).billed.is_positive());
    let row = case.row(id);
    let Some(line) = case.bill_lines(row).next() else { return };
    let papers = &case.papers;
    let on_top = CommitmentTerms { on_top: true, ..terms.clone() };
    let due = commitment_due(papers.plan, &papers.usage, &on_top, &papers.bill.lines);
    if terms.on_top || !usage_billed || row.billed != case.in_ledger(line, due) {
        return;
    }
    let used = commitment_base(papers.plan, &papers.usage, terms, &papers.bill.lines);
    let finding = Finding::new(&CHECK, case.row_grade(row))
        .claiming(row.open(), id)
        .with("minimum", Fact::Money(terms.minimum))
        .with("used", Fact::Money(used))
        .with("expected", Fact::Money(line.net))
        .showing_all(case.row_evidence(row));
    case.claim(id, &CHECK, finding.amount.point);
    case.push(finding);
}

/// The commitment's row, if it is billed, and its terms.
pub(super) fn commitment<'p>(case: &Case<'p>) -> Option<(RowId, &'p CommitmentTerms)> {
    let clauses = case.papers.plan.clauses_with_ids();
    let mut commitments = clauses.filter_map(|(id, clause)| match &clause.terms {
        Terms::Commitment(terms) => Some((id, terms)),
        _ => None,
    });
    let (clause, terms): (ClauseId, _) = commitments.next()?;
    let id = case.ledger.row_of(case.papers.bill, clause)?;
    let row = case.row(id);
    (!row.lines.is_empty() && row.bill.len() == 1).then_some((id, terms))
}
