//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F11",
    code: "unordered-service",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("unordered_service.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
