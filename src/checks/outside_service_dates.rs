//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "A09",
    code: "outside-service-dates",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("outside_service_dates.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
