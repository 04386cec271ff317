//! # Billed time rounded twice
//! # 计费时长二次取整
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] rounded twice: to {agreed} as agreed, and again
//! to multiples of {step} minutes.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's price gives if
//! the billed time is rounded a second time, before or after the agreed increments. Printed billed
//! seconds tell this from plain minutes; without them, what comes to the same counts as other
//! increments. At least two calls of different length.
//! ## Money
//! Charged less what rounding once gives, call by call.
//! ## Often innocent
//! The price may be agreed for started minutes while the records count in smaller steps.
//! ## Ask the provider
//! In which order time and money are rounded, and to what.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话的时长取整两次: 除按约定的 {agreed} 进位外, 又取整到 {step} 分钟的整数倍。
//! ## 判断
//! 在约定步长之前或之后再取整一次, 所得与这些通话的实收金额逐条完全一致。印有计费时长时, 可与按整分钟计费相区别;
//! 未印的, 结果相同者按步长不符处理。至少两条时长不同的通话。
//! ## 金额
//! 逐条以实收减去只取整一次应收。
//! ## 常见正当原因
//! 单价可能约定按整分钟计, 而话单以较小步长记录。
//! ## 请收费方说明
//! 时长与金额取整的先后次序及取整单位。

use rust_decimal::Decimal;

use super::{Case, Check, Level, Stage};
use crate::money::{Fixed, divide_up};
use crate::rate::charge::{billed_seconds, price_of};
use crate::rate::{GroupKey, Rule};
use crate::reconcile::{Fact, Hypothesis, Prediction, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C09",
    code: "double-rounding",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("double_rounding.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Multiples that billed time is rounded to once more: tenths of a second, and hundredths of a
/// minute; each up, or to the nearest.
const STEPS: [(u64, i64); 4] = [(600, 100), (300, 50), (60, 10), (6, 1)];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let metering = terms.metering;
    let about = |way, hundredths| {
        Hypothesis::new(CHECK.code, way)
            .fitted(1, 2, 2)
            .with("agreed", Fact::Increments(metering.first, metering.next))
            .with("step", Fact::Number(Decimal::new(hundredths, 2).normalize()))
    };
    let again = STEPS.into_iter().flat_map(|(step, hundredths)| {
        [true, false].map(|up| {
            let whole = move |key: &GroupKey| {
                let rule = case.papers.compiled.rule(key.rule);
                if case.by_start(key) { twice(rule, key, step, up) } else { None }
            };
            about(Way::Whole(Box::new(whole)), hundredths)
        })
    });
    let minutes_first = move |key: &GroupKey, seconds| {
        case.by_start(key).then(|| billed_seconds(&metering, divide_up(seconds, 60)))
    };
    again.chain([about(Way::Billed(Box::new(minutes_first)), 100)]).collect()
}

/// Billed by the contract, then rounded again; records may print the one or the other.
fn twice(rule: &Rule, key: &GroupKey, step: u64, up: bool) -> Option<Prediction> {
    let once = rule.billed(key.seconds);
    let tenths = u64::from(once) * 10;
    let steps = if up { tenths.div_ceil(step) } else { (tenths * 2 + step) / (step * 2) };
    let tenths = steps * step;
    let time = price_of(rule.price, rule.per.checked_mul(10)?, tenths, rule.rounding())?;
    // A call that is free costs no connect fee.
    let connect = if once > 0 { rule.connect } else { Fixed::ZERO };
    let charge = Fixed::from_decimal(time).ok()?.plus(connect)?.plus(rule.attempt)?;
    let again = u32::try_from(tenths / 10).ok()?;
    let billed = if key.billed == Some(again) { again } else { once };
    Some(Prediction { charge, billed: Some(billed) })
}
