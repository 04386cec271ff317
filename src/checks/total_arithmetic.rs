//! # The lines do not add up to the total
//! # 各行合计与总额不符
//!
//! ## Says
//! The bill prints {printed} as {what}; what that is the sum of comes to {sum}.
//! ## Test
//! The printed total is above the exact sum of the printed lines and tax, rounded as the contract
//! rounds the total; and not because a line that is due was left out of the list. Or the sum due is
//! above opening balance, payments and total in every form in which bills print them. Or another
//! printed sum, which is not asked for by itself, does not follow from the lines: the total before tax,
//! the tax, a subtotal.
//! ## Money
//! The printed total or sum due less that sum. At least nothing for sums that are only shown, and
//! for a sum due where neither the bill nor the bill before tells the balance. A sum due less
//! balance and total without the payments is the least, if these were perhaps deducted before.
//! ## Often innocent
//! A page of the bill is missing, or a line was not exported. Cents may come from rounding tax on
//! the total instead of on each line. A payment that is shown may have been deducted before. A sum
//! due may contain a balance of earlier bills that is not printed.
//! ## Ask the provider
//! Which charges make up the difference.
//!
//! ## 结论
//! 账单所印{what}为 {printed}, 而其各项相加为 {sum}。
//! ## 判断
//! 账单所印总额大于各行金额与税额的准确合计 (已按合同约定对合计取整), 且并非漏列了应收的某一行;
//! 或应付总额大于上期结转、付款与本期总额之和 (已考虑账单的各种列示方式); 或所印的其他合计与各行不符。
//! ## 金额
//! 所印总额或应付总额减去该合计; 仅作列示的合计, 下限为零; 账单未印上期结转、也无上期账单可查的应付总额,
//! 下限亦为零; 所列付款可能此前已从结转余额中扣减的, 以不扣付款的合计计下限。
//! ## 常见正当原因
//! 账单缺页, 或导出时漏行; 数分钱的差额可能因按合计而非逐行计税; 所列付款可能此前已扣减;
//! 应付总额可能含有账单未列示的以前欠款。
//! ## 请收费方说明
//! 差额由哪些费用构成。

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::names::is_tax;
use crate::invoice::{Invoice, InvoiceLine, Printed, Subtotal};
use crate::money::Amount;
use crate::reconcile::{Fact, RowId, RowKind, SumDue, cents_of};
use crate::source::Span;

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
    total(case);
    due(case);
    shown(case);
}

/// The total against the lines.
fn total(case: &mut Case<'_>) {
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
        let of_tax = wrong.iter().all(|one| one.is_tax);
        let what = if of_tax { "printed.tax" } else { "printed.total" };
        let finding = Finding::new(&CHECK, Grade::Proved)
            .claiming(amount, id)
            .counting(wrong.len().try_into().unwrap_or(u64::MAX))
            .with("what", Fact::Word(what))
            .with("printed", Fact::Money(wrong.iter().map(|one| one.printed).sum()))
            .with("sum", Fact::Money(wrong.iter().map(|one| one.sum).sum()))
            .showing_all(wrong.iter().filter_map(|one| place(one.invoice)));
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// The sum due against balance, payments and total.
fn due(case: &mut Case<'_>) {
    let (invoices, totals) = (case.papers.invoices, case.papers.totals);
    for id in case.overcharged(RowKind::Due) {
        let amount = case.row(id).open();
        let due: Vec<(SumDue, Span)> = (0..invoices.len())
            .filter_map(|at| Some((case.ledger.sum_due(totals, at)?, invoices[at].amount_due?.at)))
            .collect();
        let account: Amount = due.iter().map(|(due, _)| due.printed - due.account).sum();
        // A balance that is not printed may be asked for with the rest.
        let known = due.iter().all(|(due, _)| due.balance_known);
        let grade = if known { Grade::Proved } else { Grade::Suspect };
        let mut finding = Finding::new(&CHECK, grade)
            .claiming(amount, id)
            .counting(u64::try_from(due.len()).unwrap_or(u64::MAX))
            .with("what", Fact::Word("printed.due"))
            .with("printed", Fact::Money(due.iter().map(|(due, _)| due.printed).sum()))
            .with("sum", Fact::Money(due.iter().map(|(due, _)| due.owed).sum()))
            .showing_all(due.iter().map(|(_, at)| Evidence::Place(*at)));
        // A payment that was perhaps deducted before.
        finding.amount.min = amount.min(due.iter().map(|(due, _)| due.at_least()).sum());
        finding.amount.max = amount.max(account);
        if !known {
            finding.amount.min = Amount::ZERO;
        }
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// Sums that are printed and asked for only with others.
fn shown(case: &mut Case<'_>) {
    let (invoices, totals) = (case.papers.invoices, case.papers.totals);
    let mut wrong: Vec<(Fact, Amount, Amount, Span)> = Vec::new();
    for (at, invoice) in invoices.iter().enumerate() {
        if let (Some(due), Some(printed)) =
            (case.ledger.payment_left_in(totals, at), invoice.amount_due)
        {
            wrong.push((Fact::Word("printed.due"), due.printed, due.account, printed.at));
        }
        wrong.extend(parts_of_total(case, at));
        wrong.extend(invoice.subtotals.iter().filter_map(|sum| odd_subtotal(invoice, sum)));
        wrong.extend(odd_tax_sums(invoice));
        wrong.extend(invoice.odd_balances.iter().map(|odd| {
            (Fact::Word("printed.balance"), odd.printed.value, odd.sum, odd.printed.at)
        }));
    }
    for (what, printed, sum, at) in wrong {
        let beyond = (printed - sum).abs();
        let mut finding = Finding::new(&CHECK, Grade::Suspect)
            .at_stake(Amount::ZERO, beyond, beyond)
            .with("what", what)
            .with("printed", Fact::Money(printed))
            .with("sum", Fact::Money(sum))
            .showing(Evidence::Place(at));
        finding.level = Level::Warning;
        case.push(finding);
    }
}

/// The total before tax and the tax of an invoice that prints a total with tax too: only that is
/// asked for.
fn parts_of_total(case: &Case<'_>, at: usize) -> Vec<(Fact, Amount, Amount, Span)> {
    let (ledger, totals) = (&case.ledger, case.papers.totals);
    let invoice = &case.papers.invoices[at];
    let mut wrong = Vec::new();
    if ledger.with_tax || invoice.totals.gross.is_none() {
        return wrong;
    }
    let charges = ledger.charges(totals, at);
    let printed = |of: Option<Printed<Amount>>| of.map(|printed| printed.value);
    // Where the total is the sum of both, whatever is wrong with them is wrong with it, too.
    let parts = printed(invoice.totals.net).map(|net| {
        net + printed(invoice.totals.tax).or(ledger.tax_of(totals, at)).unwrap_or_default()
    });
    if parts == printed(invoice.totals.gross) {
        return wrong;
    }
    if let Some(net) = invoice.totals.net
        && (net.value - charges).abs() > cents_of(invoice.lines.len())
    {
        wrong.push((Fact::Word("printed.net"), net.value, charges, net.at));
    }
    let on_lines: Vec<Amount> =
        invoice.lines.iter().filter_map(|line| line.tax).map(|tax| tax.value).collect();
    let cents = cents_of(on_lines.len());
    let sum: Amount = on_lines.iter().copied().sum();
    if let Some(tax) = invoice.totals.tax
        && !on_lines.is_empty()
        && (tax.value - sum).abs() > cents
    {
        wrong.push((Fact::Word("printed.tax"), tax.value, sum, tax.at));
    }
    wrong
}

/// A subtotal that is the sum of no lines right above or below it.
fn odd_subtotal(invoice: &Invoice, subtotal: &Subtotal) -> Option<(Fact, Amount, Amount, Span)> {
    let printed = subtotal.amount.or(subtotal.gross)?;
    let above = &invoice.lines[..subtotal.above.min(invoice.lines.len())];
    let fits = subtotal.is_sum(&invoice.lines);
    let sum = above.iter().filter_map(|line| line.net().or(line.with_tax())).sum();
    let name = Fact::Text(subtotal.name.clone());
    (!fits && !printed.value.is_zero()).then_some((name, printed.value, sum, printed.at))
}

/// Tax by rate that does not follow from the lines of that rate, or is not what the total of the tax
/// is the sum of.
fn odd_tax_sums(invoice: &Invoice) -> Vec<(Fact, Amount, Amount, Span)> {
    let mut wrong = Vec::new();
    let sums = &invoice.tax_sums;
    let rates: BTreeSet<Decimal> = sums.iter().map(|sum| sum.rate.unwrap_or_default()).collect();
    for rate in rates {
        let of_rate = || sums.iter().filter(|sum| sum.rate.unwrap_or_default() == rate);
        let lines = || {
            let rate_of = |line: &InvoiceLine| line.tax_rate.map(|printed| printed.value);
            invoice.lines.iter().filter(move |line| rate_of(line).unwrap_or_default() == rate)
        };
        // Rounded line by line or once, tax may differ by so much.
        let cents = cents_of(lines().count()).max(Amount::new(Decimal::new(1, 2)));
        let bases = of_rate().filter_map(|sum| sum.base);
        let (base, listed): (Amount, Amount) = (
            bases.clone().map(|base| base.value).sum(),
            lines().filter_map(InvoiceLine::net).sum(),
        );
        if let Some(first) = bases.clone().next()
            && !invoice.totals_only
            && (base - listed).abs() > cents
        {
            wrong.push((Fact::Word("printed.tax-base"), base, listed, first.at));
        }
        let tax: Amount = of_rate().map(|sum| sum.tax.value).sum();
        let due = Amount::new((base.decimal() * rate).round_dp(9));
        if let Some(first) = of_rate().next()
            && bases.count() == of_rate().count()
            && (tax - due).abs() > cents
        {
            wrong.push((Fact::Word("printed.tax"), tax, due, first.tax.at));
        }
    }
    let sum: Amount = sums.iter().map(|sum| sum.tax.value).sum();
    if let Some(tax) = invoice.totals.tax
        && !sums.is_empty()
        && tax.value != sum
    {
        wrong.push((Fact::Word("printed.tax"), tax.value, sum, tax.at));
    }
    wrong
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
    /// There is no total, but a row of tax, which is not the sum of the taxes on the lines.
    is_tax: bool,
}

/// An invoice that asks for more than it lists.
fn wrong<'i>(case: &Case<'_>, invoice: &'i Invoice) -> Option<Wrong<'i>> {
    let (totals, plan) = (case.papers.totals, case.papers.plan);
    let at = case.papers.invoices.iter().position(|other| std::ptr::eq(other, invoice))?;
    let Some(printed) = case.ledger.printed_total(totals, invoice) else {
        let (printed, sum) = case.ledger.tax_row_beyond(totals, at)?;
        return Some(Wrong { invoice, printed, sum, is_tax: true });
    };
    let listed = case.ledger.sum_above(totals, at);
    let rounded = plan.rounding.invoice.map(|rounding| rounding.apply(listed.decimal()));
    let sum = rounded.map_or(listed, Amount::new);
    let excess = printed - sum;
    // Tax on top of prices that contain it is another matter, and so are cents of its rounding.
    let included = plan.tax.as_ref().is_some_and(|tax| tax.included);
    let on_top = included && invoice.totals.tax.is_some_and(|tax| tax.value == excess);
    let taxed = invoice.lines.iter().filter(|line| line.tax.is_some()).count();
    let cents = cents_of(taxed);
    let counts = excess.is_positive() && !on_top && excess > cents;
    counts.then_some(Wrong { invoice, printed, sum, is_tax: false })
}

fn place(invoice: &Invoice) -> Option<Evidence> {
    let total = invoice.totals.gross.or(invoice.totals.net).or(invoice.totals.tax);
    let row_of_tax = || invoice.lines.iter().find(|line| is_tax(&line.name)).map(|line| line.at);
    Some(Evidence::Place(total.map(|total| total.at).or_else(row_of_tax)?))
}
