//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H15",
    code: "vague-line",
    stage: Stage::Recurring,
    level: Level::Warning,
    source: include_str!("vague_line.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
