//! # A late charge above 3‰ a day
//! # 滞纳金高于每日千分之三
//!
//! ## Says
//! Paying late costs {share} a day, {year} a year.
//! ## Test
//! `per_day` of `[late]` is above 3‰, the most that the Telecommunications Regulations (电信条例 art.
//! 34) let a carrier ask; other providers are bound by contract only.
//! ## Money
//! The share of what is overdue, each day.
//! ## Ask the provider
//! 3‰ or less; 0.5‰ is usual between companies.
//!
//! ## 结论
//! 逾期每日收 {share}, 每年 {year}。
//! ## 判断
//! `[late]` 的 `per_day` 高于 3‰, 即电信条例第 34 条允许电信业务经营者收取的上限; 其他收费方仅受合同约束。
//! ## 金额
//! 逾期金额每日的比例。
//! ## 请收费方说明
//! 不高于 3‰; 企业之间常见 0.5‰。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L41",
    code: "late-charge-high",
    level: Level::Warning,
    source: include_str!("late_charge_high.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let high = plan.late().filter(|(_, _, terms)| terms.per_day > Decimal::new(3, 3));
    high.map(|(_, clause, terms)| {
        let year = terms.per_day * Decimal::from(365);
        LINT.at(plan.place(clause, "per_day"))
            .with("share", Fact::Percent(terms.per_day))
            .with("year", Fact::Percent(year))
    })
    .into_iter()
    .collect()
}
