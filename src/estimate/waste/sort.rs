//! Calls sorted into kinds of waste, in one reading: sums of each kind under each contract, and sums
//! by agent, hour and line. Each call is of one kind.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lane::{CycleCalls, Lane};
use super::super::moves::Moves;
use super::super::replay::{Records, add_part, parts};
use crate::cdr::{Call, IdleCall, Outcome};
use crate::money::FixedSum;
use crate::number::Digits;
use crate::pipeline::Sees;
use crate::rate::{AgentId, Agents, Rated};
use crate::source::Diagnostics;
use crate::tariff::{Direction, Subsecond};
use crate::text::fold;
use crate::when::{Day, Zone};

/// From how short and how long on an answered call is waste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Answered calls of fewer seconds.
    pub short: u32,
    /// Answered calls of more seconds.
    pub long: u32,
}

/// What a call is: the first of these that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// Nobody answered.
    Unanswered,
    /// Voicemail took it, as its status word says.
    Voicemail,
    /// Shorter than the limit.
    Short,
    /// Longer than the limit.
    Long,
    /// None of these, or refused before it was sent.
    Useful,
}

impl CallKind {
    /// All, in their order.
    pub const ALL: [Self; 5] =
        [Self::Unanswered, Self::Voicemail, Self::Short, Self::Long, Self::Useful];

    fn of(call: &Call<'_>, limits: Limits) -> Self {
        match call.outcome {
            Outcome::Unsent => Self::Useful,
            Outcome::Unanswered => Self::Unanswered,
            Outcome::Answered if call.voicemail => Self::Voicemail,
            Outcome::Answered if call.talk < limits.short => Self::Short,
            Outcome::Answered if call.talk > limits.long => Self::Long,
            Outcome::Answered => Self::Useful,
        }
    }
}

/// Calls of one cycle under one contract, by kind.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// By place in [`CallKind::ALL`].
    pub kinds: [CycleCalls; 5],
    /// The long ones again, cut to the limit.
    pub cut: CycleCalls,
}

/// Sums of an agent's, an hour's or a line's calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Calls by kind.
    pub calls: [u64; 5],
    /// Answered.
    pub answered: u64,
    /// Seconds talked.
    pub talk: u64,
    /// Days with a call.
    pub days: BTreeSet<Day>,
    /// What contracts charge by kind, before packages, steps and discounts; by place of the contract.
    pub charges: Vec<[FixedSum; 5]>,
}

impl Sums {
    fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.calls.iter_mut().zip(other.calls) {
            *mine += theirs;
        }
        self.answered += other.answered;
        self.talk += other.talk;
        self.days.extend(other.days);
        self.charges.resize(self.charges.len().max(other.charges.len()), [FixedSum::ZERO; 5]);
        for (mine, theirs) in self.charges.iter_mut().zip(other.charges) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }

    fn add(&mut self, call: &Call<'_>, kind: CallKind, charges: &[FixedSum]) {
        self.calls[kind as usize] += 1;
        if call.outcome == Outcome::Answered {
            self.answered += 1;
            self.talk += u64::from(call.talk);
        }
        self.charges.resize(self.charges.len().max(charges.len()), [FixedSum::ZERO; 5]);
        for (mine, charge) in self.charges.iter_mut().zip(charges) {
            mine[kind as usize] += *charge;
        }
    }

    fn add_on(&mut self, day: Day, call: &Call<'_>, kind: CallKind, charges: &[FixedSum]) {
        if self.days.last() != Some(&day) {
            self.days.insert(day);
        }
        self.add(call, kind, charges);
    }
}

/// Sums by name.
#[derive(Clone, Debug, Default)]
struct Named {
    names: Agents,
    sums: Vec<Sums>,
}

impl Named {
    fn of(&mut self, name: &[u8]) -> &mut Sums {
        let AgentId(number) = self.names.number(name);
        let place = number as usize;
        if place >= self.sums.len() {
            self.sums.resize(place + 1, Sums::default());
        }
        &mut self.sums[place]
    }

    fn merge_into(self, all: &mut BTreeMap<String, Sums>) {
        for (name, sums) in self.names.names().iter().zip(self.sums) {
            let name = String::from_utf8_lossy(name).into_owned();
            all.entry(name).or_default().merge(sums);
        }
    }
}

/// Calls that do not say whose they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silent {
    /// Answered calls without an agent.
    pub agent: u64,
    /// Calls without a line.
    pub line: u64,
    /// Calls whose own number is hidden or missing.
    pub number: u64,
}

/// All that was seen of the calls, under contracts that read them alike.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// By contract, by cycle.
    pub contracts: Vec<BTreeMap<i32, Sorted>>,
    /// By agent, as written.
    pub agents: BTreeMap<String, Sums>,
    /// By line, or by calling number where the record names no line.
    pub lines: BTreeMap<String, Sums>,
    /// By hour of the day.
    pub hours: Vec<Sums>,
    /// Days with a call, by own number.
    pub numbers: BTreeMap<Digits, BTreeSet<Day>>,
    /// Days with a call, by line's name in one spelling.
    pub named_lines: BTreeMap<String, BTreeSet<Day>>,
    /// Days with any call.
    pub days: BTreeSet<Day>,
    /// What they do not say.
    pub silent: Silent,
    /// Some status word says voicemail.
    pub voicemail: bool,
}

impl Seen {
    /// Days with a call, by agent's name in one spelling.
    #[must_use]
    pub fn agent_days(&self) -> BTreeMap<String, BTreeSet<Day>> {
        let mut days: BTreeMap<String, BTreeSet<Day>> = BTreeMap::new();
        for (name, sums) in self.agents.iter().filter(|(name, _)| !name.is_empty()) {
            days.entry(fold(name)).or_default().extend(&sums.days);
        }
        days
    }
}

/// Reads all calls once.
///
/// # Errors
/// The first file that can't be read to its end.
pub fn sort<'c>(
    records: &mut Records,
    (zone, subsecond): (Zone, Subsecond),
    lanes: impl Fn() -> Vec<Lane<'c>>,
    moves: &Moves,
    limits: Limits,
) -> Result<Seen, Diagnostics> {
    let (_, sorters) = records.read(zone, subsecond, || Sorter::new(lanes(), moves, limits))?;
    let mut all = Seen { hours: vec![Sums::default(); 24], ..Seen::default() };
    for sorter in sorters {
        sorter.merge_into(&mut all);
    }
    let cycles = all.contracts.iter_mut().flat_map(BTreeMap::values_mut);
    for calls in cycles.flat_map(|sorted| sorted.kinds.iter_mut().chain([&mut sorted.cut])) {
        calls.ordered.sort_unstable();
    }
    Ok(all)
}

/// One worker.
struct Sorter<'c, 'm> {
    lanes: Vec<(Lane<'c>, BTreeMap<i32, Sorted>)>,
    moves: &'m Moves,
    limits: Limits,
    agents: Named,
    lines: Named,
    hours: Vec<Sums>,
    numbers: BTreeMap<Digits, BTreeSet<Day>>,
    named_lines: BTreeSet<Vec<u8>>,
    days: BTreeSet<Day>,
    silent: Silent,
    voicemail: bool,
    /// Charges of one call by contract, kept to be used again.
    charges: Vec<FixedSum>,
}

impl<'c, 'm> Sorter<'c, 'm> {
    fn new(lanes: Vec<Lane<'c>>, moves: &'m Moves, limits: Limits) -> Self {
        Self {
            charges: vec![FixedSum::ZERO; lanes.len()],
            lanes: lanes.into_iter().map(|lane| (lane, BTreeMap::new())).collect(),
            moves,
            limits,
            agents: Named::default(),
            lines: Named::default(),
            hours: vec![Sums::default(); 24],
            numbers: BTreeMap::new(),
            named_lines: BTreeSet::new(),
            days: BTreeSet::new(),
            silent: Silent::default(),
            voicemail: false,
        }
    }

    fn merge_into(self, all: &mut Seen) {
        all.contracts.resize_with(self.lanes.len(), BTreeMap::new);
        for (mine, (_, theirs)) in all.contracts.iter_mut().zip(self.lanes) {
            for (cycle, sorted) in theirs {
                match mine.get_mut(&cycle) {
                    Some(sum) => {
                        sum.cut.merge(sorted.cut);
                        let pairs = sum.kinds.iter_mut().zip(sorted.kinds);
                        pairs.for_each(|(sum, calls)| sum.merge(calls));
                    }
                    None => {
                        mine.insert(cycle, sorted);
                    }
                }
            }
        }
        // Lines that are named are told from numbers that stand for one.
        for (name, sums) in self.lines.names.names().iter().zip(&self.lines.sums) {
            if self.named_lines.contains(&**name) {
                let name = fold(&String::from_utf8_lossy(name));
                all.named_lines.entry(name).or_default().extend(&sums.days);
            }
        }
        self.agents.merge_into(&mut all.agents);
        self.lines.merge_into(&mut all.lines);
        for (mine, theirs) in all.hours.iter_mut().zip(self.hours) {
            mine.merge(theirs);
        }
        for (number, days) in self.numbers {
            all.numbers.entry(number).or_default().extend(days);
        }
        all.days.extend(self.days);
        all.silent.agent += self.silent.agent;
        all.silent.line += self.silent.line;
        all.silent.number += self.silent.number;
        all.voicemail |= self.voicemail;
    }

    /// Adds a call on the day on which it is made again.
    fn made(&mut self, call: &Call<'_>, kind: CallKind) {
        for ((lane, cycles), charged) in self.lanes.iter_mut().zip(&mut self.charges) {
            *charged = add(lane, cycles, call, |sorted| &mut sorted.kinds[kind as usize]);
            if kind == CallKind::Long {
                add(lane, cycles, &cut(call, self.limits.long), |sorted| &mut sorted.cut);
            }
        }
        let day = call.day;
        self.days.insert(day);
        let nobodys = call.outcome == Outcome::Answered && call.agent.is_empty();
        self.silent.agent += u64::from(nobodys);
        self.agents.of(call.agent).add_on(day, call, kind, &self.charges);
        let hour = (call.second / 3_600) as usize % self.hours.len();
        self.hours[hour].add(call, kind, &self.charges);
        let own = if call.direction == Direction::Inbound { call.callee } else { call.caller };
        if call.line.is_empty() {
            self.silent.line += 1;
            self.lines.of(own).add_on(day, call, kind, &self.charges);
        } else {
            if !self.named_lines.contains(call.line) {
                self.named_lines.insert(call.line.to_vec());
            }
            self.lines.of(call.line).add_on(day, call, kind, &self.charges);
        }
        let number = self.lanes.first().map_or(Digits::NONE, |(lane, _)| {
            if own.is_empty() { Digits::NONE } else { lane.compiled().whole_number(own) }
        });
        if number == Digits::NONE {
            self.silent.number += 1;
        } else {
            self.numbers.entry(number).or_default().insert(day);
        }
    }
}

/// Adds a call, with what is of later cycles and of its other leg; what it costs.
fn add(
    lane: &mut Lane<'_>,
    cycles: &mut BTreeMap<i32, Sorted>,
    call: &Call<'_>,
    of: impl Fn(&mut Sorted) -> &mut CycleCalls,
) -> FixedSum {
    let mut sum = FixedSum::ZERO;
    let mut charged = |rated: &Rated| {
        if rated.in_contract && rated.rule.is_ok() {
            sum += rated.charge;
        }
    };
    let rated = lane.meter().rate(call);
    charged(&rated);
    let sorted = cycles.entry(rated.cycle).or_insert_with(|| none(lane));
    lane.add_rated(of(sorted), call, &rated, 1);
    if rated.ends_in.is_some() || call.caller_leg.is_some() {
        for (part, rated) in parts(lane, call, &rated) {
            charged(&rated);
            let sorted = cycles.entry(rated.cycle).or_insert_with(|| none(lane));
            add_part(lane, of(sorted), &part, &rated);
        }
    }
    sum
}

fn none(lane: &Lane<'_>) -> Sorted {
    Sorted { kinds: std::array::from_fn(|_| lane.no_calls()), cut: lane.no_calls() }
}

/// A call that ends after so many seconds of talk.
fn cut<'b>(call: &Call<'b>, longest: u32) -> Call<'b> {
    let over = call.talk.saturating_sub(longest);
    Call {
        talk: call.talk - over,
        total: call.total.map(|total| total.saturating_sub(over)),
        caller_leg: call.caller_leg.map(|leg| leg.saturating_sub(over)).filter(|leg| *leg > 0),
        ..*call
    }
}

impl Sees for Sorter<'_, '_> {
    fn see(&mut self, call: &Call<'_>) {
        let kind = CallKind::of(call, self.limits);
        self.voicemail |= call.voicemail;
        let moves = self.moves;
        for (day, shift) in moves.of(call.day) {
            // What was charged for it is no part of an estimate.
            let moved =
                Call { day: *day, start: call.start + shift, billed: None, charge: None, ..*call };
            self.made(&moved, kind);
        }
    }

    // Attempts have an agent, an hour and a line too: none is skipped.
    fn see_idle(&mut self, _: IdleCall<'_>) {}

    fn skips_idle(&self) -> bool {
        false
    }
}
