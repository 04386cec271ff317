//! # The price of each block rounded by itself
//! # 按计费单位逐个取整
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged with the price of each block of {seconds}
//! rounded to {step} {mode}, which the contract does not say.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price gives if
//! the price of every block is rounded before they are added up. At least two calls of different
//! charge: for a single block it is the same as rounding the call.
//! ## Money
//! Charged less what rounding the call gives, call by call.
//! ## Often innocent
//! Where the price list states the price of a block with all its decimals, no call differs.
//! ## Ask the provider
//! Where `rounding.increment` stands in the contract.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话按每个计费单位 ({seconds}) 的金额逐个取整到 {step} ({mode}) 计费, 合同没有此约定。
//! ## 判断
//! 先将每个计费单位的金额取整再相加, 与这些通话的实收金额逐条完全一致。至少两条金额不同的通话: 只有一个计费单位时,
//! 与按次取整相同。
//! ## 金额
//! 逐条以实收减去按次取整应收。
//! ## 常见正当原因
//! 若价目表列出的每个计费单位金额本就没有多余小数, 则不会有通话不一致。
//! ## 请收费方说明
//! 合同何处约定了 `rounding.increment`。

use rust_decimal::Decimal;

use super::{Case, Check, Level, Stage};
use crate::money::{Amount, Fixed, Rounding, RoundingMode};
use crate::rate::charge::price_of;
use crate::rate::{GroupKey, Rule};
use crate::reconcile::{Fact, Hypothesis, Prediction, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "X10",
    code: "block-price-rounded",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("block_price_rounded.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Decimals and modes that are tried.
const PLACES: [u32; 3] = [2, 3, 4];
const MODES: [(RoundingMode, &str); 2] =
    [(RoundingMode::Up, "rounding-mode.up"), (RoundingMode::HalfUp, "rounding-mode.half-up")];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let block = terms.metering.next.max(1);
    // A block that is what the price is for is a rounded price, which is another check's.
    if block == terms.per {
        return Vec::new();
    }
    let agreed = case.papers.plan.rounding.increment;
    let ways = PLACES.into_iter().flat_map(|places| MODES.map(|(mode, word)| (places, mode, word)));
    let ways = ways.map(|(places, mode, word)| (Rounding::new(places, mode), word));
    // Such a rounding must make another price of a block.
    let cost = |rounding| price_of(terms.price, terms.per, block.into(), rounding);
    let other = |rounding: Rounding| {
        let exact = cost(agreed).or_else(|| cost(Some(Rounding::new(9, RoundingMode::Down))));
        Some(rounding) != agreed && cost(Some(rounding)) != exact
    };
    ways.filter(|(rounding, _)| other(*rounding))
        .map(|(rounding, word)| {
            let whole = move |key: &GroupKey| {
                let rule = case.papers.compiled.rule(key.rule);
                if case.by_start(key) { by_blocks(rule, key.seconds, rounding) } else { None }
            };
            Hypothesis::new(CHECK.code, Way::Whole(Box::new(whole)))
                .fitted(0, 2, 2)
                .with("seconds", Fact::Seconds(block.into()))
                .with("step", Fact::Money(Amount::new(Decimal::new(1, rounding.places()))))
                .with("mode", Fact::Word(word))
        })
        .collect()
}

/// Each block's price rounded, then the call; `None` for calls of several prices.
fn by_blocks(rule: &Rule, seconds: u32, rounding: Rounding) -> Option<Prediction> {
    if rule.steps.len() > 1 || !rule.fees.is_empty() || rule.is_bounded() {
        return None;
    }
    let (billed, block) = (rule.billed(seconds), rule.metering.next.max(1));
    let cost = |seconds: u32| price_of(rule.price, rule.per, seconds.into(), Some(rounding));
    let whole = cost(block)?.checked_mul(Decimal::from(billed / block))?;
    let time = whole.checked_add(cost(billed % block)?)?;
    let time = rule.rounding().map_or(time, |rounding| rounding.apply(time));
    // A call that is free costs no connect fee.
    let connect = if billed > 0 { rule.connect } else { Fixed::ZERO };
    let charge = Fixed::from_decimal(time).ok()?.plus(connect)?.plus(rule.attempt)?;
    Some(Prediction { charge, billed: Some(billed) })
}
