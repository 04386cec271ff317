//! # Unused allowance lapses
//! # 未用完的套餐量作废
//!
//! ## Says
//! What is left of "{name}" {when} is lost.
//! ## Test
//! A package includes minutes, seats or messages, and nothing in the contract carries over what is
//! left.
//! ## Money
//! The share of the fee that was not used: a third unused makes each used minute half as dear
//! again.
//! ## Ask the provider
//! Minutes that roll over, or a smaller package with a fair price beyond it.
//!
//! ## 结论
//! "{name}"{when}未用完的部分作废。
//! ## 判断
//! 套餐包含分钟, 坐席或短信, 而合同没有结转的约定。
//! ## 金额
//! 未用部分对应的月费: 剩三分之一不用, 用掉的每分钟就贵一半。
//! ## 请收费方说明
//! 约定结转, 或选较小的套餐并约定合理的套外单价。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::PackageTerms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L21",
    code: "unused-minutes-lapse",
    level: Level::Warning,
    source: include_str!("unused_minutes_lapse.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let lapses = |terms: &PackageTerms| {
        (!terms.pools.is_empty() || !terms.units.is_empty()) && terms.rollover.is_none()
    };
    let when = |terms: &PackageTerms| match terms.pack {
        Some(pack) => Fact::Phrase("lapses.day", vec![("day", Fact::Day(pack.until))]),
        None if terms.each_day => Fact::Word("lapses.each-day"),
        None => Fact::Word("lapses.cycle"),
    };
    let packages = plan.packages().filter(|(_, _, terms)| lapses(terms));
    packages
        .map(|(_, clause, terms)| {
            LINT.at(plan.place(clause, "includes")).naming(&clause.name).with("when", when(terms))
        })
        .collect()
}
