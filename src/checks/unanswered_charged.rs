//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "B01",
    code: "unanswered-charged",
    stage: Stage::Answered,
    level: Level::Error,
    source: include_str!("unanswered_charged.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
