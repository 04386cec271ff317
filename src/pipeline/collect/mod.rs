//! The audit's worker: lines → calls → rated → tallies, keys and held calls.

mod apart;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::collected::{BlockOut, Collected, FileCounts, REJECTS_SHOWN, RejectedLine, too_long};
use super::held::HeldCall;
use super::partition::Partitions;
use super::run::Work;
use super::suspects::{Numbers, Suspects, Told, costs, is_identified};
use crate::cdr::{Call, IdleCall, Layout, LineReader, Reject, RejectKind, Row};
use crate::input::{
    Block, EXCERPT, Encoding, LONGEST_LINE, Lines, cut_encoding, cuttable, decode_line,
    holds_bad_bytes,
};
use crate::money::Fixed;
use crate::rate::tally::{OrderedCall, Seeing};
use crate::rate::{Agents, Compiled, Meter, Rated, RuleId, Tally, Void};
use crate::tariff::{CheckSettings, Direction, Subsecond};
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
    /// Each record of a call that is held back is kept: a row is to be followed, or some records
    /// take back what others charge.
    pub every_copy: bool,
    /// Rejected lines are kept with their text, to be written out.
    pub keep_rejects: bool,
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
                every_copy: options.every_copy,
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
            let every = self.collected.every_copy;
            self.collected.held.hold(HeldCall::hold(call, rated.cycle, suspects), every);
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
