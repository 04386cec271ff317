//! Bytes: opening files, undoing compression, hashing what was read, cutting at line ends.

mod blocks;
mod decode;
mod ends;
mod lines;
mod open;
mod quotes;
mod sheet;
mod small;

pub use blocks::{Block, Blocks, EXCERPT, LONGEST_LINE};
pub use decode::{
    Encoding, NotText, cut_encoding, cuttable, decode_line, encode_text, holds_bad_bytes, mark,
    sniff,
};
pub use ends::{LineEnds, has_bare_returns, with_line_feeds};
pub use lines::{Line, Lines, MOST_FIELDS};
pub use open::{Digest, InputFile, Opened, Progress, expand};
pub use sheet::{Heads, Sheet, SheetCell, SheetForm, SheetLine, SheetRow, usual_heads};
pub use small::{SmallFile, broken, read_small};
