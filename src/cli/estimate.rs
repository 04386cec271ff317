//! `telbill estimate`.

use super::args::{DecidedBy, EstimateOptions};
use super::audit::{reading, running};
use super::exit::Exit;
use super::output::{Output, spare_inputs};
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::Observer;
use crate::estimate::waste::Limits;
use crate::estimate::{Request, run as run_estimate};
use crate::render::{Format, write_estimate, write_estimate_csv, write_estimate_json, write_svg};
use crate::report::EstimateWords;
use crate::source::{Diagnostic, SourceMap};

pub(super) fn run(options: &EstimateOptions, ui: &Ui) -> Result<Exit, Failure> {
    let inputs = || {
        let lists = [&options.tariff, &options.cdr, &options.roster];
        lists.into_iter().flatten().chain(&options.usage).chain(&options.reading.dialect)
    };
    if inputs().filter(|name| *name == "-").count() > 1 {
        return Err(Failure::plain(Diagnostic::error_without_place("stdin-twice")));
    }
    table_is_made(options)?;
    if let Some(path) = options.svg.as_ref().filter(|path| !path.to_lowercase().ends_with(".svg")) {
        let wrong = Diagnostic::error_without_place("estimate-svg-ending").with("path", path);
        return Err(Failure::plain(wrong));
    }
    spare_inputs(options.result.output.iter().chain(&options.svg), inputs())?;
    let outputs = super::audit::outputs(&options.result, ui)?;
    let drawing = options.svg.as_deref().map(Output::file).transpose()?;
    let request = Request {
        tariffs: options.tariff.clone(),
        current: options.current.clone(),
        usage: options.usage.clone(),
        calls: options.cdr.clone(),
        reading: reading(&options.reading),
        roster: options.roster.clone(),
        period: options.period.clone(),
        from: options.from.clone(),
        months: options.months,
        scale: options.scale.clone(),
        worth: options.worth,
        choose: options.choose,
        seed: options.seed,
        draws: options.draws,
        waste: options.waste.then_some(Limits { short: options.short, long: options.long }),
        break_even: options.break_even.then(|| options.up_to.clone()),
        range: options.range,
        budget: options.budget.clone(),
        at_high: options.budget_at == DecidedBy::High,
        as_of: options.as_of.clone(),
        running: running(&options.running),
    };
    let mut sources = SourceMap::default();
    let observer = Observer::default();
    let done = watched(ui, &observer, || run_estimate(&request, &mut sources, &observer));
    let estimate = match done {
        Ok(estimate) => estimate,
        Err(diagnostics) => return Err(Failure { diagnostics, sources }),
    };
    ui.warn(estimate.warnings.clone(), &sources);
    let words = EstimateWords {
        catalog: &ui.catalog,
        sources: &sources,
        estimate: &estimate,
        show_numbers: options.show_numbers,
    };
    for (format, output) in outputs {
        output.write(|out| match format {
            Format::Table => write_estimate(&words, ui.width(), out),
            Format::Json => write_estimate_json(&words, out),
            Format::Csv => write_estimate_csv(&words, &options.section, out),
        })?;
    }
    if let (Some(drawing), Some(chart)) = (drawing, words.chart()) {
        drawing.write(|out| write_svg(&chart, out))?;
    }
    Ok(match (estimate.passes_budget(), words.is_complete()) {
        (true, _) => Exit::Found,
        (false, true) => Exit::Fine,
        (false, false) => Exit::Incomplete,
    })
}

/// A table that only some option makes would be empty without it, as if there were nothing to tell.
fn table_is_made(options: &EstimateOptions) -> Result<(), Failure> {
    let (option, given) = match options.section.as_str() {
        "crossings" | "regions" => ("--break-even", options.break_even),
        "worth" => ("--worth", options.worth),
        "choice" => ("--choose", options.choose),
        "packages" => ("--as-of", options.as_of.is_some()),
        "waste" | "by-agent" | "by-hour" | "by-line" | "idle" => ("--waste", options.waste),
        _ => return Ok(()),
    };
    if given {
        return Ok(());
    }
    let missing = Diagnostic::error_without_place("estimate-section");
    Err(Failure::plain(missing.with("section", &options.section).with("option", option)))
}
