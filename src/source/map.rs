//! Files kept whole, and spans of bytes in them.

/// One file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

#[derive(Debug)]
struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

/// The small files of a run: contract, dialect, roster, invoice.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Keeps a file under the name the user typed.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| offset(at + 1)));
        let id = FileId(offset(self.files.len()));
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        id
    }

    /// The file's name as the user typed it.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        &self.file(file).text
    }

    /// The text a span covers.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The whole line on which a span begins.
    #[must_use]
    pub fn line(&self, span: Span) -> &str {
        let text = self.text(span.file);
        let (before, after) = text.split_at_checked(span.start as usize).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after.find('\n').map_or(text.len(), |end| before.len() + end);
        text.get(start..end).unwrap_or_default()
    }

    /// Line and column of the span's start, both from 1. The column counts characters, as editors
    /// and the excerpts of diagnostics do; a Chinese character is one, though two cells wide.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let file = self.file(span.file);
        let line = file.line_starts.partition_point(|start| *start <= span.start);
        let start = file.line_starts[line.saturating_sub(1)] as usize;
        let before = file.text.get(start..span.start as usize).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// `file:line:column` of the span's start.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.line_column(span);
        format!("{}:{line}:{column}", self.name(span.file))
    }

    fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.0 as usize]
    }
}

/// Positions are 32 bits: these files are read with a bound far below 4 GiB.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut map = SourceMap::default();
        let file = map.add("合同.toml", "a = 1\n名 = 2\n");
        let span = |start, end| Span { file, start, end };
        assert_eq!(map.line_column(span(0, 1)), (1, 1));
        // '名' is three bytes and two cells wide, and one character.
        assert_eq!(map.line_column(span(9, 10)), (2, 2));
        assert_eq!(map.place(span(6, 9)), "合同.toml:2:1");
        assert_eq!(map.excerpt(span(6, 9)), "名");
        assert_eq!(map.line_column(span(14, 14)), (3, 1));
    }
}
