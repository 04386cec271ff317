//! Real calls, made again on other days under other contracts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lane::{CycleCalls, Lane};
use super::moves::Moves;
use super::survey::{Keys, Once, RecordsTwice, Survey, Surveyor, Twice};
use crate::audit::request::UnderstoodReading;
use crate::audit::{FileReading, Observer, Running};
use crate::cdr::{Call, Field, IdleCall, Layout};
use crate::input::{Encoding, expand};
use crate::pipeline::{CallFile, FileCounts, Opening, Replayer, Sees, open_files, run};
use crate::rate::Rated;
use crate::source::{Diagnostic, Diagnostics};
use crate::tariff::{Head, Legs, Subsecond};
use crate::when::{Day, Zone};

/// Call files, opened.
pub struct Records {
    files: Vec<CallFile>,
    layouts: Vec<(Layout, Encoding)>,
    running: Running,
    /// Records that came before.
    twice: Twice,
    /// How each was read, after the first reading.
    pub readings: Vec<FileReading>,
}

fn reading((file, counts): (&CallFile, FileCounts)) -> FileReading {
    FileReading {
        name: file.name.clone(),
        layout: file.layout.clone(),
        encoding: file.encoding,
        containers: file.containers.clone(),
        sha256: file.sha256().unwrap_or_default(),
        counts,
    }
}

impl Records {
    /// Opens call files.
    ///
    /// # Errors
    /// The first file that can't be opened or understood.
    pub fn open(
        names: &[String],
        understood: &UnderstoodReading,
        head: &Head,
        running: Running,
        observer: &Observer,
        warnings: &mut Diagnostics,
    ) -> Result<Self, Diagnostics> {
        let single = |why: Box<Diagnostic>| Diagnostics::from(*why);
        let inputs = expand(names).map_err(single)?;
        let opening = Opening {
            wishes: understood.wishes(head),
            encoding: understood.encoding,
            dialects: &understood.dialects,
            keep_stdin: true,
            progress: observer.bytes.clone(),
        };
        let (files, unread) = open_files(&inputs, &opening).map_err(single)?;
        unread.into_iter().for_each(|warning| warnings.push(warning));
        let layouts = files.iter().map(|file| (file.layout.clone(), file.encoding)).collect();
        Ok(Self { files, layouts, running, twice: Twice::default(), readings: Vec::new() })
    }

    /// The same file twice would double every call.
    ///
    /// # Errors
    /// Of two files read to their ends, the second with the content of the first.
    pub(super) fn once_only(&self) -> Result<(), Diagnostics> {
        for (index, file) in self.files.iter().enumerate() {
            let Some(content) = file.content() else { continue };
            let same = |other: &&CallFile| other.content().as_ref() == Some(&content);
            if let Some(twin) = self.files[..index].iter().find(same) {
                return Err(Diagnostic::error_without_place("file-twice")
                    .with("path", &file.name)
                    .with("other", &twin.name)
                    .into());
            }
        }
        Ok(())
    }

    /// One reading of all files by workers that see calls.
    pub(super) fn read<S: Sees>(
        &mut self,
        zone: Zone,
        subsecond: Subsecond,
        sees: impl Fn() -> S,
    ) -> Result<(Vec<FileCounts>, Vec<S>), Diagnostics> {
        let workers = (0..self.running.threads.max(1))
            .map(|_| {
                let once = Once { sees: sees(), twice: Arc::clone(&self.twice) };
                Replayer::new(&self.layouts, zone, subsecond, once)
            })
            .collect();
        let (workers, _) = run(&mut self.files, self.running.block_size, workers, |_, _, _| true)
            .map_err(|why| Diagnostics::from(*why))?;
        let mut counts = vec![FileCounts::default(); self.files.len()];
        let mut seen = Vec::new();
        for worker in workers {
            let (files, sees) = worker.finish();
            counts.iter_mut().zip(files).for_each(|(all, part)| all.merge(part));
            seen.push(sees.sees);
        }
        Ok((counts, seen))
    }

    /// Which days the records are of, how long calls last, and which records come twice: unanswered
    /// calls are looked at for that too, if `attempts` count.
    ///
    /// # Errors
    /// The first file that can't be read to its end, or that no call is in.
    pub fn survey(
        &mut self,
        zone: Zone,
        subsecond: Subsecond,
        attempts: bool,
    ) -> Result<Survey, Diagnostics> {
        let named = self.layouts.iter().any(|(layout, _)| layout.column(Field::Id).is_some());
        // A key is of sixteen bytes, and an audit's of eight.
        let most = if named { self.running.memory_keys / 2 } else { 0 };
        let surveyor =
            || Surveyor { survey: Survey::default(), keys: Keys::new(most), skips: !attempts };
        let (by_file, seen) = self.read(zone, subsecond, surveyor)?;
        let mut counts = FileCounts::default();
        by_file.iter().for_each(|file| counts.merge(file.clone()));
        self.readings = self.files.iter().zip(by_file).map(reading).collect();
        let mut survey = Survey::default();
        let (seen, keys): (Vec<Survey>, Vec<Keys>) =
            seen.into_iter().map(|one| (one.survey, one.keys)).unzip();
        if named {
            survey.twice = RecordsTwice::TooMany;
            if let Some(twice) = Keys::later(keys) {
                survey.twice = RecordsTwice::Found(twice.len());
                self.twice = Arc::new(twice);
            }
        }
        for part in seen {
            part.days.into_iter().for_each(|(day, n)| *survey.days.entry(day).or_default() += n);
            survey.talk.merge(&part.talk);
            survey.calls += part.calls;
        }
        let kinds = counts.rejected.iter().filter(|(kind, _)| kind.matters());
        survey.rejected = kinds.map(|(_, count)| count).sum();
        if survey.calls == 0 {
            let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
            let kinds: Vec<String> =
                counts.rejected.iter().map(|(kind, n)| format!("{} {n}", kind.code())).collect();
            let wrong = Diagnostic::error_without_place("calls-none")
                .with("path", names.join(", "))
                .with("kinds", kinds.join(", "));
            let wrong = if kinds.is_empty() { wrong } else { wrong.helped_by("help-rejected") };
            return Err(wrong.into());
        }
        Ok(survey)
    }

    /// The calls under each contract, by billing cycle. Contracts must agree in zone and in how they
    /// read fractions of a second.
    ///
    /// # Errors
    /// The first file that can't be read to its end.
    pub fn replay<'c>(
        &mut self,
        zone: Zone,
        subsecond: Subsecond,
        lanes: impl Fn() -> Vec<Lane<'c>>,
        moves: &Moves,
    ) -> Result<Vec<BTreeMap<i32, CycleCalls>>, Diagnostics> {
        self.replay_by(zone, subsecond, lanes, moves, |made| made.cycle)
    }

    /// The same, kept apart by what `key` says.
    ///
    /// # Errors
    /// The first file that can't be read to its end.
    pub fn replay_by<'c, K: Ord + Send>(
        &mut self,
        zone: Zone,
        subsecond: Subsecond,
        lanes: impl Fn() -> Vec<Lane<'c>>,
        moves: &Moves,
        key: fn(Made) -> K,
    ) -> Result<Vec<BTreeMap<K, CycleCalls>>, Diagnostics> {
        let (_, seen) = self.read(zone, subsecond, || Mover {
            lanes: lanes().into_iter().map(|lane| (lane, BTreeMap::new())).collect(),
            moves,
            key,
        })?;
        let mut all: Vec<BTreeMap<K, CycleCalls>> = Vec::new();
        for mover in seen {
            let parts = mover.lanes.into_iter().map(|(_, made)| made);
            if all.is_empty() {
                all = parts.collect();
                continue;
            }
            for (mine, theirs) in all.iter_mut().zip(parts) {
                for (key, calls) in theirs {
                    match mine.get_mut(&key) {
                        Some(sum) => sum.merge(calls),
                        None => {
                            mine.insert(key, calls);
                        }
                    }
                }
            }
        }
        for calls in all.iter_mut().flat_map(BTreeMap::values_mut) {
            calls.ordered.sort_unstable();
        }
        Ok(all)
    }
}

/// A call made again, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// The day that it is a call of.
    pub from: Day,
    /// The day on which it is made again.
    pub on: Day,
    /// The cycle that is charged for it.
    pub cycle: i32,
}

/// Makes calls again on other days.
struct Mover<'c, 'm, K> {
    lanes: Vec<(Lane<'c>, BTreeMap<K, CycleCalls>)>,
    moves: &'m Moves,
    key: fn(Made) -> K,
}

impl<K: Ord + Send> Sees for Mover<'_, '_, K> {
    fn see(&mut self, call: &Call<'_>) {
        for (day, shift) in self.moves.of(call.day) {
            // What was charged for it is no part of an estimate.
            let moved =
                Call { day: *day, start: call.start + shift, billed: None, charge: None, ..*call };
            let key = |cycle| (self.key)(Made { from: call.day, on: *day, cycle });
            for (lane, made) in &mut self.lanes {
                let rated = lane.meter().rate(&moved);
                let calls = made.entry(key(rated.cycle)).or_insert_with(|| lane.no_calls());
                lane.add_rated(calls, &moved, &rated, 1);
                if rated.ends_in.is_some() || moved.caller_leg.is_some() {
                    add_parts(lane, made, &moved, &rated, &key);
                }
            }
        }
    }

    fn see_idle(&mut self, call: IdleCall<'_>) {
        for (day, shift) in self.moves.of(call.day) {
            let start = call.start + shift;
            for (lane, made) in &mut self.lanes {
                let cycle = lane.meter().cycle_of(*day);
                let key = (self.key)(Made { from: call.day, on: *day, cycle });
                let calls = made.entry(key).or_insert_with(|| lane.no_calls());
                calls.tally.see_idle(start, None);
            }
        }
    }

    fn skips_idle(&self) -> bool {
        self.lanes.iter().all(|(lane, _)| lane.compiled().attempts_are_free())
    }
}

/// What of a call is of later cycles, where the contract cuts it at their ends; and its leg to the
/// caller, where each leg is due. The call itself is counted already.
#[cold]
fn add_parts<K: Ord>(
    lane: &mut Lane<'_>,
    made: &mut BTreeMap<K, CycleCalls>,
    call: &Call<'_>,
    rated: &Rated,
    key: &dyn Fn(i32) -> K,
) {
    for (part, rated) in parts(lane, call, rated) {
        let calls = made.entry(key(rated.cycle)).or_insert_with(|| lane.no_calls());
        add_part(lane, calls, &part, &rated);
    }
}

/// The same, rated.
#[cold]
pub(super) fn parts<'b>(
    lane: &mut Lane<'_>,
    call: &Call<'b>,
    rated: &Rated,
) -> Vec<(Call<'b>, Rated)> {
    let mut parts: Vec<(Call<'b>, Rated)> = Vec::new();
    let later = lane.meter().later(call, rated);
    parts.extend(later.into_iter().map(|(_, part)| (*call, part)));
    let each = lane.compiled().legs() == Some(Legs::Each);
    if let Some(leg) = call.to_caller().filter(|_| each) {
        let rated = lane.meter().rate(&leg);
        let later = lane.meter().later(&leg, &rated);
        parts.push((leg, rated));
        parts.extend(later.into_iter().map(|(_, part)| (leg, part)));
    }
    parts
}

/// Adds what is no call of its own.
pub(super) fn add_part(lane: &Lane<'_>, calls: &mut CycleCalls, part: &Call<'_>, rated: &Rated) {
    let tally = &calls.tally;
    let counted = (tally.calls, tally.answered, tally.talk);
    lane.add_rated(calls, part, rated, 1);
    let tally = &mut calls.tally;
    (tally.calls, tally.answered, tally.talk) = counted;
}
