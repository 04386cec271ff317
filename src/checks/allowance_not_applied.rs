//! # Package minutes not taken off
//! # 套餐分钟未抵扣
//!
//! ## Says
//! "{line}" is billed from the first minute; the package covers {minutes} of its minutes.
//! ## Test
//! The invoice line equals what the calls cost if no package takes anything off.
//! ## Money
//! What the package takes off by the contract.
//! ## Often innocent
//! The package may leave out some destinations, or begin or end within the month.
//! ## Ask the provider
//! Why the included minutes were not taken off, and what was left of them at the end of the cycle.
//!
//! ## 结论
//! "{line}"自第一分钟起计费; 套餐应抵扣其中 {minutes} 分钟。
//! ## 判断
//! 账单该行金额等于不抵扣任何套餐分钟时的通话费用。
//! ## 金额
//! 按合同应由套餐抵扣的金额。
//! ## 常见正当原因
//! 套餐可能不含部分区域, 或在月中生效, 失效。
//! ## 请收费方说明
//! 包含分钟为何未抵扣, 账期末剩余多少分钟。

use super::{Case, Check, Level, Stage};
use crate::money::{Amount, Rounding, RoundingMode};
use crate::reconcile::{Fact, Row, RowId};

/// The check.
pub static CHECK: Check = Check {
    id: "E01",
    code: "allowance-not-applied",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("allowance_not_applied.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let rows: Vec<RowId> = case.rows().map(|(id, _)| id).collect();
    for id in rows {
        if let Some(amount) = not_taken_off(case, id) {
            let minutes = covered_minutes(case, id);
            case.claim_row(&CHECK, id, amount, |finding| finding.with("minutes", minutes));
        }
    }
}

/// What the package takes off by the contract, if that is what is open between calls and line.
fn not_taken_off(case: &Case<'_>, id: RowId) -> Option<Amount> {
    let row = case.row(id);
    let tolerance = case.rounding_tolerance(row);
    if !case.papers.has_package(row) || row.lines.is_empty() || bills_its_records(row, tolerance) {
        return None;
    }
    let (open, worth) = (case.open_beyond_calls(id), case.package_worth(row)?);
    let off = (open - worth).abs() <= tolerance && worth > tolerance;
    off.then(|| worth.min(open))
}

/// True if a line bills what its records charge: then the records show what was taken off.
fn bills_its_records(row: &Row, tolerance: Amount) -> bool {
    let itemised = row.calls.as_ref().and_then(|part| part.itemised);
    itemised.is_some_and(|itemised| (row.billed - row.in_terms(itemised)).abs() <= tolerance)
}

/// Minutes that packages cover of a row's calls.
fn covered_minutes(case: &Case<'_>, id: RowId) -> Fact {
    let lines = case.bill_lines(case.row(id));
    let seconds: u64 = lines.filter_map(|line| line.calls).map(|calls| calls.covered).sum();
    let minutes = Rounding::new(2, RoundingMode::HalfUp).ratio(seconds.into(), 60);
    Fact::Number(minutes.unwrap_or_default().normalize())
}
