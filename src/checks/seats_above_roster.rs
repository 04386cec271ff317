//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F03",
    code: "seats-above-roster",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("seats_above_roster.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
