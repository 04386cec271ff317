//! The provider's bill: lines, tax, totals, and what was owed before.

mod csv;
mod itemised;
mod model;
pub mod names;
mod prepaid;
mod toml;
mod xml;

pub use csv::read_csv;
pub use model::{
    Invoice, InvoiceLine, OddBalance, Overdue, Payment, Printed, Subtotal, TaxSum, Totals,
};
pub use toml::{INVOICE, read_toml};
pub use xml::read_xml;

use crate::source::{Diagnostics, FileId, SourceMap};

/// How an invoice is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// UBL or CII.
    Xml,
    /// A file of telbill's own keys.
    Toml,
    /// The ledger of a prepaid account.
    Ledger,
    /// A table of lines.
    Table,
}

impl Form {
    /// Its word, in JSON and in the catalogue under `invoice-form`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Toml => "toml",
            Self::Ledger => "ledger",
            Self::Table => "table",
        }
    }
}

/// How a file would be read, if it is an invoice: by how it begins and by its ending.
#[must_use]
pub fn form(sources: &SourceMap, file: FileId) -> Form {
    let by_name = sources.name(file).trim_end_matches(".gz").trim_end_matches(".zst");
    let first = sources
        .text(file)
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    if first.is_some_and(|line| line.starts_with('<')) {
        Form::Xml
    } else if by_name.ends_with(".toml") || first.is_some_and(|line| line == "[invoice]") {
        Form::Toml
    } else if prepaid::form(sources, file).is_some() {
        Form::Ledger
    } else {
        Form::Table
    }
}

/// Reads an invoice, by how it begins and by its ending: XML, TOML, else a table, which
/// may be the ledger of a prepaid account.
pub fn read(sources: &SourceMap, file: FileId) -> (Option<Invoice>, Diagnostics) {
    let by_name = sources.name(file).trim_end_matches(".gz").trim_end_matches(".zst");
    let first = sources
        .text(file)
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    if first.is_some_and(|line| line.starts_with('<')) {
        read_xml(sources, file)
    } else if by_name.ends_with(".toml") || first.is_some_and(|line| line == "[invoice]") {
        read_toml(sources, file)
    } else if let Some(form) = prepaid::form(sources, file) {
        prepaid::read_prepaid(sources, file, &form)
    } else if let Some(wrong) = itemised::refused(sources, file) {
        (None, Diagnostics::from(wrong))
    } else {
        read_csv(sources, file)
    }
}
