//! Why a figure is what it is: steps, each with the place it rests on, as typed facts. Texts stand
//! in the catalogue under `step.`.

mod call;
mod charge;
mod cycle;
pub mod document;
mod line;
mod step;
mod workings;

pub use call::of_calls;
pub use document::Document;
pub use line::of_line;
pub use step::{Derivation, Kind, Place, STEPS, Step, Value};
