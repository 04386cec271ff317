//! Reading one TOML value as one [`Kind`]: exact numbers, units written out, no guessing.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::de::DeValue;

use crate::money::{DecimalError, parse_decimal};

/// Why a value is not of its kind: the code of the diagnostic, and what was expected in words the
/// catalogue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Not this kind of value at all.
    Kind(&'static str),
    /// A number, but not one that can be used exactly.
    Number(DecimalError),
    /// A price below zero.
    Negative,
    /// No length of time with its unit; why, in a word of `[length]`.
    Length(&'static str),
    /// No share with its sign; why, in a word of `[share]`.
    Share(&'static str),
    /// No such day, such as 30 February.
    Day,
    /// No such time of day, or an empty span.
    Hour,
    /// Not one of the words listed.
    Word(&'static [&'static str]),
    /// A whole number outside the range.
    Range(u32, u32),
}

pub(super) type Read<T> = Result<T, Wrong>;

pub(super) fn text<'v>(value: &'v DeValue<'_>) -> Read<&'v str> {
    match value {
        DeValue::String(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(Wrong::Kind("text")),
    }
}

/// The exact text of a number, or of a string that holds one.
fn number_text<'v>(value: &'v DeValue<'_>) -> Option<std::borrow::Cow<'v, str>> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().into()),
        DeValue::Float(number) => Some(number.as_str().replace('_', "").into()),
        DeValue::String(text) => Some(text.trim().into()),
        _ => None,
    }
}

/// The largest price or quantity of a contract. With it the product of any two and a rate keeps
/// all its digits in a [`Decimal`].
const LARGEST: u32 = 10_000_000;

pub(super) fn decimal(value: &DeValue<'_>) -> Read<Decimal> {
    match money(value)? {
        number if number.is_sign_negative() && !number.is_zero() => Err(Wrong::Negative),
        number if number > Decimal::from(LARGEST) => Err(Wrong::Number(DecimalError::OutOfRange)),
        number => Ok(number),
    }
}

pub(super) fn money(value: &DeValue<'_>) -> Read<Decimal> {
    let text = number_text(value).ok_or(Wrong::Kind("price"))?;
    parse_decimal(&text.replace('_', "")).map_err(|why| match why {
        DecimalError::NotANumber => Wrong::Kind("price"),
        other => Wrong::Number(other),
    })
}

/// `"9%"` → 0.09, `"0.5‰"` → 0.0005.
pub(super) fn percent(value: &DeValue<'_>) -> Read<Decimal> {
    let DeValue::String(text) = value else {
        return Err(Wrong::Share("no-sign"));
    };
    let text = text.trim();
    let (digits, divisor) = if let Some(digits) = text.strip_suffix(['%', '％']) {
        (digits, 100)
    } else if let Some(digits) = text.strip_suffix('‰') {
        (digits, 1000)
    } else {
        return Err(Wrong::Share("no-sign"));
    };
    let number = parse_decimal(digits.trim()).map_err(|_| Wrong::Share("no-figure"))?;
    if number.is_sign_negative() || number > Decimal::from(1000) {
        return Err(Wrong::Share("range"));
    }
    Ok((number / Decimal::from(divisor)).normalize())
}

/// `0.35` and `"35%"` → 0.35. More than a whole is none: 35 is not taken for 35 %.
pub(super) fn part(value: &DeValue<'_>) -> Read<Decimal> {
    let signed = matches!(value, DeValue::String(text) if text.trim().ends_with(['%', '％', '‰']));
    let share = if signed { percent(value)? } else { decimal(value)? };
    if share > Decimal::ONE { Err(Wrong::Share("above-one")) } else { Ok(share) }
}

/// Seconds of `"60s"`, `"10m"` / `"10min"`, `"1h"`; at most a week.
pub(super) fn seconds(value: &DeValue<'_>) -> Read<u32> {
    let DeValue::String(text) = value else {
        return Err(Wrong::Length("no-unit"));
    };
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match text[digits.len()..].trim() {
        "s" | "sec" | "秒" => 1,
        "m" | "min" | "分" | "分钟" => 60,
        "h" | "小时" => 3600,
        "" => return Err(Wrong::Length("no-unit")),
        _ => return Err(Wrong::Length("unknown")),
    };
    let number: u32 = digits.parse().map_err(|_| Wrong::Length("unknown"))?;
    number.checked_mul(unit).filter(|s| *s <= 604_800).ok_or(Wrong::Length("too-long"))
}

pub(super) fn seconds_pair(value: &DeValue<'_>) -> Read<(u32, u32)> {
    let DeValue::Array(list) = value else {
        return Err(Wrong::Kind("seconds-pair"));
    };
    let mut parts = list.iter().map(|item| seconds(item.get_ref()));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(first), Some(next), None) => Ok((first?, next?)),
        _ => Err(Wrong::Kind("seconds-pair")),
    }
}

pub(super) fn count(value: &DeValue<'_>, least: u32, most: u32) -> Read<u32> {
    let DeValue::Integer(number) = value else {
        return Err(Wrong::Kind("count"));
    };
    u32::from_str_radix(number.as_str(), number.radix())
        .ok()
        .filter(|n| (least..=most).contains(n))
        .ok_or(Wrong::Range(least, most))
}

pub(super) fn word(value: &DeValue<'_>, words: &'static [&'static str]) -> Read<()> {
    match value {
        DeValue::String(text) if words.contains(&&**text) => Ok(()),
        DeValue::String(_) => Err(Wrong::Word(words)),
        _ => Err(Wrong::Kind("word")),
    }
}

pub(super) fn flag(value: &DeValue<'_>) -> Read<bool> {
    value.as_bool().ok_or(Wrong::Kind("flag"))
}

/// A TOML date, or the same as text.
pub(super) fn date(value: &DeValue<'_>) -> Read<NaiveDate> {
    match value {
        DeValue::Datetime(when) => match (when.date, when.time) {
            (Some(day), None) => {
                NaiveDate::from_ymd_opt(day.year.into(), day.month.into(), day.day.into())
                    .ok_or(Wrong::Day)
            }
            _ => Err(Wrong::Kind("date")),
        },
        DeValue::String(text) => crate::when::parse_day(text.trim()).ok_or(Wrong::Day),
        _ => Err(Wrong::Kind("date")),
    }
}

/// Seconds of the day of `"09:00-18:00"`: from, until (half-open); `24:00` ends the day, and a
/// span that ends before it begins runs over midnight.
pub(super) fn hours(text: &str) -> Read<(u32, u32)> {
    let (from, until) = text.split_once(['-', '–', '~']).ok_or(Wrong::Hour)?;
    let (from, until) = (clock(from.trim())?, clock(until.trim())?);
    if from == until || from == 86_400 { Err(Wrong::Hour) } else { Ok((from, until)) }
}

fn clock(text: &str) -> Read<u32> {
    let mut parts = text.split(':').map(|part| {
        if part.len() == 2 {
            part.parse::<u32>().map_err(|_| Wrong::Hour)
        } else {
            Err(Wrong::Hour)
        }
    });
    let hour = parts.next().ok_or(Wrong::Hour)??;
    let minute = parts.next().ok_or(Wrong::Hour)??;
    let second = parts.next().unwrap_or(Ok(0))?;
    let all = hour * 3600 + minute * 60 + second;
    if parts.next().is_none() && minute < 60 && second < 60 && all <= 86_400 {
        Ok(all)
    } else {
        Err(Wrong::Hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> DeValue<'_> {
        DeValue::parse(text).expect("test value is TOML").into_inner()
    }

    #[test]
    fn numbers_keep_their_written_digits() {
        for (text, digits) in
            [("0.065", "0.065"), ("\"0.10\"", "0.10"), ("1_000", "1000"), ("5", "5")]
        {
            assert_eq!(decimal(&value(text)).map(|d| d.to_string()), Ok(digits.to_owned()));
        }
        assert_eq!(decimal(&value("1e30")), Err(Wrong::Number(DecimalError::OutOfRange)));
        assert_eq!(decimal(&value("-1")), Err(Wrong::Negative));
        assert_eq!(decimal(&value("nan")), Err(Wrong::Kind("price")));
        assert_eq!(decimal(&value("\"0.1元\"")), Err(Wrong::Kind("price")));
    }

    #[test]
    fn shares_and_lengths_want_their_unit() {
        assert_eq!(percent(&value("\"9%\"")), Ok(Decimal::new(9, 2)));
        assert_eq!(percent(&value("\"3‰\"")), Ok(Decimal::new(3, 3)));
        assert_eq!(percent(&value("0.09")), Err(Wrong::Share("no-sign")));
        for share in ["0.35", "\"0.35\"", "\"35%\"", "\"350‰\""] {
            assert_eq!(part(&value(share)), Ok(Decimal::new(35, 2)), "{share}");
        }
        assert_eq!(part(&value("35")), Err(Wrong::Share("above-one")));
        assert_eq!(part(&value("\"135%\"")), Err(Wrong::Share("above-one")));
        assert_eq!(part(&value("-0.1")), Err(Wrong::Negative));
        assert_eq!(seconds(&value("\"60s\"")), Ok(60));
        assert_eq!(seconds(&value("\"10 分钟\"")), Ok(600));
        assert_eq!(seconds(&value("60")), Err(Wrong::Length("no-unit")));
        assert_eq!(seconds(&value("\"60\"")), Err(Wrong::Length("no-unit")));
        assert_eq!(seconds(&value("\"1d\"")), Err(Wrong::Length("unknown")));
        assert_eq!(seconds(&value("\"200h\"")), Err(Wrong::Length("too-long")));
        assert_eq!(seconds_pair(&value("[\"60s\", \"6s\"]")), Ok((60, 6)));
        assert_eq!(seconds_pair(&value("[\"60s\"]")), Err(Wrong::Kind("seconds-pair")));
    }

    #[test]
    fn days_and_hours_exist() {
        assert!(date(&value("2024-02-29")).is_ok());
        assert_eq!(date(&value("\"2023-02-29\"")), Err(Wrong::Day));
        assert_eq!(date(&value("2024-10-01T00:00:00")), Err(Wrong::Kind("date")));
        assert_eq!(hours("09:00-18:00"), Ok((32_400, 64_800)));
        assert_eq!(hours("22:00-06:00"), Ok((79_200, 21_600)));
        assert_eq!(hours("18:00-24:00"), Ok((64_800, 86_400)));
        for wrong in ["9-18", "09:00", "09:60-10:00", "24:00-25:00", "09:00-09:00"] {
            assert_eq!(hours(wrong), Err(Wrong::Hour), "{wrong}");
        }
    }
}
