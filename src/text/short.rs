//! Short texts that compare in a few instructions.

/// A text of up to sixteen bytes: its first eight and its last eight, which overlap. Together with
/// the length they tell all such texts apart, and comparing two calls no function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortText {
    first: u64,
    last: u64,
    length: u8,
}

impl ShortText {
    /// The text, if it is short enough.
    #[inline(always)]
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        let length = u8::try_from(text.len()).ok().filter(|length| *length <= 16)?;
        let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
                }
                _ => (text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
            },
        };
        Some(Self { first, last, length })
    }

    /// A hash of the whole text, mixed with a seed.
    #[inline(always)]
    #[must_use]
    pub fn hash(self, seed: u64) -> u64 {
        // One wide multiplication spreads every bit of both halves.
        let a = self.first ^ seed ^ 0x9E37_79B9_7F4A_7C15;
        let b = self.last ^ u64::from(self.length) ^ 0xD1B5_4A32_D192_ED03;
        let wide = u128::from(a) * u128::from(b);
        (wide as u64) ^ (wide >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_told_apart() {
        let texts: Vec<String> = (0..16)
            .flat_map(|length| ["a", "b", "\0"].map(|end| format!("{}{end}", "x".repeat(length))))
            .chain([String::new()])
            .collect();
        for (i, a) in texts.iter().enumerate() {
            for (j, b) in texts.iter().enumerate() {
                let same = ShortText::new(a.as_bytes()) == ShortText::new(b.as_bytes());
                assert_eq!(same, i == j, "{a} {b}");
            }
        }
        assert_eq!(ShortText::new(&[0; 17]), None);
    }
}
