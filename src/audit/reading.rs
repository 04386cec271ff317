//! Call files become tallies.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::calls::{Calls, FileReading, RejectedRow};
use super::request::{Observer, Running, UnderstoodReading, Watch};
use super::watch::{self, Watched};
use crate::cdr::{Call, Layout, RejectKind, Source};
use crate::input::{Encoding, expand};
use crate::pipeline::{
    CallFile, Collected, Collector, Opening, Options, RowMap, Rules, Suspects, open_files, resolve,
    run,
};
use crate::rate::{Apart, Compiled};
use crate::source::{Diagnostic, Diagnostics, Locus};
use crate::tariff::{Head, Plan, Terms};

/// Where rejected lines go as they are met, in file order.
pub type RejectSink<'s> = &'s mut dyn FnMut(&str, &RejectedRow) -> io::Result<()>;

/// What the calls are met with.
#[derive(Clone, Copy)]
pub struct Meeting<'m> {
    /// The contract.
    pub plan: &'m Plan,
    /// The contract as tables.
    pub compiled: &'m Compiled,
    /// True for a call outside the dates of its line or number, if a roster gives dates.
    pub outside_service: Option<&'m (dyn Fn(&Call<'_>) -> bool + Sync)>,
    /// A package consumes calls in order of time.
    pub in_order: bool,
    /// A call to be followed.
    pub watch: Option<&'m Watch>,
}

/// Rejected lines of a kind that are kept to be shown.
const SHOWN: usize = 5;

/// Call files that are open and understood.
pub struct OpenCalls {
    files: Vec<CallFile>,
    source: Source,
}

impl OpenCalls {
    /// True if some records hold both legs of a call.
    #[must_use]
    pub fn hold_legs(&self) -> bool {
        self.files.iter().any(|file| file.layout.holds_legs())
    }
}

/// Opens all call files.
///
/// # Errors
/// The first file that can't be opened or understood.
pub fn open_calls(
    names: &[String],
    understood: &UnderstoodReading,
    head: &Head,
    keep_stdin: bool,
    observer: &Observer,
    warnings: &mut Diagnostics,
) -> Result<OpenCalls, Diagnostics> {
    let single = |why: Box<Diagnostic>| Diagnostics::from(*why);
    let inputs = expand(names).map_err(single)?;
    let sizes = inputs.iter().filter_map(crate::input::InputFile::size).sum();
    observer.size.store(sizes, Ordering::Relaxed);
    let opening = Opening {
        wishes: understood.wishes(head),
        dialects: &understood.dialects,
        keep_stdin,
        progress: observer.bytes.clone(),
    };
    let (files, unread) = open_files(&inputs, &opening).map_err(single)?;
    unread.into_iter().for_each(|warning| warnings.push(warning));
    let source = one_source(&files).map_err(single)?;
    Ok(OpenCalls { files, source })
}

/// Reads all call files.
///
/// # Errors
/// The first file that can't be read to its end.
pub fn read_calls(
    open: OpenCalls,
    meeting: Meeting<'_>,
    running: Running,
    observer: &Observer,
    sink: RejectSink<'_>,
) -> Result<Calls, Diagnostics> {
    let OpenCalls { mut files, source } = open;
    let layouts: Vec<(Layout, Encoding)> =
        files.iter().map(|file| (file.layout.clone(), file.encoding)).collect();
    let rules = Rules {
        compiled: meeting.compiled,
        settings: &meeting.plan.checks,
        subsecond: subsecond(meeting.plan),
        zone: meeting.plan.head.zone,
        files: &layouts,
        outside_service: meeting.outside_service,
    };
    let options = Options {
        keys: running.duplicates,
        suspects: None,
        in_order: meeting.in_order,
        memory_keys: running.memory_keys / running.threads.max(1),
        every_copy: meeting.watch.is_some(),
        keep_rejects: true,
    };
    let mut shown: Vec<RejectedRow> = Vec::new();
    let mut per_kind: BTreeMap<RejectKind, usize> = BTreeMap::new();
    let mut sunk: io::Result<()> = Ok(());
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let (mut collected, rows) = pass(&mut files, rules, &options, running, |file, first, out| {
        observer.records.fetch_add(out.records(), Ordering::Relaxed);
        for line in out.rejected {
            let row = RejectedRow { at: Locus { file, line: first + u64::from(line.line) }, line };
            if sunk.is_ok() {
                sunk = sink(&names[file as usize], &row);
            }
            let seen = per_kind.entry(row.line.reject.kind).or_default();
            *seen += 1;
            if *seen <= SHOWN {
                shown.push(row);
            }
        }
        true
    })?;
    if let Err(why) = sunk {
        return Err(Diagnostic::error_without_place("write-rejects").with("why", why).into());
    }
    let digests: Vec<String> = files.iter().map(|file| file.sha256().unwrap_or_default()).collect();
    once_only(&files)?;
    not_contradicted(&collected, &files)?;
    let mut watched = match meeting.watch {
        Some(watch) => watch::find_watched(&mut files, rules, running, &rows, watch)?,
        None => Vec::new(),
    };
    if meeting.watch.is_none() {
        not_empty(&collected, &names)?;
    }
    if running.duplicates {
        let all = &mut watched;
        collected = without_duplicates(&mut files, rules, options, running, collected, all)?;
    }
    let calls = gather(files, digests, collected, rows, shown, source, running);
    Ok(Calls { watched, ..calls })
}

/// The customer's own records and the provider's may not be added up.
fn one_source(files: &[CallFile]) -> Result<Source, Box<Diagnostic>> {
    let mut source = None;
    for file in files {
        match source {
            None => source = Some((file.layout.source, &file.name)),
            Some((known, other)) if known != file.layout.source => {
                return Err(Box::new(
                    Diagnostic::error_without_place("calls-mixed")
                        .with("path", &file.name)
                        .with("other", other),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(source.map_or(Source::Own, |(source, _)| source))
}

/// Files without a single call say nothing, and comparing a bill with them would say much.
fn not_empty(collected: &Collected, names: &[String]) -> Result<(), Diagnostics> {
    if collected.files.iter().any(|counts| counts.records > 0) {
        return Ok(());
    }
    let rejected: u64 = collected.files.iter().flat_map(|counts| counts.rejected.values()).sum();
    let mut kinds: BTreeMap<RejectKind, u64> = BTreeMap::new();
    for (kind, count) in collected.files.iter().flat_map(|counts| &counts.rejected) {
        *kinds.entry(*kind).or_default() += count;
    }
    let kinds: Vec<String> =
        kinds.iter().map(|(kind, count)| format!("{} {count}", kind.code())).collect();
    let wrong = Diagnostic::error_without_place("calls-none")
        .with("path", names.join(", "))
        .with("kinds", kinds.join(", "));
    Err(if rejected > 0 { wrong.helped_by("help-rejected") } else { wrong }.into())
}

/// What was settled by a file's first rows has to hold for all of them: else those that fit may be
/// read wrongly too.
fn not_contradicted(collected: &Collected, files: &[CallFile]) -> Result<(), Diagnostics> {
    for (counts, file) in collected.files.iter().zip(files) {
        if let Some(count) = counts.rejected.get(&RejectKind::Contradicted) {
            return Err(Diagnostic::error_without_place("cdr-dates-contradicted")
                .with("path", &file.name)
                .with("count", count)
                .into());
        }
    }
    Ok(())
}

/// The same file twice would double every call.
fn once_only(files: &[CallFile]) -> Result<(), Diagnostics> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for file in files {
        let Some(content) = file.content() else { continue };
        if let Some(first) = seen.insert(content, &file.name) {
            return Err(Diagnostic::error_without_place("file-twice")
                .with("path", &file.name)
                .with("other", first)
                .into());
        }
    }
    Ok(())
}

/// One reading of all files.
fn pass<'r>(
    files: &mut [CallFile],
    rules: Rules<'r>,
    options: &Options,
    running: Running,
    fold: impl FnMut(u32, u64, crate::pipeline::BlockOut) -> bool,
) -> Result<(Collected, RowMap), Diagnostics> {
    let workers: Vec<Collector<'r>> =
        (0..running.threads.max(1)).map(|_| Collector::new(rules, options.clone())).collect();
    let (workers, rows) =
        run(files, running.block_size, workers, fold).map_err(|why| Diagnostics::from(*why))?;
    let mut collected: Option<Collected> = None;
    for worker in workers {
        let part = worker.finish().map_err(|why| no_disk(&why))?;
        match &mut collected {
            None => collected = Some(part),
            Some(all) => all.merge(part),
        }
    }
    Ok((collected.unwrap_or_default(), rows))
}

fn no_disk(why: &io::Error) -> Diagnostics {
    Diagnostic::error_without_place("spill").with("why", why).into()
}

/// If some calls look like others, reads the files once more with those held back, decides which
/// of them stand, and counts them so.
fn without_duplicates(
    files: &mut [CallFile],
    rules: Rules<'_>,
    mut options: Options,
    running: Running,
    mut first: Collected,
    watched: &mut [Watched],
) -> Result<Collected, Diagnostics> {
    let (pairs, ids) = (std::mem::take(&mut first.pairs), std::mem::take(&mut first.ids));
    let suspects = Suspects::find(pairs, ids, first.corrections, running.threads)
        .map_err(|why| no_disk(&why))?;
    first.numberless += suspects.numberless;
    if suspects.is_empty() {
        return Ok(first);
    }
    options.every_copy |= first.corrections;
    let numberless = first.numberless;
    drop(first);
    options.keys = false;
    options.keep_rejects = false;
    options.suspects = Some(Arc::new(suspects));
    let (mut collected, _) = pass(files, rules, &options, running, |_, _, _| true)?;
    options.suspects = None;
    let mut last = Collector::new(rules, options);
    let spelled = |number: &[u8]| rules.compiled.spelled(number);
    let resolved = resolve(std::mem::take(&mut collected.held).into_calls(), &spelled);
    watched.iter_mut().for_each(|one| one.judge(&resolved, &spelled));
    for (held, void) in resolved {
        for _ in 0..=held.again {
            last.see(&held.call(), void);
        }
    }
    collected.merge(last.finish().map_err(|why| no_disk(&why))?);
    collected.numberless = numberless;
    Ok(collected)
}

fn gather(
    files: Vec<CallFile>,
    digests: Vec<String>,
    mut collected: Collected,
    rows: RowMap,
    rejects: Vec<RejectedRow>,
    source: Source,
    running: Running,
) -> Calls {
    collected.ordered.values_mut().for_each(|calls| calls.sort_unstable());
    let mut apart: BTreeMap<i32, Vec<Apart>> = BTreeMap::new();
    for ((cycle, _), some) in collected.apart {
        apart.entry(cycle).or_default().push(some);
    }
    let readings = files
        .into_iter()
        .zip(digests)
        .zip(collected.files)
        .map(|((file, sha256), counts)| FileReading {
            name: file.name,
            layout: file.layout,
            encoding: file.encoding,
            containers: file.containers,
            sha256,
            counts,
        })
        .collect();
    Calls {
        files: readings,
        cycles: collected.cycles,
        ordered: collected.ordered,
        always: BTreeMap::new(),
        apart,
        rows,
        rejects,
        numberless: collected.numberless,
        source,
        duplicates_checked: running.duplicates,
        watched: Vec::new(),
    }
}

/// How the contract's call clauses read fractions of a second; one rule for all of them.
#[must_use]
pub fn subsecond(plan: &Plan) -> crate::tariff::Subsecond {
    plan.clauses
        .iter()
        .find_map(|clause| match &clause.terms {
            Terms::Call(terms) => Some(terms.metering.subsecond),
            _ => None,
        })
        .unwrap_or(crate::tariff::Subsecond::Up)
}
