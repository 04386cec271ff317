//! What a cell has to hold, as dialect files say it.

use crate::text::fold;

/// Alternatives, folded: `Call *` for a beginning, `*_out` for an end, an empty one for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    alternatives: Vec<String>,
}

impl Pattern {
    /// Reads `a|b`.
    pub(super) fn parse(text: &str) -> Self {
        Self { alternatives: text.split('|').map(fold).collect() }
    }

    /// As it is written.
    pub(super) fn text(&self) -> String {
        self.alternatives.join("|")
    }

    /// True if a cell's text, not yet folded, is one of them.
    pub(super) fn holds(&self, text: &str) -> bool {
        let text = fold(text);
        self.alternatives.iter().any(|one| is_like(one, &text))
    }
}

/// True if a folded word is the one, or begins or ends as it says.
pub(super) fn is_like(pattern: &str, word: &str) -> bool {
    match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(begins), _) => word.starts_with(begins),
        (None, Some(ends)) => word.ends_with(ends),
        (None, None) => pattern == word,
    }
}

/// True if a folded word is among those listed.
pub(super) fn is_among(words: &[String], word: &str) -> bool {
    words.iter().any(|one| is_like(one, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_ends_and_nothing() {
        let pattern = Pattern::parse("Call *|--|*_out|");
        for (text, holds) in [
            ("Call 12", true),
            ("call12", true),
            ("--", true),
            ("user_out", true),
            ("", true),
            ("-", false),
            ("user_in", false),
        ] {
            assert_eq!(pattern.holds(text), holds, "{text}");
        }
    }
}
