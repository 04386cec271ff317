//! Lines for packages, seats, recurring fees, other usage, one-time fees.

use rust_decimal::Decimal;

use super::included::{Included, included};
use super::pools::seats;
use super::presence::Presence;
use super::spans::{Span, span, versions};
use super::{BillLine, Lines, UnitCount, Usage};
use crate::money::Exact;
use crate::rate::segment::segments;
use crate::roster::{Entry, EntryKind};
use crate::tariff::{
    ClauseId, OneTimeTerms, PackageTerms, Plan, RecurringPer, RecurringTerms, SeatCount, SeatTerms,
    Terms, UsageTerms,
};
use crate::when::Period;

pub(super) fn add_lines(plan: &Plan, usage: &Usage<'_>, lines: &mut Lines) {
    for (id, clause) in plan.clauses_with_ids() {
        if let Terms::OneTime(terms) = &clause.terms {
            if usage.period.contains(terms.charged_on) {
                one_time(lines.of(plan, id), terms);
            }
            continue;
        }
        let Some(span) = span(plan, id, usage.period) else { continue };
        let Included { units, unsure } = included(plan, usage, id);
        let of = Of { id, span, included: units, usage };
        match &clause.terms {
            Terms::Package(terms) => package(plan, lines, terms, &of),
            Terms::Seat(terms) => seat(lines.of(plan, id), terms, &of),
            Terms::Recurring(terms) => recurring(lines.of(plan, id), terms, &of),
            Terms::Usage(terms) => {
                let line = lines.of(plan, id);
                other_usage(plan, line, terms, &of);
                line.unknown |= unsure;
            }
            _ => {}
        }
    }
}

/// A clause in a cycle.
struct Of<'u> {
    id: ClauseId,
    span: Span,
    /// Units that packages include.
    included: Exact,
    usage: &'u Usage<'u>,
}

impl Of<'_> {
    fn presence<'e>(
        &self,
        entries: impl Iterator<Item = &'e Entry>,
        notice: u32,
        suspended_free: bool,
    ) -> Presence {
        Presence::of(entries, &self.span, self.usage.period, notice, suspended_free)
    }

    /// A unit that is there as long as its clause holds.
    fn always(&self) -> Presence {
        Presence::always(&self.span, self.usage.period)
    }

    /// Adds the fee of units counted, at least the minimum, less what is included.
    fn charge(&self, line: &mut BillLine, fee: Decimal, counted: Exact, count: &UnitCount) {
        let share = self.span.share;
        let counted = if self.span.of_whole { counted.by(share) } else { counted };
        let count = UnitCount {
            counted: Some(counted),
            minimum: count.minimum.by(share),
            included: self.included.by(share),
            ..*count
        };
        let due = count.due(counted);
        self.priced(line, fee);
        line.quantity = Some(line.quantity.unwrap_or(Exact::ZERO) + due);
        line.exact += due.times(fee);
        line.units = Some(count);
    }

    /// The price of one, where all versions of the fee have the same.
    fn priced(&self, line: &mut BillLine, fee: Decimal) {
        let alone = line.clauses == [self.id];
        line.price = if alone { Some(fee) } else { line.price.filter(|price| *price == fee) };
    }

    /// The printed quantity, for lack of a roster.
    fn trust(&self, line: &mut BillLine, fee: Decimal) {
        self.priced(line, fee);
        match self.usage.given.get(&self.id) {
            Some(quantity) => {
                line.trusted = true;
                line.quantity = Some(Exact::decimal(*quantity));
                line.exact += Exact::decimal(*quantity).times(fee);
            }
            None => line.unknown = true,
        }
    }
}

fn package(plan: &Plan, lines: &mut Lines, terms: &PackageTerms, of: &Of<'_>) {
    if let Some(pack) = terms.pack {
        // It is paid for once.
        if of.usage.period.contains(pack.bought) {
            let line = lines.of(plan, of.id);
            line.unit = "unit.package";
            line.price = Some(terms.fee);
            line.quantity = Some(Exact::decimal(terms.count.into()));
            line.exact += Exact::decimal(terms.fee).times(terms.count.into());
        }
        return;
    }
    let line = lines.of(plan, of.id);
    line.unit = "unit.package";
    let counted = if terms.per_seat {
        seats(plan, of.id, of.usage, terms.part_month)
    } else {
        Some(of.always().units(terms.part_month).times(terms.count.into()))
    };
    let Some(counted) = counted else { return of.trust(line, terms.fee) };
    of.charge(line, terms.fee, counted, &UnitCount::default());
    // A package is no unit of a roster.
    line.units = None;
}

fn seat(line: &mut BillLine, terms: &SeatTerms, of: &Of<'_>) {
    line.unit = "unit.seat";
    let minimum = Exact::decimal(terms.minimum);
    if terms.count == SeatCount::Ordered {
        let ordered = terms.ordered.unwrap_or_default();
        let counted = of.always().units(terms.part_month).times(ordered);
        return of.charge(line, terms.fee, counted, &UnitCount { minimum, ..UnitCount::default() });
    }
    let Some(roster) = of.usage.roster.filter(|roster| roster.knows(EntryKind::Seat)) else {
        return of.trust(line, terms.fee);
    };
    let presence = of.presence(roster.of(EntryKind::Seat, None), terms.notice_days, false);
    let counted = match terms.count {
        SeatCount::Named | SeatCount::Ordered => presence.units(terms.part_month),
        SeatCount::Peak => of.always().units(terms.part_month).times(presence.peak.into()),
        SeatCount::Average => presence.average(),
    };
    of.charge(line, terms.fee, counted, &UnitCount { minimum, ..presence.count() });
}

fn recurring(line: &mut BillLine, terms: &RecurringTerms, of: &Of<'_>) {
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
        let counted = of.always().units(terms.part_month).times(units);
        return of.charge(line, terms.fee, counted, &UnitCount::default());
    }
    let roster = of.usage.roster;
    let known = kind.and_then(|kind| Some((roster.filter(|roster| roster.knows(kind))?, kind)));
    let Some((roster, kind)) = known else { return of.trust(line, terms.fee) };
    let entries = roster.of(kind, terms.of.as_deref());
    let presence = of.presence(entries, terms.notice_days, terms.suspended_free);
    of.charge(line, terms.fee, presence.units(terms.part_month), &presence.count());
}

fn other_usage(plan: &Plan, line: &mut BillLine, terms: &UsageTerms, of: &Of<'_>) {
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
    if all().next().is_none() {
        // What is printed is already after what is included.
        return of.trust(line, terms.price);
    }
    let days = of.span.own;
    let inside = |there: &Period| days.contains(there.first) && days.contains(there.last);
    let beside = |there: &Period| there.last < days.first || days.last < there.first;
    // How much of a quantity fell on the days of the clause, and not before the end of its trial or
    // on those of another version, nothing tells.
    let straddles = all().any(|(_, there)| !inside(&there) && !beside(&there));
    // Nor which version of a price takes what is free once a cycle.
    let includes = !terms.included.is_zero() || !of.included.is_zero();
    let shared = includes && versions(plan, clause, of.usage.period).count() > 1;
    if straddles || shared {
        of.priced(line, terms.price);
        line.unknown = true;
        return;
    }
    let used: Decimal =
        all().filter(|(_, there)| inside(there)).map(|(entry, _)| used(terms, entry)).sum();
    let included = of.included + Exact::decimal(terms.included);
    let of = Of { included, ..*of };
    of.charge(line, terms.price, Exact::decimal(used), &UnitCount::default());
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

fn one_time(line: &mut BillLine, terms: &OneTimeTerms) {
    line.unit = "unit.one";
    line.quantity = Some(Exact::decimal(terms.quantity));
    line.price = Some(terms.fee);
    line.exact += Exact::decimal(terms.quantity).times(terms.fee);
}
