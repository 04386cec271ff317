//! # Prices within a call not applied as agreed
//! # 通话内分段单价未按约定执行
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged {used}; the contract says otherwise.
//! ## Test
//! The contract has prices that change within a call, or a least or most that a call costs. The
//! charge of each of these calls equals, to the last digit, what it gives if the first price held
//! throughout, if blocks met the edges of prices in another way, or without the least and most.
//! ## Money
//! Charged less what the contract gives, call by call.
//! ## Often innocent
//! Where the contract does not say how blocks meet the edge of a price, another way may be meant.
//! ## Ask the provider
//! How the price of a call after its first minutes is set up, and on which clause it rests.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话的计费方式为{used}, 与合同不符。
//! ## 判断
//! 合同约定单价随通话时长变化, 或约定单次通话的最低收费或封顶。若首段单价一直适用, 或计费单位在分界处另行处理, 或不计最低收费与封顶,
//! 所得与这些通话的实收金额逐条完全一致。
//! ## 金额
//! 逐条以实收减去按合同应收。
//! ## 常见正当原因
//! 合同未写明计费单位在分界处如何处理的, 也可能约定的是另一种口径。
//! ## 请收费方说明
//! 通话若干分钟后的单价如何设定, 依据哪一条款。

use super::{Case, Check, Level, Stage};
use crate::rate::{GroupKey, Rule, RuleId};
use crate::reconcile::{Fact, Hypothesis, Prediction, Way};
use crate::tariff::{ClauseId, StepRule};

/// The check.
pub static CHECK: Check = Check {
    id: "X09",
    code: "price-steps-ignored",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("price_steps_ignored.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// How blocks may meet the edge of a price.
const WAYS: [(StepRule, &str); 3] = [
    (StepRule::EachIncrement, "steps.each-increment"),
    (StepRule::EachPiece, "steps.each-piece"),
    (StepRule::ExactSplit, "steps.exact-split"),
];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let rules: Vec<(RuleId, &Rule)> = case.papers.compiled.rules_of(clause).collect();
    let Some((_, rule)) = rules.first().filter(|(_, rule)| !rule.is_plain()) else {
        return Vec::new();
    };
    let mut ways = Vec::new();
    let mut add = |used, change: &dyn Fn(&Rule) -> Rule| {
        let changed = rules.iter().map(|(id, rule)| (*id, change(rule)));
        ways.push(as_if(case, used, changed.collect()));
    };
    if rule.steps.len() > 1 {
        add("steps.first-price", &Rule::at_first_price);
        for (way, used) in WAYS.into_iter().filter(|(way, _)| *way != rule.metering.step_rule) {
            add(used, &|rule| rule.with_step_rule(way));
        }
    }
    if rule.is_bounded() {
        add("steps.no-bounds", &Rule::without_bounds);
    }
    ways
}

/// Calls charged as other rules in the place of their own say.
fn as_if<'h>(case: &'h Case<'_>, used: &'static str, rules: Vec<(RuleId, Rule)>) -> Hypothesis<'h> {
    let whole = move |key: &GroupKey| {
        let (_, rule) = rules.iter().find(|(id, _)| *id == key.rule && case.by_start(key))?;
        let billed = Some(rule.billed(key.seconds));
        Some(Prediction { charge: rule.charge(key.seconds), billed })
    };
    Hypothesis::new(CHECK.code, Way::Whole(Box::new(whole))).with("used", Fact::Word(used))
}
