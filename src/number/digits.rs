//! A number packed into one integer, for samples and keys, and its masked form.

use crate::text::half_width;
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

/// Hides the middle of each number in a text: `number,13812346718,2024-10-01`; also one in groups of
/// digits with a blank between, `138 1234 6718`, and one in full-width digits.
#[must_use]
pub fn mask_numbers(text: &str) -> String {
    if text.chars().any(|c| matches!(c, '０'..='９')) {
        let narrow: String = text.chars().map(half_width).collect();
        let masked = mask_numbers(&narrow);
        return if masked == narrow { text.to_owned() } else { masked };
    }
    let apart = |c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-'));
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(length) = in_groups(rest) {
            let (number, after) = rest.split_at(length);
            shown.push_str(&mask(number));
            rest = after;
            continue;
        }
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

/// How much of a text, from its beginning, is one number in groups of two to five digits with blanks
/// between, as `138 1234 6718` and `+86 138 1234 6718`.
fn in_groups(text: &str) -> Option<usize> {
    let (mut groups, mut digits, mut length) = (0, 0, 0);
    for group in text.split(' ') {
        let bare = if groups == 0 { group.strip_prefix('+').unwrap_or(group) } else { group };
        let end = bare.find(|c: char| !c.is_ascii_digit()).unwrap_or(bare.len());
        let whole = end == bare.len();
        // A time of day follows a day: `20241001 08:00`.
        let ends_well = whole || !bare[end..].starts_with([':', '.', '-', '/']);
        if !(1..=5).contains(&end) || (groups > 0 && end < 2) || !ends_well {
            break;
        }
        groups += 1;
        digits += end;
        length += group.len() - bare.len() + end + usize::from(groups > 1);
        if !whole {
            break;
        }
    }
    (groups > 1 && (7..=20).contains(&digits)).then_some(length)
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
    fn numbers_are_hidden_however_they_are_written() {
        for (text, shown) in [
            ("转 13812346718", "转 138****6718"),
            ("138 1234 6718", "138****6718"),
            ("+86 138 1234 6718 转", "+86****6718 转"),
            ("１３８１２３４６７１８", "138****6718"),
            ("138-1234-6718", "138****6718"),
            ("2024-10-01 08:00:00", "2024-10-01 08:00:00"),
            ("20241001 08:00:00", "20241001 08:00:00"),
            ("60 0.10", "60 0.10"),
            ("１分２３秒", "１分２３秒"),
        ] {
            assert_eq!(mask_numbers(text), shown, "{text}");
        }
    }

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
