//! Clauses refer to zones, periods and each other by name.

use super::ids::{ClauseId, PeriodId, ZoneId};
use super::parser::Parser;
use crate::source::{Cursor, Diagnostic, Field, suggestion};

/// The words that may stand in `covers` and `on` besides clause names.
pub static CLAUSE_KINDS: &[&str] =
    &["call", "package", "seat", "recurring", "usage", "surcharge", "one_time"];

impl Parser {
    /// The number of the clause that is read next.
    pub(super) fn next_id(&self) -> ClauseId {
        id_of(self.clauses.len())
    }

    /// Names first, so that clauses may refer to zones and periods written below them.
    pub(super) fn zone_names(&mut self, root: &Cursor<'_>) {
        let names = |key: &str| -> Vec<Field<String>> {
            // A nameless entry keeps its number; its missing name has been reported.
            root.tables(key)
                .iter()
                .map(|table| {
                    let unnamed = Field { value: String::new(), span: table.span() };
                    table.text("name").unwrap_or(unnamed)
                })
                .collect()
        };
        self.zones = names("zone");
        self.periods = names("period");
        for names in [&self.zones, &self.periods] {
            for (index, name) in names.iter().enumerate() {
                let first = names[..index].iter().find(|other| other.value == name.value);
                if let (Some(first), false) = (first, name.value.is_empty()) {
                    self.found.push(
                        Diagnostic::error("name-twice", name.span)
                            .and(first.span)
                            .with("name", &name.value),
                    );
                }
            }
        }
    }

    /// Resolves names to their numbers; unknown ones are reported with a suggestion.
    fn resolve(&mut self, typed: &[Field<String>], what: &'static str) -> Vec<usize> {
        let known = if what == "zone" { &self.zones } else { &self.periods };
        let mut numbers = Vec::new();
        for name in typed {
            let number = known.iter().position(|known| known.value == name.value);
            match number {
                Some(number) => numbers.push(number),
                None => {
                    let words: Vec<&str> = known.iter().map(|known| known.value.as_str()).collect();
                    let none = if known.is_empty() { "help-none" } else { "help" };
                    self.found.push(
                        Diagnostic::error("name-unknown", name.span)
                            .with("what", format!("@what.{what}"))
                            .with("table", format!("[[{what}]]"))
                            .with("typed", &name.value)
                            .with("known", words.join(", "))
                            .helped_by(none)
                            .meaning(suggestion(&name.value, words.iter().copied())),
                    );
                }
            }
        }
        numbers
    }

    pub(super) fn zone_ids(&mut self, table: &Cursor<'_>, key: &str) -> Vec<ZoneId> {
        let typed = table.texts(key);
        self.resolve(&typed, "zone").into_iter().map(zone_id).collect()
    }

    pub(super) fn period_ids(&mut self, table: &Cursor<'_>) -> Vec<PeriodId> {
        let typed = table.texts("period");
        self.resolve(&typed, "period").into_iter().map(period_id).collect()
    }

    /// The clauses that included seats or messages come off: named by `of`, or the only one.
    pub(super) fn included_clauses(
        &mut self,
        included: &Cursor<'_>,
        kind: &'static str,
    ) -> Vec<ClauseId> {
        let clauses = std::mem::take(&mut self.clauses);
        let of = self.included_among(included, kind, &clauses);
        self.clauses = clauses;
        of
    }

    /// Clauses meant by kinds and names in `covers` or `on`; `code` is raised if there is none.
    pub(super) fn clause_list(
        &mut self,
        table: &Cursor<'_>,
        key: &str,
        code: &'static str,
    ) -> Vec<ClauseId> {
        let clauses = std::mem::take(&mut self.clauses);
        let list = self.list_among(table, key, &clauses, code);
        self.clauses = clauses;
        list
    }

    /// The same without a word about what is wrong with the list.
    pub(super) fn meant(&self, table: &Cursor<'_>, key: &str) -> Vec<ClauseId> {
        let words = table.texts(key);
        words.iter().flat_map(|word| meant_by(&word.value, &self.clauses)).collect()
    }

    fn included_among(
        &mut self,
        included: &Cursor<'_>,
        kind: &'static str,
        clauses: &[(&'static str, String)],
    ) -> Vec<ClauseId> {
        let candidates: Vec<(ClauseId, &str)> = clauses
            .iter()
            .enumerate()
            .filter(|(_, (of, _))| *of == kind)
            .map(|(index, (_, name))| (id_of(index), name.as_str()))
            .collect();
        let named = included.texts("of");
        if !named.is_empty() {
            let mut found = Vec::new();
            for of in &named {
                match candidates.iter().find(|(_, name)| *name == of.value) {
                    Some((id, _)) => found.push(*id),
                    None => self.unknown_clause(of, candidates.iter().map(|c| c.1), "help"),
                }
            }
            // Seats are counted by the cycle: nothing tells which of two clauses comes first.
            if let (true, Some(second)) = (kind == "seat", named.get(1)) {
                self.found.push(Diagnostic::error("includes-seats-shared", second.span));
            }
            return found;
        }
        match candidates.as_slice() {
            [(id, _)] => vec![*id],
            _ if self.refused.iter().any(|(refused, _)| *refused == kind) => Vec::new(),
            [] => {
                self.found
                    .push(Diagnostic::error("includes-none", included.span()).with("kind", kind));
                Vec::new()
            }
            [(_, first), ..] => {
                let names: Vec<&str> = candidates.iter().map(|(_, name)| *name).collect();
                self.found.push(
                    Diagnostic::error("includes-of", included.span())
                        .with("kind", kind)
                        .with("count", candidates.len())
                        .with("first", first)
                        .with("known", names.join(", ")),
                );
                Vec::new()
            }
        }
    }

    fn list_among(
        &mut self,
        table: &Cursor<'_>,
        key: &str,
        clauses: &[(&'static str, String)],
        code: &'static str,
    ) -> Vec<ClauseId> {
        let mut list: Vec<ClauseId> = Vec::new();
        let words = table.texts(key);
        let all_kinds = words.iter().all(|word| CLAUSE_KINDS.contains(&word.value.as_str()));
        for word in &words {
            let is_kind = CLAUSE_KINDS.contains(&word.value.as_str());
            let before = list.len();
            list.extend(meant_by(&word.value, clauses));
            if list.len() == before && !is_kind {
                let names = clauses.iter().map(|(_, name)| name.as_str());
                self.unknown_clause(word, names, "help-kinds");
            }
        }
        // A name that is none has been reported.
        if let (true, true, true, Some(word)) =
            (list.is_empty(), all_kinds, self.refused.is_empty(), words.first())
        {
            let mut kinds: Vec<&str> = clauses.iter().map(|(kind, _)| *kind).collect();
            kinds.dedup();
            self.found.push(
                Diagnostic::error(code, word.span)
                    .with("typed", &word.value)
                    .with("known", kinds.join(", ")),
            );
        }
        list.sort_unstable();
        list.dedup();
        list
    }

    fn unknown_clause<'c>(
        &mut self,
        typed: &Field<String>,
        known: impl Iterator<Item = &'c str> + Clone,
        help: &'static str,
    ) {
        if self.refused.iter().any(|(_, name)| *name == typed.value) {
            return;
        }
        self.found.push(
            Diagnostic::error("name-unknown", typed.span)
                .with("what", "@what.clause")
                .with("typed", &typed.value)
                .with("known", known.clone().collect::<Vec<_>>().join(", "))
                .with("kinds", CLAUSE_KINDS.join(", "))
                .helped_by(help)
                .meaning(suggestion(&typed.value, known)),
        );
    }
}

pub(super) fn id_of(index: usize) -> ClauseId {
    ClauseId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// The id of the zone at a place.
pub(super) fn zone_id(place: usize) -> ZoneId {
    ZoneId(u32::try_from(place).unwrap_or(u32::MAX))
}

/// The id of the part of the week at a place; of more than ids have room for the contract is
/// refused.
pub(super) fn period_id(place: usize) -> PeriodId {
    PeriodId(u16::try_from(place).unwrap_or(u16::MAX))
}

/// The clauses of a kind, or of a name.
fn meant_by(word: &str, clauses: &[(&'static str, String)]) -> impl Iterator<Item = ClauseId> {
    let is_kind = CLAUSE_KINDS.contains(&word);
    let meant = move |kind: &str, name: &str| if is_kind { kind == word } else { name == word };
    let found = clauses.iter().enumerate().filter(move |(_, (kind, name))| meant(kind, name));
    found.map(|(index, _)| id_of(index))
}
