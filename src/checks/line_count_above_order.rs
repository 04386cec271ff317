//! # More lines or numbers billed than ordered
//! # 线路、并发或号码计费数量多于订购
//!
//! ## Says
//! "{line}" bills {count} more than the {due} that are ordered or on the roster.
//! ## Test
//! The line is worth a whole number of units more than order or roster give, to the cent; or names
//! units that the roster does not know.
//! ## Money
//! The fee of each of them.
//! ## Often innocent
//! A burst clause, or an order that the contract file or the roster does not have yet.
//! ## Ask the provider
//! The orders for the lines and numbers billed.
//!
//! ## 结论
//! "{line}"多计 {count} 个; 订购或名册为 {due} 个。
//! ## 判断
//! 该行金额恰好比订购数或名册数多整数个单位, 或列有名册中没有的号码、线路。
//! ## 金额
//! 各单位月费。
//! ## 常见正当原因
//! 合同有超并发条款, 或有新订单尚未写入合同文件或名册。
//! ## 请收费方说明
//! 所计线路、号码对应的订单。

use super::surplus::Cause;
use super::{Case, Check, Level, Stage};
use crate::roster::EntryKind;

/// The check.
pub static CHECK: Check = Check {
    id: "F09",
    code: "line-count-above-order",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("line_count_above_order.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let counted = |kind| !matches!(kind, Some(EntryKind::Seat | EntryKind::Service));
    case.claim_surplus(&CHECK, &[Cause::Above], counted);
}
