//! Seats, numbers, lines and services of the roster that nobody used, as far as papers tell.

use std::collections::{BTreeMap, BTreeSet};

use super::super::run::Offer;
use super::sort::{Seen, Silent};
use crate::number::Digits;
use crate::rate::Compiled;
use crate::roster::{Entry, EntryKind, Roster};
use crate::text::fold;
use crate::when::{Day, Period};

/// What may lie idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A seat whose agent has no call.
    Seat,
    /// A number without a call.
    Number,
    /// A line without a call.
    Line,
    /// A service that nobody used.
    Service,
}

impl Thing {
    /// All.
    pub const ALL: [Self; 4] = [Self::Seat, Self::Number, Self::Line, Self::Service];

    fn kind(self) -> EntryKind {
        match self {
            Self::Seat => EntryKind::Seat,
            Self::Number => EntryKind::Number,
            Self::Line => EntryKind::Line,
            Self::Service => EntryKind::Service,
        }
    }
}

/// A thing of the roster that nobody used in a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// What it is.
    pub thing: Thing,
    /// Which one, as the roster has it.
    pub name: String,
    /// The name or group by which the contract knows it.
    pub group: String,
    /// The cycle.
    pub period: Period,
}

/// What the papers do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untold {
    /// No status word says voicemail.
    Voicemail,
    /// The roster has nothing of the kind.
    NotListed(Thing),
    /// None of the roster's is found in the calls: they go by other names.
    Unmatched(Thing),
    /// So many calls do not say whose they are.
    Silent(Thing, u64),
    /// Of so many services nothing tells whether they are used.
    Services(u64),
    /// So many answered calls name no agent; seats are judged by the others.
    Agentless(u64),
    /// What is left of a package is carried on.
    Carried(String),
    /// What is left of a package lapses each day.
    Daily(String),
}

/// The roster and what was seen of the calls.
pub(super) struct Papers<'p> {
    roster: &'p Roster,
    compiled: &'p Compiled,
    agents: BTreeMap<String, BTreeSet<Day>>,
    numbers: &'p BTreeMap<Digits, BTreeSet<Day>>,
    lines: &'p BTreeMap<String, BTreeSet<Day>>,
    days: &'p BTreeSet<Day>,
    silent: Silent,
    voicemail: bool,
    told: BTreeMap<Thing, Result<(), Untold>>,
}

impl<'p> Papers<'p> {
    pub(super) fn new(roster: &'p Roster, seen: &'p Seen, reads: &'p Offer) -> Self {
        let mut papers = Self {
            roster,
            compiled: &reads.compiled,
            agents: seen.agent_days(),
            numbers: &seen.numbers,
            lines: &seen.named_lines,
            days: &seen.days,
            silent: seen.silent,
            voicemail: seen.voicemail,
            told: BTreeMap::new(),
        };
        for thing in Thing::ALL {
            papers.told.insert(thing, papers.look(thing));
        }
        papers
    }

    /// Whether papers tell which things of a kind are used.
    fn look(&self, thing: Thing) -> Result<(), Untold> {
        let mut entries = self.roster.of(thing.kind(), None).peekable();
        if entries.peek().is_none() {
            return Err(Untold::NotListed(thing));
        }
        match thing {
            Thing::Number if self.silent.number > 0 => {
                return Err(Untold::Silent(thing, self.silent.number));
            }
            Thing::Line if self.silent.line > 0 => {
                return Err(Untold::Silent(thing, self.silent.line));
            }
            Thing::Service => return Ok(()),
            _ => {}
        }
        match entries.any(|entry| self.calls_of(entry).is_some()) {
            true => Ok(()),
            false => Err(Untold::Unmatched(thing)),
        }
    }

    /// True if papers tell which things of a kind are used.
    pub(super) fn tells(&self, thing: Thing) -> bool {
        matches!(self.told.get(&thing), Some(Ok(())))
    }

    /// Days with calls of a seat, number or line.
    fn calls_of(&self, entry: &Entry) -> Option<&BTreeSet<Day>> {
        match entry.kind {
            EntryKind::Seat => self.agents.get(&entry.key()),
            EntryKind::Number => self.numbers.get(&self.compiled.own_number(entry.id.as_bytes())),
            EntryKind::Line => self.lines.get(&entry.key()),
            _ => None,
        }
    }

    /// True if it was there in a cycle and was not used in it.
    fn is_idle(&self, entry: &Entry, period: Period) -> bool {
        let Some(there) = entry.within(period, 0) else { return false };
        // Of a cycle without any calls they tell nothing.
        if self.days.range(period.first..=period.last).next().is_none() {
            return false;
        }
        if entry.kind == EntryKind::Service {
            return self.is_used(entry, there) == Some(false);
        }
        let days = self.calls_of(entry);
        days.is_none_or(|days| days.range(there.first..=there.last).next().is_none())
    }

    /// Whether a service was used; `None` if nothing tells. One of a seat, number or line is used with
    /// it; of another, usage of its name tells.
    fn is_used(&self, service: &Entry, there: Period) -> Option<bool> {
        let key = fold(&service.id);
        let bearers = [Thing::Seat, Thing::Number, Thing::Line];
        let told = bearers.into_iter().filter(|thing| self.tells(*thing));
        for thing in told {
            let mut bearers = self.roster.of(thing.kind(), None);
            if let Some(bearer) = bearers.find(|bearer| fold(&bearer.id) == key) {
                let days = self.calls_of(bearer);
                let called =
                    |days: &BTreeSet<Day>| days.range(there.first..=there.last).count() > 0;
                return Some(days.is_some_and(called));
            }
        }
        let names = [&service.id, &service.group].map(|name| fold(name));
        let of_it = |usage: &&Entry| {
            let mut own = [&usage.id, &usage.group].into_iter().map(|name| fold(name));
            own.any(|name| !name.is_empty() && names.contains(&name))
        };
        let mut rows = self.roster.of(EntryKind::Usage, None).filter(of_it).peekable();
        rows.peek()?;
        let used = |row: &Entry| {
            let some = row.quantity.is_none_or(|quantity| !quantity.is_zero());
            some && row.within(there, 0).is_some()
        };
        Some(rows.any(used))
    }

    /// All things of a kind that nobody used, by cycle.
    pub(super) fn idle(&self, thing: Thing, cycles: &[Period]) -> Vec<Idle> {
        let mut found = Vec::new();
        for period in cycles {
            let entries = self.roster.of(thing.kind(), None);
            found.extend(entries.filter(|entry| self.is_idle(entry, *period)).map(|entry| Idle {
                thing,
                name: entry.id.clone(),
                group: entry.group.clone(),
                period: *period,
            }));
        }
        found
    }

    /// What nobody used in a cycle is not there in it.
    pub(super) fn drop_idle(&self, thing: Thing, period: Period, entries: &mut [Entry]) {
        for entry in entries.iter_mut().filter(|entry| entry.kind == thing.kind()) {
            if self.is_idle(entry, period) {
                // It stays listed: a roster without any seats tells nothing of seats.
                (entry.from, entry.until) = (Some(period.last.next()), None);
            }
        }
    }

    /// Seats without a call, by days with calls on which they are there and not suspended.
    pub(super) fn seat_days(&self, cycles: &[Period]) -> u64 {
        let mut count = 0;
        for period in cycles {
            for seat in self.roster.of(EntryKind::Seat, None) {
                let Some(there) = seat.within(*period, 0) else { continue };
                let calls = self.calls_of(seat);
                let idle = |day: &&Day| {
                    !calls.is_some_and(|days| days.contains(*day))
                        && !seat.suspended.is_some_and(|off| off.contains(**day))
                };
                count += self.days.range(there.first..=there.last).filter(idle).count() as u64;
            }
        }
        count
    }

    /// What they do not tell.
    pub(super) fn untold(&self) -> Vec<Untold> {
        let mut untold = Vec::new();
        if !self.voicemail {
            untold.push(Untold::Voicemail);
        }
        untold.extend(self.told.values().filter_map(|told| told.clone().err()));
        if self.silent.agent > 0 && self.tells(Thing::Seat) {
            untold.push(Untold::Agentless(self.silent.agent));
        }
        let services = self.roster.of(EntryKind::Service, None);
        let any = |service: &&Entry| {
            let all = Period { first: Day(i32::MIN / 4), last: Day(i32::MAX / 4) };
            let there = service.within(all, 0).unwrap_or(all);
            self.is_used(service, there).is_none()
        };
        let count = services.filter(any).count() as u64;
        if count > 0 {
            untold.push(Untold::Services(count));
        }
        untold
    }
}
