//! How surely a file was understood.

use super::dialect::Said;
use crate::when::Zone;

/// How the zone of a file is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneKnown {
    /// `--cdr-zone` says so.
    Given,
    /// The dialect says so.
    Dialect,
    /// A header names it.
    Header,
    /// The records carry their start as seconds since 1970 besides.
    Epoch,
    /// Nothing says otherwise than that it is the contract's.
    Contract,
    /// Every time names its own.
    Written,
}

impl ZoneKnown {
    /// Its word, in JSON and in the catalogue under `zone`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Dialect => "dialect",
            Self::Header => "header",
            Self::Epoch => "epoch",
            Self::Contract => "contract",
            Self::Written => "written",
        }
    }
}

impl ZoneKnown {
    /// Its words in the catalogue.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Given => "zone.given",
            Self::Dialect => "zone.dialect",
            Self::Header => "zone.header",
            Self::Epoch => "zone.epoch",
            Self::Contract => "zone.contract",
            Self::Written => "zone.written",
        }
    }
}

impl DatesKnown {
    /// Its words in the catalogue.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Unneeded => "dates.unneeded",
            Self::Given => "dates.given",
            Self::Dialect => "dates.dialect",
            Self::Day => "dates.day",
            Self::Year => "dates.year",
            Self::Period => "dates.period",
            Self::Epoch => "dates.epoch",
        }
    }

    /// Its word, in JSON and in the catalogue under `dates`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unneeded => "unneeded",
            Self::Given => "given",
            Self::Dialect => "dialect",
            Self::Day => "day",
            Self::Year => "year",
            Self::Period => "period",
            Self::Epoch => "epoch",
        }
    }
}

/// How the order of day and month is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DatesKnown {
    /// No date needs it.
    #[default]
    Unneeded,
    /// `--columns dates=…` says so.
    Given,
    /// The dialect says so.
    Dialect,
    /// A number above twelve stands where the day is.
    Day,
    /// The number that stays the same is the year.
    Year,
    /// Only so are the dates near the period that is looked at.
    Period,
    /// The records carry their start as seconds since 1970 besides.
    Epoch,
}

/// How the year of times is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YearKnown {
    /// They have one.
    #[default]
    Written,
    /// `--columns year=…` says so.
    Given(i32),
    /// It is the one that puts them nearest to the period that is looked at.
    Period,
    /// The file's name tells the month.
    Name,
    /// A line above the header tells it.
    Above,
    /// Nothing tells it.
    Unknown,
}

impl YearKnown {
    /// Its word, in JSON and in the catalogue under `year`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Given(_) => "given",
            Self::Period => "period",
            Self::Name => "name",
            Self::Above => "above",
            Self::Unknown => "unknown",
        }
    }

    /// Its words in the catalogue.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Written => "year.written",
            Self::Given(_) => "year.given",
            Self::Period => "year.period",
            Self::Name => "year.name",
            Self::Above => "year.above",
            Self::Unknown => "year.unknown",
        }
    }
}

/// What a column of lengths was found to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthIs {
    /// From dialling to hang-up, by the times beside it.
    Total,
    /// Whole minutes, rounded up.
    Rounded,
}

/// Another dialect that could read a file too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Its name.
    pub name: String,
    /// Its score.
    pub score: u32,
}

/// How a file was understood, and how surely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The dialect was named by the user; then nothing was compared.
    pub told: bool,
    /// 0 to 100: the share of the file's columns that the dialect knows, times the share of the
    /// first rows that read.
    pub score: u32,
    /// The next best.
    pub runner_up: Option<Rival>,
    /// Columns of the file that the dialect knows.
    pub columns: usize,
    /// Of so many.
    pub of_columns: usize,
    /// Rows, of the first ones, that are calls or plainly none.
    pub rows: usize,
    /// Of so many.
    pub of_rows: usize,
    /// How the order of day and month is known.
    pub dates: DatesKnown,
    /// How the year of times is known.
    pub year: YearKnown,
    /// Offsets from UTC that times name in the first rows, where all of them name one.
    pub offsets: Vec<Zone>,
    /// The zone that the records' own seconds since 1970 prove, where it is another than the one
    /// that they are read in.
    pub contradicted: Option<Zone>,
    /// What the column of this name was found to measure, which by its name would be talk.
    pub length: Option<(LengthIs, String)>,
    /// Lines that the header is written on, if they are several.
    pub header_over: u64,
    /// What the dialect wants its user to know.
    pub remark: Option<Said>,
    /// What was decided, or left unread, by what the first rows hold: a key of the catalogue, and the
    /// columns it speaks of.
    pub mentions: Vec<(&'static str, String)>,
}

impl Known {
    /// Keeps something that has to be said of these columns.
    pub(super) fn says(&mut self, key: &'static str, columns: &str) {
        let columns: String = columns.chars().take(200).collect();
        self.mentions.push((key, columns));
    }
}
