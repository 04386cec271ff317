//! Lines for packages, seats, recurring fees, one-time fees; other usage has a room of its own.

use rust_decimal::Decimal;

use super::fee_time::FeeTime;
use super::included::{Included, included};
use super::pools::seats;
use super::presence::Presence;
use super::spans::{Span, span};
use super::stack::{Stack, by_unit_steps};
use super::{BillLine, Lines, UnitCount, Usage, usage as other_usage};
use crate::money::{Exact, Rounding};
use crate::roster::{Entry, EntryKind};
use crate::tariff::{
    ClauseId, FeeTerm, OneTimeTerms, PackageTerms, PartMonth, Plan, RecurringPer, RecurringTerms,
    SeatCount, SeatTerms, Terms, Tiers, UnitPrice,
};

pub(super) fn add_lines(plan: &Plan, usage: &Usage<'_>, lines: &mut Lines) {
    for (id, clause) in plan.clauses_with_ids() {
        if let Terms::OneTime(terms) = &clause.terms {
            if usage.period.contains(terms.charged_on) {
                one_time(lines.of(plan, id), terms);
            }
            continue;
        }
        if matches!(clause.terms, Terms::Call(_)) {
            continue;
        }
        let Some(span) = span(plan, id, usage.period) else { continue };
        let Included { units, unsure } = included(plan, usage, id);
        let term = match &clause.terms {
            Terms::Seat(terms) => terms.term,
            Terms::Recurring(terms) => terms.term,
            _ => FeeTerm::Cycle,
        };
        let time = FeeTime::of(term, plan.head.cycle, usage.period);
        let of = Of { id, span, time, included: units, usage };
        match &clause.terms {
            Terms::Package(terms) => package(plan, lines, terms, &of),
            Terms::Seat(terms) => seat(lines.of(plan, id), terms, &of),
            Terms::Recurring(terms) => recurring(lines.of(plan, id), terms, &of),
            Terms::Usage(terms) => {
                let line = lines.of(plan, id);
                other_usage::add(plan, line, terms, &of);
                line.unknown |= unsure;
            }
            _ => {}
        }
    }
}

/// A clause in a cycle.
pub(super) struct Of<'u> {
    pub(super) id: ClauseId,
    pub(super) span: Span,
    /// What its fee is for.
    time: FeeTime,
    /// Units that packages include.
    pub(super) included: Exact,
    pub(super) usage: &'u Usage<'u>,
}

impl Of<'_> {
    fn presence<'e>(
        &self,
        entries: impl Iterator<Item = &'e Entry>,
        notice: u32,
        suspended_free: bool,
    ) -> Presence<'_> {
        Presence::of(entries, &self.time, &self.span, notice, suspended_free)
    }

    /// A fixed number of units, there as long as the clause holds.
    fn fixed(&self, rule: PartMonth, number: Decimal) -> Units {
        let always = self.always().units(rule);
        let layers = vec![(Exact::decimal(number), always)];
        Units { counted: always.times(number), layers, always, count: UnitCount::default() }
    }

    /// Units of one price each.
    fn plain(&self, counted: Exact) -> Units {
        let layers = vec![(counted, Exact::ONE)];
        Units { counted, layers, always: Exact::ONE, count: UnitCount::default() }
    }

    /// Units of the roster, by the clause's way of counting.
    fn counted(&self, presence: &Presence<'_>, way: SeatCount, rule: PartMonth) -> Units {
        let count = presence.count();
        // The average counts days by itself.
        let rule = if way == SeatCount::Average { PartMonth::ByDay } else { rule };
        if way == SeatCount::Peak {
            return Units { count, ..self.fixed(rule, presence.peak().into()) };
        }
        let always = self.always().units(rule);
        Units { counted: presence.units(rule), layers: presence.layers(rule), always, count }
    }

    /// A unit that is there as long as its clause holds.
    fn always(&self) -> Presence<'_> {
        Presence::always(&self.time, &self.span)
    }

    /// Adds the fee of units counted, at least the minimum, less what is included.
    fn charge(&self, line: &mut BillLine, price: &UnitPrice, units: Units) {
        let share = self.span.share;
        let Units { counted, layers, always, count } = units;
        let whole = UnitCount { included: self.included, ..count };
        let part = |counted: Exact| if self.span.of_whole { counted.by(share) } else { counted };
        let count = UnitCount {
            counted: Some(part(counted)),
            minimum: whole.minimum.by(share),
            included: whole.included.by(share),
            ..whole
        };
        let due = count.due(part(counted));
        line.quantity = Some(line.quantity.unwrap_or(Exact::ZERO) + due);
        // A flat fee is due once, whichever versions share the cycle by their days.
        let others = |tiers: &Tiers, units: Exact| {
            let flats = tiers.flats(units);
            if self.span.of_whole { Exact::ZERO } else { flats - flats.by(share) }
        };
        line.exact += match price {
            UnitPrice::One(fee) => due.times(*fee),
            UnitPrice::Steps(tiers) if tiers.by_whole => {
                let stack = Stack::of(layers, &whole, always);
                part(stack.price(tiers)) - others(tiers, stack.height())
            }
            // Steps are those of whole units where versions share them.
            UnitPrice::Steps(tiers) if self.span.of_whole => {
                part(by_unit_steps(tiers, whole.due(counted)))
            }
            UnitPrice::Steps(tiers) => by_unit_steps(tiers, due) - others(tiers, due),
        };
        self.priced(line, price.of_one());
        line.units = Some(count);
    }

    /// The price of one, where all versions of the fee have the same.
    pub(super) fn priced(&self, line: &mut BillLine, fee: Option<Decimal>) {
        let alone = line.clauses == [self.id];
        line.price = if alone { fee } else { line.price.filter(|price| Some(*price) == fee) };
    }

    /// The printed quantity, for lack of a roster.
    pub(super) fn trust(
        &self,
        line: &mut BillLine,
        fee: Option<Decimal>,
        cost: impl Fn(Exact) -> Exact,
    ) {
        self.priced(line, fee);
        match self.usage.given.get(&self.id) {
            Some(quantity) => {
                line.trusted = true;
                line.quantity = Some(Exact::decimal(*quantity));
                line.exact += cost(Exact::decimal(*quantity));
            }
            None => line.unknown = true,
        }
    }

    fn trust_units(&self, line: &mut BillLine, price: &UnitPrice) {
        self.trust(line, price.of_one(), |units| match price {
            UnitPrice::One(fee) => units.times(*fee),
            UnitPrice::Steps(tiers) => by_unit_steps(tiers, units),
        });
    }
}

/// Units counted.
struct Units {
    /// How many, under the part-month rule.
    counted: Exact,
    /// The same as whole units one upon the other.
    layers: Vec<(Exact, Exact)>,
    /// The part of a fee that a unit bears which is there as long as the clause holds.
    always: Exact,
    count: UnitCount,
}

impl Units {
    /// Their number rounded, if a clause says so; each unit bears its share of what that changes.
    fn rounded(mut self, rounding: Option<Rounding>) -> Self {
        let before = self.counted;
        self.counted = rounded(before, rounding);
        if self.counted != before {
            for (_, part) in &mut self.layers {
                *part = part.by(self.counted.per(before));
            }
        }
        self
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
    let price = UnitPrice::One(terms.fee);
    let units = if terms.per_seat {
        let counted = seats(plan, of.id, of.usage, terms.part_month);
        counted.map(|counted| of.plain(counted))
    } else {
        Some(of.fixed(terms.part_month, terms.count.into()))
    };
    let Some(units) = units else { return of.trust_units(line, &price) };
    of.charge(line, &price, units);
    // A package is no unit of a roster.
    line.units = None;
}

fn seat(line: &mut BillLine, terms: &SeatTerms, of: &Of<'_>) {
    line.unit = "unit.seat";
    let minimum = Exact::decimal(terms.minimum);
    let units = if terms.count == SeatCount::Ordered {
        of.fixed(terms.part_month, terms.ordered.unwrap_or_default())
    } else {
        let Some(roster) = of.usage.roster.filter(|roster| roster.knows(EntryKind::Seat)) else {
            return of.trust_units(line, &terms.price);
        };
        let presence = of.presence(roster.of(EntryKind::Seat, None), terms.notice_days, false);
        of.counted(&presence, terms.count, terms.part_month)
    };
    let count = UnitCount { minimum, ..units.count };
    of.charge(line, &terms.price, Units { count, ..units.rounded(terms.rounding) });
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
    let units = if let Some(units) = fixed {
        of.fixed(terms.part_month, units)
    } else {
        let roster = of.usage.roster;
        let known = kind.and_then(|kind| Some((roster.filter(|roster| roster.knows(kind))?, kind)));
        let Some((roster, kind)) = known else { return of.trust_units(line, &terms.price) };
        let entries = roster.of(kind, terms.of.as_deref());
        let presence = of.presence(entries, terms.notice_days, terms.suspended_free);
        of.counted(&presence, terms.count, terms.part_month)
    };
    of.charge(line, &terms.price, units.rounded(terms.rounding));
}

/// A quantity, rounded if a clause says so.
pub(super) fn rounded(quantity: Exact, rounding: Option<Rounding>) -> Exact {
    rounding.map_or(quantity, |rounding| Exact::amount(quantity.round(Some(rounding))))
}

fn one_time(line: &mut BillLine, terms: &OneTimeTerms) {
    line.unit = "unit.one";
    line.quantity = Some(Exact::decimal(terms.quantity));
    line.price = Some(terms.fee);
    line.exact += Exact::decimal(terms.quantity).times(terms.fee);
}
