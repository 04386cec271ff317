//! # Price rounded up before it was applied
//! # 单价先进位再计费
//!
//! ## Says
//! "{clause}" was charged at {used}; the contract's price is {agreed}, with all its decimals.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price gives
//! if it is first rounded up to two or three decimals, such as 0.085 to 0.09.
//! ## Money
//! Charged less what the price with all its decimals gives, call by call.
//! ## Often innocent
//! Bills may show a shortened price and charge the full one; then no call differs.
//! ## Ask the provider
//! With how many decimals the price is kept in the billing system.
//!
//! ## 结论
//! "{clause}"按 {used} 计费; 合同单价为 {agreed}, 小数不应舍入。
//! ## 判断
//! 将合同单价先进位到两位或三位小数 (如 0.085 进为 0.09) 再计算, 与这些通话的实收金额逐条完全一致。
//! ## 金额
//! 逐条以实收减去按完整单价应收。
//! ## 常见正当原因
//! 账单可能只显示缩短的单价, 而按完整单价计费; 此时不会有通话不一致。
//! ## 请收费方说明
//! 计费系统中该单价保留几位小数。

use rust_decimal::Decimal;

use super::lines::PrintedPrice;
use super::{Case, Check, Level, Stage};
use crate::money::{Fixed, Rounding, RoundingMode};
use crate::rate::CallPrice;
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "D17",
    code: "rate-precision-cut",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("rate_precision_cut.rs"),
    hypotheses: Some(hypotheses),
    run,
};

/// A price rounded up to fewer decimals.
fn cut(price: Decimal) -> impl Iterator<Item = Decimal> {
    let up = move |places| Rounding::new(places, RoundingMode::Up).apply(price);
    [2, 3].into_iter().map(up).filter(move |used| *used != price)
}

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let Ok(connect) = Fixed::from_decimal(terms.connect) else { return Vec::new() };
    let prices = cut(terms.price).map(|used| {
        let price = CallPrice { price: used, per: terms.per, connect };
        Hypothesis::at_price(CHECK.code, case.papers.compiled, price)
            .with("used", Fact::Number(used))
            .with("agreed", Fact::Number(terms.price))
    });
    prices.collect()
}

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    case.claim_printed_price(&CHECK, |_, line: &PrintedPrice| {
        cut(line.agreed).any(|used| used == line.printed).then(Vec::new)
    });
}
