//! # A fee without a cap
//! # 未封顶的费用
//!
//! ## Says
//! Nothing limits what "{name}" can come to in a cycle.
//! ## Test
//! A surcharge, or what goes beyond a commitment at a multiple of its price, that no discount with
//! `above` caps: a warning. Calls beyond a package, and usage beyond what is included, without such
//! a cap: said only, since most contracts have none.
//! ## Money
//! Unlimited.
//! ## Ask the provider
//! The most it can cost in a cycle: `[[discount]] above = …` on it.
//!
//! ## 结论
//! "{name}"每期的金额没有上限。
//! ## 判断
//! 附加费, 或超出承诺部分按倍数加价的费用, 没有写 `above` 的折扣封顶: 提醒。超出套餐的通话与超出包含量
//! 的用量没有封顶: 仅作说明, 因多数合同都没有。
//! ## 金额
//! 没有上限。
//! ## 请收费方说明
//! 写明每期最高金额: 对其写 `[[discount]] above = …`。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::{ClauseId, Plan, Reduction, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L47",
    code: "fee-uncapped",
    level: Level::Warning,
    source: include_str!("fee_uncapped.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.clauses_with_ids().filter_map(|(id, clause)| {
        let level = match &clause.terms {
            Terms::Surcharge(_) => LINT.level,
            Terms::Usage(terms) => match terms.commitment {
                Some(commitment) if commitment.overage > Decimal::ONE => LINT.level,
                None if terms.included.is_zero() => return None,
                _ => Level::Info,
            },
            Terms::Call(terms) if terms.overage_of.is_some() => Level::Info,
            _ => return None,
        };
        let remark = LINT.at(clause.at).of_level(level).naming(&clause.name);
        (!is_capped(plan, id)).then_some(remark)
    });
    found.collect()
}

fn is_capped(plan: &Plan, id: ClauseId) -> bool {
    plan.clauses.iter().any(|clause| match &clause.terms {
        Terms::Discount(terms) => {
            matches!(terms.reduction, Reduction::Above(_)) && terms.on.contains(&id)
        }
        _ => false,
    })
}
