//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H10",
    code: "opening-balance",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("opening_balance.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
