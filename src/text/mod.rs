//! Words in English and Chinese, and folding of written forms.
//!
//! `en.toml` and `zh.toml` hold the shared words; a check's own words are in its file. Both files
//! have the same keys and placeholders, which a test holds them to. Codes, JSON keys, contract
//! keys and the heads of machine output are never translated.

mod catalog;
mod cell;
mod currency;
mod figure;
mod fold;
mod punctuation;
mod short;

pub use catalog::{Catalog, Language, fill, numbered};
pub use cell::{bare_cell, half_width, says_nothing};
pub use currency::{MarkedFigure, is_sign_of};
pub use figure::{Comma, NotAFigure, decimal_comma_figure, plain_figure};
pub use fold::fold;
pub use punctuation::full_width;
pub use short::ShortText;
