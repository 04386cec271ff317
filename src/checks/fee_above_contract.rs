//! # A fee at a higher price than agreed
//! # 固定费用单价高于合同
//!
//! ## Says
//! "{line}" is billed at {used} for each unit; {agreed} is agreed.
//! ## Test
//! The line prints a higher price than the contract's; or prints as many units as are due, or has
//! only one, and bills more for them. Calls have a check of their own.
//! ## Money
//! What was billed less the same units at the contract's price.
//! ## Often innocent
//! A supplement raised the price, or the price printed contains the tax and the contract's does
//! not.
//! ## Ask the provider
//! The supplement or notice by which the price was changed, and from when.
//!
//! ## 结论
//! "{line}"按单价 {used} 计费, 合同约定为 {agreed}。
//! ## 判断
//! 该行所印单价高于合同单价; 或所印数量与应收数量一致 (或只有一个单位) 而金额偏高。通话费另有检查。
//! ## 金额
//! 实收减去相同数量按合同单价计算的金额。
//! ## 常见正当原因
//! 补充协议已调价; 或所印单价含税而合同单价不含税。
//! ## 请收费方说明
//! 调价所依据的补充协议或通知及生效日期。

use rust_decimal::Decimal;

use super::tax_on_included_price::added_tax;
use super::{Case, Check, Finding, Level, Stage};
use crate::money::Amount;
use crate::rate::settle::BillLine;
use crate::reconcile::{Fact, Row, RowKind};
use crate::tariff::{ClauseId, Terms};

/// The check.
pub static CHECK: Check = Check {
    id: "X08",
    code: "fee-above-contract",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("fee_above_contract.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Pair) {
        let row = case.row(id);
        // Tax on top of a price that contains it is another matter.
        let price = above(case, row).filter(|_| added_tax(case, row).is_none());
        let Some((used, agreed, amount)) = price else { continue };
        let finding = Finding::new(&CHECK, case.row_grade(row))
            .claiming(amount, id)
            .with("line", case.row_name(row))
            .with("used", Fact::Number(used.normalize()))
            .with("agreed", Fact::Number(agreed.normalize()))
            .showing_all(case.row_evidence(row));
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// The price used, the price agreed, and what the difference is worth.
fn above(case: &Case<'_>, row: &Row) -> Option<(Decimal, Decimal, Amount)> {
    let mut lines = case.bill_lines(row);
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let agreed = line.price.filter(|price| !price.is_zero() && line.calls.is_none())?;
    let printed: Option<Vec<Decimal>> =
        row.lines.iter().map(|at| case.line(*at).price.map(|price| price.value)).collect();
    if let Some(prices) = printed.filter(|prices| !prices.is_empty()) {
        let used = prices[0];
        let same = prices.iter().all(|price| *price == used);
        // The price before a discount is another check's; with tax it is no other price.
        let [list, taxed] = [list_price(case, line), with_tax(line, agreed)];
        if !same || used <= agreed || list == Some(used) || taxed == Some(used) {
            return None;
        }
        let billed = row.expected + row.open();
        let amount = billed - case.to_line(billed.decimal() * agreed / used);
        let fits = amount.is_positive() && amount <= row.open();
        return fits.then_some((used, agreed, amount));
    }
    // The same number of units, so that the price alone is another.
    let due = line.quantity?.round(None).decimal();
    let quantities: Option<Vec<Decimal>> =
        row.lines.iter().map(|at| case.line(*at).quantity.map(|q| q.value)).collect();
    let times = row.billed.decimal().checked_div(row.expected.decimal())?;
    let by_price = match quantities.filter(|all| !all.is_empty()) {
        Some(quantities) => quantities.into_iter().sum::<Decimal>() == due,
        // Twice the price and the fee twice are the same sum.
        None => row.lines.len() == 1 && is_single(case, line) && !times.fract().is_zero(),
    };
    let alone = row.open() == row.difference();
    (alone && by_price).then(|| ((agreed * times).round_dp(4), agreed, row.open()))
}

/// A fee that is due once a cycle or once at all.
fn is_single(case: &Case<'_>, line: &BillLine) -> bool {
    let single = |id: &ClauseId| match case.papers.plan.clause(*id).terms {
        Terms::Package(_) | Terms::OneTime(_) => true,
        Terms::Recurring(_) => !case.counts_roster(*id),
        _ => false,
    };
    line.clauses.iter().all(single)
        && line.quantity.is_some_and(|q| q.finite() == Some(Decimal::ONE))
}

/// The price of a line's clause before discounts.
fn list_price(case: &Case<'_>, line: &BillLine) -> Option<Decimal> {
    match &case.papers.plan.clause(*line.clauses.first()?).terms {
        Terms::Package(terms) => Some(terms.fee),
        Terms::Seat(terms) => terms.price.of_one(),
        Terms::Recurring(terms) => terms.price.of_one(),
        Terms::Usage(terms) if terms.per == Decimal::ONE => terms.price.of_one(),
        Terms::OneTime(terms) => Some(terms.fee),
        _ => None,
    }
    .filter(|list| Some(*list) != line.price)
}

/// The price with the tax of the line.
fn with_tax(line: &BillLine, price: Decimal) -> Option<Decimal> {
    line.tax.map(|tax| (price * (Decimal::ONE + tax.rate)).normalize())
}
