//! # Charged during the free trial
//! # 免费试用期内收费
//!
//! ## Says
//! "{line}" was charged although its free trial runs until {until}.
//! ## Test
//! The contract's trial covers the cycle and the bill has the line all the same; or the trial ends
//! within the cycle and the line bills exactly what would be due without it.
//! ## Money
//! What was billed less what is due from the day after the trial.
//! ## Often innocent
//! The trial was ended early by an order, or it holds for some units only.
//! ## Ask the provider
//! When and on what ground the trial was ended.
//!
//! ## 结论
//! "{line}"免费试用至 {until}, 试用期内仍被收费。
//! ## 判断
//! 合同约定的试用期覆盖整个账期而账单仍列该费用; 或试用期在账期内结束,
//! 而该行金额恰为不计试用时的应收。
//! ## 金额
//! 实收减去试用期次日起的应收。
//! ## 常见正当原因
//! 试用已按订单提前结束, 或仅适用于部分对象。
//! ## 请收费方说明
//! 试用何时、依据什么结束。

use super::surplus::Cause;
use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::reconcile::{Fact, Row, RowKind};
use crate::when::Day;

/// The check.
pub static CHECK: Check = Check {
    id: "F14",
    code: "free-trial-charged",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("free_trial_charged.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    // Nothing is due: all that is billed was billed during the trial.
    for id in case.overcharged(RowKind::Pair) {
        let row = case.row(id);
        let Some(until) = trial(case, row).filter(|_| row.bill.is_empty()) else { continue };
        let open = row.open();
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(open, id)
            .with("line", case.row_name(row))
            .with("until", Fact::Day(until))
            .showing_all(case.row_evidence(row));
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
    case.claim_surplus(&CHECK, &[Cause::Trial], |_| true);
}

/// The last day of trial of a row's clauses, if all of them are on trial in this cycle.
pub(super) fn trial(case: &Case<'_>, row: &Row) -> Option<Day> {
    let clauses = case.named_clauses(row);
    let trials = clauses.iter().map(|id| case.papers.plan.clause(*id).trial_until);
    let earliest = trials.min().flatten();
    earliest.filter(|until| *until >= case.papers.period.first)
}
