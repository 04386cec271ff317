//! # Seats billed after they ended
//! # 停用坐席继续收费
//!
//! ## Says
//! "{line}" bills {count} [seat|seats] that had ended before this cycle; due: {due}.
//! ## Test
//! The roster has seats whose last day, notice included, lies before the cycle. The line bills so
//! many seats more than are due, to the cent, or names them.
//! ## Money
//! The fee of each of them, beyond minimum and included seats.
//! ## Often innocent
//! A minimum number of seats, or a period of notice that the contract file does not have.
//! ## Ask the provider
//! On which day the end of each seat was received and carried out.
//!
//! ## 结论
//! "{line}"对 {count} 个本账期前已停用的坐席继续收费; 应收 {due} 席。
//! ## 判断
//! 名册中这些坐席的停用日 (含通知期) 早于本账期; 该行恰好多收相应席数的费用, 或逐席列明。
//! ## 金额
//! 各席月费, 扣除最低席数与套餐内席数的影响。
//! ## 常见正当原因
//! 合同另有最低席数或停用通知期, 而合同文件未写明。
//! ## 请收费方说明
//! 各坐席停用申请的受理日期与生效日期。

use super::surplus::Cause;
use super::{Case, Check, Level, Stage};
use crate::roster::EntryKind;

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

fn run(case: &mut Case<'_>) {
    case.claim_surplus(&CHECK, &[Cause::Ceased], |kind| kind == Some(EntryKind::Seat));
}
