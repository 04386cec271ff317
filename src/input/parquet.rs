//! Parquet files: their records as a table. Decimals, times and whole numbers become text exactly.

use std::collections::HashMap;
use std::fs::File;
use std::io;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::data_type::Decimal;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::limit::{COLUMNS, DEPTH, too_much};
use super::serial::expanded;
use super::table::Table;
use crate::when::Day;

/// What the schema says of a time, beyond what a value says.
#[derive(Clone, Copy, Default)]
struct Time {
    /// It is an instant, told in UTC.
    utc: bool,
    /// It counts billionths of a second.
    nanos: bool,
}

/// Writes all records, below the names of their columns.
pub(super) fn write(file: File, table: &mut Table<'_>) -> io::Result<()> {
    let reader = SerializedFileReader::new(file).map_err(wrong)?;
    let mut columns = Columns::default();
    let schema = reader.metadata().file_metadata().schema();
    for field in schema.get_fields() {
        columns.add(field, "", 0)?;
    }
    for (place, name) in columns.names.iter().enumerate() {
        table.put(place, name)?;
    }
    table.end_row()?;
    for row in reader.get_row_iter(None).map_err(wrong)? {
        columns.row(&row.map_err(wrong)?, "", table)?;
        table.end_row()?;
    }
    Ok(())
}

fn wrong(why: parquet::errors::ParquetError) -> io::Error {
    io::Error::other(why)
}

#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, (usize, Time)>,
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Columns {
    fn add(&mut self, field: &Type, path: &str, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(too_much("depth", u64::try_from(DEPTH).unwrap_or(0)));
        }
        let info = field.get_basic_info();
        let path = joined(path, field.name());
        // Lists and maps are one column.
        let is_plain = info.logical_type_ref().is_none()
            && info.converted_type() == ConvertedType::NONE
            && !field.is_primitive();
        if is_plain {
            for inner in field.get_fields() {
                self.add(inner, &path, depth + 1)?;
            }
            return Ok(());
        }
        let time = match info.logical_type_ref() {
            Some(LogicalType::Timestamp(kind)) => {
                Time { utc: kind.is_adjusted_to_u_t_c, nanos: kind.unit == TimeUnit::NANOS }
            }
            _ => Time::default(),
        };
        if self.names.len() >= COLUMNS {
            return Err(too_much("columns", u64::try_from(COLUMNS).unwrap_or(0)));
        }
        self.places.insert(path.clone(), (self.names.len(), time));
        self.names.push(path);
        Ok(())
    }

    fn row(&self, row: &Row, path: &str, table: &mut Table<'_>) -> io::Result<()> {
        for (name, field) in row.get_column_iter() {
            let path = joined(path, name);
            match (self.places.get(&path), field) {
                (Some((place, time)), field) => table.put(*place, &text(field, *time))?,
                (None, Field::Group(inner)) => self.row(inner, &path, table)?,
                (None, _) => {}
            }
        }
        Ok(())
    }
}

fn text(field: &Field, time: Time) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Decimal(decimal) => exact(decimal),
        Field::Date(days) => Day(*days).date().to_string(),
        Field::TimeMillis(millis) => clock(i64::from(*millis) * 1000),
        Field::TimeMicros(micros) => clock(*micros),
        Field::TimestampMillis(millis) => instant(millis.saturating_mul(1000), time),
        Field::TimestampMicros(micros) => instant(*micros, time),
        Field::Long(nanos) if time.nanos => instant(nanos.div_euclid(1000), time),
        // As few digits as tell it from all others; it is stored in binary.
        Field::Double(value) => expanded(&format!("{value:e}")),
        Field::Float(value) => expanded(&format!("{value:e}")),
        other => other.to_string(),
    }
}

/// A decimal is a whole number of so many tenths of tenths.
fn exact(decimal: &Decimal) -> String {
    let bytes = decimal.data();
    let negative = bytes.first().is_some_and(|byte| *byte > 0x7F);
    let mut whole = if negative { -1i128 } else { 0 };
    if bytes.len() > 16 {
        return String::from("#NUM!");
    }
    for byte in bytes {
        whole = whole << 8 | i128::from(*byte);
    }
    let scale = usize::try_from(decimal.scale()).unwrap_or(0);
    let digits = format!("{:0>width$}", whole.unsigned_abs(), width = scale + 1);
    let (before, after) = digits.split_at(digits.len() - scale);
    let sign = if negative { "-" } else { "" };
    let point = if after.is_empty() { "" } else { "." };
    format!("{sign}{before}{point}{after}")
}

fn clock(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000);
    let millis = micros.rem_euclid(1_000_000) / 1000;
    let fraction = if millis > 0 { format!(".{millis:03}") } else { String::new() };
    format!("{:02}:{:02}:{:02}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// An instant in UTC says so; other times are as some clock on a wall shows them.
fn instant(micros: i64, time: Time) -> String {
    const DAY: i64 = 86_400_000_000;
    let Ok(days) = i32::try_from(micros.div_euclid(DAY)) else { return micros.to_string() };
    let zone = if time.utc { "Z" } else { "" };
    format!("{} {}{zone}", Day(days).date(), clock(micros.rem_euclid(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_times_are_exact() {
        assert_eq!(exact(&Decimal::from_i32(-65, 9, 3)), "-0.065");
        assert_eq!(exact(&Decimal::from_i64(12_345, 18, 2)), "123.45");
        assert_eq!(exact(&Decimal::from_i32(7, 9, 0)), "7");
        // 2024-10-08 is day 20,004; 09:01:05.250 is 32,465.25 s.
        let micros = 20_004 * 86_400_000_000 + 32_465_250_000;
        assert_eq!(instant(micros, Time::default()), "2024-10-08 09:01:05.250");
        assert_eq!(instant(-1000, Time { utc: true, nanos: false }), "1969-12-31 23:59:59.999Z");
        assert_eq!(text(&Field::Double(0.1), Time::default()), "0.1");
        assert_eq!(text(&Field::Double(13_800_138_000.0), Time::default()), "13800138000");
    }
}
