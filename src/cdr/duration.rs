//! Lengths of time as exports write them.

use super::Unit;
use crate::input::{Encoding, decode_line};
use crate::tariff::Subsecond;
use crate::text::{bare_cell, decimal_comma_figure, half_width, plain_figure, says_nothing};

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    /// Milliseconds.
    pub(super) millis: u64,
}

/// Why a text is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LengthError {
    /// Not one of the forms.
    Form,
    /// Below zero.
    Negative,
}

impl Length {
    /// Whole seconds under the contract's rule, and whether there was a fraction.
    pub(super) fn seconds(self, rule: Subsecond) -> (u32, bool) {
        let (whole, rest) = (self.millis / 1000, self.millis % 1000);
        let up = match rule {
            Subsecond::Up => rest > 0,
            Subsecond::Down => false,
            Subsecond::HalfUp => rest >= 500,
            Subsecond::HalfEven => rest > 500 || (rest == 500 && whole % 2 == 1),
        };
        (u32::try_from(whole + u64::from(up)).unwrap_or(u32::MAX), rest > 0)
    }
}

/// Reads a length: plain numbers in the column's unit, `00:01:23`, `1分23秒`, `1h 2m 3s`, in UTF-8
/// or GB18030. An empty text is no length.
///
/// # Errors
/// [`LengthError`] if it is none of these.
#[inline(always)]
pub(super) fn length(text: &[u8], unit: Unit) -> Result<Option<Length>, LengthError> {
    // Nearly every row: a few digits, whole seconds.
    if unit == Unit::Seconds {
        let digit = |byte: u8| u64::from(byte.wrapping_sub(b'0'));
        let (seconds, largest) = match *text {
            [a] => (digit(a), digit(a)),
            [a, b] => (digit(a) * 10 + digit(b), digit(a).max(digit(b))),
            [a, b, c] => {
                let seconds = digit(a) * 100 + digit(b) * 10 + digit(c);
                (seconds, digit(a).max(digit(b)).max(digit(c)))
            }
            _ => (0, u64::MAX),
        };
        if largest <= 9 {
            return Ok(Some(Length { millis: seconds * 1000 }));
        }
    }
    written(text, unit)
}

/// A length whose comma separates thousands or, if that is what the file shows, decimals.
///
/// # Errors
/// [`LengthError`] if it is none.
#[cold]
pub(super) fn length_with_comma(
    text: &[u8],
    unit: Unit,
    decimal: bool,
) -> Result<Option<Length>, LengthError> {
    let text = std::str::from_utf8(text).map_err(|_| LengthError::Form)?;
    let plain = if decimal { decimal_comma_figure(text) } else { plain_figure(text) };
    match plain.map_err(|_| LengthError::Form)? {
        Some(plain) => written(plain.as_bytes(), unit),
        None => Ok(None),
    }
}

#[cold]
fn written(text: &[u8], unit: Unit) -> Result<Option<Length>, LengthError> {
    let (text, _) = decode_line(bare_cell(text), Encoding::Ascii);
    let half: String;
    let text = if text.is_ascii() {
        text.trim()
    } else {
        half = text.chars().map(half_width).collect();
        half.trim()
    };
    if says_nothing(text) {
        return Ok(None);
    }
    if let Some(positive) = text.strip_prefix('-') {
        let length = written(positive.as_bytes(), unit)?;
        let is_length = length.is_some_and(|length| length.millis > 0);
        // "-0" is what some subtractions print.
        return if is_length { Err(LengthError::Negative) } else { Ok(Some(Length { millis: 0 })) };
    }
    if text.contains(':') {
        return clock(text).map(Some);
    }
    let days = if unit == Unit::Days { without_exponent(text) } else { None };
    match decimal_millis(days.as_deref().unwrap_or(text), unit.millis()) {
        Some(millis) if unit == Unit::Days => Ok(Some(Length { millis: to_the_second(millis) })),
        Some(millis) => Ok(Some(Length { millis })),
        None => in_words(text).map(Some),
    }
}

/// `5.78704E-05`, as a spreadsheet shows five seconds, as `0.0000578704`.
pub(super) fn without_exponent(text: &str) -> Option<String> {
    let (figure, exponent) = text.split_once(['E', 'e'])?;
    let places: usize =
        exponent.strip_prefix('-')?.parse().ok().filter(|p| (1..=12).contains(p))?;
    let (whole, fraction) = figure.split_once('.').unwrap_or((figure, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (whole.len() == 1 && digits(whole) && digits(fraction))
        .then(|| format!("0.{}{whole}{fraction}", "0".repeat(places - 1)))
}

/// A spreadsheet keeps whole seconds as a fraction of a day, and shows it cut to some decimals.
fn to_the_second(millis: u64) -> u64 {
    (millis + 500) / 1000 * 1000
}

/// `hh:mm:ss` or `mm:ss`, the seconds perhaps with a fraction.
fn clock(text: &str) -> Result<Length, LengthError> {
    let mut millis = 0u64;
    let parts: Vec<&str> = text.split(':').collect();
    let (last, leading) = parts.split_last().ok_or(LengthError::Form)?;
    if leading.len() > 2 {
        return Err(LengthError::Form);
    }
    for (index, part) in leading.iter().enumerate() {
        let number: u64 = part.parse().map_err(|_| LengthError::Form)?;
        // Only the outermost part may pass 59: 90:00 is an hour and a half.
        if (index > 0 && number > 59) || number > 100_000 {
            return Err(LengthError::Form);
        }
        millis = (millis + number) * 60;
    }
    let seconds = decimal_millis(last, 1000).filter(|ms| *ms < 60_000).ok_or(LengthError::Form)?;
    Ok(Length { millis: millis * 1000 + seconds })
}

/// A decimal number of units of `unit` milliseconds each: the whole second that it is rounded from, or
/// exactly; digits below a millisecond count as a started millisecond.
fn decimal_millis(text: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 13 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let kept = &fraction[..fraction.len().min(9)];
    let scale = 10u64.pow(u32::try_from(kept.len()).ok()?);
    let part = kept.parse::<u64>().ok()? * unit;
    let millis = rounded_second(part, scale, unit).unwrap_or_else(|| part.div_ceil(scale));
    whole.checked_mul(unit)?.checked_add(millis)
}

/// 70 seconds written as 1.1667 minutes: the whole second, in milliseconds, that was rounded to these
/// decimals of its unit. There are more of them than seconds, and none is so near to another second.
fn rounded_second(part: u64, scale: u64, unit: u64) -> Option<u64> {
    const SECOND: u64 = 1000;
    if unit <= SECOND || unit >= SECOND * scale {
        return None;
    }
    let second = (part + SECOND / 2 * scale) / (SECOND * scale) * SECOND;
    (2 * part.abs_diff(second * scale) <= unit).then_some(second)
}

/// Words of units, the longer of two that begin alike first.
const WORDS: [(&str, u64); 28] = [
    ("小时", 3_600_000),
    ("时", 3_600_000),
    ("hours", 3_600_000),
    ("hour", 3_600_000),
    ("hrs", 3_600_000),
    ("hr", 3_600_000),
    ("h", 3_600_000),
    ("分钟", 60_000),
    ("分", 60_000),
    ("minutes", 60_000),
    ("minute", 60_000),
    ("mins", 60_000),
    ("min", 60_000),
    ("毫秒", 1),
    ("msec", 1),
    ("ms", 1),
    ("m", 60_000),
    ("秒钟", 1000),
    ("秒", 1000),
    ("seconds", 1000),
    ("second", 1000),
    ("secs", 1000),
    ("sec", 1000),
    ("s", 1000),
    ("''", 1000),
    ("\"", 1000),
    ("″", 1000),
    ("'", 60_000),
];

/// `1小时59分钟41秒`, `1分23秒`, `56秒`, `1.4分`, `2m 5s`, `1h 2m 3s`, `83s`, `1'23"`, `PT1M23S`.
fn in_words(text: &str) -> Result<Length, LengthError> {
    // `125s (2m 5s)` says it twice.
    let text = text.split_once(" (").map_or(text, |(once, _)| once);
    let lower = text.to_ascii_lowercase().replace('′', "'");
    let mut rest = lower.strip_prefix("pt").unwrap_or(&lower);
    let mut millis = 0u64;
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let figure = |c: char| c.is_ascii_digit() || c == '.';
        let digits = rest.find(|c| !figure(c)).ok_or(LengthError::Form)?;
        let after = rest[digits..].trim_start();
        let known = WORDS.into_iter().find(|(name, _)| after.starts_with(name));
        let (name, unit) = known.ok_or(LengthError::Form)?;
        let part = decimal_millis(&rest[..digits], unit).ok_or(LengthError::Form)?;
        let fraction = rest[..digits].contains('.');
        let after = after[name.len()..].trim_start();
        // Units fall from hours to seconds, each once, and only the last may be broken.
        if unit >= smallest || part > 1_000_000_000_000 || (fraction && !after.is_empty()) {
            return Err(LengthError::Form);
        }
        smallest = unit;
        millis += part;
        rest = after;
    }
    // `PT` alone is no length.
    if smallest == u64::MAX { Err(LengthError::Form) } else { Ok(Length { millis }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Result<Option<u64>, LengthError> {
        length(text.as_bytes(), Unit::Seconds).map(|l| l.map(|l| l.millis))
    }

    #[test]
    fn every_form_of_83_seconds() {
        for text in [
            "83",
            "83.0",
            "00:01:23",
            "0:01:23",
            "1:23",
            "1分23秒",
            "1分钟23秒",
            "83秒",
            "1m 23s",
            "83s",
            "83s (1m 23s)",
            " 83 ",
            "=\"83\"",
            "'00:01:23",
            "83\t",
            "８３",
            "00：01：23",
            "１分２３秒",
            "1 min 23 sec",
            "1 minute 23 seconds",
            "83000毫秒",
            "1'23\"",
            "1′23″",
            "PT1M23S",
        ] {
            assert_eq!(seconds(text), Ok(Some(83_000)), "{text}");
        }
        assert_eq!(seconds("1小时59分钟41秒"), Ok(Some(7_181_000)));
        assert_eq!(seconds("1h 2m 3s"), Ok(Some(3_723_000)));
        assert_eq!(seconds("1小时2秒"), Ok(Some(3_602_000)));
        assert_eq!(seconds("1.4分"), Ok(Some(84_000)));
        assert_eq!(seconds("00:01:23.5"), Ok(Some(83_500)));
        // 1分23秒 in GB18030.
        let gb = length(b"1\xB7\xD623\xC3\xEB", Unit::Seconds);
        assert_eq!(gb.map(|l| l.map(|l| l.millis)), Ok(Some(83_000)));
        assert_eq!(seconds("90:00"), Ok(Some(5_400_000)));
        assert_eq!(seconds("83.4"), Ok(Some(83_400)));
        assert_eq!(length(b"83400", Unit::Millis).map(|l| l.map(|l| l.millis)), Ok(Some(83_400)));
        assert_eq!(length(b"1.4", Unit::Minutes).map(|l| l.map(|l| l.millis)), Ok(Some(84_000)));
    }

    #[test]
    fn a_spreadsheets_fraction_of_a_day() {
        let days = |text: &str| length(text.as_bytes(), Unit::Days).map(|l| l.map(|l| l.millis));
        // 83 / 86400 = 0.000960648…; 60 / 86400 = 0.00069444…, also written a little too large.
        for (text, seconds) in [
            ("0.00096", 83),
            ("0.000960648148148148", 83),
            ("0.000694444444444445", 60),
            ("0.00138888889", 120),
            // 5 / 86400 = 0.0000578703…, and in the three digits of a narrow cell.
            ("5.78704e-05", 5),
            ("5.79E-05", 5),
            ("0", 0),
            ("0.5", 43_200),
        ] {
            assert_eq!(days(text), Ok(Some(seconds * 1000)), "{text}");
        }
    }

    /// 70 / 60 = 1.16666…, 61 / 60 = 1.01666…, 100 / 3600 = 0.02777…; 1.165 min are 69.9 s, but 69 s
    /// are 1.150 and 70 s are 1.167.
    #[test]
    fn seconds_that_were_rounded_to_decimals_of_a_minute() {
        let read = |text: &str| length(text.as_bytes(), Unit::Minutes).map(|l| l.map(|l| l.millis));
        for (text, millis) in [
            ("1.1667", 70_000),
            ("1.167", 70_000),
            ("1.17", 70_000),
            ("1.0167", 61_000),
            ("1.016666667", 61_000),
            ("0.0333", 2_000),
            ("1.165", 69_900),
            ("1.5", 90_000),
            ("1.1", 66_000),
        ] {
            assert_eq!(read(text), Ok(Some(millis)), "{text}");
        }
        assert_eq!(seconds("0.0278小时"), Ok(Some(100_000)));
        for second in 0..600u32 {
            // Two to six decimals, rounded half up.
            for decimals in 2..=6 {
                let scale = 10u64.pow(decimals);
                let parts = (u64::from(second) * scale + 30) / 60;
                let text = format!(
                    "{}.{:0width$}",
                    parts / scale,
                    parts % scale,
                    width = decimals as usize
                );
                assert_eq!(read(&text), Ok(Some(u64::from(second) * 1000)), "{text}");
            }
        }
    }

    #[test]
    fn commas_are_thousands_or_decimals() {
        let with = |text: &str, decimal| {
            length_with_comma(text.as_bytes(), Unit::Minutes, decimal).map(|l| l.map(|l| l.millis))
        };
        assert_eq!(with("1,4", true), Ok(Some(84_000)));
        assert_eq!(with("1,4", false), Err(LengthError::Form));
        assert_eq!(with("1,234", false), Ok(Some(1_234 * 60_000)));
    }

    #[test]
    fn what_is_no_length() {
        for text in [
            "abc",
            "1:2:3:4",
            "00:99:00",
            "00:00:61",
            "1秒1分",
            "12:",
            "1e3",
            "分",
            "5x",
            "pt",
            "1.5分3秒",
            "1,4",
            "1.2.3秒",
        ] {
            assert_eq!(seconds(text), Err(LengthError::Form), "{text}");
        }
        assert_eq!(seconds("-5"), Err(LengthError::Negative));
        assert_eq!(seconds("-0:00:05"), Err(LengthError::Negative));
        assert_eq!(seconds("-0"), Ok(Some(0)));
        for text in ["", "-", "--", "[None]", "NULL", "无"] {
            assert_eq!(seconds(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn fractions_follow_the_contract() {
        let length = Length { millis: 60_001 };
        assert_eq!(length.seconds(Subsecond::Up), (61, true));
        assert_eq!(length.seconds(Subsecond::Down), (60, true));
        assert_eq!(length.seconds(Subsecond::HalfUp), (60, true));
        assert_eq!(Length { millis: 60_500 }.seconds(Subsecond::HalfUp), (61, true));
        for (millis, even) in [(60_500, 60), (61_500, 62), (60_501, 61), (61_499, 61)] {
            assert_eq!(Length { millis }.seconds(Subsecond::HalfEven), (even, true), "{millis}");
        }
        assert_eq!(Length { millis: 60_000 }.seconds(Subsecond::Up), (60, false));
    }
}
