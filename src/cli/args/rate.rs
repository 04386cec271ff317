//! What can be typed after `rate`.

use clap::Args;

use super::calls::{ReadingOptions, RunningOptions};

/// Options of `rate`.
#[derive(Args, Debug)]
#[command(after_help = "\
The rows come out as they went in, with four columns more: billed seconds, charge, clause, and a
remark on rows that can't be rated. Charges are those of single calls, before packages, price steps
and discounts, which only a whole month settles.

  telbill rate -t contract.toml calls.csv > rated.csv
  zcat calls.csv.gz | telbill rate -t contract.toml - | head")]
pub struct RateOptions {
    /// Contract
    #[arg(short, long, required = true, value_name = "FILE")]
    pub tariff: String,
    /// Call records
    #[arg(required = true, value_name = "CALLS")]
    pub calls: Vec<String>,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Write to a file instead of standard output, which is -
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}
