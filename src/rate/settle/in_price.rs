//! Percentages that the lines already contain.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::dated::{Part, days, held, part_on};
use super::spans::span;
use super::workings::of_prices;
use super::{BillLine, Usage};
use crate::money::Exact;
use crate::tariff::{ClauseId, Plan, Reduction, Terms};
use crate::when::{Day, Period};

/// Takes them off.
pub(super) fn in_price_discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) {
    for line in lines {
        let contained = Contained::of(plan, usage, line);
        line.unknown |= contained.unknown;
        let factor = contained.left();
        if factor != Exact::ONE {
            let off = line.exact - line.exact.by(factor);
            line.within += off;
            line.workings.extend(of_prices(plan, &contained.discounts, line.exact, off));
            line.exact = line.exact.by(factor);
            line.price = line.price.and_then(|price| factor.times(price).finite());
            for (_, part) in &mut line.dated {
                *part = part.by(factor);
            }
        }
    }
}

/// What a line contains.
pub(super) struct Contained<'p> {
    /// The days of its clause.
    days: Option<Period>,
    shares: Vec<Share<'p>>,
    /// The discounts that bear on it.
    discounts: Vec<ClauseId>,
    /// One of them can't be told.
    unknown: bool,
}

struct Share<'p> {
    /// Versions of one discount have one name.
    name: &'p str,
    /// The days on which it is taken off, where that is not all the time.
    days: Option<Period>,
    share: Exact,
}

impl<'p> Contained<'p> {
    pub(super) fn of(plan: &'p Plan, usage: &Usage<'_>, line: &BillLine) -> Self {
        let mut contained =
            Self { days: None, shares: Vec::new(), discounts: Vec::new(), unknown: false };
        for (discount, clause) in plan.clauses_with_ids() {
            let Terms::Discount(terms) = &clause.terms else { continue };
            let (true, Reduction::Percent(share)) = (terms.in_price(), terms.reduction) else {
                continue;
            };
            // A line's clauses share a discount or have none: they are one line by name.
            let Some(of) = line.clauses.iter().find(|of| terms.on.contains(of)) else { continue };
            let Some(span) = span(plan, discount, usage.period) else { continue };
            let Some(days) = days(plan, discount, terms, usage.period) else {
                contained.discounts.push(discount);
                contained.add(&clause.name, None, span.share.times(share));
                continue;
            };
            match part_on(plan, usage, days, (line, *of)) {
                Part::Of(part) if part == Exact::ONE || part == Exact::ZERO => {
                    contained.discounts.push(discount);
                    contained.add(&clause.name, None, part.times(share));
                }
                Part::Of(_) => {
                    contained.days = held(plan, *of, usage.period);
                    contained.discounts.push(discount);
                    contained.add(&clause.name, Some(days), Exact::decimal(share));
                }
                // They have been taken off these calls.
                Part::Calls => {}
                Part::Unknown => contained.unknown = true,
            }
        }
        contained
    }

    fn add(&mut self, name: &'p str, days: Option<Period>, share: Exact) {
        self.shares.push(Share { name, days, share });
    }

    /// What they leave on a day: versions of one discount add up to one, different discounts
    /// multiply.
    fn left_on(&self, day: Option<Day>) -> Exact {
        let mut off: BTreeMap<&str, Exact> = BTreeMap::new();
        for share in &self.shares {
            if share.days.is_none_or(|days| day.is_some_and(|day| days.contains(day))) {
                *off.entry(share.name).or_default() += share.share;
            }
        }
        off.into_values().fold(Exact::ONE, |factor, off| factor.by(Exact::ONE - off))
    }

    fn left_over(&self, days: Period) -> Exact {
        (days.first.0..=days.last.0).map(|day| self.left_on(Some(Day(day)))).sum()
    }

    /// What they leave of the line.
    fn left(&self) -> Exact {
        match self.days {
            Some(days) => self.left_over(days).by(Exact::ratio(Decimal::ONE, days.days())),
            None => self.left_on(None),
        }
    }

    /// The part of the line that is of some of its clause's days, if that is this part without them.
    pub(super) fn part(&self, days: Period, part: Exact) -> Exact {
        let Some(held) = self.days else { return part };
        let own = Period { first: days.first.max(held.first), last: days.last.min(held.last) };
        self.left_over(own).share_of(self.left_over(held))
    }
}
