//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F09",
    code: "line-count-above-order",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("line_count_above_order.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
