//! `telbill generate`: what packagers and scripts need.

use clap::CommandFactory;

use super::args::{Arguments, GenerateOptions, Generated};
use super::exit::Exit;
use super::output::Output;
use super::ui::{Failure, Ui};
use crate::render::write_schema;

pub(super) fn run(options: &GenerateOptions, _ui: &Ui) -> Result<Exit, Failure> {
    let output = Output::raw_stdout();
    output.write(|out| match &options.what {
        Generated::Completions { shell } => {
            let mut command = Arguments::command();
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut command, "telbill", &mut text);
            out.write_all(&text)
        }
        Generated::Man => clap_mangen::Man::new(Arguments::command()).render(out),
        Generated::Schema => write_schema(out),
    })?;
    Ok(Exit::Fine)
}
