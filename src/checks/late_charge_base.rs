//! # A late charge on more than is owed
//! # 滞纳金计算基数或天数过大
//!
//! ## Says
//! The late charge of {billed} counts in {how}; by the contract {expected} is due.
//! ## Test
//! The charge is recomputed on every other base and number of days: with tax, with earlier late
//! charges, with disputed sums, without the days of grace, from the due day itself, without the
//! limit. The one with the fewest changes that gives the billed figure to the cent is taken.
//! ## Money
//! What each change adds.
//! ## Often innocent
//! The dispute was settled in the provider's favour, or the payment arrived later than noted.
//! ## Ask the provider
//! Base, days and rate of the charge.
//!
//! ## 结论
//! 滞纳金 {billed} 计入了{how}; 按合同应为 {expected}。
//! ## 判断
//! 按其他基数与天数重新计算: 含税、含以往滞纳金、含争议金额、不计宽限期、自到期日当日起算、
//! 不受上限限制; 取改动最少且与账单金额完全一致者。
//! ## 金额
//! 每项改动所增加的金额。
//! ## 常见正当原因
//! 争议已以收费方主张解决, 或实际到账晚于所记付款日。
//! ## 请收费方说明
//! 滞纳金的基数、天数与比例。

use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::{Amount, Exact};
use crate::rate::settle::late_charge;
use crate::reconcile::{Fact, RowId};
use crate::tariff::LateTerms;

/// The check.
pub static CHECK: Check = Check {
    id: "H04",
    code: "late-charge-base",
    stage: Stage::Late,
    level: Level::Error,
    source: include_str!("late_charge_base.rs"),
    hypotheses: None,
    run,
};

/// What may be counted in, with the words for it.
const COUNTED_IN: [(Change, &str); 6] = [
    (Change::Tax, "late.tax"),
    (Change::LateCharges, "late.late-charges"),
    (Change::Disputed, "late.disputed"),
    (Change::Grace, "late.grace"),
    (Change::DueDay, "late.due-day"),
    (Change::Cap, "late.cap"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Tax,
    LateCharges,
    Disputed,
    Grace,
    DueDay,
    Cap,
}

fn run(case: &mut Case<'_>) {
    let Some((id, terms)) = late_row(case) else { return };
    let row = case.row(id);
    let Some(line) = case.bill_lines(row).next().filter(|_| row.open().is_positive()) else {
        return;
    };
    let (billed, agreed) = (row.billed, row.expected);
    let sum = |changes: &[(Change, &'static str)]| {
        let changes: Vec<Change> = changes.iter().map(|(change, _)| *change).collect();
        case.in_ledger(line, recomputed(case, terms, &changes))
    };
    let subset = |mask: u32| {
        let bits = (0..).zip(COUNTED_IN).filter(move |(at, _)| mask >> at & 1 == 1);
        bits.map(|(_, change)| change).collect::<Vec<_>>()
    };
    let mut subsets: Vec<Vec<_>> = (1..1 << COUNTED_IN.len()).map(subset).collect();
    subsets.sort_by_key(Vec::len);
    let Some(changes) = subsets.into_iter().find(|changes| sum(changes) == billed) else { return };
    let steps: Vec<Amount> = (0..=changes.len()).map(|many| sum(&changes[..many])).collect();
    let evidence = case.row_evidence(row);
    for ((_, how), step) in changes.into_iter().zip(steps.windows(2)) {
        let amount = step[1] - step[0];
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(amount, id)
            .with("billed", Fact::Money(billed))
            .with("expected", Fact::Money(agreed))
            .with("how", Fact::Word(how))
            .showing_all(evidence.clone());
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// The row of the late charge, if what was paid late is known, and its terms.
pub(super) fn late_row<'p>(case: &Case<'p>) -> Option<(RowId, &'p LateTerms)> {
    let (clause, _, terms) = case.papers.plan.late()?;
    Some((case.ledger.row_of(case.papers.bill, clause)?, terms))
}

fn recomputed(case: &Case<'_>, terms: &LateTerms, changes: &[Change]) -> Amount {
    let has = |change| changes.contains(&change);
    let mut terms = terms.clone();
    terms.base_before_tax &= !has(Change::Tax);
    if has(Change::Grace) {
        (terms.grace_days, terms.from_grace) = (0, false);
    }
    if has(Change::Cap) {
        terms.cap = None;
    }
    let printed = case.papers.invoices.iter().flat_map(|invoice| &invoice.overdue);
    let charges = printed.zip(case.papers.usage.overdue).map(|(printed, overdue)| {
        let mut overdue = *overdue;
        if has(Change::LateCharges) {
            overdue.exempt -= printed.late_charges.unwrap_or_default();
        }
        if has(Change::Disputed) {
            overdue.exempt -= printed.disputed.unwrap_or_default();
        }
        if has(Change::DueDay) {
            overdue.due = overdue.due.previous();
        }
        late_charge(&terms, &overdue)
    });
    charges.sum::<Exact>().round(case.papers.plan.rounding.line)
}
