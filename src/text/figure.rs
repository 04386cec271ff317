//! Figures as people and spreadsheets write them.

use super::cell::{half_width, says_nothing};
use super::currency::MarkedFigure;

/// Takes decoration off a figure: blanks, `¥`, `元`, full-width digits and signs, thousands
/// separators in threes, accounting brackets, a minus at the end, `="…"`. The result is plain decimal
/// text, to be read exactly; `None` if the text stands for no figure (`-`, `--`, empty, `NULL`).
///
/// # Errors
/// If it is not a figure, such as a decimal comma, or a price (`0.10 元/分钟`).
pub fn plain_figure(text: &str) -> Result<Option<String>, NotAFigure> {
    figure(text, '.', ',')
}

/// The same where the comma is the decimal sign: `100,00`, `1.234,50`, `1 234,50`.
///
/// # Errors
/// If it is not a figure.
pub fn decimal_comma_figure(text: &str) -> Result<Option<String>, NotAFigure> {
    figure(text, ',', '.')
}

fn figure(text: &str, point: char, thousands: char) -> Result<Option<String>, NotAFigure> {
    let half: String = text.trim().chars().map(half_width).collect();
    let bare = half.trim();
    let bare = bare.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(bare);
    let bare = match bare.strip_prefix('\'') {
        Some(rest) => rest.strip_suffix('\'').unwrap_or(rest).trim(),
        None => bare,
    };
    if says_nothing(bare) {
        return Ok(None);
    }
    let bare = without_currency(bare);
    let (bracketed, bare) = match bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, without_currency(inner)),
        None => (false, bare),
    };
    // One sign, before or behind.
    let (signed, bare) = match bare.strip_prefix('-').or_else(|| bare.strip_suffix('-')) {
        Some(rest) => (true, without_currency(rest)),
        None => (false, bare.strip_prefix('+').map_or(bare, without_currency)),
    };
    if bracketed && signed {
        return Err(NotAFigure);
    }
    let (whole, fraction) = match bare.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (bare, None),
    };
    let blanks = whole.contains(' ');
    let separator = if blanks { ' ' } else { thousands };
    let whole = match whole.contains(separator) {
        true => join_thousands(whole, separator)?,
        false => whole.to_owned(),
    };
    // Databases leave the zero out: `.5`.
    let whole = if whole.is_empty() && fraction.is_some() { "0".to_owned() } else { whole };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !fraction.is_none_or(digits) {
        return Err(NotAFigure);
    }
    let sign = if bracketed || signed { "-" } else { "" };
    Ok(Some(match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    }))
}

/// The text is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAFigure;

/// Without a sign or word of the currency before or behind.
fn without_currency(text: &str) -> &str {
    const WORDS: [&str; 7] = ["CNY", "RMB", "人民币", "CN¥", "¥", "￥", "元"];
    let mut text = text.trim();
    for word in WORDS {
        text = text.strip_prefix(word).or_else(|| text.strip_suffix(word)).unwrap_or(text).trim();
    }
    text
}

/// Thousands must stand in threes, or the comma may be a decimal comma.
fn join_thousands(whole: &str, separator: char) -> Result<String, NotAFigure> {
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    // A whole part that begins with a zero has no thousands: 0,065.
    let in_threes = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3);
    if in_threes { Ok(whole.replace(separator, "")) } else { Err(NotAFigure) }
}

/// What the commas of a figure can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comma {
    /// There is none, and no point either, or the text is no figure.
    Absent,
    /// There is a decimal point, and no comma.
    Point,
    /// It separates thousands: `1,234.50`, `1,234,567`.
    Thousands,
    /// It is the decimal sign: `100,00`, `0,065`, `1.234,50`.
    Decimal,
    /// It may be either: `1,234`.
    Either,
}

impl Comma {
    /// What a figure's comma is.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let marked = MarkedFigure::of(text, "");
        let text = marked.as_ref().map_or(text, |marked| &marked.figure);
        let (english, other) = (plain_figure(text), decimal_comma_figure(text));
        let half: String = text.chars().map(half_width).collect();
        match (english, other, half.matches(',').count()) {
            (Ok(Some(_)), Ok(Some(_)), 1) => Self::Either,
            (Ok(Some(_)), _, 1..) => Self::Thousands,
            (_, Ok(Some(_)), 1..) => Self::Decimal,
            // In threes, the points may be thousands where the comma is the decimal sign.
            (Ok(Some(plain)), Err(_), 0) if plain.contains('.') => Self::Point,
            _ => Self::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_decoration_off() {
        for (text, plain) in [
            ("0.12", "0.12"),
            (" 0.12 ", "0.12"),
            ("¥1,234.50", "1234.50"),
            ("￥3", "3"),
            ("0.10元", "0.10"),
            ("￥0.10 元", "0.10"),
            ("0.10 CNY", "0.10"),
            ("RMB 0.10", "0.10"),
            ("人民币0.10元", "0.10"),
            ("'0.10'", "0.10"),
            ("-1,234", "-1234"),
            ("(12.30)", "-12.30"),
            ("（12.30）", "-12.30"),
            ("(¥12.30)", "-12.30"),
            ("¥(12.30)", "-12.30"),
            ("１，２３４．５０", "1234.50"),
            ("1，234．50", "1234.50"),
            ("－12.30", "-12.30"),
            ("−12.30", "-12.30"),
            ("12.30-", "-12.30"),
            ("12.30－", "-12.30"),
            ("-¥5", "-5"),
            ("¥-5", "-5"),
            ("+5", "5"),
            ("=\"12.30\"", "12.30"),
            ("'12.30", "12.30"),
            ("\u{A0}12.30\u{3000}", "12.30"),
        ] {
            assert_eq!(plain_figure(text), Ok(Some(plain.to_owned())), "{text}");
        }
        for text in ["", "-", "--", "NULL", " ", "[None]", "N/A", "无", "—"] {
            assert_eq!(plain_figure(text), Ok(None), "{text}");
        }
        for text in [
            "0,12",
            "0,065",
            "12,34",
            "abc",
            "0.1 USD",
            "1.2.3",
            ",123",
            "5.",
            ".5",
            "1e3",
            "12.30 元/分钟",
            "0.1元/分",
            "-5-",
            "(-5)",
            "--5",
            "1.38E+10",
        ] {
            assert_eq!(plain_figure(text), Err(NotAFigure), "{text}");
        }
    }

    #[test]
    fn the_comma_as_decimal_sign() {
        for (text, plain) in [
            ("100,00", "100.00"),
            ("1.234,50", "1234.50"),
            ("1 234,50", "1234.50"),
            ("0,065", "0.065"),
            ("-0,5 元", "-0.5"),
            ("1.234", "1234"),
            ("7", "7"),
        ] {
            assert_eq!(decimal_comma_figure(text), Ok(Some(plain.to_owned())), "{text}");
        }
        for text in ["0.5", "1,234.50", "1,2,3", "12,"] {
            assert_eq!(decimal_comma_figure(text), Err(NotAFigure), "{text}");
        }
    }

    #[test]
    fn what_a_comma_is() {
        use Comma::{Absent, Decimal, Either, Point, Thousands};
        for (text, comma) in [
            ("100,00", Decimal),
            ("0,065", Decimal),
            ("1.234,5", Decimal),
            ("12，5", Decimal),
            ("1,234", Either),
            ("¥12,345", Either),
            ("1,234.50", Thousands),
            ("1,234,567", Thousands),
            ("0.12", Point),
            ("$0.12", Point),
            ("0,24 €", Decimal),
            ("0.065", Point),
            ("12", Absent),
            ("--", Absent),
            ("", Absent),
            ("a,b", Absent),
        ] {
            assert_eq!(Comma::of(text), comma, "{text}");
        }
    }
}
