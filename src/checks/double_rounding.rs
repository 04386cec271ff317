//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C09",
    code: "double-rounding",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("double_rounding.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
