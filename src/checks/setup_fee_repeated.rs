//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F13",
    code: "setup-fee-repeated",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("setup_fee_repeated.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
