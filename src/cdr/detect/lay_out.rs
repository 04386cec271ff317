//! A dialect met with the columns of a file.

use super::evidence::settle;
use super::header::{above, with_units};
use super::lengths::settle_lengths;
use super::sample::{Sample, Table};
use super::shape::{is_record, is_time, records, width_of};
use crate::cdr::amount::in_another;
use crate::cdr::columns::SaidColumn;
use crate::cdr::dialect::{Dialect, fold_word};
use crate::cdr::habits::{day_alone, look, pair_day_and_time};
use crate::cdr::heading::Heading;
use crate::cdr::kinds::skip_other_kinds;
use crate::cdr::known::{Known, ZoneKnown};
use crate::cdr::layout::{Column, Layout};
use crate::cdr::lengths::billable_is_talk;
use crate::cdr::odd::Oddities;
use crate::cdr::resolve::{Unmet, resolve, unknown_charge};
use crate::cdr::{DateOrder, Field, Habits, Source};
use crate::number::mask_numbers;
use crate::source::Diagnostic;
use crate::text::says_nothing;

impl Sample<'_> {
    pub(super) fn resolved(
        &self,
        header: &[String],
        dialect: &Dialect,
    ) -> Result<Vec<Column>, Unmet> {
        resolve(header, dialect, self.generic, self.wishes.columns, self.wishes.currency)
    }

    pub(super) fn laid_out(
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
        let rows = header.map_or(table.rows.as_slice(), |index| &table.rows[index + 1..]);
        let charge = layout.column(Field::Charge);
        let named = layout.oddities.as_ref().and_then(|odd| odd.other_currency(rows));
        let beside = || charges_in_another(rows, charge?.place, self.wishes.currency);
        let other = named.map(str::to_owned).or_else(beside);
        if let (Some(other), Some(charge)) = (other, charge) {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-currency")
                    .with("path", self.name)
                    .with("column", &charge.header)
                    .with("found", other)
                    .with("currency", self.wishes.currency),
            ));
        }
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
            return Err(self.unknown(names, &layout.columns));
        }
        if dialect.name == self.generic.name && !dialect.exact {
            skip_other_kinds(&mut layout, self.head);
            let told = |field: Field| self.wishes.columns.says(field);
            if ![Field::Talk, Field::Billed, Field::Total].into_iter().any(told)
                && billable_is_talk(&mut layout, self.head)
                && self.wishes.source.is_none()
                && layout.column(Field::Charge).is_none()
            {
                layout.source = Source::Own;
            }
            // A day alone does not say when a call began.
            if let Some(day) = day_alone(&layout, self.head, self.generic) {
                return Err(self.day_alone(names, &layout.columns, &day));
            }
        }
        let mut layout = settle(self, dialect, names, layout)?;
        let known = (dialect.decimal_comma, self.wishes.near);
        look(&mut layout, self.name, self.head, self.wishes.columns, known)?;
        if !dialect.exact {
            settle_lengths(self, dialect.open, &mut layout);
        }
        self.units(dialect, &layout)?;
        self.money(dialect, &mut layout)?;
        if layout.column(Field::Callee).is_none() {
            layout.known.says("note.no-callee", "");
        }
        Ok(layout)
    }

    fn by_header(
        &self,
        dialect: &Dialect,
        table: &Table,
        index: usize,
    ) -> Result<Layout, Box<Diagnostic>> {
        let merged = table.rows.get(index + 1).and_then(|below| {
            with_units(&table.rows[index], below, self.wishes.currency).filter(|_| !dialect.exact)
        });
        let header = merged.as_ref().unwrap_or(&table.rows[index]);
        let columns = self.resolved(header, dialect).map_err(|why| self.unmet(why, table))?;
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
        let most = dialect.below_header.max(usize::from(merged.is_some()));
        let below = table.rows[index + 1..].iter().take(most);
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

    fn too_short(&self, dialect: &Dialect) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error_without_place("cdr-dialect-short").with("dialect", &dialect.name),
        )
    }

    /// A column can't be taken as it was asked for.
    pub(super) fn unmet(&self, why: Unmet, table: &Table) -> Box<Diagnostic> {
        match why {
            Unmet::Absent(column) => self.no_column(&column, table),
            Unmet::Several(column, names) => Box::new(
                Diagnostic::error_without_place("cdr-column-several")
                    .with("path", self.name)
                    .with("column", column)
                    .with("names", names.join(", ")),
            ),
            Unmet::Shared(part) => {
                Box::new(Diagnostic::error_without_place("columns-same").with("part", part))
            }
        }
    }

    /// A column that was asked for is not there.
    fn no_column(&self, column: &str, table: &Table) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error_without_place("cdr-no-column")
                .with("path", self.name)
                .with("column", column)
                .with("header", mask_numbers(&table.first())),
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
        let by_number = self.wishes.columns.columns.iter().any(|said| said.place().is_some());
        let columns = match (names, by_number) {
            ([_, ..], true) if names.len() < width => {
                let mut all = names.to_vec();
                all.resize(width, String::new());
                self.resolved(&all, dialect)
            }
            _ => self.resolved(names, dialect),
        };
        let columns = columns.map_err(|why| self.unmet(why, table))?;
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
        let start = self.wishes.columns.columns.iter().find(|said| said.field == Field::Start);
        let start = start.and_then(SaidColumn::place).unwrap_or(0);
        let (above, header, width) = above(&table, start);
        let header = header.map_or_else(Vec::new, |index| table.rows[index].clone());
        let columns = self.resolved(&header, &plain).map_err(|why| self.unmet(why, &table))?;
        if let Some(column) = Self::beyond(&table, &columns) {
            return Err(self.no_column(&column, &table));
        }
        if !Layout::suffices(&columns) {
            return Err(Box::new(
                Diagnostic::error_without_place("cdr-columns-short").with("path", self.name),
            ));
        }
        let mut layout = self.layout(&plain, table.delimiter, &header, columns);
        layout.header_lines = u64::try_from(above).unwrap_or(0);
        if !header.is_empty() {
            layout.header = self.line(above - 1).as_bytes().to_vec();
        }
        layout.dialect = "columns".to_owned();
        layout.fields = width;
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
            currency: wishes.currency.to_owned(),
            oddities: (!oddities.is_nothing()).then(|| Box::new(oddities)),
            known: Known::default(),
        }
    }
}

/// The currency beside the charges of the first rows, where each that is any names another than is
/// reckoned in.
fn charges_in_another(rows: &[Vec<String>], place: usize, currency: &str) -> Option<String> {
    let mut other = None;
    for cell in rows.iter().filter_map(|row| row.get(place)) {
        let nothing = cell.trim().trim_matches(['0', '.', ',']);
        if !says_nothing(nothing) {
            let mark = in_another(cell, currency)?;
            other.get_or_insert(mark);
        }
    }
    other
}
