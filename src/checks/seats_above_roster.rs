//! # More seats billed than there are
//! # 计费坐席数多于实有
//!
//! ## Says
//! "{line}" bills {count} [seat|seats] more than what is due: {due}.
//! ## Test
//! The line is worth a whole number of seats more than the contract's way of counting gives from
//! roster or order, to the cent; or what another way of counting gives.
//! ## Money
//! The fee of each of them.
//! ## Often innocent
//! The roster is not complete, or seats are counted at their peak by an annex.
//! ## Ask the provider
//! A list of the seats billed, with their days.
//!
//! ## 结论
//! "{line}"多收 {count} 席; 应收 {due} 席。
//! ## 判断
//! 该行金额恰好比按合同计数方式 (名册或订购数) 所得多整数席, 或与另一计数方式所得完全一致。
//! ## 金额
//! 各席月费。
//! ## 常见正当原因
//! 名册不完整, 或附件约定按峰值计席。
//! ## 请收费方说明
//! 计费坐席清单及起止日期。

use super::surplus::Cause;
use super::{Case, Check, Level, Stage};
use crate::roster::EntryKind;

/// The check.
pub static CHECK: Check = Check {
    id: "F03",
    code: "seats-above-roster",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("seats_above_roster.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_surplus(&CHECK, &[Cause::Above], |kind| kind == Some(EntryKind::Seat));
}
