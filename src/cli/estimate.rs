//! `telbill estimate`.

use super::args::{DecidedBy, EstimateOptions};
use super::audit::{reading, running};
use super::exit::Exit;
use super::output::spare_inputs;
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::Observer;
use crate::estimate::{Request, run as run_estimate};
use crate::render::{Format, write_estimate, write_estimate_csv, write_estimate_json};
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
    spare_inputs(&options.result.output, inputs())?;
    let outputs = super::audit::outputs(&options.result, ui)?;
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
        seed: options.seed,
        draws: options.draws,
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
    let words = EstimateWords { catalog: &ui.catalog, sources: &sources, estimate: &estimate };
    for (format, output) in outputs {
        output.write(|out| match format {
            Format::Table => write_estimate(&words, ui.width(), out),
            Format::Json => write_estimate_json(&words, out),
            Format::Csv => write_estimate_csv(&words, &options.section, out),
        })?;
    }
    Ok(match (estimate.passes_budget(), words.is_complete()) {
        (true, _) => Exit::Found,
        (false, true) => Exit::Fine,
        (false, false) => Exit::Incomplete,
    })
}
