//! # The lines do not add up to the total
//! # 各行合计与总额不符
//!
//! ## Says
//! The bill asks for {printed} in total; its lines and its tax add up to {sum}.
//! ## Test
//! The printed total is above the exact sum of the printed lines and tax, rounded as the contract
//! rounds the total; and not because a line that is due was left out of the list.
//! ## Money
//! The printed total less that sum.
//! ## Often innocent
//! A page of the bill is missing, or a line was not exported. Cents may come from rounding tax on
//! the total instead of on each line.
//! ## Ask the provider
//! Which charges make up the difference.
//!
//! ## 结论
//! 账单总额为 {printed}, 而各行费用与税额相加为 {sum}。
//! ## 判断
//! 账单所印总额大于各行金额与税额的准确合计 (已按合同约定对合计取整), 且并非漏列了应收的某一行。
//! ## 金额
//! 所印总额减去该合计。
//! ## 常见正当原因
//! 账单缺页, 或导出时漏行; 数分钱的差额可能因按合计而非逐行计税。
//! ## 请收费方说明
//! 差额由哪些费用构成。

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::Invoice;
use crate::money::Amount;
use crate::reconcile::{Fact, RowId, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "H06",
    code: "total-arithmetic",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("total_arithmetic.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let invoices = case.papers.invoices;
    let wrong: Vec<Wrong<'_>> = invoices.iter().filter_map(|one| wrong(case, one)).collect();
    let excess: Amount = wrong.iter().map(|one| one.printed - one.sum).sum();
    for id in case.overcharged(RowKind::Total) {
        if lists_too_little(case, id) {
            continue;
        }
        let amount = case.row(id).open().min(excess);
        if !amount.is_positive() {
            continue;
        }
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(amount, id)
            .counting(wrong.len().try_into().unwrap_or(u64::MAX))
            .with("printed", Fact::Money(wrong.iter().map(|one| one.printed).sum()))
            .with("sum", Fact::Money(wrong.iter().map(|one| one.sum).sum()))
            .showing_all(wrong.iter().filter_map(|one| place(one.invoice)));
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// A total that is right, over lines of which one is missing: settled against it and its tax.
fn lists_too_little(case: &mut Case<'_>, total: RowId) -> bool {
    let missing: Vec<RowId> = case
        .rows()
        .filter(|(_, row)| row.lines.is_empty() && row.open().is_negative())
        .filter(|(_, row)| row.kind == RowKind::Pair)
        .map(|(id, _)| id)
        .collect();
    let tax = case.ledger.row_of_kind(RowKind::Tax);
    let single = missing.iter().map(|id| vec![*id]);
    let sets: Vec<Vec<RowId>> = single.chain([missing.clone()]).collect();
    sets.into_iter().any(|mut rows| {
        case.cancel_out(&CHECK, total, &rows) || {
            rows.extend(tax);
            case.cancel_out(&CHECK, total, &rows)
        }
    })
}

struct Wrong<'i> {
    invoice: &'i Invoice,
    printed: Amount,
    sum: Amount,
}

/// An invoice that asks for more than it lists.
fn wrong<'i>(case: &Case<'_>, invoice: &'i Invoice) -> Option<Wrong<'i>> {
    let (totals, plan) = (case.papers.totals, case.papers.plan);
    let at = case.papers.invoices.iter().position(|other| std::ptr::eq(other, invoice))?;
    let printed = case.ledger.printed_total(totals, invoice)?;
    let listed = case.ledger.sum_above(totals, at);
    let rounded = plan.rounding.invoice.map(|rounding| rounding.apply(listed.decimal()));
    let sum = rounded.map_or(listed, Amount::new);
    let excess = printed - sum;
    // Tax on top of prices that contain it is another matter, and so are cents of its rounding.
    let included = plan.tax.as_ref().is_some_and(|tax| tax.included);
    let on_top = included && invoice.totals.tax.is_some_and(|tax| tax.value == excess);
    let taxed = invoice.lines.iter().filter(|line| line.tax.is_some()).count();
    let cents = Amount::new(Decimal::from(taxed) * Decimal::new(5, 3));
    let counts = excess.is_positive() && !on_top && excess > cents;
    counts.then_some(Wrong { invoice, printed, sum })
}

fn place(invoice: &Invoice) -> Option<Evidence> {
    let total = invoice.totals.gross.or(invoice.totals.net)?;
    Some(Evidence::Place(total.at))
}
