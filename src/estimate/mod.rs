//! What plans would cost: usage that is expected, or real calls moved to other months, through the
//! same kernel as an audit. Nothing is printed here.
//!
//! | step | module |
//! |---|---|
//! | a forecast file | [`forecast`] |
//! | how long calls last | [`duration`] |
//! | calls as one contract sees them | [`lane`] |
//! | months drawn at random | [`draw`] |
//! | whether anything need be drawn | [`linear`] |

pub mod draw;
pub mod duration;
pub mod forecast;
pub mod lane;
pub mod linear;
