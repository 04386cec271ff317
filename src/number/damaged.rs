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
fn is_re_expanded(text: &[u8]) -> bool {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    text.len() >= SHORTEST
        && text.iter().all(u8::is_ascii_digit)
        // A spreadsheet drops zeros at the beginning.
        && text[0] != b'0'
        && text.len() - zeros <= KEPT
}

/// Digits of the shortest number that a spreadsheet cuts in a column of any width.
const WIDE: usize = 12;

/// What a column's numbers show of having been cut and expanded again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReExpanded {
    /// Nothing of the kind.
    #[default]
    No,
    /// All long numbers have that form, but they are too few to tell: a vanity number may.
    Perhaps,
    /// Those of so many digits and more were.
    From(usize),
}

impl ReExpanded {
    /// True if this number was.
    #[must_use]
    pub fn holds(self, number: &[u8]) -> bool {
        matches!(self, Self::From(shortest) if number.len() >= shortest) && is_re_expanded(number)
    }
}

/// Whether a column's numbers were cut and expanded again: that all long ones end in so many zeros
/// is no chance. A spreadsheet cuts twelve digits always, eleven in a narrow column only. `lone` is
/// asked of a column with one number alone: how many rows of it are then enough.
#[must_use]
pub fn re_expanded_column<'n>(
    numbers: impl Iterator<Item = &'n [u8]> + Clone,
    lone: Option<usize>,
) -> ReExpanded {
    let all = re_expanded_from(numbers.clone(), SHORTEST, lone);
    if all == ReExpanded::No { re_expanded_from(numbers, WIDE, None) } else { all }
}

fn re_expanded_from<'n>(
    numbers: impl Iterator<Item = &'n [u8]>,
    shortest: usize,
    lone: Option<usize>,
) -> ReExpanded {
    // Of random numbers one in ten to that power looks like these.
    const NO_CHANCE: usize = 9;
    let mut seen: Vec<&[u8]> = Vec::new();
    let (mut rows, mut zeros, mut fewest) = (0, 0, usize::MAX);
    for number in numbers.filter(|number| number.len() >= shortest) {
        // Service numbers such as 4008001000 are too few to tell.
        let service = number.len() == SHORTEST && number[1..].starts_with(b"00");
        if service || !number.iter().any(u8::is_ascii_digit) || is_exponent(number) {
            continue;
        }
        if !is_re_expanded(number) {
            return ReExpanded::No;
        }
        rows += 1;
        if seen.len() < 3 && !seen.contains(&number) {
            let its = number.iter().rev().take_while(|byte| **byte == b'0').count();
            (zeros, fewest) = (zeros + its, fewest.min(its));
            seen.push(number);
        }
    }
    match seen.len() {
        0 => ReExpanded::No,
        1 if lone.is_some_and(|enough| rows >= enough) && fewest >= 5 => ReExpanded::From(shortest),
        1 => ReExpanded::Perhaps,
        2 if rows < 6 => ReExpanded::Perhaps,
        _ if zeros >= NO_CHANCE => ReExpanded::From(shortest),
        _ => ReExpanded::Perhaps,
    }
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
        use ReExpanded::{From, No, Perhaps};
        let with = |text: &str, lone| {
            let numbers: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
            re_expanded_column(numbers.into_iter(), lone)
        };
        let column = |text: &str| with(text, None);
        assert!(is_re_expanded(b"923310000000") && is_re_expanded(b"13800000000"));
        assert!(!is_re_expanded(b"13812345000") && !is_re_expanded(b"057180000000"));
        assert_eq!(column("923310000000 923450000000 923330000000 923310000000"), From(10));
        // The service number and the extension say nothing.
        assert_eq!(
            column("923310000000 4001234567 923450000000 101 9.2331E+11 923330000000"),
            From(10)
        );
        // One whole number shows that nobody cut them.
        assert_eq!(column("923310000000 923450000000 923330000000 923312345678"), No);
        assert_eq!(column("923310000000 923450000000 +923330000000 923450000000"), No);
        // Eleven digits still fit where twelve were cut.
        let wide = column("923310000000 923450000000 97912823416 923330000000 13800000000");
        assert_eq!(wide, From(12));
        assert!(wide.holds(b"923310000000") && !wide.holds(b"13800000000"));
        assert_eq!(column("13800000000 13800000000 13800000000"), Perhaps);
        assert_eq!(column("4008001000 4008002000 4008003000"), No);
        assert_eq!(column(""), No);
    }

    #[test]
    fn few_numbers_in_many_rows_are_no_chance() {
        use ReExpanded::{From, Perhaps};
        let with = |number: &[&'static str], lone| {
            let rows = number.iter().cycle().take(10).map(|number| number.as_bytes());
            re_expanded_column(rows, lone)
        };
        assert_eq!(with(&["13800100000", "13900100000"], None), From(10));
        assert_eq!(with(&["13800100000"], Some(10)), From(10));
        assert_eq!(with(&["13800100000"], Some(11)), Perhaps);
        assert_eq!(with(&["13800100000"], None), Perhaps);
        // Four zeros are a vanity number's.
        assert_eq!(with(&["13812340000"], Some(10)), Perhaps);
    }
}
