//! Money as exports write it.

use crate::input::{Encoding, decode_line};
use crate::money::{Fixed, FixedError};
use crate::text::{MarkedFigure, NotAFigure, decimal_comma_figure, plain_figure};

/// How the charges of a column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The point moves so many places to the left: a column may be in 分.
    pub(super) point: u32,
    /// The comma is the decimal sign.
    pub(super) comma: bool,
    /// The code of the currency that is reckoned in, if one is.
    pub(super) currency: Option<[u8; 3]>,
}

impl Written {
    fn code(&self) -> &str {
        self.currency.as_ref().and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default()
    }

    fn plain(self, text: &str) -> Result<Option<String>, NotAFigure> {
        if self.comma { decimal_comma_figure(text) } else { plain_figure(text) }
    }
}

/// Reads a charge: plain decimals first, then decorated ones, in UTF-8 or GB18030. Empty, `-` and
/// `--` are no charge.
///
/// # Errors
/// [`FixedError`] if it is no amount, or none that a call can have.
#[inline(always)]
pub(super) fn charge(text: &[u8], written: Written) -> Result<Option<Fixed>, FixedError> {
    if written.comma {
        return decorated(text, written);
    }
    match Fixed::parse(text) {
        Ok(charge) if written.point > 0 => charge.shifted(written.point).map(Some),
        Ok(charge) => Ok(Some(charge)),
        Err(FixedError::NotANumber) => decorated(text, written),
        Err(error) => Err(error),
    }
}

#[cold]
fn decorated(text: &[u8], written: Written) -> Result<Option<Fixed>, FixedError> {
    let (text, _) = decode_line(text, Encoding::Ascii);
    let code = written.code();
    match written.plain(&text) {
        // Decoration is also ¥ and 元, which are not the sign of every currency.
        Ok(_) if !matches!(code, "" | "CNY") && in_another(&text, code).is_some() => {
            Err(FixedError::NotANumber)
        }
        Ok(None) => Ok(None),
        Ok(Some(plain)) => {
            let charge = Fixed::parse(plain.as_bytes())?;
            // A figure that says 元 itself is in 元.
            let in_yuan = text.contains('元');
            if in_yuan { Ok(Some(charge)) } else { charge.shifted(written.point).map(Some) }
        }
        Err(NotAFigure) => {
            let marked = MarkedFigure::of(&text, code).filter(|marked| marked.is_in(code));
            let marked = marked.ok_or(FixedError::NotANumber)?;
            let plain = written.plain(&marked.figure).map_err(|_| FixedError::NotANumber)?;
            // It is in units of the currency it names.
            plain.map(|plain| Fixed::parse(plain.as_bytes())).transpose()
        }
    }
}

/// True of a charge that names another currency than the one that is reckoned in.
#[cold]
pub(super) fn is_in_another(text: &[u8], written: Written) -> bool {
    let (text, _) = decode_line(text, Encoding::Ascii);
    in_another(&text, written.code()).is_some()
}

/// The currency beside a figure, if it is another than the one of this code.
pub(super) fn in_another(text: &str, code: &str) -> Option<String> {
    let marked = MarkedFigure::of(text, code).filter(|marked| !marked.is_in(code))?;
    Some(marked.mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(text: &[u8], point: u32) -> Result<Option<Fixed>, FixedError> {
        super::charge(text, Written { point, ..Written::default() })
    }

    #[test]
    fn the_comma_as_decimal_sign() {
        let written = Written { comma: true, ..Written::default() };
        let with = |text: &str| super::charge(text.as_bytes(), written);
        assert_eq!(with("100,00"), Fixed::parse(b"100").map(Some));
        assert_eq!(with("1.234,5"), Fixed::parse(b"1234.5").map(Some));
        assert_eq!(with("1.234"), Fixed::parse(b"1234").map(Some));
        assert_eq!(with("0.5"), Err(FixedError::NotANumber));
        assert_eq!(with("7"), Fixed::parse(b"7").map(Some));
        assert_eq!(with("--"), Ok(None));
    }

    #[test]
    fn the_currency_beside_a_charge() {
        for (text, code, plain) in [
            ("$0.24", b"USD", Some("0.24")),
            ("($1.20)", b"USD", Some("-1.20")),
            ("¥0.24", b"CNY", Some("0.24")),
            ("0.24元", b"HKD", Some("0.24")),
            ("¥0.24", b"USD", None),
            ("$0.24", b"CNY", None),
            ("0.24 EUR", b"GBP", None),
        ] {
            let written = Written { currency: Some(*code), ..Written::default() };
            let read = super::charge(text.as_bytes(), written);
            let expected = plain.ok_or(FixedError::NotANumber);
            assert_eq!(read, expected.and_then(|p| Fixed::parse(p.as_bytes())).map(Some), "{text}");
            assert_eq!(is_in_another(text.as_bytes(), written), plain.is_none(), "{text}");
        }
        // A column in hundredths of something, and a figure in units.
        assert_eq!(charge(b"$12", 2), Fixed::parse(b"12").map(Some));
    }

    #[test]
    fn reads_what_exports_write() {
        for (text, plain) in [("0.12", "0.12"), ("¥1,234.50", "1234.50"), ("0.10元", "0.10")] {
            assert_eq!(
                charge(text.as_bytes(), 0),
                Fixed::parse(plain.as_bytes()).map(Some),
                "{text}"
            );
        }
        // ¥0.12 and ￥0.10 元 in GB18030.
        assert_eq!(charge(b"\x810\x8460.12", 0), Fixed::parse(b"0.12").map(Some));
        assert_eq!(charge(b"\xA3\xA40.10\xD4\xAA", 2), Fixed::parse(b"0.10").map(Some));
        assert_eq!(charge(b"0,065", 0), Err(FixedError::NotANumber));
        assert_eq!(charge("0.10元/分钟".as_bytes(), 0), Err(FixedError::NotANumber));
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
