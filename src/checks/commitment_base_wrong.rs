//! # The shortfall below the minimum has another base
//! # 保底差额口径与合同不符
//!
//! ## Says
//! The shortfall below the minimum of {minimum} was billed as {billed} instead of {expected}; that
//! is what comes out {how}.
//! ## Test
//! The shortfall is recomputed on every other base: before or after tax, before or after
//! discounts, without some of the charges that count; each on the contract's sums and on the billed ones. One of them gives the
//! billed figure exactly.
//! ## Money
//! The billed shortfall less the contract's.
//! ## Often innocent
//! A supplement to the contract changed what counts towards the minimum.
//! ## Ask the provider
//! Which charges were counted towards the minimum, and how.
//!
//! ## 结论
//! 保底 {minimum} 的差额计收 {billed}, 按合同应为 {expected}; 若{how}, 恰得账单金额。
//! ## 判断
//! 按其他口径重新计算差额: 税前或税后, 折前或折后, 或少计某类费用; 并分别以合同应收与账单实收为基数,
//! 其中一种与账单金额完全一致。
//! ## 金额
//! 账单差额减去按合同计算的差额。
//! ## 常见正当原因
//! 补充协议已更改计入保底的费用范围。
//! ## 请收费方说明
//! 计入保底的费用项目及计算过程。

use super::commitment_on_top::commitment;
use super::{Case, Check, Finding, Level, Stage};
use crate::money::Exact;
use crate::rate::settle::{BillLine, commitment_due};
use crate::reconcile::Fact;
use crate::tariff::{CommitmentTerms, Plan};

/// The check.
pub static CHECK: Check = Check {
    id: "E08",
    code: "commitment-base-wrong",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("commitment_base_wrong.rs"),
    hypotheses: None,
    run,
};

/// Kinds of charges that may have been left out, with the words for it. Fees that come every month
/// are left out together or one by one.
const LEFT_OUT: [(&[&str], &str); 7] = [
    (&["package", "seat", "recurring"], "base.without-fees"),
    (&["package"], "base.without-package"),
    (&["seat"], "base.without-seat"),
    (&["recurring"], "base.without-recurring"),
    (&["call"], "base.without-call"),
    (&["usage"], "base.without-usage"),
    (&["one_time"], "base.without-one-time"),
];

fn run(case: &mut Case<'_>) {
    let Some((id, terms)) = commitment(case) else { return };
    let row = case.row(id);
    let Some(line) = case.bill_lines(row).next().filter(|_| row.open().is_positive()) else {
        return;
    };
    let papers = &case.papers;
    let (agreed, billed) = (&papers.bill.lines, as_billed(case));
    let gives_the_bill = |terms: &CommitmentTerms| {
        [agreed, &billed].into_iter().any(|lines| {
            let due = commitment_due(papers.plan, &papers.usage, terms, lines);
            case.in_ledger(line, due) == row.billed
        })
    };
    let found = others(papers.plan, terms).into_iter().find(|(other, _)| gives_the_bill(other));
    let Some((_, how)) = found else { return };
    let finding = Finding::new(&CHECK, case.row_grade(row))
        .claiming(row.open(), id)
        .with("minimum", Fact::Money(terms.minimum))
        .with("billed", Fact::Money(row.billed))
        .with("expected", Fact::Money(row.expected))
        .with("how", Fact::Word(how))
        .showing_all(case.row_evidence(row));
    case.claim(id, &CHECK, finding.amount.point);
    case.push(finding);
}

/// The bill's lines with what was billed for them, where the ledger tells line by line.
fn as_billed(case: &Case<'_>) -> Vec<BillLine> {
    let mut lines = case.papers.bill.lines.clone();
    for (_, row) in case.rows().filter(|_| !case.ledger.with_tax) {
        if let [only] = row.bill.as_slice() {
            lines[*only].net = row.billed;
            // What was billed is all that is known of it.
            lines[*only].exact = Exact::amount(row.billed);
        }
    }
    lines
}

/// Other bases, the plainest first.
fn others(plan: &Plan, terms: &CommitmentTerms) -> Vec<(CommitmentTerms, &'static str)> {
    let flipped = CommitmentTerms { after_tax: !terms.after_tax, ..terms.clone() };
    let tax = if terms.after_tax { "base.before-tax" } else { "base.after-tax" };
    let discounted = CommitmentTerms { before_discounts: !terms.before_discounts, ..terms.clone() };
    let discounts =
        if terms.before_discounts { "base.after-discount" } else { "base.before-discount" };
    let without = |kinds: &[&str]| {
        let mut fewer = terms.clone();
        fewer.covers.retain(|id| !kinds.contains(&plan.clause(*id).terms.kind()));
        fewer
    };
    let fewer = LEFT_OUT.iter().map(|(kinds, how)| (without(kinds), *how));
    [(flipped, tax), (discounted, discounts)].into_iter().chain(fewer).collect()
}
