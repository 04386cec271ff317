//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H12",
    code: "duplicate-invoice",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("duplicate_invoice.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
