//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F14",
    code: "free-trial-charged",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("free_trial_charged.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
