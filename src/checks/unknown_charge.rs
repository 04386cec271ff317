//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H14",
    code: "unknown-charge",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("unknown_charge.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
