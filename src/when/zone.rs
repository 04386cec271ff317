//! Time zones: the embedded tz database, so that every machine gives the same answer.

use std::fmt;

use chrono::{FixedOffset, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Day, SECONDS_A_DAY};

/// A zone by name (`Asia/Shanghai`), `UTC`, or a fixed offset (`+08:00`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A zone of the tz database.
    Named(Tz),
    /// Seconds east of UTC.
    Fixed(i32),
}

/// Why a wall-clock time names no single instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalError {
    /// The clock jumped over it.
    Skipped,
    /// It came twice, when the clock went back.
    Twice,
}

impl Zone {
    /// Reads a zone name or an offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if matches!(text, "UTC" | "GMT" | "Z") {
            return Some(Self::Fixed(0));
        }
        if let Some(offset) = parse_offset(text) {
            return Some(Self::Fixed(offset));
        }
        text.parse().ok().map(Self::Named)
    }

    /// The zone's names of the tz database, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// Seconds east of UTC at an instant.
    #[must_use]
    pub fn offset_at(self, instant: i64) -> i32 {
        match self {
            Self::Fixed(offset) => offset,
            Self::Named(zone) => chrono::DateTime::from_timestamp(instant, 0).map_or(0, |utc| {
                zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc()
            }),
        }
    }

    /// The instant of a wall-clock time.
    ///
    /// # Errors
    /// [`LocalError`] if the clock was changed at that time.
    pub fn instant(self, day: Day, second: u32) -> Result<i64, LocalError> {
        let wall = i64::from(day.0) * SECONDS_A_DAY + i64::from(second);
        match self {
            Self::Fixed(offset) => Ok(wall - i64::from(offset)),
            Self::Named(zone) => {
                let naive = chrono::DateTime::from_timestamp(wall, 0)
                    .map_or(NaiveDateTime::MIN, |utc| utc.naive_utc());
                match zone.offset_from_local_datetime(&naive) {
                    LocalResult::Single(offset) => {
                        Ok(wall - i64::from(offset.fix().local_minus_utc()))
                    }
                    LocalResult::Ambiguous(..) => Err(LocalError::Twice),
                    LocalResult::None => Err(LocalError::Skipped),
                }
            }
        }
    }

    /// The wall clock at an instant.
    #[must_use]
    pub fn local(self, instant: i64) -> (Day, u32) {
        let wall = instant + i64::from(self.offset_at(instant));
        let day = i32::try_from(wall.div_euclid(SECONDS_A_DAY)).unwrap_or(i32::MAX);
        (Day(day), u32::try_from(wall.rem_euclid(SECONDS_A_DAY)).unwrap_or(0))
    }

    /// The instant within a span, its end included, from which on the clock stands otherwise than
    /// at its beginning. The span is of a day at most, in which a clock changes once.
    #[must_use]
    pub fn change_within(self, from: i64, until: i64) -> Option<i64> {
        let offset = self.offset_at(from);
        if self.offset_at(until) == offset {
            return None;
        }
        let (mut before, mut after) = (from, until);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.offset_at(middle) == offset {
                before = middle;
            } else {
                after = middle;
            }
        }
        Some(after)
    }

    /// If the whole day (and the day around it) has one offset, that offset: then wall clock and
    /// instant differ by a constant, and the slow look-up is not needed for this day's calls.
    #[must_use]
    pub fn steady_offset(self, day: Day) -> Option<i32> {
        let midnight = i64::from(day.0) * SECONDS_A_DAY;
        let offsets = [-SECONDS_A_DAY, 0, SECONDS_A_DAY, 2 * SECONDS_A_DAY]
            .map(|shift| self.offset_at(midnight + shift));
        (offsets.iter().all(|offset| *offset == offsets[0])).then_some(offsets[0])
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Fixed(0) => f.write_str("UTC"),
            Self::Fixed(seconds) => {
                let offset = FixedOffset::east_opt(*seconds).unwrap_or_else(|| Utc.fix());
                write!(f, "{offset}")
            }
        }
    }
}

/// `+08:00`, `+0800`, `UTC+8` in seconds east of UTC.
fn parse_offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let hours: i32 = hours.parse().ok().filter(|h| (0..=14).contains(h))?;
    let minutes: i32 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Day {
        Day::from_ymd(year, month, day).expect("test day exists")
    }

    #[test]
    fn reads_names_and_offsets() {
        assert_eq!(Zone::parse("+08:00"), Some(Zone::Fixed(28_800)));
        assert_eq!(Zone::parse("UTC+8"), Some(Zone::Fixed(28_800)));
        assert_eq!(Zone::parse("-0330"), Some(Zone::Fixed(-12_600)));
        assert_eq!(Zone::parse("UTC"), Some(Zone::Fixed(0)));
        assert_eq!(Zone::parse("+1月"), None);
        assert_eq!(
            Zone::parse("Asia/Shanghai").map(|z| z.to_string()),
            Some("Asia/Shanghai".into())
        );
        assert_eq!(Zone::parse("Beijing"), None);
        assert_eq!(Zone::parse("+25:00"), None);
    }

    #[test]
    fn daylight_saving_goes_by_instants() {
        // New York 2025-03-09: 02:00 becomes 03:00, so 01:30 to 03:30 is one hour.
        let zone = Zone::parse("America/New_York").expect("zone exists");
        let spring = day(2025, 3, 9);
        let (before, after) = (zone.instant(spring, 5_400), zone.instant(spring, 12_600));
        assert_eq!(after.and_then(|a| before.map(|b| a - b)), Ok(3_600));
        assert_eq!(zone.instant(spring, 9_000), Err(LocalError::Skipped));
        assert_eq!(zone.instant(day(2025, 11, 2), 5_400), Err(LocalError::Twice));
        assert_eq!(zone.steady_offset(spring), None);
        assert_eq!(zone.steady_offset(day(2025, 6, 1)), Some(-14_400));
        // The change is at 07:00 UTC: 2025-03-09 is 20,156 days after 1970-01-01.
        let midnight = 20_156 * SECONDS_A_DAY;
        let change = midnight + 7 * 3_600;
        assert_eq!(zone.change_within(midnight, midnight + SECONDS_A_DAY), Some(change));
        assert_eq!(zone.change_within(change - 1, change), Some(change));
        assert_eq!(zone.change_within(change, midnight + SECONDS_A_DAY), None);
        assert_eq!(zone.change_within(midnight, change - 1), None);
    }

    #[test]
    fn local_and_instant_are_inverse() {
        let shanghai = Zone::parse("Asia/Shanghai").expect("zone exists");
        let at = shanghai.instant(day(2024, 10, 1), 3_600).expect("no clock change");
        // 2024-10-01 01:00 in Shanghai is 2024-09-30 17:00 UTC.
        assert_eq!(Zone::Fixed(0).local(at), (day(2024, 9, 30), 61_200));
        assert_eq!(shanghai.local(at), (day(2024, 10, 1), 3_600));
        assert_eq!(shanghai.steady_offset(day(2024, 10, 1)), Some(28_800));
    }
}
