//! # Free seconds that longer calls lose
//! # 免费秒数是悬崖
//!
//! ## Says
//! A call shorter than {seconds} is free; one of {seconds} is billed whole, its first seconds too.
//! ## Test
//! `free.how` is `cliff`, said by the contract.
//! ## Money
//! The free seconds of every longer call.
//! ## Ask the provider
//! `how = "subtract"`: the seconds come off every call.
//!
//! ## 结论
//! 不足 {seconds}的通话免费, 满 {seconds}则连同开头的秒数全额计费。
//! ## 判断
//! 合同写明 `free.how` 为 `cliff`。
//! ## 金额
//! 每次较长通话的免费秒数。
//! ## 请收费方说明
//! 改为 `how = "subtract"`, 每次通话均扣除。

use super::{Lint, calls_of, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{CallTerms, FreeHow};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L16",
    code: "free-seconds-lost",
    level: Level::Warning,
    source: include_str!("free_seconds_lost.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let cliff = |terms: &CallTerms| match terms.metering.free {
        Some((seconds, FreeHow::Cliff)) => Some(seconds),
        _ => None,
    };
    let calls = subject.calls_by(cliff).into_iter();
    calls
        .filter(|(id, _, terms, _)| {
            let key = if terms.own_free { "call.free.how" } else { "metering.free.how" };
            !plan.is_open(key, terms.own_free.then_some(*id))
        })
        .map(|(_, clause, terms, seconds)| {
            let at = match terms.own_free {
                true => plan.place(clause, "free"),
                false => plan.place_in("metering", "free"),
            };
            let remark = LINT.at(at).with("seconds", Fact::Seconds(u64::from(seconds)));
            let lost = Some((seconds, FreeHow::Cliff));
            remark.instead(move |plan| {
                let like = calls_of(plan).filter(|terms| terms.metering.free == lost);
                like.for_each(|terms| terms.metering.free = Some((seconds, FreeHow::Subtract)));
            })
        })
        .collect()
}
