//! How a clause appears on a bill: text with `*`.

use crate::source::Span;
use crate::text::fold;

/// A pattern for a bill line's name. `*` stands for any text, also none. Width, case and spaces
/// make no difference: `LOCAL－*` matches `local-0571`.
#[derive(Clone, Debug)]
pub struct Pattern {
    folded: String,
    /// Where it stands.
    pub at: Span,
}

impl Pattern {
    /// From the text of the contract.
    #[must_use]
    pub fn new(text: &str, at: Span) -> Self {
        Self { folded: fold(text), at }
    }

    /// Characters that must match literally: of two patterns that match, the one with more is
    /// meant.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.folded.chars().filter(|c| *c != '*').count()
    }

    /// True if the name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let name = fold(name);
        let mut parts = self.folded.split('*');
        let head = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(head) else {
            return false;
        };
        let mut tail: Option<&str> = None;
        for part in parts {
            if let Some(middle) = tail {
                match rest.find(middle) {
                    Some(at) => rest = &rest[at + middle.len()..],
                    None => return false,
                }
            }
            tail = Some(part);
        }
        match tail {
            Some(tail) => rest.ends_with(tail),
            None => rest.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn matches(pattern: &str, name: &str) -> bool {
        let file = SourceMap::default().add("", "");
        Pattern::new(pattern, Span { file, start: 0, end: 0 }).matches(name)
    }

    #[test]
    fn stars_stand_for_anything() {
        assert!(matches("通话费", "通话费"));
        assert!(!matches("通话费", "长途通话费"));
        assert!(matches("*通话费", "长途通话费"));
        assert!(matches("坐席*", "坐席月租（10月）"));
        assert!(matches("LOCAL－*", "local - 0571"));
        assert!(matches("a*b*c", "aXbYbc"));
        assert!(!matches("a*b*c", "acb"));
        assert!(matches("*", ""));
        assert!(!matches("ab*ba", "aba"));
    }
}
