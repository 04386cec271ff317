//! # Numbers or lines billed after they were returned
//! # 退号、退线后继续收费
//!
//! ## Says
//! "{line}" bills {count} [number or line|numbers or lines] that [was|were] returned before this
//! cycle, or days of suspension; due: {due}.
//! ## Test
//! The roster has numbers or lines whose last day, notice included, lies before the cycle, or days
//! of suspension that the contract leaves free. The bill comes out to the cent if they are
//! charged, or names them.
//! ## Money
//! The rent of each of them, or of the suspended days.
//! ## Often innocent
//! A period of notice, or rent that runs on during suspension by an annex.
//! ## Ask the provider
//! On which day the return of each number was received and carried out.
//!
//! ## 结论
//! "{line}"对 {count} 个本账期前已退还的号码或线路 (或停机期间) 继续收费; 应收 {due}。
//! ## 判断
//! 名册中这些号码或线路的终止日 (含通知期) 早于本账期, 或停机期间按合同免收;
//! 计入后与账单金额完全一致, 或账单逐个列明。
//! ## 金额
//! 各号码、线路的月租, 或停机期间的费用。
//! ## 常见正当原因
//! 另有通知期, 或附件约定停机期间照收月租。
//! ## 请收费方说明
//! 各号码退还申请的受理日期与生效日期。

use super::surplus::Cause;
use super::{Case, Check, Level, Stage};
use crate::roster::EntryKind;

/// The check.
pub static CHECK: Check = Check {
    id: "F06",
    code: "returned-number-billed",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("returned_number_billed.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let rented = |kind| matches!(kind, Some(EntryKind::Number | EntryKind::Line));
    case.claim_surplus(&CHECK, &[Cause::Ceased, Cause::Suspended], rented);
}
