//! What spreadsheets and databases put around a cell's text, or in its place.

/// True if a cell's text says that there is nothing: a dash, `NULL`, `[None]`, `N/A`, `无`.
#[must_use]
pub fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "null", "(null)", "<null>", "none", "[none]", "nil", "n/a", "na", "#n/a", "nan", "\\n",
        "无", "空",
    ];
    let text = text.trim();
    let is_dash = |c: char| matches!(c, '-' | '–' | '—' | '－' | '─');
    text.chars().all(is_dash)
        || (text.len() <= 8 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// A cell without what keeps a spreadsheet from taking it for a number: `="13800000000"`,
/// `'13800000000`, blanks and tabs around it.
#[must_use]
pub fn bare_cell(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let text = match text {
        [b'=', b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => text,
    };
    match text {
        // A pair of single quotes, or one that only says that a text follows.
        [b'\'', inner @ .., b'\''] => inner,
        [b'\'', inner @ ..] => inner,
        _ => text,
    }
}

/// Full-width forms of ASCII as half-width, other blanks and signs as the usual ones.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        // They stand at a fixed distance.
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '−' | '﹣' => '-',
        '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' | '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_in_many_words() {
        for text in
            ["", " ", "-", "--", "——", "－", "NULL", "null", "[None]", "None", "N/A", "无", "\\N"]
        {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["0", "-1", "无人接听", "NA0", "nobody", "[0]", "."] {
            assert!(!says_nothing(text), "{text}");
        }
    }

    #[test]
    fn cells_lose_their_guards() {
        for text in ["=\"138\"", "'138", " 138\t", "\t=\"138 \" "] {
            assert_eq!(bare_cell(text.as_bytes()), b"138", "{text}");
        }
        assert_eq!(bare_cell(b"'138'"), b"138");
        assert_eq!(bare_cell(b"=138"), b"=138");
        assert_eq!(bare_cell(b"=\""), b"=\"");
    }
}
