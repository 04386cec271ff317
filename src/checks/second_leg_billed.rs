//! # Both legs billed
//! # 两路均计费
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [is|are] charged for the leg to the caller too; the contract
//! bills one leg.
//! ## Test
//! Records hold the time of both legs. The charge equals, to the last digit, what each leg costs as
//! a call of its own, each rounded by itself.
//! ## Money
//! What the leg to the caller costs, call by call.
//! ## Often innocent
//! Call-back products are often sold by the leg (元/分钟/路): then an annex or a price list says so.
//! ## Ask the provider
//! On which clause the leg to the caller is charged, and the credit for it.
//!
//! ## 结论
//! "{clause}"有 {count} 次通话另收主叫路费用, 合同约定只按一路计费。
//! ## 判断
//! 话单同时载有两路时长。实收金额与两路各作为一次通话, 分别进位计费之和完全一致。
//! ## 金额
//! 逐次计主叫路的费用。
//! ## 常见正当原因
//! 双呼 (回拨) 产品常按路计费 (元/分钟/路), 此时附件或价目表会写明。
//! ## 请收费方说明
//! 主叫路计费所依据的条款, 并退还该路费用。

use super::{Case, Check, Level, Stage};
use crate::rate::GroupKey;
use crate::reconcile::{Hypothesis, Prediction, Way};
use crate::tariff::{ClauseId, Legs};

/// The check.
pub static CHECK: Check = Check {
    id: "A07",
    code: "second-leg-billed",
    stage: Stage::Duration,
    level: Level::Error,
    source: include_str!("second_leg_billed.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, _: ClauseId) -> Vec<Hypothesis<'h>> {
    let compiled = case.papers.compiled;
    if compiled.legs() != Some(Legs::One) {
        return Vec::new();
    }
    let whole = move |key: &GroupKey| {
        let (rule, seconds) = key.to_caller?;
        let leg = compiled.rule(rule);
        let billed = case.by_start(key).then(|| compiled.rule(key.rule).billed(key.seconds));
        Some(Prediction {
            charge: key.expected.plus(leg.charge(seconds))?,
            billed: billed.map(|billed| billed.saturating_add(leg.billed(seconds))),
        })
    };
    vec![Hypothesis::new(CHECK.code, Way::Whole(Box::new(whole)))]
}
