//! # Calls charged twice
//! # 重复话单
//!
//! ## Says
//! {count} [record|records] of "{clause}" [repeats|repeat] a call that another record charges:
//! {amount}.
//! ## Test
//! Two records have the same identifier, numbers and talk time, and start within two seconds. One
//! of them stands; the others are no calls. A text that more than sixteen records share identifies
//! none of them. Without identifier all that the records say must be the same: both numbers whole,
//! start, talk time, charge, agent and line; that is likely one call, but not proved, and neither
//! is it if numbers are masked or missing. A record with a negative charge for the same call is a
//! correction and taken off first. Starts without seconds count as the same only if both calls
//! lasted a minute.
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
//! 话单编号, 主被叫与通话时长均相同, 且开始时间相差不超过 2 秒。每组只保留一条, 其余不作为通话。超过
//! 16 条话单共用的编号不作为编号。没有编号的, 须各项均相同: 主被叫号码完整, 开始时间, 通话时长, 费用,
//! 坐席与线路; 此时很可能是同一通话, 但不足以证实, 号码脱敏或缺失时亦然。同一通话的负数话单视为冲正,
//! 先行抵减。开始时间只到分钟的, 通话满一分钟才视为重复。
//! ## 金额
//! 保留金额最高的一条, 其余各条的金额之和; 账单金额低于话单合计的, 只计账单实际包含的部分。
//! ## 常见正当原因
//! 话单可能重复推送而只计费一次; 转接, 三方通话可能每一路各有一条话单。
//! ## 请收费方说明
//! 话单重复的原因, 各条是否均已计入账单, 并退还多收部分。

use super::{Case, Check, Grade, Level, Stage};
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
    case.claim_void(&CHECK, Void::Repeat, |_, _, mut finding| {
        finding.grade = Grade::Supported;
        finding
    });
}
