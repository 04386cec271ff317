//! # A credit that the contract does not provide for
//! # 合同外的贷记
//!
//! ## Says
//! "{line}" credits {credit} that the contract does not provide for.
//! ## Test
//! A line below zero that no clause of the contract explains, and that does not take back another
//! line of the bill.
//! ## Money
//! The credit, in the customer's favour.
//! ## Often innocent
//! Compensation, a promised refund or a correction of an earlier bill: all of them welcome.
//! ## Ask the provider
//! Which bill or complaint it settles, so that it is not claimed twice.
//!
//! ## 结论
//! "{line}"贷记 {credit}, 合同未作约定。
//! ## 判断
//! 该行金额为负, 与合同任何条款都对不上, 也不是冲销本账单的其他行。
//! ## 金额
//! 贷记金额, 对付费方有利。
//! ## 常见正当原因
//! 补偿、承诺的退款, 或对以往账单的更正。
//! ## 请收费方说明
//! 对应哪一期账单或哪一项投诉, 以免重复主张。

use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::reconcile::{Fact, RowId, RowKind};
use crate::text::fold;

/// The check.
pub static CHECK: Check = Check {
    id: "X01",
    code: "credit-not-in-contract",
    stage: Stage::Recurring,
    level: Level::Info,
    source: include_str!("credit_not_in_contract.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.open_rows(RowKind::Unmatched) {
        let open = case.row(id).open();
        if !open.is_negative() || takes_back(case, id) {
            continue;
        }
        let row = case.row(id);
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(open, id)
            .with("line", case.row_name(row))
            .with("credit", Fact::Money(open.abs()))
            .showing_all(case.row_evidence(row));
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
}

/// Settles a credit against the line that it takes back: it has that line's name, or contains it.
fn takes_back(case: &mut Case<'_>, credit: RowId) -> bool {
    let name = fold(&case.row(credit).name);
    let mut charges = case.overcharged(RowKind::Unmatched);
    charges.retain(|id| name.contains(&fold(&case.row(*id).name)));
    charges.into_iter().any(|charge| case.cancel_out(&CHECK, charge, &[credit]))
}
