//! # Tax on prices that contain it
//! # 含税价再加税
//!
//! ## Says
//! {tax} of tax were added to prices that contain the tax by the contract.
//! ## Test
//! The contract's prices contain the tax. A line's amount before tax is the contract's price, and
//! tax is added to it; or a tax line or a total adds tax to lines that are billed at such prices.
//! ## Money
//! The tax added.
//! ## Often innocent
//! The bill splits the price into net and tax; then the sum with tax is the contract's price, and
//! nothing is reported.
//! ## Ask the provider
//! Why tax was added to prices with tax, and an invoice with the tax taken out of them.
//!
//! ## 结论
//! 合同单价已含税, 账单又加收税额 {tax}。
//! ## 判断
//! 合同约定价格含税, 而某行不含税金额即为合同价格, 又另加税额; 或以单列的税额行、
//! 合计中的税额再次加税。
//! ## 金额
//! 另加的税额。
//! ## 常见正当原因
//! 账单将含税价拆分为不含税金额与税额; 此时价税合计等于合同价, 不会列出。
//! ## 请收费方说明
//! 含税价为何再加税, 并请按价内税重新开具。

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, Row, RowId, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "H08",
    code: "tax-on-included-price",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_on_included_price.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    if !case.papers.plan.tax.as_ref().is_some_and(|tax| tax.included) {
        return;
    }
    for id in case.overcharged(RowKind::Pair) {
        if let Some(added) = added_tax(case, case.row(id)) {
            report(case, id, added);
        }
    }
    let beside = [RowKind::Tax, RowKind::Total].map(|kind| case.overcharged(kind));
    for id in beside.into_iter().flatten() {
        let open = case.row(id).open();
        let printed = case.papers.invoices.iter().filter_map(|invoice| invoice.totals.tax);
        let stated: Amount = printed.map(|tax| tax.value).sum();
        if case.row(id).kind == RowKind::Tax || open == stated {
            report(case, id, open);
        }
    }
}

/// The tax added to a row's lines, if nothing else is open: before tax they are what they should be
/// with it.
pub(super) fn added_tax(case: &Case<'_>, row: &Row) -> Option<Amount> {
    let tax = case.papers.plan.tax.as_ref().filter(|tax| tax.included);
    let nets = row.lines.iter().map(|at| case.line(*at).amount.map(|amount| amount.value));
    let nets: Option<Vec<Amount>> = nets.collect();
    let Some(nets) = nets else {
        // Sums with tax alone: the tax was added if they are the agreed ones with it on top.
        let added: Amount = case
            .bill_lines(row)
            .map(|line| {
                let rate = line.tax.map_or(Decimal::ZERO, |tax| tax.rate);
                case.papers.plan.rounding.tax_on(line.net, rate)
            })
            .sum();
        let fits = tax.is_some() && added == row.open() && added.is_positive();
        return fits.then_some(added);
    };
    tax?;
    let added = row.billed - nets.into_iter().sum();
    (added == row.open() && added.is_positive()).then_some(added)
}

fn report(case: &mut Case<'_>, id: RowId, added: Amount) {
    let row = case.row(id);
    if !added.is_positive() {
        return;
    }
    let place = case.papers.plan.tax.as_ref().map(|tax| Evidence::Place(tax.at));
    let finding = Finding::new(&CHECK, Grade::Proved)
        .claiming(added, id)
        .counting(row.lines.len().max(1).try_into().unwrap_or(u64::MAX))
        .with("tax", Fact::Money(added))
        .showing_all(place)
        .showing_all(case.row_evidence(row));
    case.claim(id, &CHECK, added);
    case.push(finding);
}
