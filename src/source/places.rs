//! Where the keys of a TOML file stand, for whoever shows what a figure rests on.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::map::offset;
use super::{FileId, SourceMap, Span};

/// Every key of a file with its place, by dotted path: `metering.increment`, `call[1].price`.
#[derive(Debug, Default)]
pub struct Places {
    list: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    path: String,
    key: Span,
    value: Span,
    is_table: bool,
}

impl Places {
    /// The places of a file; none if it is not valid TOML.
    #[must_use]
    pub fn new(sources: &SourceMap, file: FileId) -> Self {
        let (table, errors) = DeTable::parse_recoverable(sources.text(file));
        let mut places = Self::default();
        if errors.is_empty() {
            places.walk(file, "", table.get_ref());
        }
        places
    }

    fn walk(&mut self, file: FileId, path: &str, table: &DeTable<'_>) {
        let span = |range: std::ops::Range<usize>| Span {
            file,
            start: offset(range.start),
            end: offset(range.end),
        };
        for (name, value) in table {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}", name.get_ref());
            let mut add = |path: &str, value: &Spanned<DeValue<'_>>| {
                self.list.push(Entry {
                    path: path.to_owned(),
                    key: span(name.span()),
                    value: span(value.span()),
                    is_table: matches!(value.get_ref(), DeValue::Table(_)),
                });
            };
            add(&path, value);
            match value.get_ref() {
                DeValue::Table(below) => self.walk(file, &path, below),
                DeValue::Array(list) => {
                    for (index, item) in list.iter().enumerate() {
                        let path = format!("{path}[{index}]");
                        if let DeValue::Table(below) = item.get_ref() {
                            self.list.push(Entry {
                                path: path.clone(),
                                key: span(item.span()),
                                value: span(item.span()),
                                is_table: true,
                            });
                            self.walk(file, &path, below);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Where a key stands, by its path.
    #[must_use]
    pub fn key(&self, path: &str) -> Option<Span> {
        self.list.iter().find(|entry| entry.path == path).map(|entry| entry.key)
    }

    /// Where a key stands in the table that a clause is: `at` is the clause's name, or the table
    /// itself.
    #[must_use]
    pub fn beside(&self, at: Span, key: &str) -> Option<Span> {
        let known = self.list.iter().find(|entry| entry.value == at)?;
        let table = if known.is_table {
            known.path.as_str()
        } else {
            known.path.rsplit_once('.').map_or("", |(table, _)| table)
        };
        let dot = if table.is_empty() { "" } else { "." };
        self.key(&format!("{table}{dot}{key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_path_and_beside_a_name() {
        let text = "[metering]\nincrement = [\"6s\", \"6s\"]\n\n[[call]]\nname = \"a\"\nprice = 1\n\n\
                    [[call]]\nname = \"b\"\nprice = 2\nfree = { seconds = 3 }\n";
        let mut sources = SourceMap::default();
        let file = sources.add("c.toml", text);
        let places = Places::new(&sources, file);
        let line = |span: Option<Span>| span.map(|span| sources.line_column(span));
        assert_eq!(line(places.key("metering.increment")), Some((2, 1)));
        assert_eq!(line(places.key("call[0].price")), Some((6, 1)));
        assert_eq!(line(places.key("call[1].free.seconds")), Some((11, 10)));
        assert_eq!(line(places.key("call[2].price")), None);
        let start = u32::try_from(text.find("\"b\"").expect("there")).expect("small");
        let name = Span { file, start, end: start + 3 };
        assert_eq!(line(places.beside(name, "price")), Some((10, 1)));
        assert_eq!(line(places.beside(name, "free.seconds")), Some((11, 10)));
        assert_eq!(line(places.beside(name, "increment")), None);
    }
}
