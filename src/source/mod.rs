//! The small text files a run depends on, places in them, and what is wrong with them.
//!
//! Contracts, dialects, rosters and invoices are kept whole in a [`SourceMap`], so that every
//! clause and every error can name its file, line and column and show the excerpt. Call records
//! are not kept; a row is named by a [`Locus`].
//!
//! TOML files are described by a [`Section`] of [`Key`]s. [`Document::read`] checks a file against
//! that list in one walk and reports everything at once; a [`Cursor`] then hands out typed values.
//! The same list makes the parser, the did-you-mean and the documentation agree.

mod cursor;
mod diagnostic;
mod locus;
mod map;
mod places;
mod schema;
mod value;

pub use cursor::{Cursor, Document, Field, flat_texts, top_keys};
pub use diagnostic::{Diagnostic, Diagnostics, Label, Severity};
pub use locus::Locus;
pub use map::{FileId, SourceMap, Span};
pub use places::Places;
pub use schema::{Fork, Key, Kind, Need, Section, fork, key, suggestion};
