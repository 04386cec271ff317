//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "H08",
    code: "tax-on-included-price",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_on_included_price.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
