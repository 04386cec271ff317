//! What can be typed after `estimate`.

use clap::{ArgGroup, Args, ValueEnum};

use super::calls::{ReadingOptions, RunningOptions};
use super::result::OutputOptions;

/// Options of `estimate`.
#[derive(Args, Debug)]
#[group(skip)]
#[command(group = ArgGroup::new("volume").required(true).multiple(true), after_help = "\
Usage comes from a forecast, from call records of a month gone by, or from both. Every contract is
settled as an audit settles it, month by month: steps, packages, minimums of a year, what is left of
one month for the next, fees charged once, price versions in their months. What a forecast expects is
added up exactly where charges are in proportion to calls; elsewhere months are drawn at random, the
same for all contracts and the same for the same seed, and the error is told.

Low, middle and high are the 10th, 50th and 90th of 100 months drawn. With --as-of, calls until that day
are settled as they are, and each day to come is drawn from the days seen, worked days from worked
ones, to the end of the cycle: what it will cost, and when packages run out.

Exit codes: 0 estimated; 1 --budget will be passed by the contract in force, or by the cheapest: by
its middle total, or by its high one with --budget-at high; 2 the command line or an input can't be used;
3 some contract can't price some of the usage: it is named, ranked last, and its total leaves that
out; 101 a bug.

  telbill estimate -t contract.toml -u forecast.toml
  telbill estimate -t now.toml -t offer-a.toml -t offer-b.toml -u forecast.toml --months 12
  telbill estimate -t now.toml offer.toml -c october.csv --current now.toml --scale 1.2
  telbill estimate -t now.toml -c october.csv -r roster.csv --waste --short 10s --long 10m
  telbill estimate -t now.toml -u forecast.toml --worth --choose
  telbill estimate -t now.toml offer.toml -u forecast.toml --break-even --svg cross.svg
  telbill estimate -t now.toml -c october-so-far.csv --as-of 2024-10-17 --budget 5000
  telbill estimate -t offer.toml -u forecast.toml --format json | jq -r '.offers[].total'")]
pub struct EstimateOptions {
    /// Contracts, each a plan of its own
    #[arg(short, long, required = true, num_args = 1.., value_name = "FILE")]
    pub tariff: Vec<String>,
    /// Forecast of usage
    #[arg(short, long, value_name = "FILE", group = "volume")]
    pub usage: Option<String>,
    /// Call records of a month gone by
    #[arg(short, long, num_args = 1.., value_name = "FILE", group = "volume")]
    pub cdr: Vec<String>,
    /// Seats, numbers, lines, services and other usage, with dates
    #[arg(short, long, num_args = 1.., value_name = "FILE")]
    pub roster: Vec<String>,
    /// The contract in force, one of those given, by file or by its id: others are held against it
    #[arg(long, value_name = "CONTRACT")]
    pub current: Option<String>,
    /// First month, 2025-01; that of the forecast or of the call records unless told
    #[arg(long, value_name = "MONTH")]
    pub from: Option<String>,
    /// Months; one, or those of the call records, unless told
    #[arg(long, value_name = "N", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u32).range(1..=120))]
    pub months: Option<u32>,
    /// The period that the call records are of; else the whole cycles that they lie in
    #[arg(short, long, value_name = "PERIOD", requires = "cdr")]
    pub period: Option<String>,
    /// Times as many calls as in the records, of all or of those to a zone: 1.2, or 长途=1.5
    #[arg(long, value_name = "FACTOR|ZONE=FACTOR", allow_hyphen_values = true)]
    pub scale: Vec<String>,
    /// Add what each clause is worth: the bill with one term changed, of the contract in force or of all
    #[arg(long)]
    pub worth: bool,
    /// Add the cheapest mix of packages of each contract, and what it costs to be wrong about the usage
    #[arg(long)]
    pub choose: bool,
    /// Seed of months drawn at random
    #[arg(long, value_name = "N", default_value = "1", allow_negative_numbers = true)]
    pub seed: u64,
    /// Months drawn at random; by the size of the forecast unless told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub draws: Option<u32>,
    /// What is paid for and of no use, and what leaving it out would save: attempts nobody answers,
    /// short, over-long and voicemail calls, idle seats, numbers, lines and services, packages not used
    /// up; by agent, hour and line
    #[arg(long, requires = "cdr", help_heading = "Waste")]
    pub waste: bool,
    /// Answered calls of less than this are short
    #[arg(long, value_name = "LENGTH", default_value = "10s", requires = "waste",
          value_parser = parse_length, help_heading = "Waste")]
    pub short: u32,
    /// Answered calls of more than this are too long
    #[arg(long, value_name = "LENGTH", default_value = "10m", requires = "waste",
          value_parser = parse_length, help_heading = "Waste")]
    pub long: u32,
    /// Show numbers whole, not as 138****6718
    #[arg(long, help_heading = "Result")]
    pub show_numbers: bool,
    /// Where each two contracts cross, and which is the cheapest at what usage
    #[arg(long)]
    pub break_even: bool,
    /// Times the usage up to which break-even is looked for, from none on
    #[arg(long, value_name = "FACTOR", default_value = "3", requires = "break_even")]
    pub up_to: String,
    /// Draw totals by usage into a file
    #[arg(long, value_name = "FILE.svg", requires = "break_even")]
    pub svg: Option<String>,
    /// Last day of a cycle under way whose calls are known: later records are left out, and the days
    /// to come are drawn from the days seen
    #[arg(long, value_name = "DAY", requires = "cdr",
          conflicts_with_all = ["from", "months", "period", "scale"])]
    pub as_of: Option<String>,
    /// An amount that all that is estimated should not pass: how likely it will, and exit code 1
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub budget: Option<String>,
    /// Which total decides about the budget
    #[arg(long, value_enum, value_name = "WHICH", default_value = "middle", requires = "budget")]
    pub budget_at: DecidedBy,
    /// Draw low, middle and high though there are many calls, or though calls are past ones
    #[arg(long)]
    pub range: bool,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Result.
    #[command(flatten)]
    pub result: OutputOptions,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "offers",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::ESTIMATE_TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}

/// `10s`, `10m`, `1h`: seconds.
fn parse_length(text: &str) -> Result<u32, &'static str> {
    const FORM: &str = "write it as 10s, 10m or 1h";
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &text[digits.len()..] {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        _ => return Err(FORM),
    };
    let number: u32 = digits.parse().map_err(|_| FORM)?;
    number.checked_mul(unit).filter(|seconds| *seconds <= 604_800).ok_or(FORM)
}

/// Which total decides about a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecidedBy {
    /// Half of the months drawn cost more
    Middle,
    /// One month in ten costs more
    High,
}
