//! An audit from files to findings: papers are opened, calls read, the bill settled, both bills
//! paired, checks run, the bridge built. Nothing is printed here.
//!
//! | step | module |
//! |---|---|
//! | what was asked for | [`request`] |
//! | contracts, invoices, roster | `papers` |
//! | the period they are about, invoices that came twice | `period`, `twice` |
//! | call files → tallies, duplicates found on a second reading | `reading`, [`calls`] |
//! | everything read, and what follows from it | `run`, `conclude` |
//! | calls of numbers out of service, severities by contract | `service`, `severity` |
//! | one call followed through all of this | [`watch`], [`derive`] |
//! | one contract by itself, before any bill | `contract` |
//! | what the papers at hand cannot show, and which would | [`unchecked`] |

pub mod calls;
mod conclude;
mod contract;
pub mod derive;
mod papers;
mod period;
mod reading;
pub mod request;
mod run;
mod service;
mod severity;
mod twice;
pub mod unchecked;
pub mod watch;

pub use calls::{Calls, FileReading, RejectedRow};
pub use contract::{Checked, Worth, check};
pub use derive::{Derived, Outcome, derive};
pub use papers::{Input, Role, roster};
pub use period::{PeriodKnown, typed_period};
pub use reading::{RejectSink, subsecond};
pub use request::{Observer, Reading, Request, Running, Watch};
pub use run::{Audit, run};
pub use unchecked::{NotChecked, Paper};
pub use watch::Watched;
