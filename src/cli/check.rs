//! `telbill check`.

use super::args::{CheckOptions, ExitOptions};
use super::audit::{ignored, reading, running};
use super::exit::Exit;
use super::output::{beside, spare_inputs};
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::{Checked, Observer, Request, Running, check};
use crate::checks::Level;
use crate::input::expand;
use crate::render::{Format, write_checked, write_checked_csv, write_checked_json};
use crate::report::CheckWords;
use crate::source::{Diagnostic, Diagnostics, SourceMap};

pub(super) fn run(options: &CheckOptions, ui: &Ui) -> Result<Exit, Failure> {
    let ignored = ignored(&options.exit)?;
    let inputs = [&options.contracts, &options.cdr, &options.roster];
    one_stdin(inputs)?;
    spare_inputs(
        &options.result.output,
        inputs
            .into_iter()
            .flatten()
            .chain(&options.reading.dialect)
            .chain(&beside(&options.contracts)),
    )?;
    let outputs = super::audit::outputs(&options.result, ui)?;
    let request = Request {
        calls: options.cdr.clone(),
        reading: reading(&options.reading),
        roster: options.roster.clone(),
        period: options.period.clone(),
        running: Running { duplicates: !options.no_duplicates, ..running(&options.running) },
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let files = expand(&options.contracts).map_err(|why| Failure::plain(*why))?;
    let mut all: Vec<Checked> = Vec::new();
    for file in files {
        let observer = Observer::default();
        let checked = watched(ui, &observer, || {
            check(&file.name, &request, &mut sources, &observer, &mut |_, _| Ok(()))
        });
        match checked {
            Ok(checked) => all.push(checked),
            Err(diagnostics) => return Err(Failure { diagnostics, sources }),
        }
    }
    let mut warnings = Diagnostics::default();
    let priced = all.iter().filter_map(|checked| checked.worth.as_ref());
    priced.for_each(|worth| warnings.append(worth.audit.warnings.clone()));
    ui.warn(warnings, &sources);
    let words = CheckWords { catalog: &ui.catalog, sources: &sources, ignored };
    for (format, output) in outputs {
        let color = ui.color_out && options.result.output.is_empty();
        output.write(|out| match format {
            Format::Table => write_checked(&all, &words, color, ui.width(), out),
            Format::Json => write_checked_json(&all, &words, out),
            Format::Csv => write_checked_csv(&all, &options.section, &words, out),
        })?;
    }
    Ok(exit(&all, &options.exit, &words))
}

/// What can't be relied on goes before what hurts, and that before what is left open.
fn exit(all: &[Checked], options: &ExitOptions, words: &CheckWords<'_>) -> Exit {
    let least = options.fail_on.level();
    let hurts = |checked: &Checked| {
        let levels = checked.remarks.iter().map(|remark| remark.level);
        let found = checked.found.iter().map(|_| Level::Warning);
        levels.chain(found).any(|level| least.is_some_and(|least| level >= least))
    };
    if all.iter().any(Checked::has_errors) {
        Exit::Unusable
    } else if all.iter().any(hurts) {
        Exit::Found
    } else if all.iter().all(|checked| words.is_complete(checked)) {
        Exit::Fine
    } else {
        Exit::Incomplete
    }
}

/// Only one input can come from standard input, and calls that several contracts are held against
/// are read once for each.
fn one_stdin(inputs: [&Vec<String>; 3]) -> Result<(), Failure> {
    let dashes = |names: &Vec<String>| names.iter().filter(|name| *name == "-").count();
    let all: usize = inputs.into_iter().map(dashes).sum();
    let again = inputs[0].len() > 1 && dashes(inputs[1]) + dashes(inputs[2]) > 0;
    if all > 1 || again {
        return Err(Failure::plain(Diagnostic::error_without_place("stdin-twice")));
    }
    Ok(())
}
