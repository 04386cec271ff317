//! A row of a call-record file.

/// Where a call record stands: which of the call files, and its physical line from 1.
///
/// Ordering is file order, then line order, which makes "the first record" mean the same thing
/// whatever the thread count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Locus {
    /// Index of the file among the call files, in the order given.
    pub file: u32,
    /// Physical line, from 1.
    pub line: u64,
}
