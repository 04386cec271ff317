//! Where the keys of a TOML file stand, for remarks on what they say.

use super::Span;

/// Every key of a file with its place.
#[derive(Clone, Debug, Default)]
pub struct Places {
    tables: Vec<TablePlaces>,
}

/// One table: what it is called, where it stands, and its keys.
#[derive(Clone, Debug)]
pub(super) struct TablePlaces {
    /// Its key in the table above, such as `metering`.
    pub(super) called: &'static str,
    /// Where it stands.
    pub(super) at: Span,
    /// From the first byte of each key to the last of its value.
    pub(super) keys: Vec<(String, Span)>,
}

impl Places {
    pub(super) fn add(&mut self, table: TablePlaces) {
        self.tables.push(table);
    }

    /// Where a key of the table stands that begins at `at`, or in which a value stands there, such
    /// as a clause's name; `at` itself if there is no such key.
    #[must_use]
    pub fn of(&self, at: Span, key: &str) -> Span {
        self.beside(at, key).unwrap_or(at)
    }

    /// The same; `None` if there is no such key.
    #[must_use]
    pub fn beside(&self, at: Span, key: &str) -> Option<Span> {
        let holds = |table: &&TablePlaces| {
            table.at == at || table.keys.iter().any(|(_, key)| key.end == at.end)
        };
        self.tables.iter().find(holds).and_then(|table| table.key(key))
    }

    /// Where a key stands in the first table that is called so, or that table.
    #[must_use]
    pub fn in_table(&self, called: &str, key: &str) -> Option<Span> {
        let table = self.tables.iter().find(|table| table.called == called)?;
        Some(table.key(key).unwrap_or(table.at))
    }
}

impl TablePlaces {
    fn key(&self, key: &str) -> Option<Span> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, at)| *at)
    }
}
