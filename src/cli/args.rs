//! What can be typed: shapes and help only.

use std::num::NonZeroUsize;

use crate::checks::Level;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

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
    /// Add to each call record what it should cost
    Rate(RateOptions),
    /// Explain a check of bills or contracts, or why a call or a line costs what it costs
    Explain(ExplainOptions),
    /// Print completions, the man page, or the schema of JSON output
    #[command(hide = true)]
    Generate(GenerateOptions),
}

/// How call records are written, where telbill can't tell.
#[derive(Args, Debug)]
#[command(next_help_heading = "Reading call records")]
pub struct ReadingOptions {
    /// How the export is written: a built-in dialect's name, or a dialect file that ends in .toml
    #[arg(long, value_name = "NAME|FILE")]
    pub dialect: Option<String>,
    /// Which column is which, by header or by place from 1, with a unit for lengths:
    /// start=开始时间,talk=通话时长:s,callee=#3,answered=S|NI
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    pub columns: Option<String>,
    /// Zone of times that name none; the contract's unless told
    #[arg(long, value_name = "ZONE")]
    pub cdr_zone: Option<String>,
    /// Whose records they are; the provider's if they carry charges or billed time
    #[arg(long, value_enum, value_name = "WHOSE")]
    pub calls_are: Option<Whose>,
}

/// Whose records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Whose {
    /// The provider's itemised bill
    Provider,
    /// The customer's own switch or dialler
    Own,
}

/// Threads and memory.
#[derive(Args, Debug)]
#[command(next_help_heading = "Running")]
pub struct RunningOptions {
    /// Worker threads; one for each processor unless told. The result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// MiB for finding calls recorded twice; what needs more goes to temporary files
    #[arg(long, value_name = "MIB", default_value = "256")]
    pub memory: NonZeroUsize,
    /// Bytes read at a time
    #[arg(long, value_name = "BYTES", hide = true,
          value_parser = clap::value_parser!(u32).range(1..=1 << 28))]
    pub block_size: Option<u32>,
}

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
    /// Format of the result on standard output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Result"
    )]
    pub format: FormatWord,
    /// Write the result to a file instead; .txt, .json or .csv decides the format. Repeatable
    #[arg(short, long, value_name = "FILE", help_heading = "Result")]
    pub output: Vec<String>,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "lines",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Show telephone numbers whole instead of 138****6718
    #[arg(long, help_heading = "Result")]
    pub show_numbers: bool,
    /// Exit with 1 on findings of at least this severity
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        default_value = "warning",
        help_heading = "Result"
    )]
    pub fail_on: FailOn,
    /// Exit with 3 only if what could not be checked may come to more than this
    #[arg(
        long,
        value_name = "AMOUNT",
        default_value = "0",
        allow_hyphen_values = true,
        help_heading = "Result"
    )]
    pub incomplete_above: String,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
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
    /// Format of the result on standard output
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "table",
        help_heading = "Result"
    )]
    pub format: FormatWord,
    /// Write the result to a file instead; .txt, .json or .csv decides the format. Repeatable
    #[arg(short, long, value_name = "FILE", help_heading = "Result")]
    pub output: Vec<String>,
    /// Which table --format csv writes
    #[arg(long, value_name = "TABLE", default_value = "remarks",
          value_parser = clap::builder::PossibleValuesParser::new(crate::report::CHECK_TABLES),
          help_heading = "Result")]
    pub section: String,
    /// Exit with 1 on terms of at least this severity
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        default_value = "warning",
        help_heading = "Result"
    )]
    pub fail_on: FailOn,
    /// Exit with 3 only if an open question may come to more than this on the calls given
    #[arg(
        long,
        value_name = "AMOUNT",
        default_value = "0",
        allow_hyphen_values = true,
        help_heading = "Result"
    )]
    pub incomplete_above: String,
    /// Running.
    #[command(flatten)]
    pub running: RunningOptions,
}

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

/// Options of `generate`.
#[derive(Args, Debug)]
pub struct GenerateOptions {
    /// What
    #[command(subcommand)]
    pub what: Generated,
}

/// A file that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// What `audit --format json` prints
    Audit,
    /// What `explain --call ID --format json` prints
    Explain,
    /// What `check --format json` prints
    Check,
    /// A contract
    Contract,
    /// An invoice as TOML
    Invoice,
    /// A dialect of call records
    Dialect,
}

/// What can be generated.
#[derive(Debug, Subcommand)]
pub enum Generated {
    /// Completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The man page
    Man,
    /// JSON Schema of a file, for editors and scripts
    Schema {
        /// Which file
        #[arg(value_enum, default_value = "audit")]
        of: SchemaOf,
    },
}
