//! Reading call files with several threads: blocks in, sums out, in an order that does not depend
//! on the threads.
//!
//! One thread reads, hashes and cuts; workers parse, rate and tally; the caller's thread folds the
//! blocks' results in file order. A fixed number of buffers goes round, so memory is bounded
//! however fast any of them is.

mod collect;
mod duplicates;
mod files;
mod partition;
mod run;

pub use collect::{
    BlockOut, Collected, Collector, FileCounts, Options, OrderedCall, RejectedLine, Rules, Talks,
};
pub use duplicates::{HeldCall, Suspects, resolve};
pub use files::{CallFile, Opening, open_files};
pub use partition::Partitions;
pub use run::{RowMap, Work, run};
