//! From a report to bytes, one format a file; and diagnostics with their excerpts.

mod chart;
mod checked;
mod csv;
mod derivation;
pub mod diagnostic;
mod estimated;
mod inspected;
mod json;
mod keys;
mod page;
mod table;

pub use self::csv::write_csv;
pub use chart::write_svg;
pub use checked::{write_checked, write_checked_csv, write_checked_json, write_checked_schema};
pub use derivation::{write_derivations, write_derivations_json, write_derivations_schema};
pub use estimated::{
    write_estimate, write_estimate_csv, write_estimate_json, write_estimate_schema,
};
pub use inspected::{
    write_dialects, write_dialects_schema, write_inspected, write_inspected_csv,
    write_inspected_json, write_inspected_schema,
};
pub use json::{write_json, write_schema};
pub use keys::write_keys_schema;
pub use page::{Explained, write_codes, write_page};
pub use table::write_table;

/// A format of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, to be read in a terminal.
    Table,
    /// For programs: everything, with a schema.
    Json,
    /// For spreadsheets: one table.
    Csv,
}

impl Format {
    /// The format that a file's name asks for.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}
