//! An audit from files to findings: papers are opened, calls read, the bill settled, both bills
//! paired, checks run, the bridge built. Nothing is printed here.
//!
//! | step | module |
//! |---|---|
//! | what was asked for | [`request`] |
//! | contracts, invoices, roster, and the period they are about | `papers` |
//! | call files → tallies, duplicates found on a second reading | [`calls`] |
//! | everything together | `run` |
//! | one contract by itself, before any bill | `contract` |
//! | what the papers at hand cannot show, and which would | [`unchecked`] |

pub mod calls;
mod contract;
mod papers;
pub mod request;
mod run;
pub mod unchecked;

pub use calls::{Calls, FileReading, RejectSink, RejectedRow, subsecond};
pub use contract::{Checked, Worth, check};
pub use papers::{Input, PeriodKnown, Role};
pub use request::{Observer, Reading, Request, Running};
pub use run::{Audit, run};
pub use unchecked::{NotChecked, Paper};
