//! # Calls charged twice
//! # 重复话单
//!
//! ## Says
//! {count} records of "{clause}" repeat a call that another record charges: {amount}.
//! ## Test
//! Two records have the same numbers, the same start and the same talk time, or the same
//! identifier, numbers and talk time. One of them stands; the others are no calls. A record with
//! a negative charge for the same call is a correction and taken off first. Starts without seconds
//! count as the same only if both calls lasted a minute.
//! ## Money
//! What the other records charge; the dearest one stands. Where the invoice line is lower than the
//! sum of its records, only what it does contain.
//! ## Often innocent
//! An export may write records again that were billed once; transfers and conferences may write
//! one record for each leg.
//! ## Ask the provider
//! Why these records are there twice, whether both are on the invoice, and the credit for all but
//! one.
//!
//! ## 结论
//! "{clause}"有 {count} 条话单与另一条已计费话单重复, 涉及 {amount}。
//! ## 判断
//! 主叫, 被叫, 开始时间与通话时长均相同, 或话单编号, 主被叫与通话时长均相同。每组只保留一条,
//! 其余不作为通话。同一通话的负数话单视为冲正, 先行抵减。开始时间只到分钟的, 通话满一分钟才视为重复。
//! ## 金额
//! 保留金额最高的一条, 其余各条的金额之和; 账单金额低于话单合计的, 只计账单实际包含的部分。
//! ## 常见正当原因
//! 话单可能重复推送而只计费一次; 转接, 三方通话可能每一路各有一条话单。
//! ## 请收费方说明
//! 话单重复的原因, 各条是否均已计入账单, 并退还多收部分。

use super::{Case, Check, Level, Stage};
use crate::rate::Void;

/// The check.
pub static CHECK: Check = Check {
    id: "A02",
    code: "duplicate-call",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("duplicate_call.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_void(&CHECK, Void::Duplicate, |_, _, finding| finding);
}
