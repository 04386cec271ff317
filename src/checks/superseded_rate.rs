//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D03",
    code: "superseded-rate",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("superseded_rate.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
