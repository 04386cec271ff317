//! A number packed into one integer, for samples and keys, and its masked form.

use std::fmt;

/// Up to sixteen digits in binary-coded decimal; `0xF` ends the number.
///
/// Longer numbers, and texts that are not numbers, keep their first fifteen digits and are shown
/// with an ellipsis: samples point at a row, the row holds the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits(u64);

impl Digits {
    /// No number.
    pub const NONE: Self = Self(u64::MAX);

    /// Packs the digits of a text; other characters are skipped.
    #[must_use]
    pub fn pack(text: &[u8]) -> Self {
        let mut packed = u64::MAX;
        let digits = text.iter().map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9);
        for (taken, digit) in digits.enumerate() {
            if taken == 15 {
                // The sixteenth place says that more followed.
                return Self(packed & !0xF | 0xE);
            }
            let shift = 60 - 4 * taken;
            packed = packed & !(0xF << shift) | (u64::from(digit) << shift);
        }
        Self(packed)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in (0..16).rev() {
            match self.0 >> (4 * shift) & 0xF {
                0xF => break,
                0xE => f.write_str("…")?,
                digit => write!(f, "{digit}")?,
            }
        }
        Ok(())
    }
}

/// Hides the middle of a number: `13812346718` → `138****6718`. Short numbers, such as service
/// numbers of up to six digits, identify no person and are shown.
#[must_use]
pub fn mask(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let length = characters.len();
    if length <= 6 {
        return number.to_owned();
    }
    let tail = if length >= 9 { 4 } else { 2 };
    let head = if length >= 9 { 3 } else { 2 };
    let mut shown: String = characters[..head].iter().collect();
    shown.push_str("****");
    shown.extend(&characters[length - tail..]);
    shown
}

/// True of a telephone number of at least seven digits, however it is written; not of a day written
/// without separators.
#[must_use]
pub fn is_like_number(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let written = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')');
    if !(7..=20).contains(&digits.len()) || !text.chars().all(written) {
        return false;
    }
    let figure = |digits: &[u8]| digits.iter().fold(0, |sum, d| sum * 10 + u32::from(d - b'0'));
    let is_day = digits.len() == 8
        && (2000..2100).contains(&figure(&digits[..4]))
        && (1..=12).contains(&figure(&digits[4..6]))
        && (1..=31).contains(&figure(&digits[6..]));
    !is_day
}

/// Hides the middle of each number in a text: `number,13812346718,2024-10-01`.
#[must_use]
pub fn mask_numbers(text: &str) -> String {
    let apart = |c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-'));
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(apart).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        // A day has its own separators: 2024-10-01.
        let is_number = is_like_number(word) && !is_date(word);
        shown.push_str(&if is_number { mask(word) } else { word.to_owned() });
        let next = after.find(|c| !apart(c)).unwrap_or(after.len());
        shown.push_str(&after[..next]);
        rest = &after[next..];
    }
    shown
}

/// `2024-10-01`, `2024-1-1`, also two of them with a dash between.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    parts.len().is_multiple_of(3)
        && parts.chunks(3).all(|date| {
            date[0].len() == 4 && date[1..].iter().all(|part| (1..=2).contains(&part.len()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_shows() {
        for text in ["13812346718", "05718888", "0", ""] {
            assert_eq!(Digits::pack(text.as_bytes()).to_string(), text);
        }
        assert_eq!(Digits::pack(b"+86 (138) 1234-6718").to_string(), "8613812346718");
        assert_eq!(Digits::pack(b"12345678901234567").to_string(), "123456789012345…");
        assert_eq!(Digits::NONE.to_string(), "");
    }

    #[test]
    fn masks_the_middle() {
        assert_eq!(mask("13812346718"), "138****6718");
        assert_eq!(mask("057188886666"), "057****6666");
        assert_eq!(mask("8888666"), "88****66");
        assert_eq!(mask("10086"), "10086");
        assert_eq!(mask(""), "");
    }

    #[test]
    fn masks_numbers_in_a_row_and_nothing_else() {
        let row = "号码,057188886666,+86-13812346718,张三,2024-10-01,20241031,13812346718";
        let shown = "号码,057****6666,+86****6718,张三,2024-10-01,20241031,138****6718";
        assert_eq!(mask_numbers(row), shown);
        assert_eq!(mask_numbers("id = \"8888666\""), "id = \"88****66\"");
        assert_eq!(mask_numbers("坐席 8001, 95588"), "坐席 8001, 95588");
        assert!(is_like_number("0571-8888 6666") && !is_like_number("agent-1234567"));
    }
}
