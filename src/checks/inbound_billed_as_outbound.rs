//! # Incoming calls at the outgoing price
//! # 呼入按呼出计费
//!
//! ## Says
//! {count} incoming [call|calls] of "{clause}" [was|were] charged at the outgoing price of
//! "{used}".
//! ## Test
//! The records say these calls came in; the charge of each equals, to the last digit, what the
//! contract's price for outgoing calls gives.
//! ## Money
//! Charged less what the price for incoming calls gives, call by call.
//! ## Often innocent
//! An incoming call that was forwarded to an outside number has an outgoing leg of its own.
//! ## Ask the provider
//! Why calls that the records mark as incoming were rated as outgoing ones.
//!
//! ## 结论
//! "{clause}"有 {count} 条呼入通话按"{used}"的呼出单价计费。
//! ## 判断
//! 话单标明这些通话为呼入; 其实收金额与按合同呼出单价计算逐条完全一致。
//! ## 金额
//! 逐条以实收减去按呼入单价应收。
//! ## 常见正当原因
//! 呼入后转接到外部号码的通话, 会另有一段呼出。
//! ## 请收费方说明
//! 话单标为呼入的通话为何按呼出计费。

use super::{Case, Check, Level, Stage, mistaken};
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::{ClauseId, Direction};

/// The check.
pub static CHECK: Check = Check {
    id: "A13",
    code: "inbound-billed-as-outbound",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("inbound_billed_as_outbound.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let incoming =
        |terms: &crate::tariff::CallTerms| terms.directions.contains(&Direction::Inbound);
    if !case.call_terms(clause).is_some_and(incoming) {
        return Vec::new();
    }
    let others = case.others_of_its_zones(clause).into_iter().map(|other| {
        mistaken::under(CHECK.code, case, other, |own, other| {
            own.direction == Direction::Inbound
                && other.direction == Direction::Outbound
                && own.zone == other.zone
                && (other.period.is_none() || own.period == other.period)
        })
        .with("used", Fact::Text(case.papers.plan.clause(other).name.clone()))
    });
    others.collect()
}
