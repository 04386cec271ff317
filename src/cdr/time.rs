//! Dates and times as exports write them, as instants and in the contract's zone.
//!
//! `chrono`'s own format parser takes some 160 ns a text, three texts a row; the usual form is
//! therefore read by hand, and what is known of a day is kept.

use super::counts::{Counted, counted};
use super::dates::{self, DateOrder};
use super::spelled::{Wall, of_day, split_offset, without_year, written, zone_within};
use crate::input::{Encoding, decode_line};
use crate::text::{bare_cell, half_width, says_nothing};
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
    day: Day,
    /// Instant of its midnight, if the zone's offset is the same all day.
    midnight: Option<i64>,
    known: bool,
}

/// The days of one month, found by the text `2024-10-` that their times begin with.
#[derive(Clone)]
struct KnownMonth {
    prefix: u64,
    days: [KnownDay; 32],
}

/// Reads times of one file.
pub(super) struct Times {
    file_zone: Zone,
    contract_zone: Zone,
    same_zone: bool,
    /// What comes first in dates that don't begin with the year.
    dates: DateOrder,
    /// By number of the month; the prefix tells the year.
    months: Vec<KnownMonth>,
    /// The contract zone's offset by UTC day, where it is the same all day.
    offsets: Vec<(Day, Option<i32>)>,
    /// A day in the midst of what is read, for times without a year.
    near: Option<Day>,
}

impl Times {
    pub(super) fn new(file_zone: Zone, contract_zone: Zone) -> Self {
        let unknown = KnownDay { day: Day(0), midnight: None, known: false };
        let month = KnownMonth { prefix: 0, days: [unknown; 32] };
        Self {
            file_zone,
            contract_zone,
            same_zone: file_zone == contract_zone,
            dates: DateOrder::default(),
            months: vec![month; 16],
            offsets: vec![(Day(i32::MIN), None); 16],
            near: None,
        }
    }

    /// Times without a year are of the year that puts them nearest to a day.
    pub(super) fn near(self, near: Option<Day>) -> Self {
        Self { near, ..self }
    }

    /// The same, for a file whose dates are written in this order.
    pub(super) fn ordered(self, dates: DateOrder) -> Self {
        Self { dates, ..self }
    }

    /// Reads a time; an empty text, `-` or `0` is none.
    ///
    /// # Errors
    /// [`TimeError`] if it is no time.
    #[inline(always)]
    pub(super) fn read(&mut self, text: &[u8]) -> Result<Option<Moment>, TimeError> {
        if let Ok(text) = <&[u8; 19]>::try_from(text)
            && let Some(moment) = self.usual(text)
        {
            return Ok(Some(moment));
        }
        self.unusual(text)
    }

    /// `2024-10-29 09:15:54` (also with `/` and `T`), on a day that is already known.
    #[inline(always)]
    fn usual(&mut self, text: &[u8; 19]) -> Option<Moment> {
        let word = |from: usize| -> u64 {
            u64::from_le_bytes(text[from..from + 8].try_into().expect("eight bytes"))
        };
        let (date, time) = (word(0), word(11));
        // The low four bits of a digit's character are the digit.
        let month = (date >> 40 & 1) * 10 + (date >> 48 & 15);
        let (tens, ones) = (text[8].wrapping_sub(b'0'), text[9].wrapping_sub(b'0'));
        if tens > 3 || ones > 9 || !matches!(text[10], b' ' | b'T') {
            return None;
        }
        let second = clock(time)?;
        let month = &self.months[(month & 15) as usize];
        let known = month.days[usize::from((tens * 10 + ones) & 31)];
        if month.prefix != date || !known.known || (tens == 3 && ones > 1) {
            return None;
        }
        let instant = known.midnight? + i64::from(second);
        if self.same_zone {
            return Some(Moment { instant, day: known.day, second, minutes_only: false });
        }
        Some(self.moment(instant, false))
    }

    /// A wall-clock time in the file's zone.
    fn wall(&mut self, wall: Wall) -> Result<Moment, TimeError> {
        let Wall { year, month, day, second, minutes_only } = wall;
        let day = Day::from_ymd(year, month, day).ok_or(TimeError::Form)?;
        let instant = self.file_zone.instant(day, second).map_err(|error| match error {
            LocalError::Skipped | LocalError::Twice => TimeError::ClockChange,
        })?;
        if self.same_zone {
            return Ok(Moment { instant, day, second, minutes_only });
        }
        Ok(self.moment(instant, minutes_only))
    }

    /// An instant in the contract's zone.
    #[inline]
    fn moment(&mut self, instant: i64, minutes_only: bool) -> Moment {
        let utc = Day(i32::try_from(instant.div_euclid(SECONDS_A_DAY)).unwrap_or(i32::MAX));
        let slot = (utc.0 & 15) as usize;
        if self.offsets[slot].0 != utc {
            self.offsets[slot] = (utc, self.contract_zone.steady_offset(utc));
        }
        let (day, second) = match self.offsets[slot].1 {
            Some(offset) => Zone::Fixed(offset).local(instant),
            None => self.contract_zone.local(instant),
        };
        Moment { instant, day, second, minutes_only }
    }

    /// What the file's clock shows at the same time of the day after.
    ///
    /// # Errors
    /// [`TimeError::ClockChange`] if it shows that never, or twice.
    pub(super) fn next_day(&mut self, moment: Moment) -> Result<Moment, TimeError> {
        let (day, second) = self.file_zone.local(moment.instant);
        let next = self.file_zone.instant(Day(day.0 + 1), second);
        let instant = next.map_err(|_| TimeError::ClockChange)?;
        Ok(self.moment(instant, moment.minutes_only))
    }

    /// Remembers a day that was written in the usual form.
    #[cold]
    fn learn(&mut self, text: &str, wall: Wall) {
        let Some(prefix) = text.as_bytes().first_chunk::<8>() else {
            return;
        };
        let Some(day) = Day::from_ymd(wall.year, wall.month, wall.day) else {
            return;
        };
        let usual = text.len() == 19 && matches!(prefix[4], b'-' | b'/') && prefix[7] == prefix[4];
        if !usual {
            return;
        }
        let prefix = u64::from_le_bytes(*prefix);
        let month = &mut self.months[(wall.month & 15) as usize];
        if month.prefix != prefix {
            month.prefix = prefix;
            month.days.iter_mut().for_each(|day| day.known = false);
        }
        let midnight = self
            .file_zone
            .steady_offset(day)
            .map(|offset| i64::from(day.0) * SECONDS_A_DAY - i64::from(offset));
        month.days[(wall.day & 31) as usize] = KnownDay { day, midnight, known: true };
    }

    #[cold]
    fn unusual(&mut self, text: &[u8]) -> Result<Option<Moment>, TimeError> {
        let (text, _) = decode_line(bare_cell(text), Encoding::Ascii);
        let half: String;
        let text = if text.is_ascii() {
            text.trim()
        } else {
            half = text.chars().map(half_width).collect();
            half.trim()
        };
        if text == "0" || says_nothing(text) || NEVER.iter().any(|day| text.starts_with(day)) {
            return Ok(None);
        }
        match counted(text) {
            Some(Counted::Instant(instant)) => return Ok(Some(self.moment(instant, false))),
            Some(Counted::Wall(wall)) => return self.wall(wall).map(Some),
            None => {}
        }
        let bare = dates::without_weekday(text);
        let text = bare.as_deref().unwrap_or(text);
        let within = zone_within(text);
        let (bare, offset) = match &within {
            Some((bare, zone)) => (bare.as_str(), Some(*zone)),
            None => split_offset(text),
        };
        let wall = written(bare)
            .or_else(|| dates::written(bare, self.dates))
            .or_else(|| without_year(bare, self.dates, self.near?))
            .ok_or(TimeError::Form)?;
        match offset {
            // The text names its own zone.
            Some(zone) => {
                let day = Day::from_ymd(wall.year, wall.month, wall.day).ok_or(TimeError::Form)?;
                let instant = zone.instant(day, wall.second).map_err(|_| TimeError::ClockChange)?;
                Ok(Some(self.moment(instant, wall.minutes_only)))
            }
            None => {
                self.learn(text, wall);
                self.wall(wall).map(Some)
            }
        }
    }
}

/// Days that databases write where there is no time.
const NEVER: [&str; 4] = ["0000-00-00", "0001-01-01", "1900-01-00", "1970-01-01"];

/// The second of the day of `09:15:54`, eight characters in one word.
#[inline(always)]
fn clock(text: u64) -> Option<u32> {
    const SHAPE: u64 = 0xF0F0_FFF0_F0FF_F0F0;
    const DIGITS: u64 = 0x0F0F_000F_0F00_0F0F;
    let digits = text & DIGITS;
    // Adding 6 carries out of the low half of a byte exactly if it is above 9.
    let above_nine = (digits + 0x0606_0006_0600_0606) & 0xF0F0_00F0_F000_F0F0;
    if text & SHAPE != 0x3030_3A30_303A_3030 || above_nine != 0 {
        return None;
    }
    // Each pair of digits becomes a number in the byte of its first digit; none passes 99.
    let pairs = digits * 10 + (digits >> 8);
    let two = |at: u32| (pairs >> at & 0x7F) as u32;
    of_day(two(0), two(24), two(48))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdr::spelled::lacks_year;

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
            "01:05:07 UTC 2024-05-01",
            "Wed May 01 01:05:07 +0000 2024",
            "2024-05-01 09:05:07 +0800 CST",
            "1714525507",
            "1714525507999",
            "=\"2024-05-01 09:05:07\"",
            "2024-05-01T01:05:07.0000000+00:00",
            "2024-05-01T09:05:07+0800",
            "2024/5/1 上午9:05:07",
            "2024年5月1日 上午 9:05:07",
            "'2024-05-01 09:05:07'",
            "2024-05-01 09:05:07 +08",
            "2024-05-01(周三) 09:05:07",
            "2024-05-01（星期三）09:05:07",
            "2024-05-01 周三 09:05:07",
            "2024-05-01 (Wed) 09:05:07",
            "Wed May 01 2024 09:05:07 GMT+0800 (中国标准时间)",
            "２０２４－０５－０１　０９：０５：０７",
            "1714525507.999123",
            "1714525507999123",
            "63881744707",
            "20240501090507.123",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("2020/2/10 22:41"), Ok(Some(("2020-02-10".to_owned(), 81_660))));
        for text in ["2024/5/1 下午9:05:07", "2024/5/1 晚上 9:05:07", "2024/5/1 下午21:05:07"]
        {
            assert_eq!(read(text), Ok(Some(("2024-05-01".to_owned(), 75_907))), "{text}");
        }
        // 2024年5月1日 9:05:07 in GB18030.
        let gb = b"2024\xC4\xEA5\xD4\xC21\xC8\xD5 9:05:07";
        let moment = times("Asia/Shanghai").read(gb).expect("reads").expect("is there");
        assert_eq!((moment.day.to_string().as_str(), moment.second), ("2024-05-01", 32_707));
        for text in ["", "-", "0", "NULL", "[None]", "0000-00-00 00:00:00", "1970-01-01 08:00:00"] {
            assert_eq!(read(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_time_without_year_is_of_the_year_nearest_by() {
        let near = |day: &str, text: &str| {
            let day = Day::from(crate::when::parse_day(day).expect("test day"));
            let read = times("Asia/Shanghai").near(Some(day)).read(text.as_bytes());
            read.map(|moment| moment.map(|m| (m.day.to_string(), m.second)))
        };
        let at = |day: &str, second| Ok(Some((day.to_owned(), second)));
        // 14:07:37 is second 14 × 3600 + 7 × 60 + 37 = 50857.
        for text in ["09-18 14:07:37", "9/18 14:07:37", "9月18日 14:07:37", "9月18日14时07分37秒"]
        {
            assert_eq!(near("2018-09-15", text), at("2018-09-18", 50_857), "{text}");
            assert!(lacks_year(text), "{text}");
        }
        assert_eq!(near("2019-01-10", "12-31 00:00:00"), at("2018-12-31", 0));
        assert_eq!(near("2018-12-20", "01-05 00:00:00"), at("2019-01-05", 0));
        assert_eq!(near("2024-03-01", "02-29 00:00:00"), at("2024-02-29", 0));
        assert_eq!(near("2023-03-01", "02-30 00:00:00"), Err(TimeError::Form));
        assert_eq!(read("09-18 14:07:37"), Err(TimeError::Form));
        assert!(
            !lacks_year("2018-09-18 14:07:37") && !lacks_year("13-18 14:07:37"),
            "neither is a month"
        );
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
            "2024050109",
            "2024-05-01 09:05:07+05:30:00",
            "2024-05-01 09:05:07 GMT+5.5",
            "2024-05-01 09:05:07 - 2024-05-01 09:06:07",
        ] {
            assert_eq!(read(text), Err(TimeError::Form), "{text}");
        }
    }

    #[test]
    fn a_file_in_another_zone_moves_days() {
        let moment = times("UTC").read(b"2024-09-30 17:30:00").expect("reads").expect("is there");
        assert_eq!((moment.day.to_string().as_str(), moment.second), ("2024-10-01", 5_400));
        let mut new_york = times("America/New_York");
        assert_eq!(new_york.read(b"2025-03-09 02:30:00"), Err(TimeError::ClockChange));
        let before = new_york.read(b"2025-03-09 01:30:00").expect("reads").expect("is there");
        let after = new_york.read(b"2025-03-09 03:30:00").expect("reads").expect("is there");
        assert_eq!(after.instant - before.instant, 3_600);
        // The day of 23 hours: 01:30 the day after is 23 hours later.
        let eve = new_york.read(b"2025-03-08 03:30:00").expect("reads").expect("is there");
        assert_eq!(new_york.next_day(eve), Ok(after));
        let skipped = new_york.read(b"2025-03-08 02:30:00").expect("reads").expect("is there");
        assert_eq!(new_york.next_day(skipped), Err(TimeError::ClockChange));
    }
}
