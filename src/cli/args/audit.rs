//! What can be typed after `audit`.

use clap::{ArgGroup, Args};

use super::calls::{ReadingOptions, RunningOptions};
use super::result::{ExitOptions, OutputOptions};

/// Options of `audit`.
#[derive(Args, Debug)]
#[group(skip)]
#[command(group = ArgGroup::new("papers").required(true).multiple(true), after_help = "\
Inputs may be -, patterns such as 'calls-*.csv', compressed with gzip or zstd, and given several
times. Files that end in .toml are read as TOML, others as CSV in UTF-8 or GB18030.

  telbill audit -t contract.toml -c calls.csv -i invoice.csv -r roster.csv
  telbill audit -t contract.toml -c 'calls-*.csv.gz' -i invoice.toml --output audit.json -q
  telbill audit -t contract.toml -i invoice.csv         without call records: fees, tax, sums")]
pub struct AuditOptions {
    /// Contract; of several, the one in force is used
    #[arg(short, long, required = true, num_args = 1.., value_name = "FILE")]
    pub tariff: Vec<String>,
    /// Call records
    #[arg(short, long, num_args = 1.., value_name = "FILE", group = "papers")]
    pub cdr: Vec<String>,
    /// Invoice of the month; earlier ones are used as history
    #[arg(short, long, num_args = 1.., value_name = "FILE", group = "papers")]
    pub invoice: Vec<String>,
    /// Seats, numbers, lines, services and other usage, with dates
    #[arg(short, long, num_args = 1.., value_name = "FILE")]
    pub roster: Vec<String>,
    /// Billing period: 2024-10, or first and last day 2024-09-26..2024-10-25; else the invoice's
    /// or that of the calls
    #[arg(short, long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Do not look for calls recorded twice; saves memory
    #[arg(long, help_heading = "Reading call records")]
    pub no_duplicates: bool,
    /// Write rejected lines to a CSV file: file, line, kind, field, found, text
    #[arg(long, value_name = "FILE", help_heading = "Reading call records")]
    pub rejects: Option<String>,
    /// Result.
    #[command(flatten)]
    pub result: OutputOptions,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "lines",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Show telephone numbers whole instead of 138****6718
    #[arg(long, help_heading = "Result")]
    pub show_numbers: bool,
    /// Exit code.
    #[command(flatten)]
    pub exit: ExitOptions,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}
