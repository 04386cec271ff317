//! Dialects: how an export is written, as data.
//!
//! A built-in dialect is a TOML file in `dialects/`; a user's own is read with the same keys. What
//! a dialect leaves open is taken from `generic.toml`.

mod keys;
mod list;

use std::collections::BTreeMap;

use super::heading::Heading;
use super::pattern::Pattern;
use super::{DateOrder, Field, Source, Unit};
use crate::source::{
    Cursor, Diagnostic, Diagnostics, Document, FileId, SourceMap, Span, suggestion,
};
use crate::text::fold;
use crate::when::Zone;
pub use keys::DIALECT;
pub use list::built_in;

/// How a file without header is recognised. Columns count from 0.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// Least and most fields.
    pub fields: (usize, usize),
    /// Columns that hold a time.
    pub times: Vec<usize>,
    /// Columns that hold a time or nothing.
    pub times_or_empty: Vec<usize>,
    /// Columns that hold a length of time.
    pub lengths: Vec<usize>,
    /// Columns that hold a day.
    pub days: Vec<usize>,
    /// Columns that hold digits or nothing.
    pub numbers: Vec<usize>,
    /// Columns that hold one of the words.
    pub words_in: Vec<usize>,
    /// The words, folded.
    pub words: Vec<String>,
}

/// A sentence in English and in Chinese.
pub type Said = [String; 2];

/// How an export is written. All headers are folded, and without a unit they remark.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// Its name.
    pub name: String,
    /// What writes it.
    pub about: String,
    /// There may be a header line.
    pub header: bool,
    /// There may be none.
    pub headless: bool,
    /// Names of the columns of a file without header.
    pub order: Vec<String>,
    /// Headers that are all there, each with its other spellings.
    pub known_by: Vec<Vec<String>>,
    /// Headers it has that are not read.
    pub also: Vec<String>,
    /// Headers that are not there.
    pub unless: Vec<String>,
    /// Lines below the header that belong to it.
    pub below_header: usize,
    /// Rows may differ in their number of columns.
    pub ragged: bool,
    /// Fields it does not name are found by the usual headers.
    pub open: bool,
    /// Only the columns named are read, and none may be missing.
    pub exact: bool,
    /// The delimiter, if it is fixed.
    pub delimiter: Option<u8>,
    /// The quote, if there is one.
    pub quote: Option<u8>,
    /// The zone of times that name none, if the dialect knows.
    pub zone: Option<Zone>,
    /// What comes first in a date that does not begin with the year, if the dialect knows.
    pub dates: Option<DateOrder>,
    /// The comma is the decimal sign, or the point is, if the dialect knows.
    pub decimal_comma: Option<bool>,
    /// Column that holds the start as seconds since 1970.
    pub epoch: Option<ColumnName>,
    /// Whose records, if the dialect knows.
    pub source: Option<Source>,
    /// Field → number from 0, or header.
    pub columns: Vec<(Field, ColumnName)>,
    /// Unit of plain numbers.
    pub units: Vec<(Field, Unit)>,
    /// How far left the point of a charge moves.
    pub points: Vec<(Field, u32)>,
    /// Headers by field, the surest first.
    pub aliases: BTreeMap<Field, Vec<String>>,
    /// Folded words that mean answered, unanswered, unsent; a `*` stands for any beginning or end.
    pub status: [Vec<String>; 3],
    /// Folded words that tell neither, but that voicemail took the call.
    pub voicemail: Vec<String>,
    /// Folded words that mean outbound, inbound, internal.
    pub directions: [Vec<String>; 3],
    /// Folded texts that stand for nothing.
    pub empty: Vec<String>,
    /// Charges are written below zero.
    pub negative: bool,
    /// Cut off the front of a field.
    pub prefixes: Vec<(Field, Vec<String>)>,
    /// What a row that is a call holds.
    pub(super) only: Vec<(ColumnName, Pattern)>,
    /// What a row that is none holds.
    pub(super) skip: Vec<(ColumnName, Pattern)>,
    /// What a row that is a call within the company holds.
    pub(super) internal: Vec<(ColumnName, Pattern)>,
    /// What nine rows in ten hold.
    pub(super) values: Vec<(ColumnName, Pattern)>,
    /// Folded beginnings of total rows and footers.
    pub summary: Vec<String>,
    /// How a file without header is known.
    pub signature: Option<Signature>,
    /// What its user should know.
    pub remark: Option<Said>,
    /// Why it is none of calls.
    pub refuse: Option<Said>,
}

/// A column by place or by header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnName {
    /// Its place, from 0.
    Place(usize),
    /// Its header.
    Header(String),
}

impl Dialect {
    /// The same for files without header whose columns stand in another order.
    pub(super) fn ordered(&self, order: &[String]) -> Self {
        Self {
            order: order.iter().map(|name| header_name(name)).collect(),
            header: false,
            headless: true,
            // It speaks of places.
            signature: None,
            ..self.clone()
        }
    }
}

impl ColumnName {
    /// `4`, `#4` or a header.
    fn parse(text: &str) -> Self {
        let number = text.strip_prefix('#').unwrap_or(text).parse::<usize>().ok();
        match number.and_then(|number| number.checked_sub(1)) {
            Some(place) => Self::Place(place),
            None => Self::Header(text.to_owned()),
        }
    }
}

/// Folds a header: also without `_`, `-`, `.` and the `*` that some exports append, so that
/// `Call_ID`, `call-id` and `Call ID` are one.
pub(super) fn fold_header(text: &str) -> String {
    fold(text).chars().filter(|c| !matches!(c, '_' | '-' | '.' | '*' | '"' | '\'')).collect()
}

/// Reads a dialect file.
pub fn parse_dialect(sources: &SourceMap, file: FileId) -> (Option<Dialect>, Diagnostics) {
    let (document, mut found) = Document::read(sources, file, &DIALECT);
    let root = document.root();
    let dialect = read(&root, &mut found);
    if found.has_errors() { (None, found) } else { (dialect, found) }
}

fn read(root: &Cursor<'_>, found: &mut Diagnostics) -> Option<Dialect> {
    let (units, points) = units(root, found);
    let aliases = root.table("aliases");
    let mut by_field = BTreeMap::new();
    for field in Field::ALL {
        let names: Vec<String> = aliases
            .map(|table| table.texts(field.word()))
            .unwrap_or_default()
            .iter()
            .map(|name| header_name(&name.value))
            .collect();
        if !names.is_empty() {
            by_field.insert(field, names);
        }
    }
    let headers = |key: &str| -> Vec<String> {
        root.texts(key).iter().map(|name| header_name(&name.value)).collect()
    };
    let order: Vec<String> = root
        .texts("order")
        .iter()
        .flat_map(|names| names.value.split(',').map(header_name).collect::<Vec<_>>())
        .collect();
    let known_by: Vec<Vec<String>> = root
        .texts("known_by")
        .iter()
        .map(|names| names.value.split('|').map(header_name).collect())
        .collect();
    let header = root.flag("header").map(|flag| flag.value);
    let (status, direction) = (root.table("status"), root.table("direction"));
    let detect = root.table("detect");
    let prefixes = root.table("prefixes");
    let patterns = |table: Option<Cursor<'_>>, key: &str| -> Vec<(ColumnName, Pattern)> {
        let pairs = table.map(|table| table.words(key)).unwrap_or_default();
        let read = |(name, text): (Named, Named)| {
            (ColumnName::parse(&name.value), Pattern::parse(&text.value))
        };
        pairs.into_iter().map(read).collect()
    };
    let said = |key: &str| -> Option<Said> {
        let table = root.table(key)?;
        Some([table.text("en")?.value, table.text("zh")?.value])
    };
    let rows = root.table("rows");
    Some(Dialect {
        name: root.text("name")?.value,
        about: root.text("about").map(|about| about.value).unwrap_or_default(),
        header: header.unwrap_or(true),
        headless: header.map_or(!order.is_empty(), |header| !header),
        exact: root.flag("exact").is_some_and(|flag| flag.value),
        open: root.flag("open").map_or(known_by.is_empty() && order.is_empty(), |flag| flag.value),
        order,
        known_by,
        also: headers("also"),
        unless: headers("unless"),
        below_header: root.count("below_header").map_or(0, |lines| lines.value as usize),
        ragged: root.flag("ragged").is_some_and(|flag| flag.value),
        delimiter: root.choice("delimiter").map(|word| match word.value {
            "tab" => b'\t',
            "semicolon" => b';',
            "pipe" => b'|',
            _ => b',',
        }),
        quote: match root.choice("quote").map(|word| word.value) {
            Some("none") => None,
            Some("single") => Some(b'\''),
            _ => Some(b'"'),
        },
        zone: zone(root, found),
        dates: root.choice("dates").and_then(|word| DateOrder::from_word(word.value)),
        decimal_comma: root.choice("decimal").map(|word| word.value == "comma"),
        epoch: root.text("epoch").map(|column| ColumnName::parse(&column.value)),
        source: root.choice("source").map(|word| match word.value {
            "own" => Source::Own,
            _ => Source::Provider,
        }),
        columns: columns(root, found),
        units,
        points,
        aliases: by_field,
        status: ["answered", "unanswered", "unsent"].map(|key| folded(status, key)),
        voicemail: folded(status, "voicemail"),
        directions: ["outbound", "inbound", "internal"].map(|key| folded(direction, key)),
        empty: root.texts("empty").iter().map(|text| fold(&text.value)).collect(),
        negative: root.choice("charge_sign").is_some_and(|word| word.value == "minus"),
        prefixes: [Field::Caller, Field::Callee, Field::Agent, Field::Line]
            .into_iter()
            .filter_map(|field| {
                let texts = prefixes?.texts(field.word());
                let texts: Vec<String> = texts.into_iter().map(|text| text.value).collect();
                (!texts.is_empty()).then_some((field, texts))
            })
            .collect(),
        only: patterns(rows, "only"),
        skip: patterns(rows, "skip"),
        internal: patterns(rows, "internal"),
        values: patterns(detect, "values"),
        summary: root.texts("summary").iter().map(|text| fold(&text.value)).collect(),
        signature: detect.filter(|table| table.has("fields")).and_then(|t| signature(&t, found)),
        remark: said("remark"),
        refuse: said("refuse"),
    })
}

type Named = crate::source::Field<String>;

/// What is said of some fields.
type ByField<T> = Vec<(Field, T)>;

fn columns(root: &Cursor<'_>, found: &mut Diagnostics) -> Vec<(Field, ColumnName)> {
    let mut columns = Vec::new();
    for (name, column) in root.words("columns") {
        match Field::from_word(&name.value) {
            None => found.push(unknown_field(&name)),
            Some(_) if column.value.parse() == Ok(0) => {
                found.push(Diagnostic::error("column-zero", column.span));
            }
            Some(field) => columns.push((field, ColumnName::parse(&column.value))),
        }
    }
    columns
}

/// The units of lengths, and the points of charges.
fn units(root: &Cursor<'_>, found: &mut Diagnostics) -> (ByField<Unit>, ByField<u32>) {
    let (mut units, mut points) = (Vec::new(), Vec::new());
    for (name, unit) in root.words("units") {
        let Some(field) = Field::from_word(&name.value) else {
            found.push(unknown_field(&name));
            continue;
        };
        match (Unit::from_word(&unit.value), unit.value.strip_prefix("1/1")) {
            (Some(unit), _) => units.push((field, unit)),
            (None, Some(noughts)) => {
                points.push((field, u32::try_from(noughts.len()).unwrap_or(0)));
            }
            (None, None) => {}
        }
    }
    (units, points)
}

fn zone(root: &Cursor<'_>, found: &mut Diagnostics) -> Option<Zone> {
    let zone = root.text("zone").filter(|zone| zone.value != "contract")?;
    let known = Zone::parse(&zone.value);
    if known.is_none() {
        let unknown = |at: Span| Diagnostic::error("zone-unknown", at);
        found.push(
            unknown(zone.span)
                .meaning(suggestion(&zone.value, Zone::names()))
                .with("typed", zone.value),
        );
    }
    known
}

/// Words as the words of a status or direction column are compared.
fn folded(table: Option<Cursor<'_>>, key: &str) -> Vec<String> {
    let words = table.map(|table| table.texts(key)).unwrap_or_default();
    words.iter().map(|word| fold_word(&word.value)).collect()
}

/// Folds a word, but keeps a `*` at its end or beginning.
pub(super) fn fold_word(word: &str) -> String {
    let bare = fold_header(word);
    match (word.starts_with('*'), word.ends_with('*')) {
        (true, _) => format!("*{bare}"),
        (false, true) => format!("{bare}*"),
        (false, false) => bare,
    }
}

/// A header's name as headers are compared.
fn header_name(text: &str) -> String {
    Heading::parse(text, "").name
}

fn unknown_field(name: &crate::source::Field<String>) -> Diagnostic {
    let words = Field::ALL.map(Field::word);
    Diagnostic::error("field-unknown", name.span)
        .with("typed", &name.value)
        .with("known", words.join(", "))
        .meaning(suggestion(&name.value, words))
}

fn signature(table: &Cursor<'_>, found: &mut Diagnostics) -> Option<Signature> {
    let counts = |key: &str| -> Vec<usize> {
        table.counts(key).iter().map(|column| column.value as usize).collect()
    };
    let from_zero =
        |key: &str| -> Vec<usize> { counts(key).into_iter().map(|column| column - 1).collect() };
    let fields = match counts("fields").as_slice() {
        [least, most] if least <= most => (*least, *most),
        [exact] => (*exact, *exact),
        _ => {
            found.push(Diagnostic::error("detect-fields", table.place("fields")));
            return None;
        }
    };
    Some(Signature {
        fields,
        times: from_zero("times"),
        times_or_empty: from_zero("times_or_empty"),
        lengths: from_zero("lengths"),
        days: from_zero("days"),
        numbers: from_zero("numbers"),
        words_in: from_zero("words_in"),
        words: table.texts("words").iter().map(|word| fold(&word.value)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_fold() {
        for header in ["Call_ID", "call-id", "Call ID", "\"CALL ID\"", "call.id*"] {
            assert_eq!(fold_header(header), "callid", "{header}");
        }
    }
}
