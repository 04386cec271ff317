//! # Included minutes charged
//! # 套餐内分钟仍被计费
//!
//! ## Says
//! For "{line}" the package takes {covered} off by the contract; the charges leave out {credited}.
//! ## Test
//! The charges of the calls, added up, leave out less than the contract's price of the minutes
//! that the package covers, and the invoice line contains the difference. Calls consume the
//! package as the contract says: in order of time where that matters.
//! ## Money
//! The contract's price of covered minutes, less what the charges leave out.
//! ## Often innocent
//! The package may leave out some destinations. If it was used up sooner because minutes were
//! counted in other increments, that is a finding of its own.
//! ## Ask the provider
//! A statement of how the included minutes were used up, call by call.
//!
//! ## 结论
//! "{line}"按合同应由套餐抵扣 {covered}, 话单实际只抵扣了 {credited}。
//! ## 判断
//! 各通话的实收金额合计, 比套餐所含分钟按合同单价应抵扣的金额少抵扣, 且账单该行包含这一差额。
//! 套餐按合同约定的方式消耗; 次序有影响的, 按通话时间先后。
//! ## 金额
//! 套餐应抵扣分钟的合同金额, 减去话单实际抵扣的金额。
//! ## 常见正当原因
//! 套餐可能不含部分区域。若因进位步长不同而提前用尽, 另列为单独一项。
//! ## 请收费方说明
//! 包含分钟的逐条抵扣明细。

use super::{Case, Check, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{CallPart, Fact, Row, RowId};

/// The check.
pub static CHECK: Check = Check {
    id: "D19",
    code: "included-minutes-charged",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("included_minutes_charged.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let rows: Vec<RowId> = case.rows().map(|(id, _)| id).collect();
    for id in rows {
        if let Some(charged) = charged(case, id) {
            case.claim_row(&CHECK, id, charged.amount, |finding| {
                finding
                    .with("covered", Fact::Money(charged.covered))
                    .with("credited", Fact::Money(charged.credited))
            });
        }
    }
}

/// What the package should have taken off, what the charges leave out, and what is billed of that.
struct Charged {
    covered: Amount,
    credited: Amount,
    amount: Amount,
}

fn charged(case: &Case<'_>, id: RowId) -> Option<Charged> {
    let row = case.row(id);
    let part = row.calls.as_ref().filter(|part| part.itemised.is_some())?;
    let tolerance = case.rounding_tolerance(row);
    if !case.papers.has_package(row) || !only_packages(case, row, part, tolerance) {
        return None;
    }
    let (covered, credited) = (part.deduction, part.credited);
    // What the line leaves out again is not charged.
    let amount = row.in_terms(covered - credited).min(case.open_beyond_calls(id));
    (amount > tolerance).then_some(Charged { covered, credited, amount })
}

/// True if nothing but packages lowers the sum of the charges: no steps, no discount in the price,
/// no sum rounded once.
fn only_packages(case: &Case<'_>, row: &Row, part: &CallPart, tolerance: Amount) -> bool {
    let worth = case.package_worth(row);
    worth.is_some_and(|worth| (row.in_terms(part.deduction) - worth).abs() <= tolerance)
}
