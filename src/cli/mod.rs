//! The command line: the only place that knows clap, standard streams, the environment and exit
//! codes. Each command is one file; what they share about terminal and language is in `ui`.

mod args;
mod audit;
pub mod exit;
mod explain;
mod generate;
mod output;
mod progress;
mod rate;
mod ui;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Arguments, Command, Common, When};
use exit::Exit;
use output::stdout_full;
use ui::Ui;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    ui::say_bugs();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results, not errors.
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return match error.print() {
                Err(why) if asked && why.kind() != std::io::ErrorKind::BrokenPipe => {
                    let common = Common { lang: None, color: When::Auto, quiet: false };
                    Ui::new(&common).fail(&stdout_full(&why))
                }
                // A reader that went away is no failure, and nobody is left to be told of others.
                _ if asked => Exit::Fine,
                _ => Exit::Unusable,
            }
            .into();
        }
    };
    let ui = Ui::new(&arguments.common);
    let done = match &arguments.command {
        Command::Audit(options) => audit::run(options, &ui),
        Command::Rate(options) => rate::run(options, &ui),
        Command::Explain(options) => explain::run(options, &ui),
        Command::Generate(options) => generate::run(options, &ui),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => ui.fail(&failure).into(),
    }
}
