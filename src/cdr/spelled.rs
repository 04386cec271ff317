//! Dates and times in all their spellings but the usual one: without seconds or year, with words for
//! the halves of the day, with the zone behind them.

use chrono::Datelike;

use super::counts::second_of;
use super::dates::DateOrder;
use crate::when::{Day, Zone};

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

#[inline(always)]
pub(super) fn of_day(hour: u32, minute: u32, second: u32) -> Option<u32> {
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
    // `GMT+0800 (China Standard Time)` says it twice.
    let once = text.strip_suffix(')').and_then(|text| Some(text.rsplit_once('(')?.0.trim_end()));
    let said = once.unwrap_or(text);
    // A sign after the time of day; a minus before it belongs to the date.
    let time = said.find(':').unwrap_or(said.len());
    let offset = said[time..].find(['+', '-']).and_then(|at| {
        let (wall, offset) = said.split_at(time + at);
        Some((wall.trim_end(), Zone::parse(offset.trim())?))
    });
    match offset {
        Some((wall, zone)) => {
            let named = wall.strip_suffix("GMT").or_else(|| wall.strip_suffix("UTC"));
            (named.unwrap_or(wall).trim_end(), Some(zone))
        }
        // What is no offset is no time either.
        None => (text, None),
    }
}

/// The zone that stands between the parts of a date and time, and these without it:
/// `23:42:22 UTC 2024-03-03`, `Wed Sep 15 19:17:44 +0100 2010`, `2024-05-01 09:05:07 +0800 CST`.
pub(super) fn zone_within(text: &str) -> Option<(String, Zone)> {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let clock = parts.iter().position(|part| part.contains(':'))?;
    let named = parts.get(clock + 1).filter(|_| parts.len() > clock + 2)?;
    let zone = match *named {
        "UTC" | "GMT" => Zone::Fixed(0),
        offset if offset.starts_with(['+', '-']) => Zone::parse(offset)?,
        _ => return None,
    };
    let behind = &parts[clock + 2..];
    // The offset's own name.
    let named = behind.len() == 1 && behind[0].bytes().all(|byte| byte.is_ascii_uppercase());
    let behind = if named && behind[0].len() > 2 { &[] } else { behind };
    let rest: Vec<&str> = parts[..=clock].iter().chain(behind).copied().collect();
    Some((rest.join(" "), zone))
}

/// `2020/2/10 22:41`, `2024年5月1日 9:05:07`, fractions of a second dropped.
pub(super) fn written(text: &str) -> Option<Wall> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or_else(|| {
        text.find('日').map_or((text, ""), |at| text.split_at(at + '日'.len_utf8()))
    });
    let date = crate::when::parse_day(date)?;
    clock_of(time).and_then(|clock| Wall::new(date.year(), date.month(), date.day(), clock))
}

/// `09-18 14:07:37`, `9/18 14:07`, `9月18日 14:07`, or with the day first: of the years it may be in,
/// the one nearest to a day in the midst of what is read.
pub(super) fn without_year(text: &str, order: DateOrder, near: Day) -> Option<Wall> {
    let (first, second, separator) = two_and_clock(text)?;
    let (month, day) = match order {
        DateOrder::Day if separator != '月' => (second, first),
        _ => (first, second),
    };
    let (_, time) = day_and_rest(text)?;
    let clock = clock_of(time)?;
    let year = near.date().year();
    [year - 1, year, year + 1]
        .into_iter()
        .filter_map(|year| Some((Day::from_ymd(year, month, day)?, year)))
        .min_by_key(|(date, _)| (date.0 - near.0).abs())
        .and_then(|(_, year)| Wall::new(year, month, day, clock))
}

/// The date of a text without year, and what follows.
fn day_and_rest(text: &str) -> Option<(&str, &str)> {
    text.split_once('日').or_else(|| text.split_once(' '))
}

/// The two numbers of a date without year that a time of day follows, and what is between them. One
/// of them may be a month.
pub(super) fn two_and_clock(text: &str) -> Option<(u32, u32, char)> {
    let (date, time) = day_and_rest(text.trim())?;
    let separator = date.chars().find(|c| matches!(c, '-' | '/' | '月'))?;
    let (first, second) = date.split_once(separator)?;
    let number = |part: &str| {
        let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|number| digits && (1..=31).contains(number))
    };
    let (first, second) = (number(first)?, number(second)?);
    let is_date = first.min(second) <= 12 && clock_of(time).is_some();
    is_date.then_some((first, second, separator))
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

/// Month and day of a time, or of a day, that lacks its year.
pub(super) fn day_without_year(text: &str, order: DateOrder) -> Option<(u32, u32)> {
    let day_alone = || two_and_clock(&format!("{text} 00:00"));
    let (first, second, separator) = two_and_clock(text).or_else(day_alone)?;
    match order {
        DateOrder::Day if separator != '月' => Some((second, first)),
        _ => Some((first, second)),
    }
}

/// True if a text is a time but for its year.
pub(super) fn lacks_year(text: &str) -> bool {
    two_and_clock(text).is_some()
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
}
