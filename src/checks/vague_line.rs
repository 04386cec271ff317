//! # A line that does not say what it is for
//! # 费用名称笼统
//!
//! ## Says
//! "{line}" does not say what it is for, and prints neither quantity nor price.
//! ## Test
//! The name is a word such as "other" or "service fee", there is no quantity and no price, and no
//! clause of the contract is meant by it.
//! ## Money
//! The whole line, claimed as an unknown charge and not counted twice.
//! ## Often innocent
//! The provider's system lumps small items together; a list of them settles it.
//! ## Ask the provider
//! What the line consists of, with quantity, price and clause.
//!
//! ## 结论
//! "{line}"未说明费用内容, 也未印数量与单价。
//! ## 判断
//! 名称为"其他""服务费"之类, 没有数量与单价, 且与合同任何条款都对不上。
//! ## 金额
//! 该行全额; 已计入合同外费用, 不重复计算。
//! ## 常见正当原因
//! 收费系统将零星费用合并列示, 提供明细即可说明。
//! ## 请收费方说明
//! 该行的构成、数量、单价与所依据的条款。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{LineRef, RowKind};
use crate::text::fold;

/// The check.
pub static CHECK: Check = Check {
    id: "H15",
    code: "vague-line",
    stage: Stage::Recurring,
    level: Level::Warning,
    source: include_str!("vague_line.rs"),
    hypotheses: None,
    run,
};

/// Names that say nothing, folded.
const VAGUE: [&str; 20] = [
    "其他",
    "其它",
    "其他费用",
    "其它费用",
    "其他费",
    "其他服务费",
    "服务费",
    "综合服务费",
    "信息费",
    "信息服务费",
    "杂费",
    "费用",
    "补收",
    "调整",
    "other",
    "others",
    "othercharges",
    "servicefee",
    "miscellaneous",
    "misc",
];

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Unmatched) {
        let row = case.row(id);
        let vague = |at: &&LineRef| {
            let line = case.line(**at);
            let silent = line.quantity.is_none() && line.price.is_none();
            silent && VAGUE.contains(&fold(&line.name).as_str())
        };
        let Some(at) = row.lines.iter().find(vague).copied() else { continue };
        let finding = Finding::new(&CHECK, Grade::Suspect)
            .at_stake(Amount::ZERO, row.open(), row.open())
            .with("line", case.row_name(row))
            .showing(Evidence::Line(at));
        case.push(finding);
    }
}
