//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "E01",
    code: "allowance-not-applied",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("allowance_not_applied.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
