//! Options of commands that report: where the result goes, and what the exit code tells of it.

use clap::{Args, ValueEnum};

use crate::checks::Level;

/// Where the result goes, and how it is written.
#[derive(Args, Debug)]
#[command(next_help_heading = "Result")]
pub struct OutputOptions {
    /// Format of the result on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub format: FormatWord,
    /// Write the result to a file instead; .txt, .json or .csv decides the format. Repeatable
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<String>,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// For people
    Table,
    /// For programs: everything
    Json,
    /// For spreadsheets: one table
    Csv,
}

/// What the exit code tells.
#[derive(Args, Debug)]
#[command(next_help_heading = "Result")]
pub struct ExitOptions {
    /// Exit with 1 on what is of at least this severity
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "warning")]
    pub fail_on: FailOn,
    /// Exit with 3 only if what could not be checked, or is left open, may come to more than this
    #[arg(long, value_name = "AMOUNT", default_value = "0", allow_hyphen_values = true)]
    pub incomplete_above: String,
}

/// Severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Any finding
    Info,
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
    /// None
    Never,
}

impl FailOn {
    /// The least level that counts; `None` if none does.
    #[must_use]
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Info => Some(Level::Info),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
            Self::Never => None,
        }
    }
}
