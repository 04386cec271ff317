//! Which price holds where and when: the tables of a contract as a list, for whoever looks for
//! places without a price and prices without a place.

use super::compile::Compiled;
use super::rule::{RuleId, ZoneSlot};
use crate::tariff::{Direction, PeriodId, Validity};
use crate::when::Day;

/// One place of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Days of one version of the prices.
    pub days: Validity,
    /// Direction of calls.
    pub direction: Direction,
    /// The zone of one's own number by place, where prices are told by it too; else zero.
    pub origin: usize,
    /// Their zone.
    pub zone: ZoneSlot,
    /// Part of the week; `None` is all other times.
    pub part: Option<PeriodId>,
    /// What prices them.
    pub rule: Option<RuleId>,
}

impl Compiled {
    /// Every place, earliest days first.
    pub fn cells(&self) -> impl Iterator<Item = Cell> {
        let per_origin = self.zone_count * self.period_count;
        let per_direction = self.origins * per_origin;
        // Legs to the caller have the prices of calls to that number.
        let of_calls = move |place: &usize| place / per_direction % self.sides < 3;
        let places = (0..self.table.len()).filter(of_calls);
        places.map(move |place| {
            let version = place / (self.sides * per_direction);
            let part = place % self.period_count;
            let narrow = |index: usize| u16::try_from(index).unwrap_or(u16::MAX);
            let from = self.versions[version];
            Cell {
                days: Validity {
                    from: Some(from).filter(|from| *from != Day(i32::MIN)),
                    until: self.versions.get(version + 1).map(|next| next.previous()),
                },
                direction: Direction::ALL[place / per_direction % self.sides],
                origin: place / per_origin % self.origins,
                zone: ZoneSlot(
                    u32::try_from(place / self.period_count % self.zone_count).unwrap_or(u32::MAX),
                ),
                part: (part + 1 < self.period_count).then(|| PeriodId(narrow(part))),
                rule: self.table[place],
            }
        })
    }

    /// True if some second of a week lies in no named part of it.
    #[must_use]
    pub fn has_other_times(&self) -> bool {
        self.week().has_other_times()
    }
}
