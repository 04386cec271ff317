//! The same call recorded twice.
//!
//! A first reading keeps eight bytes for each call that costs anything: a hash of its two numbers,
//! and its start. Sorted, calls of one pair of numbers within two seconds stand side by side; they
//! are suspects. Only if there are any are the files read once more: suspects are then held back
//! whole and compared field by field, so that no hash ever decides.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;
use std::io;

use foldhash::fast::FixedState;

use super::partition::Partitions;
use crate::cdr::{Call, Outcome, Row};
use crate::money::Fixed;
use crate::rate::Void;
use crate::tariff::Direction;
use crate::text::ShortText;
use crate::when::Day;

/// Starts may differ by this many seconds, both ends included.
const NEAR: u32 = 2;

/// Keys of calls that may be duplicates.
#[derive(Debug, Default)]
pub struct Suspects {
    pairs: HashSet<u64, FixedState>,
    ids: HashSet<u64, FixedState>,
}

impl Suspects {
    /// Finds suspects among the keys of all workers.
    ///
    /// # Errors
    /// If keys that were written to disk can't be read back.
    pub fn find(pairs: Vec<Partitions>, ids: Vec<Partitions>, threads: usize) -> io::Result<Self> {
        let near = |keys: &[u64]| -> Vec<u64> {
            let mut suspects = Vec::new();
            for pair in keys.windows(2) {
                // The hash stands above the start, so the difference is that of the starts.
                if pair[1] - pair[0] <= u64::from(NEAR) {
                    suspects.extend(pair);
                }
            }
            suspects
        };
        let equal = |keys: &[u64]| -> Vec<u64> {
            keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
        };
        Ok(Self {
            pairs: Partitions::visit_sorted(pairs, threads, near)?.into_iter().collect(),
            ids: Partitions::visit_sorted(ids, threads, equal)?.into_iter().collect(),
        })
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.ids.is_empty()
    }

    /// True if the call must be compared.
    #[must_use]
    pub fn holds(&self, call: &Call<'_>) -> bool {
        matters(call)
            && (self.pairs.contains(&pair_key(call))
                || (!call.id.is_empty() && self.ids.contains(&id_key(call))))
    }
}

/// True if the record can cost anything; others may repeat as they like.
#[inline]
#[must_use]
pub(super) fn matters(call: &Call<'_>) -> bool {
    let costs = call.talk > 0
        || call.outcome == Outcome::Answered
        || call.charge.is_some_and(|charge| charge != Fixed::ZERO);
    costs && !(call.caller.is_empty() && call.callee.is_empty())
}

/// A hash of a text; nearly all identifiers and numbers are short.
#[inline(always)]
fn hash(text: &[u8], seed: u64) -> u64 {
    match ShortText::new(text) {
        Some(short) => short.hash(seed),
        None => FixedState::with_seed(seed).hash_one(text),
    }
}

/// A hash of both numbers above the start, so that sorting puts neighbours side by side.
#[inline(always)]
pub(super) fn pair_key(call: &Call<'_>) -> u64 {
    let numbers = hash(call.callee, hash(call.caller, 0));
    // 32 bits of seconds reach from 1970 to 2106.
    (numbers & 0xFFFF_FFFF_0000_0000) | u64::from(call.start as u32)
}

/// A hash of the record's identifier.
#[inline(always)]
pub(super) fn id_key(call: &Call<'_>) -> u64 {
    hash(call.id, 1)
}

/// A suspect, held back whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCall {
    row: Row,
    id: Box<[u8]>,
    caller: Box<[u8]>,
    callee: Box<[u8]>,
    agent: Box<[u8]>,
    line: Box<[u8]>,
    start: i64,
    day: Day,
    second: u32,
    minutes_only: bool,
    talk: u32,
    total: Option<u32>,
    clock: Option<u32>,
    billed: Option<u32>,
    charge: Option<Fixed>,
    outcome: Outcome,
    direction: Direction,
    /// The billing cycle.
    pub cycle: i32,
}

impl HeldCall {
    /// Copies a call.
    #[must_use]
    pub fn hold(call: &Call<'_>, cycle: i32) -> Self {
        Self {
            row: call.row,
            id: call.id.into(),
            caller: call.caller.into(),
            callee: call.callee.into(),
            agent: call.agent.into(),
            line: call.line.into(),
            start: call.start,
            day: call.day,
            second: call.second,
            minutes_only: call.minutes_only,
            talk: call.talk,
            total: call.total,
            clock: call.clock,
            billed: call.billed,
            charge: call.charge,
            outcome: call.outcome,
            direction: call.direction,
            cycle,
        }
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> Call<'_> {
        Call {
            row: self.row,
            id: &self.id,
            caller: &self.caller,
            callee: &self.callee,
            agent: &self.agent,
            line: &self.line,
            start: self.start,
            day: self.day,
            second: self.second,
            minutes_only: self.minutes_only,
            talk: self.talk,
            total: self.total,
            clock: self.clock,
            billed: self.billed,
            charge: self.charge,
            outcome: self.outcome,
            direction: self.direction,
        }
    }

    fn charged(&self) -> Fixed {
        self.charge.unwrap_or_default()
    }

    /// True if two records between the same numbers are of one call.
    fn is_of_same_call(&self, other: &Self) -> bool {
        self.start == other.start || (!self.id.is_empty() && self.id == other.id)
    }
}

/// Decides which held calls are the same call again. Of each set one record stands, the dearest
/// (the reading that favours the provider), and of equals the first.
#[must_use]
pub fn resolve(mut held: Vec<HeldCall>) -> Vec<(HeldCall, Option<Void>)> {
    held.sort_unstable_by_key(|a| a.row);
    let mut verdicts: Vec<Option<Void>> = vec![None; held.len()];
    merge_corrections(&mut held, &mut verdicts);
    mark_same_id(&held, &mut verdicts);
    let mut by_pair: BTreeMap<(&[u8], &[u8]), Vec<usize>> = BTreeMap::new();
    for (index, call) in held.iter().enumerate() {
        by_pair.entry((&call.caller, &call.callee)).or_default().push(index);
    }
    for calls in by_pair.values() {
        mark_pair(&held, calls, &mut verdicts);
    }
    held.into_iter().zip(verdicts).collect()
}

/// A record with a negative charge takes back what another record of the same call charged: it
/// lowers the charge of that record, and is no call of its own. Of several it corrects the one that
/// charged exactly as much, else the dearest.
fn merge_corrections(held: &mut [HeldCall], verdicts: &mut [Option<Void>]) {
    type Key<'k> = (&'k [u8], &'k [u8], u32, i32);
    if held.iter().all(|call| call.charged() >= Fixed::ZERO) {
        return;
    }
    let mut by_numbers: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    for (index, call) in held.iter().enumerate() {
        let key = (&*call.caller, &*call.callee, call.talk, call.cycle);
        by_numbers.entry(key).or_default().push(index);
    }
    let sets: Vec<Vec<usize>> = by_numbers.into_values().collect();
    for set in sets {
        for index in set.iter().copied() {
            let taken_back = held[index].charged();
            if taken_back >= Fixed::ZERO {
                continue;
            }
            let original = set
                .iter()
                .copied()
                .filter(|other| held[*other].charged() > Fixed::ZERO)
                .filter(|other| held[index].is_of_same_call(&held[*other]))
                .max_by_key(|other| {
                    let charged = held[*other].charged();
                    (charged == -taken_back, charged, std::cmp::Reverse(held[*other].row))
                });
            let Some(original) = original else { continue };
            let left = held[original].charged().plus(taken_back);
            held[original].charge = Some(left.expect("charges of opposite sign add up to less"));
            held[index].charge = Some(Fixed::ZERO);
            verdicts[index] = Some(Void::Duplicate);
        }
    }
}

/// The same identifier, the same numbers, the same talk time: the record was exported twice.
fn mark_same_id(held: &[HeldCall], verdicts: &mut [Option<Void>]) {
    type Key<'k> = (&'k [u8], &'k [u8], &'k [u8], u32);
    let mut by_id: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    let open = held.iter().enumerate().filter(|(index, _)| verdicts[*index].is_none());
    for (index, call) in open.filter(|(_, call)| !call.id.is_empty()) {
        let key = (&*call.id, &*call.caller, &*call.callee, call.talk);
        by_id.entry(key).or_default().push(index);
    }
    for same in by_id.values().filter(|same| same.len() > 1) {
        void_all_but_dearest(held, same, verdicts, Void::Duplicate);
    }
}

/// Calls between one pair of numbers.
fn mark_pair(held: &[HeldCall], calls: &[usize], verdicts: &mut [Option<Void>]) {
    let mut open: Vec<usize> = calls.iter().copied().filter(|i| verdicts[*i].is_none()).collect();
    open.sort_by_key(|i| (held[*i].start, held[*i].talk, held[*i].row));
    for same in open.chunk_by(|a, b| {
        let (a, b) = (&held[*a], &held[*b]);
        a.start == b.start && a.talk == b.talk && began_at_once(a, b)
    }) {
        void_all_but_dearest(held, same, verdicts, Void::Duplicate);
    }
    open.retain(|i| verdicts[*i].is_none());
    for pair in 1..open.len() {
        let (a, b) = (open[pair - 1], open[pair]);
        if verdicts[a].is_none() && is_near(&held[a], &held[b]) {
            void_all_but_dearest(held, &[a, b], verdicts, Void::NearDuplicate);
        }
    }
}

/// Starts without seconds may be up to a minute apart: only calls that lasted longer were then
/// surely on the line at once.
fn began_at_once(a: &HeldCall, b: &HeldCall) -> bool {
    !(a.minutes_only || b.minutes_only) || a.talk.min(b.talk) >= 60
}

/// Other identifiers, starts within two seconds, talk times within one, and both on the line at
/// once: a redial after an instant drop does not overlap.
fn is_near(a: &HeldCall, b: &HeldCall) -> bool {
    let apart = b.start - a.start;
    let other_id = a.id.is_empty() || b.id.is_empty() || a.id != b.id;
    other_id
        && apart <= i64::from(NEAR)
        && a.talk.abs_diff(b.talk) <= 1
        && apart < i64::from(a.talk)
        && began_at_once(a, b)
        && a.talk > 0
        && b.talk > 0
}

fn void_all_but_dearest(
    held: &[HeldCall],
    same: &[usize],
    verdicts: &mut [Option<Void>],
    void: Void,
) {
    let stands =
        same.iter().copied().max_by_key(|i| (held[*i].charged(), std::cmp::Reverse(held[*i].row)));
    for index in same.iter().copied().filter(|i| Some(*i) != stands) {
        verdicts[index] = Some(void);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(line: u32, id: &str, start: i64, talk: u32, charge: &str) -> HeldCall {
        HeldCall {
            row: Row { block: 0, line },
            id: id.as_bytes().into(),
            caller: (*b"057188886666").into(),
            callee: (*b"13800000000").into(),
            agent: (*b"").into(),
            line: (*b"").into(),
            start,
            day: Day(0),
            second: 0,
            minutes_only: false,
            talk,
            total: None,
            clock: None,
            billed: None,
            charge: Some(Fixed::parse(charge.as_bytes()).expect("amount")),
            outcome: Outcome::Answered,
            direction: Direction::Outbound,
            cycle: 0,
        }
    }

    fn verdicts(calls: Vec<HeldCall>) -> Vec<(u32, Void)> {
        resolve(calls).into_iter().filter_map(|(call, void)| Some((call.row.line, void?))).collect()
    }

    #[test]
    fn one_record_of_each_set_stands() {
        use Void::{Duplicate, NearDuplicate};
        // Same id: the second goes. Same times under other ids: all but the dearest.
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "a", 0, 30, "0.1")]),
            [(2, Duplicate)]
        );
        assert_eq!(
            verdicts(vec![
                held(1, "a", 0, 30, "0.1"),
                held(2, "b", 0, 30, "0.2"),
                held(3, "c", 0, 30, "0.1"),
            ]),
            [(1, Duplicate), (3, Duplicate)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 2, 29, "0.1")]),
            [(2, NearDuplicate)]
        );
    }

    #[test]
    fn a_correction_lowers_the_charge_of_the_record_it_corrects() {
        // Charged, taken back, charged anew: the new charge stands, and nothing is left of the rest.
        let resolved = resolve(vec![
            held(1, "a", 0, 30, "0.6"),
            held(2, "a", 0, 30, "-0.6"),
            held(3, "b", 0, 30, "0.1"),
        ]);
        let left: Vec<(String, bool)> = resolved
            .iter()
            .map(|(call, void)| (call.charged().amount().to_string(), void.is_none()))
            .collect();
        let expected = [("0.00", false), ("0.00", false), ("0.10", true)];
        assert_eq!(left, expected.map(|(charge, stands)| (charge.to_owned(), stands)));
        // The record that charged as much is corrected, though another is dearer.
        let resolved = resolve(vec![
            held(1, "a", 0, 30, "0.2"),
            held(2, "b", 0, 30, "0.3"),
            held(3, "c", 0, 30, "-0.2"),
        ]);
        assert_eq!(resolved[0].0.charged(), Fixed::ZERO);
    }

    #[test]
    fn near_twins_that_are_other_calls() {
        // A redial after the first call ended; another talk time; three seconds apart.
        assert!(verdicts(vec![held(1, "a", 0, 1, "0.1"), held(2, "b", 2, 1, "0.1")]).is_empty());
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 1, 40, "0.1")]).is_empty());
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 3, 30, "0.1")]).is_empty());
        // Starts without seconds: a redial within the minute; but not of calls that last longer.
        let to_the_minute = |talk| {
            [1, 2].map(|line| HeldCall { minutes_only: true, ..held(line, "", 0, talk, "0.1") })
        };
        assert!(verdicts(to_the_minute(20).into()).is_empty());
        assert_eq!(verdicts(to_the_minute(61).into()), [(2, Void::Duplicate)]);
        // The same id with another talk time is another leg.
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "a", 50, 9, "0.1")]).is_empty());
    }
}
