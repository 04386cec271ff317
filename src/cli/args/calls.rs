//! Options of every command that reads call records.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};

/// How call records are written, where telbill can't tell.
#[derive(Args, Debug)]
#[command(next_help_heading = "Reading call records")]
pub struct ReadingOptions {
    /// How the export is written: a built-in dialect's name, or a dialect file that ends in .toml
    #[arg(long, value_name = "NAME|FILE")]
    pub dialect: Option<String>,
    /// Which column is which, by header or by place from 1, with a unit for lengths (s, ms, min,
    /// 6s, d) and charges (元, 分, 厘, 1/100): start=开始时间,talk=通话时长:s,charge=费用:分,callee=#3,
    /// answered=S|NI; also dates=dmy or mdy, decimal=comma or point, year=2024
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    pub columns: Option<String>,
    /// Zone of times that name none; the contract's unless told
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub cdr_zone: Option<String>,
    /// How texts are encoded, where telbill can't tell or is wrong: gb18030, big5, windows-1252,
    /// utf-8, utf-16le, shift_jis …
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
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
