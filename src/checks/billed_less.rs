//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X04",
    code: "billed-less",
    stage: Stage::Amount,
    level: Level::Info,
    source: include_str!("billed_less.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
