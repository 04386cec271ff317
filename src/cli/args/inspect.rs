//! What can be typed after `inspect`.

use clap::Args;

use super::calls::{ReadingOptions, RunningOptions};
use super::result::OutputOptions;

/// Options of `inspect`.
#[derive(Args, Debug)]
#[command(after_help = "\
What each file is, and how it would be read: encoding, columns with their meaning, zone of times,
what became of every line, and the first lines that are no calls with the reason. Nothing is
priced. Last comes what to type, or to keep as a file, so that next month's export is read the same.

  telbill inspect calls.csv
  telbill inspect exports/ month.zip invoice.xml       each file and each part by itself, then all
  telbill inspect *.csv --tariff contract.toml         times in the contract's zone
  telbill inspect calls.csv --period 2024-10           times without a year, 1/10/2024
  telbill inspect calls.csv --columns 'start=Begin,talk=Length:min,callee=#3'
  telbill inspect calls.csv --save provider.toml       then: --cdr next.csv --dialect provider.toml
  telbill inspect calls.csv --format json | jq '.files[].calls.columns'
  telbill inspect *.csv --format csv --section files   one line a file; or columns, rejects
  telbill inspect --dialects                           what is known without being told

Telephone numbers are masked in all of it, also in the file that --save writes.

Exit codes: 0 understood; 2 some file can't be used, or holds no call; 3 understood, but some lines
that may be calls could not be read; 101 a bug.")]
pub struct InspectOptions {
    /// Files: call records, or any other paper
    #[arg(required_unless_present = "dialects", value_name = "FILE")]
    pub files: Vec<String>,
    /// List the dialects that are built in: what each is, and its columns of time and money
    #[arg(long, conflicts_with = "files")]
    pub dialects: bool,
    /// Contract, for the zone of times and the currency
    #[arg(short, long, value_name = "FILE")]
    pub tariff: Option<String>,
    /// Billing period: 2024-10, or first and last day 2024-09-26..2024-10-25; for times without a
    /// year and dates whose order is in doubt
    #[arg(short, long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Write a dialect file that pins this reading, for --dialect
    #[arg(long, value_name = "FILE.toml", help_heading = "Reading call records")]
    pub save: Option<String>,
    /// Result.
    #[command(flatten)]
    pub result: OutputOptions,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "columns",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::INSPECT_TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Show telephone numbers whole instead of 138****6718
    #[arg(long, help_heading = "Result")]
    pub show_numbers: bool,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}
