//! # A minimum that no use can reach
//! # 无法达到的保底
//!
//! ## Says
//! The minimum is {minimum}, but what it covers can come to {most} at most: {assumption}.
//! ## Test
//! All covered clauses are added up at their most: fees of a fixed number, and calls as long as the
//! contract's fixed number of lines or seats can talk in the longest month, at the dearest price.
//! Where something covered has no limit, nothing is said. It is an error if no use whatever reaches
//! the minimum, a warning if only the stated assumption says so.
//! ## Money
//! The difference, every month, for nothing.
//! ## Ask the provider
//! A lower minimum, or more that counts towards it.
//!
//! ## 结论
//! 保底为 {minimum}, 而计入保底的项目最多只有 {most}: {assumption}。
//! ## 判断
//! 将计入保底的各条款按最高额相加: 固定数量的费用, 以及合同固定数量的线路或坐席在最长的月份按最高单价所能产生的通话费。
//! 若其中有不设上限者则不判断。无论如何使用都达不到为错误, 仅在所述假设下达不到为警告。
//! ## 金额
//! 每月白付的差额。
//! ## 请收费方说明
//! 降低保底, 或将更多项目计入保底。

use rust_decimal::Decimal;
use super::capacity::{capacity, is_monthly};
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::money::Amount;
use crate::reconcile::Fact;
use crate::tariff::{ClauseId, Plan, RecurringPer, SeatCount, Step, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L05",
    code: "commitment-beyond-use",
    level: Level::Error,
    source: include_str!("commitment_beyond_use.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.clauses.iter().find_map(|clause| match &clause.terms {
        Terms::Commitment(terms) => Some((clause, terms)),
        _ => None,
    });
    let Some((clause, terms)) = found else { return Vec::new() };
    // Sums after tax are larger than prices are, unless prices contain it.
    let taxed = plan.tax.as_ref().is_some_and(|tax| !tax.included);
    let yearly = terms.year.is_some() || !is_monthly(plan);
    if yearly || terms.on_top || (terms.after_tax && taxed) {
        return Vec::new();
    }
    let fixed: Option<Decimal> = terms.covers.iter().map(|id| fixed(plan, *id)).sum();
    let (Some(fixed), Some(dearest)) = (fixed, dearest_minute(plan, &terms.covers)) else {
        return Vec::new();
    };
    let minimum = terms.minimum.decimal();
    let with = |minutes: Decimal| {
        minutes.checked_mul(dearest).and_then(|calls| fixed.checked_add(calls))
    };
    let (likely, certain, assumption, at) = if dearest.is_zero() {
        (Some(fixed), Some(fixed), "assumed.none", clause.at)
    } else {
        let Some(most) = capacity(plan) else { return Vec::new() };
        (with(most.likely), most.certain.and_then(with), most.assumption, most.at)
    };
    let Some(likely) = likely.filter(|likely| minimum > *likely) else { return Vec::new() };
    let certain = certain.filter(|certain| minimum > *certain);
    let remark = LINT
        .at(plan.place(clause, "minimum"))
        .of_level(if certain.is_some() { Level::Error } else { Level::Warning })
        .with("minimum", Fact::Money(terms.minimum))
        .with("most", Fact::Money(Amount::new(certain.unwrap_or(likely))))
        .with("assumption", Fact::Word(if certain.is_some() { "assumed.none" } else { assumption }));
    vec![if at == clause.at { remark } else { remark.and(at) }]
}

/// The most that a clause other than one for calls can cost in a month; `None` without a limit.
fn fixed(plan: &Plan, id: ClauseId) -> Option<Decimal> {
    match &plan.clause(id).terms {
        Terms::Call(_) => Some(Decimal::ZERO),
        Terms::Package(terms) if !terms.per_seat => terms.fee.checked_mul(terms.count.into()),
        Terms::Seat(terms) if terms.count == SeatCount::Ordered => {
            terms.price.of_one()?.checked_mul(terms.ordered?.max(terms.minimum))
        }
        Terms::Recurring(terms) if terms.per == RecurringPer::Contract => {
            terms.price.of_one()?.checked_mul(terms.ordered.unwrap_or(Decimal::ONE))
        }
        Terms::Recurring(terms) => terms.price.of_one()?.checked_mul(terms.ordered?),
        _ => None,
    }
}

/// The dearest minute of the covered calls, zero if there are none; `None` if fees or prices of single
/// calls leave no limit.
fn dearest_minute(plan: &Plan, covers: &[ClauseId]) -> Option<Decimal> {
    let mut dearest = Decimal::ZERO;
    for (_, _, terms) in plan.calls().filter(|(id, _, _)| covers.contains(id)) {
        if !terms.connect.is_zero() || !terms.attempt.is_zero() || !terms.is_plain() {
            return None;
        }
        let own = |step: &Step| step.per.is_some() || !step.flat.is_zero();
        if terms.tiers.as_ref().is_some_and(|tiers| tiers.steps.iter().any(own)) {
            return None;
        }
        let steps = terms.tiers.iter().flat_map(|tiers| &tiers.steps).map(|step| step.price);
        for price in steps.chain([terms.price]) {
            let minute = price.checked_mul(Decimal::from(60))?.checked_div(terms.per.into())?;
            dearest = dearest.max(minute);
        }
    }
    Some(dearest)
}
