//! # The opening balance is not what was left over
//! # 上期结转与上期余额不符
//!
//! ## Says
//! The bill carries over {opening}; by the invoice before it is {carried} at most.
//! ## Test
//! The opening balance is above what the invoice of the cycle before asked for. The payments that
//! this bill lists are taken off too, unless the bill deducts them from the opening balance itself.
//! ## Money
//! The opening balance less that.
//! ## Often innocent
//! A correction was posted between the two bills, or the bill before was replaced.
//! ## Ask the provider
//! A statement of the account from the bill before to this one.
//!
//! ## 结论
//! 账单结转上期 {opening}, 按上期账单至多应为 {carried}。
//! ## 判断
//! 结转金额高于上期账单应付额; 本账单所列付款如未在账单中另行扣减, 亦一并减去。
//! ## 金额
//! 结转金额减去该余额。
//! ## 常见正当原因
//! 两期之间有调账, 或上期账单已被更换。
//! ## 请收费方说明
//! 自上期账单至本期账单的往来明细。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::reconcile::{Fact, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "H10",
    code: "opening-balance",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("opening_balance.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let Some(account) = case.ledger.opening(case.papers.totals) else { return };
    for id in case.overcharged(RowKind::Opening) {
        let open = case.row(id).open();
        let opening = case.papers.invoices.iter().find_map(|invoice| invoice.opening.as_ref());
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(open, id)
            .with("opening", Fact::Money(account.printed))
            .with("carried", Fact::Money(account.carried))
            .showing_all(opening.map(|printed| Evidence::Place(printed.at)));
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
}
