//! Clauses held against each other: contradictions, gaps, things that can never apply.

use std::collections::{BTreeMap, BTreeSet};

use super::clause::{Clause, Terms};
use super::clauses::call::{CallTerms, Direction};
use super::clauses::metering::Scope;
use super::clauses::package::{MinutePool, PoolSize};
use super::clauses::period::{WeekPart, clock};
use super::clauses::seat::SeatCount;
use super::clauses::surcharge::SurchargeFee;
use super::clauses::{period, tax, zone};
use super::ids::{ClauseId, PeriodId, ZoneId};
use super::names::{period_id, zone_id};
use super::plan::Plan;
use crate::source::{Diagnostic, Diagnostics, Span, suggestion};
use crate::when::Validity;

/// All contradictions of a plan.
pub(super) fn validate(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::default();
    // Decks were held against zones and each other as they were read.
    let own = plan.zones.partition_point(|zone| zone.reach.is_none());
    zone::ties(&plan.zones[..own], &mut found);
    period::overlaps(&plan.periods, &mut found);
    calls(plan, &mut found);
    fees_of_calls(plan, &mut found);
    names(plan, &mut found);
    tax_classes(plan, &mut found);
    seats(plan, &mut found);
    unused(plan, &mut found);
    steps_by_number(plan, &mut found);
    money_off_sums(plan, &mut found);
    percent_of_sums(plan, &mut found);
    found
}

/// Wrong rows of decks that are shown.
const DECK_SHOWN: usize = 20;

/// A fee finer than calls are rounded to leaves open what one call costs: the fee is rounded by
/// itself, or with the time, or not at all. A sum over the cycle rounds no call.
fn fees_of_calls(plan: &Plan, found: &mut Diagnostics) {
    let Some(rounding) = plan.rounding.call else { return };
    let mut shown = 0;
    let by_call = |terms: &CallTerms| terms.tiers.is_none() && terms.metering.scope == Scope::Call;
    for (_, clause, terms) in plan.calls().filter(|(_, _, terms)| by_call(terms)) {
        let own = [("connect", terms.connect), ("attempt", terms.attempt)];
        let within = terms.after.iter().map(|after| ("after", after.fee));
        let bounds = [("least", terms.bounds.least), ("most", terms.bounds.most)];
        let bounds = bounds.into_iter().filter_map(|(key, bound)| Some((key, bound?)));
        for (key, fee) in own.into_iter().chain(within).chain(bounds) {
            // A whole deck may be wrong in one way.
            if rounding.apply(fee) != fee && shown < DECK_SHOWN {
                shown += usize::from(terms.of_deck);
                found.push(
                    Diagnostic::error("fee-finer-than-call", clause.at)
                        .with("key", key)
                        .with("fee", fee)
                        .with("step", rounding.quantum()),
                );
            }
        }
    }
}

/// Two prices for the same call, and times without a price.
fn calls(plan: &Plan, found: &mut Diagnostics) {
    let all: Vec<(ClauseId, &Clause, &CallTerms)> = plan.calls().collect();
    // Those that share a zone, or are both for every number, are held against each other.
    let mut by_zone: BTreeMap<Option<ZoneId>, Vec<usize>> = BTreeMap::new();
    for (index, (_, clause, terms)) in all.iter().enumerate() {
        let mut zones: Vec<Option<ZoneId>> = terms.zones.iter().copied().map(Some).collect();
        if zones.is_empty() {
            zones.push(None);
        }
        let met = zones.iter().filter_map(|zone| by_zone.get(zone)).flatten();
        let met: BTreeSet<usize> = met.copied().collect();
        for zone in zones {
            by_zone.entry(zone).or_default().push(index);
        }
        for (_, other, other_terms) in met.into_iter().map(|place| &all[place]) {
            if terms.share_calls(other_terms)
                && terms.share_hours(other_terms)
                && clause.valid.meets(other.valid)
            {
                let code = if terms.overage_of.is_some() || other_terms.overage_of.is_some() {
                    "overage-and-call"
                } else {
                    "prices-conflict"
                };
                found.push(
                    Diagnostic::error(code, terms.price_at)
                        .and(other_terms.price_at)
                        .with("name", &clause.name)
                        .with("other", &other.name),
                );
            }
        }
    }
    period_gaps(plan, &all, found);
}

/// A zone priced in some periods but not in the rest of the week.
fn period_gaps(plan: &Plan, all: &[(ClauseId, &Clause, &CallTerms)], found: &mut Diagnostics) {
    let mut zones: BTreeMap<Option<ZoneId>, Vec<&CallTerms>> = BTreeMap::new();
    for (_, _, terms) in all {
        if terms.zones.is_empty() {
            zones.entry(None).or_default().push(terms);
        }
        for zone in &terms.zones {
            zones.entry(Some(*zone)).or_default().push(terms);
        }
    }
    let everywhere = zones.get(&None).cloned().unwrap_or_default();
    for (zone, terms) in &zones {
        for clause in terms {
            let priced = |direction| {
                terms.iter().chain(&everywhere).any(|terms: &&CallTerms| {
                    terms.periods.is_empty()
                        && terms.directions.contains(&direction)
                        && (terms.from_zones.is_empty() || terms.from_zones == clause.from_zones)
                })
            };
            if clause.periods.is_empty() || clause.directions.iter().all(|d| priced(*d)) {
                continue;
            }
            let named = terms.iter().flat_map(|terms| &terms.periods);
            let parts: Vec<&WeekPart> = named.map(|id| &plan.periods[usize::from(id.0)]).collect();
            if let Some((day, second)) = period::first_gap(&parts) {
                let gap = Diagnostic::error("period-gap", clause.price_at)
                    .with("day", format!("@weekday.{day}"))
                    .with("time", clock(second));
                found.push(match zone {
                    Some(zone) => gap.and_worded(plan.zones[zone.index()].at, "zone"),
                    None => gap,
                });
                break;
            }
        }
    }
}

/// A clause's name must be its own.
fn names(plan: &Plan, found: &mut Diagnostics) {
    // By name: prices for calls, and others.
    let mut seen: BTreeMap<&str, [Vec<&Clause>; 2]> = BTreeMap::new();
    for clause in &plan.clauses {
        let other = !matches!(clause.terms, Terms::Call(_));
        let earlier = seen.entry(&clause.name).or_default();
        // Versions of one clause follow each other in time under one name.
        let [calls, others] = &earlier;
        let calls = if other { calls.as_slice() } else { &[] };
        let mut held = calls.iter().chain(others);
        let twin = held.find(|other| other.valid.meets(clause.valid)).copied();
        earlier[usize::from(other)].push(clause);
        if let Some(twin) = twin {
            found.push(
                Diagnostic::error("name-twice", clause.at)
                    .and(twin.at)
                    .with("name", &clause.name)
                    .helped_by("help-clause"),
            );
        }
    }
}

/// True if a clause makes a line that bears tax of a class: a late charge bears some only if it has
/// a class, and a discount that other lines contain, or that is taken off after tax, bears none.
fn bears_tax(terms: &Terms) -> bool {
    match terms {
        Terms::Late(_) => false,
        Terms::Discount(terms) => !terms.in_lines() && !terms.after_tax,
        _ => true,
    }
}

fn tax_classes(plan: &Plan, found: &mut Diagnostics) {
    let Some(tax) = &plan.tax else { return };
    tax::rates_overlap(tax, found);
    tax::rate_gaps(tax, plan.head.valid, found);
    let classes = || tax.rates.iter().map(|rate| rate.class.as_str());
    // Rows of a deck have the deck's class.
    let mut last = None;
    for clause in &plan.clauses {
        if last.replace(clause.class_at) == Some(clause.class_at) {
            continue;
        }
        match &clause.class {
            Some(class) if !classes().any(|known| known == class) => {
                found.push(
                    Diagnostic::error("tax-class-unknown", clause.class_at)
                        .and(tax.at)
                        .with("class", class)
                        .with("known", tax::known_classes(tax).join(", "))
                        .meaning(suggestion(class, classes())),
                );
            }
            None if tax.only_class().is_none() && bears_tax(&clause.terms) => {
                found.push(
                    Diagnostic::error("tax-class-missing", clause.class_at)
                        .and(tax.at)
                        .with("name", &clause.name)
                        .with("known", tax::known_classes(tax).join(", ")),
                );
            }
            _ => {}
        }
    }
}

/// A percentage of what calls cost needs calls that have a charge of their own.
fn percent_of_sums(plan: &Plan, found: &mut Diagnostics) {
    for (_, clause, terms) in plan.surcharges() {
        let SurchargeFee::Percent(_) = terms.fee else { continue };
        let in_sums = plan.calls().any(|(id, _, call)| {
            (terms.on.is_empty() || terms.on.contains(&id))
                && (call.tiers.is_some() || call.metering.scope != Scope::Call)
        });
        if in_sums {
            found.push(Diagnostic::error("surcharge-percent", clause.at));
        }
    }
}

/// Money pays for calls one by one; where seconds are added up first, no call has a charge.
fn money_off_sums(plan: &Plan, found: &mut Diagnostics) {
    let pools = plan
        .packages()
        .flat_map(|(_, package, terms)| terms.pools.iter().map(move |pool| (package, pool)));
    for (package, pool) in pools.filter(|(_, pool)| matches!(pool.size, PoolSize::Money(_))) {
        let covers = |terms: &CallTerms| {
            (terms.zones.is_empty()
                || pool.zones.is_empty()
                || pool.zones.iter().any(|zone| terms.zones.contains(zone)))
                && terms.directions.contains(&Direction::Outbound)
        };
        let sum = plan.calls().find(|(_, clause, terms)| {
            let in_sums = terms.tiers.is_some() || terms.metering.scope != Scope::Call;
            in_sums && covers(terms) && package.valid.meets(clause.valid)
        });
        if let Some((_, clause, _)) = sum {
            found.push(
                Diagnostic::error("package-money-sum", pool.at)
                    .and(clause.at)
                    .with("name", &clause.name),
            );
        }
    }
}

/// Minutes of a package can't be taken off steps that each number has for itself: which number's?
fn steps_by_number(plan: &Plan, found: &mut Diagnostics) {
    for (_, clause, terms) in plan.calls() {
        if !terms.tiers.as_ref().is_some_and(|tiers| tiers.per_number) {
            continue;
        }
        let covers = |pool: &MinutePool| {
            terms.zones.is_empty()
                || pool.zones.is_empty()
                || pool.zones.iter().any(|zone| terms.zones.contains(zone))
        };
        let outbound = terms.directions.contains(&Direction::Outbound);
        let package = plan.packages().find(|(_, package, terms)| {
            outbound && terms.pools.iter().any(covers) && package.valid.meets(clause.valid)
        });
        if let Some((_, package, _)) = package {
            found.push(
                Diagnostic::error("package-and-number-steps", terms.price_at)
                    .and(package.at)
                    .with("name", &clause.name)
                    .with("other", &package.name),
            );
        }
    }
}

/// Every clause for seats counts the whole roster, so two of them charge each seat twice.
fn seats(plan: &Plan, found: &mut Diagnostics) {
    let by_roster = |clause: &&Clause| matches!(&clause.terms, Terms::Seat(terms) if terms.count != SeatCount::Ordered);
    let all: Vec<&Clause> = plan.clauses.iter().filter(by_roster).collect();
    for (index, clause) in all.iter().enumerate() {
        let twin = all[..index]
            .iter()
            .find(|other| other.name != clause.name && other.valid.meets(clause.valid));
        if let Some(twin) = twin {
            found.push(
                Diagnostic::warning("seats-twice", clause.at)
                    .and(twin.at)
                    .with("name", &clause.name)
                    .with("other", &twin.name),
            );
        }
    }
}

/// Things that never apply: clauses on other days, zones and periods that no price names.
fn unused(plan: &Plan, found: &mut Diagnostics) {
    // Rows of a deck may be for days before or after.
    let of_deck = |clause: &&Clause| matches!(&clause.terms, Terms::Call(terms) if terms.of_deck);
    for clause in plan.clauses.iter().filter(|clause| !of_deck(clause)) {
        if plan.head.valid != Validity::default() && !clause.valid.meets(plan.head.valid) {
            found.push(
                Diagnostic::error("clause-never-valid", clause.at)
                    .and(plan.head.at)
                    .with("name", &clause.name)
                    .with("days", clause.valid)
                    .with("contract", plan.head.valid),
            );
        }
    }
    // Without any price for calls nothing can name them.
    if plan.calls().next().is_none() {
        return;
    }
    let mut zones: BTreeSet<ZoneId> = BTreeSet::new();
    let mut periods: BTreeSet<PeriodId> = BTreeSet::new();
    for clause in &plan.clauses {
        match &clause.terms {
            Terms::Call(terms) => {
                zones.extend(terms.zones.iter().chain(&terms.from_zones));
                periods.extend(&terms.periods);
            }
            Terms::Package(terms) => zones.extend(terms.pools.iter().flat_map(|pool| &pool.zones)),
            _ => {}
        }
    }
    let zone_list = plan.zones.iter().map(|zone| (zone.at, &zone.name)).enumerate();
    for (_, (at, name)) in zone_list.filter(|(index, _)| !zones.contains(&zone_id(*index))) {
        found.push(unused_name(at, name, "zone"));
    }
    let period_list = plan.periods.iter().map(|part| (part.at, &part.name)).enumerate();
    for (_, (at, name)) in period_list.filter(|(index, _)| !periods.contains(&period_id(*index))) {
        found.push(unused_name(at, name, "period"));
    }
}

fn unused_name(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::warning("name-unused", at)
        .with("name", name)
        .with("what", format!("@what.{what}"))
        .with("key", what)
}
