//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "E08",
    code: "commitment-base-wrong",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("commitment_base_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
