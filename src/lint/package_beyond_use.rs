//! # More minutes than can be used
//! # 套餐分钟用不完
//!
//! ## Says
//! "{name}" holds {minutes} minutes a month; the contract's own lines and seats can use {most}:
//! {assumption}.
//! ## Test
//! The minutes of a package, times its number, are held against what a fixed number of lines or
//! seats can talk in the longest month. It is an error if no calls whatever can use them up, a
//! warning if only the stated assumption says so.
//! ## Money
//! The price of the minutes beyond, every month.
//! ## Ask the provider
//! A smaller package, or minutes that roll over.
//!
//! ## 结论
//! "{name}"每月含 {minutes} 分钟, 而合同约定的线路与坐席最多能用 {most} 分钟: {assumption}。
//! ## 判断
//! 套餐分钟乘以份数, 与固定数量的线路或坐席在最长的月份所能通话的时间对照。无论如何通话都用不完为错误,
//! 仅在所述假设下用不完为警告。
//! ## 金额
//! 每月为用不完的分钟所付的钱。
//! ## 请收费方说明
//! 改用较小的套餐, 或约定剩余分钟结转。

use rust_decimal::Decimal;
use super::capacity::capacity;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::PackageTerms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L04",
    code: "package-beyond-use",
    level: Level::Error,
    source: include_str!("package_beyond_use.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let Some(most) = capacity(plan) else { return Vec::new() };
    let held = |terms: &PackageTerms| {
        let seconds: u64 = super::included_seconds(terms);
        Decimal::from(seconds).checked_mul(terms.count.into())?.checked_div(Decimal::from(60))
    };
    let pooled = plan.packages().filter(|(_, _, terms)| {
        !terms.per_number && !terms.per_seat && terms.pack.is_none()
    });
    pooled
        .filter_map(|(_, clause, terms)| {
            let minutes = held(terms).filter(|minutes| *minutes > most.likely)?;
            let certain = most.certain.filter(|certain| minutes > *certain);
            let assumption = if certain.is_some() { "assumed.none" } else { most.assumption };
            let level = if certain.is_some() { Level::Error } else { Level::Warning };
            Some(
                LINT.at(plan.place(clause, "includes"))
                    .and(most.at)
                    .of_level(level)
                    .naming(&clause.name)
                    .with("minutes", Fact::Number(minutes))
                    .with("most", Fact::Number(certain.unwrap_or(most.likely)))
                    .with("assumption", Fact::Word(assumption)),
            )
        })
        .collect()
}
