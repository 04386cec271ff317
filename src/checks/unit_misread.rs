//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D18",
    code: "unit-misread",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("unit_misread.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
