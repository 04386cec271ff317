//! Finding the records of a JSON document: one a line, one after the other, or in arrays within.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

use super::json_text::{Scanner, Value};
use super::limit::{COLUMNS, too_much};

/// Where the records of a document are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Records {
    /// One on each line.
    Lines,
    /// The document, or the documents one after the other, are records.
    Roots,
    /// Elements of the array under this path of keys, joined by dots; empty for the root.
    Array(String),
}

/// A table within a document.
pub(super) struct Found {
    /// Where.
    pub records: Records,
    /// All keys, nested ones behind a dot.
    pub(super) keys: Keys,
    /// The records are arrays: rows of values without names.
    pub rows: bool,
}

impl Found {
    /// The path of keys that leads to it.
    pub fn name(&self) -> &str {
        match &self.records {
            Records::Array(path) => path,
            Records::Lines | Records::Roots => "",
        }
    }
}

#[derive(Default)]
pub(super) struct Keys {
    pub(super) places: HashMap<String, usize>,
    pub(super) names: Vec<String>,
}

impl Keys {
    fn place(&mut self, name: &str) -> io::Result<usize> {
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
        }
        let place = self.names.len();
        if place >= COLUMNS {
            return Err(too_much("columns", u64::try_from(COLUMNS).unwrap_or(0)));
        }
        self.places.insert(name.to_owned(), place);
        self.names.push(name.to_owned());
        Ok(place)
    }
}

/// Finds the tables of a document, reading it once. `head` are its first characters.
pub(super) fn find(stream: impl Read, head: &str) -> io::Result<Vec<Found>> {
    if is_lines(head) {
        let mut keys = Keys::default();
        each_line(stream, |line| {
            if let Some(record) = one(line) {
                flat(&record, "", &mut |key, _| keys.place(key).map(|_| ()))?;
            }
            Ok(())
        })?;
        return Ok(vec![Found { records: Records::Lines, keys, rows: false }]);
    }
    let mut finding = Finding::default();
    let mut scanner = Scanner::new(BufReader::with_capacity(1 << 16, stream));
    while scanner.more()? {
        finding.roots += 1;
        finding.look(&mut scanner, "")?;
    }
    Ok(finding.finish())
}

/// True if the first line is one whole object, and another begins the next.
fn is_lines(head: &str) -> bool {
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches('\u{feff}');
    matches!(one(first.as_bytes()), Some(Value::Object(_)))
        && lines.next().is_some_and(|second| second.starts_with('{'))
}

/// The one value that a line holds.
pub(super) fn one(line: &[u8]) -> Option<Value> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let mut scanner = Scanner::new(line);
    let value = scanner.value().ok()?;
    (!scanner.more().ok()?).then_some(value)
}

/// Calls `see` with each line. One that is too long is cut short.
pub(super) fn each_line(
    stream: impl Read,
    mut see: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let longest = super::LONGEST_LINE;
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = u64::try_from(longest).unwrap_or(u64::MAX);
        if reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() == longest && line.last() != Some(&b'\n') {
            line.truncate(super::EXCERPT);
            skip_line(&mut reader)?;
        }
        see(&line)?;
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (used, ended) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if ended {
            return Ok(());
        }
    }
}

/// Calls `see` with each value of a record that is not an object, under the keys that lead to it.
pub(super) fn flat(
    value: &Value,
    path: &str,
    see: &mut dyn FnMut(&str, &Value) -> io::Result<()>,
) -> io::Result<()> {
    let Value::Object(members) = value else {
        return see(if path.is_empty() { "value" } else { path }, value);
    };
    for (key, value) in members {
        match value {
            Value::Object(_) => flat(value, &joined(path, key), see)?,
            _ if path.is_empty() => see(key, value)?,
            _ => see(&joined(path, key), value)?,
        }
    }
    Ok(())
}

pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Looking for the records of a document.
#[derive(Default)]
struct Finding {
    roots: u64,
    /// Keys of the roots, without what is in arrays of records.
    own: Keys,
    /// Arrays of objects or of arrays, by their paths, in the order in which they come.
    arrays: Vec<(String, Keys, bool)>,
}

impl Finding {
    fn look<R: BufRead>(&mut self, scanner: &mut Scanner<R>, path: &str) -> io::Result<()> {
        if scanner.opens(b'[')? {
            let mut place = None;
            let mut plain = Vec::new();
            while scanner.element()? {
                let value = scanner.value()?;
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        let rows = matches!(value, Value::Array(_));
                        let place = *place.get_or_insert_with(|| self.array(path, rows));
                        let (_, keys, _) = &mut self.arrays[place];
                        if !rows {
                            flat(&value, "", &mut |key, _| keys.place(key).map(|_| ()))?;
                        }
                    }
                    plain_value if plain.len() < 64 => plain.push(plain_value),
                    _ => {}
                }
            }
            if place.is_none() && !path.is_empty() {
                self.own.place(path)?;
            }
            return Ok(());
        }
        if !scanner.opens(b'{')? {
            scanner.skip()?;
            self.own.place(if path.is_empty() { "value" } else { path })?;
            return Ok(());
        }
        while let Some(key) = scanner.key()? {
            self.look(scanner, &joined(path, &key))?;
        }
        Ok(())
    }

    /// The array under a path: of several documents, the same one.
    fn array(&mut self, path: &str, rows: bool) -> usize {
        let same = self.arrays.iter().position(|(other, _, _)| other == path);
        same.unwrap_or_else(|| {
            self.arrays.push((path.to_owned(), Keys::default(), rows));
            self.arrays.len() - 1
        })
    }

    /// One document is a wrapper around its arrays of records, if it has any. Of many, each is a
    /// record, unless little more than such an array is in them: they are pages.
    fn finish(mut self) -> Vec<Found> {
        let is_wrapper = self.roots == 1 || self.own.names.len() < 4;
        if !self.arrays.is_empty() && is_wrapper {
            let found = |(path, keys, rows)| Found { records: Records::Array(path), keys, rows };
            return self.arrays.into_iter().map(found).collect();
        }
        for (path, _, _) in self.arrays {
            // They are columns of the records; there is room, or the keys would not have fitted.
            let _ = self.own.place(&path);
        }
        vec![Found { records: Records::Roots, keys: self.own, rows: false }]
    }
}
