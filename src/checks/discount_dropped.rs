//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D10",
    code: "discount-dropped",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("discount_dropped.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
