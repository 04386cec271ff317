//! Reading a deck, row by row.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use super::deck_columns::{
    CONNECT, Columns, FIRST, FROM, INCREMENT, NAME, NEXT, PREFIX, PRICE, Places, form,
};
use super::deck_zones::{BandPrices, Deck, Row, RowTerms, Rows, Shown};
use super::prefix::{Form, Spelled, Wrong, spell};
use crate::input::SheetLine;
use crate::money::parse_decimal;
use crate::source::{Diagnostic, Diagnostics, Field};
use crate::tariff::companion::Companions;
use crate::text::plain_figure;
use crate::when::{Day, Validity, parse_day};

/// Destinations, each at each of its prices, that are told apart. Beyond, rows of the same terms are
/// one zone, whatever their names.
const MOST_NAMED: usize = 65_536;

/// What the contract says of a deck.
pub(super) struct Wanted<'w> {
    pub(super) path: &'w Field<String>,
    pub(super) columns: Columns,
    pub(super) form: Option<Form>,
    /// Heads of the columns with prices of bands.
    pub(super) bands: Vec<Field<String>>,
    /// Connection fee and increments of rows that name none.
    pub(super) connect: Decimal,
    pub(super) steps: (u32, u32),
    /// Days of the contract: what was superseded before does not matter.
    pub(super) contract: Validity,
}

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
    let (form, columns, bands) = form(&wanted.columns, &wanted.bands, files, file, found)?;
    let mut reader = Reader {
        columns,
        bands,
        band_prices: vec![Vec::new()],
        by_prices: HashMap::default(),
        wanted,
        terms: Vec::new(),
        places: HashMap::default(),
        names: vec![String::new()],
        by_name: HashMap::default(),
        last_name: 0,
        named: HashSet::default(),
        rows: Vec::new(),
        spelled: Vec::new(),
        form_missing: false,
        found: Shown::new(found),
    };
    let mut count = 0;
    form.each(files.sources(), |line| {
        count += 1;
        match line.too_wide(&form.header) {
            Some(wide) => reader.found.push(wide),
            None => reader.row(&line),
        }
    });
    files.counts(file, count);
    if count == 0 {
        let empty = Diagnostic::error("deck-empty", wanted.path.span);
        reader.found.always(empty.with("path", files.name(file)));
        return None;
    }
    if let Some(count) = reader.found.hidden() {
        let more = Diagnostic::error_without_place("deck-rows-more");
        reader.found.always(more.with("path", files.name(file)).with("count", count));
    }
    if reader.named.len() > MOST_NAMED {
        reader.rows.iter_mut().for_each(|row| row.name = 0);
    }
    let Reader { terms, names, rows, band_prices, mut found, .. } = reader;
    let rows = Rows { rows, names, terms, bands: band_prices, begins: wanted.contract.from };
    Some(rows.into_deck(&mut found))
}

struct Reader<'r> {
    columns: Places,
    /// Columns with prices of bands.
    bands: Vec<usize>,
    band_prices: Vec<BandPrices>,
    by_prices: HashMap<BandPrices, u32, FixedState>,
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
    form_missing: bool,
    found: Shown<'r>,
}

impl Reader<'_> {
    fn row(&mut self, line: &SheetLine<'_>) {
        let terms = (self.price(line), self.connect(line), self.steps(line), self.from(line));
        let bands = self.bands(line);
        let mut spelled = std::mem::take(&mut self.spelled);
        spelled.clear();
        let prefix = self.prefix(line, &mut spelled);
        if let ((Some(price), Some(connect), Some(steps), Some(from)), Some(bands), true) =
            (terms, bands, prefix)
        {
            let terms = self.place_of(RowTerms { price, connect, steps, bands });
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
                self.found.always(diagnostic.and(self.wanted.path.span));
            }
            Err(wrong) => {
                let diagnostic = Diagnostic::error("deck-prefix", at).with("typed", text);
                self.found.push(match wrong {
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
                self.found.push(Diagnostic::error("deck-price-missing", at));
                None
            }
            None => {
                self.found.push(Diagnostic::error("deck-price", at).with("typed", text));
                None
            }
        }
    }

    /// The place of a row's prices in bands.
    fn bands(&mut self, line: &SheetLine<'_>) -> Option<u32> {
        if self.bands.is_empty() {
            return Some(0);
        }
        let mut prices = Vec::with_capacity(self.bands.len());
        for column in self.bands.clone() {
            let text = line.text(Some(column));
            let price = amount(text);
            if price.is_none() {
                let at = line.place(Some(column));
                self.found.push(Diagnostic::error("deck-price", at).with("typed", text));
            }
            prices.push(price?);
        }
        if let Some(known) = self.by_prices.get(&prices) {
            return Some(*known);
        }
        let next = u32::try_from(self.band_prices.len()).unwrap_or(u32::MAX);
        self.band_prices.push(prices.clone());
        self.by_prices.insert(prices, next);
        Some(next)
    }

    fn connect(&mut self, line: &SheetLine<'_>) -> Option<Decimal> {
        let text = line.text(self.columns[CONNECT]);
        let connect = amount(text);
        if connect.is_none() {
            let at = line.place(self.columns[CONNECT]);
            self.found.push(Diagnostic::error("deck-price", at).with("typed", text));
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
            self.found.push(Diagnostic::error("deck-increment", at).with("typed", text));
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
            self.found.push(Diagnostic::error("deck-date", at).with("typed", text));
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
