//! Call detail records: one physical line becomes one [`Call`] or one [`Reject`], never nothing.
//!
//! A [`Dialect`] says how an export is written; dialects are TOML files, embedded and the user's
//! own. [`Layout`] is a dialect met with one file's header: which column holds what, in which unit
//! and zone, and how that is known. [`LineReader`] turns lines into calls; it is the only user of
//! the CSV parser for call records.

mod amount;
mod call;
mod columns;
mod counts;
mod dates;
mod detect;
mod dialect;
mod duration;
mod habits;
mod heading;
mod kinds;
mod known;
mod layout;
mod lengths;
mod money;
mod months;
mod not_calls;
mod odd;
mod pattern;
mod pin;
mod read;
mod reject;
mod resolve;
mod spelled;
mod time;
mod two_columns;
mod unusual;
mod words;
mod year;

pub use call::{Call, Outcome, Row, Source};
pub use columns::{ColumnSpec, Field, Unit};
pub use dates::DateOrder;
pub use detect::{Candidate, Wishes, detect, survey};
pub use dialect::{ColumnName, DIALECT, Dialect, built_in, parse_dialect};
pub use habits::Habits;
pub use known::{DatesKnown, Known, LengthIs, Rival, YearKnown, ZoneKnown};
pub use layout::{Column, Layout};
pub use pin::{columns_line, pinned};
pub use read::{IdleCall, LONGEST_CALL, LineReader};
pub use reject::{Reject, RejectKind};
pub use words::{Notes, WordCounts};
