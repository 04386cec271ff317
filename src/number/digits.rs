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
}
