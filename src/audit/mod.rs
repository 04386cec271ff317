//! An audit from files to findings: papers are opened, calls read, the bill settled, both bills
//! paired, checks run, the bridge built. Nothing is printed here.
//!
//! | step | module |
//! |---|---|
//! | what was asked for | [`request`] |
//! | contracts, invoices, roster, and the period they are about | `papers` |
//! | call files → tallies, duplicates found on a second reading | [`calls`] |
//! | everything together | `run` |
//! | one call followed through all of this | [`watch`], [`derive`] |
//! | one contract by itself, before any bill | `contract` |
//! | what the papers at hand cannot show, and which would | [`unchecked`] |

pub mod calls;
mod contract;
pub mod derive;
mod papers;
pub mod request;
mod run;
pub mod unchecked;
pub mod watch;

pub use calls::{Calls, FileReading, RejectSink, RejectedRow, subsecond};
pub use contract::{Checked, Worth, check};
pub use derive::{Derived, Outcome, derive};
pub use papers::{Input, PeriodKnown, Role, roster};
pub use request::{Observer, Reading, Request, Running, Watch};
pub use run::{Audit, run};
pub use unchecked::{NotChecked, Paper};
pub use watch::Watched;
