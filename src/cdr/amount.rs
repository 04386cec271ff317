//! Money as exports write it.

use crate::money::{Fixed, FixedError};
use crate::text::plain_figure;

/// Reads a charge: plain decimals first, then decorated ones. Empty, `-` and `--` are no charge. The
/// point moves so many places to the left: a column may be in 分.
///
/// # Errors
/// [`FixedError`] if it is no amount, or none that a call can have.
#[inline(always)]
pub(super) fn charge(text: &[u8], point: u32) -> Result<Option<Fixed>, FixedError> {
    let charge = match Fixed::parse(text) {
        Ok(charge) => Some(charge),
        Err(FixedError::NotANumber) => decorated(text)?,
        Err(error) => return Err(error),
    };
    match charge {
        // A figure that says 元 itself is in 元.
        Some(charge) if point > 0 && !text.ends_with("元".as_bytes()) => {
            charge.shifted(point).map(Some)
        }
        charge => Ok(charge),
    }
}

#[cold]
fn decorated(text: &[u8]) -> Result<Option<Fixed>, FixedError> {
    let text = std::str::from_utf8(text).map_err(|_| FixedError::NotANumber)?;
    match plain_figure(text).map_err(|_| FixedError::NotANumber)? {
        Some(plain) => Fixed::parse(plain.as_bytes()).map(Some),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_exports_write() {
        for (text, plain) in [("0.12", "0.12"), ("¥1,234.50", "1234.50"), ("0.10元", "0.10")] {
            assert_eq!(
                charge(text.as_bytes(), 0),
                Fixed::parse(plain.as_bytes()).map(Some),
                "{text}"
            );
        }
        assert_eq!(charge(b"12.3", 2), Fixed::parse(b"0.123").map(Some));
        assert_eq!(charge("0.12元".as_bytes(), 2), Fixed::parse(b"0.12").map(Some));
        assert_eq!(charge("12分".as_bytes(), 2), Err(FixedError::NotANumber));
        assert_eq!(charge(b"0.000000012", 2), Err(FixedError::TooPrecise));
        assert_eq!(charge(b"--", 0), Ok(None));
        assert_eq!(charge(b"0,12", 0), Err(FixedError::NotANumber));
        assert_eq!(charge(b"99999999999", 0), Err(FixedError::OutOfRange));
        assert_eq!(charge(b"1e30", 0), Err(FixedError::NotANumber));
    }
}
