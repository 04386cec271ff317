//! The command line: the only place that knows clap, standard streams, the environment and exit
//! codes. Each command is one file; what they share about terminal and language is in `ui`.

mod args;
mod audit;
mod check;
mod chinese;
mod estimate;
pub mod exit;
mod explain;
mod generate;
mod inspect;
mod output;
mod progress;
mod rate;
mod ui;

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Command, Common, When};
use exit::Exit;
use output::stdout_full;
use ui::Ui;

use crate::text::Language;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    ui::say_bugs();
    let language = ui::language_of(std::env::args_os());
    let parsed = match language {
        Language::English => Arguments::command(),
        Language::Chinese => chinese::command(),
    }
    .try_get_matches()
    .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results, not errors.
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let said = Some(&error).filter(|_| language == Language::Chinese);
            let printed = match said.and_then(chinese::error) {
                Some(text) => std::io::stderr().write_all(text.as_bytes()),
                None => error.print(),
            };
            return match printed {
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
        Command::Check(options) => check::run(options, &ui),
        Command::Estimate(options) => estimate::run(options, &ui),
        Command::Inspect(options) => inspect::run(options, &ui),
        Command::Rate(options) => rate::run(options, &ui),
        Command::Explain(options) => explain::run(options, &ui),
        Command::Generate(options) => generate::run(options, &ui),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => ui.fail(&failure).into(),
    }
}
