//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X07",
    code: "unexplained-difference",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("unexplained_difference.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
