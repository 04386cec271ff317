//! Walking a TOML file against its list of keys. The only user of the `toml` crate's tree.

mod check;

use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::map::offset;
use super::places::TablePlaces;
use super::value;
use super::{Diagnostics, FileId, Key, Kind, Places, Section, SourceMap, Span};
use check::syntax;
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

/// The keys and tables that a TOML file begins lines with, as far as it can be read: what tells
/// which kind of file it is.
#[must_use]
pub fn top_keys(text: &str) -> Vec<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    table.get_ref().iter().map(|(name, _)| name.get_ref().to_string()).collect()
}

fn span(file: FileId, range: &Range<usize>) -> Span {
    Span { file, start: offset(range.start), end: offset(range.end) }
}
