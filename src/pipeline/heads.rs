//! The first lines of a file where its header, or any record, is written on more lines than one.

use std::borrow::Cow;

use crate::cdr::Layout;
use crate::input::{LineBreaks, Lines, MOST_FIELDS};
use crate::source::Diagnostic;

/// Lines looked at for a header on two lines.
const TOP: usize = 20;

/// Understands the first lines of a file, which are whole lines. `ended` says that they are the whole
/// file. Returns how lines are read, and how records on several lines are told.
///
/// # Errors
/// What `understand` says of the lines.
pub(super) fn understood(
    lines: &[u8],
    ended: bool,
    understand: impl Fn(&[u8]) -> Result<Layout, Box<Diagnostic>>,
) -> Result<(Layout, Option<LineBreaks>), Box<Diagnostic>> {
    let guess = LineBreaks::guess(lines);
    let joined = guess.map(|guess| guess.join(lines, lines.len(), ended));
    let mut text = Cow::Borrowed(lines);
    let mut read = None;
    if let (Some(guess), Some(joined)) = (guess, joined.filter(|joined| joined.records > 0)) {
        let layout = understand(&joined.text);
        let cut = |layout: &Layout| (layout.delimiter, layout.quote);
        let (delimiter, quote) = guess.marks();
        // A dialect without quotes, or with another delimiter, has none in its cells.
        if layout.as_ref().is_ok_and(|layout| cut(layout) == (delimiter, Some(quote))) {
            text = Cow::Owned(joined.text);
            read = Some((layout, Some(guess)));
        }
    }
    let (layout, guess) = read.unwrap_or_else(|| (understand(lines), None));
    let (mut layout, text) = match two_lines(&text, layout.as_ref().ok(), &understand) {
        Some((layout, text)) => (layout, Cow::Owned(text)),
        None => (layout?, text),
    };
    // Lines of the file that became one with the header's first.
    let line = |text: &[u8], number: u64| -> Option<bool> {
        let number = usize::try_from(number).ok()?;
        let line = text.split(|byte| *byte == b'\n').nth(number)?;
        Some(!line.trim_ascii().is_empty())
    };
    let first = layout.header_lines;
    while layout.header_lines > 0
        && line(&text, layout.header_lines) == Some(false)
        && line(lines, layout.header_lines) == Some(true)
    {
        layout.header_lines += 1;
    }
    if layout.header_lines > first {
        layout.known.header_over = layout.header_lines - first + 1;
    }
    let told = layout.quote.filter(|_| layout.fields > 0);
    let breaks = match (guess, told) {
        (Some(guess), Some(_)) => Some(guess.or_width(layout.fields)),
        (Some(guess), None) => Some(guess),
        (None, Some(quote)) => Some(LineBreaks::new(layout.delimiter, quote, [layout.fields; 2])),
        (None, None) => None,
    };
    Ok((layout, breaks))
}

/// A header whose names stand on two lines, as where cells were merged: those of groups above, or a
/// part of each name. It is read as one line if that tells more columns than either line does.
fn two_lines(
    lines: &[u8],
    alone: Option<&Layout>,
    understand: &impl Fn(&[u8]) -> Result<Layout, Box<Diagnostic>>,
) -> Option<(Layout, Vec<u8>)> {
    if alone.is_some_and(|layout| layout.below_header > 0 || layout.header_lines == 0) {
        return None;
    }
    let cuts = match alone {
        Some(layout) => vec![(layout.delimiter, layout.quote)],
        None => [b',', b'\t', b';'].map(|delimiter| (delimiter, Some(b'"'))).to_vec(),
    };
    let mut best: Option<(usize, Layout, Vec<u8>)> = None;
    for (delimiter, quote) in cuts {
        for (index, names) in pairs(lines, delimiter, quote) {
            for names in names {
                let text = with_header(lines, index, &names, delimiter);
                let Ok(layout) = understand(&text) else { continue };
                let header = u64::try_from(index + 1).ok();
                if Some(layout.header_lines) != header {
                    continue;
                }
                let columns = layout.columns.len();
                let is_more = match (alone, &best) {
                    (_, Some((most, ..))) => columns > *most,
                    // Beside the first line alone the second would be no record.
                    (Some(one), None) if Some(one.header_lines) == header => {
                        columns >= one.columns.len()
                    }
                    (Some(one), None) => columns > one.columns.len(),
                    (None, None) => true,
                };
                if is_more {
                    best = Some((columns, layout, text));
                }
            }
        }
    }
    best.map(|(_, layout, text)| (layout, text))
}

/// Neighbouring lines that may be one header, by the number of the first, with the names that they
/// may make.
fn pairs(lines: &[u8], delimiter: u8, quote: Option<u8>) -> Vec<(usize, Vec<Vec<String>>)> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let end = memchr::memchr_iter(b'\n', lines).nth(TOP).unwrap_or(lines.len());
    Lines::new(delimiter, quote, 0).each(&lines[..end], |line, _| {
        let cell = |place| String::from_utf8_lossy(line.field(place)).trim().to_owned();
        rows.push((0..line.len().min(MOST_FIELDS)).map(cell).collect());
    });
    let mut found = Vec::new();
    for (index, pair) in rows.windows(2).enumerate() {
        let [above, below] = pair else { continue };
        let names = |row: &[String]| row.iter().all(|cell| is_name(cell));
        let filled = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
        if above.len() != below.len()
            || above.len() < 3
            || filled(above) < 2
            || filled(below) == 0
            || !names(above)
            || !names(below)
        {
            continue;
        }
        let both = || above.iter().zip(below);
        let joined = |(above, below): (&String, &String)| format!("{above}{below}");
        let lower = |(above, below): (&String, &String)| {
            if below.is_empty() { above.clone() } else { below.clone() }
        };
        // A cell merged over several columns stands in the first of them.
        let (mut group, mut grouped) = ("", Vec::new());
        for (above, below) in both() {
            if !above.is_empty() || below.is_empty() {
                group = above;
            }
            grouped.push(format!("{group}{below}"));
        }
        let joined = both().map(joined).collect();
        let lower = both().map(lower).collect();
        // Units below the names.
        let remark = |(above, below): (&String, &String)| match below.as_str() {
            "" => above.clone(),
            unit => format!("{above}({unit})"),
        };
        let remarked = both().map(remark).collect();
        found.push((index, vec![lower, joined, remarked, grouped]));
    }
    found
}

/// True of what may be the name of a column or a part of it: no figure and no time.
fn is_name(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    cell.is_empty() || (letters > digits && digits < 5)
}

/// The lines with these names in place of two lines, the second of which is empty then.
fn with_header(lines: &[u8], index: usize, names: &[String], delimiter: u8) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.len() + 64);
    for (number, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if number == index {
            let delimiter = char::from(delimiter).to_string();
            let quoted: Vec<String> =
                names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
            text.extend_from_slice(quoted.join(&delimiter).as_bytes());
            text.push(b'\n');
        } else if number == index + 1 {
            text.push(b'\n');
        } else {
            text.extend_from_slice(line);
        }
    }
    text
}
