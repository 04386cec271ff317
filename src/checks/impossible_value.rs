//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C13",
    code: "impossible-value",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("impossible_value.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
