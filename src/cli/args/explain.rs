//! What can be typed after `explain`.

use clap::{ArgGroup, Args, ValueEnum};

use super::calls::{ReadingOptions, RunningOptions};

/// Options of `explain`.
#[derive(Args, Debug)]
#[group(skip)]
#[command(
    group = ArgGroup::new("what").multiple(false),
    group = ArgGroup::new("record").multiple(false),
    after_help = "\
A call is derived step by step from its record to what it adds to the bill, each step with the
clause at file:line:column; the audit's own figures are asserted on the way.

  telbill explain                      all checks, one a line
  telbill explain duplicate-call       what a check tests, and when it is innocent
  telbill explain --call 24100100003 -t contract.toml -c calls.csv
  telbill explain --row 4 -t contract.toml -c calls.csv
  telbill explain --row october.csv:4 -t contract.toml -c 'oct*.csv' -i invoice.csv
  telbill explain --line 坐席费 -t contract.toml -c calls.csv -r roster.csv -i invoice.csv

Exit codes: 0 derived; 1 derived, and the provider charged something else; 2 no such record or
line, or an input can't be used; 3 no call, no price, or nothing tells the quantity; 101 a bug."
)]
pub struct ExplainOptions {
    /// Code or identifier of a check or of a remark on a contract, such as duplicate-call or A02;
    /// left out, all are listed
    #[arg(value_name = "CODE", group = "what")]
    pub code: Option<String>,
    /// Derive a call: the records with this identifier
    #[arg(long, value_name = "ID", groups = ["what", "record"], requires_all = ["tariff", "cdr"],
          allow_hyphen_values = true)]
    pub call: Option<String>,
    /// Derive a call: the record on this line, of several files FILE:N
    #[arg(long, value_name = "N", groups = ["what", "record"], requires_all = ["tariff", "cdr"])]
    pub row: Option<String>,
    /// Derive a line of the bill, by its name in the contract or on the invoice
    #[arg(long, value_name = "NAME", groups = ["what", "record"], requires = "tariff",
          allow_hyphen_values = true)]
    pub line: Option<String>,
    /// Contract; of several, the one in force is used
    #[arg(short, long, num_args = 1.., value_name = "FILE", requires = "record")]
    pub tariff: Vec<String>,
    /// Call records
    #[arg(short, long, num_args = 1.., value_name = "FILE", requires = "record")]
    pub cdr: Vec<String>,
    /// Invoice of the month, for what was billed
    #[arg(short, long, num_args = 1.., value_name = "FILE", requires = "record")]
    pub invoice: Vec<String>,
    /// Seats, numbers, lines, services and other usage, with dates
    #[arg(short, long, num_args = 1.., value_name = "FILE", requires = "record")]
    pub roster: Vec<String>,
    /// Billing period; else the invoice's or that of the calls
    #[arg(short, long, value_name = "PERIOD", requires = "record")]
    pub period: Option<String>,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingOptions,
    /// Format of a derivation
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Result"
    )]
    pub format: DerivationFormat,
    /// Show telephone numbers whole instead of 138****6718
    #[arg(long, help_heading = "Result")]
    pub show_numbers: bool,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}

/// A format of derivations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DerivationFormat {
    /// For people
    Table,
    /// For programs: every value of every step
    Json,
}
