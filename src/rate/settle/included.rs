//! Seats and messages that packages include.

use rust_decimal::Decimal;

use super::Usage;
use super::pools::seats;
use super::spans::{holds, span};
use super::usage::used;
use crate::money::Exact;
use crate::roster::EntryKind;
use crate::tariff::{ClauseId, PackageTerms, PartMonth, Plan, Terms};
use crate::when::Day;

/// Units of a clause that packages include.
pub(super) struct Included {
    /// How many.
    pub(super) units: Exact,
    /// Nothing tells how many.
    pub(super) unsure: bool,
}

/// Units of a clause that packages include.
pub(super) fn included(plan: &Plan, usage: &Usage<'_>, of: ClauseId) -> Included {
    let mut all = Included { units: Exact::ZERO, unsure: false };
    for (id, _, terms) in plan.packages() {
        if holds(plan, id, usage.period).and_then(|valid| valid.within(usage.period)).is_none() {
            continue;
        }
        let share = span(plan, id, usage.period).map_or(Exact::ONE, |span| span.share);
        let count = count(plan, id, terms, usage);
        for units in terms.units.iter().filter(|units| units.of.contains(&of)) {
            let whole = count.map(|count| share.times(units.quantity).by(count));
            let mine = whole.and_then(|whole| match units.of.as_slice() {
                [_] => Some(whole),
                several => in_order_of_use(plan, usage, several, whole, of),
            });
            all.unsure |= mine.is_none();
            all.units += mine.unwrap_or(Exact::ZERO);
        }
    }
    all
}

/// How many packages are taken.
fn count(plan: &Plan, id: ClauseId, terms: &PackageTerms, usage: &Usage<'_>) -> Option<Exact> {
    if terms.per_seat {
        seats(plan, id, usage, PartMonth::Full)
    } else {
        Some(Exact::decimal(terms.count.into()))
    }
}

/// What one of several prices gets of units that they share: those used first are free, day by day
/// and within a day as the roster lists them. `None` if it does not tell what was used first.
fn in_order_of_use(
    plan: &Plan,
    usage: &Usage<'_>,
    several: &[ClauseId],
    whole: Exact,
    of: ClauseId,
) -> Option<Exact> {
    let held = plan.head.valid.within(usage.period).unwrap_or(usage.period);
    let mut uses: Vec<(Day, Day, ClauseId, Decimal)> = Vec::new();
    for entry in usage.roster?.entries.iter().filter(|entry| entry.kind == EntryKind::Usage) {
        let named = several.iter().find_map(|id| match &plan.clause(*id) {
            clause if clause.name == entry.group || clause.name == entry.id => {
                let Terms::Usage(terms) = &clause.terms else { return None };
                Some((*id, used(terms, entry)))
            }
            _ => None,
        });
        if let (Some((id, used)), Some(there)) = (named, entry.within(held, 0)) {
            uses.push((there.first, there.last, id, used));
        }
    }
    let all: Decimal = uses.iter().map(|(_, _, _, used)| *used).sum();
    // The order of rows of one day stays that of the file.
    uses.sort_by_key(|(first, last, _, _)| (*first, *last));
    let overlap = uses.iter().enumerate().any(|(index, (first, last, id, _))| {
        let later = uses[index + 1..].iter().take_while(|(next, ..)| next <= last);
        first != last && later.into_iter().any(|(_, _, other, _)| other != id)
    });
    if overlap && (whole - Exact::decimal(all)).is_negative() {
        return None;
    }
    let (mut left, mut mine) = (whole, Exact::ZERO);
    for (_, _, id, used) in uses {
        let here = left.at_most(Exact::decimal(used));
        left = left - here;
        if id == of {
            mine += here;
        }
    }
    Some(mine)
}
