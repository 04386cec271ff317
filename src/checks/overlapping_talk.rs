//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "J05",
    code: "overlapping-talk",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("overlapping_talk.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
