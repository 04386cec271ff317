//! Lines for usage other than calls.
//!
//! Order of work: rows of the roster → quantities of the cycle or of each bucket → rounding and
//! included units → price, by blocks and steps → the clause's own minimum.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::spans::versions;
use super::units::{Of, rounded};
use super::{BillLine, UnitCount};
use crate::money::{Exact, Rounding, RoundingMode};
use crate::rate::segment::segments;
use crate::roster::{Entry, EntryKind};
use crate::tariff::{Committed, Plan, Tiers, UnitPrice, UsageTerms};
use crate::when::Period;

pub(super) fn add(plan: &Plan, line: &mut BillLine, terms: &UsageTerms, of: &Of<'_>) {
    line.unit = match terms.unit {
        "message" => "unit.message",
        "segment" => "unit.segment",
        "minute" => "unit.minute",
        "hour" => "unit.hour",
        "gb-month" => "unit.gb-month",
        "call" => "unit.call",
        _ => "unit.item",
    };
    let clause = plan.clause(of.id);
    let roster = of.usage.roster;
    // Before the contract began there was nothing to use.
    let held = plan.head.valid.within(of.usage.period).unwrap_or(of.usage.period);
    let all = || {
        let own =
            roster.into_iter().flat_map(|roster| roster.of(EntryKind::Usage, Some(&clause.name)));
        own.filter_map(|entry| Some((entry, entry.within(held, 0)?)))
    };
    let price = of_one(terms);
    if all().next().is_none() && terms.bucket.is_none() {
        // What is printed is already after what is included.
        let priced = |quantity| committed(terms, cost(terms, rounds(terms, quantity)));
        return of.trust(line, price, priced);
    }
    let days = of.span.own;
    let inside = |there: &Period| days.contains(there.first) && days.contains(there.last);
    let beside = |there: &Period| there.last < days.first || days.last < there.first;
    // How much of a quantity fell on the days of the clause, and not before the end of its trial or
    // on those of another version, nothing tells.
    let straddles = all().any(|(_, there)| !inside(&there) && !beside(&there));
    // Nor which version of a price takes what is free once a cycle, or its steps.
    let steps = terms.price.of_one().is_none() || terms.commitment.is_some();
    let once = steps || !terms.included.is_zero() || !of.included.is_zero();
    let shared = once && versions(plan, clause, of.usage.period).count() > 1;
    // Nor which bucket takes what a package includes.
    let unassigned = terms.bucket.is_some() && !of.included.is_zero();
    // Nor what a printed quantity is the sum of.
    let unlisted = all().next().is_none();
    let untold = straddles || shared || unassigned || unlisted;
    let rows = all().filter(|(_, there)| inside(there));
    let measured = measured(terms, rows).filter(|_| !untold);
    of.priced(line, price);
    let Some(measured) = measured else {
        line.unknown = true;
        return;
    };
    let included = of.included + Exact::decimal(terms.included);
    let less = |quantity: Exact| (quantity - included).at_least(Exact::ZERO);
    let mut due = Exact::ZERO;
    for pieces in &measured {
        let each = |pieces: &mut dyn Iterator<Item = Exact>| -> Exact {
            pieces.map(|piece| rounds_to(terms, piece)).sum()
        };
        let billed = if terms.included_of_rounded {
            less(each(&mut pieces.iter().copied()))
        } else {
            // What is free is used up by the first of them.
            let mut free = included;
            each(&mut pieces.iter().map(|piece| {
                let taken = piece.at_most(free);
                free = free - taken;
                *piece - taken
            }))
        };
        due += billed;
        line.exact += committed(terms, cost(terms, billed));
    }
    line.quantity = Some(line.quantity.unwrap_or(Exact::ZERO) + due);
    let counted = measured.into_iter().flatten().sum();
    line.units = Some(UnitCount { counted: Some(counted), included, ..UnitCount::default() });
}

/// The price of one unit, if each costs the same and every sum is a number of units times that.
fn of_one(terms: &UsageTerms) -> Option<Decimal> {
    let each = terms.price.of_one().filter(|_| terms.commitment.is_none())?;
    Exact::decimal(each).over(terms.per).finite()
}

/// Quantities that are priced by themselves, that of the cycle or of each bucket, each by the pieces
/// that are rounded by themselves, in order of use; `None` if a row does not say into which bucket it
/// falls.
fn measured<'e>(
    terms: &UsageTerms,
    rows: impl Iterator<Item = (&'e Entry, Period)>,
) -> Option<Vec<Vec<Exact>>> {
    // The order of rows of one day and time stays that of the file.
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(entry, there)| (there.first, entry.time));
    let mut all: BTreeMap<(String, i32, u32), Vec<Exact>> = BTreeMap::new();
    for (entry, there) in rows {
        let (day, place) = match terms.bucket {
            None => (0, 0),
            // A day is a bucket whatever the hour.
            Some(86_400) => (there.first.0, 0),
            Some(span) => (there.first.0, entry.time? / span),
        };
        if terms.bucket.is_some() && there.first != there.last {
            return None;
        }
        let apart = terms.peak || terms.bucket.is_some();
        let thing = if apart { entry.key() } else { String::new() };
        let quantity = Exact::decimal(used(terms, entry));
        let pieces = all.entry((thing, day, place)).or_default();
        match pieces.last_mut() {
            Some(largest) if terms.peak => *largest = largest.at_least(quantity),
            Some(sum) if !terms.by_row => *sum += quantity,
            _ => pieces.push(quantity),
        }
    }
    if terms.bucket.is_some() {
        return Some(all.into_values().collect());
    }
    let pieces = all.into_values().flatten();
    Some(vec![if terms.by_row { pieces.collect() } else { vec![pieces.sum()] }])
}

/// Units of a price that an entry stands for.
pub(super) fn used(terms: &UsageTerms, entry: &Entry) -> Decimal {
    let quantity = entry.quantity.unwrap_or_default();
    match (terms.unit, terms.segment, entry.characters) {
        ("segment", Some(lengths), Some(characters)) => {
            quantity * Decimal::from(segments(characters, lengths))
        }
        _ => quantity,
    }
}

/// A printed quantity as it is priced: of rows that were rounded, each by itself, it is the sum.
fn rounds(terms: &UsageTerms, quantity: Exact) -> Exact {
    if terms.by_row { quantity } else { rounds_to(terms, quantity) }
}

/// Rounded as the clause says, then to whole blocks.
fn rounds_to(terms: &UsageTerms, quantity: Exact) -> Exact {
    let quantity = rounded(quantity, terms.rounding);
    match terms.blocks {
        // Steps count blocks of their own.
        Some(mode) if !has_own_blocks(terms) => blocks(quantity, terms.per, mode).times(terms.per),
        _ => quantity,
    }
}

/// Blocks of `per` in a quantity.
fn blocks(quantity: Exact, per: Decimal, mode: RoundingMode) -> Exact {
    rounded(quantity.over(per), Some(Rounding::new(0, mode)))
}

fn has_own_blocks(terms: &UsageTerms) -> bool {
    match &terms.price {
        UnitPrice::One(_) => false,
        UnitPrice::Steps(tiers) => tiers.steps.iter().any(|step| step.per.is_some()),
    }
}

/// What a quantity costs.
fn cost(terms: &UsageTerms, quantity: Exact) -> Exact {
    match &terms.price {
        UnitPrice::One(price) => quantity.over(terms.per).times(*price),
        UnitPrice::Steps(tiers) => by_steps(terms, tiers, quantity),
    }
}

fn by_steps(terms: &UsageTerms, tiers: &Tiers, quantity: Exact) -> Exact {
    let own = has_own_blocks(terms);
    tiers.price(quantity, |step, part| {
        let per = step.per.unwrap_or(terms.per);
        let units = match terms.blocks.filter(|_| own) {
            Some(mode) => blocks(part, per, mode),
            None => part.over(per),
        };
        units.times(step.price)
    })
}

/// A sum, held against the clause's own minimum.
fn committed(terms: &UsageTerms, cost_of_used: Exact) -> Exact {
    let Some(commitment) = &terms.commitment else { return cost_of_used };
    let least = match commitment.committed {
        Committed::Units(units) => cost(terms, rounds_to(terms, Exact::decimal(units))),
        Committed::Sum(sum) => Exact::decimal(sum),
    };
    if cost_of_used > least {
        least + (cost_of_used - least).times(commitment.overage)
    } else if commitment.shortfall_free {
        cost_of_used
    } else {
        least
    }
}
