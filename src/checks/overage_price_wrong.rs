//! # Calls beyond the package at another price
//! # 超套餐单价错误
//!
//! ## Says
//! Calls of "{clause}" beyond the package were charged at {used}; the contract says {agreed}.
//! ## Test
//! One higher price predicts the charges of these calls to the last digit: at least three calls
//! with at least two different charges. The call in which the package ran out counts if what was
//! charged for its rest follows from that price too. Where records carry no charges, the price
//! printed on the invoice line is above the contract's and the amount follows from it.
//! ## Money
//! Charged less what the contract's price for calls beyond the package gives.
//! ## Often innocent
//! Another package, or another price for some destinations, may have been ordered meanwhile.
//! ## Ask the provider
//! Which price beyond the package was set, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"超出套餐的通话按 {used} 计费, 合同单价为 {agreed}。
//! ## 判断
//! 同一较高单价与这些通话的实收金额逐条完全一致: 至少三条通话, 至少两种金额。
//! 套餐用尽的那一次通话, 其超出部分的收费也符合该单价的, 一并计入。
//! 话单没有费用列的, 以账单所印单价高于合同且金额与之相符为准。
//! ## 金额
//! 以实收减去按合同超套餐单价应收。
//! ## 常见正当原因
//! 期间可能已变更套餐, 或部分区域另有超出单价。
//! ## 请收费方说明
//! 超出套餐的单价设为多少, 依据哪一条款。

use super::lines::PrintedPrice;
use super::rate_above_contract::higher_prices;
use super::{Case, Check, Level, Stage};
use crate::reconcile::Hypothesis;
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "E02",
    code: "overage-price-wrong",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("overage_price_wrong.rs"),
    hypotheses: Some(hypotheses),
    run,
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    if case.beyond_package(clause) { higher_prices(CHECK.code, case, clause) } else { Vec::new() }
}

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    case.claim_printed_price(&CHECK, |case, line: &PrintedPrice| {
        case.beyond_package(line.clause).then(Vec::new)
    });
}
