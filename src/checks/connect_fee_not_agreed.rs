//! # Connect fee not agreed
//! # 未约定的接通费
//!
//! ## Says
//! {count} answered calls of "{clause}" carry a fee of {used} each; the contract says {agreed}.
//! ## Test
//! The charge of each of these calls exceeds, to the last digit, what its time costs by one and
//! the same sum: at least three calls with at least two different charges.
//! ## Money
//! The sum beyond the agreed fee, call by call.
//! ## Often innocent
//! A connect fee may stand in an annex, or belong to another product such as call-back.
//! ## Ask the provider
//! What this sum is for, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"有 {count} 条接通的通话每条另收 {used}, 合同约定为 {agreed}。
//! ## 判断
//! 这些通话的实收金额均比时长费多出同一金额, 逐条完全一致: 至少三条通话, 至少两种金额。
//! ## 金额
//! 逐条计超出约定接通费的部分。
//! ## 常见正当原因
//! 接通费可能载于附件, 或属于回拨等其他产品。
//! ## 请收费方说明
//! 该笔费用的名目及所依据的条款。

use rust_decimal::Decimal;

use super::fit::{Charged, read_off};
use super::{Case, Check, Level, Stage};
use crate::money::{Amount, Fixed};
use crate::rate::CallPrice;
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "D12",
    code: "connect-fee-not-agreed",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("connect_fee_not_agreed.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let compiled = case.papers.compiled;
    let Some(rule) = compiled.rules.iter().find(|rule| rule.clause == clause) else {
        return Vec::new();
    };
    let fees = read_off(case, clause, beyond_time).into_iter();
    let hypotheses = fees.filter(|fee| *fee > rule.connect.amount().decimal()).filter_map(|fee| {
        let price = CallPrice { connect: Fixed::from_decimal(fee).ok()?, ..rule.call_price() };
        let hypothesis = Hypothesis::at_price(CHECK.code, compiled, price)
            .fitted(1, 3, 2)
            .with("used", Fact::Money(Amount::new(fee)))
            .with("agreed", Fact::Money(rule.connect.amount()));
        Some(hypothesis)
    });
    hypotheses.collect()
}

/// What a charge contains besides its time.
fn beyond_time(charged: &Charged<'_>) -> Option<(Decimal, Decimal)> {
    let rule = charged.rule;
    let without = CallPrice { connect: Fixed::ZERO, ..rule.call_price() };
    let rest = rule.charge_at(without, charged.billed)?.amount().decimal();
    let (low, high) = charged.range();
    Some((low - rest, high - rest))
}
