//! What can be typed: shapes and help only. Each command is one file; what several of them share
//! lies in `calls` and `result`.

mod audit;
mod calls;
mod check;
mod estimate;
mod explain;
mod generate;
mod inspect;
mod rate;
mod result;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use audit::AuditOptions;
pub use calls::{ReadingOptions, RunningOptions, Whose};
pub use check::CheckOptions;
pub use estimate::{DecidedBy, EstimateOptions};
pub use explain::{DerivationFormat, ExplainOptions};
pub use generate::{GenerateOptions, Generated, SchemaOf};
pub use inspect::InspectOptions;
pub use rate::RateOptions;
pub use result::{ExitOptions, FormatWord, OutputOptions};

/// Audits bills for outbound calling (电销外呼).
#[derive(Debug, Parser)]
#[command(
    name = "telbill",
    version,
    about = "Audits bills for outbound calling: contract + call records + invoice = what should have been charged, to the cent",
    after_help = EXIT_CODES,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Arguments {
    /// What every command understands.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 audited, nothing found at or above --fail-on; 1 something found; 2 the command line
or an input can't be used; 3 nothing found, but not everything could be checked; 101 a bug.

First steps:
  telbill audit --tariff contract.toml --cdr calls.csv --invoice invoice.csv
  telbill check contract.toml          what to ask for before signing
  telbill estimate -t a.toml b.toml -u forecast.toml    which contract is cheapest
  telbill explain                      all checks, one a line
  telbill explain duplicate-call       what a check tests, and when it is innocent";

/// Options of every command.
#[derive(Args, Debug)]
pub struct Common {
    /// Language of texts: the system's unless told
    #[arg(long, global = true, value_enum, value_name = "LANG", env = "TELBILL_LANG")]
    pub lang: Option<Lang>,
    /// Colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// No progress, no warnings; the result and the exit code only
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// 中文
    Zh,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal that wants them
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare a month's invoice with what the contract allows
    Audit(Box<AuditOptions>),
    /// Read a contract before signing it: contradictions, terms that hurt, questions left open
    Check(Box<CheckOptions>),
    /// Price contracts on a forecast or on past calls: which is cheapest, and by how much
    Estimate(Box<EstimateOptions>),
    /// Say what files are and how they are read: columns, zone, lines that are no calls
    Inspect(Box<InspectOptions>),
    /// Add to each call record what it should cost
    Rate(RateOptions),
    /// Explain a check of bills or contracts, or why a call or a line costs what it costs
    Explain(ExplainOptions),
    /// Print completions, the man page, or the schema of JSON output
    #[command(hide = true)]
    Generate(GenerateOptions),
}
