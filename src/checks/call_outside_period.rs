//! # Calls of other billing cycles
//! # 账单含其他账期的通话
//!
//! ## Says
//! "{line}" contains the charges of {count} [call|calls] that began in other billing cycles.
//! ## Test
//! The records hold calls of other cycles, by their start and the contract's cycle; the line
//! exceeds the calls of its own cycle by exactly their charges.
//! ## Money
//! Their charges. At least nothing, for they are owed if no other bill contains them.
//! ## Often innocent
//! Late records may be billed in the next cycle; then the bill of their own cycle leaves them out.
//! ## Ask the provider
//! Which bill contains these calls, and why not only that of their own cycle.
//!
//! ## 结论
//! "{line}"包含 {count} 条始于其他账期的通话费用。
//! ## 判断
//! 按通话开始时间及合同账期, 话单中有其他账期的通话; 账单该行超出本账期通话的金额, 恰等于它们的费用。
//! ## 金额
//! 这些通话的费用。最少为零: 若其他账单均未包含, 则仍应支付。
//! ## 常见正当原因
//! 迟到话单可能在下一账期出账, 此时原账期账单不应再含这些通话。
//! ## 请收费方说明
//! 这些通话计入哪一期账单, 为何计入本期。

use super::{Case, Check, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, RowId};

/// The check.
pub static CHECK: Check = Check {
    id: "X02",
    code: "call-outside-period",
    stage: Stage::Amount,
    level: Level::Warning,
    source: include_str!("call_outside_period.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let (count, charged) = case.papers.elsewhere;
    if !charged.is_positive() {
        return;
    }
    // Calls that no clause prices may be in the same line.
    let both = charged + case.unpriced_charges();
    let Some(id) = the_row_open_by(case, &[charged, both]) else { return };
    let amount = case.row(id).in_terms(charged);
    case.claim_row(&CHECK, id, amount, |finding| {
        let mut finding = finding.counting(count).with("count", Fact::Count(count));
        finding.amount.min = Amount::ZERO;
        finding
    });
}

/// The row whose line exceeds its calls by one of these sums, if there is exactly one.
pub(super) fn the_row_open_by(case: &Case<'_>, sums: &[Amount]) -> Option<RowId> {
    let mut rows = case.rows().filter(|(id, row)| {
        let tolerance = case.rounding_tolerance(row);
        let open = case.open_beyond_calls(*id);
        let is = |sum: &Amount| {
            let sum = row.in_terms(*sum);
            sum > tolerance && (open - sum).abs() <= tolerance
        };
        !row.lines.is_empty() && sums.iter().any(is)
    });
    match (rows.next(), rows.next()) {
        (Some((id, _)), None) => Some(id),
        _ => None,
    }
}
