//! `telbill audit`.

use super::args::{
    AuditOptions, ExitOptions, FormatWord, OutputOptions, ReadingOptions, RunningOptions, Whose,
};
use super::exit::Exit;
use super::output::{Output, beside, spare_inputs};
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::{Audit, Observer, Reading, RejectedRow, Request, Running, run as run_audit};
use crate::cdr::Source;
use crate::money::{Amount, parse_decimal};
use crate::render::{Format, write_csv, write_json, write_table};
use crate::report::{Words, build};
use crate::source::{Diagnostic, SourceMap};

pub(super) fn run(options: &AuditOptions, ui: &Ui) -> Result<Exit, Failure> {
    let ignored = ignored(&options.exit)?;
    spare_inputs(
        options.result.output.iter().chain(&options.rejects),
        [&options.tariff, &options.cdr, &options.invoice, &options.roster]
            .into_iter()
            .flatten()
            .chain(&options.reading.dialect)
            .chain(&beside(&options.tariff)),
    )?;
    let outputs = outputs(&options.result, ui)?;
    let request = Request {
        tariffs: options.tariff.clone(),
        calls: options.cdr.clone(),
        reading: reading(&options.reading),
        invoices: options.invoice.clone(),
        roster: options.roster.clone(),
        period: options.period.clone(),
        watch: None,
        running: Running { duplicates: !options.no_duplicates, ..running(&options.running) },
    };
    let mut rejects = options.rejects.as_deref().map(Rejects::open).transpose()?;
    let mut sink = |name: &str, row: &RejectedRow| match &mut rejects {
        Some(rejects) => rejects.write(name, row),
        None => Ok(()),
    };
    let mut sources = SourceMap::default();
    let observer = Observer::default();
    let audit = watched(ui, &observer, || run_audit(&request, &mut sources, &observer, &mut sink));
    if let Some(rejects) = &mut rejects {
        rejects.finish()?;
    }
    let audit = match audit {
        Ok(audit) => audit,
        Err(diagnostics) => return Err(Failure { diagnostics, sources }),
    };
    ui.warn(audit.warnings.clone(), &sources);
    let complete = audit.is_complete(ignored);
    let words = |short_names| Words {
        catalog: &ui.catalog,
        sources: &sources,
        audit: &audit,
        show_numbers: options.show_numbers,
        short_names,
    };
    let report = build(&audit);
    // A reader that went away saw what it wanted; what was found stands.
    for (format, output) in outputs {
        output.write(|out| match format {
            Format::Table => write_table(&report, &words(true), ui.width(), out),
            Format::Json => write_json(&words(false), complete, out),
            Format::Csv => write_csv(&report, &options.section, &words(false), out),
        })?;
    }
    Ok(exit(&audit, &options.exit, complete))
}

fn exit(audit: &Audit, options: &ExitOptions, complete: bool) -> Exit {
    let least = options.fail_on.level();
    if least.is_some_and(|least| audit.findings.iter().any(|finding| finding.level >= least)) {
        Exit::Found
    } else if complete {
        Exit::Fine
    } else {
        Exit::Incomplete
    }
}

/// What may stay unchecked without being told by the exit code.
pub(super) fn ignored(options: &ExitOptions) -> Result<Amount, Failure> {
    let typed = &options.incomplete_above;
    match parse_decimal(typed) {
        Ok(amount) if !amount.is_sign_negative() => Ok(Amount::new(amount)),
        _ => Err(Failure::plain(
            Diagnostic::error_without_place("incomplete-above").with("typed", typed),
        )),
    }
}

/// All files are opened now; standard output is used if there is none.
pub(super) fn outputs(options: &OutputOptions, ui: &Ui) -> Result<Vec<(Format, Output)>, Failure> {
    if options.output.is_empty() {
        let format = match options.format {
            FormatWord::Table => Format::Table,
            FormatWord::Json => Format::Json,
            FormatWord::Csv => Format::Csv,
        };
        return Ok(vec![(format, Output::stdout(ui.color_out && format == Format::Table))]);
    }
    options
        .output
        .iter()
        .map(|path| match Format::of_path(path) {
            Some(format) => Ok((format, Output::file(path)?)),
            None => Err(Failure::plain(
                Diagnostic::error_without_place("output-format").with("path", path),
            )),
        })
        .collect()
}

/// What was typed about call records.
pub(super) fn reading(options: &ReadingOptions) -> Reading {
    Reading {
        dialect: options.dialect.clone(),
        columns: options.columns.clone(),
        zone: options.cdr_zone.clone(),
        encoding: options.encoding.clone(),
        source: options.calls_are.map(|whose| match whose {
            Whose::Provider => Source::Provider,
            Whose::Own => Source::Own,
        }),
    }
}

/// What was typed about threads and memory.
pub(super) fn running(options: &RunningOptions) -> Running {
    let processors = std::thread::available_parallelism();
    let default = Running::default();
    Running {
        threads: options
            .threads
            .map(usize::from)
            .or(processors.ok().map(std::num::NonZeroUsize::get))
            .unwrap_or(1),
        block_size: options
            .block_size
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(default.block_size),
        // A key has eight bytes.
        memory_keys: options.memory.get().saturating_mul(1 << 17),
        duplicates: true,
    }
}

/// The file of rejected lines.
struct Rejects {
    writer: csv::Writer<std::fs::File>,
}

impl Rejects {
    fn open(path: &str) -> Result<Self, Failure> {
        // Standard output is the result's.
        if path == "-" {
            return Err(Failure::plain(Diagnostic::error_without_place("rejects-stdout")));
        }
        let failed = |why: &dyn std::fmt::Display| {
            Failure::plain(
                Diagnostic::error_without_place("file-write").with("path", path).with("why", why),
            )
        };
        let file = std::fs::File::create(path).map_err(|why| failed(&why))?;
        let mut writer = csv::Writer::from_writer(file);
        writer
            .write_record(["file", "line", "kind", "field", "found", "text"])
            .map_err(|why| failed(&why))?;
        writer.flush().map_err(|why| failed(&why))?;
        Ok(Self { writer })
    }

    fn write(&mut self, name: &str, row: &RejectedRow) -> std::io::Result<()> {
        let reject = &row.line.reject;
        let line = row.at.line.to_string();
        let field = reject.field.unwrap_or_default();
        self.writer
            .write_record([name, &line, reject.kind.code(), field, &reject.found, &row.line.text])
            .map_err(std::io::Error::from)
    }

    /// Sees to it that the last lines arrive.
    fn finish(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|why| {
            Failure::plain(Diagnostic::error_without_place("write-rejects").with("why", why))
        })
    }
}
