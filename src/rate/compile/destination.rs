//! Where a call goes: the zone of its far number, and the zone of its own where prices ask.

use std::collections::{HashMap, HashSet};

use super::{Compiled, number};
use crate::cdr::Call;
use crate::number::{Area, Digits, NumberPlan, Scratch};
use crate::rate::rule::{Rule, ZoneSlot};
use crate::rate::zones::{Asked, ZoneIndex};
use crate::tariff::{Direction, ZoneId};
use crate::when::Day;

/// So many zones are tried one by one where a number can't be read.
const EACH: usize = 1_024;

/// Where a call goes.
pub(in crate::rate) struct Destination {
    /// Its zone.
    pub zone: ZoneSlot,
    /// Zones that it might belong to as well, for an area or the whole number is not known.
    pub others: Vec<ZoneSlot>,
    /// False if the record shows no number to tell by.
    pub legible: bool,
}

impl Compiled {
    /// The slot of a zone; of numbers that no zone takes, if none is named.
    pub(in crate::rate) fn zone_slot(&self, zone: Option<ZoneId>) -> ZoneSlot {
        ZoneSlot(zone.map_or_else(|| number(self.zone_count - 1), |zone| zone.0))
    }

    /// Where a call of a day goes, by its far number and its own; where prices are told by the zone of one's
    /// own number too, where it stands in the tables for that.
    #[inline]
    pub(in crate::rate) fn destination(&self, call: &Call<'_>, day: Day) -> Destination {
        let (far, own) = match call.direction {
            Direction::Inbound => (call.caller, call.callee),
            Direction::Outbound | Direction::Internal | Direction::ToCaller => {
                (call.callee, call.caller)
            }
        };
        let asked = Asked { caller: Area::UNKNOWN, direction: call.direction, day };
        let to = self.destination_zone(far, own, asked);
        if self.origins == 1 { to } else { self.from(own, &to, asked) }
    }

    /// The same where it is known which zone a call goes to.
    pub(in crate::rate) fn destination_in(
        &self,
        call: &Call<'_>,
        zone: Option<ZoneId>,
    ) -> Destination {
        let zone = self.zone_slot(zone);
        let to = Destination { zone, others: Vec::new(), legible: true };
        let asked = Asked { caller: Area::UNKNOWN, direction: call.direction, day: call.day };
        if self.origins == 1 { to } else { self.from(call.caller, &to, asked) }
    }

    /// The same for calls from the zone of a number.
    #[inline(never)]
    fn from(&self, own: &[u8], to: &Destination, asked: Asked) -> Destination {
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(own, &mut scratch);
        let legible = number.is_legible();
        let origin = self.zones.zone_of(&number, Asked { caller: number.area(), ..asked }).index();
        let from_here = std::iter::once(origin);
        // A number that can't be read may be of any zone.
        let elsewhere = (0..self.origins).filter(|other| !legible && *other != origin);
        let zones = || std::iter::once(to.zone).chain(to.others.iter().copied());
        let mut all = from_here
            .chain(elsewhere)
            .flat_map(|origin| zones().map(move |zone| (origin, zone)))
            .map(|(origin, zone)| self.at(origin, zone));
        let zone = all.next().unwrap_or(to.zone);
        Destination { zone, others: all.collect(), legible: legible && to.legible }
    }

    #[inline]
    fn destination_zone(&self, far: &[u8], own: &[u8], mut asked: Asked) -> Destination {
        let known = |zone| Destination { zone, others: Vec::new(), legible: true };
        if self.zone_count == 1 {
            return known(ZoneSlot(0));
        }
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(far, &mut scratch);
        if !number.is_legible() {
            return self.anywhere(self.zones.zone_of(&number, asked));
        }
        if !self.zones.needs_areas() {
            return known(self.zones.zone_of(&number, asked));
        }
        let mut scratch: Scratch = [0; 40];
        asked.caller = self.numbers.read(own, &mut scratch).area();
        let others = self.zones.might_be(&number, asked.caller);
        Destination { others, ..known(self.zones.zone_of(&number, asked)) }
    }

    /// A number that can't be read may belong to any zone.
    #[cold]
    fn anywhere(&self, zone: ZoneSlot) -> Destination {
        let few = self.zone_count <= EACH || self.origins > 1;
        let all = (0..number(self.zone_count)).map(ZoneSlot).filter(|_| few);
        let unlike = self.unlike().iter().copied().filter(|_| !few);
        let others = all.chain(unlike).filter(|slot| *slot != zone).collect();
        Destination { zone, others, legible: false }
    }

    /// Zones of which no two have the same prices, the first of each kind: the destinations of a large
    /// deck have few prices, and a call that may go to any of them costs one of these.
    fn unlike(&self) -> &[ZoneSlot] {
        let first = || {
            let mut kinds: HashMap<String, usize> = HashMap::new();
            let kind = |rule: &Rule| {
                // What a rule is for makes no price another one.
                let Rule { clause, zone, period, since, .. } = self.rules[0].clone();
                let price = Rule { clause, zone, period, since, ..rule.clone() };
                let next = kinds.len();
                *kinds.entry(format!("{price:?}")).or_insert(next)
            };
            let kinds: Vec<usize> = self.rules.iter().map(kind).collect();
            let mut seen: HashSet<Vec<Option<usize>>> = HashSet::new();
            let prices = |slot: ZoneSlot| -> Vec<Option<usize>> {
                let by_version = (0..self.versions.len()).flat_map(|version| {
                    Direction::ALL.into_iter().flat_map(move |direction| {
                        (0..self.period_count).map(move |part| (version, direction, part))
                    })
                });
                let rule = |(version, direction, part)| {
                    let rule = self.table[self.place(version, direction, slot, part)]?;
                    Some(kinds[rule.index()])
                };
                by_version.map(rule).collect()
            };
            let slots = (0..number(self.zone_count)).map(ZoneSlot);
            slots.filter(|slot| seen.insert(prices(*slot))).collect()
        };
        if self.rules.is_empty() { &[] } else { self.unlike.get_or_init(first) }
    }

    /// The zone of a place in the tables, whatever zone a call comes from.
    pub(in crate::rate) fn plain(&self, place: ZoneSlot) -> ZoneSlot {
        ZoneSlot(number(place.index() % self.zone_count))
    }

    /// How numbers are read, and which zones take them.
    pub(in crate::rate) fn numbering(&self) -> (&NumberPlan, &ZoneIndex) {
        (&self.numbers, &self.zones)
    }

    /// One of our own numbers, normalised, to be compared with another.
    #[must_use]
    pub fn own_number(&self, raw: &[u8]) -> Digits {
        let mut scratch: Scratch = [0; 40];
        Digits::pack(self.numbers.read(raw, &mut scratch).digits())
    }

    /// One of our own numbers, to be told from others; none if the record hides some of it.
    #[must_use]
    pub fn whole_number(&self, raw: &[u8]) -> Digits {
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(raw, &mut scratch);
        let hidden = raw.iter().any(|byte| matches!(byte, b'*' | b'x' | b'X' | b'#'));
        if hidden { Digits::NONE } else { Digits::pack(number.digits()) }
    }

    /// A number in one spelling: normalised, or as it stands if it is none.
    #[must_use]
    pub fn spelled(&self, raw: &[u8]) -> Vec<u8> {
        let mut scratch: Scratch = [0; 40];
        match self.numbers.read(raw, &mut scratch).digits() {
            b"" => raw.to_vec(),
            digits => digits.to_vec(),
        }
    }
}
