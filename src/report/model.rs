//! A report as data: typed cells, no text that is already formatted for a language.

use crate::checks::{Evidence, Grade, Level, Range};
use crate::money::Amount;
use crate::reconcile::Fact;
use crate::source::Locus;

/// A whole report, in reading order.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug)]
pub struct Section {
    /// Stable name, for `--section`.
    pub id: &'static str,
    /// What it holds. Its title stands in the catalogue under `section.`.
    pub blocks: Vec<Block>,
}

/// Part of a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// Names with values, one a line.
    Pairs(Vec<(&'static str, Cell)>),
    /// A table.
    Table(Table),
    /// A sentence of the catalogue.
    Says(Sentence),
    /// Sentences, one an item.
    List(Vec<Sentence>),
    /// A finding.
    Finding(Box<Told>),
}

/// A sentence of the catalogue and its values.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Key of the catalogue.
    pub key: String,
    /// Values of its placeholders.
    pub facts: Vec<(&'static str, Fact)>,
    /// Money said in front of it.
    pub amount: Option<Amount>,
    /// A second sentence, such as which paper would settle it: its key.
    pub then: Option<String>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Stable name, for `--section`.
    pub id: &'static str,
    /// Heads: keys of the catalogue under `column.`, and heads of CSV.
    pub columns: Vec<&'static str>,
    /// Cells by row.
    pub rows: Vec<Vec<Cell>>,
    /// The last row sums the others.
    pub totalled: bool,
}

/// A cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Money, to the cent or as many decimals as it has.
    Money(Amount),
    /// Money with its sign.
    Signed(Amount),
    /// A count.
    Count(u64),
    /// A length of time in seconds.
    Seconds(u64),
    /// A share of a whole: parts and whole.
    Share(u64, u64),
    /// A quotient of money and a number.
    Each(Amount, u64),
    /// Text as the files write it.
    Text(String),
    /// A word of the catalogue, with values.
    Word(&'static str, Vec<(&'static str, Fact)>),
    /// A stable code.
    Code(&'static str),
    /// What an input is for.
    Role(&'static str),
    /// A check's title.
    Title(&'static str),
    /// A row of a call file.
    Row(Locus),
    /// A telephone number or other identifier of a person.
    Person(String),
    /// An agent, by name or number.
    Agent(String),
    /// Any fact.
    Fact(Fact),
}

/// A finding as it is told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Number in the report, from 1.
    pub number: usize,
    /// The check's code.
    pub code: &'static str,
    /// Severity.
    pub level: Level,
    /// How sure.
    pub grade: Grade,
    /// Money at stake.
    pub amount: Range,
    /// It is part of the bridge.
    pub claimed: bool,
    /// How many.
    pub count: u64,
    /// Values of its sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What to look at.
    pub evidence: Vec<Evidence>,
}

impl Sentence {
    /// A sentence without values.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), facts: Vec::new(), amount: None, then: None }
    }

    /// A value.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }
}

impl Report {
    /// The tables of the report by name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }
}
