//! JSON: records as objects, one a line, one after the other, or in an array somewhere within. They
//! become a table whose columns are all the keys there are, in the order in which they first come.
//!
//! Numbers stay the text that they are; only an exponent is worked out, on the digits.

use std::io::{self, BufRead, BufReader, Read};

use super::json_find::{Found, Records, each_line, flat, joined, one};
use super::json_text::{Scanner, Value};
use super::serial::expanded;
use super::table::Table;

/// True if the first characters of a text can only be JSON, and not TOML or CSV.
pub(super) fn is_json(head: &str) -> bool {
    let mut marks = head.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}');
    match (marks.next(), marks.next(), marks.next()) {
        (Some('{'), Some('"' | '}'), _) | (Some('['), Some('{'), Some('"' | '}')) => true,
        (Some('['), Some('['), Some(c)) => c == '"' || c == '-' || c.is_ascii_digit(),
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::json_find::find;
    use crate::input::limit::COLUMNS;

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
