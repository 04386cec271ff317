//! # A charge that the contract does not have
//! # 合同外收费
//!
//! ## Says
//! "{line}" is billed; no clause of the contract in force provides for it.
//! ## Test
//! No clause is meant by the line's name, code or kind; or the clause that is meant does not hold
//! in this cycle.
//! ## Money
//! The whole line. At least nothing for a charge for paying late, which the law may grant without
//! a clause; or if the contract has a clause of this kind that the bill does not show.
//! ## Often innocent
//! An annex or an order that is not in the contract file.
//! ## Ask the provider
//! The clause or order on which the charge rests.
//!
//! ## 结论
//! 账单列有"{line}", 现行合同条款均未约定该项收费。
//! ## 判断
//! 按名称、编码、类别均对不上合同条款; 或对应条款在本账期无效。
//! ## 金额
//! 该行全额; 滞纳金即使合同未约定也可能依法收取, 合同有同类条款而账单未列的也可能即指此项,
//! 下限均为零。
//! ## 常见正当原因
//! 另有附件或订单, 未写入合同文件。
//! ## 请收费方说明
//! 该项收费所依据的条款或订单。

use super::late_rate_above_contract::lawful;
use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{LineRef, RowKind, kind_of};

/// The check.
pub static CHECK: Check = Check {
    id: "H14",
    code: "unknown-charge",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("unknown_charge.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let mut rows = case.overcharged(RowKind::Unmatched);
    // A clause that does not hold now has no line on the expected bill.
    let not_in_force = case.overcharged(RowKind::Pair);
    rows.extend(not_in_force.into_iter().filter(|id| case.row(*id).bill.is_empty()));
    for id in rows {
        let row = case.row(id);
        // Above what the law grants, a late charge is another check's.
        let lawful = row.lines.first().and_then(|at| lawful(case, *at));
        let amount = lawful.map_or(row.open(), |lawful| row.open().min(lawful));
        let is_late = row.lines.iter().any(|at| kind_of(case.line(*at)) == Some("late"));
        if !amount.is_positive() {
            continue;
        }
        let mut finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(amount, id)
            .with("line", case.row_name(row))
            .showing_all(case.row_evidence(row));
        if is_late || row.lines.iter().any(|at| may_be_meant(case, *at)) {
            finding.amount.min = Amount::ZERO;
        }
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// True if a clause of the line's kind is due and on no line of the bill: it may be this one under
/// another name.
fn may_be_meant(case: &Case<'_>, at: LineRef) -> bool {
    let kind = kind_of(case.line(at));
    let missing = case.rows().filter(|(_, row)| row.kind == RowKind::Pair && row.lines.is_empty());
    missing.flat_map(|(_, row)| case.bill_lines(row)).any(|line| Some(line.kind) == kind)
}
