//! telbill audits bills for outbound calling.
#![allow(missing_docs)]
pub mod cdr;
pub mod input;
pub mod money;
pub mod number;
pub mod pipeline;
pub mod rate;
pub mod source;
pub mod tariff;
pub mod text;
pub mod when;
