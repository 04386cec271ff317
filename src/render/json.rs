//! JSON.

use std::io::{self, Write};

use crate::report::{Document, Words};

/// Writes the audit as one JSON document, indented, with a line end.
///
/// # Errors
/// What the writer says.
pub fn write_json(words: &Words<'_>, complete: bool, out: &mut dyn Write) -> io::Result<()> {
    let document = Document::new(words, complete);
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes the JSON Schema of the document.
///
/// # Errors
/// What the writer says.
pub fn write_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::schema())?;
    writeln!(out)
}
