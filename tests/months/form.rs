//! The form of a time, a length or a charge, seen in a fixture's cell, and others written alike.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};

/// How times are written.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeForm {
    /// Seconds since 1970, times so many, plus so many.
    Count(i64, i64),
    /// A pattern, digits of a second's fraction, what follows with the zone it names.
    Wall(&'static str, usize, String, Option<i32>),
    /// A pattern without the year.
    NoYear(&'static str),
    /// A day alone, or a time of day alone.
    Part(&'static str),
}

const WALL: [&str; 15] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%a, %d %b %Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%-m/%-d/%y %I:%M %p",
    "%-d/%-m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%Y/%-m/%-d %-H:%M:%S",
    "%Y/%-m/%-d %-H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%d %b %Y %H:%M:%S",
    "%Y%m%d%H%M%S",
];
const DAYS: [&str; 6] = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d", "%d/%m/%Y", "%d %b %Y"];

/// The zone that a text names: `+02`, `+0000`, `Z`, `GMT+0`.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    if text == "Z" || text == "UTC" || text == "GMT+0" {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|m| !m.is_empty()).map_or(Ok(0), str::parse).ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

impl TimeForm {
    pub fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        if cell.bytes().all(|byte| byte.is_ascii_digit()) {
            match cell.len() {
                10 => return Some(Self::Count(1, 0)),
                11 => return Some(Self::Count(1, 62_167_219_200)),
                13 => return Some(Self::Count(1000, 0)),
                _ => {}
            }
        }
        for pattern in WALL {
            let Ok((time, rest)) = NaiveDateTime::parse_and_remainder(cell, pattern) else {
                continue;
            };
            let written = time.format(pattern).to_string();
            if !cell.starts_with(&written) {
                continue;
            }
            let digits = rest
                .strip_prefix('.')
                .map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            let suffix = if digits > 0 { &rest[digits + 1..] } else { rest };
            if suffix.is_empty() || offset(suffix).is_some() {
                return Some(Self::Wall(pattern, digits, suffix.to_owned(), offset(suffix)));
            }
        }
        let year = format!("2024-{cell}");
        if NaiveDateTime::parse_from_str(&year, "%Y-%m-%d %H:%M:%S").is_ok() {
            return Some(Self::NoYear("%m-%d %H:%M:%S"));
        }
        if NaiveTime::parse_from_str(cell, "%H:%M:%S").is_ok() {
            return Some(Self::Part("%H:%M:%S"));
        }
        let day = DAYS.into_iter().find(|day| NaiveDate::parse_from_str(cell, day).is_ok());
        day.map(Self::Part)
    }

    /// The same, with the day before the month or behind it.
    pub fn ordered(self, dmy: bool) -> Self {
        let of = |pattern: &'static str| match (pattern, dmy) {
            ("%m/%d/%Y %I:%M:%S %p", true) => "%d/%m/%Y %I:%M:%S %p",
            ("%-m/%-d/%y %I:%M %p", true) => "%-d/%-m/%y %I:%M %p",
            ("%-d/%-m/%Y %H:%M:%S", false) => "%-m/%-d/%Y %H:%M:%S",
            ("%d/%m/%Y %H:%M:%S", false) => "%m/%d/%Y %H:%M:%S",
            ("%d/%m/%Y", false) => "%m/%d/%Y",
            _ => pattern,
        };
        match self {
            Self::Wall(pattern, digits, suffix, zone) => {
                Self::Wall(of(pattern), digits, suffix, zone)
            }
            Self::Part(pattern) => Self::Part(of(pattern)),
            other => other,
        }
    }

    /// True if the order of day and month is not plain.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Wall(p, ..) | Self::Part(p) if p.contains("/%") && !p.starts_with("%Y"))
    }

    pub fn minutes_only(&self) -> bool {
        matches!(self, Self::Wall(pattern, ..) if !pattern.contains("%S"))
    }

    /// The zone does not follow from the text.
    pub fn needs_zone(&self) -> bool {
        !matches!(self, Self::Count(..) | Self::Wall(_, _, _, Some(_)))
    }

    pub fn write(&self, instant: i64, zone: &Clock) -> String {
        let zone = match self {
            Self::Wall(_, _, _, Some(offset)) => Clock::Fixed(*offset),
            _ => zone.clone(),
        };
        let wall = zone.wall(instant);
        match self {
            Self::Count(times, plus) => ((instant + plus) * times).to_string(),
            Self::Wall(pattern, digits, suffix, _) => {
                let fraction =
                    if *digits > 0 { format!(".{}", "0".repeat(*digits)) } else { String::new() };
                format!("{}{fraction}{suffix}", wall.format(pattern))
            }
            Self::NoYear(pattern) | Self::Part(pattern) => wall.format(pattern).to_string(),
        }
    }
}

/// A zone.
#[derive(Clone, Debug)]
pub enum Clock {
    Fixed(i32),
    Named(chrono_tz::Tz),
}

impl Clock {
    pub fn parse(name: &str) -> Self {
        match name {
            "UTC" => Self::Fixed(0),
            _ => {
                offset(name).map_or_else(|| Self::Named(name.parse().expect("a zone")), Self::Fixed)
            }
        }
    }

    fn wall(&self, instant: i64) -> NaiveDateTime {
        let utc = DateTime::from_timestamp(instant, 0).expect("in range");
        let offset: FixedOffset = match self {
            Self::Fixed(seconds) => FixedOffset::east_opt(*seconds).expect("an offset"),
            Self::Named(zone) => zone.offset_from_utc_datetime(&utc.naive_utc()).fix(),
        };
        utc.with_timezone(&offset).naive_local()
    }

    /// The instant of a local midnight; no clock changes near it.
    pub fn midnight(&self, day: &str) -> i64 {
        let day: NaiveDate = day.parse().expect("a day");
        let wall = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp();
        wall - (self.wall(wall).and_utc().timestamp() - wall)
    }
}

/// How lengths are written.
#[derive(Clone, Debug, PartialEq)]
pub enum LengthForm {
    Number,
    /// `01:02:03`.
    Clock,
    /// `1小时2分3秒`.
    Chinese,
    /// `83s (1m 23s)`.
    Twice,
}

impl LengthForm {
    pub fn of(cells: &[&str]) -> Self {
        if cells.iter().any(|cell| cell.contains(':')) {
            Self::Clock
        } else if cells.iter().any(|cell| cell.contains('秒')) {
            Self::Chinese
        } else if cells.iter().any(|cell| cell.contains("s (")) {
            Self::Twice
        } else {
            Self::Number
        }
    }

    /// `unit` in milliseconds.
    pub fn write(&self, seconds: i64, unit: i64) -> String {
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match self {
            Self::Number => (seconds * 1000 / unit).to_string(),
            Self::Clock => format!("{h:02}:{m:02}:{s:02}"),
            Self::Chinese if h > 0 => format!("{h}小时{m}分{s}秒"),
            Self::Chinese if m > 0 => format!("{m}分{s}秒"),
            Self::Chinese => format!("{s}秒"),
            Self::Twice if h > 0 => format!("{seconds}s ({h}h {m}m {s}s)"),
            Self::Twice if m > 0 => format!("{seconds}s ({m}m {s}s)"),
            Self::Twice => format!("{seconds}s"),
        }
    }
}
