//! # Minutes beyond the package are dearer
//! # 套餐外单价高于套餐内
//!
//! ## Says
//! Beyond "{name}" a minute costs {beyond}; within it, used up whole, {within}.
//! ## Test
//! The price of covered calls beyond the minutes is held against fee over minutes. Seats and
//! messages in the package would make its minutes cheaper still.
//! ## Money
//! The difference for each minute beyond, and billed in whole increments.
//! ## Ask the provider
//! The package's own price for what is beyond it, or a larger package.
//!
//! ## 结论
//! "{name}"以外每分钟 {beyond}, 套餐内 (用完时) 每分钟 {within}。
//! ## 判断
//! 将套餐外单价与月费除以分钟数对照。套餐若还含坐席或短信, 其分钟实际更便宜。
//! ## 金额
//! 超出的每分钟的差价, 并按计费单位进位。
//! ## 请收费方说明
//! 套外按套内单价计费, 或选较大的套餐。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::money::{Exact, Rounding, RoundingMode};
use crate::reconcile::Fact;
use crate::tariff::Terms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L23",
    code: "overage-above-package",
    level: Level::Warning,
    source: include_str!("overage_above_package.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let minute = |price: Decimal, per: u32| Exact::ratio(price, per).times(Decimal::from(60));
    let beyond = plan.calls().filter_map(|(_, clause, terms)| {
        let (_, package) = (clause, plan.clause(terms.overage_of?));
        let Terms::Package(held) = &package.terms else { return None };
        let seconds: u64 = super::included_seconds(held);
        let seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)?;
        let (beyond, within) = (minute(terms.price, terms.per), minute(held.fee, seconds));
        let (beyond, within) = (beyond.round(SHOWN), within.round(SHOWN));
        (beyond > within).then(|| {
            LINT.at(terms.price_at)
                .and(plan.place(package, "fee"))
                .naming(&package.name)
                .with("beyond", Fact::Money(beyond))
                .with("within", Fact::Money(within))
        })
    });
    beyond.collect()
}

/// For reading; nothing is computed from it.
const SHOWN: Option<Rounding> = Some(Rounding::new(4, RoundingMode::HalfUp));
