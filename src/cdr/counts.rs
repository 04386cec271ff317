//! Times written as one number: digits of a date, a count from some beginning, a spreadsheet's day.

use super::spelled::Wall;
use crate::when::Day;

/// What a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Seconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// A date and time on the wall.
    Wall(Wall),
}

/// Gregorian seconds at the beginning of 1970: the count begins with the year 0.
const GREGORIAN: i64 = 62_167_219_200;

/// Serial number of 1970-01-01 in a spreadsheet that begins with 1900.
const SERIAL: i32 = 25_569;

/// Days that a serial number may be: 2000-01-01 to 2099-12-31.
const SERIALS: std::ops::RangeInclusive<i32> = 36_526..=73_050;

/// Reads `20230725141448` (also without seconds or with milliseconds), seconds, milliseconds,
/// microseconds or nanoseconds since 1970, Gregorian seconds, and `45413.378`, a spreadsheet's day
/// and its fraction. Fractions of a second are dropped.
pub(super) fn counted(text: &str) -> Option<Counted> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match (whole.len(), fraction) {
        // `2024050109` is an hour, and would be seconds of the year 2034.
        (10, _) if is_an_hour(whole) => None,
        (10, _) => Some(Counted::Instant(number)),
        (13, _) => Some(Counted::Instant(number / 1000)),
        (16, _) => Some(Counted::Instant(number / 1_000_000)),
        (19, _) => Some(Counted::Instant(number / 1_000_000_000)),
        // Of the years 1996 to 2091.
        (11, _) if (63_000_000_000..66_000_000_000).contains(&number) => {
            Some(Counted::Instant(number - GREGORIAN))
        }
        (12, None) | (14, _) | (17, None) => Some(Counted::Wall(run_together(whole)?)),
        (5, Some(fraction)) => Some(Counted::Wall(of_spreadsheet(number, fraction)?)),
        _ => None,
    }
}

/// True of `2024050109`, year, month, day and hour.
fn is_an_hour(text: &str) -> bool {
    let part = |from: usize, until: usize| text.get(from..until)?.parse::<u32>().ok();
    let day = || Day::from_ymd(part(0, 4)?.cast_signed(), part(4, 6)?, part(6, 8)?);
    text >= "1970" && day().is_some() && part(8, 10).is_some_and(|hour| hour < 24)
}

/// `20230725141448`.
fn run_together(text: &str) -> Option<Wall> {
    let part =
        |from: usize, until: usize| text.get(from..until).and_then(|t| t.parse::<u32>().ok());
    let seconds = part(12, 14);
    Wall::new(
        part(0, 4)?.cast_signed(),
        part(4, 6)?,
        part(6, 8)?,
        (part(8, 10)?, part(10, 12)?, seconds),
    )
}

/// The second of the day that a decimal fraction of it is, rounded, since it was rounded where it
/// was written; 86400 is midnight after it. Fewer than five decimals don't tell the second.
pub(super) fn second_of(fraction: &str) -> Option<(u32, bool)> {
    let kept = &fraction[..fraction.len().min(15)];
    let scale = 10u64.pow(u32::try_from(kept.len()).ok()?);
    let part = u128::from(kept.parse::<u64>().ok()?) * 86_400;
    let second = (part + u128::from(scale) / 2) / u128::from(scale);
    let exact = part % u128::from(scale) == 0 && second % 60 == 0;
    Some((u32::try_from(second).ok()?, kept.len() >= 5 || exact))
}

/// The day of a spreadsheet's serial number.
pub(super) fn day_of_serial(serial: i64) -> Option<Day> {
    let serial = i32::try_from(serial).ok().filter(|serial| SERIALS.contains(serial))?;
    Some(Day(serial - SERIAL))
}

fn of_spreadsheet(serial: i64, fraction: &str) -> Option<Wall> {
    let day = day_of_serial(serial)?;
    let (second, to_the_second) = second_of(fraction)?;
    let (day, second) = if second < 86_400 { (day, second) } else { (Day(day.0 + 1), 0) };
    Some(Wall::on(day, second, !to_the_second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_several_beginnings() {
        // 2024-05-01T01:05:07Z is 1714525507; Gregorian: 1714525507 + 62167219200.
        for text in [
            "1714525507",
            "1714525507.25",
            "1714525507250",
            "1714525507250000",
            "1714525507250000000",
            "63881744707",
        ] {
            assert_eq!(counted(text), Some(Counted::Instant(1_714_525_507)), "{text}");
        }
        for text in ["", "1.7145E+09", "123", "45413", "13800000000", "1714525507.", "99999.5"] {
            assert_eq!(counted(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_a_spreadsheet() {
        // 45413 is 2024-05-01. 0.37855324074 × 86400 = 32707 s, 9:05:07; 0.378 × 86400 = 32659.2 s.
        let wall = |text: &str| match counted(text) {
            Some(Counted::Wall(wall)) => {
                Some((wall.year, wall.month, wall.day, wall.second, wall.minutes_only))
            }
            _ => None,
        };
        assert_eq!(wall("45413.37855324074"), Some((2024, 5, 1, 32_707, false)));
        assert_eq!(wall("45413.378"), Some((2024, 5, 1, 32_659, true)));
        assert_eq!(wall("45413.5"), Some((2024, 5, 1, 43_200, false)));
        assert_eq!(wall("45413.0"), Some((2024, 5, 1, 0, false)));
        assert_eq!(wall("45413.999999"), Some((2024, 5, 2, 0, false)));
        assert_eq!(wall("20240501090507"), Some((2024, 5, 1, 32_707, false)));
        assert_eq!(wall("202405010905"), Some((2024, 5, 1, 32_700, true)));
        assert_eq!(wall("20240501090507250"), Some((2024, 5, 1, 32_707, false)));
        assert_eq!(wall("20240501240507"), None);
    }
}
