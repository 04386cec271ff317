//! Dates and times as exports write them, as instants and in the contract's zone.
//!
//! `chrono`'s own format parser takes some 160 ns a text, three texts a row; the usual form is
//! therefore read by hand, and what is known of a day is kept.

use chrono::Datelike;

use super::counts::{Counted, counted, second_of};
use super::dates::{self, DateOrder};
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

    /// The same time of the day after.
    pub(super) fn next_day(&mut self, moment: Moment) -> Moment {
        self.moment(moment.instant + SECONDS_A_DAY, moment.minutes_only)
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
        let (bare, offset) = split_offset(text);
        let wall = written(bare)
            .or_else(|| dates::written(bare, self.dates))
            .or_else(|| without_year(bare, self.near?))
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

/// A date and time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wall {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) second: u32,
    pub(super) minutes_only: bool,
}

impl Wall {
    /// A date and a time of day: hour, minute, and second if it is written.
    pub(super) fn new(
        year: i32,
        month: u32,
        day: u32,
        (hour, minute, second): (u32, u32, Option<u32>),
    ) -> Option<Self> {
        let minutes_only = second.is_none();
        let second = of_day(hour, minute, second.unwrap_or(0))?;
        Some(Self { year, month, day, second, minutes_only })
    }

    /// A second of a day.
    pub(super) fn on(day: Day, second: u32, minutes_only: bool) -> Self {
        let date = day.date();
        Self { year: date.year(), month: date.month(), day: date.day(), second, minutes_only }
    }
}

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

#[inline(always)]
fn of_day(hour: u32, minute: u32, second: u32) -> Option<u32> {
    // Only then does it not overflow.
    (hour < 24 && minute < 60 && second < 60).then(|| hour * 3600 + minute * 60 + second)
}

/// Splits `Z`, `+08:00`, ` UTC` or ` GMT+8` off the end.
pub(super) fn split_offset(text: &str) -> (&str, Option<Zone>) {
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
            let wall = wall.trim_end();
            let named = wall.strip_suffix("GMT").or_else(|| wall.strip_suffix("UTC"));
            let wall = named.unwrap_or(wall).trim_end();
            (wall, Zone::parse(offset.trim()))
        }
        None => (text, None),
    }
}

/// `2020/2/10 22:41`, `2024年5月1日 9:05:07`, fractions of a second dropped.
fn written(text: &str) -> Option<Wall> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or_else(|| {
        text.find('日').map_or((text, ""), |at| text.split_at(at + '日'.len_utf8()))
    });
    let date = crate::when::parse_day(date)?;
    clock_of(time).and_then(|clock| Wall::new(date.year(), date.month(), date.day(), clock))
}

/// `09-18 14:07:37`, `9/18 14:07`, `9月18日 14:07`: of the years it may be in, the one nearest to a
/// day in the midst of what is read.
fn without_year(text: &str, near: Day) -> Option<Wall> {
    let ((month, day), time) = month_and_day(text)?;
    let clock = clock_of(time)?;
    let year = near.date().year();
    [year - 1, year, year + 1]
        .into_iter()
        .filter_map(|year| Some((Day::from_ymd(year, month, day)?, year)))
        .min_by_key(|(date, _)| (date.0 - near.0).abs())
        .and_then(|(_, year)| Wall::new(year, month, day, clock))
}

/// Month, day, and what follows.
fn month_and_day(text: &str) -> Option<((u32, u32), &str)> {
    let (date, time) = match text.split_once('日') {
        Some(parts) => parts,
        None => text.split_once(' ')?,
    };
    let (month, day) = date.split_once(['-', '/', '月'])?;
    let number = |part: &str, most: u32| {
        let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|number| digits && (1..=most).contains(number))
    };
    Some(((number(month, 12)?, number(day, 31)?), time))
}

/// The word for a half of the day that stands before a time, and the time.
fn half_of_day(time: &str) -> Option<(bool, &str)> {
    const WORDS: [(&str, bool); 8] = [
        ("上午", false),
        ("凌晨", false),
        ("早上", false),
        ("清晨", false),
        ("中午", true),
        ("下午", true),
        ("傍晚", true),
        ("晚上", true),
    ];
    WORDS.iter().find_map(|(word, after)| Some((*after, time.strip_prefix(word)?)))
}

/// Month and day of a time that lacks its year.
pub(super) fn day_without_year(text: &str) -> Option<(u32, u32)> {
    month_and_day(text.trim()).map(|(day, _)| day)
}

/// True if a text is a time but for its year.
pub(super) fn lacks_year(text: &str) -> bool {
    month_and_day(text.trim()).is_some_and(|(_, time)| clock_of(time).is_some())
}

/// A time of day alone, spelled with colons: `21:49:51`, `9:05 PM`, `214951`, `21时49分51秒`, and a
/// spreadsheet's `0.909`.
pub(super) fn time_of_day(text: &str) -> Option<String> {
    let spelled =
        |second: u32| format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some(("0" | "", fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            let (second, _) = second_of(fraction)?;
            return Some(spelled(second.min(86_399)));
        }
        _ => {}
    }
    match text.len() {
        // A spreadsheet drops zeros at the beginning.
        5 | 6 if digits => {
            let number: u32 = text.parse().ok()?;
            of_day(number / 10_000, number / 100 % 100, number % 100).map(spelled)
        }
        _ if text.contains(':') => Some(text.to_owned()),
        _ if text.contains('时') => {
            let (hour, minute, second) = clock_of(text)?;
            of_day(hour, minute, second.unwrap_or(0)).map(spelled)
        }
        _ => None,
    }
}

/// `9:05`, `09:05:07`, `9时05分07秒`, fractions of a second dropped.
fn clock_of(time: &str) -> Option<(u32, u32, Option<u32>)> {
    let time = time.trim();
    if let Some((after_noon, rest)) = half_of_day(time) {
        let (hour, minute, second) = clock_of(rest)?;
        // Some write 下午 13:05.
        let hour = match (after_noon, hour) {
            (true, 1..=11) => hour + 12,
            (false, 12) => 0,
            _ => hour,
        };
        return Some((hour, minute, second));
    }
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = time.split([':', '时', '分']).map(|part| part.trim_end_matches('秒').trim());
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let seconds = match parts.next() {
        Some("") | None => None,
        Some(text) => Some(text.parse::<u32>().ok()?),
    };
    if parts.next().is_some_and(|rest| !rest.is_empty()) {
        return None;
    }
    Some((hour, minute, seconds))
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
            "=\"2024-05-01 09:05:07\"",
            "2024-05-01T01:05:07.0000000+00:00",
            "2024-05-01T09:05:07+0800",
            "2024/5/1 上午9:05:07",
            "2024年5月1日 上午 9:05:07",
            "'2024-05-01 09:05:07'",
            "2024-05-01 09:05:07 +08",
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
        assert!(!lacks_year("2018-09-18 14:07:37") && !lacks_year("13-18 14:07:37"));
    }

    #[test]
    fn times_of_day_alone() {
        // 0.909 × 86400 = 78537.6 s, 21:48:58.
        for (text, clock) in [
            ("21:49:51", Some("21:49:51")),
            ("214951", Some("21:49:51")),
            ("90507", Some("09:05:07")),
            ("9时5分7秒", Some("09:05:07")),
            ("0.909", Some("21:48:58")),
            ("0.5", Some("12:00:00")),
            ("246060", None),
            ("123", None),
            ("", None),
        ] {
            assert_eq!(time_of_day(text).as_deref(), clock, "{text}");
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
        let moment = times("UTC").read(b"2024-09-30 17:30:00").expect("reads").expect("is there");
        assert_eq!((moment.day.to_string().as_str(), moment.second), ("2024-10-01", 5_400));
        let mut new_york = times("America/New_York");
        assert_eq!(new_york.read(b"2025-03-09 02:30:00"), Err(TimeError::ClockChange));
        let before = new_york.read(b"2025-03-09 01:30:00").expect("reads").expect("is there");
        let after = new_york.read(b"2025-03-09 03:30:00").expect("reads").expect("is there");
        assert_eq!(after.instant - before.instant, 3_600);
    }
}
