//! What is wrong with a TOML file: its syntax, keys that are unknown or missing, kinds of values.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use super::{Cursor, span};
use crate::money::DecimalError;
use crate::source::value::{self, Wrong};
use crate::source::{Diagnostic, Diagnostics, FileId, Key, Kind, Need, Span, suggestion};

impl<'d> Cursor<'d> {
    pub(super) fn check(&self, found: &mut Diagnostics) {
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
        let table = matches!(key.kind, Kind::Table(_));
        let code =
            if table && self.section.name.is_empty() { "section-missing" } else { "key-missing" };
        let name = match key.kind {
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
pub(super) fn syntax(file: FileId, text: &str, message: &str, at: &Range<usize>) -> Diagnostic {
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
