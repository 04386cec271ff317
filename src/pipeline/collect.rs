//! The audit's worker: lines → calls → rated → tallies, keys and held calls.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::duplicates::HeldCall;
use super::partition::Partitions;
use super::run::Work;
use super::suspects::{Numbers, Suspects, Told, costs, is_identified};
use crate::cdr::{Call, IdleCall, Layout, LineReader, Notes, Outcome, Reject, RejectKind, Row};
use crate::input::{
    Block, EXCERPT, Encoding, LONGEST_LINE, Lines, cut_encoding, cuttable, decode_line,
    holds_bad_bytes,
};
use crate::money::Fixed;
use crate::rate::tally::{OrderedCall, Seeing};
use crate::rate::{Agents, Apart, Compiled, Meter, Rated, RuleId, Slice, Tally, Void, When};
use crate::tariff::{CallCycle, CheckSettings, Direction, Subsecond};
use crate::when::{Day, Zone};

/// What every worker goes by.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    /// The contract.
    pub compiled: &'r Compiled,
    /// Settings of the audit.
    pub settings: &'r CheckSettings,
    /// How fractions of a second are read.
    pub subsecond: Subsecond,
    /// The contract's zone.
    pub zone: Zone,
    /// Files by index: layout and encoding.
    pub files: &'r [(Layout, Encoding)],
    /// The dates of lines and numbers, if a roster gives them: true if the call lies outside.
    pub outside_service: Option<&'r (dyn Fn(&Call<'_>) -> bool + Sync)>,
}

/// What a reading collects.
#[derive(Clone)]
pub struct Options {
    /// Keys for finding duplicates.
    pub keys: bool,
    /// Calls to hold back, in the second reading.
    pub suspects: Option<Arc<Suspects>>,
    /// Calls by time, where a package consumes them in order.
    pub in_order: bool,
    /// Keys that one worker holds in memory.
    pub memory_keys: usize,
    /// Rejected lines are kept with their text, to be written out.
    pub keep_rejects: bool,
}

/// Physical lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// All after the header.
    pub lines: u64,
    /// Calls.
    pub records: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Rejected lines, by kind.
    pub rejected: BTreeMap<RejectKind, u64>,
    /// What was noticed.
    pub notes: Notes,
}

impl FileCounts {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        self.records += other.records;
        self.blank += other.blank;
        for (kind, count) in other.rejected {
            *self.rejected.entry(kind).or_default() += count;
        }
        self.notes.merge(other.notes);
    }
}

/// A rejected line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// Line in its block, from 0.
    pub line: u32,
    /// Why.
    pub reject: Reject,
    /// Its text.
    pub text: String,
}

/// What came of one block.
#[derive(Debug, Default)]
pub struct BlockOut {
    pub(super) lines: u64,
    pub(super) records: u64,
    /// Lines rejected.
    pub rejected: Vec<RejectedLine>,
}

impl BlockOut {
    /// Records in the block.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }
}

/// Sums of one worker, or of all.
#[derive(Default)]
pub struct Collected {
    /// By billing cycle.
    pub cycles: BTreeMap<i32, Tally>,
    /// By file.
    pub files: Vec<FileCounts>,
    /// Keys of number pairs.
    pub pairs: Vec<Partitions>,
    /// Keys of identifiers.
    pub ids: Vec<Partitions>,
    /// Calls held back.
    pub held: Vec<HeldCall>,
    /// Calls by time, by cycle.
    pub ordered: BTreeMap<i32, Vec<OrderedCall>>,
    /// Calls that count under some readings of the contract only, by cycle.
    pub apart: BTreeMap<(i32, When), Apart>,
    /// Records that cost something, without both numbers whole and without an identifier, or without
    /// any number: they can't be told from each other.
    pub numberless: u64,
    /// Some records charge less than nothing: they take back what others charged.
    pub corrections: bool,
}

impl Collected {
    /// Adds what another worker collected.
    pub fn merge(&mut self, other: Self) {
        for (cycle, tally) in other.cycles {
            match self.cycles.get_mut(&cycle) {
                Some(mine) => mine.merge(tally),
                None => {
                    self.cycles.insert(cycle, tally);
                }
            }
        }
        if self.files.len() < other.files.len() {
            self.files.resize(other.files.len(), FileCounts::default());
        }
        for (mine, theirs) in self.files.iter_mut().zip(other.files) {
            mine.merge(theirs);
        }
        self.pairs.extend(other.pairs);
        self.ids.extend(other.ids);
        self.held.extend(other.held);
        for (cycle, calls) in other.ordered {
            self.ordered.entry(cycle).or_default().extend(calls);
        }
        for (key, theirs) in other.apart {
            match self.apart.get_mut(&key) {
                Some(mine) => mine.merge(theirs),
                None => {
                    self.apart.insert(key, theirs);
                }
            }
        }
        self.numberless += other.numberless;
        self.corrections |= other.corrections;
    }
}

/// One worker.
pub struct Collector<'r> {
    rules: Rules<'r>,
    options: Options,
    meter: Meter<'r>,
    readers: Vec<Option<(Lines, LineReader<'r>)>>,
    agents: Agents,
    cycle: i32,
    first_day: Day,
    tallies: BTreeMap<i32, Tally>,
    current: Tally,
    pairs: Partitions,
    ids: Partitions,
    collected: Collected,
    disk: io::Result<()>,
    unanswered_is_free: bool,
}

impl<'r> Collector<'r> {
    /// A worker.
    #[must_use]
    pub fn new(rules: Rules<'r>, options: Options) -> Self {
        let files = rules.files.len();
        Self {
            meter: Meter::new(rules.compiled),
            readers: (0..files).map(|_| None).collect(),
            agents: Agents::default(),
            cycle: i32::MIN,
            first_day: Day(0),
            tallies: BTreeMap::new(),
            current: Tally::new(rules.compiled.rules.len()),
            pairs: Partitions::new(options.memory_keys),
            ids: Partitions::new(options.memory_keys),
            collected: Collected {
                files: vec![FileCounts::default(); files],
                ..Collected::default()
            },
            disk: Ok(()),
            unanswered_is_free: rules.compiled.attempts_are_free(),
            rules,
            options,
        }
    }

    /// What was collected.
    ///
    /// # Errors
    /// If keys could not be written to disk.
    pub fn finish(mut self) -> io::Result<Collected> {
        self.disk?;
        self.tallies.insert(self.cycle, self.current);
        let mut collected = self.collected;
        for (cycle, mut tally) in self.tallies.into_iter().filter(|(_, tally)| tally.calls > 0) {
            tally.name_agents(&self.agents, self.rules.settings);
            collected.cycles.insert(cycle, tally);
        }
        for part in collected.apart.values_mut() {
            part.tally.name_agents(&self.agents, self.rules.settings);
        }
        for (counts, reader) in collected.files.iter_mut().zip(self.readers) {
            if let Some((_, reader)) = reader {
                counts.notes.merge(reader.notes);
            }
        }
        collected.pairs = vec![self.pairs];
        collected.ids = vec![self.ids];
        Ok(collected)
    }

    /// Rates and tallies a call: also those that were held back, with the verdict on them.
    #[inline]
    pub fn see(&mut self, call: &Call<'_>, void: Option<Void>) {
        let rated = self.meter.rate(call);
        if let (Some(suspects), None) = (&self.options.suspects, void)
            && suspects.holds(call)
        {
            self.collected.held.push(HeldCall::hold(call, rated.cycle, suspects));
            return;
        }
        self.tally(call, &rated, void);
    }

    /// Counts an unanswered call that costs nothing.
    #[inline(always)]
    fn see_idle(&mut self, call: IdleCall<'_>) {
        let cycle = self.meter.cycle_of(call.day);
        if cycle != self.cycle {
            self.turn_to(cycle, call.day);
        }
        let agent = (!call.agent.is_empty()).then(|| self.agents.number(call.agent));
        self.current.see_idle(call.start, agent);
    }

    #[inline]
    fn tally(&mut self, call: &Call<'_>, rated: &Rated, void: Option<Void>) {
        if rated.ends_in.is_some() || call.caller_leg.is_some() {
            return self.tally_apart(call, rated, void);
        }
        if rated.cycle != self.cycle {
            self.turn_to(rated.cycle, call.day);
        }
        let agent = (!call.agent.is_empty()).then(|| self.agents.number(call.agent));
        let void = void.or_else(|| {
            let outside = self.rules.outside_service?;
            outside(call).then_some(Void::OutsideService)
        });
        let itemised = call.charge.is_some();
        let seeing = Seeing {
            compiled: self.rules.compiled,
            settings: self.rules.settings,
            first_day: self.first_day,
            itemised,
        };
        self.current.see(call, rated, agent, void, seeing);
        if self.options.in_order
            && rated.billable
            && rated.in_contract
            && void.is_none()
            && let Ok(rule) = rated.rule
        {
            let calls = self.collected.ordered.entry(rated.cycle).or_default();
            calls.push(in_order(self.rules.compiled, call, rated, rule));
        }
        if self.options.keys {
            self.keep_keys(call);
        }
    }

    /// A call over the end of a cycle of which the contract does not say whose it is, or one of
    /// which the record holds both legs.
    #[cold]
    #[inline(never)]
    fn tally_apart(&mut self, call: &Call<'_>, rated: &Rated, void: Option<Void>) {
        let compiled = self.rules.compiled;
        let agent = (!call.agent.is_empty()).then(|| self.agents.number(call.agent));
        let void = void.or_else(|| {
            let outside = self.rules.outside_service?;
            outside(call).then_some(Void::OutsideService)
        });
        let leg = call.to_caller().filter(|_| compiled.legs().is_some());
        let leg = leg.map(|leg| (self.meter.rate(&leg), leg));
        let in_order = self.options.in_order && void.is_none();
        // What is of later cycles is charged there.
        let later = if void.is_some() { Vec::new() } else { self.meter.later(call, rated) };
        let later: Option<Fixed> = later
            .iter()
            .try_fold(Fixed::ZERO, |sum, (_, rated)| sum.plus(rated.charge))
            .filter(|_| rated.in_contract);
        let charge =
            call.charge.map(|charge| later.and_then(|later| charge.plus(-later)).unwrap_or(charge));
        let own = Call { charge, ..*call };
        let whole = void.is_some();
        for Counts { cycle, when, slice } in self.counts_in(&own, rated, When::default(), whole) {
            let seeing = self.seeing(call, cycle);
            let (call, rated) = cut(&self.meter, (&own, rated), slice);
            let part = self.part(cycle, when);
            match &leg {
                _ if slice.is_some_and(|slice| slice.from > 0) => {
                    part.tally.see_part(&call, &rated, seeing);
                }
                Some((of_leg, _)) => {
                    part.tally.see_with_leg(&call, (&rated, of_leg), agent, void, seeing);
                }
                None => part.tally.see_rare(&call, &rated, agent, void, seeing),
            }
            if in_order
                && rated.billable
                && rated.in_contract
                && let Ok(rule) = rated.rule
            {
                part.ordered.push(self::in_order(compiled, &call, &rated, rule));
            }
        }
        let billed = leg.filter(|(rated, _)| void.is_none() && rated.in_contract);
        if let Some((rated, leg)) = billed {
            let when = When { each_leg: true, call_cycle: None };
            for Counts { cycle, when, slice } in self.counts_in(&leg, &rated, when, false) {
                let seeing = self.seeing(call, cycle);
                let (leg, rated) = cut(&self.meter, (&leg, &rated), slice);
                let part = self.part(cycle, when);
                part.tally.see_part(&leg, &rated, seeing);
                if in_order
                    && rated.billable
                    && let Ok(rule) = rated.rule
                {
                    part.ordered.push(self::in_order(compiled, &leg, &rated, rule));
                }
            }
        }
        if self.options.keys {
            self.keep_keys(call);
        }
    }

    /// The cycles in which a call counts, when, and what of it, unless it is to count whole.
    fn counts_in(
        &mut self,
        call: &Call<'_>,
        rated: &Rated,
        when: When,
        whole: bool,
    ) -> Vec<Counts> {
        let alone = Counts { cycle: rated.cycle, when, slice: None };
        let Some(last) = rated.ends_in else { return vec![alone] };
        let said = self.rules.compiled.call_cycle();
        let mut counts = Vec::new();
        for word in CallCycle::ALL.into_iter().filter(|word| said.is_none_or(|said| said == *word))
        {
            let when = When { call_cycle: Some(word), ..when };
            match word.cut().filter(|_| !whole && rated.rule.is_ok()) {
                Some(how) => {
                    let slices = self.meter.slices(call, rated.seconds, how);
                    let slices = slices.into_iter();
                    counts.extend(slices.map(|(cycle, slice)| Counts {
                        cycle,
                        when,
                        slice: Some(slice),
                    }));
                }
                None if word == CallCycle::End => {
                    counts.push(Counts { cycle: last, when, ..alone });
                }
                None => counts.push(Counts { when, ..alone }),
            }
        }
        counts
    }

    fn seeing(&self, call: &Call<'_>, cycle: i32) -> Seeing<'r> {
        Seeing {
            compiled: self.rules.compiled,
            settings: self.rules.settings,
            first_day: self.rules.compiled.cycle.at(cycle).first,
            itemised: call.charge.is_some(),
        }
    }

    fn part(&mut self, cycle: i32, when: When) -> &mut Apart {
        let rules = self.rules.compiled.rules.len();
        self.collected.apart.entry((cycle, when)).or_insert_with(|| Apart {
            when,
            tally: Tally::new(rules),
            ordered: Vec::new(),
        })
    }

    #[inline]
    fn keep_keys(&mut self, call: &Call<'_>) {
        if !costs(call) {
            return;
        }
        let numbers = Numbers::of(call);
        self.collected.corrections |= call.charge.is_some_and(|charge| charge < Fixed::ZERO);
        let mut kept = Ok(());
        // Of masked numbers a correction is still known by its start.
        if numbers.told > Told::Nothing {
            kept = self.pairs.push(numbers.key(call.start));
        }
        if is_identified(call) {
            kept = kept.and(self.ids.push(numbers.id_key(call.id)));
        } else if numbers.told < Told::Whole {
            self.collected.numberless += 1;
        }
        if let (Err(error), Ok(())) = (kept, &self.disk) {
            self.disk = Err(error);
        }
    }

    /// Changes to the tally of another cycle.
    #[cold]
    fn turn_to(&mut self, cycle: i32, day: Day) {
        let rules = self.rules.compiled.rules.len();
        let next = self.tallies.remove(&cycle).unwrap_or_else(|| Tally::new(rules));
        let previous = std::mem::replace(&mut self.current, next);
        self.tallies.insert(self.cycle, previous);
        self.cycle = cycle;
        self.first_day = self.rules.compiled.cycle.period_of(day).first;
    }
}

/// Where a call counts, and what of it.
#[derive(Clone, Copy)]
struct Counts {
    cycle: i32,
    when: When,
    slice: Option<Slice>,
}

/// A part of a call as a call of its own: one of a later cycle begins with that, and nobody is
/// called for it.
fn cut<'b>(
    meter: &Meter<'_>,
    (call, rated): (&Call<'b>, &Rated),
    slice: Option<Slice>,
) -> (Call<'b>, Rated) {
    let (Some(slice), Ok(id)) = (slice, rated.rule) else { return (*call, rated.clone()) };
    let part = meter.slice(rated, id, slice);
    if slice.from == 0 {
        return (*call, part);
    }
    let start = call.start + i64::from(slice.from);
    let (day, second) = meter.local(start);
    (Call { start, day, second, outcome: Outcome::Unsent, ..*call }, part)
}

/// A call as packages see it.
fn in_order(compiled: &Compiled, call: &Call<'_>, rated: &Rated, rule: RuleId) -> OrderedCall {
    OrderedCall {
        start: call.start,
        row: call.row,
        to_caller: call.direction == Direction::ToCaller,
        day: call.day,
        rule,
        seconds: rated.seconds,
        caller: compiled.own_number(call.caller),
        agent: if compiled.asks_agents() { call.agent.into() } else { Box::default() },
        // Kept under any band rule: another reading of the contract may split it.
        straddle: rated.straddle.clone(),
    }
}

/// Rejected lines of a block that are kept to be shown, if not all are.
pub(super) const REJECTS_SHOWN: u64 = 5;

/// A block that is but the beginning of a line that is too long.
#[cold]
pub(super) fn too_long(
    block: &Block,
    length: u64,
    encoding: Encoding,
    counts: &mut FileCounts,
) -> BlockOut {
    let reject = Reject::line(RejectKind::TooLong, length.to_string());
    let text = decode_line(block.text(), encoding).0.into_owned();
    counts.lines += 1;
    *counts.rejected.entry(RejectKind::TooLong).or_default() += 1;
    let rejected = vec![RejectedLine { line: 0, reject: *reject, text }];
    BlockOut { lines: 1, records: 0, rejected }
}

impl Work for Collector<'_> {
    type Out = BlockOut;

    fn block(&mut self, block: &Block) -> BlockOut {
        let file = block.file as usize;
        let (layout, encoding) = &self.rules.files[file];
        if let Some(length) = block.too_long {
            return too_long(block, length, *encoding, &mut self.collected.files[file]);
        }
        let (mut lines, mut reader) = self.readers[file].take().unwrap_or_else(|| {
            (
                Lines::new(layout.delimiter, layout.quote, layout.fields),
                LineReader::new(layout, *encoding, self.rules.zone, self.rules.subsecond),
            )
        });
        let mut out = BlockOut::default();
        let mut counts = FileCounts::default();
        counts.notes.line_breaks = block.joined;
        let keep = self.options.keep_rejects;
        let idle_is_free = self.unanswered_is_free;
        let bytes = cuttable(block.text(), layout.delimiter, *encoding);
        let rejected = |counts: &mut FileCounts,
                        out: &mut BlockOut,
                        line: u32,
                        reject: Reject,
                        text: &[u8]| {
            *counts.rejected.entry(reject.kind).or_default() += 1;
            if keep || out.rejected.len() < REJECTS_SHOWN as usize {
                let text = decode_line(text, *encoding).0.into_owned();
                out.rejected.push(RejectedLine { line, reject, text });
            }
        };
        lines.each(&bytes, |line, number| {
            counts.lines += 1;
            counts.notes.stray_quotes += u64::from(line.stray_quote);
            if line.text.is_empty() || (line.text.len() < 256 && reader.is_blank(&line)) {
                counts.blank += 1;
                return;
            }
            if !line.ascii && std::str::from_utf8(line.text).is_err() {
                let encoding = cut_encoding(layout.delimiter, *encoding);
                counts.notes.replaced_text += u64::from(holds_bad_bytes(line.text, encoding));
            }
            if line.text.len() > LONGEST_LINE {
                let reject = Reject::line(RejectKind::TooLong, line.text.len().to_string());
                let excerpt = &line.text[..EXCERPT];
                return rejected(&mut counts, &mut out, number, *reject, excerpt);
            }
            if idle_is_free && let Some(call) = reader.idle(&line) {
                counts.records += 1;
                self.see_idle(call);
                return;
            }
            match reader.read(&line, Row { block: block.number, line: number }) {
                Ok(call) => {
                    counts.records += 1;
                    self.see(&call, None);
                }
                Err(reject) => rejected(&mut counts, &mut out, number, *reject, line.text),
            }
        });
        out.lines = counts.lines;
        out.records = counts.records;
        self.collected.files[file].merge(counts);
        self.readers[file] = Some((lines, reader));
        out
    }

    fn lines(out: &BlockOut) -> u64 {
        out.lines
    }

    fn end(&mut self) {
        let apart = self.collected.apart.values_mut().map(|part| &mut part.tally);
        for tally in self.tallies.values_mut().chain([&mut self.current]).chain(apart) {
            tally.sort_talks(self.rules.settings);
        }
    }
}
