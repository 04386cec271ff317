//! What is wrong with an input file: data, with no wording and no rendering.
//!
//! A diagnostic is a stable code, the places it speaks of, and named values. The words in English
//! and Chinese live under `[diagnostic.CODE]` in `text/*.toml`; drawing is `render::diagnostic`.

use super::Span;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can't be used: exit code 2.
    Error,
    /// The run goes on, and the report says what was assumed.
    Warning,
}

/// A place with the name of the wording to put there (`label`, `other`, …).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Key of the wording under the diagnostic's code.
    pub words: &'static str,
}

/// One thing wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The offending place, if the file has one.
    pub primary: Option<Span>,
    /// Further places, such as the clause it contradicts.
    pub others: Vec<Label>,
    /// Which `help` wording to use: `help` unless the case needs another.
    pub help: &'static str,
    /// Values for the placeholders of the wording.
    pub values: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, at: Span) -> Self {
        Self {
            code,
            severity: Severity::Error,
            primary: Some(at),
            others: Vec::new(),
            help: "help",
            values: Vec::new(),
        }
    }

    /// An error about a whole file or a missing thing.
    #[must_use]
    pub fn error_without_place(code: &'static str) -> Self {
        Self {
            code,
            severity: Severity::Error,
            primary: None,
            others: Vec::new(),
            help: "help",
            values: Vec::new(),
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: &'static str, at: Span) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, at) }
    }

    /// Adds a value for a placeholder.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "values and references alike, at a hundred calls"
    )]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Adds the other place of a contradiction, worded by `other`.
    #[must_use]
    pub fn and(mut self, span: Span) -> Self {
        self.others.push(Label { span, words: "other" });
        self
    }

    /// Adds another place, worded by `words`.
    #[must_use]
    pub fn and_worded(mut self, span: Span, words: &'static str) -> Self {
        self.others.push(Label { span, words });
        self
    }

    /// Adds what a disk said, in words of the catalogue where it has them.
    #[must_use]
    pub fn because(self, why: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match why.kind() {
            ErrorKind::NotFound => self.with("why", "@disk.not-found"),
            ErrorKind::PermissionDenied => self.with("why", "@disk.denied"),
            _ => self.with("why", why),
        }
    }

    /// Asks whether a near word was meant, if there is one.
    #[must_use]
    pub fn meaning(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.with("suggestion", near).helped_by("help-near"),
            None => self,
        }
    }

    /// Uses another help wording than `help`.
    #[must_use]
    pub fn helped_by(mut self, words: &'static str) -> Self {
        self.help = words;
        self
    }
}

/// Collected diagnostics: reading goes on after an error wherever going on does not mislead.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    /// True if any is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All, in file order; those without a place come last, in the order found.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| d.primary.map_or((1, None), |span| (0, Some(span))));
        self.list
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic] }
    }
}
