//! What can be typed after `check`.

use clap::Args;

use super::calls::{ReadingOptions, RunningOptions};
use super::result::{ExitOptions, OutputOptions};

/// Options of `check`.
#[derive(Args, Debug)]
#[command(after_help = "\
Errors are contradictions: gaps and overlaps, prices that no call reaches, dates that don't meet,
packages and minimums beyond what the contract's own lines and seats can use. Warnings are terms
that hurt. On what the contract is silent is said, and held against nobody. Questions that
contracts answer differently and this one leaves open are listed with the reading taken; with
--cdr or --roster each other reading is priced, and the bill's range is told.

Exit codes: 0 nothing; 1 terms that hurt, at or above --fail-on; 2 an error, in whichever file;
3 nothing of these, but questions left open. Of several the first in the order 2, 1, 3 holds.
A contract sets the severity of a term itself: [checks] severity = { minimum-seats = \"allow\" }.

  telbill check contract.toml
  telbill check offer-a.toml offer-b.toml --cdr calls-2024-10.csv --period 2024-10
  telbill check contract.toml --format json | jq -r '.contracts[].remarks[].code'
  telbill explain late-charge-high     what a remark means, and what to ask for")]
pub struct CheckOptions {
    /// Contracts
    #[arg(required = true, value_name = "CONTRACT")]
    pub contracts: Vec<String>,
    /// Call records to price open questions by
    #[arg(short, long, num_args = 1.., value_name = "FILE")]
    pub cdr: Vec<String>,
    /// Seats, numbers, lines, services and other usage, to price open questions by
    #[arg(short, long, num_args = 1.., value_name = "FILE")]
    pub roster: Vec<String>,
    /// Billing period: 2024-10, or first and last day 2024-09-26..2024-10-25; else that of the calls
    #[arg(short, long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Do not look for calls recorded twice; saves memory
    #[arg(long, help_heading = "Reading call records")]
    pub no_duplicates: bool,
    /// Result.
    #[command(flatten)]
    pub result: OutputOptions,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "remarks",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::CHECK_TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Exit code.
    #[command(flatten)]
    pub exit: ExitOptions,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}
