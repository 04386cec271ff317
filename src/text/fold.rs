//! Folding of written forms, so that names compare as people read them.

/// Lower case, full-width forms as half-width, without spaces: `通话时长（秒）` and
/// `通话时长 (秒)` fold to the same text.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{feff}')
        .map(|c| match c {
            // The full-width forms of ASCII stand at a fixed distance.
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '【' => '[',
            '】' => ']',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_width_case_and_space() {
        assert_eq!(fold("通话时长（秒）"), fold("通话时长 (秒)"));
        assert_eq!(fold("ＬＯＣＡＬ－*"), "local-*");
        assert_eq!(fold("\u{feff}Call ID"), "callid");
    }
}
