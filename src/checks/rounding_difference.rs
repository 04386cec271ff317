//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X05",
    code: "rounding-difference",
    stage: Stage::Amount,
    level: Level::Info,
    source: include_str!("rounding_difference.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
