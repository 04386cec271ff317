//! # Seats are paid that nobody uses
//! # 最低坐席数
//!
//! ## Says
//! At least {seats} seats of "{name}" are paid, whoever works.
//! ## Test
//! A seat clause has a `minimum` above zero.
//! ## Money
//! The fee of each seat below the minimum.
//! ## Ask the provider
//! No minimum, or one below the smallest team of the year.
//!
//! ## 结论
//! "{name}"至少按 {seats} 个坐席收费, 无论实际多少。
//! ## 判断
//! 坐席条款的 `minimum` 大于零。
//! ## 金额
//! 低于最低数的每个坐席的月费。
//! ## 请收费方说明
//! 取消最低坐席数, 或低于全年最少的人数。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::Terms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L32",
    code: "minimum-seats",
    level: Level::Warning,
    source: include_str!("minimum_seats.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let held = plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Seat(terms) if terms.minimum > Decimal::ONE => Some((clause, terms)),
        _ => None,
    });
    held.map(|(clause, terms)| {
        LINT.at(plan.place(clause, "minimum"))
            .naming(&clause.name)
            .with("seats", Fact::Number(terms.minimum))
    })
    .collect()
}
