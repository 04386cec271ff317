//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "A02",
    code: "duplicate-call",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("duplicate_call.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
