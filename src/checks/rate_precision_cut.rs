//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D17",
    code: "rate-precision-cut",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("rate_precision_cut.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
