//! What plans would cost: usage that is expected, or real calls moved to other months, through the
//! same kernel as an audit. Nothing is printed here.
//!
//! | step | module |
//! |---|---|
//! | what was asked for | [`request`], `asked` |
//! | a forecast file | [`forecast`], `expects` |
//! | how long calls last | [`duration`] |
//! | calls as one contract sees them | [`lane`] |
//! | months drawn at random | [`draw`] |
//! | whether anything need be drawn | [`linear`] |
//! | calls that are expected, without a draw | [`expecting`] |
//! | a first reading of real calls | [`survey`] |
//! | which days are worked | [`days`] |
//! | real calls made again on other days | [`replay`], `readings`, [`moves`] |
//! | a contract over several cycles | [`price`] |
//! | usage met with any contract | [`model`] |
//! | days seen that stand for days to come | [`horizon`], [`pool`] |
//! | a cycle under way, and its packages | [`outlook`] |
//! | low, middle and high; a budget | [`budget`] |
//! | one term changed | [`change`], [`worth`] |
//! | how many of each package | [`choice`] |
//! | what is paid for and of no use | [`waste`] |
//! | where two contracts cross | [`cross`] |
//! | what figures take for granted | [`assumed`] |
//! | everything together | `run` |

mod asked;
pub mod assumed;
pub mod budget;
pub mod change;
pub mod choice;
pub mod cross;
pub mod days;
pub mod draw;
pub mod duration;
pub mod expecting;
mod expects;
pub mod forecast;
pub mod horizon;
pub mod lane;
pub mod linear;
pub mod model;
pub mod moves;
pub mod outlook;
pub mod pool;
pub mod price;
mod readings;
pub mod replay;
pub mod request;
mod run;
pub mod survey;
pub mod waste;
pub mod worth;

pub use request::Request;
pub use run::{Estimate, Offer, run};
