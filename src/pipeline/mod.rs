//! Reading call files with several threads: blocks in, sums out, in an order that does not depend
//! on the threads.
//!
//! Workers take turns to read, hash and cut, and each parses, rates and tallies the block that it
//! read; the caller's thread folds the blocks' results in file order. Each worker has one buffer,
//! and only so many blocks may be ahead of the fold, so memory is bounded.

mod annotate;
mod collect;
mod collected;
mod duplicates;
mod files;
mod find;
mod heads;
mod held;
mod partition;
mod replay;
mod run;
mod suspects;

pub use annotate::{Annotated, Annotator, COLUMNS as RATE_COLUMNS};
pub use collect::{Collector, Options, Rules};
pub use collected::{BlockOut, Collected, FileCounts, RejectedLine};
pub use duplicates::resolve;
pub use files::{CallFile, Opening, open_files, open_parts};
pub use find::{FoundRow, ReadRow, Wanted, find};
pub use held::{Held, HeldCall};
pub use partition::Partitions;
pub use replay::{Replayer, Sees};
pub use run::{RowMap, Work, run};
pub use suspects::Suspects;
