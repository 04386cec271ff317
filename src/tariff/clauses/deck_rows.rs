//! Reading a deck: rows become zones, each with its terms by date.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use super::deck_columns::{
    CONNECT, Columns, FIRST, FROM, INCREMENT, NAME, NEXT, PREFIX, PRICE, Places, form,
};
use super::prefix::{Form, Spelled, Wrong, digits_of, shown, spell};
use crate::input::SheetLine;
use crate::money::parse_decimal;
use crate::number::Kind;
use crate::source::{Diagnostic, Diagnostics, Field, Span};
use crate::tariff::companion::Companions;
use crate::text::plain_figure;
use crate::when::{Day, Validity, parse_day};

/// Wrong rows that are shown; a file of another form is wrong in every one.
pub(super) const SHOWN: usize = 20;

/// Destinations, each at each of its prices, that are told apart. Beyond, rows of the same terms are
/// one zone, whatever their names.
const MOST_NAMED: usize = 65_536;

/// What the contract says of a deck.
pub(super) struct Wanted<'w> {
    pub(super) path: &'w Field<String>,
    pub(super) columns: Columns,
    pub(super) form: Option<Form>,
    /// Connection fee and increments of rows that name none.
    pub(super) connect: Decimal,
    pub(super) steps: (u32, u32),
    /// Days of the contract: what was superseded before does not matter.
    pub(super) contract: Validity,
}

/// What calls to a prefix cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RowTerms {
    pub(super) price: Decimal,
    pub(super) connect: Decimal,
    /// First increment and each next one.
    pub(super) steps: (u32, u32),
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
}

/// One row, for one spelling of its prefix.
#[derive(Clone, Copy)]
struct Row {
    prefix: Spelled,
    from: Option<Day>,
    terms: u32,
    name: u32,
    at: Span,
}

/// What the prefixes of a zone have in common: a name, and a kind of number.
type Kept = (u32, Option<Kind>);

/// A day and the terms from it on.
type Dates = (Option<Day>, u32);

/// Reads a deck. Everything wrong with it is found at once; `None` if there is no table.
pub(super) fn deck(
    wanted: &Wanted<'_>,
    files: &mut Companions<'_>,
    found: &mut Diagnostics,
) -> Option<Deck> {
    let file = match files.read(wanted.path, "deck") {
        Ok(file) => file,
        Err(why) => {
            found.push(*why);
            return None;
        }
    };
    let (form, columns) = form(&wanted.columns, files, file, found)?;
    let mut reader = Reader {
        columns,
        wanted,
        terms: Vec::new(),
        places: HashMap::default(),
        names: vec![String::new()],
        by_name: HashMap::default(),
        last_name: 0,
        named: HashSet::default(),
        rows: Vec::new(),
        spelled: Vec::new(),
        wrong: 0,
        form_missing: false,
        found,
    };
    let mut count = 0;
    form.each(files.sources(), |line| {
        count += 1;
        match line.too_wide(&form.header) {
            Some(wide) => reader.push(wide),
            None => reader.row(&line),
        }
    });
    files.counts(file, count);
    if count == 0 {
        found
            .push(Diagnostic::error("deck-empty", wanted.path.span).with("path", files.name(file)));
        return None;
    }
    if reader.wrong > SHOWN {
        let more = Diagnostic::error_without_place("deck-rows-more");
        let more = more.with("path", files.name(file)).with("count", reader.wrong - SHOWN);
        reader.found.push(more);
    }
    if reader.named.len() > MOST_NAMED {
        reader.rows.iter_mut().for_each(|row| row.name = 0);
    }
    Some(reader.into_deck())
}

struct Reader<'r> {
    columns: Places,
    wanted: &'r Wanted<'r>,
    terms: Vec<RowTerms>,
    places: HashMap<RowTerms, u32, FixedState>,
    names: Vec<String>,
    by_name: HashMap<String, u32, FixedState>,
    last_name: u32,
    /// Names and terms that occur together.
    named: HashSet<(u32, u32), FixedState>,
    rows: Vec<Row>,
    /// Spellings of one row's prefix.
    spelled: Vec<Spelled>,
    /// Wrong rows so far.
    wrong: usize,
    form_missing: bool,
    found: &'r mut Diagnostics,
}

impl Reader<'_> {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.wrong += 1;
        if self.wrong <= SHOWN {
            self.found.push(diagnostic);
        }
    }

    fn row(&mut self, line: &SheetLine<'_>) {
        let terms = (self.price(line), self.connect(line), self.steps(line), self.from(line));
        let mut spelled = std::mem::take(&mut self.spelled);
        spelled.clear();
        let prefix = self.prefix(line, &mut spelled);
        if let ((Some(price), Some(connect), Some(steps), Some(from)), true) = (terms, prefix) {
            let terms = self.place_of(RowTerms { price, connect, steps });
            let name = self.name_of(line.text(self.columns[NAME]));
            if self.named.len() <= MOST_NAMED {
                self.named.insert((name, terms));
            }
            let at = line.span();
            self.rows.extend(spelled.iter().map(|prefix| Row {
                prefix: *prefix,
                from,
                terms,
                name,
                at,
            }));
        }
        self.spelled = spelled;
    }

    fn prefix(&mut self, line: &SheetLine<'_>, spelled: &mut Vec<Spelled>) -> bool {
        let text = line.text(self.columns[PREFIX]);
        let at = line.place(self.columns[PREFIX]);
        match spell(text, self.wanted.form, spelled) {
            Ok(()) => return true,
            // One word settles all of them.
            Err(Wrong::Form) if self.form_missing => {}
            Err(Wrong::Form) => {
                self.form_missing = true;
                let diagnostic = Diagnostic::error("deck-prefix-form", at).with("prefix", text);
                self.found.push(diagnostic.and(self.wanted.path.span));
            }
            Err(wrong) => {
                let diagnostic = Diagnostic::error("deck-prefix", at).with("typed", text);
                self.push(match wrong {
                    Wrong::CountryCode => diagnostic.helped_by("help-country"),
                    _ => diagnostic,
                });
            }
        }
        false
    }

    fn price(&mut self, line: &SheetLine<'_>) -> Option<Decimal> {
        let text = line.text(self.columns[PRICE]);
        let at = line.place(self.columns[PRICE]);
        match amount(text) {
            Some(Some(price)) => Some(price),
            Some(None) => {
                self.push(Diagnostic::error("deck-price-missing", at));
                None
            }
            None => {
                self.push(Diagnostic::error("deck-price", at).with("typed", text));
                None
            }
        }
    }

    fn connect(&mut self, line: &SheetLine<'_>) -> Option<Decimal> {
        let text = line.text(self.columns[CONNECT]);
        let connect = amount(text);
        if connect.is_none() {
            let at = line.place(self.columns[CONNECT]);
            self.push(Diagnostic::error("deck-price", at).with("typed", text));
        }
        connect.map(|connect| connect.unwrap_or(self.wanted.connect))
    }

    fn steps(&mut self, line: &SheetLine<'_>) -> Option<(u32, u32)> {
        let [both, first, next] = [INCREMENT, FIRST, NEXT].map(|column| self.columns[column]);
        let mut said = [None, None];
        let whole = line.text(both);
        let parts = whole.split(['/', '+', '-', ':']).map(str::trim);
        let columns = [(first, line.text(first)), (next, line.text(next))];
        let mut wrong = None;
        if !whole.is_empty() {
            let parts: Vec<Option<u32>> = parts.map(seconds).collect();
            match parts.as_slice() {
                [Some(one)] => said = [Some(*one); 2],
                [Some(first), Some(next)] => said = [Some(*first), Some(*next)],
                _ => wrong = Some((both, whole)),
            }
        }
        for (place, (column, text)) in columns.into_iter().enumerate() {
            if text.is_empty() {
                continue;
            }
            match seconds(text) {
                Some(one) if said[place].is_none_or(|known| known == one) => {
                    said[place] = Some(one);
                }
                _ => wrong = Some((column, text)),
            }
        }
        if let Some((column, text)) = wrong {
            let at = line.place(column);
            self.push(Diagnostic::error("deck-increment", at).with("typed", text));
            return None;
        }
        match said {
            [Some(first), Some(next)] => Some((first, next)),
            [Some(one), None] | [None, Some(one)] => Some((one, one)),
            [None, None] => Some(self.wanted.steps),
        }
    }

    /// The first day; of a row without one, no day is before it.
    fn from(&mut self, line: &SheetLine<'_>) -> Option<Option<Day>> {
        let text = line.text(self.columns[FROM]);
        if text.is_empty() {
            return Some(None);
        }
        // Prices change at midnight; exports write it out.
        let day = match text.split_once([' ', 'T']) {
            Some((day, "00:00" | "00:00:00" | "0:00" | "0:00:00")) => day,
            _ => text,
        };
        let day = parse_day(day).map(Day::from);
        if day.is_none() {
            let at = line.place(self.columns[FROM]);
            self.push(Diagnostic::error("deck-date", at).with("typed", text));
        }
        day.map(Some)
    }

    fn place_of(&mut self, terms: RowTerms) -> u32 {
        let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        *self.places.entry(terms).or_insert_with(|| {
            self.terms.push(terms);
            next
        })
    }

    fn name_of(&mut self, name: &str) -> u32 {
        // Rows of a destination stand together.
        if self.names[self.last_name as usize] == name {
            return self.last_name;
        }
        self.last_name = match self.by_name.get(name) {
            Some(known) => *known,
            None if name.is_empty() => 0,
            None => {
                let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(name.to_owned());
                self.by_name.insert(name.to_owned(), next);
                next
            }
        };
        self.last_name
    }

    /// Rows by prefix and date, then prefixes by what they cost.
    fn into_deck(mut self) -> Deck {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by_key(|row| (row.prefix, row.from, row.at));
        let mut zones: Vec<DeckZone> = Vec::new();
        // The commonest prefix has one row.
        let mut plain: HashMap<(Kept, Dates), usize, FixedState> = HashMap::default();
        let mut dated: HashMap<(Kept, Vec<Dates>), usize, FixedState> = HashMap::default();
        for of_prefix in rows.chunk_by(|a, b| a.prefix == b.prefix) {
            let (prefix, kind) = of_prefix[0].prefix;
            let held = self.in_force(of_prefix);
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
        Deck { zones, terms: self.terms }
    }

    /// The rows of one prefix that hold on some day of the contract, in order of time.
    fn in_force(&mut self, rows: &[Row]) -> Vec<Row> {
        let begins = self.wanted.contract.from;
        let mut held: Vec<Row> = Vec::with_capacity(1);
        for row in rows {
            let mut row = *row;
            match held.last() {
                Some(twin) if twin.at == row.at => continue,
                Some(twin) if original(rows, twin).from == row.from => {
                    if twin.terms == row.terms {
                        self.repeated(&row, twin.at);
                    } else {
                        let twice = Diagnostic::error("deck-twice", row.at).and(twin.at);
                        self.push(twice.with("prefix", shown(&digits_of(row.prefix.0))));
                    }
                    continue;
                }
                _ => {}
            }
            // What was superseded when the contract began is none of its prices.
            if row.from.is_some() && row.from <= begins {
                row.from = None;
                held.clear();
            }
            held.push(row);
        }
        held
    }

    fn repeated(&mut self, row: &Row, twin: Span) {
        let warning = Diagnostic::warning("deck-row-repeated", row.at).and(twin);
        self.found.push(warning.with("prefix", shown(&digits_of(row.prefix.0))));
    }
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

/// An amount of zero or more: `None` if the text is none, `Some(None)` if it says nothing.
fn amount(text: &str) -> Option<Option<Decimal>> {
    let figure = match parse_decimal(text) {
        Ok(figure) => figure,
        Err(_) => match plain_figure(text).ok()? {
            None => return Some(None),
            Some(plain) => parse_decimal(&plain).ok()?,
        },
    };
    (!figure.is_sign_negative() || figure.is_zero()).then_some(Some(figure))
}

/// An increment of a second to a day: `60`, `60s`, `60秒`.
fn seconds(text: &str) -> Option<u32> {
    let number = text.trim().trim_end_matches(['s', 'S', '秒']);
    number.trim().parse().ok().filter(|seconds| (1..=86_400).contains(seconds))
}
