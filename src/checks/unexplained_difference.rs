//! # Difference without a known reason
//! # 原因不明的差异
//!
//! ## Says
//! "{line}" differs by {amount} for which no reason was found.
//! ## Test
//! What is billed differs from what the contract gives, and none of the checks explains all of it.
//! ## Money
//! What is open of the line. It is not claimed.
//! ## Often innocent
//! The contract file may lack a clause or a supplement, or the records some of the calls.
//! ## Ask the provider
//! How the amount of this line, and the charges of the calls shown, came about.
//!
//! ## 结论
//! "{line}"相差 {amount}, 未找到原因。
//! ## 判断
//! 账单金额与合同应收不符, 各项检查均未能全部解释。
//! ## 金额
//! 该行未解释的差额, 不计入主张。
//! ## 常见正当原因
//! 合同文件可能缺少某一条款或补充协议, 话单也可能不全。
//! ## 请收费方说明
//! 该行金额及所列通话费用如何得出。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, OpenGroup, Row, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "X07",
    code: "unexplained-difference",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("unexplained_difference.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    if case.papers.nothing_billed() {
        return;
    }
    let open = case.rows().filter(|(_, row)| !row.open().is_zero());
    let findings: Vec<Finding> = open
        .map(|(id, row)| {
            let amount = row.open();
            let groups = case.open_groups(|group| group.row == Some(id));
            let groups: Vec<&OpenGroup> = groups.iter().map(|i| &case.ledger.groups[*i]).collect();
            let calls = groups.iter().map(|group| group.count).sum::<u64>();
            Finding::new(&CHECK, Grade::Suspect)
                .at_stake(amount.min(Amount::ZERO), amount, amount.max(Amount::ZERO))
                .counting(calls.max(1))
                .with("line", name(row))
                .showing_all(row.lines.iter().copied().map(Evidence::Line))
                .showing_all(case.clauses(row).into_iter().map(Evidence::Clause))
                .showing_all(case.samples(&groups))
        })
        .collect();
    findings.into_iter().for_each(|finding| case.push(finding));
}

fn name(row: &Row) -> Fact {
    match row.kind {
        RowKind::Pair | RowKind::Unmatched | RowKind::Repeated => Fact::Text(row.name.clone()),
        RowKind::Tax => Fact::Word("row.tax"),
        RowKind::Total => Fact::Word("row.total"),
        RowKind::Opening => Fact::Word("row.opening"),
        RowKind::Due => Fact::Word("row.due"),
    }
}
