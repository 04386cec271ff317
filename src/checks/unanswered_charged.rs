//! # Unanswered calls charged
//! # 未接通通话计费
//!
//! ## Says
//! {count} unanswered [call|calls] of "{clause}" [was|were] charged: {amount}.
//! ## Test
//! The contract bills answered calls only; the record says that the call was not answered, and
//! charges more than the agreed fee for an attempt, if there is one.
//! ## Money
//! What these records charge, less the agreed fee. Where a record charges exactly what an answered
//! call of its talk time costs, its status may be the error, and where records have neither a
//! status nor a time of answer, no talk time may be: that is certain only as zero.
//! ## Often innocent
//! Some products bill from the first ring, such as 400 numbers with an announcement or a voice
//! mailbox; a status word may mean something else than this audit takes it for.
//! ## Ask the provider
//! By which signal these calls count as answered, and when the called side sent it.
//!
//! ## 结论
//! "{clause}"有 {count} 条未接通话单计费, 涉及 {amount}。
//! ## 判断
//! 合同约定接通后计费; 话单状态为未接通, 但金额高于约定的呼叫费 (如有)。
//! ## 金额
//! 这些话单的金额减去约定的呼叫费。金额恰好等于同等时长接通通话应收金额的, 可能是状态有误; 话单既无状态也无接听时间的,
//! 仅由时长为零推断为未接通: 下限均按零计。
//! ## 常见正当原因
//! 部分产品自振铃起计费, 如带语音导航, 彩铃或语音信箱的 400 号码; 状态字段的含义也可能与此处理解不同。
//! ## 请收费方说明
//! 这些通话以何种信令判定为接通, 以及被叫侧应答的时间。

use super::{Case, Check, Level, Stage};
use crate::money::{Amount, FixedSum};

/// The check.
pub static CHECK: Check = Check {
    id: "B01",
    code: "unanswered-charged",
    stage: Stage::Answered,
    level: Level::Error,
    source: include_str!("unanswered_charged.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let charged = case.open_groups(|group| {
        let key = &group.key;
        !key.billable && key.void.is_none() && key.charge > key.expected
    });
    case.claim_groups(&CHECK, &charged, |case, groups, mut finding| {
        if !case.papers.columns.outcome {
            finding.amount.min = Amount::ZERO;
            return finding;
        }
        let perhaps_answered: FixedSum = groups
            .iter()
            .filter(|group| case.rule(group).charge(group.key.seconds) == group.key.charge)
            .map(|group| group.difference())
            .sum();
        finding.amount.min -= perhaps_answered.amount();
        finding
    });
}
