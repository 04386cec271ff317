//! Bytes: opening files and what they are packed in, hashing what was read, cutting at line ends.

mod archive;
mod blocks;
mod compound;
mod decode;
mod digest;
mod ends;
mod excel_xml;
mod html;
mod html_tags;
mod json;
mod json_find;
mod json_text;
mod limit;
mod line_breaks;
mod lines;
mod made;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod quotes;
mod recode;
mod serial;
mod sheet;
mod small;
mod store;
mod table;
mod xls;
mod xlsx;
mod xlsx_parts;
mod xml;

pub use blocks::{Block, Blocks, EXCERPT, LONGEST_LINE};
pub use decode::{
    Encoding, NotText, cut_encoding, cuttable, decode_line, encode_text, holds_bad_bytes, mark,
    sniff,
};
pub use digest::{Digest, Progress};
pub use ends::{LineEnds, has_bare_returns};
pub use line_breaks::{Joined, LineBreaks};
pub use lines::{Line, Lines, MOST_FIELDS};
pub use open::{InputFile, expand};
pub use parts::{Found, Part, broken};
pub use sheet::{Heads, Sheet, SheetCell, SheetForm, SheetLine, SheetRow, usual_heads};
pub use small::{SmallFile, read_parts, read_small};
