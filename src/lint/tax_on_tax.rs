//! # Tax on a charge that contains tax
//! # 税上加税
//!
//! ## Says
//! The late charge is taken of sums with tax, and bears tax itself.
//! ## Test
//! `[late]` has a tax `class` while its `base` is `unpaid`, the sum with tax, said by the contract.
//! ## Money
//! The tax rate twice on the same money.
//! ## Ask the provider
//! `base = "unpaid-before-tax"`, or no tax on the late charge.
//!
//! ## 结论
//! 滞纳金以含税金额为基数, 本身又计税。
//! ## 判断
//! `[late]` 写了税收类别 `class`, 而 `base` 写明为 `unpaid`, 即含税欠款。
//! ## 金额
//! 同一笔钱两次计税。
//! ## 请收费方说明
//! 改为 `base = "unpaid-before-tax"`, 或滞纳金不计税。

use super::{Lint, Remark, Subject};
use crate::checks::Level;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L43",
    code: "tax-on-tax",
    level: Level::Warning,
    source: include_str!("tax_on_tax.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let taxed = plan.tax.is_some();
    let doubled = plan.late().filter(|(id, clause, terms)| {
        clause.class.is_some() && !terms.base_before_tax && !plan.is_open("late.base", Some(*id))
    });
    let found = doubled.filter(|_| taxed).map(|(_, clause, _)| {
        LINT.at(clause.class_at).and(plan.place(clause, "base"))
    });
    found.into_iter().collect()
}
