//! # A day costs a whole month
//! # 不足月按整月收费
//!
//! ## Says
//! A unit of "{name}" that is there for one day of a cycle costs the whole {fee}.
//! ## Test
//! A seat or a fee counted by the roster says `part_month = "full"`.
//! ## Money
//! Up to 30/31 of the fee for each unit added late or ceased early.
//! ## Ask the provider
//! `part_month = "by-day"`.
//!
//! ## 结论
//! "{name}"在账期内只用一天也收整期 {fee}。
//! ## 判断
//! 坐席费或按名册计数的费用写明 `part_month = "full"`。
//! ## 金额
//! 每个中途启用或停用的单位最多多付 30/31 的费用。
//! ## 请收费方说明
//! 改为 `part_month = "by-day"`, 按天折算。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::{Clause, PartMonth, RecurringPer, SeatCount, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L34",
    code: "whole-month-charged",
    level: Level::Warning,
    source: include_str!("whole_month_charged.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let full = |clause: &Clause| match &clause.terms {
        Terms::Seat(terms) => {
            let counted = matches!(terms.count, SeatCount::Named | SeatCount::Peak);
            (counted && terms.part_month == PartMonth::Full)
                .then_some((super::fee(&terms.price), "seat.part_month"))
        }
        Terms::Recurring(terms) => {
            let counted = terms.per != RecurringPer::Contract && terms.ordered.is_none() && terms.count != SeatCount::Average;
            (counted && terms.part_month == PartMonth::Full)
                .then_some((super::fee(&terms.price), "recurring.part_month"))
        }
        _ => None,
    };
    let found = plan.clauses_with_ids().filter_map(|(id, clause)| {
        let (fee, key) = full(clause)?;
        (!plan.is_open(key, Some(id))).then_some((id, clause, fee))
    });
    found
        .map(|(id, clause, fee)| {
            LINT.at(plan.place(clause, "part_month"))
                .naming(&clause.name)
                .with("fee", fee)
                .instead(move |plan| match &mut plan.clauses[id.index()].terms {
                    Terms::Seat(terms) => terms.part_month = PartMonth::ByDay,
                    Terms::Recurring(terms) => terms.part_month = PartMonth::ByDay,
                    _ => {}
                })
        })
        .collect()
}
