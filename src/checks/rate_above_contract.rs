//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D01",
    code: "rate-above-contract",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("rate_above_contract.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
