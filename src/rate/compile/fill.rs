//! The table of rules is filled: by version, direction, zone and part of the week the clause that
//! prices a call.

use std::collections::HashMap;

use super::{Compiled, narrow, number};
use crate::rate::make::{Place, counted_apart, make_rule};
use crate::rate::rule::{RuleId, ZoneSlot};
use crate::source::Diagnostic;
use crate::tariff::{CallTerms, Clause, ClauseId, Direction, Leg, PeriodId, Plan, Terms, Validity};

/// Most places in the table of rules: no contract on paper has as many, and few decks.
const MOST_SLOTS: usize = 1 << 24;

/// Wrong prices that are shown at once.
const WRONG_SHOWN: usize = 20;

impl Compiled {
    pub(super) fn fill(&mut self, plan: &Plan, wrong: &mut Vec<Diagnostic>) {
        let calls: Vec<_> = plan.calls().collect();
        let slots = [self.sides, self.origins, self.zone_count, self.period_count]
            .into_iter()
            .try_fold(self.versions.len(), usize::checked_mul)
            .filter(|slots| *slots <= MOST_SLOTS && self.versions.len() <= usize::from(u16::MAX));
        let Some(slots) = slots else {
            let last = calls.last().map_or(plan.head.at, |(_, clause, _)| clause.at);
            return wrong.push(Diagnostic::error("contract-too-large", last));
        };
        self.table = vec![None; slots];
        let mut known = HashMap::new();
        let discounts: Vec<_> = dated_discounts(plan).collect();
        let apart = counted_apart(plan);
        // Places in `calls`, by zone.
        let mut by_zone: Vec<Vec<usize>> = vec![Vec::new(); self.zone_count];
        let mut everywhere = Vec::new();
        for (place, (_, _, terms)) in calls.iter().enumerate() {
            terms.zones.iter().for_each(|zone| by_zone[zone.index()].push(place));
            if terms.zones.is_empty() {
                everywhere.push(place);
            }
        }
        let cuts = (0..self.versions.len())
            .flat_map(|version| (0..self.origins).map(move |origin| (version, origin)));
        for (version, origin) in cuts {
            let day = self.versions[version];
            for direction in DIRECTIONS.into_iter().take(self.sides) {
                let holds = |(_, clause, terms): &&(_, &Clause, &CallTerms)| {
                    clause.valid.contains(day) && goes(terms, direction) && from_zone(terms, origin)
                };
                for (zone, named) in by_zone.iter().enumerate() {
                    let places = named.iter().chain(&everywhere);
                    let there: Vec<_> = places.map(|place| &calls[*place]).filter(holds).collect();
                    for part in 0..self.period_count {
                        let best = there
                            .iter()
                            .filter(|(_, _, terms)| in_part(terms, part))
                            .max_by_key(|(_, _, terms)| {
                                let named =
                                    [&terms.zones, &terms.from_zones].map(|z| !z.is_empty());
                                (named, terms.leg.is_some(), !terms.periods.is_empty())
                            });
                        let Some((id, _, terms)) = best else { continue };
                        let named = part + 1 < self.period_count && !terms.periods.is_empty();
                        let period = named.then(|| PeriodId(narrow(part)));
                        let zone_slot = ZoneSlot(number(zone));
                        let place =
                            self.place(version, direction, self.at(origin, zone_slot), part);
                        let discounted: Vec<bool> = discounts
                            .iter()
                            .filter(|(on, _)| on.contains(id))
                            .map(|(_, valid)| valid.contains(day))
                            .collect();
                        let kind = (*id, zone_slot, direction, period, discounted);
                        let rule = *known.entry(kind).or_insert_with(|| {
                            let place = Place {
                                clause: *id,
                                zone: zone_slot,
                                direction,
                                period,
                                since: day,
                            };
                            match make_rule(plan, terms, place, &apart) {
                                Ok(rule) => self.rules.push(rule),
                                Err(diagnostic) => {
                                    let known = |d: &Diagnostic| d.primary == diagnostic.primary;
                                    // A whole deck may be wrong in one way.
                                    if wrong.len() < WRONG_SHOWN && !wrong.iter().any(known) {
                                        wrong.push(*diagnostic);
                                    }
                                }
                            }
                            self.rules.len().saturating_sub(1)
                        });
                        self.table[place] = Some(RuleId(number(rule)));
                    }
                }
            }
        }
    }
}

/// Discounts that hold on some days only: calls of these days have rules of their own, whatever such
/// a discount is taken for, so that tallies of one reading settle another.
pub(super) fn dated_discounts(plan: &Plan) -> impl Iterator<Item = (&[ClauseId], Validity)> {
    plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Discount(terms) => {
            let dated = clause.valid.from.or(clause.valid.until).is_some();
            dated.then_some((terms.on.as_slice(), clause.valid))
        }
        _ => None,
    })
}

/// Directions in table order.
const DIRECTIONS: [Direction; 4] =
    [Direction::Outbound, Direction::Inbound, Direction::Internal, Direction::ToCaller];

/// True if a price is for calls of a direction. A leg to the caller is priced like a call to that
/// number, unless a clause is for one leg.
fn goes(terms: &CallTerms, direction: Direction) -> bool {
    match direction {
        Direction::ToCaller => {
            terms.directions.contains(&Direction::Outbound) && terms.leg != Some(Leg::Called)
        }
        _ => terms.directions.contains(&direction) && terms.leg != Some(Leg::Caller),
    }
}

fn from_zone(terms: &CallTerms, zone: usize) -> bool {
    terms.from_zones.is_empty() || terms.from_zones.iter().any(|z| z.index() == zone)
}

fn in_part(terms: &CallTerms, part: usize) -> bool {
    terms.periods.is_empty() || terms.periods.iter().any(|p| usize::from(p.0) == part)
}
