//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C08",
    code: "charge-rounded-up",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("charge_rounded_up.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
