//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X02",
    code: "call-outside-period",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("call_outside_period.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
