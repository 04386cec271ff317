//! Calls whose record and contract disagree, grouped by what matters for the reason.
//!
//! Two calls of the same rule, duration, billed seconds and charge disagree for the same reason.
//! Reasons are therefore looked for once for each group, after reading, with as much care as
//! needed, and the hot loop only counts.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use super::rule::RuleId;
use crate::cdr::Row;
use crate::money::{Fixed, FixedSum};
use crate::number::Digits;

/// Why a record stands for no call that may be charged at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Void {
    /// The same record again.
    Duplicate,
    /// The same in all that it says, though it has no identifier or its numbers are not whole.
    Repeat,
    /// The same call recorded again with slightly other times.
    NearDuplicate,
    /// Outside the days of the contract.
    OutsideContract,
    /// Outside the dates of the line or number.
    OutsideService,
}

/// What matters for the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey {
    /// The rule that prices the call.
    pub rule: RuleId,
    /// Billable seconds by the record.
    pub seconds: u32,
    /// True if the call is billable at all.
    pub billable: bool,
    /// It runs over a period's edge.
    pub straddles: bool,
    /// Seconds that the provider says it billed.
    pub billed: Option<u32>,
    /// What the provider charged.
    pub charge: Fixed,
    /// What the contract charges, before packages, steps and discounts.
    pub expected: Fixed,
    /// Talk time that the record claims, where its own timestamps allow only `seconds`.
    pub claimed: Option<u32>,
    /// No call at all.
    pub void: Option<Void>,
    /// The leg to the caller, where the record holds both: the rule that prices it, and its
    /// billable seconds. What was billed and charged, and where each leg is due what is expected,
    /// is that of both.
    pub to_caller: Option<(RuleId, u32)>,
}

/// One row as an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// Where it stands.
    pub row: Row,
    /// When it began, seconds since 1970 UTC.
    pub start: i64,
    /// Calling number.
    pub caller: Digits,
    /// Called number.
    pub callee: Digits,
}

/// Calls of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they share.
    pub key: GroupKey,
    /// How many.
    pub count: u64,
    /// The first rows, in file order.
    pub samples: Vec<Sample>,
}

/// Rows kept of a group.
const SAMPLES: usize = 3;

/// Groups kept. Beyond that, a share of the keys chosen by hash is kept and the rest is summed by
/// rule; the choice depends on the set of keys only, not on their order.
const MOST: usize = 1 << 16;

/// Calls that were summed without their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overflow {
    /// How many.
    pub count: u64,
    /// Charged.
    pub charged: FixedSum,
    /// Expected.
    pub expected: FixedSum,
}

/// All groups.
#[derive(Clone, Debug)]
pub struct Groups {
    groups: Vec<Group>,
    places: HashMap<GroupKey, u32, FixedState>,
    /// Calls counted for the key last used among those that share a few cheap bits: nearly all
    /// calls are counted here, and only the sums go to the group.
    recent: Vec<Recent>,
    /// Keys are kept if this many leading bits of their hash are zero.
    level: u32,
    overflow: Vec<Overflow>,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            places: HashMap::default(),
            recent: vec![Recent::default(); RECENT],
            level: 0,
            overflow: Vec::new(),
        }
    }
}

/// A group by what nearly always tells it apart, and calls not yet added to it.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    charge: Fixed,
    seconds: u32,
    rule: u32,
    /// 0 if unused.
    count: u32,
    place: u32,
}

const RECENT: usize = 1 << 13;

impl Groups {
    /// Counts a call. Rows of one worker come in order, so the first ones stay its samples.
    #[inline]
    pub fn add(&mut self, key: GroupKey, sample: impl FnOnce() -> Sample) {
        let plain = key.billable
            && !key.straddles
            && key.billed.is_none()
            && key.claimed.is_none()
            && key.void.is_none()
            && key.to_caller.is_none();
        let slot = (key.seconds as usize ^ key.rule.index() << 10) % RECENT;
        let recent = &mut self.recent[slot];
        // Rule and seconds decide what is expected of a plain call.
        let same = recent.charge == key.charge
            && recent.seconds == key.seconds
            && recent.rule == key.rule.0;
        if plain && same && recent.count > 0 && recent.count < u32::MAX {
            recent.count += 1;
            return;
        }
        self.add_many(key, 1, [sample()]);
        if !plain {
            return;
        }
        self.settle(slot);
        let place = self.places.get(&key).copied();
        // Until its samples are complete, a group sees every call.
        if let Some(place) = place.filter(|at| self.groups[*at as usize].samples.len() == SAMPLES) {
            let GroupKey { charge, seconds, rule, .. } = key;
            self.recent[slot] = Recent { charge, seconds, rule: rule.0, count: 1, place };
        }
    }

    /// Adds what was counted in a slot to its group; the first of it has been added.
    fn settle(&mut self, slot: usize) {
        let recent = std::mem::take(&mut self.recent[slot]);
        if recent.count > 1 {
            self.groups[recent.place as usize].count += u64::from(recent.count - 1);
        }
    }

    fn settle_all(&mut self) {
        (0..RECENT).for_each(|slot| self.settle(slot));
    }

    fn add_many(&mut self, key: GroupKey, count: u64, samples: impl IntoIterator<Item = Sample>) {
        if self.level > 0 && !kept(&key, self.level) {
            self.overflow(&key, count);
            return;
        }
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.groups.push(Group { key, count: 0, samples: Vec::new() });
        }
        let group = &mut self.groups[place as usize];
        group.count += count;
        group.samples.extend(samples);
        group.samples.sort_unstable();
        group.samples.truncate(SAMPLES);
        while self.groups.len() > MOST {
            self.thin(self.level + 1);
        }
    }

    /// Keeps only keys of a higher level.
    #[cold]
    fn thin(&mut self, level: u32) {
        self.settle_all();
        self.level = level;
        self.places.clear();
        for group in std::mem::take(&mut self.groups) {
            if kept(&group.key, level) {
                let place = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                self.places.insert(group.key, place);
                self.groups.push(group);
            } else {
                self.overflow(&group.key, group.count);
            }
        }
    }

    fn overflow(&mut self, key: &GroupKey, count: u64) {
        let place = key.rule.index();
        if self.overflow.len() <= place {
            self.overflow.resize(place + 1, Overflow::default());
        }
        let sums = &mut self.overflow[place];
        sums.count += count;
        sums.charged += FixedSum::times(key.charge, count);
        sums.expected += FixedSum::times(key.expected, count);
    }

    /// Adds another part.
    pub fn merge(&mut self, mut other: Self) {
        other.settle_all();
        if other.level > self.level {
            self.thin(other.level);
        }
        for group in other.groups {
            self.add_many(group.key, group.count, group.samples);
        }
        for (place, sums) in other.overflow.into_iter().enumerate() {
            if self.overflow.len() <= place {
                self.overflow.resize(place + 1, Overflow::default());
            }
            let mine = &mut self.overflow[place];
            mine.count += sums.count;
            mine.charged += sums.charged;
            mine.expected += sums.expected;
        }
    }

    /// The groups, sorted by key, and what was summed without its key, by rule.
    #[must_use]
    pub fn into_sorted(mut self) -> (Vec<Group>, Vec<Overflow>) {
        self.settle_all();
        self.groups.sort_unstable_by_key(|group| group.key);
        (self.groups, self.overflow)
    }
}

fn kept(key: &GroupKey, level: u32) -> bool {
    hash(key).leading_zeros() >= level
}

fn hash(key: &impl Hash) -> u64 {
    FixedState::with_seed(0x7465_6c62_696c_6c00).hash_one(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seconds: u32) -> GroupKey {
        GroupKey {
            rule: RuleId(0),
            seconds,
            billable: true,
            straddles: false,
            billed: None,
            charge: Fixed::parse(b"0.2").expect("amount"),
            expected: Fixed::parse(b"0.1").expect("amount"),
            claimed: None,
            void: None,
            to_caller: None,
        }
    }

    fn sample(line: u32) -> Sample {
        let row = Row { block: 0, line };
        Sample { row, start: 0, caller: Digits::NONE, callee: Digits::NONE }
    }

    /// Too many keys: sums stay exact, and neither order nor cutting changes what is kept.
    #[test]
    fn thinning_depends_on_the_set_of_keys_only() {
        let total = 200_000u32;
        let whole = {
            let mut groups = Groups::default();
            (0..total).for_each(|i| groups.add(key(i), || sample(i)));
            groups.into_sorted()
        };
        let parts = {
            let mut parts = [Groups::default(), Groups::default(), Groups::default()];
            (0..total).rev().for_each(|i| parts[(i % 3) as usize].add(key(i), || sample(i)));
            let mut all = Groups::default();
            parts.into_iter().for_each(|part| all.merge(part));
            all.into_sorted()
        };
        assert!(whole.0.len() <= MOST && whole.0.len() > MOST / 8);
        assert_eq!(whole, parts);
        let kept: u64 = whole.0.iter().map(|group| group.count).sum();
        assert_eq!(kept + whole.1[0].count, u64::from(total));
    }

    #[test]
    fn the_first_rows_are_kept_when_parts_merge() {
        let part = |lines: &[u32]| {
            let mut groups = Groups::default();
            lines.iter().for_each(|line| groups.add(key(1), || sample(*line)));
            groups
        };
        let mut all = part(&[3, 7, 8, 10]);
        all.merge(part(&[1, 5, 9]));
        let (groups, _) = all.into_sorted();
        let rows: Vec<u32> = groups[0].samples.iter().map(|sample| sample.row.line).collect();
        assert_eq!((groups[0].count, rows), (7, vec![1, 3, 5]));
    }
}
