//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H05",
    code: "line-arithmetic",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("line_arithmetic.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
