//! Numbers of which a spreadsheet has lost digits.

/// True of `1.38E+10`, `4.20775E+11`: a spreadsheet took the number for a figure, and the digits
/// that it did not show are gone.
#[must_use]
pub fn is_exponent(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|byte| matches!(byte, b'E' | b'e')) else {
        return false;
    };
    let (figure, power) = (&text[..at], &text[at + 1..]);
    let power = power.strip_prefix(b"+").unwrap_or(power);
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let figure = match figure.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(point) => digits(&figure[..point]) && digits(&figure[point + 1..]),
        None => digits(figure),
    };
    figure && digits(power) && power.len() <= 3
}

/// Significant digits that such a number keeps at most.
const KEPT: usize = 7;

/// Digits of the shortest number that a spreadsheet cuts.
const SHORTEST: usize = 10;

/// True of `923310000000`, what becomes of `9.2331E+11` when it is saved as a number once more: at
/// most seven digits, and zeros. A number may well look like that; a whole column of them does not.
#[must_use]
pub fn is_re_expanded(text: &[u8]) -> bool {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    text.len() >= SHORTEST
        && text.iter().all(u8::is_ascii_digit)
        // A spreadsheet drops zeros at the beginning.
        && text[0] != b'0'
        && text.len() - zeros <= KEPT
}

/// True if a column's numbers were cut and expanded again: at least three that differ, and all long
/// ones of that form. Service numbers such as 4008001000 are too few to tell.
#[must_use]
pub fn is_re_expanded_column<'n>(numbers: impl Iterator<Item = &'n [u8]>) -> bool {
    let mut seen: Vec<&[u8]> = Vec::new();
    for number in numbers.filter(|number| number.len() >= SHORTEST) {
        let service = number.len() == SHORTEST && number[1..].starts_with(b"00");
        if service || !number.iter().any(u8::is_ascii_digit) || is_exponent(number) {
            continue;
        }
        if !is_re_expanded(number) {
            return false;
        }
        if seen.len() < 3 && !seen.contains(&number) {
            seen.push(number);
        }
    }
    seen.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_behind_an_exponent_are_lost() {
        for text in ["1.38E+10", "4.20775E+11", "1.38e10", "1E+11", "1,38E+10"] {
            assert!(is_exponent(text.as_bytes()), "{text}");
        }
        for text in
            ["", "13800000000", "E+10", "1.38E+", "SIP/101E", "1.E+10", "1.38E+1000", "0x1E"]
        {
            assert!(!is_exponent(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_column_shows_what_a_number_does_not() {
        let column = |text: &str| is_re_expanded_column(text.split(' ').map(str::as_bytes));
        assert!(is_re_expanded(b"923310000000") && is_re_expanded(b"13800000000"));
        assert!(!is_re_expanded(b"13812345000") && !is_re_expanded(b"057180000000"));
        assert!(column("923310000000 923450000000 923330000000 923310000000"));
        // The service number and the extension say nothing.
        assert!(column("923310000000 4001234567 923450000000 101 9.2331E+11 923330000000"));
        // One whole number shows that nobody cut them.
        assert!(!column("923310000000 923450000000 923330000000 923312345678"));
        assert!(!column("923310000000 923450000000 +923330000000 923450000000"));
        assert!(!column("13800000000 13800000000 13800000000"));
        assert!(!column("4008001000 4008002000 4008003000"));
        assert!(!column(""));
    }
}
