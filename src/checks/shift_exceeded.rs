//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "J12",
    code: "shift-exceeded",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("shift_exceeded.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
