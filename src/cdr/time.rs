//! Dates and times as exports write them, as instants and in the contract's zone.
//!
//! `chrono`'s own format parser takes some 160 ns a text, three texts a row; the usual form is
//! therefore read by hand, and what is known of a day is kept.

use crate::when::{Day, LocalError, SECONDS_A_DAY, Zone};

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) instant: i64,
    /// The day in the contract's zone.
    pub(super) day: Day,
    /// The second of that day.
    pub(super) second: u32,
    /// The text had no seconds.
    pub(super) minutes_only: bool,
}

/// Why a text is no point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeError {
    /// Not one of the forms, or no such date or time.
    Form,
    /// The clocks changed then.
    ClockChange,
}

/// What is known of one calendar day in the file's zone.
#[derive(Clone, Copy)]
struct KnownDay {
    key: u32,
    day: Day,
    /// The zone's offset all day; `None` if it changes around then.
    offset: Option<i32>,
}

/// Reads times of one file.
pub(super) struct Times {
    file_zone: Zone,
    contract_zone: Zone,
    same_zone: bool,
    /// By month and day; the key tells the year.
    days: Vec<KnownDay>,
}

impl Times {
    pub(super) fn new(file_zone: Zone, contract_zone: Zone) -> Self {
        let unknown = KnownDay {
            key: u32::MAX,
            day: Day(0),
            offset: None,
        };
        let same_zone = file_zone == contract_zone;
        Self {
            file_zone,
            contract_zone,
            same_zone,
            days: vec![unknown; 512],
        }
    }

    /// Reads a time; an empty text, `-` or `0` is none.
    ///
    /// # Errors
    /// [`TimeError`] if it is no time.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8]) -> Result<Option<Moment>, TimeError> {
        if let Ok(text) = <&[u8; 19]>::try_from(text) {
            if let Some((key, second)) = usual(text) {
                return self.wall(key, second, false).map(Some);
            }
        }
        self.unusual(text)
    }

    /// A wall-clock time in the file's zone.
    #[inline]
    fn wall(&mut self, key: u32, second: u32, minutes_only: bool) -> Result<Moment, TimeError> {
        let slot = (key & 511) as usize;
        if self.days[slot].key != key {
            self.learn(key).ok_or(TimeError::Form)?;
        }
        let known = self.days[slot];
        let instant = match known.offset {
            Some(offset) => {
                i64::from(known.day.0) * SECONDS_A_DAY + i64::from(second) - i64::from(offset)
            }
            None => self
                .file_zone
                .instant(known.day, second)
                .map_err(|error| match error {
                    LocalError::Skipped | LocalError::Twice => TimeError::ClockChange,
                })?,
        };
        if self.same_zone {
            return Ok(Moment {
                instant,
                day: known.day,
                second,
                minutes_only,
            });
        }
        Ok(self.moment(instant, minutes_only))
    }

    fn moment(&self, instant: i64, minutes_only: bool) -> Moment {
        let (day, second) = self.contract_zone.local(instant);
        Moment {
            instant,
            day,
            second,
            minutes_only,
        }
    }

    #[cold]
    fn learn(&mut self, key: u32) -> Option<()> {
        let (year, month, day) = (key >> 9, key >> 5 & 15, key & 31);
        let day = Day::from_ymd(year.cast_signed(), month, day)?;
        let offset = self.file_zone.steady_offset(day);
        self.days[(key & 511) as usize] = KnownDay { key, day, offset };
        Some(())
    }

    #[cold]
    fn unusual(&mut self, text: &[u8]) -> Result<Option<Moment>, TimeError> {
        let text = std::str::from_utf8(text)
            .map_err(|_| TimeError::Form)?
            .trim();
        if matches!(
            text,
            "" | "-" | "--" | "0" | "NULL" | "null" | "0000-00-00 00:00:00"
        ) {
            return Ok(None);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.digits(text).map(Some);
        }
        let (wall, offset) = split_offset(text);
        let (key, second, minutes_only) = written(wall).ok_or(TimeError::Form)?;
        match offset {
            // The text names its own zone.
            Some(zone) => {
                let (year, month, day) = (key >> 9, key >> 5 & 15, key & 31);
                let day = Day::from_ymd(year.cast_signed(), month, day).ok_or(TimeError::Form)?;
                let instant = zone
                    .instant(day, second)
                    .map_err(|_| TimeError::ClockChange)?;
                Ok(Some(self.moment(instant, minutes_only)))
            }
            None => self.wall(key, second, minutes_only).map(Some),
        }
    }

    /// `20230725141448`, `202307251414`, or seconds or milliseconds since 1970 in UTC.
    fn digits(&mut self, text: &str) -> Result<Moment, TimeError> {
        let number: i64 = text.parse().map_err(|_| TimeError::Form)?;
        match text.len() {
            14 | 12 => {
                let part = |from: usize, until: usize| text[from..until].parse::<u32>();
                let read = || -> Result<(u32, u32), std::num::ParseIntError> {
                    let key = part(0, 4)? << 9 | part(4, 6)? << 5 | part(6, 8)?;
                    let seconds = if text.len() == 14 { part(12, 14)? } else { 0 };
                    let (hour, minute) = (part(8, 10)?, part(10, 12)?);
                    let valid = hour < 24 && minute < 60 && seconds < 60 && part(4, 6)? < 13;
                    Ok((
                        if valid { key } else { 0 },
                        hour * 3600 + minute * 60 + seconds,
                    ))
                };
                let (key, second) = read().map_err(|_| TimeError::Form)?;
                self.wall(key, second, text.len() == 12)
            }
            10 => Ok(self.moment(number, false)),
            13 => Ok(self.moment(number.div_euclid(1000), false)),
            _ => Err(TimeError::Form),
        }
    }
}

/// `2024-10-29 09:15:54` (also with `/` and `T`): the day's key and the second of the day.
#[inline]
fn usual(text: &[u8; 19]) -> Option<(u32, u32)> {
    let mut wrong = 0u8;
    let mut two = |at: usize| -> u32 {
        let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
        wrong |= u8::from(tens > 9) | u8::from(ones > 9);
        u32::from(tens) * 10 + u32::from(ones)
    };
    let year = two(0) * 100 + two(2);
    let (month, day) = (two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    let separated = matches!(text[4], b'-' | b'/')
        && text[7] == text[4]
        && matches!(text[10], b' ' | b'T')
        && text[13] == b':'
        && text[16] == b':';
    let valid = wrong == 0 && separated && month < 13 && hour < 24 && minute < 60 && second < 60;
    valid
        .then_some((
            year << 9 | month << 5 | day & 31,
            hour * 3600 + minute * 60 + second,
        ))
        .filter(|_| day < 32)
}

/// Splits `Z`, `+08:00` or ` UTC` off the end.
fn split_offset(text: &str) -> (&str, Option<Zone>) {
    for suffix in ["Z", " UTC", " GMT"] {
        if let Some(wall) = text.strip_suffix(suffix) {
            return (wall.trim_end(), Some(Zone::Fixed(0)));
        }
    }
    // A sign after the time of day; a minus before it belongs to the date.
    let time = text.find(':').unwrap_or(text.len());
    match text[time..].find(['+', '-']) {
        Some(at) => {
            let (wall, offset) = text.split_at(time + at);
            (wall.trim_end(), Zone::parse(offset.trim()))
        }
        None => (text, None),
    }
}

/// `2020/2/10 22:41`, `2024年5月1日 9:05:07`, fractions of a second dropped.
fn written(text: &str) -> Option<(u32, u32, bool)> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or_else(|| {
        text.find('日')
            .map_or((text, ""), |at| text.split_at(at + '日'.len_utf8()))
    });
    let day = crate::when::parse_day(date)?;
    let time = time.trim();
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = time
        .split([':', '时', '分'])
        .map(|part| part.trim_end_matches('秒').trim());
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second = match parts.next() {
        Some("") | None => None,
        Some(text) => Some(text.parse::<u32>().ok()?),
    };
    if parts.next().is_some_and(|rest| !rest.is_empty()) {
        return None;
    }
    let seconds = second.unwrap_or(0);
    if hour > 23 || minute > 59 || seconds > 59 {
        return None;
    }
    use chrono::Datelike;
    let key = day.year().unsigned_abs() << 9 | day.month() << 5 | day.day();
    Some((key, hour * 3600 + minute * 60 + seconds, second.is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(file: &str) -> Times {
        let zone = |name| Zone::parse(name).expect("zone exists");
        Times::new(zone(file), zone("Asia/Shanghai"))
    }

    fn read(text: &str) -> Result<Option<(String, u32)>, TimeError> {
        times("Asia/Shanghai")
            .read(text.as_bytes())
            .map(|moment| moment.map(|m| (m.day.to_string(), m.second)))
    }

    #[test]
    fn one_moment_in_many_spellings() {
        let expected = Ok(Some(("2024-05-01".to_owned(), 32_707)));
        for text in [
            "2024-05-01 09:05:07",
            "2024/05/01 09:05:07",
            "2024-05-01T09:05:07",
            "2024/5/1 9:05:07",
            "2024年5月1日 9:05:07",
            "2024年5月1日9时05分07秒",
            "20240501090507",
            "2024-05-01 09:05:07.250",
            "2024-05-01T01:05:07Z",
            "2024-05-01T09:05:07+08:00",
            "2024-05-01 01:05:07 UTC",
            "1714525507",
            "1714525507999",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(
            read("2020/2/10 22:41"),
            Ok(Some(("2020-02-10".to_owned(), 81_660)))
        );
        for text in ["", "-", "0"] {
            assert_eq!(read(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_never_was() {
        for text in [
            "2024-15-01 09:05:07",
            "2024-02-30 09:05:07",
            "2024-05-01 24:00:00",
            "2024-05-01 09:60:00",
            "2024-05-32 09:05:07",
            "2024-05-00 09:05:07",
            "09:05:07",
            "20241501090507",
            "20240501250507",
            "2024-05-01",
            "yesterday",
            "2024-05-01 9",
            "1.7145E+09",
            "123",
        ] {
            assert_eq!(read(text), Err(TimeError::Form), "{text}");
        }
    }

    #[test]
    fn a_file_in_another_zone_moves_days() {
        let moment = times("UTC")
            .read(b"2024-09-30 17:30:00")
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (moment.day.to_string().as_str(), moment.second),
            ("2024-10-01", 5_400)
        );
        let mut new_york = times("America/New_York");
        assert_eq!(
            new_york.read(b"2025-03-09 02:30:00"),
            Err(TimeError::ClockChange)
        );
        let before = new_york
            .read(b"2025-03-09 01:30:00")
            .expect("reads")
            .expect("is there");
        let after = new_york
            .read(b"2025-03-09 03:30:00")
            .expect("reads")
            .expect("is there");
        assert_eq!(after.instant - before.instant, 3_600);
    }
}
