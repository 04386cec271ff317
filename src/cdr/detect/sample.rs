//! The first lines of a file, cut in whichever way a dialect asks for.

use std::cell::RefCell;
use std::rc::Rc;

use super::Wishes;
use crate::cdr::dialect::Dialect;
use crate::cdr::heading::Heading;
use crate::input::{Lines, MOST_FIELDS};
use crate::number::mask_numbers;
use crate::source::Diagnostic;

/// Lines looked at.
pub(super) const SAMPLE: usize = 20;

/// The first lines as fields.
pub(super) struct Table {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) rows: Vec<Vec<String>>,
    /// The same as names of columns.
    pub(super) names: Vec<Vec<String>>,
    /// Fields of the widest of the rows, of which no more than one too many are there.
    widest: usize,
}

impl Table {
    /// The first line that holds anything, for messages.
    pub(super) fn first(&self) -> String {
        let filled = |row: &&Vec<String>| row.iter().any(|field| !field.is_empty());
        let shown = self.rows.iter().find(filled).map(|row| row.join(", ")).unwrap_or_default();
        mask_numbers(&shown).chars().take(300).collect()
    }
}

pub(super) struct Sample<'w> {
    pub(super) name: &'w str,
    pub(super) head: &'w str,
    pub(super) wishes: Wishes<'w>,
    pub(super) generic: &'w Dialect,
    tables: RefCell<Vec<Rc<Table>>>,
    delimiters: RefCell<Vec<(Option<u8>, u8)>>,
}

impl<'w> Sample<'w> {
    pub(super) fn new(
        name: &'w str,
        head: &'w str,
        wishes: Wishes<'w>,
        dialects: &'w [Dialect],
    ) -> Self {
        let generic = dialects.first().expect("the generic dialect is built in");
        let (tables, delimiters) = (RefCell::default(), RefCell::default());
        Self { name, head, wishes, generic, tables, delimiters }
    }

    /// The first lines as a dialect cuts them.
    pub(super) fn table(&self, dialect: &Dialect) -> Rc<Table> {
        let delimiter = dialect.delimiter.unwrap_or_else(|| self.delimiter(dialect.quote));
        self.cut(delimiter, dialect.quote)
    }

    fn cut(&self, delimiter: u8, quote: Option<u8>) -> Rc<Table> {
        let same = |table: &&Rc<Table>| table.delimiter == delimiter && table.quote == quote;
        if let Some(known) = self.tables.borrow().iter().find(same) {
            return Rc::clone(known);
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut widest = 0;
        let mut lines = Lines::new(delimiter, quote, 0);
        let end = self.head.match_indices('\n').nth(SAMPLE).map_or(self.head.len(), |(at, _)| at);
        lines.each(&self.head.as_bytes()[..end], |line, _| {
            widest = widest.max(line.len());
            rows.push(
                (0..line.len().min(MOST_FIELDS + 1))
                    .map(|place| String::from_utf8_lossy(line.field(place)).trim().to_owned())
                    .collect(),
            );
        });
        let heading = |name: &String| Heading::parse(name, self.wishes.currency).name;
        let names = rows.iter().map(|row| row.iter().map(heading).collect()).collect();
        let table = Rc::new(Table { delimiter, quote, rows, names, widest });
        self.tables.borrow_mut().push(Rc::clone(&table));
        table
    }

    /// The delimiter that gives the most fields, the same number on most lines.
    fn delimiter(&self, quote: Option<u8>) -> u8 {
        if let Some((_, known)) = self.delimiters.borrow().iter().find(|(of, _)| *of == quote) {
            return *known;
        }
        let score = |delimiter: u8| {
            let table = self.cut(delimiter, quote);
            let widths: Vec<usize> =
                table.rows.iter().map(Vec::len).filter(|width| *width > 1).collect();
            let commonest = widths
                .iter()
                .map(|width| widths.iter().filter(|other| *other == width).count())
                .max()
                .unwrap_or(0);
            (commonest, widths.iter().max().copied().unwrap_or(0))
        };
        // Of equals the last in this order wins, so the comma is last.
        let best = [b'|', b';', b'\t', b','].into_iter().max_by_key(|d| score(*d)).unwrap_or(b',');
        self.delimiters.borrow_mut().push((quote, best));
        best
    }

    /// Refuses what has more columns than are kept apart, before anybody looks for one of them.
    pub(super) fn narrow_enough(&self) -> Result<(), Box<Diagnostic>> {
        let wished = self.wishes.dialect;
        let quote = wished.map_or(Some(b'"'), |dialect| dialect.quote);
        let fixed = wished.and_then(|dialect| dialect.delimiter);
        let widest = self.cut(fixed.unwrap_or_else(|| self.delimiter(quote)), quote).widest;
        if widest <= MOST_FIELDS {
            return Ok(());
        }
        Err(Box::new(
            Diagnostic::error_without_place("cdr-too-wide")
                .with("path", self.name)
                .with("found", widest)
                .with("most", MOST_FIELDS),
        ))
    }

    /// What follows so many lines.
    pub(super) fn after(&self, lines: usize) -> &'w str {
        match lines.checked_sub(1) {
            None => self.head,
            Some(last) => {
                let end = self.head.match_indices('\n').nth(last);
                end.map_or("", |(at, _)| &self.head[at + 1..])
            }
        }
    }

    /// A line as it is.
    pub(super) fn line(&self, index: usize) -> &'w str {
        self.head.lines().nth(index).unwrap_or_default()
    }
}
