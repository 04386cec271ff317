//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "A03",
    code: "near-duplicate-call",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("near_duplicate_call.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
