//! A reading written down: as options, and as a dialect file that asks for the same next month.

use std::fmt::Write;

use super::dialect::{Dialect, fold_header};
use super::heading::Heading;
use super::{Column, DateOrder, Field, Layout, Source, YearKnown, ZoneKnown};
use crate::number::mask_numbers;

/// What `--columns` would say: `start=开始时间,talk=通话时长:s,callee=#3,answered=S|NI`.
#[must_use]
pub fn columns_line(layout: &Layout, generic: &Dialect, headers: &[String]) -> String {
    let column = |column: &Column| {
        let name = match header_of(layout, headers, column) {
            Some(header) if is_plain(header) => header.to_owned(),
            _ => format!("#{}", column.place + 1),
        };
        let unit = if column.field.is_length() {
            Some(column.unit.word().to_owned())
        } else {
            part_of(layout, headers, column)
        };
        match unit {
            Some(unit) => format!("{}={name}:{unit}", column.field.word()),
            None => format!("{}={name}", column.field.word()),
        }
    };
    let mut parts: Vec<String> = layout.columns.iter().map(column).collect();
    for (field, own) in own_words(layout, generic) {
        let typed = own.iter().flat_map(|(key, words)| {
            let sayable = words.iter().all(|word| !word.contains([',', '|']));
            sayable.then(|| format!("{key}={}", words.join("|")))
        });
        if layout.column(field).is_some() {
            parts.extend(typed);
        }
    }
    if layout.habits.decimal_comma {
        parts.push("decimal=comma".to_owned());
    }
    if let YearKnown::Given(year) = layout.known.year {
        parts.push(format!("year={year}"));
    }
    if layout.dates != DateOrder::Year {
        parts.push(format!("dates={}", layout.dates.word()));
    }
    parts.join(",")
}

/// Words under their keys.
type OwnWords<'l> = Vec<(&'static str, &'l [String])>;

/// Words of coded columns where they are others than the generic ones.
fn own_words<'l>(layout: &'l Layout, generic: &Dialect) -> [(Field, OwnWords<'l>); 2] {
    let status = [
        ("answered", &layout.status[0], &generic.status[0]),
        ("unanswered", &layout.status[1], &generic.status[1]),
        ("unsent", &layout.status[2], &generic.status[2]),
        ("voicemail", &layout.voicemail, &generic.voicemail),
    ];
    let directions = [
        ("outbound", &layout.directions[0], &generic.directions[0]),
        ("inbound", &layout.directions[1], &generic.directions[1]),
        ("internal", &layout.directions[2], &generic.directions[2]),
    ];
    let own = |words: &[(&'static str, &'l Vec<String>, &Vec<String>)]| {
        let others = words.iter().filter(|(_, own, generic)| own != generic);
        others.map(|(key, own, _)| (*key, own.as_slice())).collect()
    };
    [(Field::Status, own(&status)), (Field::Direction, own(&directions))]
}

/// True if a header means itself between commas and equals signs.
fn is_plain(header: &str) -> bool {
    !header.starts_with('#') && !header.contains([',', '=', '"', '\'']) && header.trim() == header
}

/// A column's header, if it tells it from the others. What a dialect calls the columns of a file
/// without header, or with any, is none.
fn header_of<'h>(layout: &Layout, headers: &'h [String], column: &Column) -> Option<&'h str> {
    let header = headers.get(column.place).filter(|_| layout.header_lines > 0)?;
    let folded = fold_header(header);
    let twins = headers.iter().filter(|other| fold_header(other) == folded).count();
    // A number would be a place; and what seems to be of a person is not kept.
    let is_name = !header.trim().starts_with('#')
        && !header.trim().bytes().all(|byte| byte.is_ascii_digit())
        && mask_numbers(header) == *header;
    (!folded.is_empty() && twins == 1 && is_name).then_some(header.as_str())
}

/// A dialect file for `--dialect` by which a file of the same form is read the same: no column is
/// taken by its name that is not listed, and none of these may be missing.
#[must_use]
pub fn pinned(layout: &Layout, generic: &Dialect, headers: &[String], path: &str) -> String {
    let mut text = String::new();
    let from = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let from: String = mask_numbers(from).chars().filter(|c| !c.is_control()).collect();
    // Writing to a string cannot fail.
    let mut line = |written: String| writeln!(text, "{written}").unwrap_or_default();
    line(format!("# {from}: telbill {} inspect", env!("CARGO_PKG_VERSION")));
    line(format!("name = {}", quoted(&name_of(&from))));
    line("exact = true".to_owned());
    line(format!("header = {}", layout.header_lines > 0));
    let delimiter = match layout.delimiter {
        b'\t' => "tab",
        b';' => "semicolon",
        b'|' => "pipe",
        _ => "comma",
    };
    line(format!("delimiter = \"{delimiter}\""));
    let quote = match layout.quote {
        None => "none",
        Some(b'\'') => "single",
        Some(_) => "double",
    };
    line(format!("quote = \"{quote}\""));
    // What the file itself says of its zone it will say again.
    if matches!(layout.zone_known, ZoneKnown::Given | ZoneKnown::Dialect | ZoneKnown::Epoch) {
        line(format!("zone = {}", quoted(&layout.zone.to_string())));
    }
    let source = match layout.source {
        Source::Provider => "provider",
        Source::Own => "own",
    };
    line(format!("source = \"{source}\""));
    if layout.dates != DateOrder::Year {
        line(format!("dates = \"{}\"", layout.dates.word()));
    }
    if layout.habits.decimal_comma {
        line("decimal = \"comma\"".to_owned());
    }
    if layout.below_header > 0 {
        line(format!("below_header = {}", layout.below_header));
    }
    if layout.fields == 0 {
        line("ragged = true".to_owned());
    }
    let name = |place: usize| name_at(layout, headers, place);
    let odd = layout.oddities.as_ref().map(|oddities| oddities.written(name));
    if let Some(odd) = &odd {
        if !odd.empty.is_empty() {
            line(format!("empty = {}", list(&odd.empty)));
        }
        if odd.negative {
            line("charge_sign = \"minus\"".to_owned());
        }
    }
    let beyond = |word: &&String| !generic.summary.contains(word);
    let summary: Vec<String> = layout.summary.iter().filter(beyond).cloned().collect();
    if !summary.is_empty() {
        line(format!("summary = {}", list(&summary)));
    }
    line("\n[columns]".to_owned());
    for column in &layout.columns {
        let name = match header_of(layout, headers, column) {
            Some(header) => quoted(header),
            None => (column.place + 1).to_string(),
        };
        line(format!("{} = {name}", column.field.word()));
    }
    let units: Vec<String> =
        layout.columns.iter().filter_map(|column| unit_of(layout, headers, column)).collect();
    if !units.is_empty() {
        line(format!("\n[units]\n{}", units.join("\n")));
    }
    for (field, own) in own_words(layout, generic) {
        if own.is_empty() || layout.column(field).is_none() {
            continue;
        }
        line(format!("\n[{}]", field.word()));
        for (key, words) in own {
            line(format!("{key} = {}", list(words)));
        }
    }
    if let Some(odd) = odd {
        if !odd.prefixes.is_empty() {
            line("\n[prefixes]".to_owned());
        }
        for (field, prefixes) in &odd.prefixes {
            line(format!("{} = {}", field.word(), list(prefixes)));
        }
        for (key, tests) in &odd.rows {
            if !tests.is_empty() {
                line(format!("\n[rows.{key}]"));
            }
            for (name, held) in tests {
                line(format!("{} = {}", quoted(name), quoted(held)));
            }
        }
    }
    text
}

/// The unit of a column, where its header does not say it.
fn unit_of(layout: &Layout, headers: &[String], column: &Column) -> Option<String> {
    let unit = if column.field.is_length() {
        let unit = heading_of(layout, headers, column).unit;
        (unit != Some(column.unit)).then(|| column.unit.word().to_owned())
    } else {
        part_of(layout, headers, column)
    };
    unit.map(|unit| format!("{} = \"{unit}\"", column.field.word()))
}

/// What part of the currency's unit charges are in, where their header does not say it: `1/100`.
fn part_of(layout: &Layout, headers: &[String], column: &Column) -> Option<String> {
    let said = heading_of(layout, headers, column).point.unwrap_or(0);
    (column.field.is_money() && said != column.point)
        .then(|| format!("1/1{}", "0".repeat(column.point as usize)))
}

fn heading_of(layout: &Layout, headers: &[String], column: &Column) -> Heading {
    let header = headers.get(column.place).filter(|_| layout.header_lines > 0);
    Heading::parse(header.map_or("", String::as_str), "")
}

/// What a column is called in tests of rows: by its header if that tells it, else by its number.
fn name_at(layout: &Layout, headers: &[String], place: usize) -> String {
    let named = headers.get(place).filter(|header| {
        let folded = Heading::parse(header, "").name;
        let alike = headers.iter().filter(|other| Heading::parse(other, "").name == folded);
        layout.header_lines > 0 && !folded.is_empty() && is_plain(header) && alike.count() == 1
    });
    named.cloned().unwrap_or_else(|| format!("#{}", place + 1))
}

/// A dialect's name after a file's: letters, digits and hyphens.
fn name_of(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default();
    let kept: String =
        stem.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect::<String>();
    let name = kept.trim_matches('-').to_lowercase();
    if name.is_empty() { "pinned".to_owned() } else { name }
}

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                write!(quoted, "\\u{:04X}", u32::from(c)).unwrap_or_default();
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_toml_asks() {
        assert_eq!(quoted("a\"b\\c\t通话"), "\"a\\\"b\\\\c\\u0009通话\"");
        assert_eq!(name_of("2024-10 详单.csv.gz"), "2024-10-详单");
        assert_eq!(name_of("-"), "pinned");
    }
}
