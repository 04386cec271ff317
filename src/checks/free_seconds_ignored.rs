//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "B08",
    code: "free-seconds-ignored",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("free_seconds_ignored.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
