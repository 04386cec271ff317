//! The dialects that are built in: what each is, and which of its columns is talked, billed and charged.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::estimated::{Listing, Value};
use crate::cdr::{ColumnName, Dialect, Field, Source};
use crate::text::Catalog;

/// Number of the schema; it changes when a key changes its meaning or goes away.
const DIALECTS_SCHEMA: u32 = 1;

/// Dialects.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DialectsDocument {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// In the order in which they are tried; `generic` stands for all files with usual headers.
    dialects: Vec<DialectPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DialectPart {
    /// For `--dialect`.
    name: String,
    /// What writes it.
    about: String,
    /// `yes`, `no`, or `either`: files of it have a header line.
    header: &'static str,
    /// `provider` or `own`; nothing if its columns decide.
    whose: Option<&'static str>,
    /// The zone of its times, if it has one.
    zone: Option<String>,
    /// What tells how long was talked: headers, of which case, blanks and the like do not count, or
    /// places as `#14`; the surest first. Nothing if the usual headers tell.
    talk: Vec<String>,
    /// What tells how long was billed.
    billed: Vec<String>,
    /// What tells what was charged.
    charge: Vec<String>,
    /// What its user should know.
    remark: Option<String>,
    /// Why it is refused: it holds no calls.
    refused: Option<String>,
}

impl DialectsDocument {
    /// The document of dialects.
    #[must_use]
    pub fn new(dialects: &[Dialect], catalog: &Catalog) -> Self {
        Self {
            schema: DIALECTS_SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            dialects: dialects.iter().map(|dialect| part(dialect, catalog)).collect(),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

fn part(dialect: &Dialect, catalog: &Catalog) -> DialectPart {
    let said = |[en, zh]: &[String; 2]| catalog.language().of([en, zh]).clone();
    DialectPart {
        name: dialect.name.clone(),
        about: dialect.about.clone(),
        header: match (dialect.header, dialect.headless) {
            (true, false) => "yes",
            (false, _) => "no",
            (true, true) => "either",
        },
        whose: dialect.source.map(|source| match source {
            Source::Provider => "provider",
            Source::Own => "own",
        }),
        zone: dialect.zone.map(|zone| zone.to_string()),
        talk: names(dialect, Field::Talk),
        billed: names(dialect, Field::Billed),
        charge: names(dialect, Field::Charge),
        remark: dialect.remark.as_ref().map(said),
        refused: dialect.refuse.as_ref().map(said),
    }
}

/// What a dialect calls the column of a field.
fn names(dialect: &Dialect, field: Field) -> Vec<String> {
    let own = dialect.columns.iter().filter(|(of, _)| *of == field);
    let own: Vec<String> = own
        .map(|(_, name)| match name {
            ColumnName::Header(header) => header.clone(),
            ColumnName::Place(place) => format!("#{}", place + 1),
        })
        .collect();
    let mut names =
        if own.is_empty() { dialect.aliases.get(&field).cloned().unwrap_or_default() } else { own };
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// The same as a table: of several headers the surest.
#[must_use]
pub fn dialects_listing(dialects: &[Dialect], catalog: &Catalog) -> Listing {
    let row = |dialect: &Dialect| {
        let part = part(dialect, catalog);
        let surest = |names: &[String]| Value::Text(names.first().cloned().unwrap_or_default());
        vec![
            Value::Text(part.name.clone()),
            Value::Text(part.about.clone()),
            surest(&part.talk),
            surest(&part.billed),
            surest(&part.charge),
        ]
    };
    Listing {
        id: "dialects",
        columns: vec!["dialect", "about", "talk", "billed", "charge"],
        rows: dialects.iter().map(row).collect(),
    }
}

/// The same for people: its name, what it is, and its columns.
#[must_use]
pub fn dialects_told(dialects: &[Dialect], catalog: &Catalog) -> Vec<[String; 3]> {
    let told = |dialect: &Dialect| {
        let part = part(dialect, catalog);
        let fields = [("talk", &part.talk), ("billed", &part.billed), ("charge", &part.charge)];
        let column = |(field, names): (&str, &Vec<String>)| {
            let key = format!("field.{field}");
            Some(format!("{} = {}", catalog.get(&key), names.first()?))
        };
        let columns = match &part.refused {
            Some(_) => catalog.get("dialects-refused").to_owned(),
            None => fields.into_iter().filter_map(column).collect::<Vec<_>>().join(", "),
        };
        [part.name, part.about, columns]
    };
    dialects.iter().map(told).collect()
}
