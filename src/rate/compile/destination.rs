//! Where a call goes: the zone of its far number, and the zone of its own where prices ask.

use super::{Compiled, number};
use crate::cdr::Call;
use crate::number::{Area, Digits, NumberPlan, Scratch};
use crate::rate::rule::ZoneSlot;
use crate::rate::zones::{Asked, ZoneIndex};
use crate::tariff::Direction;
use crate::when::Day;

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
    /// Where a call of a day goes, by its far number and its own; where prices are told by the zone of one's
    /// own number too, where it stands in the tables for that.
    #[inline]
    pub(in crate::rate) fn destination(&self, call: &Call<'_>, day: Day) -> Destination {
        let (far, own) = match call.direction {
            Direction::Inbound => (call.caller, call.callee),
            Direction::Outbound | Direction::Internal => (call.callee, call.caller),
        };
        let asked = Asked { caller: Area::UNKNOWN, direction: call.direction, day };
        let to = self.destination_zone(far, own, asked);
        if self.origins == 1 { to } else { self.from(own, &to, asked) }
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
        let others = (0..number(self.zone_count)).map(ZoneSlot).filter(|slot| *slot != zone);
        Destination { zone, others: others.collect(), legible: false }
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
    pub(in crate::rate) fn whole_number(&self, raw: &[u8]) -> Digits {
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
