//! What adjusts other lines besides discounts: the commitment, the charge for paying late.

use rust_decimal::Decimal;

use super::discounts::covered;
use super::tax::{line_rate, on_sum};
use super::workings::{Figure, Working, of_late};
use super::{BillLine, Overdue, Usage};
use crate::money::{Amount, Exact};
use crate::roster::EntryKind;
use crate::tariff::{ClauseId, CommitmentTerms, LateTerms, PartMonth, Plan, Terms};
use crate::when::{Day, Period};

/// The shortfall below the minimum, or the minimum on top.
pub(super) fn commitment(plan: &Plan, usage: &Usage<'_>, lines: &mut Vec<BillLine>) {
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Commitment(terms) = &clause.terms else { continue };
        if clause.valid.within(usage.period).is_none() {
            continue;
        }
        let mut line = BillLine::new(clause, id);
        let most = unknown_most(plan, usage, terms, lines);
        line.unknown = most.is_some();
        line.most = most.map(|most| most.round(plan.rounding.line));
        if !line.unknown {
            line.exact = due(plan, usage, terms, lines);
            line.workings = of_commitment(plan, usage, (id, terms), lines);
            line.net = line.exact.round(plan.rounding.line);
        }
        lines.push(line);
    }
}

/// What counts towards a minimum.
#[must_use]
pub(crate) fn commitment_base(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    lines: &[BillLine],
) -> Amount {
    used(plan, usage, terms, lines).round(None)
}

fn used(plan: &Plan, usage: &Usage<'_>, terms: &CommitmentTerms, lines: &[BillLine]) -> Exact {
    let of_line = |line: &BillLine| {
        let (before, rate) = (counted(plan, terms, line), tax_within(plan, usage, terms, line));
        with_tax(plan, before, rate)
    };
    covered(lines, &terms.covers).map(of_line).sum()
}

/// A sum before and after it is rounded, with the tax that a minimum counts within it.
fn with_tax(plan: &Plan, (exact, printed): (Exact, Exact), rate: Option<Decimal>) -> Exact {
    printed + rate.map_or(Exact::ZERO, |rate| Exact::amount(on_sum(plan, rate, exact, printed)))
}

/// What a line counts with, before and after it is rounded: before its discounts, or after those of
/// its own and its part of others.
fn counted(plan: &Plan, terms: &CommitmentTerms, line: &BillLine) -> (Exact, Exact) {
    let net = Exact::amount(line.net);
    if terms.before_discounts {
        let round = |exact: Exact| Exact::amount(exact.round(plan.rounding.line));
        let whole = line.exact + line.within;
        return (whole, net + round(whole) - round(line.exact));
    }
    // A discount that the minimum names counts by itself.
    let others = line.off.iter().filter(|(discount, _)| !terms.covers.contains(discount));
    let off: Exact = others.map(|(_, off)| *off).sum();
    (line.exact - off, net - off)
}

/// The rate of tax that a minimum counts within a line; prices that contain the tax need none added.
fn tax_within(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    line: &BillLine,
) -> Option<Decimal> {
    let adds_tax = terms.after_tax && plan.tax.as_ref().is_some_and(|tax| !tax.included);
    line_rate(plan, usage, line).filter(|_| adds_tax).map(|rate| rate.rate)
}

/// What is due for a minimum, beside the lines that count towards it.
#[must_use]
pub(crate) fn commitment_due(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    lines: &[BillLine],
) -> Amount {
    due(plan, usage, terms, lines).round(plan.rounding.line)
}

/// How that comes about: what counts, what is missing of the minimum, and what goes beyond it.
fn of_commitment(
    plan: &Plan,
    usage: &Usage<'_>,
    (id, terms): (ClauseId, &CommitmentTerms),
    lines: &[BillLine],
) -> Vec<Working> {
    let working = |step, key| Working::new(step, id, key);
    let mut workings = Vec::new();
    for line in covered(lines, &terms.covers) {
        let (before, rate) = (counted(plan, terms, line), tax_within(plan, usage, terms, line));
        let taxed = rate.filter(|rate| !rate.is_zero());
        let step = if taxed.is_some() { "counts-taxed" } else { "counts" };
        let counts = working(step, "covers").with("line", Figure::Line(line.name.clone()));
        let share = Figure::Share(taxed.unwrap_or_default());
        let counts = counts.with("before", before.1).with("rate", share);
        workings.push(counts.leading_to(with_tax(plan, before, rate)));
    }
    let this = used(plan, usage, terms, lines);
    let earlier = terms.year.and_then(|from| before(usage, from)).unwrap_or(Exact::ZERO);
    if !earlier.is_zero() {
        workings.push(working("used-before", "year_from").leading_to(earlier));
    }
    let (missing, beyond) = match terms.year {
        Some(from) => of_year(usage, terms, from, this),
        None => of_cycle(plan, usage, terms, this),
    };
    let agreed = Exact::amount(terms.minimum);
    let minimum = match (terms.year, terms.on_top) {
        (None, true) => missing,
        (None, false) => this + missing,
        (Some(_), _) => agreed,
    };
    if minimum != agreed {
        let held = working("minimum-held", "part_month").with("minimum", agreed);
        workings.push(held.leading_to(minimum));
    }
    let held = |step, key| working(step, key).with("minimum", minimum).with("used", earlier + this);
    let short = priced(plan, usage, terms, missing, Exact::ZERO);
    let extra = priced(plan, usage, terms, Exact::ZERO, beyond);
    let missing = missing.at_least(Exact::ZERO);
    let fixed = terms.penalty.is_some() && !terms.on_top && !missing.is_zero();
    if fixed {
        workings.push(held("penalty", "penalty").adding(short));
    } else if !missing.is_zero() {
        let step = if terms.on_top { "minimum-on-top" } else { "shortfall" };
        let due =
            held(step, if terms.on_top { "mode" } else { "minimum" }).with("missing", missing);
        if short == missing {
            workings.push(due.adding(short));
        } else {
            // The rest is the tax that the line bears itself.
            workings.push(due.leading_to(missing));
            let without = working("without-tax", "tax").with("before", missing);
            workings.push(without.adding(short));
        }
    }
    if !extra.is_zero() {
        let factor = Exact::decimal(terms.overage);
        let more = held("beyond", "overage").with("beyond", beyond).with("factor", factor);
        workings.push(more.adding(extra));
    }
    if short.is_zero() && extra.is_zero() {
        let step = if earlier + this < minimum { "not-yet" } else { "enough" };
        workings.push(held(step, "minimum").adding(Exact::ZERO));
    }
    workings
}

/// The same before rounding. What was used of a year before and nobody tells is taken for nothing.
fn due(plan: &Plan, usage: &Usage<'_>, terms: &CommitmentTerms, lines: &[BillLine]) -> Exact {
    let used = used(plan, usage, terms, lines);
    let (missing, beyond) = match terms.year {
        Some(from) => of_year(usage, terms, from, used),
        None => of_cycle(plan, usage, terms, used),
    };
    priced(plan, usage, terms, missing, beyond)
}

/// What a sum that is missing and one beyond the minimum come to. A minimum after tax is met with tax:
/// the line of the shortfall, which bears tax itself, leaves it out; a penalty is the sum that is
/// fixed. What goes beyond the minimum is in the lines already, and bears the factor less one here.
fn priced(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    missing: Exact,
    beyond: Exact,
) -> Exact {
    let own = plan
        .clauses_with_ids()
        .find(|(_, clause)| matches!(clause.terms, Terms::Commitment(_)))
        .map(|(id, clause)| BillLine::new(clause, id));
    let rate = own.and_then(|own| tax_within(plan, usage, terms, &own)).unwrap_or_default();
    let without_tax = |sum: Exact| sum.at_least(Exact::ZERO).over(Decimal::ONE + rate);
    let short = match terms.penalty {
        Some(penalty) if !terms.on_top && missing > Exact::ZERO => Exact::amount(penalty),
        _ => without_tax(missing),
    };
    short + without_tax(beyond).times(terms.overage - Decimal::ONE)
}

/// What is missing of the minimum, and what goes beyond it.
fn of_cycle(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    used: Exact,
) -> (Exact, Exact) {
    let minimum = Exact::amount(terms.minimum).by(match terms.part_month {
        PartMonth::Full => Exact::ONE,
        _ => {
            let held = plan.head.valid.within(usage.period).unwrap_or(usage.period);
            Exact::ratio(held.days().into(), usage.period.days())
        }
    });
    if terms.on_top { (minimum, Exact::ZERO) } else { (minimum - used, used - minimum) }
}

/// The same of a minimum of a year: the shortfall falls due in the cycle in which the year ends.
fn of_year(usage: &Usage<'_>, terms: &CommitmentTerms, from: Day, used: Exact) -> (Exact, Exact) {
    let minimum = Exact::amount(terms.minimum);
    let before = before(usage, from).unwrap_or(Exact::ZERO);
    let sum = before + used;
    let missing = if ends_year(usage, from) { minimum - sum } else { Exact::ZERO };
    (missing, sum - minimum.at_least(before))
}

fn ends_year(usage: &Usage<'_>, from: Day) -> bool {
    usage.period.contains(year_of(from, usage.period).last)
}

/// Where nobody tells what was used of a year before: the most that can be due for its minimum. Nothing
/// if that is nothing, whatever was used.
fn unknown_most(
    plan: &Plan,
    usage: &Usage<'_>,
    terms: &CommitmentTerms,
    lines: &[BillLine],
) -> Option<Exact> {
    let from = terms.year.filter(|from| before(usage, *from).is_none())?;
    let used = used(plan, usage, terms, lines);
    let missing = Exact::amount(terms.minimum) - used;
    let missing = if ends_year(usage, from) { missing } else { Exact::ZERO };
    // Nothing was used before, or so much that all of the cycle goes beyond.
    let short = priced(plan, usage, terms, missing, Exact::ZERO);
    let beyond = priced(plan, usage, terms, Exact::ZERO, used);
    Some(short.at_least(beyond)).filter(|most| *most > Exact::ZERO)
}

/// The year of a commitment that a cycle counts for: the one in which it begins, or the first.
#[must_use]
pub fn year_of(from: Day, period: Period) -> Period {
    let year = |number: u32| Period {
        first: from.after_months(12 * number),
        last: from.after_months(12 * (number + 1)).previous(),
    };
    (0..).map(year).find(|year| period.first <= year.last).unwrap_or_else(|| year(0))
}

/// What was used of the year before the cycle, by the roster; nothing where the year has just begun,
/// and `None` where nobody says.
fn before(usage: &Usage<'_>, from: Day) -> Option<Exact> {
    let year = year_of(from, usage.period);
    if usage.period.first <= year.first {
        return Some(Exact::ZERO);
    }
    let earlier = Period { first: year.first, last: usage.period.first.previous() };
    let entries =
        usage.roster.into_iter().flat_map(|roster| roster.of(EntryKind::Usage, Some("commitment")));
    let within = entries.filter(|entry| {
        let (from, until) = (entry.from.unwrap_or(year.first), entry.until.unwrap_or(earlier.last));
        earlier.contains(from) && earlier.contains(until)
    });
    let sums: Vec<Exact> =
        within.map(|entry| Exact::decimal(entry.quantity.unwrap_or_default())).collect();
    (!sums.is_empty()).then(|| sums.into_iter().sum())
}

/// The charge for what was paid late.
pub(super) fn late(plan: &Plan, usage: &Usage<'_>, lines: &mut Vec<BillLine>) {
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Late(terms) = &clause.terms else { continue };
        if usage.overdue.is_empty() {
            continue;
        }
        let mut line = BillLine::new(clause, id);
        line.unit = "unit.day";
        let all = usage.overdue.iter();
        line.exact = all.clone().map(|overdue| late_charge(terms, overdue)).sum();
        line.workings = all.flat_map(|overdue| of_late(id, terms, overdue)).collect();
        line.net = line.exact.round(plan.rounding.line);
        lines.push(line);
    }
}

/// Days for which a late charge runs: from the day after the due date to the day of payment, that
/// day included; none within the days of grace.
#[must_use]
pub(crate) fn late_days(terms: &LateTerms, overdue: &Overdue) -> u32 {
    let days = u32::try_from(overdue.paid.0 - overdue.due.0).unwrap_or(0);
    if days <= terms.grace_days {
        0
    } else if terms.from_grace {
        days - terms.grace_days
    } else {
        days
    }
}

/// What the late charge is computed on: neither disputed sums nor earlier late charges.
#[must_use]
pub(crate) fn late_base(terms: &LateTerms, overdue: &Overdue) -> Amount {
    let whole = if terms.base_before_tax {
        overdue.before_tax.unwrap_or(overdue.amount)
    } else {
        overdue.amount
    };
    whole - overdue.exempt
}

/// The charge for one sum paid late.
#[must_use]
pub(crate) fn late_charge(terms: &LateTerms, overdue: &Overdue) -> Exact {
    let share = Decimal::from(late_days(terms, overdue)) * terms.per_day;
    let share = terms.cap.map_or(share, |cap| share.min(cap));
    Exact::amount(late_base(terms, overdue)).times(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;
    use crate::when::Day;

    #[test]
    fn late_charge_by_hand() {
        let amount = |text| Amount::new(parse_decimal(text).expect("test text is a number"));
        let mut terms = LateTerms {
            per_day: Decimal::new(3, 3),
            due_days: None,
            grace_days: 0,
            from_grace: false,
            base_before_tax: false,
            cap: None,
        };
        // 1,000.00 paid 10 days late at 3‰ a day: 30.00.
        let overdue = Overdue {
            amount: amount("1000"),
            before_tax: Some(amount("900")),
            exempt: Amount::ZERO,
            due: Day(100),
            paid: Day(110),
        };
        let charge = |terms: &LateTerms| late_charge(terms, &overdue).round(None).to_string();
        assert_eq!(charge(&terms), "30.00");
        terms.grace_days = 3;
        assert_eq!(charge(&terms), "30.00");
        terms.from_grace = true;
        assert_eq!(charge(&terms), "21.00");
        terms.grace_days = 10;
        assert_eq!(charge(&terms), "0.00");
        terms.grace_days = 0;
        terms.base_before_tax = true;
        assert_eq!(charge(&terms), "27.00");
        terms.cap = Some(Decimal::new(2, 2));
        assert_eq!(charge(&terms), "18.00");
    }
}
