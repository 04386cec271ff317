//! # Price taken for another unit of time
//! # 计价单位错误
//!
//! ## Says
//! "{clause}" was charged as if {price} were the price of {used}; it is the price of {agreed}.
//! ## Test
//! The charge of each of these calls equals, to the last digit, what the contract's figure gives
//! if it is taken for 1 second, 6 seconds or a minute instead of its own unit: ten times as much
//! where the price of a minute is taken for 6 seconds.
//! ## Money
//! Charged less what the price of the right unit gives, call by call.
//! ## Often innocent
//! A supplement may have changed the unit together with the price.
//! ## Ask the provider
//! Which price for which unit was set for these calls, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"将 {price} 当作每 {used} 的单价计费; 合同中它是每 {agreed} 的单价。
//! ## 判断
//! 将合同单价当作每 1 秒, 每 6 秒或每分钟的价格计算, 与这些通话的实收金额逐条完全一致; 如每分钟价按每 6 秒计收, 即多收至十倍。
//! ## 金额
//! 逐条以实收减去按正确单位应收。
//! ## 常见正当原因
//! 补充协议可能同时调整了单价与计价单位。
//! ## 请收费方说明
//! 这些通话设定的单价及其计价单位, 以及所依据的条款。

use super::{Case, Check, Level, Stage};
use crate::money::Fixed;
use crate::rate::CallPrice;
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "D18",
    code: "unit-misread",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("unit_misread.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Units that prices of calls are given for, seconds.
const UNITS: [u32; 3] = [1, 6, 60];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(terms) = case.call_terms(clause) else { return Vec::new() };
    let Ok(connect) = Fixed::from_decimal(terms.connect) else { return Vec::new() };
    let shorter = UNITS.into_iter().filter(|unit| *unit < terms.per);
    let misread = shorter.map(|per| {
        let price = CallPrice { price: terms.price, per, connect };
        Hypothesis::at_price(CHECK.code, case.papers.compiled, price)
            .fitted(1, 1, 1)
            .with("price", Fact::Number(terms.price))
            .with("used", Fact::Seconds(per.into()))
            .with("agreed", Fact::Seconds(terms.per.into()))
    });
    misread.collect()
}
