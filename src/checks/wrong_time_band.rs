//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "D06",
    code: "wrong-time-band",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("wrong_time_band.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
