//! # Tax on what was billed too much
//! # 多收费用所附税额
//!
//! ## Says
//! The lines differ by {base} from what was agreed, and the tax on that comes to {tax}.
//! ## Test
//! The tax is printed apart from the lines. At the right rates the lines as billed bear more tax
//! than the lines as they should be.
//! ## Money
//! The difference of the two. It goes with the differences of the lines and falls with them.
//! ## Often innocent
//! Whatever explains the lines explains this.
//! ## Ask the provider
//! Nothing of its own: the correction of the lines must include their tax.
//!
//! ## 结论
//! 各行与应收相差 {base}, 所附税额为 {tax}。
//! ## 判断
//! 税额与各行分列; 按正确税率, 实收各行的税额多于应收各行的税额。
//! ## 金额
//! 两者之差; 随各行差额一并成立或消除。
//! ## 常见正当原因
//! 各行差额若有正当原因, 此项随之消除。
//! ## 请收费方说明
//! 无需单独说明; 更正各行时应一并更正税额。

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::taxes::{Taxed, taxed};
use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "X06",
    code: "tax-follows-lines",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_follows_lines.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let Some(id) = case.ledger.row_of_kind(RowKind::Tax) else { return };
    if case.ledger.with_tax || case.papers.plan.tax.is_none() {
        return;
    }
    let lines = taxed(case);
    let row = case.row(id);
    let rounding = Amount::new(Decimal::from(lines.len()) * Decimal::new(5, 3));
    let follows = |unknown: Decimal| {
        let amount = right_tax(case, &lines, unknown) - row.expected;
        !amount.is_zero() && (row.open() - amount).abs() <= rounding
    };
    // A line of no clause may be of any class, if its tax is not printed on it.
    let rates = case.papers.plan.tax.iter().flat_map(|tax| &tax.rates).map(|rate| rate.rate);
    if !std::iter::once(Decimal::ZERO).chain(rates).any(follows) {
        return;
    }
    let kinds = [RowKind::Pair, RowKind::Unmatched];
    let of_lines = case.rows().filter(|(_, row)| kinds.contains(&row.kind));
    let base: Amount = of_lines.map(|(_, row)| row.difference()).sum();
    // Cents of rounding go with it.
    let open = row.open();
    let mut finding = Finding::new(&CHECK, Grade::Proved)
        .claiming(open, id)
        .with("base", Fact::Money(base))
        .with("tax", Fact::Money(open))
        .showing_all(case.row_evidence(row));
    if open.is_negative() {
        finding.level = Level::Info;
    }
    case.claim(id, &CHECK, open);
    case.push(finding);
}

/// The tax that the lines as billed bear at the right rates, rounded as the contract rounds it.
fn right_tax(case: &Case<'_>, lines: &[Taxed], unknown: Decimal) -> Amount {
    let on_total = case.papers.plan.tax.as_ref().is_some_and(|tax| tax.on_total);
    if !on_total {
        return lines.iter().map(|line| line.right(case, unknown)).sum();
    }
    let mut by_rate: BTreeMap<Decimal, Decimal> = BTreeMap::new();
    let mut sum = Amount::ZERO;
    for line in lines {
        match line.agreed {
            Some((rate, _)) => *by_rate.entry(rate).or_default() += line.net.decimal(),
            None => sum += line.right(case, unknown),
        }
    }
    sum + by_rate.into_iter().map(|(rate, net)| case.to_line(net * rate)).sum()
}
