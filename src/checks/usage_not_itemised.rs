//! # Line above the sum of its calls
//! # 账单金额与话单合计不符
//!
//! ## Says
//! "{line}" bills {billed}; the charges of its calls add up to {itemised}.
//! ## Test
//! The line of the invoice is above the sum of the charges of its calls by more than rounding
//! explains: one quantum of each line, and half a quantum of each charge that is printed shorter
//! than it was computed.
//! ## Money
//! The part of the line's difference that nothing else explains. Where lines of the call records
//! could not be read, they may be the calls that are missing: nothing is certain.
//! ## Often innocent
//! The records may be incomplete, or cut off at another hour than the bill.
//! ## Ask the provider
//! The records of all calls in this line, or the reason for the rest of the sum.
//!
//! ## 结论
//! "{line}"账单金额为 {billed}, 其通话费用合计为 {itemised}。
//! ## 判断
//! 账单该行高于各通话费用之和, 且超出取整所能解释的范围: 每行一个最小单位, 以及每条显示位数不足的金额半个最小单位。
//! ## 金额
//! 该行差额中无其他原因可解释的部分。话单有未能读取的行时, 缺少的可能正是这些行, 下限按零计。
//! ## 常见正当原因
//! 话单可能不全, 或话单与账单的截止时刻不同。
//! ## 请收费方说明
//! 提供该行全部通话的话单, 或说明其余金额的来源。

use super::{Case, Check, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, RowId};

/// The check.
pub static CHECK: Check = Check {
    id: "A16",
    code: "usage-not-itemised",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("usage_not_itemised.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let rows: Vec<RowId> = case.rows().map(|(id, _)| id).collect();
    for id in rows {
        let row = case.row(id);
        let itemised = row.calls.as_ref().and_then(|part| part.itemised);
        let Some(itemised) = itemised.filter(|_| !row.lines.is_empty()) else { continue };
        // Records may show charges before packages and discounts: only what is still open counts,
        // and never more than the line differs from the contract.
        let beyond = row.billed - row.in_terms(itemised);
        let amount = beyond.min(case.open_beyond_calls(id)).min(row.open());
        if amount <= case.rounding_tolerance(row) {
            continue;
        }
        let (billed, itemised) = (row.billed, row.in_terms(itemised));
        // Lines of the file that could not be read may be the calls that seem to be missing.
        let unread = case.papers.rejected.iter().any(|(kind, _)| kind.matters());
        case.claim_row(&CHECK, id, amount, |mut finding| {
            if unread {
                finding.amount.min = Amount::ZERO;
            }
            finding.with("billed", Fact::Money(billed)).with("itemised", Fact::Money(itemised))
        });
    }
}
