//! Money as exports write it.

use crate::money::{Fixed, FixedError};

/// Reads a charge: plain decimals first, then with `¥`, `元`, thousands separators. Empty, `-` and
/// `--` are no charge.
///
/// # Errors
/// [`FixedError`] if it is no amount, or none that a call can have.
#[inline]
pub(super) fn charge(text: &[u8]) -> Result<Option<Fixed>, FixedError> {
    match Fixed::parse(text) {
        Ok(charge) => Ok(Some(charge)),
        Err(FixedError::NotANumber) => decorated(text),
        Err(error) => Err(error),
    }
}

fn decorated(text: &[u8]) -> Result<Option<Fixed>, FixedError> {
    let text = std::str::from_utf8(text).map_err(|_| FixedError::NotANumber)?.trim();
    let text = text.strip_prefix(['¥', '￥']).unwrap_or(text);
    let text = text.strip_suffix('元').unwrap_or(text).trim();
    if matches!(text, "" | "-" | "--" | "NULL" | "null") {
        return Ok(None);
    }
    if !text.contains(',') {
        return Fixed::parse(text.as_bytes()).map(Some);
    }
    // Thousands must stand in threes, or the comma may be a decimal comma.
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or_default();
    let in_threes = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if !in_threes {
        return Err(FixedError::NotANumber);
    }
    let plain = whole.replace(',', "");
    let plain = if fraction.is_empty() { plain } else { format!("{plain}.{fraction}") };
    Fixed::parse(plain.as_bytes()).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_exports_write() {
        for (text, plain) in [
            ("0.12", "0.12"),
            (" 0.12 ", "0.12"),
            ("¥1,234.50", "1234.50"),
            ("￥3", "3"),
            ("0.10元", "0.10"),
            ("-1,234", "-1234"),
        ] {
            let expected = Fixed::parse(plain.as_bytes()).map(Some);
            assert_eq!(charge(text.as_bytes()), expected, "{text}");
        }
        for text in ["", "-", "--", "NULL", " "] {
            assert_eq!(charge(text.as_bytes()), Ok(None), "{text}");
        }
        for text in ["0,12", "12,34", "abc", "0.1 USD", "1.2.3", ",123"] {
            assert_eq!(charge(text.as_bytes()), Err(FixedError::NotANumber), "{text}");
        }
        assert_eq!(charge(b"99999999999"), Err(FixedError::OutOfRange));
    }
}
