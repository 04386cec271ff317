//! Lines for packages, seats, recurring fees, other usage, one-time fees.

use rust_decimal::Decimal;

use super::{BillLine, Lines, UnitCount, Usage};
use crate::money::Exact;
use crate::rate::segment::segments;
use crate::roster::{Entry, EntryKind};
use crate::tariff::{
    Clause, ClauseId, OneTimeTerms, PartMonth, Plan, RecurringPer, RecurringTerms, SeatCount,
    SeatTerms, Terms, UsageTerms,
};
use crate::when::{Day, Period};

pub(super) fn add_lines(plan: &Plan, usage: &Usage<'_>, lines: &mut Lines) {
    for (id, clause) in plan.clauses_with_ids() {
        let Some(active) = active(clause, usage.period) else { continue };
        match &clause.terms {
            Terms::Package(terms) => {
                // The days of the contract count too.
                let Some(active) = plan.head.valid.within(active) else { continue };
                let line = lines.of(plan, id);
                let there = Presence {
                    days: vec![active.days()],
                    ceased: 0,
                    period_days: usage.period.days(),
                };
                let quantity = there.units(terms.part_month).times(terms.count.into());
                line.quantity = Some(quantity);
                line.unit = "unit.package";
                line.price = Some(terms.fee);
                line.exact += quantity.times(terms.fee);
            }
            Terms::Seat(terms) => {
                let included = included(plan, usage.period, id);
                seat(lines.of(plan, id), terms, included, active, usage, id);
            }
            Terms::Recurring(terms) => {
                recurring(lines.of(plan, id), terms, active, usage, id);
            }
            Terms::Usage(terms) => {
                let included = terms.included + included(plan, usage.period, id);
                other_usage(lines.of(plan, id), terms, included, clause, usage, id);
            }
            Terms::OneTime(terms) if usage.period.contains(terms.charged_on) => {
                one_time(lines.of(plan, id), terms);
            }
            _ => {}
        }
    }
}

/// The part of the cycle in which a clause holds and its trial is over.
pub(super) fn active(clause: &Clause, period: Period) -> Option<Period> {
    let within = clause.valid.within(period)?;
    let first = clause.trial_until.map_or(within.first, |last| within.first.max(last.next()));
    (first <= within.last).then_some(Period { first, last: within.last })
}

/// Units of a clause that packages include.
fn included(plan: &Plan, period: Period, of: ClauseId) -> Decimal {
    plan.packages()
        .filter(|(_, clause, _)| clause.valid.within(period).is_some())
        .flat_map(|(_, _, terms)| {
            terms
                .units
                .iter()
                .filter(|units| units.of == of)
                .map(|units| units.quantity * Decimal::from(terms.count))
        })
        .sum()
}

/// Units counted, at least the minimum, less what is included.
fn charge(line: &mut BillLine, fee: Decimal, counted: Exact, count: &UnitCount) {
    let least = Exact::decimal(count.minimum);
    let at_least = if (counted - least).is_negative() { least } else { counted };
    let rest = at_least - Exact::decimal(count.included);
    let due = if rest.is_negative() { Exact::ZERO } else { rest };
    line.quantity = Some(due);
    line.price = Some(fee);
    line.exact += due.times(fee);
    line.units = Some(UnitCount { counted: Some(counted), ..count.clone() });
}

/// The printed quantity, for lack of a roster.
fn trust(line: &mut BillLine, fee: Decimal, usage: &Usage<'_>, id: ClauseId) {
    line.price = Some(fee);
    match usage.given.get(&id) {
        Some(quantity) => {
            line.trusted = true;
            line.quantity = Some(Exact::decimal(*quantity));
            line.exact += Exact::decimal(*quantity).times(fee);
        }
        None => line.unknown = true,
    }
}

/// Presence of roster entries in the cycle.
struct Presence {
    days: Vec<u32>,
    ceased: u32,
    period_days: u32,
}

impl Presence {
    fn of<'e>(
        entries: impl Iterator<Item = &'e Entry>,
        active: Period,
        period: Period,
        notice: u32,
        suspended_free: bool,
    ) -> Self {
        let mut presence = Self { days: Vec::new(), ceased: 0, period_days: period.days() };
        for entry in entries {
            match entry.within(active, notice) {
                Some(there) => {
                    let off = if suspended_free { entry.suspended_days(there) } else { 0 };
                    presence.days.push(there.days().saturating_sub(off));
                }
                None if entry.until.is_some_and(|until| until < active.first) => {
                    presence.ceased += 1;
                }
                None => {}
            }
        }
        presence
    }

    fn count(&self) -> UnitCount {
        let present = |days: &&u32| **days > 0;
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        UnitCount {
            present: narrow(self.days.iter().filter(present).count()),
            partial: narrow(
                self.days.iter().filter(present).filter(|days| **days < self.period_days).count(),
            ),
            ceased: self.ceased,
            ..UnitCount::default()
        }
    }

    /// Units under a part-month rule.
    fn units(&self, rule: PartMonth) -> Exact {
        self.days
            .iter()
            .filter(|days| **days > 0)
            .map(|days| match rule {
                PartMonth::Full => Exact::decimal(Decimal::ONE),
                PartMonth::ByDay => Exact::ratio(Decimal::from(*days), self.period_days),
                // A cycle of 31 days is still one whole fee.
                PartMonth::ThirtyDay if *days >= self.period_days => Exact::decimal(Decimal::ONE),
                PartMonth::ThirtyDay => Exact::ratio(Decimal::from((*days).min(30)), 30),
            })
            .sum()
    }
}

fn seat(
    line: &mut BillLine,
    terms: &SeatTerms,
    included: Decimal,
    active: Period,
    usage: &Usage<'_>,
    id: ClauseId,
) {
    line.unit = "unit.seat";
    let minimum = terms.minimum;
    if terms.count == SeatCount::Ordered {
        let ordered = terms.ordered.unwrap_or_default();
        let count = UnitCount { included, minimum, ..UnitCount::default() };
        return charge(line, terms.fee, Exact::decimal(ordered), &count);
    }
    let Some(roster) = usage.roster.filter(|roster| roster.knows(EntryKind::Seat)) else {
        return trust(line, terms.fee, usage, id);
    };
    let seats = || roster.of(EntryKind::Seat, None);
    let presence = Presence::of(seats(), active, usage.period, terms.notice_days, false);
    let counted = match terms.count {
        SeatCount::Named | SeatCount::Ordered => presence.units(terms.part_month),
        SeatCount::Peak => Exact::decimal(peak(seats(), active, terms.notice_days).into()),
        SeatCount::Average => {
            let days: u64 = presence.days.iter().map(|days| u64::from(*days)).sum();
            Exact::ratio(Decimal::from(days), presence.period_days)
        }
    };
    charge(line, terms.fee, counted, &UnitCount { included, minimum, ..presence.count() });
}

/// Most entries there on one day.
fn peak<'e>(entries: impl Iterator<Item = &'e Entry>, period: Period, notice: u32) -> u32 {
    let mut change = vec![0i32; period.days() as usize + 1];
    let place = |day: Day| usize::try_from(day.0 - period.first.0).unwrap_or(0);
    for there in entries.filter_map(|entry| entry.within(period, notice)) {
        change[place(there.first)] += 1;
        change[place(there.last) + 1] -= 1;
    }
    let mut there = 0;
    let most = change.into_iter().map(|step| {
        there += step;
        there
    });
    most.max().unwrap_or(0).unsigned_abs()
}

fn recurring(
    line: &mut BillLine,
    terms: &RecurringTerms,
    active: Period,
    usage: &Usage<'_>,
    id: ClauseId,
) {
    let (kind, unit) = match terms.per {
        RecurringPer::Contract => (None, "unit.month"),
        RecurringPer::Number => (Some(EntryKind::Number), "unit.number"),
        RecurringPer::Line => (Some(EntryKind::Line), "unit.line"),
        RecurringPer::Seat => (Some(EntryKind::Seat), "unit.seat"),
        RecurringPer::Service => (Some(EntryKind::Service), "unit.service"),
    };
    line.unit = unit;
    let fixed = match (terms.ordered, kind) {
        (Some(ordered), _) => Some(ordered),
        (None, None) => Some(Decimal::ONE),
        _ => None,
    };
    if let Some(units) = fixed {
        // A clause that holds for part of the cycle, such as the contract's first month.
        let whole =
            Presence { days: vec![active.days()], ceased: 0, period_days: usage.period.days() };
        let counted = whole.units(terms.part_month).times(units);
        return charge(line, terms.fee, counted, &UnitCount::default());
    }
    let known = kind.and_then(|kind| Some((usage.roster.filter(|r| r.knows(kind))?, kind)));
    let Some((roster, kind)) = known else { return trust(line, terms.fee, usage, id) };
    let entries = roster.of(kind, terms.of.as_deref());
    let presence =
        Presence::of(entries, active, usage.period, terms.notice_days, terms.suspended_free);
    charge(line, terms.fee, presence.units(terms.part_month), &presence.count());
}

fn other_usage(
    line: &mut BillLine,
    terms: &UsageTerms,
    included: Decimal,
    clause: &Clause,
    usage: &Usage<'_>,
    id: ClauseId,
) {
    line.unit = match terms.unit {
        "message" => "unit.message",
        "segment" => "unit.segment",
        "minute" => "unit.minute",
        "hour" => "unit.hour",
        "gb-month" => "unit.gb-month",
        "call" => "unit.call",
        _ => "unit.item",
    };
    let own: Vec<&Entry> = usage
        .roster
        .map(|roster| {
            roster
                .of(EntryKind::Usage, Some(&clause.name))
                .filter(|entry| entry.within(usage.period, 0).is_some())
                .collect()
        })
        .unwrap_or_default();
    if own.is_empty() {
        // What is printed is already after what is included.
        return trust(line, terms.price, usage, id);
    }
    let used: Decimal = own
        .iter()
        .map(|entry| {
            let quantity = entry.quantity.unwrap_or_default();
            match (terms.unit, terms.segment, entry.characters) {
                ("segment", Some(lengths), Some(characters)) => {
                    quantity * Decimal::from(segments(characters, lengths))
                }
                _ => quantity,
            }
        })
        .sum();
    let count = UnitCount { included, ..UnitCount::default() };
    charge(line, terms.price, Exact::decimal(used), &count);
}

fn one_time(line: &mut BillLine, terms: &OneTimeTerms) {
    line.unit = "unit.one";
    line.quantity = Some(Exact::decimal(terms.quantity));
    line.price = Some(terms.fee);
    line.exact += Exact::decimal(terms.quantity * terms.fee);
}
