//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "A16",
    code: "usage-not-itemised",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("usage_not_itemised.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
