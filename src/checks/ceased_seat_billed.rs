//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F02",
    code: "ceased-seat-billed",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("ceased_seat_billed.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
