//! Understanding one file from its first lines.

use super::dialect::{Dialect, Signature, fold_header};
use super::habits::{Told, look};
use super::layout::{Column, Layout, ZoneKnown, resolve, unknown_charge};
use super::time::Times;
use super::{ColumnSpec, Field, Habits, Source, Unit, duration};
use crate::input::Lines;
use crate::source::Diagnostic;
use crate::text::fold;
use crate::when::{Day, Zone};

/// Lines looked at.
const SAMPLE: usize = 20;

/// What the user said about the file.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'w> {
    /// `--dialect`.
    pub dialect: Option<&'w Dialect>,
    /// `--columns`.
    pub columns: &'w ColumnSpec,
    /// `--cdr-zone`.
    pub zone: Option<Zone>,
    /// `--calls-are`.
    pub source: Option<Source>,
    /// The contract's zone.
    pub contract_zone: Zone,
    /// The contract's currency.
    pub currency: &'w str,
    /// A day in the midst of the audited period, if that is known: times may lack their year.
    pub near: Option<Day>,
}

/// Finds out how a file is written. `head` are its first lines as UTF-8, without byte-order mark.
///
/// # Errors
/// A diagnostic that shows what the first lines hold and how to say which column is which.
pub fn detect(
    name: &str,
    head: &str,
    wishes: Wishes<'_>,
    dialects: &[Dialect],
) -> Result<Layout, Box<Diagnostic>> {
    let mut layout = find(name, head, wishes, dialects)?;
    let said = wishes.columns;
    let told = Told {
        near: said.near().or(wishes.near),
        decimal_comma: said.decimal_comma,
        units: said.columns.iter().any(|(_, _, unit)| unit.is_some()),
    };
    look(&mut layout, name, head, told)?;
    Ok(layout)
}

fn find(
    name: &str,
    head: &str,
    wishes: Wishes<'_>,
    dialects: &[Dialect],
) -> Result<Layout, Box<Diagnostic>> {
    let generic = dialects.first().expect("the generic dialect is built in");
    let sample = Sample { name, head, wishes, generic };
    if head.trim().is_empty() {
        return Err(Box::new(Diagnostic::error_without_place("file-empty").with("path", name)));
    }
    if let Some(dialect) = wishes.dialect {
        return if dialect.header { sample.by_header(dialect) } else { sample.by_place(dialect) };
    }
    let by_places = !wishes.columns.columns.is_empty()
        && wishes.columns.columns.iter().all(|(_, column, _)| column.starts_with('#'));
    if by_places {
        return sample.by_spec();
    }
    let header = sample.by_header(generic);
    if header.is_ok() || !wishes.columns.columns.is_empty() {
        return header;
    }
    let fitting: Vec<&Dialect> = dialects
        .iter()
        .filter(|dialect| dialect.signature.as_ref().is_some_and(|s| sample.fits(dialect, s)))
        .collect();
    match fitting.as_slice() {
        [only] => sample.by_place(only),
        [] => header,
        several => {
            let names: Vec<&str> = several.iter().map(|dialect| dialect.name.as_str()).collect();
            Err(Box::new(
                Diagnostic::error_without_place("cdr-several-dialects")
                    .with("path", name)
                    .with("dialects", names.join(", ")),
            ))
        }
    }
}

/// The first line that holds anything, for messages.
fn first_of(rows: &[Vec<String>]) -> String {
    let first = rows.iter().find(|row| row.iter().any(|field| !field.is_empty()));
    let shown = first.map(|row| row.join(", ")).unwrap_or_default();
    shown.chars().take(300).collect()
}

struct Sample<'w> {
    name: &'w str,
    head: &'w str,
    wishes: Wishes<'w>,
    generic: &'w Dialect,
}

impl Sample<'_> {
    /// The first lines as fields.
    fn rows(&self, delimiter: u8, quote: Option<u8>, most: usize) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut lines = Lines::new(delimiter, quote, 0);
        let end = self.head.match_indices('\n').nth(most).map_or(self.head.len(), |(at, _)| at);
        lines.each(&self.head.as_bytes()[..end], |line, _| {
            rows.push(
                (0..line.len())
                    .map(|place| String::from_utf8_lossy(line.field(place)).trim().to_owned())
                    .collect(),
            );
        });
        rows
    }

    /// The delimiter that gives the most fields, the same number on most lines.
    fn delimiter(&self, quote: Option<u8>) -> u8 {
        let score = |delimiter: u8| {
            let rows = self.rows(delimiter, quote, SAMPLE);
            let widths: Vec<usize> = rows.iter().map(Vec::len).filter(|width| *width > 1).collect();
            let commonest = widths
                .iter()
                .map(|width| widths.iter().filter(|other| *other == width).count())
                .max()
                .unwrap_or(0);
            (commonest, widths.iter().max().copied().unwrap_or(0))
        };
        // Of equals the last in this order wins, so the comma is last.
        [b'|', b';', b'\t', b','].into_iter().max_by_key(|d| score(*d)).unwrap_or(b',')
    }

    /// A file with a header: the first of its first lines that names enough columns.
    fn by_header(&self, dialect: &Dialect) -> Result<Layout, Box<Diagnostic>> {
        let delimiter = dialect.delimiter.unwrap_or_else(|| self.delimiter(dialect.quote));
        let rows = self.rows(delimiter, dialect.quote, SAMPLE);
        let mut best: Option<(usize, Vec<Column>)> = None;
        let mut missing = None;
        for (index, row) in rows.iter().enumerate() {
            match resolve(row, dialect, self.generic, self.wishes.columns, self.wishes.currency) {
                Ok(columns) if Layout::suffices(&columns) => {
                    if best.as_ref().is_none_or(|(_, known)| known.len() < columns.len()) {
                        best = Some((index, columns));
                    }
                }
                Ok(_) => {}
                Err(column) if missing.is_none() => missing = Some(column),
                Err(_) => {}
            }
        }
        match (best, missing) {
            (Some((index, columns)), _) => {
                let header = &rows[index];
                if let Some((column, unit)) =
                    unknown_charge(header, &columns, self.wishes.currency, [dialect, self.generic])
                {
                    return Err(Box::new(
                        Diagnostic::error_without_place("cdr-charge-unit")
                            .with("path", self.name)
                            .with("column", column)
                            .with("unit", unit),
                    ));
                }
                Ok(self.layout(dialect, delimiter, index + 1, header, columns))
            }
            (None, Some(column)) => Err(self.no_column(&column, &rows)),
            (None, None) => Err(Box::new(
                Diagnostic::error_without_place("cdr-unknown")
                    .with("path", self.name)
                    .with("header", first_of(&rows))
                    .with("fields", Field::ALL.map(Field::word).join(", ")),
            )),
        }
    }

    /// A column that was asked for is not there.
    fn no_column(&self, column: &str, rows: &[Vec<String>]) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error_without_place("cdr-no-column")
                .with("path", self.name)
                .with("column", column)
                .with("header", first_of(rows)),
        )
    }

    /// The number, as typed, of the first column that no line of the sample reaches.
    fn beyond(rows: &[Vec<String>], columns: &[Column]) -> Option<String> {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let column = columns.iter().find(|column| column.place >= width)?;
        Some(format!("#{}", column.place + 1))
    }

    /// A file without header, by the dialect's numbers.
    fn by_place(&self, dialect: &Dialect) -> Result<Layout, Box<Diagnostic>> {
        let delimiter = dialect.delimiter.unwrap_or_else(|| self.delimiter(dialect.quote));
        let rows = self.rows(delimiter, dialect.quote, SAMPLE);
        let columns =
            resolve(&[], dialect, self.generic, self.wishes.columns, self.wishes.currency)
                .map_err(|column| self.no_column(&column, &rows))?;
        if !Layout::suffices(&columns) {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-dialect-short").with("dialect", &dialect.name),
            ));
        }
        let width = rows.first().map_or(0, Vec::len);
        let (columns, beyond): (Vec<Column>, Vec<Column>) =
            columns.into_iter().partition(|column| column.place < width);
        // A dialect may name columns that not all exports have, but these no export can do without.
        if let (false, Some(column)) = (Layout::suffices(&columns), Self::beyond(&rows, &beyond)) {
            return Err(self.no_column(&column, &rows));
        }
        let mut layout = self.layout(dialect, delimiter, 0, &[], columns);
        layout.fields = width;
        Ok(layout)
    }

    /// A file whose columns are all given by place: with a header if the first line's start is no
    /// time.
    fn by_spec(&self) -> Result<Layout, Box<Diagnostic>> {
        let delimiter = self.delimiter(self.generic.quote);
        let rows = self.rows(delimiter, self.generic.quote, SAMPLE);
        let mut plain = self.generic.clone();
        plain.aliases.clear();
        let empty = plain.clone();
        let columns = resolve(&[], &plain, &empty, self.wishes.columns, self.wishes.currency)
            .map_err(|column| self.no_column(&column, &rows))?;
        if let Some(column) = Self::beyond(&rows, &columns) {
            return Err(self.no_column(&column, &rows));
        }
        let start = columns.iter().find(|column| column.field == Field::Start);
        let (Some(start), true) = (start, Layout::suffices(&columns)) else {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-columns-short").with("path", self.name),
            ));
        };
        let first = rows.first().cloned().unwrap_or_default();
        let has_header = first.get(start.place).is_none_or(|text| !self.is_time(text));
        let header = if has_header { first.clone() } else { Vec::new() };
        let mut layout = self.layout(&plain, delimiter, usize::from(has_header), &header, columns);
        layout.dialect = "columns".to_owned();
        layout.fields = first.len();
        Ok(layout)
    }

    fn layout(
        &self,
        dialect: &Dialect,
        delimiter: u8,
        header_lines: usize,
        header: &[String],
        columns: Vec<Column>,
    ) -> Layout {
        let wishes = self.wishes;
        let (zone, zone_known) = match (wishes.zone, dialect.zone) {
            (Some(zone), _) => (zone, ZoneKnown::Given),
            (None, Some(zone)) => (zone, ZoneKnown::Dialect),
            (None, None) => (wishes.contract_zone, ZoneKnown::Contract),
        };
        let carries_charges =
            columns.iter().any(|column| matches!(column.field, Field::Charge | Field::Billed));
        let source = wishes.source.or(dialect.source).unwrap_or(if carries_charges {
            Source::Provider
        } else {
            Source::Own
        });
        let unused = header
            .iter()
            .enumerate()
            .filter(|(place, _)| columns.iter().all(|column| column.place != *place))
            .map(|(_, name)| name.clone())
            .collect();
        let words = |given: &[String], own: &[String], generic: &[String]| -> Vec<String> {
            if !given.is_empty() {
                return given.iter().map(|word| fold_header(word)).collect();
            }
            if own.is_empty() { generic.to_vec() } else { own.to_vec() }
        };
        let spec = wishes.columns;
        let status = [
            words(&spec.answered, &dialect.status[0], &self.generic.status[0]),
            words(&spec.unanswered, &dialect.status[1], &self.generic.status[1]),
            words(&spec.unsent, &dialect.status[2], &self.generic.status[2]),
        ];
        let voicemail = words(&spec.voicemail, &dialect.voicemail, &self.generic.voicemail);
        let directions = [0, 1, 2].map(|i| {
            words(&spec.directions[i], &dialect.directions[i], &self.generic.directions[i])
        });
        let header_text = match header_lines.checked_sub(1) {
            Some(index) => self.head.lines().nth(index).unwrap_or_default().as_bytes().to_vec(),
            None => Vec::new(),
        };
        let mut summary = dialect.summary.clone();
        summary.extend(self.generic.summary.iter().cloned());
        summary.sort();
        summary.dedup();
        Layout {
            dialect: dialect.name.clone(),
            delimiter,
            quote: dialect.quote,
            header_lines: u64::try_from(header_lines).unwrap_or(0),
            fields: header.len(),
            columns,
            unused,
            zone,
            zone_known,
            source,
            status,
            voicemail,
            directions,
            summary,
            habits: Habits::default(),
            header: header_text,
        }
    }

    fn is_time(&self, text: &str) -> bool {
        let zone = Zone::Fixed(0);
        matches!(Times::new(zone, zone).read(text.as_bytes()), Ok(Some(_)))
    }

    /// True if nine lines in ten look like the dialect's.
    fn fits(&self, dialect: &Dialect, signature: &Signature) -> bool {
        let rows = self.rows(dialect.delimiter.unwrap_or(b','), dialect.quote, SAMPLE);
        let rows: Vec<&Vec<String>> =
            rows.iter().filter(|row| row.iter().any(|field| !field.is_empty())).collect();
        let fitting = rows.iter().filter(|row| self.line_fits(row, signature)).count();
        !rows.is_empty() && fitting * 10 >= rows.len() * 9
    }

    fn line_fits(&self, row: &[String], signature: &Signature) -> bool {
        let (least, most) = signature.fields;
        let at = |place: &usize| row.get(*place).map_or("", String::as_str);
        let is_length =
            |text: &str| matches!(duration::length(text.as_bytes(), Unit::Seconds), Ok(Some(_)));
        (least..=most).contains(&row.len())
            && signature.times.iter().all(|place| self.is_time(at(place)))
            && signature
                .times_or_empty
                .iter()
                .all(|place| at(place).is_empty() || self.is_time(at(place)))
            && signature.lengths.iter().all(|place| is_length(at(place)))
            && signature.words_in.iter().all(|place| signature.words.contains(&fold(at(place))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdr::built_in;

    fn layout(head: &str) -> Result<Layout, &'static str> {
        layout_with(head, &ColumnSpec::default())
    }

    fn layout_with(head: &str, columns: &ColumnSpec) -> Result<Layout, &'static str> {
        let zone = Zone::Fixed(28_800);
        let wishes = Wishes {
            dialect: None,
            columns,
            zone: None,
            source: None,
            contract_zone: zone,
            currency: "CNY",
            near: None,
        };
        detect("calls.csv", head, wishes, &built_in()).map_err(|why| why.code)
    }

    #[test]
    fn files_without_header_are_known_by_their_columns() {
        // Shapes from Asterisk's and FreeSWITCH's own documentation, numbers made up.
        let csv = "\"\",\"1002\",\"13800000000\",\"ctx\",\"\"\"A\"\" <1002>\",\"SIP/1\",\"\",\"Dial\",\"\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:51\",27,27,\"ANSWERED\",\"DOCUMENTATION\",\"1706368044.0\",\"\"\n";
        assert_eq!(layout(csv).map(|l| l.dialect), Ok("asterisk-cdr-csv".into()));
        let custom = "\"\"\"\"\" <client1>\",\"client1\",\"6789\",\"default\",\"PJSIP/1\",\"PJSIP/2\",\"Dial\",\"PJSIP/2\",\"2023-07-26 01:51:32\",\"2023-07-26 01:51:50\",\"2023-07-26 01:52:04\",\"31\",\"13\",\"ANSWERED\",\"DOCUMENTATION\",\"\",\"1690325492.2\",\"\",2\n";
        assert_eq!(layout(custom).map(|l| l.dialect), Ok("asterisk-cdr-custom".into()));
        let freeswitch = "\"9008\",\"9008\",\"+34600000092\",\"public\",\"2014-05-29 17:01:32\",\"\",\"2014-05-29 17:01:32\",\"0\",\"0\",\"NORMAL_CLEARING\",\"e29ff0ae\",\"\",\"\",\"\",\"\"\n";
        assert_eq!(layout(freeswitch).map(|l| l.dialect), Ok("freeswitch-example".into()));
    }

    #[test]
    fn headers_are_found_below_other_lines() {
        let head = "导出时间: 2024-11-01\n\n主叫号码;被叫号码;开始时间;通话时长;费用\n1;2;2024-10-01 08:00:00;3;0.1\n";
        let layout = layout(head).expect("known");
        assert_eq!((layout.header_lines, layout.delimiter, layout.fields), (3, b';', 5));
        assert_eq!(layout.source, Source::Provider);
    }

    #[test]
    fn columns_given_by_place() {
        let spec = ColumnSpec::parse("caller=#2,start=#3,end=#4").expect("valid");
        let head = "01, 70000000001, 20230725141448, 20230725142110, 11\n";
        let layout = layout_with(head, &spec).expect("known");
        assert_eq!((layout.header_lines, layout.fields, layout.source), (0, 5, Source::Own));
        let with_header = format!("type,number,from,until,tariff\n{head}");
        assert_eq!(layout_with(&with_header, &spec).map(|l| l.header_lines), Ok(1));
        let beyond = ColumnSpec::parse("start=#3,talk=#9").expect("valid");
        assert_eq!(layout_with(head, &beyond).err(), Some("cdr-no-column"));
        assert_eq!(layout_with(&with_header, &beyond).err(), Some("cdr-no-column"));
        let mixed = ColumnSpec::parse("start=from,talk=#9").expect("valid");
        assert_eq!(layout_with(&with_header, &mixed).err(), Some("cdr-no-column"));
        let short = ColumnSpec::parse("caller=#2").expect("valid");
        assert_eq!(layout_with(head, &short).err(), Some("cdr-columns-short"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        assert_eq!(layout("a,b,c\n1,2,3\n").err(), Some("cdr-unknown"));
        assert_eq!(layout(" \n").err(), Some("file-empty"));
        let spec = ColumnSpec::parse("start=when,talk=long").expect("valid");
        assert_eq!(layout_with("when,length\n1,2\n", &spec).err(), Some("cdr-no-column"));
    }
}
