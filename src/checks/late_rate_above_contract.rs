//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H01",
    code: "late-rate-above-contract",
    stage: Stage::Late,
    level: Level::Error,
    source: include_str!("late_rate_above_contract.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
