//! `telbill explain`: the page of a check or of a lint of contracts, all of them, or why a call or a
//! line of the bill costs what it costs.

use super::args::{DerivationFormat, ExplainOptions};
use super::audit::{reading, running};
use super::exit::Exit;
use super::output::Output;
use super::progress::watched;
use super::ui::{Failure, Ui};
use crate::audit::{Observer, Request, Watch, run as run_audit};
use crate::checks::{ALL, find};
use crate::lint;
use crate::render::{
    Explained, write_codes, write_derivations, write_derivations_json, write_page,
};
use crate::report::Words;
use crate::report::derivation::{Derivation, Kind, of_calls, of_line};
use crate::source::{Diagnostic, SourceMap, suggestion};

pub(super) fn run(options: &ExplainOptions, ui: &Ui) -> Result<Exit, Failure> {
    let watch = match (&options.call, &options.row) {
        (Some(id), _) => Some(Watch::Call(id.clone())),
        (None, Some(row)) => Some(Watch::Row(row.clone())),
        (None, None) => None,
    };
    if watch.is_some() || options.line.is_some() {
        derive(options, watch, ui)
    } else {
        explain(options, ui)
    }
}

/// Checks.
fn explain(options: &ExplainOptions, ui: &Ui) -> Result<Exit, Failure> {
    let output = Output::stdout(ui.color_out);
    let Some(typed) = &options.code else {
        output.write(|out| write_codes(ui.catalog.language(), ui.width(), out))?;
        return Ok(Exit::Fine);
    };
    let page = find(typed).map(Explained::from).or_else(|| lint::find(typed).map(Explained::from));
    match page {
        Some(page) => {
            output.write(|out| write_page(&page, &ui.catalog, ui.width(), out))?;
            Ok(Exit::Fine)
        }
        None => {
            let codes = ALL.iter().map(|check| check.code);
            let near = suggestion(typed, codes.chain(lint::ALL.iter().map(|lint| lint.code)));
            let wrong = Diagnostic::error_without_place("code-unknown").with("typed", typed);
            Err(Failure::plain(wrong.meaning(near)))
        }
    }
}

/// One call, followed through an audit, or one line of its bill.
fn derive(options: &ExplainOptions, watch: Option<Watch>, ui: &Ui) -> Result<Exit, Failure> {
    let request = Request {
        tariffs: options.tariff.clone(),
        calls: options.cdr.clone(),
        reading: reading(&options.reading),
        invoices: options.invoice.clone(),
        roster: options.roster.clone(),
        period: options.period.clone(),
        watch,
        running: running(&options.running),
    };
    let mut sources = SourceMap::default();
    let observer = Observer::default();
    let audit =
        watched(ui, &observer, || run_audit(&request, &mut sources, &observer, &mut |_, _| Ok(())));
    let audit = match audit {
        Ok(audit) => audit,
        Err(diagnostics) => return Err(Failure { diagnostics, sources }),
    };
    // What the contract leaves open is said where it bears on the call.
    let derivations = match &options.line {
        None => of_calls(&audit),
        Some(typed) => match of_line(&audit, typed) {
            Ok(one) => vec![one],
            Err(names) => {
                let near = suggestion(typed, names.iter().map(String::as_str));
                let wrong = Diagnostic::error_without_place("line-unknown").with("typed", typed);
                let wrong = wrong.with("known", names.join(", "));
                return Err(Failure::plain(wrong.meaning(near)));
            }
        },
    };
    let words = Words {
        catalog: &ui.catalog,
        sources: &sources,
        audit: &audit,
        show_numbers: options.show_numbers,
        short_names: options.format == DerivationFormat::Table,
    };
    match options.format {
        DerivationFormat::Table => Output::stdout(ui.color_out)
            .write(|out| write_derivations(&derivations, &words, ui.width(), out))?,
        DerivationFormat::Json => {
            Output::stdout(false).write(|out| write_derivations_json(&derivations, &words, out))?
        }
    };
    Ok(exit(&derivations))
}

fn exit(derivations: &[Derivation]) -> Exit {
    let priced = |one: &Derivation| matches!(one.kind, Kind::Counted | Kind::Void | Kind::Line);
    if derivations.iter().any(|one| one.differs) {
        Exit::Found
    } else if derivations.iter().all(priced) {
        Exit::Fine
    } else {
        Exit::Incomplete
    }
}
