//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "B07",
    code: "hung-call",
    stage: Stage::Duration,
    level: Level::Warning,
    source: include_str!("hung_call.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
