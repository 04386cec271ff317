//! # Each call rounded up where the contract rounds the sum
//! # 应汇总进位而逐笔进位
//!
//! ## Says
//! {count} [call|calls] of "{line}" [was|were each] rounded up to {agreed}; the contract adds
//! seconds up and rounds once: {amount}.
//! ## Test
//! The contract rounds the seconds of a cycle once. What is billed beyond it is, within the
//! rounding of the line, what rounding each call up gives beyond it.
//! ## Money
//! The line with each call rounded up, less the line with the sum rounded once.
//! ## Often innocent
//! The records of calls may print charges rounded call by call, while the invoice bills the sum.
//! That is no error: only the invoice line counts.
//! ## Ask the provider
//! On which seconds the line is computed, and where the contract lets each call be rounded.
//!
//! ## 结论
//! "{line}"的 {count} 条通话逐笔按 {agreed} 进位, 合同约定账期内累计后进位一次, 涉及 {amount}。
//! ## 判断
//! 合同约定账期内秒数累计后进位一次; 账单多收的部分, 在该行取整误差内等于逐笔进位与累计进位之差。
//! ## 金额
//! 逐笔进位所得该行金额, 减去累计进位应收金额。
//! ## 常见正当原因
//! 话单金额可能逐笔进位显示, 而账单按累计计费; 这不属差错, 只以账单金额为准。
//! ## 请收费方说明
//! 该行按何种秒数计算, 逐笔进位依据哪一条款。

use super::{Case, Check, Evidence, Finding, Level, Stage};
use crate::reconcile::{Fact, RowId};
use crate::tariff::{CallTerms, Scope};

/// The check.
pub static CHECK: Check = Check {
    id: "C06",
    code: "rounded-per-call",
    stage: Stage::Increment,
    level: Level::Error,
    source: include_str!("rounded_per_call.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    // Without an invoice line there is nothing but the records, which may round as they like.
    let rows: Vec<RowId> = case
        .rows()
        .filter(|(_, row)| row.calls.is_some() && !row.lines.is_empty())
        .map(|(id, _)| id)
        .collect();
    for id in rows {
        let row = case.row(id);
        let clauses = case.clauses(row);
        let by_cycle: Vec<&CallTerms> = clauses
            .iter()
            .filter_map(|clause| case.call_terms(*clause))
            .filter(|terms| terms.metering.scope != Scope::Call)
            .collect();
        let Some(metering) = by_cycle.first().map(|terms| terms.metering) else { continue };
        let per_call = case.expected_if(row, |terms| terms.metering.scope = Scope::Call);
        let Some(more) = per_call.map(|per_call| per_call - row.expected) else { continue };
        let beyond = case.open_beyond_calls(id);
        let off = (beyond - more).abs();
        // Where charges are printed coarsely, the sum rounded once must not be as near.
        let fits = off <= case.rounding_tolerance(row) && off < beyond.abs();
        if !more.is_positive() || !fits {
            continue;
        }
        let count = row.calls.as_ref().map_or(0, |calls| calls.calls);
        let finding = Finding::new(&CHECK, case.call_grade())
            .claiming(more, id)
            .counting(count)
            .with("line", Fact::Text(row.name.clone()))
            .with("agreed", Fact::Increments(metering.first, metering.next))
            .showing_all(clauses.into_iter().map(Evidence::Clause))
            .showing_all(row.lines.iter().map(|line| Evidence::Line(*line)));
        case.claim(id, &CHECK, more);
        case.push(finding);
    }
}
