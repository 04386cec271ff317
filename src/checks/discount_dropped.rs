//! # An agreed discount was not given
//! # 约定折扣未执行
//!
//! ## Says
//! "{line}" was billed without the agreed discount "{discount}".
//! ## Test
//! The line bills exactly what the contract's prices give before the discount; or the discount
//! should be a line of its own, is not there, and no other line gives it instead.
//! ## Money
//! What the discount takes off by the contract.
//! ## Often innocent
//! The discount came as a credit note of another date, or its condition was not met.
//! ## Ask the provider
//! Where the discount was given, or why it does not apply.
//!
//! ## 结论
//! "{line}"计费时未执行约定的折扣"{discount}"。
//! ## 判断
//! 该行金额恰为合同折前金额; 或折扣应单列一行而账单没有, 且其他各行均未体现该折扣。
//! ## 金额
//! 按合同应减的折扣额。
//! ## 常见正当原因
//! 折扣已另以红字账单给予, 或未满足享受折扣的条件。
//! ## 请收费方说明
//! 折扣体现在何处, 或不适用的理由。

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Level, Stage};
use crate::money::{Amount, FixedSum};
use crate::reconcile::{Fact, RowId, RowKind};
use crate::tariff::{ClauseId, DiscountTerms, Plan, Reduction, Terms};

/// The check.
pub static CHECK: Check = Check {
    id: "D10",
    code: "discount-dropped",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("discount_dropped.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Pair) {
        let row = case.row(id);
        let own = discounts(case).find(|(discount, _)| case.clauses(row).contains(discount));
        match own {
            Some((discount, terms)) if row.lines.is_empty() => missing(case, id, discount, terms),
            Some(_) => {}
            None => in_lines(case, id),
        }
    }
}

/// Discounts in force, with their ids.
fn discounts<'p>(case: &Case<'p>) -> impl Iterator<Item = (ClauseId, &'p DiscountTerms)> {
    let period = case.papers.period;
    case.papers.plan.clauses_with_ids().filter_map(move |(id, clause)| match &clause.terms {
        Terms::Discount(terms) => clause.valid.within(period).map(|_| (id, terms)),
        _ => None,
    })
}

/// Discounts that the line should contain: one of them, or all, may be missing.
fn in_lines(case: &mut Case<'_>, id: RowId) {
    let clauses = case.named_clauses(case.row(id));
    let mine: Vec<ClauseId> = discounts(case)
        .filter(|(_, terms)| terms.in_lines() && terms.on.iter().any(|of| clauses.contains(of)))
        .map(|(discount, _)| discount)
        .collect();
    let all = (mine.len() > 1).then_some(mine.as_slice());
    let dropped = mine.chunks(1).chain(all).find_map(|dropped| {
        let amount = too_much(case, id, dropped).filter(|amount| amount.is_positive())?;
        Some((dropped.to_vec(), amount))
    });
    if let Some((dropped, amount)) = dropped {
        report(case, id, &dropped, amount);
    }
}

/// What a row bills too much if the discounts were dropped, and nothing else is the matter beyond
/// its calls.
fn too_much(case: &Case<'_>, id: RowId, dropped: &[ClauseId]) -> Option<Amount> {
    let row = case.row(id);
    let mut plan: Plan = case.papers.plan.clone();
    let mut factor = Decimal::ONE;
    for discount in dropped {
        if let Terms::Discount(terms) = &mut plan.clauses[discount.index()].terms {
            if let Reduction::Percent(share) = terms.reduction {
                factor *= Decimal::ONE - share;
            }
            terms.reduction = Reduction::Percent(Decimal::ZERO);
        }
    }
    let amount = case.expected_by(row, &plan)? - row.expected;
    let rest = case.open_beyond_calls(id) - amount;
    // Where calls differ too, the line is rounded from other charges.
    let calls_differ =
        case.ledger.groups.iter().any(|g| g.row == Some(id) && g.difference() != FixedSum::ZERO);
    let slack = if calls_differ { case.rounding_tolerance(row) } else { Amount::ZERO };
    if rest.abs() <= slack {
        return Some(amount);
    }
    // Another number of units at the price before the discount.
    let (Some(line), 1) = (case.bill_lines(row).next(), row.bill.len()) else { return None };
    let list = line.price.filter(|_| line.calls.is_none() && !factor.is_zero())? / factor;
    let printed = |at| case.line(at).price.is_some_and(|price| price.value == list);
    row.lines
        .iter()
        .all(|at| printed(*at))
        .then(|| row.billed - case.to_line(row.billed.decimal() * factor))
        .filter(|amount| *amount <= row.open())
}

/// A discount that should be a line of its own: another line may give it.
fn missing(case: &mut Case<'_>, id: RowId, discount: ClauseId, terms: &DiscountTerms) {
    let covered: Vec<RowId> = case
        .rows()
        .filter(|(_, row)| case.clauses(row).iter().any(|clause| terms.on.contains(clause)))
        .map(|(row, _)| row)
        .collect();
    let credits = case.open_rows(RowKind::Unmatched);
    let elsewhere = credits.into_iter().map(|credit| vec![credit]).chain([covered]);
    for rows in elsewhere {
        if case.cancel_out(&CHECK, id, &rows) {
            return;
        }
    }
    report(case, id, &[discount], case.row(id).open());
}

fn report(case: &mut Case<'_>, id: RowId, dropped: &[ClauseId], amount: Amount) {
    let row = case.row(id);
    let names: Vec<&str> =
        dropped.iter().map(|of| case.papers.plan.clause(*of).name.as_str()).collect();
    let finding = Finding::new(&CHECK, case.row_grade(row))
        .claiming(amount, id)
        .with("line", case.row_name(row))
        .with("discount", Fact::Text(names.join(", ")))
        .showing_all(dropped.iter().map(|of| Evidence::Clause(*of)))
        .showing_all(case.row_evidence(row));
    case.claim(id, &CHECK, amount);
    case.push(finding);
}
