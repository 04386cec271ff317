//! Bytes as the double-byte encodings of Chinese have them: how many are which characters.

/// What bytes are as GB18030.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct GbCount {
    /// Characters of GB 2312: nearly all that Chinese is written in, and its punctuation.
    pub common: usize,
    /// Other characters.
    pub rare: usize,
    /// Of these, those whose second byte is ASCII: a letter beyond ASCII and a plain one after it,
    /// in a Western encoding.
    pub half_ascii: usize,
    /// Characters that begin with a byte which hardly one of GB18030 does, and every other of Big5.
    pub traditional: usize,
    /// Bytes that form no character, or one that no Chinese text holds.
    pub wrong: usize,
}

impl GbCount {
    pub fn of(bytes: &[u8]) -> Self {
        let mut count = Self::default();
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
            rest = &rest[at..];
            let is_pair = |byte: &u8| matches!(byte, 0x40..=0x7E | 0xA1..=0xFE);
            count.traditional +=
                usize::from(matches!(rest[0], 0xA4..=0xAF) && rest.get(1).is_some_and(is_pair));
            let took = match *rest {
                // Ideographs; punctuation and full-width forms. Kana and the like are rare.
                [0xB0..=0xF7 | 0xA1 | 0xA3, 0xA1..=0xFE, ..] => {
                    count.common += 1;
                    2
                }
                [0x81..=0xFE, second @ (0x40..=0x7E | 0x80..=0xFE), ..] => {
                    count.rare += 1;
                    count.half_ascii += usize::from(second < 0x80);
                    2
                }
                // The sign of the currency, ¥.
                [0x81, b'0', 0x84, b'6', ..] => {
                    count.common += 1;
                    4
                }
                [0x81..=0xFE, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => {
                    count.rare += 1;
                    4
                }
                _ => {
                    count.wrong += 1;
                    1
                }
            };
            rest = &rest[took.min(rest.len())..];
        }
        count
    }

    /// True if all is Chinese text, and some of it in characters that are common.
    pub fn is_text(self) -> bool {
        self.wrong == 0 && self.common > 0
    }

    /// True of the text of a file in GB18030: most of it is common, or it is without a fault and not
    /// as a Western encoding would look. Names may be in rare characters throughout.
    pub fn is_national(self) -> bool {
        let Self { common, rare, half_ascii, wrong, .. } = self;
        common > 0
            && !self.is_big5()
            && (common >= 4 * (rare + wrong)
                || (wrong == 0 && common * 8 >= rare && common + rare >= 3 * half_ascii))
    }

    /// True of the text of a file in Big5.
    pub fn is_big5(self) -> bool {
        self.traditional >= 4 && self.traditional * 5 >= self.common + self.rare
    }
}
