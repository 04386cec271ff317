//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C10",
    code: "timestamps-disagree",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("timestamps_disagree.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
