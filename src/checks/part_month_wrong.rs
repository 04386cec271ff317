//! # Parts of a month charged by another rule
//! # 不足月费用折算与合同不符
//!
//! ## Says
//! {count} [unit|units] of "{line}" [was|were] there for part of the month and [was|were] charged
//! {used}; the contract says {agreed}.
//! ## Test
//! The days of each unit are taken from the roster. Under the other rule the line comes out to the
//! cent; under the contract's rule it does not.
//! ## Money
//! What the other rule gives less what the contract's gives.
//! ## Often innocent
//! An annex agrees whole months, or the unit was ordered and returned on other days than the
//! roster says.
//! ## Ask the provider
//! From and to which day each unit was charged, and by which rule.
//!
//! ## 结论
//! "{line}"有 {count} 个单位不足月, 按{used}计费, 合同约定为{agreed}。
//! ## 判断
//! 按名册中各单位的起止日期计算天数: 按另一规则所得与该行金额完全一致, 按合同规则则不一致。
//! ## 金额
//! 按另一规则所得减去按合同规则应收。
//! ## 常见正当原因
//! 附件约定按整月收取, 或实际开通、退订日期与名册不同。
//! ## 请收费方说明
//! 各单位计费的起止日期与折算规则。

use super::surplus::Cause;
use super::{Case, Check, Level, Stage};

/// The check.
pub static CHECK: Check = Check {
    id: "F05",
    code: "part-month-wrong",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("part_month_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_surplus(&CHECK, &[Cause::PartMonth], |_| true);
}
