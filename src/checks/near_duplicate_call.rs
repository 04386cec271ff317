//! # Calls recorded twice with slightly other times
//! # 近似重复话单
//!
//! ## Says
//! {count} [record|records] of "{clause}" [is|are] almost the same as another one and ran at the
//! same time: {amount}.
//! ## Test
//! Two records have the same numbers, both whole, starts at most two seconds apart, talk times at
//! most one second apart, and the second began before the first ended. Their identifiers, agents,
//! lines or charges are not the same.
//! ## Money
//! What the cheaper of the two charges. Where the invoice line is lower than the sum of its
//! records, only what it does contain.
//! ## Often innocent
//! A redial right after a dropped call does not run at the same time and is not counted. Two agents
//! may have dialled one switchboard from one shared number in the same second.
//! ## Ask the provider
//! Whether these were two calls, with the signalling records of both.
//!
//! ## 结论
//! "{clause}"有 {count} 条话单与另一条几乎相同且时间重叠, 涉及 {amount}。
//! ## 判断
//! 主被叫相同且号码完整, 开始时间相差不超过 2 秒, 通话时长相差不超过 1 秒, 且前一通尚未结束后一通已开始;
//! 话单编号, 坐席, 线路或费用不同。
//! ## 金额
//! 两条中金额较低的一条; 账单金额低于话单合计的, 只计账单实际包含的部分。
//! ## 常见正当原因
//! 掉线后立即重拨的两通时间不重叠, 不在此列。两名坐席也可能用同一外显号码在同一秒呼叫同一总机。
//! ## 请收费方说明
//! 是否确为两次通话, 并提供双方的信令记录。

use super::{Case, Check, Grade, Level, Stage};
use crate::rate::Void;

/// The check.
pub static CHECK: Check = Check {
    id: "A03",
    code: "near-duplicate-call",
    stage: Stage::Existence,
    level: Level::Error,
    source: include_str!("near_duplicate_call.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_void(&CHECK, Void::NearDuplicate, |_, _, mut finding| {
        // Likely, but two calls at once are not impossible.
        finding.grade = Grade::Supported;
        finding
    });
}
