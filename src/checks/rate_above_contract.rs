//! # Price above the contract
//! # 单价高于合同
//!
//! ## Says
//! "{clause}" was charged at {used}; the contract says {agreed}.
//! ## Test
//! One higher price predicts the charges of these calls to the last digit: at least three calls
//! with at least two different charges, since one charge alone fits any price. Differences that
//! printing a charge explains do not count. Where records carry no charges, the price printed on
//! the invoice line is above the contract's and the amount follows from it.
//! ## Money
//! Charged less what the contract's price gives.
//! ## Often innocent
//! A supplement or a surcharge for some numbers may have been agreed.
//! ## Ask the provider
//! Since when this price has been set, and on which clause or notice it rests.
//!
//! ## 结论
//! "{clause}"按 {used} 计费, 合同单价为 {agreed}。
//! ## 判断
//! 同一较高单价与这些通话的实收金额逐条完全一致: 至少三条通话, 至少两种金额, 因为单一金额可由任何单价凑出。
//! 金额显示取整可解释的差异不计。话单没有费用列的, 以账单所印单价高于合同且金额与之相符为准。
//! ## 金额
//! 以实收减去按合同单价应收。
//! ## 常见正当原因
//! 双方可能另签补充协议, 或约定部分号码加价。
//! ## 请收费方说明
//! 该单价何时起用, 依据哪一条款或通知。

use rust_decimal::Decimal;

use super::fit::{Charged, read_off};
use super::lines::PrintedPrice;
use super::{Case, Check, Level, Stage};
use crate::rate::CallPrice;
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "D01",
    code: "rate-above-contract",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("rate_above_contract.rs"),
    hypotheses: Some(hypotheses),
    run,
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    if case.beyond_package(clause) { Vec::new() } else { higher_prices(CHECK.code, case, clause) }
}

/// Prices above the contract's that charges of a clause agree on.
pub(super) fn higher_prices<'h>(
    code: &'static str,
    case: &'h Case<'_>,
    clause: ClauseId,
) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let prices = read_off(case, clause, price_range).into_iter();
    let hypotheses = prices.filter(|used| *used > terms.price).filter_map(|used| {
        let rule = case.papers.compiled.rules.iter().find(|rule| rule.clause == clause)?;
        let price = CallPrice { price: used, ..rule.call_price() };
        let hypothesis = Hypothesis::at_price(code, case.papers.compiled, price)
            .fitted(1, 3, 2)
            .with("used", Fact::Number(used))
            .with("agreed", Fact::Number(terms.price));
        Some(hypothesis)
    });
    hypotheses.collect()
}

/// Prices that give a call's charge.
fn price_range(charged: &Charged<'_>) -> Option<(Decimal, Decimal)> {
    let rule = charged.rule;
    let fees = (rule.connect.plus(rule.attempt)?).amount().decimal();
    let (low, high) = charged.unrounded();
    let price = |charge: Decimal| {
        (charge - fees)
            .checked_mul(Decimal::from(rule.per))?
            .checked_div(Decimal::from(charged.billed))
    };
    Some((price(low)?, price(high)?))
}

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    case.claim_printed_price(&CHECK, |case, line: &PrintedPrice| {
        (!case.beyond_package(line.clause)).then(Vec::new)
    });
}
