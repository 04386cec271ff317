//! Clauses held against each other: contradictions, gaps, things that can never apply.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::model::{
    AreaMatch, CallTerms, Clause, DaySet, DestinationZone, Plan, Scope, SeatCount, Tax, Terms,
    Validity, WeekPart,
};
use super::parse::clock;
use super::{ClauseId, PeriodId, ZoneId};
use crate::source::{Diagnostic, Diagnostics, Span, suggestion};
use crate::when::Day;

/// All contradictions of a plan.
pub(super) fn validate(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::default();
    zones(plan, &mut found);
    periods(plan, &mut found);
    calls(plan, &mut found);
    fees_of_calls(plan, &mut found);
    names(plan, &mut found);
    tax(plan, &mut found);
    seats(plan, &mut found);
    unused(plan, &mut found);
    steps_by_number(plan, &mut found);
    found
}

/// Two zones of equal rank that share a number leave its price open.
fn zones(plan: &Plan, found: &mut Diagnostics) {
    // Zones with prefixes meet in a prefix; so each is held only against those that share one.
    let mut seen: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, zone) in plan.zones.iter().enumerate() {
        let mut prefixes: Vec<&str> =
            zone.prefixes.iter().map(|(digits, _)| digits.as_str()).collect();
        if prefixes.is_empty() {
            prefixes.push("");
        }
        let met = prefixes.iter().filter_map(|prefix| seen.get(prefix)).flatten();
        let others: BTreeSet<usize> = met.copied().collect();
        for prefix in prefixes {
            seen.entry(prefix).or_default().push(index);
        }
        for other in others.into_iter().map(|other| &plan.zones[other]) {
            let Some(shared) = tie(zone, other) else {
                continue;
            };
            let at = match shared {
                Some(prefix) => zone
                    .prefixes
                    .iter()
                    .find(|(digits, _)| digits == prefix)
                    .map_or(zone.at, |(_, span)| *span),
                None => zone.at,
            };
            let other_at = match shared {
                Some(prefix) => other
                    .prefixes
                    .iter()
                    .find(|(digits, _)| digits == prefix)
                    .map_or(other.at, |(_, span)| *span),
                None => other.at,
            };
            let diagnostic = Diagnostic::error("zones-tie", at)
                .and(other_at)
                .with("name", &zone.name)
                .with("other", &other.name);
            found.push(match shared {
                Some(prefix) => diagnostic.with("prefix", prefix).helped_by("help-prefix"),
                None => diagnostic,
            });
        }
    }
}

/// `Some` if a number can belong to both zones with equal rank; the prefix they share, if any.
fn tie<'z>(a: &'z DestinationZone, b: &DestinationZone) -> Option<Option<&'z str>> {
    let ranks = |zone: &DestinationZone| (!zone.areas.is_empty(), !zone.kinds.is_empty());
    if ranks(a) != ranks(b) {
        return None;
    }
    let kinds_meet = a.kinds.is_empty() || a.kinds.iter().any(|kind| b.kinds.contains(kind));
    // "Same area as the caller" can be any area, so two such zones meet only in each other.
    let areas_meet = a.areas.is_empty()
        || a.areas.iter().any(|area| {
            b.areas.contains(area)
                || (*area == AreaMatch::SameAsCaller && b.areas.contains(&AreaMatch::SameAsCaller))
        });
    if !kinds_meet || !areas_meet {
        return None;
    }
    match (a.prefixes.is_empty(), b.prefixes.is_empty()) {
        (true, true) => Some(None),
        (false, false) => a
            .prefixes
            .iter()
            .map(|(digits, _)| digits.as_str())
            .find(|digits| b.prefixes.iter().any(|(other, _)| other == digits))
            .map(Some),
        // A prefix outranks no prefix.
        _ => None,
    }
}

/// Two periods may not claim the same second.
fn periods(plan: &Plan, found: &mut Diagnostics) {
    for (index, part) in plan.periods.iter().enumerate() {
        for other in &plan.periods[..index] {
            if !days_meet(part.days, other.days) {
                continue;
            }
            let shared = part.hours.iter().find_map(|(from, until)| {
                other
                    .hours
                    .iter()
                    .map(|(a, b)| (*from.max(a), *until.min(b)))
                    .find(|(from, until)| from < until)
            });
            if let Some((from, until)) = shared {
                found.push(
                    Diagnostic::error("periods-overlap", part.at)
                        .and(other.at)
                        .with("name", &part.name)
                        .with("other", &other.name)
                        .with("hours", format!("{}-{}", clock(from), clock(until))),
                );
            }
        }
    }
}

/// Bits of [`DaySet::weekdays`].
const SATURDAY_SUNDAY: u8 = 0b110_0000;

fn days_meet(a: DaySet, b: DaySet) -> bool {
    // A named weekday can be a workday or a holiday, and Saturday and Sunday a weekend day; the
    // three kinds exclude each other.
    let named_meets_kind = |named: DaySet, kinds: DaySet| {
        (named.weekdays != 0 && (kinds.workdays || kinds.holidays))
            || (named.weekdays & SATURDAY_SUNDAY != 0 && kinds.weekends)
    };
    a.weekdays & b.weekdays != 0
        || named_meets_kind(a, b)
        || named_meets_kind(b, a)
        || (a.workdays && b.workdays)
        || (a.weekends && b.weekends)
        || (a.holidays && b.holidays)
}

/// Two prices for the same call, and times without a price.
fn calls(plan: &Plan, found: &mut Diagnostics) {
    let all: Vec<(ClauseId, &Clause, &CallTerms)> = plan.calls().collect();
    for (index, (_, clause, terms)) in all.iter().enumerate() {
        for (_, other, other_terms) in &all[..index] {
            if same_place(terms, other_terms) && clause.valid.meets(other.valid) {
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

/// A fee finer than calls are rounded to leaves open what one call costs: the fee is rounded by
/// itself, or with the time, or not at all. A sum over the cycle rounds no call.
fn fees_of_calls(plan: &Plan, found: &mut Diagnostics) {
    let Some(rounding) = plan.rounding.call else { return };
    let by_call = |terms: &CallTerms| terms.tiers.is_none() && terms.metering.scope == Scope::Call;
    for (_, clause, terms) in plan.calls().filter(|(_, _, terms)| by_call(terms)) {
        for (key, fee) in [("connect", terms.connect), ("attempt", terms.attempt)] {
            if rounding.apply(fee) != fee {
                found.push(
                    Diagnostic::error("fee-finer-than-call", clause.at)
                        .with("key", key)
                        .with("fee", fee)
                        .with("step", Decimal::new(1, rounding.places())),
                );
            }
        }
    }
}

/// True if some call would be priced by both with equal rank.
fn same_place(a: &CallTerms, b: &CallTerms) -> bool {
    fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        (a.is_empty() && b.is_empty()) || a.iter().any(|item| b.contains(item))
    }
    meet(&a.zones, &b.zones)
        && meet(&a.periods, &b.periods)
        && a.directions.iter().any(|direction| b.directions.contains(direction))
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
        let priced = |direction| {
            terms.iter().chain(&everywhere).any(|terms: &&CallTerms| {
                terms.periods.is_empty() && terms.directions.contains(&direction)
            })
        };
        for clause in terms {
            if clause.periods.is_empty() || clause.directions.iter().all(|d| priced(*d)) {
                continue;
            }
            let named: Vec<PeriodId> =
                terms.iter().flat_map(|terms| terms.periods.clone()).collect();
            if let Some((day, second)) = first_gap(plan, &named) {
                let gap = Diagnostic::error("period-gap", clause.price_at)
                    .with("day", format!("@weekday.{day}"))
                    .with("time", clock(second));
                found.push(match zone {
                    Some(zone) => gap.and_worded(plan.zones[usize::from(zone.0)].at, "zone"),
                    None => gap,
                });
                break;
            }
        }
    }
}

/// The first second of a week that none of the periods holds.
fn first_gap(plan: &Plan, named: &[PeriodId]) -> Option<(&'static str, u32)> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const WORKDAY: usize = 0;
    const WEEKEND: usize = 1;
    const HOLIDAY: usize = 2;
    let parts: Vec<&WeekPart> = named.iter().map(|id| &plan.periods[usize::from(id.0)]).collect();
    // Each weekday must be covered for every kind of day that it can be.
    for (number, day) in DAYS.iter().enumerate() {
        for kind in 0..3 {
            let mut hours: Vec<(u32, u32)> = parts
                .iter()
                .filter(|part| {
                    let days = part.days;
                    days.weekdays & (1 << number) != 0
                        || [days.workdays, days.weekends, days.holidays][kind]
                })
                .flat_map(|part| part.hours.clone())
                .collect();
            // A plain contract without day kinds need not be asked three times, and Monday to
            // Friday are never a weekend.
            let by_kind = parts.iter().any(|part| part.days.needs_calendar());
            if (kind != WORKDAY && !by_kind) || (kind == WEEKEND && number < 5) {
                continue;
            }
            hours.sort_unstable();
            let mut reached = 0;
            for (from, until) in hours {
                if from > reached {
                    break;
                }
                reached = reached.max(until);
            }
            if reached < 86_400 {
                let day = match kind {
                    HOLIDAY => "holiday",
                    WORKDAY if by_kind && number >= 5 => "worked",
                    _ => day,
                };
                return Some((day, reached));
            }
        }
    }
    None
}

/// A clause's name must be its own.
fn names(plan: &Plan, found: &mut Diagnostics) {
    for (index, clause) in plan.clauses.iter().enumerate() {
        // Versions of one clause follow each other in time under one name.
        let twin = plan.clauses[..index].iter().find(|other| {
            other.name == clause.name
                && !matches!((&other.terms, &clause.terms), (Terms::Call(_), Terms::Call(_)))
                && other.valid.meets(clause.valid)
        });
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

fn tax(plan: &Plan, found: &mut Diagnostics) {
    let Some(tax) = &plan.tax else { return };
    for (index, rate) in tax.rates.iter().enumerate() {
        let clash = tax.rates[..index]
            .iter()
            .find(|other| other.class == rate.class && other.valid.meets(rate.valid));
        if let Some(other) = clash {
            found.push(
                Diagnostic::error("tax-rates-overlap", rate.at)
                    .and(other.at)
                    .with("class", &rate.class),
            );
        }
    }
    rate_gaps(plan, tax, found);
    let classes = || tax.rates.iter().map(|rate| rate.class.as_str());
    for clause in &plan.clauses {
        match &clause.class {
            Some(class) if !classes().any(|known| known == class) => {
                found.push(
                    Diagnostic::error("tax-class-unknown", clause.class_at)
                        .and(tax.at)
                        .with("class", class)
                        .with("known", known_classes(tax).join(", "))
                        .meaning(suggestion(class, classes())),
                );
            }
            None if tax.only_class().is_none() && !matches!(clause.terms, Terms::Late(_)) => {
                found.push(
                    Diagnostic::error("tax-class-missing", clause.at)
                        .and(tax.at)
                        .with("name", &clause.name)
                        .with("known", known_classes(tax).join(", ")),
                );
            }
            _ => {}
        }
    }
}

/// Minutes of a package can't be taken off steps that each number has for itself: which number's?
fn steps_by_number(plan: &Plan, found: &mut Diagnostics) {
    for (_, clause, terms) in plan.calls() {
        if !terms.tiers.as_ref().is_some_and(|tiers| tiers.per_number) {
            continue;
        }
        let covers = |pool: &super::model::MinutePool| {
            terms.zones.is_empty()
                || pool.zones.is_empty()
                || pool.zones.iter().any(|zone| terms.zones.contains(zone))
        };
        let outbound = terms.directions.contains(&super::model::Direction::Outbound);
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

/// Days of the contract between two rates of a class, or before its first or after its last: on
/// them lines of the class would bear no tax.
fn rate_gaps(plan: &Plan, tax: &Tax, found: &mut Diagnostics) {
    let contract = plan.head.valid;
    for class in known_classes(tax) {
        let mut rates: Vec<_> = tax.rates.iter().filter(|rate| rate.class == class).collect();
        rates.sort_by_key(|rate| rate.valid.from);
        let mut gaps: Vec<(Validity, Span)> = Vec::new();
        for (index, rate) in rates.iter().enumerate() {
            if let (0, Some(first), Some(begin)) = (index, rate.valid.from, contract.from) {
                gaps.push((days(begin, first.previous()), rate.at));
            }
            let next = rates
                .get(index + 1)
                .map_or(contract.until, |next| next.valid.from.map(Day::previous));
            if let (Some(last), Some(next)) = (rate.valid.until, next) {
                gaps.push((days(last.next(), next), rate.at));
            }
        }
        let gap = gaps.into_iter().find(|(gap, _)| gap.from <= gap.until && gap.meets(contract));
        if let Some((gap, at)) = gap {
            found
                .push(Diagnostic::error("tax-rate-gap", at).with("class", class).with("days", gap));
        }
    }
}

fn days(from: Day, until: Day) -> Validity {
    Validity { from: Some(from), until: Some(until) }
}

/// Each class once.
fn known_classes(tax: &Tax) -> Vec<&str> {
    let mut classes: Vec<&str> = tax.rates.iter().map(|rate| rate.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
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
    for clause in &plan.clauses {
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
                zones.extend(&terms.zones);
                periods.extend(&terms.periods);
            }
            Terms::Package(terms) => zones.extend(terms.pools.iter().flat_map(|pool| &pool.zones)),
            _ => {}
        }
    }
    let zone_list = plan.zones.iter().map(|zone| (zone.at, &zone.name)).enumerate();
    for (_, (at, name)) in zone_list.filter(|(index, _)| !zones.contains(&ZoneId(id(*index)))) {
        found.push(unused_name(at, name, "zone"));
    }
    let period_list = plan.periods.iter().map(|part| (part.at, &part.name)).enumerate();
    for (_, (at, name)) in period_list.filter(|(index, _)| !periods.contains(&PeriodId(id(*index))))
    {
        found.push(unused_name(at, name, "period"));
    }
}

fn id(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn unused_name(at: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::warning("name-unused", at)
        .with("name", name)
        .with("what", format!("@what.{what}"))
        .with("key", what)
}
