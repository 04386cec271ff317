//! Numbers of a workbook as the text that Excel shows, or exports as CSV.
//!
//! A workbook stores a number in binary and writes seventeen digits of it; Excel works with, shows
//! and exports fifteen. All of this is done on the digits: nothing is computed in binary.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::when::Day;

/// Digits that Excel keeps of a number.
const DIGITS: usize = 15;

/// What a cell's number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number; currency, percent and decimals of the format do not change it.
    Number,
    /// A date, with or without a time of day.
    Date {
        /// The format shows the time of day.
        timed: bool,
    },
    /// A time of day, or a length.
    Clock,
}

impl Shape {
    /// Of the formats that have numbers and no code (ECMA-376, part 1, 18.8.30, with those of
    /// Chinese, Japanese and Korean workbooks).
    pub fn built_in(id: u32) -> Self {
        match id {
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date { timed: false },
            22 => Self::Date { timed: true },
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Clock,
            _ => Self::Number,
        }
    }

    /// Of a format's code.
    pub fn of_code(code: &str) -> Self {
        let (mut date, mut clock) = (false, false);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter {
                // Only the section for positive numbers counts.
                ';' => break,
                '"' => {
                    letters.by_ref().find(|c| *c == '"');
                }
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '[' => {
                    let inner: String = letters.by_ref().take_while(|c| *c != ']').collect();
                    let is_elapsed = !inner.is_empty()
                        && inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                    clock |= is_elapsed;
                }
                'y' | 'Y' | 'd' | 'D' => date = true,
                'h' | 'H' | 's' | 'S' => clock = true,
                // The only word that a code may have outside quotes.
                'G' | 'g' => return Self::Number,
                _ => {}
            }
        }
        match (date, clock) {
            (true, timed) => Self::Date { timed },
            (false, true) => Self::Clock,
            // Months alone, or minutes alone.
            (false, false) if is_month(code) => Self::Date { timed: false },
            (false, false) => Self::Number,
        }
    }
}

fn is_month(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    !code.is_empty()
        && code.chars().all(|c| matches!(c, 'm' | '-' | '/' | ' '))
        && code.contains('m')
}

/// A number's text, as Excel shows it in a wide enough cell without a format; text that is no number
/// as it is.
pub(super) fn shown(raw: &str) -> String {
    Figure::parse(raw).and_then(|figure| figure.text()).unwrap_or_else(|| raw.trim().to_owned())
}

/// A number's text without an exponent, all of its digits kept; without an exponent, as it is.
pub(super) fn expanded(raw: &str) -> String {
    let figure = if raw.contains(['e', 'E']) { Figure::parse(raw) } else { None };
    figure.and_then(|figure| figure.plain()).unwrap_or_else(|| raw.to_owned())
}

/// A number as its shape: `2024-10-08 09:01:05`, `2024-10-08`, `00:01:23`. `None` if it can't be
/// that.
pub(super) fn shaped(raw: &str, shape: Shape, from_1904: bool) -> Option<String> {
    if shape == Shape::Number {
        return None;
    }
    let number: Decimal = shown(raw).parse().ok().filter(|n: &Decimal| !n.is_sign_negative())?;
    let thousandths = number.checked_mul(Decimal::from(86_400_000))?;
    let thousandths = thousandths.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    let thousandths = u64::try_from(thousandths).ok()?;
    let (days, rest) = (thousandths / 86_400_000, thousandths % 86_400_000);
    let (seconds, fraction) = (rest / 1000, rest % 1000);
    let fraction = if fraction > 0 { format!(".{fraction:03}") } else { String::new() };
    let clock =
        |hours: u64| format!("{hours:02}:{:02}:{:02}{fraction}", seconds / 60 % 60, seconds % 60);
    // A time of day may carry its date along, hidden by the format; a length never is that long.
    let timed = match shape {
        Shape::Clock if days < 10_000 => return Some(clock(days * 24 + seconds / 3600)),
        Shape::Date { timed } => timed || rest > 0,
        _ => true,
    };
    let date = day(days, from_1904)?.date();
    Some(if timed { format!("{date} {}", clock(seconds / 3600)) } else { date.to_string() })
}

/// The day with a number. The 1900 system has a 29 February 1900, which never was.
fn day(days: u64, from_1904: bool) -> Option<Day> {
    let days = i32::try_from(days).ok().filter(|days| *days < 2_958_466)?;
    // 1970-01-01 is day 24,107 after 1904-01-01 and 25,569 after 1899-12-30.
    match (from_1904, days) {
        (true, _) => Some(Day(days - 24_107)),
        (false, 1..=59) => Some(Day(days - 25_568)),
        (false, 61..) => Some(Day(days - 25_569)),
        (false, _) => None,
    }
}

/// A decimal number: `digits`, of which `point` stand before the point.
struct Figure {
    negative: bool,
    digits: Vec<u8>,
    point: i32,
    /// Written without point and exponent.
    whole: bool,
}

impl Figure {
    fn parse(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let unsigned = raw.strip_prefix(['-', '+']).unwrap_or(raw);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 400)?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole.as_bytes(), fraction.as_bytes()].concat();
        if all.is_empty() || all.len() > 400 || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = all.iter().take_while(|digit| **digit == b'0').count();
        let point = i32::try_from(whole.len()).ok()? - i32::try_from(zeros).ok()? + exponent;
        Some(Self {
            negative: raw.starts_with('-'),
            digits: all[zeros..].to_vec(),
            point,
            whole: unsigned.len() == whole.len(),
        })
    }

    /// Rounds to so many digits, half away from zero.
    fn round(&mut self) {
        // Excel writes no whole number with more digits, so another program meant them all.
        if self.digits.len() <= DIGITS || self.whole {
            return;
        }
        let up = self.digits[DIGITS] >= b'5';
        self.digits.truncate(DIGITS);
        if up {
            let nines = self.digits.iter().rev().take_while(|digit| **digit == b'9').count();
            self.digits.truncate(DIGITS - nines);
            match self.digits.last_mut() {
                Some(last) => *last += 1,
                None => {
                    self.digits.push(b'1');
                    self.point += 1;
                }
            }
        }
    }

    /// Its text as Excel shows it.
    fn text(mut self) -> Option<String> {
        self.round();
        self.plain()
    }

    /// Its text without an exponent; `None` if that would be absurdly long.
    fn plain(mut self) -> Option<String> {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            return Some("0".to_owned());
        }
        if self.point.abs() > 40 {
            return None;
        }
        let digits = std::str::from_utf8(&self.digits).ok()?;
        let sign = if self.negative { "-" } else { "" };
        let zeros = |count: usize| "0".repeat(count);
        Some(match usize::try_from(self.point) {
            Ok(0) | Err(_) => {
                format!("{sign}0.{}{digits}", zeros(self.point.unsigned_abs() as usize))
            }
            Ok(point) if point >= digits.len() => {
                format!("{sign}{digits}{}", zeros(point - digits.len()))
            }
            Ok(point) => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_excel_shows() {
        for (stored, text) in [
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("4.3499999999999996", "4.35"),
            ("0.99999999999999989", "1"),
            ("9.9999999999999999E-5", "0.0001"),
            ("1.38E+10", "13800000000"),
            ("1.3800138E10", "13800138000"),
            ("13800138000.0", "13800138000"),
            ("-12.50", "-12.5"),
            ("0", "0"),
            ("-0.0", "0"),
            ("6.4999999999999997E-2", "0.065"),
            ("123456789012345678", "123456789012345678"),
            ("1234567890123456.7", "1234567890123460"),
            ("1E+300", "1E+300"),
            ("abc", "abc"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(shown(stored), text, "{stored}");
        }
    }

    #[test]
    fn serials_are_dates_in_either_system() {
        let timed = Shape::Date { timed: true };
        let date = Shape::Date { timed: false };
        // 45573 is 2024-10-08; 09:01:05 is 32465 / 86400 = 0.375752314814815.
        let of = |raw, shape| shaped(raw, shape, false);
        assert_eq!(of("45573.375752314816", timed).as_deref(), Some("2024-10-08 09:01:05"));
        assert_eq!(of("45573.375752314816", date).as_deref(), Some("2024-10-08 09:01:05"));
        assert_eq!(of("45573", date).as_deref(), Some("2024-10-08"));
        assert_eq!(of("45573", timed).as_deref(), Some("2024-10-08 00:00:00"));
        // 1904 begins 1462 days later.
        assert_eq!(shaped("44111", date, true).as_deref(), Some("2024-10-08"));
        assert_eq!(of("1", date).as_deref(), Some("1900-01-01"));
        assert_eq!(of("59", date).as_deref(), Some("1900-02-28"));
        assert_eq!(of("60", date), None);
        assert_eq!(of("61", date).as_deref(), Some("1900-03-01"));
        // 83 s; a day and an hour; a time of day whose date the format hides.
        assert_eq!(of("9.6064814814814819E-4", Shape::Clock).as_deref(), Some("00:01:23"));
        assert_eq!(of("1.0416666666666667", Shape::Clock).as_deref(), Some("25:00:00"));
        assert_eq!(of("45573.375752314816", Shape::Clock).as_deref(), Some("2024-10-08 09:01:05"));
        // 23:59:59.9996 is the next day's beginning, to the thousandth.
        assert_eq!(of("45572.999999995", timed).as_deref(), Some("2024-10-08 00:00:00"));
        assert_eq!(of("45573.5000028935", timed).as_deref(), Some("2024-10-08 12:00:00.250"));
        assert_eq!(of("-1", timed), None);
        assert_eq!(of("99999999", timed), None);
    }

    #[test]
    fn formats_tell_dates_from_numbers() {
        let timed = Shape::Date { timed: true };
        let date = Shape::Date { timed: false };
        for (code, shape) in [
            ("General", Shape::Number),
            ("G/通用格式", Shape::Number),
            ("0.00", Shape::Number),
            ("0.00E+00", Shape::Number),
            ("#,##0.00\\ \"days\"", Shape::Number),
            ("[Red]0.00", Shape::Number),
            ("[$¥-804]#,##0.00", Shape::Number),
            ("_-* #,##0_d", Shape::Number),
            ("@", Shape::Number),
            ("yyyy-mm-dd hh:mm:ss", timed),
            ("yyyy\"年\"m\"月\"d\"日\"", date),
            ("[$-804]yyyy/m/d h:mm;@", timed),
            ("m/d/yy", date),
            ("mmm-yy", date),
            ("mmm", date),
            ("h:mm:ss", Shape::Clock),
            ("[h]:mm:ss", Shape::Clock),
            ("mm:ss.0", Shape::Clock),
            ("0;yyyy", Shape::Number),
        ] {
            assert_eq!(Shape::of_code(code), shape, "{code}");
        }
    }
}
