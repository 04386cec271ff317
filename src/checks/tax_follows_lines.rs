//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X06",
    code: "tax-follows-lines",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_follows_lines.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
