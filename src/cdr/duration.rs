//! Lengths of time as exports write them.

use super::Unit;
use crate::tariff::Subsecond;

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

/// Reads a length: plain numbers in the column's unit, `00:01:23`, `1分23秒`, `1h 2m 3s`.
/// An empty text is no length.
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

fn written(text: &[u8], unit: Unit) -> Result<Option<Length>, LengthError> {
    let text = std::str::from_utf8(text).map_err(|_| LengthError::Form)?.trim();
    if matches!(text, "" | "-" | "--" | "NULL" | "null") {
        return Ok(None);
    }
    if let Some(positive) = text.strip_prefix('-') {
        let is_length = written(positive.as_bytes(), unit)?.is_some_and(|length| length.millis > 0);
        // "-0" is what some subtractions print.
        return if is_length { Err(LengthError::Negative) } else { Ok(Some(Length { millis: 0 })) };
    }
    if text.contains(':') {
        return clock(text).map(Some);
    }
    match decimal_millis(text, unit.millis()) {
        Some(millis) => Ok(Some(Length { millis })),
        None => in_words(text).map(Some),
    }
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

/// A decimal number of units of `unit` milliseconds each, exactly; digits below a millisecond
/// count as a started millisecond.
fn decimal_millis(text: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 13 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let kept = &fraction[..fraction.len().min(9)];
    let scale = 10u64.pow(u32::try_from(kept.len()).ok()?);
    let part = (kept.parse::<u64>().ok()? * unit).div_ceil(scale);
    whole.checked_mul(unit)?.checked_add(part)
}

/// `1小时59分钟41秒`, `1分23秒`, `56秒`, `2m 5s`, `1h 2m 3s`, `83s`.
fn in_words(text: &str) -> Result<Length, LengthError> {
    let mut millis = 0u64;
    // `125s (2m 5s)` says it twice.
    let mut rest = text.split_once(" (").map_or(text, |(once, _)| once);
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(LengthError::Form)?;
        let number: u64 = rest[..digits].parse().map_err(|_| LengthError::Form)?;
        let after = rest[digits..].trim_start();
        let (unit, name) = [
            ("小时", 3_600_000),
            ("时", 3_600_000),
            ("hours", 3_600_000),
            ("h", 3_600_000),
            ("分钟", 60_000),
            ("分", 60_000),
            ("min", 60_000),
            ("m", 60_000),
            ("秒", 1000),
            ("sec", 1000),
            ("s", 1000),
        ]
        .into_iter()
        .find_map(|(name, unit)| after.starts_with(name).then_some((unit, name)))
        .ok_or(LengthError::Form)?;
        // Units fall from hours to seconds, each once.
        if unit >= smallest || number > 1_000_000 {
            return Err(LengthError::Form);
        }
        smallest = unit;
        millis += number * unit;
        rest = after[name.len()..].trim_start();
    }
    Ok(Length { millis })
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
        ] {
            assert_eq!(seconds(text), Ok(Some(83_000)), "{text}");
        }
        assert_eq!(seconds("1小时59分钟41秒"), Ok(Some(7_181_000)));
        assert_eq!(seconds("1h 2m 3s"), Ok(Some(3_723_000)));
        assert_eq!(seconds("90:00"), Ok(Some(5_400_000)));
        assert_eq!(seconds("83.4"), Ok(Some(83_400)));
        assert_eq!(length(b"83400", Unit::Millis).map(|l| l.map(|l| l.millis)), Ok(Some(83_400)));
        assert_eq!(length(b"1.4", Unit::Minutes).map(|l| l.map(|l| l.millis)), Ok(Some(84_000)));
    }

    #[test]
    fn what_is_no_length() {
        for text in ["abc", "1:2:3:4", "00:99:00", "00:00:61", "1秒1分", "12:", "1e3", "分", "5x"]
        {
            assert_eq!(seconds(text), Err(LengthError::Form), "{text}");
        }
        assert_eq!(seconds("-5"), Err(LengthError::Negative));
        assert_eq!(seconds("-0:00:05"), Err(LengthError::Negative));
        assert_eq!(seconds("-0"), Ok(Some(0)));
        for text in ["", "-", "--"] {
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
