//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D12",
    code: "connect-fee-not-agreed",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("connect_fee_not_agreed.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
