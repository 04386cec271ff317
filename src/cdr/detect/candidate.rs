//! A dialect tried on the first rows of a file.

use super::evidence::settle;
use super::sample::{SAMPLE, Sample, Table};
use crate::cdr::call::{Call, Outcome, Row};
use crate::cdr::dialect::{ColumnName, Dialect, Signature, fold_word};
use crate::cdr::habits::{look, pair_day_and_time};
use crate::cdr::heading::Heading;
use crate::cdr::layout::{Column, Known, Layout, ZoneKnown, resolve, unknown_charge};
use crate::cdr::odd::{Oddities, place_of};
use crate::cdr::pattern::Pattern;
use crate::cdr::time::Times;
use crate::cdr::{DateOrder, Field, Habits, LineReader, Source, Unit, duration};
use crate::input::{Encoding, Lines};
use crate::money::Fixed;
use crate::source::Diagnostic;
use crate::tariff::{Direction, Subsecond};
use crate::text::fold;
use crate::when::Zone;

/// A call of the first rows, as one dialect reads it.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    numbers: [Vec<u8>; 2],
    start: i64,
    lengths: [Option<u32>; 3],
    charge: Option<Fixed>,
    outcome: Outcome,
    direction: Direction,
}

impl Reading {
    fn of(call: &Call<'_>) -> Self {
        Self {
            numbers: [call.caller.to_vec(), call.callee.to_vec()],
            start: call.start,
            lengths: [Some(call.talk), call.total, call.billed],
            charge: call.charge,
            outcome: call.outcome,
            direction: call.direction,
        }
    }
}

/// A dialect that could read a file.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name.
    pub dialect: String,
    /// What writes it.
    pub about: String,
    /// 0 to 100; see [`Known::score`].
    pub score: u32,
    /// How the file would be read, or why it would not be.
    pub layout: Result<Layout, Box<Diagnostic>>,
    /// Headers or shapes by which it is known, which are all there; none for the generic one.
    pub(super) met: usize,
    known: Known,
    calls: Vec<Reading>,
}

impl Candidate {
    /// True for a dialect that is known by what only it has, and whose rows read.
    pub(super) fn is_itself(&self) -> bool {
        self.met > 0 && self.known.rows * 2 >= self.known.of_rows
    }

    /// True if the first rows come to the same calls.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        self.layout.is_ok() && other.layout.is_ok() && self.calls == other.calls
    }
}

impl Sample<'_> {
    /// A dialect that the user named.
    pub(super) fn told(&self, dialect: &Dialect) -> Result<Layout, Box<Diagnostic>> {
        let table = self.table(dialect);
        if dialect.header
            && let Some(index) = row_of(dialect, &table).filter(|_| !dialect.known_by.is_empty())
        {
            return self.tried(dialect, &table, Some(index), 1).layout;
        }
        if dialect.header && !(dialect.headless && self.fits(dialect, &table)) {
            return self.best_header(dialect, &table).layout;
        }
        self.tried(dialect, &table, None, 1).layout
    }

    /// A dialect whose own headers are all there.
    pub(super) fn by_known_headers(&self, dialect: &Dialect) -> Option<Candidate> {
        if !dialect.header || dialect.known_by.is_empty() {
            return None;
        }
        let table = self.table(dialect);
        let index = row_of(dialect, &table)?;
        let filled = |row: &&Vec<String>| row.iter().any(|field| !field.is_empty());
        let rows: Vec<&Vec<String>> = table.rows[index + 1..].iter().filter(filled).collect();
        if !holds_values(dialect, &table.rows[index], &rows) {
            return None;
        }
        Some(self.tried(dialect, &table, Some(index), dialect.known_by.len()))
    }

    /// A dialect whose files have no header, by the shape of the rows.
    pub(super) fn by_shape(&self, dialect: &Dialect) -> Option<Candidate> {
        let signature = dialect.signature.as_ref().filter(|_| dialect.headless)?;
        let table = self.table(dialect);
        if !self.fits(dialect, &table)
            || !holds_values(dialect, &dialect.order, &records(dialect, &table))
        {
            return None;
        }
        let met = [&signature.times, &signature.times_or_empty, &signature.lengths]
            .map(Vec::len)
            .iter()
            .sum::<usize>()
            + signature.words_in.len()
            + dialect.values.len();
        Some(self.tried(dialect, &table, None, met.max(1)))
    }

    /// The dialect of any export with a header.
    pub(super) fn by_usual_headers(&self, generic: &Dialect) -> Candidate {
        self.best_header(generic, &self.table(generic))
    }

    /// The first of the first lines that names the most columns.
    fn best_header(&self, dialect: &Dialect, table: &Table) -> Candidate {
        let mut best: Option<(usize, usize)> = None;
        let mut missing = None;
        for (index, row) in table.rows.iter().enumerate() {
            match self.resolved(row, dialect) {
                Ok(columns) if Layout::suffices(&columns) => {
                    if best.is_none_or(|(_, known)| known < columns.len()) {
                        best = Some((index, columns.len()));
                    }
                }
                Ok(_) => {}
                Err(column) if missing.is_none() => missing = Some(column),
                Err(_) => {}
            }
        }
        let refused = match (best, missing) {
            (Some((index, _)), _) => return self.tried(dialect, table, Some(index), 0),
            (None, Some(column)) => self.no_column(&column, table),
            (None, None) => self.unknown(&[table.first()]),
        };
        Candidate {
            dialect: dialect.name.clone(),
            about: dialect.about.clone(),
            score: 0,
            layout: Err(refused),
            met: 0,
            known: Known::default(),
            calls: Vec::new(),
        }
    }

    fn resolved(&self, header: &[String], dialect: &Dialect) -> Result<Vec<Column>, String> {
        resolve(header, dialect, self.generic, self.wishes.columns, self.wishes.currency)
    }

    /// A dialect with the header in that row, or without one, and what it makes of the rows.
    fn tried(
        &self,
        dialect: &Dialect,
        table: &Table,
        header: Option<usize>,
        met: usize,
    ) -> Candidate {
        let mut known = known_columns(dialect, table, header);
        let mut calls = Vec::new();
        let layout = self.laid_out(dialect, table, header).map(|mut layout| {
            (calls, known.rows, known.of_rows) = self.read(&layout);
            // What no generic header names is not known, though the file can be read without it.
            if dialect.known_by.is_empty() && header.is_some() {
                known.columns = layout.columns.len();
            }
            known.score = score(&known);
            known.dates = layout.known.dates;
            known.contradicted = layout.known.contradicted;
            known.remark.clone_from(&dialect.remark);
            layout.known = known.clone();
            layout
        });
        let score = if layout.is_ok() { known.score } else { score(&known) };
        let (name, about) = (dialect.name.clone(), dialect.about.clone());
        Candidate { dialect: name, about, score, layout, met, known, calls }
    }

    fn laid_out(
        &self,
        dialect: &Dialect,
        table: &Table,
        header: Option<usize>,
    ) -> Result<Layout, Box<Diagnostic>> {
        if let Some([en, zh]) = &dialect.refuse {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-refused")
                    .with("path", self.name)
                    .with("dialect", &dialect.name)
                    .with("about", &dialect.about)
                    .with("why.en", en)
                    .with("why.zh", zh),
            ));
        }
        let layout = match header {
            Some(index) => self.by_header(dialect, table, index),
            None => self.by_place(dialect, table),
        }?;
        let names = header.map_or(&dialect.order, |index| &table.rows[index]);
        self.settled(dialect, names, layout)
    }

    /// What the first rows tell of dates, zone and cells.
    fn settled(
        &self,
        dialect: &Dialect,
        names: &[String],
        mut layout: Layout,
    ) -> Result<Layout, Box<Diagnostic>> {
        pair_day_and_time(&mut layout, self.head);
        // What seemed to be a length was a time of day.
        if !Layout::suffices(&layout.columns) {
            return Err(self.unknown(names));
        }
        let mut layout = settle(self, dialect, names, layout)?;
        let known = (dialect.decimal_comma, self.wishes.near);
        look(&mut layout, self.name, self.head, self.wishes.columns, known)?;
        Ok(layout)
    }

    fn by_header(
        &self,
        dialect: &Dialect,
        table: &Table,
        index: usize,
    ) -> Result<Layout, Box<Diagnostic>> {
        let header = &table.rows[index];
        let columns =
            self.resolved(header, dialect).map_err(|column| self.no_column(&column, table))?;
        if !Layout::suffices(&columns) {
            return Err(self.too_short(dialect));
        }
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
        let start = columns.iter().find(|column| column.field == Field::Start).cloned();
        let below = table.rows[index + 1..].iter().take(dialect.below_header);
        let no_record = |row: &&Vec<String>| {
            start
                .as_ref()
                .and_then(|column| row.get(column.place))
                .is_none_or(|text| !is_time(text))
        };
        let below = below.take_while(no_record).count();
        let mut layout = self.layout(dialect, table.delimiter, header, columns);
        layout.header_lines = u64::try_from(index + 1 + below).unwrap_or(0);
        layout.below_header = below;
        layout.header = self.line(index).as_bytes().to_vec();
        Ok(layout)
    }

    /// No column tells when a call began or how long it was.
    fn unknown(&self, names: &[String]) -> Box<Diagnostic> {
        let shown: String = names.join(", ").chars().take(300).collect();
        Box::new(
            Diagnostic::error_without_place("cdr-unknown")
                .with("path", self.name)
                .with("header", shown)
                .with("fields", Field::ALL.map(Field::word).join(", ")),
        )
    }

    fn too_short(&self, dialect: &Dialect) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error_without_place("cdr-dialect-short").with("dialect", &dialect.name),
        )
    }

    /// A column that was asked for is not there.
    fn no_column(&self, column: &str, table: &Table) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error_without_place("cdr-no-column")
                .with("path", self.name)
                .with("column", column)
                .with("header", table.first()),
        )
    }

    /// The number, as typed, of the first column that no line of the sample reaches.
    fn beyond(table: &Table, columns: &[Column]) -> Option<String> {
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let column = columns.iter().find(|column| column.place >= width)?;
        Some(format!("#{}", column.place + 1))
    }

    /// A file without header, by the dialect's numbers.
    fn by_place(&self, dialect: &Dialect, table: &Table) -> Result<Layout, Box<Diagnostic>> {
        let width = width_of(dialect, table);
        let names = &dialect.order[..dialect.order.len().min(width)];
        // A mapping by number may reach beyond the columns that the dialect names.
        let by_number =
            self.wishes.columns.columns.iter().any(|(_, name, _)| name.starts_with('#'));
        let columns = match (names, by_number) {
            ([_, ..], true) if names.len() < width => {
                let mut all = names.to_vec();
                all.resize(width, String::new());
                self.resolved(&all, dialect)
            }
            _ => self.resolved(names, dialect),
        };
        let columns = columns.map_err(|column| self.no_column(&column, table))?;
        let (columns, beyond): (Vec<Column>, Vec<Column>) =
            columns.into_iter().partition(|column| column.place < width);
        if !Layout::suffices(&columns) {
            // A dialect may name columns that not all exports have, but these none can do without.
            return Err(match Self::beyond(table, &beyond) {
                Some(column) => self.no_column(&column, table),
                None => self.too_short(dialect),
            });
        }
        let mut layout = self.layout(dialect, table.delimiter, names, columns);
        layout.fields = if dialect.ragged { 0 } else { width };
        // A first line that fits nothing is a header in unknown words.
        if let (Some(first), Some(record)) = (table.rows.first(), records(dialect, table).first())
            && dialect.signature.is_some()
            && !std::ptr::eq(first, *record)
            && is_record(dialect, first)
            && first.iter().any(|field| !field.is_empty())
        {
            layout.header_lines = 1;
            layout.header = self.line(0).as_bytes().to_vec();
        }
        layout.unused.clear();
        Ok(layout)
    }

    /// A file whose columns are all given by place: with a header if the first line's start is no
    /// time.
    pub(super) fn by_spec(&self) -> Result<Layout, Box<Diagnostic>> {
        let table = self.table(self.generic);
        let mut plain = self.generic.clone();
        plain.aliases.clear();
        plain.open = false;
        let columns =
            self.resolved(&[], &plain).map_err(|column| self.no_column(&column, &table))?;
        if let Some(column) = Self::beyond(&table, &columns) {
            return Err(self.no_column(&column, &table));
        }
        let start = columns.iter().find(|column| column.field == Field::Start);
        let (Some(start), true) = (start, Layout::suffices(&columns)) else {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-columns-short").with("path", self.name),
            ));
        };
        let first = table.rows.first().cloned().unwrap_or_default();
        let has_header = first.get(start.place).is_none_or(|text| !is_time(text));
        let header = if has_header { first.clone() } else { Vec::new() };
        let mut layout = self.layout(&plain, table.delimiter, &header, columns);
        layout.header_lines = u64::from(has_header);
        if has_header {
            layout.header = self.line(0).as_bytes().to_vec();
        }
        layout.dialect = "columns".to_owned();
        layout.fields = first.len();
        layout.known.told = true;
        self.settled(&plain, &header, layout)
    }

    fn layout(
        &self,
        dialect: &Dialect,
        delimiter: u8,
        names: &[String],
        columns: Vec<Column>,
    ) -> Layout {
        let wishes = self.wishes;
        let zone_at = |field: Field| {
            let column = columns.iter().find(|column| column.field == field)?;
            Heading::parse(&column.header, wishes.currency).zone
        };
        let named = zone_at(Field::Start).or_else(|| zone_at(Field::Date));
        let (zone, zone_known) = match (wishes.zone, named, dialect.zone) {
            (Some(zone), ..) => (zone, ZoneKnown::Given),
            (None, Some(zone), _) => (zone, ZoneKnown::Header),
            (None, None, Some(zone)) => (zone, ZoneKnown::Dialect),
            (None, None, None) => (wishes.contract_zone, ZoneKnown::Contract),
        };
        let carries_charges =
            columns.iter().any(|column| matches!(column.field, Field::Charge | Field::Billed));
        let source = wishes.source.or(dialect.source).unwrap_or(if carries_charges {
            Source::Provider
        } else {
            Source::Own
        });
        let unused = names
            .iter()
            .enumerate()
            .filter(|(place, _)| columns.iter().all(|column| column.place != *place))
            .map(|(_, name)| name.clone())
            .collect();
        let words = |given: &[String], own: &[String], generic: &[String]| -> Vec<String> {
            if !given.is_empty() {
                return given.iter().map(|word| fold_word(word)).collect();
            }
            if own.is_empty() { generic.to_vec() } else { own.to_vec() }
        };
        let (spec, generic) = (wishes.columns, self.generic);
        let status = [
            words(&spec.answered, &dialect.status[0], &generic.status[0]),
            words(&spec.unanswered, &dialect.status[1], &generic.status[1]),
            words(&spec.unsent, &dialect.status[2], &generic.status[2]),
        ];
        let voicemail = words(&spec.voicemail, &dialect.voicemail, &generic.voicemail);
        let directions = [0, 1, 2]
            .map(|i| words(&spec.directions[i], &dialect.directions[i], &generic.directions[i]));
        let mut summary = dialect.summary.clone();
        summary.extend(generic.summary.iter().cloned());
        summary.sort();
        summary.dedup();
        let oddities = Oddities::of(dialect, names, &columns, wishes.currency);
        Layout {
            dialect: dialect.name.clone(),
            delimiter,
            quote: dialect.quote,
            header_lines: 0,
            below_header: 0,
            fields: if dialect.ragged { 0 } else { names.len() },
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
            header: Vec::new(),
            dates: DateOrder::default(),
            oddities: (!oddities.is_nothing()).then(|| Box::new(oddities)),
            known: Known::default(),
        }
    }

    /// What the first rows below the header come to: calls, rows that read, rows.
    fn read(&self, layout: &Layout) -> (Vec<Reading>, usize, usize) {
        let lines = usize::try_from(layout.header_lines).unwrap_or(0);
        let body = self.after(lines);
        let end = body.match_indices('\n').nth(SAMPLE).map_or(body.len(), |(at, _)| at);
        let zone = self.wishes.contract_zone;
        let mut reader = LineReader::new(layout, Encoding::Utf8, zone, Subsecond::Up);
        let (mut calls, mut good, mut all) = (Vec::new(), 0, 0);
        let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
        cutter.each(&body.as_bytes()[..end], |line, _| {
            if reader.is_blank(&line) {
                return;
            }
            all += 1;
            match reader.read(&line, Row::default()) {
                Ok(call) => {
                    good += 1;
                    calls.push(Reading::of(&call));
                }
                Err(reject) => good += usize::from(!reject.kind.matters()),
            }
        });
        (calls, good, all)
    }

    /// True if nine lines in ten look like the dialect's.
    fn fits(&self, dialect: &Dialect, table: &Table) -> bool {
        let Some(signature) = &dialect.signature else { return false };
        let rows = records(dialect, table);
        let fitting = rows.iter().filter(|row| line_fits(row, signature)).count();
        !rows.is_empty() && fitting * 10 >= rows.len() * 9
    }
}

/// The rows that hold anything and that the dialect does not say are no calls. A first row that fits
/// nothing is left out: it may be a header in words that nobody knows.
fn records<'t>(dialect: &Dialect, table: &'t Table) -> Vec<&'t Vec<String>> {
    let filled = |row: &&Vec<String>| row.iter().any(|field| !field.is_empty());
    let mut rows: Vec<&Vec<String>> =
        table.rows.iter().filter(filled).filter(|row| is_record(dialect, row)).collect();
    let signature = dialect.signature.as_ref();
    let foreign = |row: &Vec<String>| signature.is_some_and(|signature| !line_fits(row, signature));
    if rows.len() > 1 && foreign(rows[0]) && !foreign(rows[1]) {
        rows.remove(0);
    }
    rows
}

/// True unless the dialect says that such a row is no call.
fn is_record(dialect: &Dialect, row: &[String]) -> bool {
    let named = |tests: &[(ColumnName, Pattern)]| -> Vec<(usize, Pattern)> {
        let found = tests.iter().filter_map(|(column, pattern)| {
            Some((place_of(column, &dialect.order, &[])?, pattern.clone()))
        });
        found.collect()
    };
    let holds = |(place, pattern): &(usize, Pattern)| {
        pattern.holds(row.get(*place).map_or("", String::as_str))
    };
    named(&dialect.only).iter().all(holds)
}

/// The commonest width of the first records.
fn width_of(dialect: &Dialect, table: &Table) -> usize {
    let widths: Vec<usize> = records(dialect, table).iter().map(|row| row.len()).collect();
    let often = |width: &usize| widths.iter().filter(|other| *other == width).count();
    // Of equals the first.
    widths.iter().rev().max_by_key(|width| often(width)).copied().unwrap_or(0)
}

/// The row in which all headers stand by which a dialect is known, and none that it can't have.
fn row_of(dialect: &Dialect, table: &Table) -> Option<usize> {
    table.names.iter().position(|row| {
        let has = |name: &String| row.contains(name);
        dialect.known_by.iter().all(|either| either.iter().any(has))
            && !dialect.unless.iter().any(has)
    })
}

/// Columns of the file, and how many of them the dialect knows.
fn known_columns(dialect: &Dialect, table: &Table, header: Option<usize>) -> Known {
    let (columns, of_columns) = match header {
        Some(index) => {
            let mut known: Vec<&String> = dialect.known_by.iter().flatten().collect();
            known.extend(dialect.also.iter().chain(&dialect.order));
            known.extend(dialect.aliases.values().flatten());
            let own = dialect.columns.iter().filter_map(|(_, name)| match name {
                ColumnName::Header(name) => Some(Heading::parse(name, "").name),
                ColumnName::Place(_) => None,
            });
            let own: Vec<String> = own.collect();
            let names = table.names[index].iter().filter(|name| !name.is_empty());
            let met = names.clone().filter(|name| known.contains(name) || own.contains(name));
            (met.count(), names.count())
        }
        None => {
            let width = width_of(dialect, table);
            // Without names of its columns a dialect is known by their shapes alone.
            let named = if dialect.order.is_empty() { width } else { dialect.order.len() };
            (named.min(width), width)
        }
    };
    Known { columns, of_columns, ..Known::default() }
}

fn score(known: &Known) -> u32 {
    let of = known.of_columns.max(1) * known.of_rows.max(1);
    let rows = if known.of_rows == 0 { 1 } else { known.rows };
    u32::try_from(100 * known.columns * rows / of).unwrap_or(0).min(100)
}

/// True if nine rows in ten hold what the dialect says they do.
fn holds_values(dialect: &Dialect, names: &[String], rows: &[&Vec<String>]) -> bool {
    let tests: Vec<(Option<usize>, &Pattern)> = dialect
        .values
        .iter()
        .map(|(column, pattern)| (place_of(column, names, &[]), pattern))
        .collect();
    let holds = |row: &[String]| {
        tests.iter().all(|(place, pattern)| {
            place.is_none_or(|at| pattern.holds(row.get(at).map_or("", String::as_str)))
        })
    };
    let holding = rows.iter().filter(|row| holds(row)).count();
    tests.is_empty() || holding * 10 >= rows.len() * 9
}

fn is_time(text: &str) -> bool {
    let zone = Zone::Fixed(0);
    [DateOrder::Day, DateOrder::Month].into_iter().any(|order| {
        matches!(Times::new(zone, zone).ordered(order).read(text.as_bytes()), Ok(Some(_)))
    })
}

fn line_fits(row: &[String], signature: &Signature) -> bool {
    let (least, most) = signature.fields;
    let at = |place: &usize| row.get(*place).map_or("", String::as_str);
    let is_length =
        |text: &str| matches!(duration::length(text.as_bytes(), Unit::Seconds), Ok(Some(_)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (least..=most).contains(&row.len())
        && signature.words_in.iter().all(|place| signature.words.contains(&fold(at(place))))
        && signature.days.iter().all(|place| crate::when::parse_day(at(place)).is_some())
        && signature.numbers.iter().all(|place| digits(at(place)))
        && signature.lengths.iter().all(|place| is_length(at(place)))
        && signature.times.iter().all(|place| is_time(at(place)))
        && signature
            .times_or_empty
            .iter()
            .all(|place| matches!(at(place), "" | "0") || is_time(at(place)))
}
