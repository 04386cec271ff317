//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H06",
    code: "total-arithmetic",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("total_arithmetic.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
