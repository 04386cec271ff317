//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C06",
    code: "rounded-per-call",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("rounded_per_call.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
