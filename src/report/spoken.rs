//! Diagnostics and remarks in the words of one language, with the places they speak of.

use super::words::{filled, in_words};
use crate::checks::{Level, Part};
use crate::lint::{Remark, find};
use crate::money::Amount;
use crate::source::{Diagnostic, Severity, Span};
use crate::text::{Catalog, fill, numbered};

/// What is said, and where.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// How grave it is.
    pub level: Level,
    /// Stable code.
    pub code: &'static str,
    /// What it is called, if that is not what it says.
    pub title: Option<String>,
    /// What it says.
    pub says: String,
    /// Places, the first of which it is about unless there is none.
    pub places: Vec<Place>,
    /// What to do about it.
    pub help: String,
    /// What it costs on the papers given, if they tell.
    pub costs: Option<Amount>,
}

/// A place and what stands beside it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where.
    pub at: Span,
    /// It is what is spoken of, not what it is held against.
    pub primary: bool,
    /// Words beside it.
    pub label: String,
}

impl Spoken {
    /// A diagnostic.
    #[must_use]
    pub fn diagnostic(diagnostic: &Diagnostic, catalog: &Catalog) -> Self {
        let of = |part| worded(diagnostic, part, catalog);
        let primary = |at| Place { at, primary: true, label: of("label") };
        let mut places: Vec<Place> = diagnostic.primary.map(primary).into_iter().collect();
        places.extend(diagnostic.others.iter().map(|other| Place {
            at: other.span,
            primary: false,
            label: of(other.words),
        }));
        Self {
            level: match diagnostic.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
            },
            code: diagnostic.code,
            title: None,
            says: of("title"),
            places,
            help: of(diagnostic.help),
            costs: None,
        }
    }

    /// A remark of the contract linter.
    #[must_use]
    pub fn remark(remark: &Remark, catalog: &Catalog) -> Self {
        let language = catalog.language();
        let page = find(remark.code).map(crate::lint::Lint::page);
        let part = |part: Part| page.as_ref().map_or("", |page| page.part(part, language));
        let said = |text: &str| filled(text, &remark.facts, |fact| in_words(catalog, fact));
        let primary = Place { at: remark.at, primary: true, label: String::new() };
        let others = remark.others.iter();
        let others = others.map(|at| Place { at: *at, primary: false, label: String::new() });
        Self {
            level: remark.level,
            code: remark.code,
            title: page.as_ref().map(|page| page.title(language).to_owned()),
            says: said(part(Part::Says)),
            places: std::iter::once(primary).chain(others).collect(),
            help: numbered(&said(part(Part::Ask)), false),
            costs: remark.costs,
        }
    }
}

/// The wording of a part of a diagnostic, filled; empty if there is none.
fn worded(diagnostic: &Diagnostic, part: &str, catalog: &Catalog) -> String {
    let key = format!("diagnostic.{}.{part}", diagnostic.code);
    let Some(template) = catalog.find(&key) else { return String::new() };
    let language = catalog.language().word();
    let values: Vec<(&str, &str)> = diagnostic
        .values
        .iter()
        .filter_map(|(name, value)| {
            // `about.en` and `about.zh` are one placeholder, each in its language.
            let name = match name.rsplit_once('.') {
                Some((name, of)) if of == language => name,
                Some(_) => return None,
                None => name,
            };
            // `@kind.price` stands for a word of the catalogue.
            let word = value.strip_prefix('@').and_then(|key| catalog.find(key));
            Some((name, word.unwrap_or(value)))
        })
        .collect();
    fill(template, &values)
}
