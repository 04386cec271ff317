//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C14",
    code: "billed-seconds-off-increment",
    stage: Stage::Increment,
    level: Level::Info,
    source: include_str!("billed_seconds_off_increment.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
