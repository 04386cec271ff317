//! Chinese area codes, and the area of each mobile segment. Data and its origin: `data/NOTICE`.

use std::sync::OnceLock;

static AREAS: &str = include_str!("data/areas.tsv");
static SEGMENTS: &[u8] = include_bytes!("data/segments.bin");

/// First seven-digit segment of the table; it holds 1300000 to 1999999.
const FIRST_SEGMENT: usize = 1_300_000;
const SEGMENT_COUNT: usize = 700_000;

/// A Chinese long-distance area, or unknown. The number is its line in `data/areas.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Area(u16);

impl Area {
    /// The tables do not say.
    pub const UNKNOWN: Self = Self(0);

    /// The code with its leading zero, e.g. `0571`.
    #[must_use]
    pub fn code(self) -> Option<&'static str> {
        self.row().map(|row| row.code)
    }

    fn row(self) -> Option<&'static AreaRow> {
        areas_table().rows.get(usize::from(self.0).checked_sub(1)?)
    }
}

struct AreaRow {
    code: &'static str,
    chinese: &'static str,
    english: &'static str,
}

struct Areas {
    rows: Vec<AreaRow>,
    /// By significant digits (two or three), as a number below 1000.
    by_code: Vec<u16>,
}

fn areas_table() -> &'static Areas {
    static TABLE: OnceLock<Areas> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Areas { rows: Vec::new(), by_code: vec![0; 1000] };
        for line in AREAS.lines() {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            let row = AreaRow { code: next(), chinese: next(), english: next() };
            table.rows.push(row);
            let place = u16::try_from(table.rows.len()).unwrap_or(0);
            if let Some(slot) =
                code_index(line.as_bytes().split(|b| *b == b'\t').next().unwrap_or_default())
                    .and_then(|index| table.by_code.get_mut(index))
            {
                *slot = place;
            }
        }
        table
    })
}

/// The number of a code of two or three significant digits, with or without leading zero.
fn code_index(code: &[u8]) -> Option<usize> {
    let digits = code.strip_prefix(b"0").unwrap_or(code);
    let valid = matches!(digits.len(), 2 | 3) && digits.iter().all(u8::is_ascii_digit);
    valid.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')))
}

/// The area of a code: `0571`, `571`, `010`, `10`.
#[must_use]
pub fn area_by_code(code: &[u8]) -> Area {
    code_index(code).map_or(Area::UNKNOWN, |index| Area(areas_table().by_code[index]))
}

/// The area's name in Chinese or English.
#[must_use]
pub fn area_name(area: Area, chinese: bool) -> Option<&'static str> {
    area.row().map(|row| if chinese { row.chinese } else { row.english })
}

/// All areas, by code.
pub fn areas() -> impl Iterator<Item = Area> {
    (1..=areas_table().rows.len()).filter_map(|place| u16::try_from(place).ok().map(Area))
}

/// The area of each of the 700,000 mobile segments.
#[derive(Clone)]
pub struct AreaTable {
    /// Empty when no contract clause asks for areas.
    segments: Vec<u16>,
}

impl AreaTable {
    /// No table: every mobile number's area is unknown.
    #[must_use]
    pub fn none() -> Self {
        Self { segments: Vec::new() }
    }

    /// The embedded table of mainland China.
    #[must_use]
    pub fn mainland() -> Self {
        Self { segments: decode(SEGMENTS) }
    }

    /// Overrides one seven-digit segment, e.g. from the user's own table. False if it is none.
    pub fn set(&mut self, segment: u32, area: Area) -> bool {
        if self.segments.is_empty() {
            self.segments = vec![0; SEGMENT_COUNT];
        }
        let slot = usize::try_from(segment)
            .ok()
            .and_then(|segment| segment.checked_sub(FIRST_SEGMENT))
            .and_then(|index| self.segments.get_mut(index));
        match slot {
            Some(slot) => {
                *slot = area.0;
                true
            }
            None => false,
        }
    }

    /// The area of an eleven-digit mobile number.
    #[must_use]
    pub fn of_mobile(&self, digits: &[u8]) -> Area {
        if self.segments.is_empty() {
            return Area::UNKNOWN;
        }
        let segment = digits
            .iter()
            .take(7)
            .fold(0usize, |sum, digit| sum * 10 + usize::from(digit.wrapping_sub(b'0')));
        segment
            .checked_sub(FIRST_SEGMENT)
            .and_then(|index| self.segments.get(index))
            .map_or(Area::UNKNOWN, |area| Area(*area))
    }
}

impl std::fmt::Debug for AreaTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AreaTable({} segments)", self.segments.len())
    }
}

/// Runs of (length, area), both unsigned LEB128, after the magic line.
fn decode(data: &[u8]) -> Vec<u16> {
    let mut segments = Vec::with_capacity(SEGMENT_COUNT);
    let mut bytes = data.strip_prefix(b"TBSEG1\n").unwrap_or_default().iter();
    let mut number = || {
        let mut value = 0usize;
        for shift in (0..).step_by(7) {
            let byte = *bytes.next()?;
            value |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    };
    while let (Some(length), Some(area)) = (number(), number()) {
        let area = u16::try_from(area).unwrap_or(0);
        segments.resize(segments.len() + length, area);
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_row() {
        assert_eq!(areas().count(), 320);
        for area in areas() {
            let code = area.code().expect("every row has a code");
            assert_eq!(area_by_code(code.as_bytes()), area, "{code}");
            assert_eq!(area_by_code(&code.as_bytes()[1..]), area, "{code}");
        }
        // Well-known ones, from the numbering plan.
        for (code, name) in [("010", "北京市"), ("021", "上海市"), ("0755", "广东省深圳市")]
        {
            assert_eq!(area_name(area_by_code(code.as_bytes()), true), Some(name));
        }
        for wrong in ["0999999", "", "0", "abc", "0100"] {
            assert_eq!(area_by_code(wrong.as_bytes()), Area::UNKNOWN, "{wrong}");
        }
    }

    #[test]
    fn the_table_covers_every_segment() {
        let mut table = AreaTable::mainland();
        assert_eq!(table.segments.len(), SEGMENT_COUNT);
        // Values read off libphonenumber's own rows.
        assert_eq!(table.of_mobile(b"13705711234").code(), Some("0571"));
        assert_eq!(table.of_mobile(b"13000001234").code(), Some("0531"));
        assert_eq!(table.of_mobile(b"12000001234"), Area::UNKNOWN);
        assert!(table.set(1_999_999, area_by_code(b"010")));
        assert_eq!(table.of_mobile(b"19999991234").code(), Some("010"));
        assert!(!table.set(2_000_000, area_by_code(b"010")));
        assert_eq!(AreaTable::none().of_mobile(b"13705711234"), Area::UNKNOWN);
    }
}
