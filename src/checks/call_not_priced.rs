//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "X03",
    code: "call-not-priced",
    stage: Stage::Amount,
    level: Level::Warning,
    source: include_str!("call_not_priced.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
