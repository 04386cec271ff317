//! # One invoice billed twice
//! # 同一账单重复出账
//!
//! ## Says
//! Invoice {number} bills {count} [line|lines] of invoice {other} once more.
//! ## Test
//! Two invoices of the period have the same lines with the same amounts, and no credit note takes
//! one of them back. A copy under the same number is set aside and not counted.
//! ## Money
//! All that the second invoice asks for.
//! ## Often innocent
//! The first one was withdrawn and the credit note is missing here; or two files without a number
//! are copies of one invoice.
//! ## Ask the provider
//! Which of the two invoices holds, and a credit note for the other.
//!
//! ## 结论
//! 账单 {number} 的 {count} 行费用与账单 {other} 完全相同, 属重复出账。
//! ## 判断
//! 同一账期有两张账单, 各行项目与金额均相同, 且没有红字账单冲销其中一张; 账单号相同的视为副本,
//! 不计入。
//! ## 金额
//! 第二张账单的应付总额。
//! ## 常见正当原因
//! 第一张已作废而红字账单未一并提供; 或两个文件没有账单号, 实为同一账单的副本。
//! ## 请收费方说明
//! 两张账单以哪一张为准, 并对另一张出具红字账单。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::Invoice;
use crate::reconcile::{Fact, RowId, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "H12",
    code: "duplicate-invoice",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("duplicate_invoice.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    // The rows of repeated invoices stand in their order.
    let repeated = case.rows().filter(|(_, row)| row.kind == RowKind::Repeated);
    let rows: Vec<RowId> = repeated.map(|(id, _)| id).collect();
    for (id, (again, first)) in rows.into_iter().zip(case.papers.repeated) {
        let open = case.row(id).open();
        if !open.is_positive() {
            continue;
        }
        // Without numbers two files may be one invoice.
        let numbered = again.number.is_some() && first.number.is_some();
        let grade = if numbered { Grade::Proved } else { Grade::Supported };
        let finding = Finding::new(&CHECK, grade)
            .claiming(open, id)
            .counting(again.lines.len().try_into().unwrap_or(u64::MAX))
            .with("number", number(again))
            .with("other", number(first))
            .showing_all([again, first].into_iter().filter_map(place));
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
}

fn number(invoice: &Invoice) -> Fact {
    invoice.number.clone().map_or(Fact::Word("invoice.no-number"), Fact::Text)
}

fn place(invoice: &Invoice) -> Option<Evidence> {
    invoice.lines.first().map(|line| Evidence::Place(line.at))
}
