//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H07",
    code: "tax-rate-wrong",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_rate_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
