//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "E02",
    code: "overage-price-wrong",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("overage_price_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
