//! What can be typed after `generate`.

use clap::{Args, Subcommand, ValueEnum};

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
    /// What `estimate --format json` prints
    Estimate,
    /// What `inspect --format json` prints
    Inspect,
    /// What `inspect --dialects --format json` prints
    Dialects,
    /// A contract
    Contract,
    /// A forecast of usage
    Forecast,
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
