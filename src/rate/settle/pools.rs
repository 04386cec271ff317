//! What packages hold for calls in one cycle, what stood at its beginning, and which calls it is
//! for.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Usage;
use super::fee_time::FeeTime;
use super::presence::Presence;
use super::spans::{holds, span};
use crate::money::{Exact, Rounding, RoundingMode};
use crate::number::Digits;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Rule, RuleId};
use crate::roster::{Entry, EntryKind};
use crate::tariff::{
    Clause, ClauseId, Direction, FeeTerm, MinutePool, PackageTerms, PartMonth, Plan, PoolSize,
    Validity,
};
use crate::text::fold;
use crate::when::{Day, Period};

/// Whose minutes or money it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// Everybody's.
    All,
    /// A calling number's.
    Number(Digits),
    /// A seat's, by its name in one spelling.
    Seat(String),
}

/// Minutes or money of one package, and the calls they cover.
pub(super) struct Pool<'p> {
    pub(super) id: ClauseId,
    pub(super) terms: &'p PackageTerms,
    /// Which of the package's pools.
    pub(super) place: usize,
    pub(super) rules: Vec<RuleId>,
    pub(super) valid: Validity,
    /// They are money.
    pub(super) money: bool,
    /// They are whole calls; seconds, if they are no money either.
    pub(super) calls: bool,
    /// Seconds, money or calls of this cycle or each of its days, of each owner; `None` if nothing tells.
    own: Option<Exact>,
    /// The same of each seat, where each has its own.
    seats: BTreeMap<Owner, Exact>,
    opening: Opening,
}

/// What stood at the beginning of the cycle.
struct Opening {
    /// Something may have.
    asked: bool,
    /// What the roster says, by number, or of all: seconds or money.
    known: BTreeMap<Owner, Exact>,
    /// At most so much counts.
    most: Option<Exact>,
}

/// What is taken where nothing tells how much there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Least,
    Most,
}

impl Pool<'_> {
    /// How much an owner has: seconds or money.
    pub(super) fn start(&self, owner: &Owner, bound: Bound) -> Exact {
        let own = if self.terms.each_seat { self.seats.get(owner).copied() } else { self.own };
        let own = own.unwrap_or(unknown(None, bound));
        if !self.opening.asked {
            return own;
        }
        let most = self.opening.most;
        let opening = match self.opening.known.get(owner) {
            Some(known) => most.map_or(*known, |most| known.at_most(most)),
            None => unknown(most, bound),
        };
        own + opening
    }

    /// True if all calls use up the same.
    pub(super) fn is_everybodys(&self) -> bool {
        !self.terms.per_number && !self.terms.each_seat
    }

    /// Whose share of it a call uses up.
    pub(super) fn owner(&self, call: &OrderedCall) -> Owner {
        if self.terms.each_seat {
            Owner::Seat(fold(&String::from_utf8_lossy(&call.agent)))
        } else if self.terms.per_number {
            Owner::Number(call.caller)
        } else {
            Owner::All
        }
    }

    /// The day whose share a call uses up, where each day has its own: that of its start.
    pub(super) fn day(&self, call: &OrderedCall) -> Option<Day> {
        self.terms.each_day.then_some(call.day)
    }

    /// True if nothing tells how much there is of it, or what stood at the beginning.
    pub(super) fn is_unsure(&self) -> bool {
        let each = self.terms.per_number;
        // A call's agent may be no seat of the roster.
        self.own.is_none()
            || self.terms.each_seat
            || (self.opening.asked && (each || self.opening.known.is_empty()))
    }

    /// True if what stood at the beginning is asked for and not said.
    pub(super) fn opening_unknown(&self) -> bool {
        self.opening.asked && self.opening.known.is_empty()
    }
}

/// More than any package holds.
fn unknown(most: Option<Exact>, bound: Bound) -> Exact {
    match bound {
        Bound::Least => Exact::ZERO,
        Bound::Most => most.unwrap_or(Exact::decimal(Decimal::from(1_000_000_000_000u64))),
    }
}

/// Whole seconds, what is no whole one being cut off.
pub(super) fn whole_seconds(seconds: Exact) -> u64 {
    let down = Rounding::new(0, RoundingMode::Down);
    u64::try_from(seconds.round(Some(down)).decimal()).unwrap_or(0)
}

/// All pools; without a cycle only what they cover is of use.
pub(super) fn pools<'p>(
    plan: &'p Plan,
    compiled: &Compiled,
    usage: Option<&Usage<'_>>,
) -> Vec<Pool<'p>> {
    let mut pools = Vec::new();
    for (id, clause, terms) in plan.packages() {
        let held = match (usage, terms.pack) {
            (None, pack) => (pack.map_or(clause.valid, |pack| pack.days()), None),
            (Some(usage), Some(pack)) => match pack.days().within(usage.period) {
                Some(_) => (pack.days(), None),
                None => continue,
            },
            // By-day minutes are those of the days on which contract and package hold.
            (Some(usage), None) => match days_in(plan, id, usage.period) {
                Some((valid, days)) => (valid, Some((days.days(), usage.period.days()))),
                None => continue,
            },
        };
        for (place, pool) in terms.pools.iter().enumerate() {
            let of = Of { plan, compiled, id, clause, terms, pool };
            let covers = |rule: &Rule| {
                matches!(rule.direction, Direction::Outbound | Direction::ToCaller)
                    && pool.takes(compiled.zone_id(rule.zone))
            };
            let rules = compiled.rules_with_ids();
            pools.push(Pool {
                id,
                terms,
                place,
                rules: rules.filter(|(_, rule)| covers(rule)).map(|(id, _)| id).collect(),
                valid: held.0,
                money: matches!(pool.size, PoolSize::Money(_)),
                calls: matches!(pool.size, PoolSize::Calls(_)),
                own: of.own(usage, held.1),
                seats: usage.map_or_else(BTreeMap::new, |usage| of.seats(usage)),
                opening: usage.map_or_else(Opening::none, |usage| of.opening(usage, held.0)),
            });
        }
    }
    pools
}

/// When a package holds, and the part of a cycle in which it and its contract do.
fn days_in(plan: &Plan, id: ClauseId, period: Period) -> Option<(Validity, Period)> {
    let valid = holds(plan, id, period)?;
    Some((valid, plan.head.valid.and(valid).within(period)?))
}

/// Seats that packages are taken for, by a rule for parts of a cycle; `None` if no roster tells.
pub(super) fn seats(
    plan: &Plan,
    id: ClauseId,
    usage: &Usage<'_>,
    rule: PartMonth,
) -> Option<Exact> {
    let roster = usage.roster.filter(|roster| roster.knows(EntryKind::Seat))?;
    let Some(span) = span(plan, id, usage.period) else { return Some(Exact::ZERO) };
    let entries = roster.of(EntryKind::Seat, None);
    let time = FeeTime::of(FeeTerm::Cycle, plan.head.cycle, usage.period);
    Some(Presence::of(entries, &time, &span, 0, false).units(rule))
}

/// A pool of a package.
struct Of<'p> {
    plan: &'p Plan,
    compiled: &'p Compiled,
    id: ClauseId,
    clause: &'p Clause,
    terms: &'p PackageTerms,
    pool: &'p MinutePool,
}

impl Of<'_> {
    fn one(&self) -> Exact {
        match self.pool.size {
            PoolSize::Time(count) | PoolSize::Calls(count) => Exact::decimal(count.into()),
            PoolSize::Money(money) => Exact::amount(money),
        }
    }

    /// Minutes, a sum or calls, as they are written, in seconds, money or calls.
    fn written(&self, quantity: Decimal) -> Exact {
        let each = if matches!(self.pool.size, PoolSize::Time(_)) { 60 } else { 1 };
        Exact::decimal(quantity).times(Decimal::from(each))
    }

    /// What a cycle gives each owner.
    fn own(&self, usage: Option<&Usage<'_>>, days: Option<(u32, u32)>) -> Option<Exact> {
        let Some(usage) = usage else { return Some(self.one()) };
        if self.terms.pack.is_some_and(|pack| !usage.period.contains(pack.bought)) {
            return Some(Exact::ZERO);
        }
        let by_day = self.terms.minutes_by_day;
        let (count, days) = if self.terms.per_number {
            (Exact::ONE, days)
        } else if self.terms.per_seat {
            // Each seat has days of its own.
            let rule = if by_day { PartMonth::ByDay } else { PartMonth::Full };
            (seats(self.plan, self.id, usage, rule)?, None)
        } else {
            (Exact::decimal(self.terms.count.into()), days)
        };
        let part = days.filter(|_| by_day).map(|(days, of)| Exact::ratio(days.into(), of));
        Some(self.in_seconds(self.one().by(count).by(part.unwrap_or(Exact::ONE))))
    }

    /// What a cycle gives each seat of the roster, where each has its own.
    fn seats(&self, usage: &Usage<'_>) -> BTreeMap<Owner, Exact> {
        let roster = usage.roster.filter(|_| self.terms.each_seat);
        let span = span(self.plan, self.id, usage.period);
        let (Some(roster), Some(span)) = (roster, span) else { return BTreeMap::new() };
        let mut stints: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in roster.of(EntryKind::Seat, None) {
            stints.entry(entry.key()).or_default().push(entry);
        }
        let rule = if self.terms.minutes_by_day { PartMonth::ByDay } else { PartMonth::Full };
        let bought = self.terms.pack.is_none_or(|pack| usage.period.contains(pack.bought));
        let time = FeeTime::of(FeeTerm::Cycle, self.plan.head.cycle, usage.period);
        let own = |(seat, stints): (String, Vec<&Entry>)| {
            let part = Presence::of(stints.into_iter(), &time, &span, 0, false).units(rule);
            let part = if bought { part } else { Exact::ZERO };
            (Owner::Seat(seat), self.in_seconds(self.one().by(part)))
        };
        stints.into_iter().map(own).collect()
    }

    /// Time in whole seconds, whole calls; money as it is.
    fn in_seconds(&self, quantity: Exact) -> Exact {
        match self.pool.size {
            PoolSize::Time(_) | PoolSize::Calls(_) => {
                Exact::decimal(Decimal::from(whole_seconds(quantity)))
            }
            PoolSize::Money(_) => quantity,
        }
    }

    /// What stood at the beginning of the cycle.
    fn opening(&self, usage: &Usage<'_>, valid: Validity) -> Opening {
        let first = usage.period.first;
        let each = self.terms.per_number || self.terms.each_seat;
        let count = if each { 1 } else { self.terms.count };
        let whole = self.one().times(count.into());
        let most = match (self.terms.pack, self.terms.rollover) {
            (Some(pack), _) if pack.bought < first => Some(whole),
            (None, Some(rollover)) if valid.contains(first) && self.began() < Some(first) => {
                let most = rollover.most.map(|most| self.written(most));
                let cycles = rollover.cycles.filter(|_| each || !self.terms.per_seat);
                let worth = cycles.map(|cycles| whole.times(cycles.into()));
                match (most, worth) {
                    (Some(most), Some(worth)) => Some(most.at_most(worth)),
                    (most, worth) => most.or(worth),
                }
            }
            _ => return Opening::none(),
        };
        let rows = usage.roster.into_iter().flat_map(|roster| &roster.entries);
        let mine = rows.filter(|entry| {
            entry.kind == EntryKind::Balance
                && entry.from.is_none_or(|day| day == first)
                && self.is_of(entry)
        });
        let mut known: BTreeMap<Owner, Exact> = BTreeMap::new();
        for entry in mine {
            let owner = if self.terms.each_seat {
                Owner::Seat(entry.key())
            } else if self.terms.per_number {
                Owner::Number(self.compiled.own_number(entry.id.as_bytes()))
            } else {
                Owner::All
            };
            let quantity = self.written(entry.quantity.unwrap_or_default());
            *known.entry(owner).or_insert(Exact::ZERO) += quantity;
        }
        Opening { asked: true, known, most }
    }

    /// The first day of the package, all its versions together.
    fn began(&self) -> Option<Day> {
        let same = self.plan.clauses.iter().filter(|other| other.name == self.clause.name);
        let first = same.map(|clause| clause.valid.from).min().flatten();
        first.max(self.plan.head.valid.from)
    }

    /// True if a balance is of this pool: it names the package, and its zone if there are several.
    fn is_of(&self, entry: &Entry) -> bool {
        let name = self.clause.name.as_str();
        if self.terms.pools.len() == 1 {
            return entry.group == name || (entry.group.is_empty() && entry.id == name);
        }
        let zones = self.pool.zones.iter().map(|zone| &self.plan.zones[zone.index()].name);
        entry.group == name && zones.into_iter().any(|zone| *zone == entry.id)
    }
}

impl Opening {
    fn none() -> Self {
        Self { asked: false, known: BTreeMap::new(), most: None }
    }
}
