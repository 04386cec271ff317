//! # Rounded up at several stages
//! # 多处向上取整
//!
//! ## Says
//! Rounded up at {count} stages: {stages}.
//! ## Test
//! Durations above single seconds are rounded up by their increments; prices of blocks, call charges,
//! lines, tax and the total by their `mode`, `up` or `ceiling`. Raised if money is rounded up
//! somewhere and something else is rounded up as well.
//! ## Money
//! Up to one step of each stage, each time: with 100,000 calls rounded up to 0.01, about 500.00 a
//! month.
//! ## Ask the provider
//! One rounding, of the total, half up.
//!
//! ## 结论
//! 有 {count} 处向上取整: {stages}。
//! ## 判断
//! 计费单位长于一秒时时长向上取整; 每个计费单位的金额, 单次金额, 各行, 税额与合计按各自的 `mode`
//! (`up` 或 `ceiling`) 取整。金额有一处进位, 且另有一处向上取整时提示。
//! ## 金额
//! 每处每次最多一个取整单位: 十万次通话逐笔进位到分, 每月约 500.00。
//! ## 请收费方说明
//! 只对合计取整一次, 四舍五入。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::money::{Rounding, RoundingMode};
use crate::reconcile::Fact;
use crate::tariff::{Plan, Roundings};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L12",
    code: "rounded-up-twice",
    level: Level::Warning,
    source: include_str!("rounded_up_twice.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let up = |rounding: Option<Rounding>| {
        rounding.is_some_and(is_up)
    };
    let rounding = &plan.rounding;
    let own_tax = plan.tax.as_ref().is_some_and(|tax| !tax.included) && up(Some(rounding.of_tax()));
    let money = [
        ("stage.block", "increment", up(rounding.increment)),
        ("stage.call", "call", up(rounding.call)),
        ("stage.line", "line", up(rounding.line)),
        ("stage.tax", "tax", own_tax),
        ("stage.invoice", "invoice", up(rounding.invoice)),
    ];
    let blocks = plan.calls().any(|(_, _, terms)| terms.metering.first.max(terms.metering.next) > 1);
    let mut stages: Vec<&'static str> = Vec::new();
    stages.extend(Some("stage.increment").filter(|_| blocks));
    let rounded = money.iter().filter(|(_, _, up)| *up);
    stages.extend(rounded.clone().map(|(word, _, _)| *word));
    let first = rounded.clone().next();
    let Some((_, key, _)) = first.filter(|_| stages.len() > 1) else { return Vec::new() };
    let count = u64::try_from(stages.len()).unwrap_or(u64::MAX);
    let remark = LINT.at(plan.place_in("rounding", key)).with("count", Fact::Count(count));
    vec![remark.with("stages", Fact::Words(stages)).instead(to_the_nearest)]
}

/// Charges are positive but for credits.
fn is_up(rounding: Rounding) -> bool {
    matches!(rounding.mode(), RoundingMode::Up | RoundingMode::Ceiling)
}

/// Money is rounded where it was, half up.
fn to_the_nearest(plan: &mut Plan) {
    let Roundings { increment, call, line, tax, invoice } = &mut plan.rounding;
    for rounding in [increment, call, line, tax, invoice] {
        if let Some(up) = rounding.filter(|rounding| is_up(*rounding)) {
            *rounding = Rounding::to(up.quantum(), RoundingMode::HalfUp);
        }
    }
}
