//! Telephone numbers: what kind, which area, how they are shown.
//!
//! Numbers are read as the ASCII digits of an export and normalised without allocation:
//! `+86 139…`, `0086139…`, `86139…` and `0139…` are one mobile number. The area of a mobile
//! number comes from its first seven digits; number portability (携号转网) changes the carrier but
//! not the area.

mod area;
mod damaged;
mod digits;
mod plan;

pub use area::{Area, AreaTable, area_by_code, area_name, areas};
pub use damaged::{ReExpanded, is_exponent, re_expanded_column};
pub use digits::{Digits, is_like_number, mask, mask_numbers};
pub use plan::{Kind, Number, NumberPlan, Scratch, number_bytes};
