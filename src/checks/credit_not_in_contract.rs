//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X01",
    code: "credit-not-in-contract",
    stage: Stage::Recurring,
    level: Level::Info,
    source: include_str!("credit_not_in_contract.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
