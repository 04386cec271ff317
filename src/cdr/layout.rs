//! A dialect met with one file: which column holds what.

use super::odd::Oddities;
use super::{DateOrder, Field, Habits, Known, Source, Unit, ZoneKnown};
use crate::when::Zone;

/// A column in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub field: Field,
    /// Its place, from 0.
    pub place: usize,
    /// Its header, if the file has one.
    pub header: String,
    /// The unit of plain numbers, for lengths of time.
    pub unit: Unit,
    /// How far left the point of a charge moves: 2 where the header says 分.
    pub point: u32,
}

/// How one file is read.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The dialect's name.
    pub dialect: String,
    /// Between fields.
    pub delimiter: u8,
    /// Around texts.
    pub quote: Option<u8>,
    /// Lines up to and including the header.
    pub header_lines: u64,
    /// Fields of a line; 0 if lines may differ.
    pub fields: usize,
    /// Columns in use, by field.
    pub columns: Vec<Column>,
    /// Headers of columns not in use.
    pub unused: Vec<String>,
    /// Zone of times that name none.
    pub zone: Zone,
    /// How that is known.
    pub zone_known: ZoneKnown,
    /// Whose records.
    pub source: Source,
    /// Folded words that mean answered, unanswered, unsent.
    pub status: [Vec<String>; 3],
    /// Folded words that tell neither, but that voicemail took the call.
    pub voicemail: Vec<String>,
    /// Folded words that mean outbound, inbound, internal.
    pub directions: [Vec<String>; 3],
    /// Folded beginnings of total rows and footers.
    pub summary: Vec<String>,
    /// What its first rows show of how its cells are written.
    pub habits: Habits,
    /// Lines of these that stand below the header and belong to it.
    pub below_header: usize,
    /// The header's text, to know it when it comes again.
    pub header: Vec<u8>,
    /// What comes first in dates that don't begin with the year.
    pub dates: DateOrder,
    /// The code of the currency that is reckoned in; empty without a contract.
    pub currency: String,
    /// What is looked at in each row beyond its fields, if anything is.
    pub(super) oddities: Option<Box<Oddities>>,
    /// How it was understood.
    pub known: Known,
}

impl Layout {
    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// True if a record holds both legs of a call.
    #[must_use]
    pub fn holds_legs(&self) -> bool {
        self.column(Field::CallerLeg).or(self.column(Field::CallerLegAnswer)).is_some()
    }

    /// True if the columns suffice to know when a call was and how long.
    #[must_use]
    pub fn suffices(columns: &[Column]) -> bool {
        let has = |field| columns.iter().any(|column| column.field == field);
        has(Field::Start)
            && [Field::Talk, Field::Billed, Field::Total, Field::End].into_iter().any(has)
    }
}
