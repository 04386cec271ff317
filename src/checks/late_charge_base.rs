//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H04",
    code: "late-charge-base",
    stage: Stage::Late,
    level: Level::Error,
    source: include_str!("late_charge_base.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
