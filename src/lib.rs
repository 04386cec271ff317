//! telbill audits bills for outbound calling.
#![allow(missing_docs)]
pub mod audit;
pub mod cdr;
pub mod checks;
pub mod cli;
pub mod input;
pub mod invoice;
pub mod money;
pub mod number;
pub mod pipeline;
pub mod rate;
pub mod reconcile;
pub mod render;
pub mod report;
pub mod roster;
pub mod source;
pub mod tariff;
pub mod text;
pub mod when;
