//! # Rounding
//! # 取整差异
//!
//! ## Says
//! "{line}" differs by {amount}, which rounding alone explains.
//! ## Test
//! Charges are printed with fewer decimals than the contract's have and differ from them by no
//! more than half of the last one; between calls and line no more is open than the rounding of the
//! line and of those charges can make.
//! ## Money
//! What is open of the line for these two reasons.
//! ## Often innocent
//! It nearly always is. Always in one direction, over many calls, it is worth asking.
//! ## Ask the provider
//! At which step amounts are rounded, to how many decimals, and how halves are decided.
//!
//! ## 结论
//! "{line}"相差 {amount}, 仅取整即可解释。
//! ## 判断
//! 话单金额的小数位数少于合同应收金额, 相差不超过末位的一半; 通话合计与账单行之间的差额, 也未超出行取整与上述取整所能造成的范围。
//! ## 金额
//! 该行因上述两种取整而未解释的差额。
//! ## 常见正当原因
//! 通常属于正常情况。若多条通话总是同一方向, 则值得询问。
//! ## 请收费方说明
//! 金额在哪一步取整, 保留几位, 半数如何处理。

use super::{Case, Check, Evidence, Finding, Level, Stage};
use crate::money::{Amount, FixedSum};
use crate::reconcile::{Fact, OpenGroup, RowId, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "X05",
    code: "rounding-difference",
    stage: Stage::Amount,
    level: Level::Info,
    source: include_str!("rounding_difference.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let open = case.rows().filter(|(_, row)| row.kind == RowKind::Pair && !row.open().is_zero());
    let rows: Vec<RowId> = open.map(|(id, _)| id).collect();
    for id in rows {
        let charges = case.open_groups(|group| group.row == Some(id) && by_printing(case, group));
        let printed: FixedSum = charges.iter().map(|i| case.ledger.groups[*i].open()).sum();
        let row = case.row(id);
        let beyond = case.open_beyond_calls(id);
        let within = beyond.abs() <= case.rounding_tolerance(row);
        let beyond = if within { beyond } else { Amount::ZERO };
        let amount = row.in_terms(printed.amount()) + beyond;
        if amount.is_zero() {
            continue;
        }
        let (name, lines) = (row.name.clone(), row.lines.clone());
        let groups: Vec<&OpenGroup> = charges.iter().map(|i| &case.ledger.groups[*i]).collect();
        let finding = Finding::new(&CHECK, case.call_grade())
            .claiming(amount, id)
            .counting(groups.iter().map(|group| group.count).sum::<u64>().max(1))
            .with("line", Fact::Text(name))
            .showing_all(lines.into_iter().map(Evidence::Line))
            .showing_all(case.samples(&groups));
        for index in charges {
            let open = case.ledger.groups[index].open();
            case.ledger.claim_group(index, CHECK.code, open);
        }
        case.claim(id, &CHECK, beyond);
        case.push(finding);
    }
}

/// True if printing charges explains what is open of them.
fn by_printing(case: &Case<'_>, group: &OpenGroup) -> bool {
    let most = case.coarse(group).map(|coarse| coarse.most(group.count));
    most.is_some_and(|most| group.open().amount().abs() <= most)
}
