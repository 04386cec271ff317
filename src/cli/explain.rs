//! `telbill explain`: the page of a check or of a lint of contracts, or all of them.

use super::args::ExplainOptions;
use super::exit::Exit;
use super::output::Output;
use super::ui::{Failure, Ui};
use crate::checks::{ALL, find};
use crate::lint;
use crate::render::{Explained, write_codes, write_page};
use crate::source::{Diagnostic, suggestion};

pub(super) fn run(options: &ExplainOptions, ui: &Ui) -> Result<Exit, Failure> {
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
