//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "C05",
    code: "wrong-minimum",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("wrong_minimum.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
