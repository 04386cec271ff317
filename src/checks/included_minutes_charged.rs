//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D19",
    code: "included-minutes-charged",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("included_minutes_charged.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
