//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D04",
    code: "wrong-destination",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("wrong_destination.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
