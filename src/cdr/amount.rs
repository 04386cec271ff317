//! Money as exports write it.

use crate::money::{Fixed, FixedError};
use crate::text::plain_figure;

/// Reads a charge: plain decimals first, then decorated ones. Empty, `-` and `--` are no charge.
///
/// # Errors
/// [`FixedError`] if it is no amount, or none that a call can have.
#[inline(always)]
pub(super) fn charge(text: &[u8]) -> Result<Option<Fixed>, FixedError> {
    match Fixed::parse(text) {
        Ok(charge) => Ok(Some(charge)),
        Err(FixedError::NotANumber) => decorated(text),
        Err(error) => Err(error),
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
            assert_eq!(charge(text.as_bytes()), Fixed::parse(plain.as_bytes()).map(Some), "{text}");
        }
        assert_eq!(charge(b"--"), Ok(None));
        assert_eq!(charge(b"0,12"), Err(FixedError::NotANumber));
        assert_eq!(charge(b"99999999999"), Err(FixedError::OutOfRange));
        assert_eq!(charge(b"1e30"), Err(FixedError::NotANumber));
    }
}
