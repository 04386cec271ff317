//! `telbill inspect`.

use super::args::InspectOptions;
use super::audit::{outputs, reading, running};
use super::exit::Exit;
use super::output::{Output, spare_inputs};
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::Observer;
use crate::cdr::built_in;
use crate::inspect::{CallsSeen, Inspected, Request, Seen, inspect};
use crate::render::{
    Format, write_dialects, write_inspected, write_inspected_csv, write_inspected_json,
};
use crate::report::InspectWords;
use crate::source::{Diagnostic, SourceMap};

pub(super) fn run(options: &InspectOptions, ui: &Ui) -> Result<Exit, Failure> {
    if options.dialects {
        for (format, output) in outputs(&options.result, ui)? {
            output
                .write(|out| write_dialects(&built_in(), &ui.catalog, format, ui.width(), out))?;
        }
        return Ok(Exit::Fine);
    }
    let typed = options.files.iter().chain(&options.tariff).chain(&options.reading.dialect);
    if typed.clone().filter(|name| *name == "-").count() > 1 {
        return Err(Failure::plain(Diagnostic::error_without_place("stdin-twice")));
    }
    spare_inputs(options.result.output.iter().chain(&options.save), typed)?;
    if let Some(path) = options.save.iter().find(|path| !path.ends_with(".toml")) {
        let wrong = Diagnostic::error_without_place("save-ending").with("path", path);
        return Err(Failure::plain(wrong));
    }
    let outputs = outputs(&options.result, ui)?;
    let request = Request {
        files: options.files.clone(),
        reading: reading(&options.reading),
        period: options.period.clone(),
        tariff: options.tariff.clone(),
        running: running(&options.running),
    };
    let mut sources = SourceMap::default();
    let observer = Observer::default();
    let inspected = watched(ui, &observer, || inspect(&request, &mut sources, &observer));
    let inspected = match inspected {
        Ok(inspected) => inspected,
        Err(diagnostics) => return Err(Failure { diagnostics, sources }),
    };
    ui.warn(inspected.warnings.clone(), &sources);
    let words = InspectWords {
        catalog: &ui.catalog,
        sources: &sources,
        inspected: &inspected,
        show_numbers: options.show_numbers,
    };
    for (format, output) in outputs {
        let color = ui.color_out && options.result.output.is_empty();
        output.write(|out| match format {
            Format::Table => write_inspected(&words, color, ui.width(), out),
            Format::Json => write_inspected_json(&words, out),
            Format::Csv => write_inspected_csv(&words, &options.section, out),
        })?;
    }
    if let Some(path) = &options.save {
        let calls = only_calls(&inspected)?;
        Output::file(path)?.write(|out| out.write_all(calls.dialect.as_bytes()))?;
    }
    Ok(exit(&inspected))
}

/// What is to be saved is the reading of one file, unless all were read the same.
fn only_calls(inspected: &Inspected) -> Result<&CallsSeen, Failure> {
    let calls: Vec<&CallsSeen> = inspected.files.iter().filter_map(Seen::calls).collect();
    // The first line names the file.
    let reading = |calls: &CallsSeen| {
        calls.dialect.split_once("exact").map_or(String::new(), |(_, rest)| rest.to_owned())
    };
    match calls.as_slice() {
        [first, others @ ..] if others.iter().all(|other| reading(other) == reading(first)) => {
            Ok(first)
        }
        several => Err(Failure::plain(
            Diagnostic::error_without_place("save-several").with("count", several.len()),
        )),
    }
}

fn exit(inspected: &Inspected) -> Exit {
    if inspected.files.iter().any(Seen::is_unusable) {
        Exit::Unusable
    } else if inspected.files.iter().any(Seen::is_incomplete) {
        Exit::Incomplete
    } else {
        Exit::Fine
    }
}
