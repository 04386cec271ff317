//! # TITLE
//! # 标题

use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "A13",
    code: "inbound-billed-as-outbound",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("inbound_billed_as_outbound.rs"),
    hypotheses: None,
    run,
};

fn run(_case: &mut Case<'_>) {}
