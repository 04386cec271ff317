//! Walking a TOML file against its list of keys. The only user of the `toml` crate's tree.

use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::map::offset;
use super::value::{self, Wrong};
use crate::money::DecimalError;

use super::places::TablePlaces;
use super::{
    Diagnostic, Diagnostics, FileId, Key, Kind, Need, Places, Section, SourceMap, Span, suggestion,
};

/// A value and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// A TOML file that has been checked against a [`Section`].
#[derive(Debug)]
pub struct Document<'s> {
    file: FileId,
    root: DeTable<'s>,
    section: &'static Section,
    end: u32,
}

impl<'s> Document<'s> {
    /// Parses and checks a file: unknown keys, missing keys, kinds of values, all at once; or
    /// its syntax, if that is wrong.
    ///
    /// The document can be walked even if there were errors; wrong values read as absent.
    pub fn read(
        sources: &'s SourceMap,
        file: FileId,
        section: &'static Section,
    ) -> (Self, Diagnostics) {
        Self::of(sources.text(file), file, section)
    }

    /// The same, of the file's text: files may then be added while the document is walked.
    pub fn of(text: &'s str, file: FileId, section: &'static Section) -> (Self, Diagnostics) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut found = Diagnostics::default();
        let mut reached = 0;
        for error in &errors {
            let at = error.span().unwrap_or(text.len()..text.len());
            // What follows on the line is taken up in the middle of nothing.
            if at.start >= reached {
                found.push(syntax(file, text, error.message(), &at));
                let rest = text.get(at.start..).unwrap_or_default();
                reached = rest.find('\n').map_or(text.len(), |end| at.start + end);
            }
        }
        // What was read around a syntax error is a guess, and errors in it would mislead.
        let root = if errors.is_empty() { root.into_inner() } else { DeTable::new() };
        let document = Self { file, root, section, end: offset(text.len()) };
        if errors.is_empty() {
            document.root().check(&mut found);
        }
        (document, found)
    }

    /// The outermost table.
    #[must_use]
    pub fn root(&self) -> Cursor<'_> {
        let whole = Span { file: self.file, start: 0, end: self.end.min(1) };
        Cursor { file: self.file, table: &self.root, section: self.section, span: whole }
    }
}

/// One table of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'d> {
    file: FileId,
    table: &'d DeTable<'d>,
    section: &'static Section,
    span: Span,
}

impl<'d> Cursor<'d> {
    /// Where the table stands (its header, for `[table]` and `[[table]]`).
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The key of that name in the list that this table was checked against.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.section.key(name)
    }

    /// True if the key is there, whatever its value.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Where a key stands, or the table itself if the key is absent.
    #[must_use]
    pub fn place(&self, key: &str) -> Span {
        self.entry(key).map_or(self.span, |(name, _)| span(self.file, &name.span()))
    }

    /// A text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Field<String>> {
        self.read(key, |v| value::text(v).map(str::to_owned))
    }

    /// One text, or all of a list of texts, each with its own place.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<Field<String>> {
        self.items(key)
            .into_iter()
            .filter_map(|item| {
                let text = value::text(item.get_ref()).ok()?.to_owned();
                Some(Field { value: text, span: span(self.file, &item.span()) })
            })
            .collect()
    }

    /// A price or quantity.
    #[must_use]
    pub fn decimal(&self, key: &str) -> Option<Field<Decimal>> {
        self.read(key, value::decimal)
    }

    /// A sum of money, below zero too.
    #[must_use]
    pub fn money(&self, key: &str) -> Option<Field<Decimal>> {
        self.read(key, value::money)
    }

    /// A share: 0.09 for `"9%"`.
    #[must_use]
    pub fn percent(&self, key: &str) -> Option<Field<Decimal>> {
        self.read(key, value::percent)
    }

    /// A part of a whole: 0.35 for `0.35` and `"35%"`.
    #[must_use]
    pub fn part(&self, key: &str) -> Option<Field<Decimal>> {
        self.read(key, value::part)
    }

    /// Seconds.
    #[must_use]
    pub fn seconds(&self, key: &str) -> Option<Field<u32>> {
        self.read(key, value::seconds)
    }

    /// First and next increment, seconds.
    #[must_use]
    pub fn seconds_pair(&self, key: &str) -> Option<Field<(u32, u32)>> {
        self.read(key, value::seconds_pair)
    }

    /// A whole number; its range was checked.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<Field<u32>> {
        self.read(key, |v| value::count(v, 0, u32::MAX))
    }

    /// All of a list of whole numbers.
    #[must_use]
    pub fn counts(&self, key: &str) -> Vec<Field<u32>> {
        self.items(key)
            .into_iter()
            .filter_map(|item| {
                let number = value::count(item.get_ref(), 1, u32::MAX).ok()?;
                Some(Field { value: number, span: span(self.file, &item.span()) })
            })
            .collect()
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<Field<bool>> {
        self.read(key, value::flag)
    }

    /// A day.
    #[must_use]
    pub fn date(&self, key: &str) -> Option<Field<NaiveDate>> {
        self.read(key, value::date)
    }

    /// All days of a list.
    #[must_use]
    pub fn dates(&self, key: &str) -> Vec<Field<NaiveDate>> {
        self.items(key)
            .into_iter()
            .filter_map(|item| {
                let day = value::date(item.get_ref()).ok()?;
                Some(Field { value: day, span: span(self.file, &item.span()) })
            })
            .collect()
    }

    /// Spans of the day in seconds, half-open.
    #[must_use]
    pub fn hours(&self, key: &str) -> Vec<Field<(u32, u32)>> {
        self.texts(key)
            .into_iter()
            .filter_map(|text| {
                Some(Field { value: value::hours(&text.value).ok()?, span: text.span })
            })
            .collect()
    }

    /// One of the words of a [`Kind::Choice`], as listed there.
    #[must_use]
    pub fn choice(&self, key: &str) -> Option<Field<&'static str>> {
        let Kind::Choice(words) = self.section.key(key)?.kind else {
            return None;
        };
        let text = self.text(key)?;
        let word = words.iter().find(|word| **word == text.value)?;
        Some(Field { value: *word, span: text.span })
    }

    /// A table below.
    #[must_use]
    pub fn table(&self, key: &str) -> Option<Cursor<'d>> {
        let (Kind::Table(section) | Kind::TableOr(section, _)) = self.section.key(key)?.kind else {
            return None;
        };
        let (_, value) = self.entry(key)?;
        self.below(value, section)
    }

    /// All tables of a list of tables.
    #[must_use]
    pub fn tables(&self, key: &str) -> Vec<Cursor<'d>> {
        let Some(Kind::Tables(section)) = self.section.key(key).map(|key| key.kind) else {
            return Vec::new();
        };
        self.items(key).into_iter().filter_map(|item| self.below(item, section)).collect()
    }

    /// The user-named entries of a [`Kind::Words`] or [`Kind::Columns`] table, as text.
    #[must_use]
    pub fn words(&self, key: &str) -> Vec<(Field<String>, Field<String>)> {
        let Some((_, value)) = self.entry(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value.get_ref() else {
            return Vec::new();
        };
        table
            .iter()
            .filter_map(|(name, value)| {
                let text = match value.get_ref() {
                    DeValue::String(text) => text.to_string(),
                    DeValue::Integer(number) => number.as_str().to_owned(),
                    _ => return None,
                };
                let name = Field {
                    value: name.get_ref().to_string(),
                    span: span(self.file, &name.span()),
                };
                Some((name, Field { value: text, span: span(self.file, &value.span()) }))
            })
            .collect()
    }

    /// Where every key stands, in this table and all below it.
    #[must_use]
    pub fn places(&self) -> Places {
        let mut places = Places::default();
        self.collect_places("", &mut places);
        places
    }

    fn collect_places(&self, called: &'static str, places: &mut Places) {
        let whole = |(name, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
            let (name_at, value_at) = (name.span(), value.span());
            // What stands under a header of its own begins with that header.
            let end = if value_at.start < name_at.end { name_at.end } else { value_at.end };
            (name.get_ref().to_string(), span(self.file, &(name_at.start..end.max(name_at.end))))
        };
        let keys = self.table.iter().map(whole).collect();
        places.add(TablePlaces { called, at: self.span, keys });
        for key in self.section.keys {
            match key.kind {
                Kind::Table(_) | Kind::TableOr(..) => {
                    self.table(key.name).iter().for_each(|t| t.collect_places(key.name, places));
                }
                Kind::Tables(_) => {
                    self.tables(key.name).iter().for_each(|t| t.collect_places(key.name, places));
                }
                _ => {}
            }
        }
    }

    fn entry(&self, key: &str) -> Option<(&'d Spanned<DeString<'d>>, &'d Spanned<DeValue<'d>>)> {
        self.table.iter().find(|(name, _)| name.get_ref() == key)
    }

    fn read<T>(
        &self,
        key: &str,
        read: impl Fn(&DeValue<'_>) -> value::Read<T>,
    ) -> Option<Field<T>> {
        debug_assert!(self.section.key(key).is_some(), "`{key}` is not in the list of keys");
        let (_, value) = self.entry(key)?;
        let read = read(value.get_ref()).ok()?;
        Some(Field { value: read, span: span(self.file, &value.span()) })
    }

    /// The elements of a list, or the one value that stands where a list may.
    fn items(&self, key: &str) -> Vec<&'d Spanned<DeValue<'d>>> {
        match self.entry(key) {
            None => Vec::new(),
            Some((_, value)) => match value.get_ref() {
                DeValue::Array(list) => list.iter().collect(),
                _ => vec![value],
            },
        }
    }

    fn below(&self, value: &'d Spanned<DeValue<'d>>, section: &'static Section) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return None;
        };
        Some(Self { file: self.file, table, section, span: span(self.file, &value.span()) })
    }

    fn check(&self, found: &mut Diagnostics) {
        for (name, value) in self.table {
            match self.section.key(name.get_ref()) {
                Some(key) => self.check_value(key, value, found),
                None => found.push(self.unknown(name)),
            }
        }
        for key in self.section.keys {
            if matches!(key.need, Need::Required) && !self.has(key.name) {
                found.push(self.missing(key));
            }
        }
    }

    fn missing(&self, key: &Key) -> Diagnostic {
        // Tables stand anywhere in a file, other keys of the root at its beginning.
        let tables = matches!(key.kind, Kind::Table(_) | Kind::Tables(_));
        let code =
            if tables && self.section.name.is_empty() { "section-missing" } else { "key-missing" };
        let name = match key.kind {
            Kind::Tables(_) if code == "section-missing" => format!("[[{}]]", key.name),
            Kind::Table(_) if code == "section-missing" => format!("[{}]", key.name),
            _ => key.name.to_owned(),
        };
        let diagnostic = Diagnostic::error(code, self.span)
            .with("key", name)
            .with("section", self.section.name)
            .with("about.en", key.about[0])
            .with("about.zh", key.about[1]);
        match key.kind {
            Kind::Choice(words) => {
                diagnostic.with("words", words.join(", ")).helped_by("help-words")
            }
            _ => diagnostic,
        }
    }

    fn unknown(&self, name: &Spanned<DeString<'_>>) -> Diagnostic {
        let known = self.section.keys.iter().map(|key| key.name);
        Diagnostic::error("key-unknown", span(self.file, &name.span()))
            .with("key", name.get_ref())
            .with("section", self.section.name)
            .meaning(suggestion(name.get_ref(), known.clone()))
            .with("known", known.collect::<Vec<_>>().join(", "))
    }

    fn check_value(&self, key: &Key, value: &'d Spanned<DeValue<'d>>, found: &mut Diagnostics) {
        match key.kind {
            Kind::Table(section) => match self.below(value, section) {
                Some(table) => table.check(found),
                None => found.push(self.wrong(key, value, Wrong::Kind("table"))),
            },
            Kind::TableOr(section, word) => match self.below(value, section) {
                Some(table) => table.check(found),
                None if value.get_ref().as_str() == Some(word) => {}
                None => found.push(self.wrong(key, value, Wrong::Kind("table-or-none"))),
            },
            Kind::Tables(section) => {
                let DeValue::Array(list) = value.get_ref() else {
                    found.push(self.wrong(key, value, Wrong::Kind("tables")));
                    return;
                };
                self.check_filled(key, value, found);
                for item in list.iter() {
                    match self.below(item, section) {
                        Some(table) => table.check(found),
                        None => found.push(self.wrong(key, item, Wrong::Kind("table"))),
                    }
                }
            }
            Kind::Words(words) => {
                let DeValue::Table(table) = value.get_ref() else {
                    found.push(self.wrong(key, value, Wrong::Kind("table")));
                    return;
                };
                for (name, item) in table {
                    if let Err(wrong) = value::word(item.get_ref(), words) {
                        found.push(wrong_value(name.get_ref(), key, self.file, item, wrong));
                    }
                }
            }
            Kind::Columns => match value.get_ref() {
                DeValue::Table(table) => {
                    for (name, item) in table {
                        let column =
                            matches!(item.get_ref(), DeValue::String(_) | DeValue::Integer(_));
                        if !column {
                            let wrong = Wrong::Kind("column");
                            found.push(wrong_value(name.get_ref(), key, self.file, item, wrong));
                        }
                    }
                }
                _ => found.push(self.wrong(key, value, Wrong::Kind("table"))),
            },
            Kind::Texts => self.check_each(key, value, found, |v| value::text(v).map(drop)),
            Kind::Hours => self
                .check_each(key, value, found, |v| value::text(v).and_then(value::hours).map(drop)),
            Kind::Dates => self.check_each(key, value, found, |v| value::date(v).map(drop)),
            Kind::Counts => {
                self.check_each(key, value, found, |v| value::count(v, 1, u32::MAX).map(drop));
            }
            scalar => {
                if let Err(wrong) = check_scalar(scalar, value.get_ref()) {
                    found.push(self.wrong(key, value, wrong));
                }
            }
        }
    }

    /// An empty list says nothing, and might be taken to mean none or all. Only a list of days
    /// may be empty: a year without one.
    fn check_filled(&self, key: &Key, value: &Spanned<DeValue<'_>>, found: &mut Diagnostics) {
        let empty = value.get_ref().as_array().is_some_and(|list| list.is_empty());
        if empty && !matches!(key.kind, Kind::Dates) {
            let at = span(self.file, &value.span());
            let required = matches!(key.need, Need::Required);
            found.push(
                Diagnostic::error("list-empty", at).with("key", key.name).helped_by(if required {
                    "help-required"
                } else {
                    "help"
                }),
            );
        }
    }

    fn check_each(
        &self,
        key: &Key,
        value: &Spanned<DeValue<'d>>,
        found: &mut Diagnostics,
        check: impl Fn(&DeValue<'_>) -> value::Read<()>,
    ) {
        self.check_filled(key, value, found);
        let one = std::slice::from_ref(value);
        let items: &[Spanned<DeValue<'_>>] = match value.get_ref() {
            DeValue::Array(list) => list,
            _ => one,
        };
        for item in items {
            if let Err(wrong) = check(item.get_ref()) {
                found.push(self.wrong(key, item, wrong));
            }
        }
    }

    fn wrong(&self, key: &Key, value: &Spanned<DeValue<'_>>, wrong: Wrong) -> Diagnostic {
        wrong_value(key.name, key, self.file, value, wrong).with("section", self.section.name)
    }
}

/// What is wrong with the value of a key; `name` is what stands in the file, which the user may
/// have named.
fn wrong_value(
    name: &str,
    key: &Key,
    file: FileId,
    value: &Spanned<DeValue<'_>>,
    wrong: Wrong,
) -> Diagnostic {
    let at = span(file, &value.span());
    let diagnostic = match wrong {
        Wrong::Kind(expected) => wrong_kind(key, value.get_ref(), expected, at),
        Wrong::Number(why) => Diagnostic::error("value-number", at).with(
            "why",
            match why {
                DecimalError::TooPrecise => "@number.too-precise",
                _ => "@number.out-of-range",
            },
        ),
        Wrong::Negative => {
            let price = !matches!(key.kind, Kind::Quantity);
            let help = if price { "help" } else { "help-quantity" };
            Diagnostic::error("value-negative", at).helped_by(help)
        }
        Wrong::Length(why) => {
            Diagnostic::error("value-unit", at).with("why", format!("@length.{why}"))
        }
        Wrong::Share(why) => {
            Diagnostic::error("value-share", at).with("why", format!("@share.{why}"))
        }
        Wrong::Day => Diagnostic::error("value-day", at),
        Wrong::Hour => Diagnostic::error("value-hour", at),
        Wrong::Word(words) => {
            let typed = value.get_ref().as_str().unwrap_or_default();
            Diagnostic::error("value-word", at)
                .with("words", words.join(", "))
                .with("typed", typed)
                .meaning(suggestion(typed, words.iter().copied()))
        }
        Wrong::Range(least, most) => {
            Diagnostic::error("value-range", at).with("least", least).with("most", most)
        }
    };
    diagnostic.with("key", name)
}

/// A value of another kind than its key's, with what to write instead.
fn wrong_kind(key: &Key, value: &DeValue<'_>, expected: &str, at: Span) -> Diagnostic {
    let found = match value {
        DeValue::String(text) if text.trim().is_empty() => "empty",
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) if expected == "price" => {
            "no-decimal"
        }
        other => other.type_str(),
    };
    let keys = match key.kind {
        Kind::Table(section) | Kind::TableOr(section, _) | Kind::Tables(section) => section.keys,
        _ => &[],
    };
    let keys: Vec<&str> = keys.iter().map(|key| key.name).collect();
    let words: &[&str] = match key.kind {
        Kind::Choice(words) | Kind::Words(words) => words,
        _ => &[],
    };
    let help = match expected {
        "text" => "help-text",
        "price" => "help-price",
        "count" => "help-count",
        "flag" => "help-flag",
        "date" => "help-date",
        "seconds-pair" => "help-seconds-pair",
        "word" => "help-word",
        "column" => "help-column",
        // `[[metering]]`, and `[call]`.
        "table" if value.is_array() => "help-single",
        "tables" if value.is_table() => "help-double",
        _ => "help",
    };
    Diagnostic::error("value-kind", at)
        .with("expected", format!("@kind.{expected}"))
        .with("found", format!("@found.{found}"))
        .with("keys", keys.join(", "))
        .with("words", words.join(", "))
        .helped_by(help)
}

/// A syntax error. Full-width punctuation, which Chinese input methods write, is named.
fn syntax(file: FileId, text: &str, message: &str, at: &Range<usize>) -> Diagnostic {
    // The commonest of the parser's messages, by how they begin, have words of our own.
    const MESSAGES: [(&str, &str); 14] = [
        ("duplicate key", "@toml.twice"),
        ("string values must be quoted", "@toml.quotes"),
        ("missing opening quote", "@toml.quotes"),
        ("missing comma", "@toml.comma"),
        ("extra comma", "@toml.extra-comma"),
        ("invalid float", "@toml.number"),
        ("invalid integer", "@toml.number"),
        ("unexpected leading zero", "@toml.zero"),
        ("invalid date", "@toml.date"),
        ("invalid unquoted key", "@toml.key"),
        ("key with no value", "@toml.value"),
        ("missing value", "@toml.value"),
        ("unclosed", "@toml.bracket"),
        ("invalid basic string", "@toml.closing-quote"),
    ];
    let words = MESSAGES.iter().find(|(start, _)| message.starts_with(start));
    let message = words.map_or(message, |(_, words)| words);
    let around = text.get(at.start..).unwrap_or_default();
    let width = at.len().max(1);
    let wide = around
        .char_indices()
        .take_while(|(place, c)| *place < width && *c != '\n')
        .any(|(_, c)| matches!(c, '“' | '”' | '‘' | '’' | '、' | '。' | '\u{3000}' | '！'..='～'));
    Diagnostic::error("toml-syntax", span(file, at)).with("message", message).helped_by(if wide {
        "help-wide"
    } else {
        "help"
    })
}

/// All texts of a TOML file by dotted key: for the embedded word lists.
#[must_use]
pub fn flat_texts(text: &str) -> Vec<(String, String)> {
    fn walk(path: &str, table: &DeTable<'_>, texts: &mut Vec<(String, String)>) {
        for (name, value) in table {
            let dot = if path.is_empty() { "" } else { "." };
            let key = format!("{path}{dot}{}", name.get_ref());
            match value.get_ref() {
                DeValue::String(text) => texts.push((key, text.to_string())),
                DeValue::Table(below) => walk(&key, below, texts),
                _ => debug_assert!(false, "`{key}` is not a text"),
            }
        }
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    debug_assert!(errors.is_empty(), "{errors:?}");
    let mut texts = Vec::new();
    walk("", table.get_ref(), &mut texts);
    texts
}

fn check_scalar(kind: Kind, value: &DeValue<'_>) -> value::Read<()> {
    match kind {
        Kind::Text => value::text(value).map(drop),
        Kind::Price | Kind::Quantity => value::decimal(value).map(drop),
        Kind::Money => value::money(value).map(drop),
        Kind::Percent => value::percent(value).map(drop),
        Kind::Part => value::part(value).map(drop),
        Kind::Seconds => value::seconds(value).map(drop),
        Kind::SecondsPair => value::seconds_pair(value).map(drop),
        Kind::Count(least, most) => value::count(value, least, most).map(drop),
        Kind::Flag => value::flag(value).map(drop),
        Kind::Date => value::date(value).map(drop),
        Kind::Choice(words) => value::word(value, words),
        _ => Ok(()),
    }
}

fn span(file: FileId, range: &Range<usize>) -> Span {
    Span { file, start: offset(range.start), end: offset(range.end) }
}
