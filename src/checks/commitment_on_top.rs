//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "E07",
    code: "commitment-on-top",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("commitment_on_top.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
