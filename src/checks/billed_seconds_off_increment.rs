//! # Printed billed time that does not fit the increments
//! # 所印计费时长不是步长的整数倍
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [prints|print] a billed time that is no multiple of
//! {agreed}, such as {seconds}; charged as agreed.
//! ## Test
//! The record prints billed seconds that no talk time comes to under the contract, and that are
//! not its talk time either; its charge is right.
//! ## Money
//! None.
//! ## Often innocent
//! The column may print something else than billed time, such as seconds on the line.
//! ## Ask the provider
//! What the column of billed time stands for.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话所印计费时长不是 {agreed} 的整数倍, 例如 {seconds}; 金额与合同一致。
//! ## 判断
//! 话单所印计费秒数按合同步长不可能出现, 也不等于通话时长; 金额无误。
//! ## 金额
//! 无。
//! ## 常见正当原因
//! 该列可能并非计费时长, 而是占线秒数等。
//! ## 请收费方说明
//! 计费时长一列的含义。

use super::{Case, Check, Evidence, Finding, Level, Stage};
use crate::rate::charge::billed_seconds;
use crate::reconcile::{Fact, OpenGroup};
use crate::tariff::{ClauseId, FreeHow, Metering};

/// The check.
pub static CHECK: Check = Check {
    id: "C14",
    code: "billed-seconds-off-increment",
    stage: Stage::Increment,
    level: Level::Info,
    source: include_str!("billed_seconds_off_increment.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let clauses: Vec<ClauseId> = case.papers.plan.calls().map(|(id, _, _)| id).collect();
    for clause in clauses {
        let Some(metering) = case.call_terms(clause).map(|terms| terms.metering) else { continue };
        let is_off = |group: &&OpenGroup| {
            let key = &group.key;
            let rightly = key.billable && key.void.is_none() && key.charge == key.expected;
            let agreed = case.rule(group).billed(key.seconds);
            let raw = [Some(agreed), Some(key.seconds), key.claimed].contains(&key.billed);
            let off = key.billed.is_some_and(|billed| !is_possible(metering, billed));
            case.rule(group).clause == clause && rightly && off && !raw
        };
        let groups: Vec<&OpenGroup> = case.ledger.groups.iter().filter(is_off).collect();
        let Some(first) = groups.first() else { continue };
        let mut finding = Finding::new(&CHECK, case.call_grade())
            .counting(groups.iter().map(|group| group.count).sum())
            .with("clause", Fact::Text(case.papers.plan.clause(clause).name.clone()))
            .with("agreed", Fact::Increments(metering.first, metering.next))
            .with("seconds", Fact::Seconds(first.key.billed.unwrap_or(0).into()))
            .showing(Evidence::Clause(clause))
            .showing_all(case.samples(&groups));
        finding.row = first.row;
        case.push(finding);
    }
}

/// True if some talk time comes to just these billed seconds.
fn is_possible(metering: Metering, billed: u32) -> bool {
    let free = match metering.free {
        Some((free, FreeHow::AfterRounding)) => free,
        _ => 0,
    };
    let blocks = Metering { minimum: 0, free: None, max_call: None, ..metering };
    let whole = billed + free;
    billed == 0 || billed == metering.minimum || billed_seconds(&blocks, whole) == whole
}
