//! JSON: records as objects, one a line, one after the other, or in an array somewhere within. They
//! become a table whose columns are all the keys there are, in the order in which they first come.
//!
//! Numbers stay the text that they are; only an exponent is worked out, on the digits.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

use super::json_text::{Scanner, Value};
use super::limit::{COLUMNS, too_much};
use super::serial::expanded;
use super::table::Table;

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
    keys: Keys,
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
struct Keys {
    places: HashMap<String, usize>,
    names: Vec<String>,
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

/// True if the first characters of a text can only be JSON, and not TOML or CSV.
pub(super) fn is_json(head: &str) -> bool {
    let mut marks = head.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}');
    match (marks.next(), marks.next(), marks.next()) {
        (Some('{'), Some('"' | '}'), _) | (Some('['), Some('{'), Some('"' | '}')) => true,
        (Some('['), Some('['), Some(c)) => c == '"' || c == '-' || c.is_ascii_digit(),
        _ => false,
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

/// Writes one of the tables that were found. The header is the first row, unless the records are
/// rows without names.
pub(super) fn write(found: &Found, stream: impl Read, table: &mut Table<'_>) -> io::Result<()> {
    let keys = &found.keys;
    if !found.rows {
        for (column, name) in keys.names.iter().enumerate() {
            table.put(column, name)?;
        }
        table.end_row()?;
    }
    let mut cells = vec![String::new(); keys.names.len()];
    let mut row = |record: &Value, table: &mut Table<'_>| {
        if let Value::Array(values) = record {
            for (column, value) in values.iter().enumerate() {
                table.put(column, &text(value))?;
            }
            return table.end_row();
        }
        cells.iter_mut().for_each(String::clear);
        flat(record, "", &mut |key, value| {
            // Of a key that comes twice the last counts, as everywhere.
            if let Some(place) = keys.places.get(key) {
                cells[*place] = text(value);
            }
            Ok(())
        })?;
        for (column, cell) in cells.iter().enumerate() {
            table.put(column, cell)?;
        }
        table.end_row()
    };
    match &found.records {
        Records::Lines => each_line(stream, |line| match one(line) {
            Some(record) => row(&record, table),
            // Shown as it is, to be rejected where the row is read.
            None => {
                table.put(0, &String::from_utf8_lossy(line.trim_ascii()))?;
                table.end_row()
            }
        }),
        Records::Roots => {
            let mut scanner = Scanner::new(BufReader::with_capacity(1 << 16, stream));
            while scanner.more()? {
                row(&scanner.value()?, table)?;
            }
            Ok(())
        }
        Records::Array(wanted) => {
            let mut scanner = Scanner::new(BufReader::with_capacity(1 << 16, stream));
            while scanner.more()? {
                descend(&mut scanner, "", wanted, &mut |record| row(record, table))?;
            }
            Ok(())
        }
    }
}

/// True if the first line is one whole object, and another begins the next.
fn is_lines(head: &str) -> bool {
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches('\u{feff}');
    matches!(one(first.as_bytes()), Some(Value::Object(_)))
        && lines.next().is_some_and(|second| second.starts_with('{'))
}

/// The one value that a line holds.
fn one(line: &[u8]) -> Option<Value> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let mut scanner = Scanner::new(line);
    let value = scanner.value().ok()?;
    (!scanner.more().ok()?).then_some(value)
}

/// Calls `see` with each line. One that is too long is cut short.
fn each_line(stream: impl Read, mut see: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
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
fn flat(
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

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A value as a cell's text. A list of plain values has them side by side; what is nested deeper
/// stays JSON.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => expanded(number),
        Value::Bool(value) => value.to_string(),
        Value::Array(values) if values.iter().all(Value::is_plain) => {
            values.iter().map(text).collect::<Vec<_>>().join(";")
        }
        nested => nested.to_string(),
    }
}

/// Goes down to the array under a path, and calls `see` with each of its elements.
fn descend<R: BufRead>(
    scanner: &mut Scanner<R>,
    path: &str,
    wanted: &str,
    see: &mut dyn FnMut(&Value) -> io::Result<()>,
) -> io::Result<()> {
    if scanner.opens(b'[')? {
        while scanner.element()? {
            if path == wanted {
                see(&scanner.value()?)?;
            } else {
                scanner.skip()?;
            }
        }
        return Ok(());
    }
    if !scanner.opens(b'{')? {
        return scanner.skip();
    }
    while let Some(key) = scanner.key()? {
        let path = joined(path, &key);
        let leads =
            wanted == path || wanted.strip_prefix(&path).is_some_and(|r| r.starts_with('.'));
        if leads {
            descend(scanner, &path, wanted, see)?;
        } else {
            scanner.skip()?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(json: &str) -> Vec<(Records, String)> {
        let found = find(json.as_bytes(), json).expect("reads");
        let table = |found: &Found| {
            let mut out = Vec::new();
            let mut table = Table::new(&mut out);
            write(found, json.as_bytes(), &mut table).expect("reads");
            table.finish().expect("writes");
            String::from_utf8(out).expect("utf-8")
        };
        found.iter().map(|one| (one.records.clone(), table(one))).collect()
    }

    fn only(json: &str) -> String {
        let mut tables = tables(json);
        assert_eq!(tables.len(), 1, "{json}");
        tables.pop().expect("one").1
    }

    #[test]
    fn lines_arrays_and_wrappers_are_the_same_table() {
        let records = [r#"{"a":"1","b":{"c":0.10,"d":null}}"#, r#"{"e":true,"a":"x\ty,\u4e3b"}"#];
        let table = "a,b.c,b.d,e\n1,0.10,,\n\"x y,主\",,,true\n";
        let both = records.join(",");
        assert_eq!(only(&records.join("\n")), table);
        assert_eq!(only(&format!("[{both}]")), table);
        assert_eq!(only(&format!(r#"{{"code":0,"data":{{"list":[{both}],"total":2}}}}"#)), table);
        // Two pages, and documents over several lines.
        let pages = records.map(|record| format!("{{\"page\":1,\"data\":[{record}]}}")).join("\n");
        assert_eq!(only(&pages.replace("{\"page\"", "{\n\"page\"")), table);
        assert_eq!(only(&records.join("\n").replace("{\"", "{\n\"")), table);
    }

    #[test]
    fn numbers_are_their_text() {
        let table = only(
            r#"[{"n":13800138000.0,"m":1.3800138E10,"o":0.1000000000000000055,"p":12345678901234567890}]"#,
        );
        assert_eq!(
            table,
            "n,m,o,p\n13800138000.0,13800138000,0.1000000000000000055,12345678901234567890\n"
        );
    }

    #[test]
    fn lists_within_records_and_broken_lines_are_kept() {
        assert_eq!(
            only("{\"a\":[1,2],\"b\":[{\"c\":1}]}\n{\"a\":[]}\n{\"a\":\n\n{\"a\":3}\n"),
            "a,b\n1;2,\"[{\"\"c\"\":1}]\"\n\n\"{\"\"a\"\":\",\n\n3,\n"
        );
        // Of a key that comes twice the last counts.
        assert_eq!(only("{\"a\":1,\"a\":2}\n{\"a\":3}"), "a\n2\n3\n");
    }

    #[test]
    fn several_arrays_are_several_tables() {
        let found = tables(r#"{"calls":[{"a":1}],"sms":[{"b":2}],"names":["x"]}"#);
        assert_eq!(
            found,
            [
                (Records::Array("calls".into()), "a\n1\n".to_owned()),
                (Records::Array("sms".into()), "b\n2\n".to_owned()),
            ]
        );
        let rows = tables(r#"{"rows":[["a","b"],[1,null,"c"]]}"#);
        assert_eq!(rows, [(Records::Array("rows".into()), "a,b,\n1,,c\n".to_owned())]);
    }

    #[test]
    fn what_is_json() {
        for text in ["{\"a\":1}", " [ {\"a\"", "\u{feff}{ }", "[[1,2]]", "[[\"a\"]]"] {
            assert!(is_json(text), "{text}");
        }
        for text in ["[contract]\n", "[[call]]\n", "{a,b}\n1,2", "[None],1", "a,b", ""] {
            assert!(!is_json(text), "{text}");
        }
    }

    #[test]
    fn what_is_broken_or_boundless_is_refused() {
        for json in ["[{\"a\":1}", "[{\"a\" 1}]", "[{\"a\":1}]]", "[{\"a\":01}]", "[{\"a\":\"\u{1}"]
        {
            assert!(find(json.as_bytes(), json).is_err(), "{json}");
        }
        let deep = "[".repeat(100_000);
        assert!(find(deep.as_bytes(), &deep).is_err());
        let keys: String = (0..=COLUMNS).map(|n| format!("\"k{n}\":1,")).collect();
        let wide = format!("[{{{}}}]", keys.trim_end_matches(','));
        assert!(find(wide.as_bytes(), &wide).is_err());
    }
}
