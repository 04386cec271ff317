//! `telbill rate`: rows in, the same rows with what each should cost out.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};

use super::args::RateOptions;
use super::audit::{reading, running};
use super::exit::Exit;
use super::output::{Output, Reader, spare_inputs};
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::Observer;
use crate::cdr::RejectKind;
use crate::input::{encode_text, expand};
use crate::pipeline::{
    Annotator, CallFile, Opening, RATE_COLUMNS, Rules, open_files, run as run_pipeline,
};
use crate::rate::Compiled;
use crate::report::Read;
use crate::source::{Diagnostic, Diagnostics, SourceMap};
use crate::tariff::{self, Contract, Plan};

pub(super) fn run(options: &RateOptions, ui: &Ui) -> Result<Exit, Failure> {
    let mut sources = SourceMap::default();
    match rate(options, ui, &mut sources) {
        Ok(exit) => Ok(exit),
        Err(Trouble::Diagnostics(diagnostics)) => Err(Failure { diagnostics, sources }),
        Err(Trouble::Failure(failure)) => Err(failure),
    }
}

enum Trouble {
    Diagnostics(Diagnostics),
    Failure(Failure),
}

impl From<Diagnostics> for Trouble {
    fn from(found: Diagnostics) -> Self {
        Self::Diagnostics(found)
    }
}

impl From<Box<Diagnostic>> for Trouble {
    fn from(found: Box<Diagnostic>) -> Self {
        Self::Diagnostics((*found).into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// What became of all lines.
#[derive(Default)]
struct Sums {
    records: u64,
    unpriced: u64,
    rejected: BTreeMap<RejectKind, u64>,
}

fn rate(options: &RateOptions, ui: &Ui, sources: &mut SourceMap) -> Result<Exit, Trouble> {
    if options.tariff == "-" && options.calls.iter().any(|name| name == "-") {
        return Err(Diagnostics::from(Diagnostic::error_without_place("stdin-twice")).into());
    }
    let Contract { mut plan, warnings, .. } = tariff::open(sources, &options.tariff)?;
    ui.warn(warnings, sources);
    let mut compiled = compile(&plan)?;
    let understood = reading(&options.reading).understand(sources)?;
    let inputs = options.calls.iter().chain([&options.tariff]).chain(&options.reading.dialect);
    let inputs = inputs.chain(plan.beside.iter().map(|file| &file.name));
    spare_inputs(&options.output, inputs)?;
    let output = match &options.output {
        Some(path) => Output::raw_file(path)?,
        None => Output::raw_stdout(),
    };
    let observer = Observer::default();
    let inputs = expand(&options.calls)?;
    let size = inputs.iter().filter_map(crate::input::InputFile::size).sum();
    observer.size.store(size, std::sync::atomic::Ordering::Relaxed);
    let opening = Opening {
        wishes: understood.wishes(&plan.head),
        encoding: understood.encoding,
        dialects: &understood.dialects,
        keep_stdin: false,
        progress: observer.bytes.clone(),
    };
    let (mut files, unread) = open_files(&inputs, &opening)?;
    let mut warnings = Diagnostics::default();
    unread.into_iter().for_each(|warning| warnings.push(warning));
    ui.warn(warnings, sources);
    if !ui.quiet {
        for file in &files {
            let CallFile { name, layout, encoding, containers, .. } = file;
            let read = Read { name, layout, encoding: *encoding, containers };
            for line in read.told(&ui.catalog) {
                let _ = writeln!(io::stderr(), "telbill: {line}");
            }
        }
    }
    same_header(&files)?;
    // Records that hold both legs of a call ask which of them is due.
    if files.iter().any(|file| file.layout.holds_legs())
        && let Some(fork) = plan.ask("metering.legs")
    {
        ui.warn(fork.warning().into(), sources);
        compiled = compile(&plan)?;
    }
    let layouts: Vec<_> = files.iter().map(|f| (f.layout.clone(), f.encoding)).collect();
    let rules = Rules {
        compiled: &compiled,
        settings: &plan.checks,
        subsecond: crate::audit::subsecond(&plan),
        zone: plan.head.zone,
        files: &layouts,
        outside_service: None,
    };
    let running = running(&options.running);
    let workers = (0..running.threads).map(|_| Annotator::new(&plan, rules)).collect();
    let mut sums = Sums::default();
    let mut trouble = None;
    let reader = output.write(|out| {
        out.write_all(&header(&files))?;
        let mut written: io::Result<()> = Ok(());
        let done = watched(ui, &observer, || {
            run_pipeline(&mut files, running.block_size, workers, |_, _, block| {
                sums.records += block.records;
                observer.records.fetch_add(block.records, std::sync::atomic::Ordering::Relaxed);
                sums.unpriced += block.unpriced;
                for (kind, count) in block.rejected {
                    *sums.rejected.entry(kind).or_default() += count;
                }
                if written.is_ok() {
                    // Whoever reads along need not wait for more than a block.
                    written = out.write_all(&block.bytes).and_then(|()| out.flush());
                }
                // Nobody reads on: the rest need not be read either.
                !matches!(&written, Err(why) if why.kind() == ErrorKind::BrokenPipe)
            })
        });
        if let Err(why) = done {
            trouble = Some(why);
        }
        written
    })?;
    if let Some(why) = trouble {
        return Err(why.into());
    }
    if reader == Reader::WentAway {
        return Ok(Exit::Fine);
    }
    Ok(conclude(&sums, ui))
}

fn compile(plan: &Plan) -> Result<Compiled, Diagnostics> {
    Compiled::new(plan).map_err(|wrong| {
        let mut found = Diagnostics::default();
        wrong.into_iter().for_each(|one| found.push(one));
        found
    })
}

/// Files are joined, so they must have the same columns.
fn same_header(files: &[CallFile]) -> Result<(), Box<Diagnostic>> {
    let Some(first) = files.first() else { return Ok(()) };
    match files.iter().find(|file| file.layout.header != first.layout.header) {
        Some(other) => Err(Box::new(
            Diagnostic::error_without_place("rate-headers")
                .with("path", &other.name)
                .with("other", &first.name),
        )),
        None => Ok(()),
    }
}

/// The first file's lines up to its header, with the names of the new columns.
fn header(files: &[CallFile]) -> Vec<u8> {
    let Some(file) = files.first().filter(|file| file.layout.header_lines > 0) else {
        return Vec::new();
    };
    let delimiter = char::from(file.layout.delimiter);
    let names: String =
        RATE_COLUMNS.iter().flat_map(|name| [delimiter.to_string(), (*name).to_owned()]).collect();
    let above = file.above();
    let (text, end): (&[u8], &[u8]) = match above {
        [text @ .., b'\r', b'\n'] => (text, b"\r\n"),
        [text @ .., b'\n'] => (text, b"\n"),
        text => (text, b"\n"),
    };
    [text.to_vec(), encode_text(&names, file.encoding), end.to_vec()].concat()
}

/// Rows that could not be rated are counted on standard error, and make the exit code 3.
fn conclude(sums: &Sums, ui: &Ui) -> Exit {
    let missing: u64 =
        sums.rejected.iter().filter(|(kind, _)| kind.matters()).map(|(_, count)| count).sum();
    if missing + sums.unpriced == 0 {
        return Exit::Fine;
    }
    if !ui.quiet {
        let kinds: Vec<String> =
            sums.rejected.iter().map(|(kind, count)| format!("{} {count}", kind.code())).collect();
        let text = ui.catalog.fill(
            "rate-missing",
            &[
                ("rejected", &missing.to_string()),
                ("unpriced", &sums.unpriced.to_string()),
                ("records", &sums.records.to_string()),
                ("kinds", &kinds.join(", ")),
            ],
        );
        let _ = writeln!(io::stderr(), "telbill: {text}");
    }
    Exit::Incomplete
}
