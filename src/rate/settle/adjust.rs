//! What adjusts other lines: discounts, the commitment, the charge for paying late.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::spans::span;
use super::tax::line_rate;
use super::{BillLine, Overdue, Usage};
use crate::money::{Amount, Exact};
use crate::tariff::{ClauseId, CommitmentTerms, LateTerms, Plan, Reduction, Terms};

/// Discounts that the lines already contain.
pub(super) fn in_price_discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) {
    let factors = in_price(plan, usage);
    for line in lines {
        // A line's clauses share a discount or have none: they are one line by name.
        if let Some(factor) = line.clauses.iter().find_map(|id| factors.get(id)) {
            line.exact = line.exact.by(*factor);
            line.price = line.price.and_then(|price| factor.times(price).finite());
        }
    }
}

/// Factors of discounts that lines already contain, by clause.
fn in_price(plan: &Plan, usage: &Usage<'_>) -> BTreeMap<ClauseId, Exact> {
    // Versions of one discount add up to one; different discounts multiply.
    let mut off: BTreeMap<(ClauseId, &str), Exact> = BTreeMap::new();
    for (discount, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let (false, Reduction::Percent(share)) = (terms.own_line, terms.reduction) else {
            continue;
        };
        let Some(span) = span(plan, discount, usage.period) else { continue };
        for id in &terms.on {
            *off.entry((*id, &clause.name)).or_default() += span.share.times(share);
        }
    }
    let mut factors = BTreeMap::new();
    for ((id, _), share) in off {
        let factor = factors.entry(id).or_insert(Exact::ONE);
        *factor = factor.by(Exact::ONE - share);
    }
    factors
}

/// Discounts that are lines of their own.
pub(super) fn discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut Vec<BillLine>) {
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let in_lines = !terms.own_line && matches!(terms.reduction, Reduction::Percent(_));
        let Some(span) = span(plan, id, usage.period).filter(|_| !in_lines) else { continue };
        let base: Amount = covered(lines, &terms.on).map(|line| line.net).sum();
        let off = match terms.reduction {
            Reduction::Percent(share) => Exact::amount(base).times(share),
            Reduction::Sum(sum) => Exact::amount(sum),
        };
        let off = off.by(span.share);
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
        line.exact += -off;
        line.net = line.exact.round(plan.rounding.line);
    }
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
        .map(|line| {
            let tax = Exact::amount(line.net).times(tax_within(plan, usage, terms, line));
            line.net + tax.round(Some(plan.rounding.of_tax()))
        })
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
    let short = if terms.on_top {
        terms.minimum
    } else if used < terms.minimum {
        terms.minimum - used
    } else {
        Amount::ZERO
    };
    let own = plan
        .clauses_with_ids()
        .find(|(_, clause)| matches!(clause.terms, Terms::Commitment(_)))
        .map(|(id, clause)| BillLine::new(clause, id));
    let rate = own.map_or(Decimal::ZERO, |own| tax_within(plan, usage, terms, &own));
    Exact::amount(short).over(Decimal::ONE + rate)
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
