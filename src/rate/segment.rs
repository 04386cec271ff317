//! Messages in segments.

/// Segments of a message of so many characters: one up to the single length, else as many parts
/// as its characters need. `lengths` are the single length and that of each part, e.g. 70 and 67.
#[must_use]
pub fn segments(characters: u32, lengths: (u32, u32)) -> u32 {
    let (single, part) = lengths;
    if characters <= single { 1 } else { characters.div_ceil(part.max(1)) }
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn long_messages_are_cut_into_shorter_parts() {
        // 70/67: 70 characters are one, 71 two, 134 two, 135 three. 160/154 by Huawei's rule.
        for (characters, parts) in [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(segments(characters, (70, 67)), parts, "{characters}");
        }
        assert_eq!(segments(161, (160, 154)), 2);
        assert_eq!(segments(309, (160, 154)), 3);
    }
}
