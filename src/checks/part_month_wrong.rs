//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F05",
    code: "part-month-wrong",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("part_month_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
