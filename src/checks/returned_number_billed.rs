//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F06",
    code: "returned-number-billed",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("returned_number_billed.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
