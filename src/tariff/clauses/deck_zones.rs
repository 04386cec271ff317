//! Rows of a deck become zones: prefixes of one destination with the same terms by date.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use super::prefix::{Spelled, digits_of, shown};
use crate::number::Kind;
use crate::source::{Diagnostic, Diagnostics, Span};
use crate::when::{Day, Validity};

/// Wrong rows that are shown; a file of another form is wrong in every one.
pub(super) const SHOWN: usize = 20;

/// What is wrong with rows, as far as it is shown.
pub(super) struct Shown<'f> {
    wrong: usize,
    found: &'f mut Diagnostics,
}

impl<'f> Shown<'f> {
    pub(super) fn new(found: &'f mut Diagnostics) -> Self {
        Self { wrong: 0, found }
    }

    /// A wrong row.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.wrong += 1;
        if self.wrong <= SHOWN {
            self.found.push(diagnostic);
        }
    }

    /// What is not about one row of many.
    pub(super) fn always(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// How many wrong rows were not shown.
    pub(super) fn hidden(&self) -> Option<usize> {
        self.wrong.checked_sub(SHOWN).filter(|more| *more > 0)
    }
}

/// What calls to a prefix cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowTerms {
    pub(super) price: Decimal,
    pub(super) connect: Decimal,
    /// First increment and each next one.
    pub(super) steps: (u32, u32),
    /// Place in [`Deck::bands`].
    pub(super) bands: u32,
}

/// Terms from a day on.
#[derive(Clone, Debug)]
pub(super) struct Dated {
    pub(super) held: Validity,
    /// Place in [`Deck::terms`].
    pub(super) terms: u32,
    /// The row, the first of its like.
    pub(super) at: Span,
}

/// Prefixes of one destination with the same terms throughout.
#[derive(Clone, Debug)]
pub(super) struct DeckZone {
    pub(super) name: String,
    pub(super) kind: Option<Kind>,
    pub(super) prefixes: Vec<(String, Span)>,
    pub(super) history: Vec<Dated>,
}

/// A deck as it was read.
pub(super) struct Deck {
    pub(super) zones: Vec<DeckZone>,
    pub(super) terms: Vec<RowTerms>,
    /// Prices in the bands of the deck, the first of rows that have none.
    pub(super) bands: Vec<BandPrices>,
}

/// Prices of one row, by band.
pub(super) type BandPrices = Vec<Option<Decimal>>;

/// One row, for one spelling of its prefix.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) prefix: Spelled,
    /// The first day; of a row without one, no day is before it.
    pub(super) from: Option<Day>,
    /// Place in [`Rows::terms`].
    pub(super) terms: u32,
    /// Place in [`Rows::names`].
    pub(super) name: u32,
    pub(super) at: Span,
}

/// All rows of a deck.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) names: Vec<String>,
    pub(super) terms: Vec<RowTerms>,
    pub(super) bands: Vec<BandPrices>,
    /// First day of the contract: what was superseded before does not matter.
    pub(super) begins: Option<Day>,
}

/// What the prefixes of a zone have in common: a name, and a kind of number.
type Kept = (u32, Option<Kind>);

/// A day and the terms from it on.
type Dates = (Option<Day>, u32);

impl Rows {
    /// Rows by prefix and date, then prefixes by what they cost.
    pub(super) fn into_deck(mut self, found: &mut Shown<'_>) -> Deck {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by_key(|row| (row.prefix, row.from, row.at));
        let mut zones: Vec<DeckZone> = Vec::new();
        // The commonest prefix has one row.
        let mut plain: HashMap<(Kept, Dates), usize, FixedState> = HashMap::default();
        let mut dated: HashMap<(Kept, Vec<Dates>), usize, FixedState> = HashMap::default();
        for of_prefix in rows.chunk_by(|a, b| a.prefix == b.prefix) {
            let (prefix, kind) = of_prefix[0].prefix;
            let held = self.in_force(of_prefix, found);
            let Some(last) = held.last() else { continue };
            let next = zones.len();
            let place = match held.as_slice() {
                [one] => *plain.entry(((last.name, kind), (one.from, one.terms))).or_insert(next),
                several => {
                    let history = several.iter().map(|row| (row.from, row.terms)).collect();
                    *dated.entry(((last.name, kind), history)).or_insert(next)
                }
            };
            let digits = digits_of(prefix);
            if place == next {
                let name = &self.names[last.name as usize];
                let name = if name.is_empty() { shown(&digits) } else { name.clone() };
                let history = history(&held);
                zones.push(DeckZone { name, kind, prefixes: Vec::new(), history });
            }
            let zone = &mut zones[place];
            // Of rows alike, the first of the file stands for all.
            for (dated, row) in zone.history.iter_mut().zip(&held) {
                dated.at = dated.at.min(row.at);
            }
            zone.prefixes.push((digits, last.at));
        }
        zones.sort_by_key(|zone| zone.history.first().map(|dated| dated.at));
        Deck { zones, terms: self.terms, bands: self.bands }
    }

    /// The rows of one prefix that hold on some day of the contract, in order of time.
    fn in_force(&self, rows: &[Row], found: &mut Shown<'_>) -> Vec<Row> {
        let mut held: Vec<Row> = Vec::with_capacity(1);
        for row in rows {
            let mut row = *row;
            match held.last() {
                Some(twin) if twin.at == row.at => continue,
                Some(twin) if original(rows, twin).from == row.from => {
                    if twin.terms == row.terms {
                        found.always(repeated(&row, twin.at));
                    } else {
                        let twice = Diagnostic::error("deck-twice", row.at).and(twin.at);
                        found.push(twice.with("prefix", shown(&digits_of(row.prefix.0))));
                    }
                    continue;
                }
                _ => {}
            }
            // What was superseded when the contract began is none of its prices.
            if row.from.is_some() && row.from <= self.begins {
                row.from = None;
                held.clear();
            }
            held.push(row);
        }
        held
    }
}

fn repeated(row: &Row, twin: Span) -> Diagnostic {
    let warning = Diagnostic::warning("deck-row-repeated", row.at).and(twin);
    warning.with("prefix", shown(&digits_of(row.prefix.0)))
}

/// The row as it stands in the file.
fn original(rows: &[Row], of: &Row) -> Row {
    rows.iter().find(|row| row.at == of.at).copied().unwrap_or(*of)
}

/// Each row's terms until the next one's day.
fn history(rows: &[Row]) -> Vec<Dated> {
    let until = rows.iter().skip(1).map(|next| next.from.map(Day::previous)).chain([None]);
    rows.iter()
        .zip(until)
        .map(|(row, until)| Dated {
            held: Validity { from: row.from, until },
            terms: row.terms,
            at: row.at,
        })
        .collect()
}
