//! # Long increments for short calls
//! # 计费单位过长
//!
//! ## Says
//! Billed {increment}{least}, calls that average a minute cost {sixty} times what 6/6 bills them, and
//! calls of half a minute {thirty} times.
//! ## Test
//! Calls whose lengths fall off evenly (each further second is as likely to be the last as any
//! other) around a mean of 60 and of 30 seconds are billed by the clause and in six-second steps.
//! Raised if the clause bills a tenth more at a mean of a minute.
//! ## Money
//! The share beyond 1, of all talk.
//! ## Ask the provider
//! 6/6 increments without a minimum, or a price lower by that share.
//!
//! ## 结论
//! 按 {increment}{least} 计费时, 平均一分钟的通话所计时长是 6/6 的 {sixty} 倍, 平均半分钟的通话是
//! {thirty} 倍。
//! ## 判断
//! 以平均 60 秒与 30 秒, 时长依次递减 (每多一秒, 下一秒挂断的可能性相同) 的通话, 分别按该条款与
//! 6 秒计费。平均一分钟的通话多计一成以上时提示。
//! ## 金额
//! 全部通话费中超出 1 倍的部分。
//! ## 请收费方说明
//! 改为 6/6 计费且不设起计时长, 或按该比例降价。

use rust_decimal::Decimal;
use super::{Lint, calls_of, Remark, Subject};
use crate::checks::Level;
use crate::money::{Rounding, RoundingMode};
use crate::reconcile::Fact;
use crate::tariff::{CallTerms, Metering, Scope};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L11",
    code: "coarse-increment",
    level: Level::Warning,
    source: include_str!("coarse_increment.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let blocks = |terms: &CallTerms| {
        let Metering { first, next, minimum, .. } = terms.metering;
        (terms.metering.scope == Scope::Call).then_some((first, next, minimum))
    };
    let calls = subject.calls_by(blocks).into_iter();
    calls
        .filter_map(|(id, clause, _, kind)| {
            let (first, next, minimum) = kind;
            let (_, rule) = subject.compiled.rules_of(id).next()?;
            let times = |mean| Some(billed(mean, |s| rule.billed(s)) / billed(mean, six_by_six));
            let (sixty, thirty): (Decimal, Decimal) = (times(60)?, times(30)?);
            let (key, least) = if minimum > first {
                let seconds = vec![("seconds", Fact::Seconds(u64::from(minimum)))];
                ("minimum", Fact::Phrase("billed-least", seconds))
            } else {
                ("increment", Fact::Text(String::new()))
            };
            let remark = || {
                LINT.at(subject.metering_at(clause, key))
                    .with("increment", Fact::Increments(first, next))
                    .with("least", least)
                    .with("sixty", Fact::Number(SHOWN.apply(sixty)))
                    .with("thirty", Fact::Number(SHOWN.apply(thirty)))
                    .instead(move |plan| {
                        for terms in calls_of(plan).filter(|terms| blocks(terms) == Some(kind)) {
                            let metering = &mut terms.metering;
                            (metering.first, metering.next, metering.minimum) = (6, 6, 0);
                        }
                    })
            };
            (sixty >= Decimal::new(11, 1)).then(remark)
        })
        .collect()
}

const SHOWN: Rounding = Rounding::new(2, RoundingMode::HalfUp);

/// Longest call that is looked at, seconds: fewer than one in 10²⁰ are longer.
const LONGEST: u32 = 3_600;

/// Mean billed seconds of calls of 1, 2, 3, … seconds whose number falls off evenly around a mean:
/// the sum of (1/m)·(1 − 1/m)^(s−1)·billed(s).
fn billed(mean: u32, of: impl Fn(u32) -> u32) -> Decimal {
    let last = Decimal::ONE / Decimal::from(mean);
    let mut share = last;
    let mut sum = Decimal::ZERO;
    for seconds in 1..=LONGEST {
        sum += share * Decimal::from(of(seconds));
        share *= Decimal::ONE - last;
    }
    sum
}

fn six_by_six(seconds: u32) -> u32 {
    seconds.div_ceil(6) * 6
}
