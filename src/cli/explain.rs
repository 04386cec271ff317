//! `telbill explain`: a check's page, or all checks.

use super::args::ExplainOptions;
use super::exit::Exit;
use super::output::Output;
use super::ui::{Failure, Ui};
use crate::checks::{ALL, find};
use crate::render::{write_codes, write_page};
use crate::source::{Diagnostic, suggestion};

pub(super) fn run(options: &ExplainOptions, ui: &Ui) -> Result<Exit, Failure> {
    let output = Output::stdout(ui.color_out);
    let Some(typed) = &options.code else {
        output.write(|out| write_codes(ui.catalog.language(), ui.width(), out))?;
        return Ok(Exit::Fine);
    };
    match find(typed) {
        Some(check) => {
            output.write(|out| write_page(check, &ui.catalog, ui.width(), out))?;
            Ok(Exit::Fine)
        }
        None => {
            let near = suggestion(typed, ALL.iter().map(|check| check.code));
            let wrong = Diagnostic::error_without_place("code-unknown").with("typed", typed);
            Err(Failure::plain(wrong.meaning(near)))
        }
    }
}
