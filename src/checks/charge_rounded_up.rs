//! # Each charge rounded up
//! # 单笔金额向上进位
//!
//! ## Says
//! {count} [charge|charges] of "{clause}" [was|were each] rounded up to {used}, which the contract
//! does not say.
//! ## Test
//! The charge of each of these calls equals, to the last digit, the agreed charge rounded up to
//! 0.01, 0.1 or 1. At least one of them would have been lower if rounded to the nearest, unless other
//! charges are printed with more decimals; and no charge of the clause was rounded down.
//! ## Money
//! Charged less the agreed charge, call by call.
//! ## Often innocent
//! A contract may be read as rounding each call to the cent; then it should say so.
//! ## Ask the provider
//! Where the contract lets each charge be rounded up, and to what.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话的金额逐条向上进位到 {used}, 合同无此约定。
//! ## 判断
//! 将合同应收金额向上进位到 0.01, 0.1 或 1, 与这些通话的实收金额逐条完全一致;
//! 其中至少一条按四舍五入应更低 (其他金额显示更多小数位的除外), 且该条款没有金额被舍去。
//! ## 金额
//! 逐条以实收减去合同应收。
//! ## 常见正当原因
//! 合同可能被理解为逐条进位到分; 若如此应有明文。
//! ## 请收费方说明
//! 合同何处允许逐条金额向上进位, 进位到哪一位。

use rust_decimal::Decimal;

use super::{Case, Check, Level, Stage};
use crate::money::{Amount, Fixed, Rounding, RoundingMode};
use crate::rate::GroupKey;
use crate::reconcile::{Fact, Hypothesis, OpenGroup, Way};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "C08",
    code: "charge-rounded-up",
    stage: Stage::Amount,
    level: Level::Error,
    source: include_str!("charge_rounded_up.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

/// Decimals that charges are rounded up to.
const PLACES: [u32; 3] = [2, 1, 0];

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let groups: Vec<&OpenGroup> = case
        .ledger
        .groups
        .iter()
        .filter(|group| case.rule(group).clause == clause && group.key.billable && !group.credited)
        .collect();
    let agreed = case.papers.plan.rounding.call.map_or(9, Rounding::places);
    let coarser = PLACES.into_iter().filter(|places| *places < agreed);
    coarser
        .filter(|places| groups.iter().any(|group| is_evidence(case, group, *places)))
        .filter(|places| !groups.iter().any(|group| down(&group.key, *places)))
        .map(|places| {
            // Whole minutes at 0.10 a minute are no rounding of money.
            let (parameters, least, charges) = if places < 2 { (2, 5, 3) } else { (1, 1, 1) };
            let charge = move |key: &GroupKey, billed| {
                let rule = case.papers.compiled.rule(key.rule);
                let agreed = rule.charge_at(rule.call_price(), billed);
                agreed.filter(|_| case.by_start(key)).and_then(|agreed| up(agreed, places))
            };
            Hypothesis::new(CHECK.code, Way::Priced(Box::new(charge)))
                .of_rounding()
                .fitted(parameters, least, charges)
                .with("used", Fact::Money(Amount::new(Decimal::new(1, places))))
        })
        .collect()
}

fn up(charge: Fixed, places: u32) -> Option<Fixed> {
    charge.rounded(Rounding::new(places, RoundingMode::Up))
}

/// True if a charge was rounded up, and not only printed to the nearest.
fn is_evidence(case: &Case<'_>, group: &OpenGroup, places: u32) -> bool {
    let key = &group.key;
    let by_printing = case.coarse(group).is_some_and(|coarse| coarse.explains(key));
    key.charge > key.expected && up(key.expected, places) == Some(key.charge) && !by_printing
}

/// True if a charge was rounded down.
fn down(key: &GroupKey, places: u32) -> bool {
    let cut = key.expected.rounded(Rounding::new(places, RoundingMode::Down));
    key.charge < key.expected && cut == Some(key.charge)
}
