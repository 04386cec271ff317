//! What adjusts other lines: discounts, the commitment, the charge for paying late.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::dated::{Part, part};
use super::spans::span;
use super::tax::line_rate;
use super::{BillLine, Overdue, Usage};
use crate::money::{Amount, Exact};
use crate::tariff::{
    ClauseId, CommitmentTerms, DiscountTerms, LateTerms, PartMonth, Plan, Reduction, Terms,
};

/// Discounts that the lines already contain.
pub(super) fn in_price_discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) {
    for line in lines {
        let (factor, unknown) = in_price(plan, usage, line);
        line.unknown |= unknown;
        if factor != Exact::ONE {
            line.exact = line.exact.by(factor);
            line.price = line.price.and_then(|price| factor.times(price).finite());
            for (_, part) in &mut line.dated {
                *part = part.by(factor);
            }
        }
    }
}

/// The factor of discounts that a line already contains, and whether one of them can't be told.
fn in_price(plan: &Plan, usage: &Usage<'_>, line: &BillLine) -> (Exact, bool) {
    // Versions of one discount add up to one; different discounts multiply.
    let mut off: BTreeMap<&str, Exact> = BTreeMap::new();
    let mut unknown = false;
    for (discount, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let (false, Reduction::Percent(share)) = (terms.own_line, terms.reduction) else {
            continue;
        };
        // A line's clauses share a discount or have none: they are one line by name.
        let Some(of) = line.clauses.iter().find(|of| terms.on.contains(of)) else { continue };
        match part(plan, usage, (discount, terms), (line, *of)) {
            Part::Of(part) => *off.entry(&clause.name).or_default() += part.times(share),
            // They have been taken off these calls.
            Part::Calls => {}
            Part::Unknown => unknown = true,
        }
    }
    let factor = off.into_values().fold(Exact::ONE, |factor, off| factor.by(Exact::ONE - off));
    (factor, unknown)
}

/// Discounts that are lines of their own.
pub(super) fn discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut Vec<BillLine>) {
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let in_lines = !terms.own_line && matches!(terms.reduction, Reduction::Percent(_));
        let Some(span) = span(plan, id, usage.period).filter(|_| !in_lines) else { continue };
        let mut unknown = false;
        let off = match terms.reduction {
            Reduction::Percent(share) => {
                let (base, all) = base(plan, usage, (id, terms), lines);
                unknown = !all;
                base.times(share)
            }
            Reduction::Sum(sum) if terms.part_month == PartMonth::ByDay && !span.of_whole => {
                Exact::amount(sum).by(Exact::ratio(span.own.days().into(), usage.period.days()))
            }
            Reduction::Sum(sum) => Exact::amount(sum).by(span.share),
        };
        // Versions of one discount are one line.
        let place = lines.iter().position(|line| line.name == clause.name);
        let place = place.unwrap_or_else(|| {
            lines.push(BillLine::new(clause, id));
            lines.len() - 1
        });
        let line = &mut lines[place];
        if !line.clauses.contains(&id) {
            line.clauses.push(id);
        }
        line.unknown |= unknown;
        line.exact += -off;
        line.net = line.exact.round(plan.rounding.line);
    }
}

/// What a percentage is taken off, and whether that can be told of all its lines.
fn base(
    plan: &Plan,
    usage: &Usage<'_>,
    discount: (ClauseId, &DiscountTerms),
    lines: &[BillLine],
) -> (Exact, bool) {
    let (mut base, mut all) = (Exact::ZERO, true);
    for line in covered(lines, &discount.1.on) {
        let Some(of) = line.clauses.iter().find(|of| discount.1.on.contains(of)) else { continue };
        match part(plan, usage, discount, (line, *of)) {
            Part::Of(part) => base += Exact::amount(line.net).by(part),
            Part::Calls => {
                let parts = line.dated.iter().filter(|(id, _)| *id == discount.0);
                base += parts.map(|(_, part)| *part).sum();
                all &= !line.unknown;
            }
            Part::Unknown => all = false,
        }
    }
    (base, all)
}

fn covered<'l>(lines: &'l [BillLine], on: &'l [ClauseId]) -> impl Iterator<Item = &'l BillLine> {
    lines.iter().filter(|line| line.clauses.iter().any(|id| on.contains(id)))
}

/// The shortfall below the minimum, or the minimum on top.
pub(super) fn commitment(plan: &Plan, usage: &Usage<'_>, lines: &mut Vec<BillLine>) {
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Commitment(terms) = &clause.terms else { continue };
        if clause.valid.within(usage.period).is_none() {
            continue;
        }
        let mut line = BillLine::new(clause, id);
        line.exact = due(plan, usage, terms, lines);
        line.net = line.exact.round(plan.rounding.line);
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
    covered(lines, &terms.covers)
        .map(|line| line.net + plan.rounding.tax_on(line.net, tax_within(plan, usage, terms, line)))
        .sum()
}

/// The rate of tax that a minimum counts within a line; prices that contain the tax need none added.
fn tax_within(plan: &Plan, usage: &Usage<'_>, terms: &CommitmentTerms, line: &BillLine) -> Decimal {
    let adds_tax = terms.after_tax && plan.tax.as_ref().is_some_and(|tax| !tax.included);
    let rate = line_rate(plan, usage, line).filter(|_| adds_tax);
    rate.map_or(Decimal::ZERO, |rate| rate.rate)
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

/// The same before rounding. A minimum after tax is met with tax: the line of the shortfall, which
/// bears tax itself, leaves it out.
fn due(plan: &Plan, usage: &Usage<'_>, terms: &CommitmentTerms, lines: &[BillLine]) -> Exact {
    let used = commitment_base(plan, usage, terms, lines);
    let minimum = Exact::amount(terms.minimum).by(match terms.part_month {
        PartMonth::Full => Exact::ONE,
        PartMonth::ByDay | PartMonth::ThirtyDay => {
            let held = plan.head.valid.within(usage.period).unwrap_or(usage.period);
            Exact::ratio(held.days().into(), usage.period.days())
        }
    });
    let short =
        if terms.on_top { minimum } else { (minimum - Exact::amount(used)).at_least(Exact::ZERO) };
    let own = plan
        .clauses_with_ids()
        .find(|(_, clause)| matches!(clause.terms, Terms::Commitment(_)))
        .map(|(id, clause)| BillLine::new(clause, id));
    let rate = own.map_or(Decimal::ZERO, |own| tax_within(plan, usage, terms, &own));
    short.over(Decimal::ONE + rate)
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
        line.exact = usage.overdue.iter().map(|overdue| late_charge(terms, overdue)).sum();
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
