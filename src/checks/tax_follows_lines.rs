//! # Tax on what was billed too much
//! # 多收费用所附税额
//!
//! ## Says
//! The lines differ by {base} from what was agreed, and the tax on that comes to {tax}.
//! ## Test
//! The tax is printed apart from the lines. At the right rates the lines as billed bear more tax
//! than the lines as they should be.
//! ## Money
//! The tax on what other findings claim of the lines, split by how sure those are: it stands and
//! falls with them. Tax on what no finding explains stays unexplained as well.
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
//! 其他各项对各行主张的金额所附税额, 按其确定程度分列, 随之成立或消除;
//! 未能解释的金额所附税额亦不作解释。
//! ## 常见正当原因
//! 各行差额若有正当原因, 此项随之消除。
//! ## 请收费方说明
//! 无需单独说明; 更正各行时应一并更正税额。

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::taxes::{Taxed, taxed};
use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::{Amount, Exact};
use crate::reconcile::{Claim, Fact, Row, RowId, RowKind, cents_of};

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
    let rounding = cents_of(lines.len());
    let follows = |unknown: &Decimal| {
        let amount = right_tax(case, &lines, *unknown) - row.expected;
        !amount.is_zero() && (row.open() - amount).abs() <= rounding
    };
    // A line of no clause may be of any class, if its tax is not printed on it.
    let rates = case.papers.plan.tax.iter().flat_map(|tax| &tax.rates).map(|rate| rate.rate);
    let Some(unknown) = std::iter::once(Decimal::ZERO).chain(rates).find(follows) else { return };
    let shares = shares(case, &lines, unknown, (row.open(), rounding + rounding));
    for share in shares {
        let mut finding = Finding::new(&CHECK, share.grade)
            .claiming(share.tax, id)
            .with("base", Fact::Money(share.base))
            .with("tax", Fact::Money(share.tax))
            .showing_all(case.row_evidence(case.row(id)));
        finding.amount.min = share.least.min(share.tax);
        if share.tax.is_negative() {
            finding.level = Level::Info;
        }
        case.claim(id, &CHECK, share.tax);
        case.push(finding);
    }
}

/// The tax on what findings of one grade claim.
struct Share {
    grade: Grade,
    base: Amount,
    tax: Amount,
    /// The tax on what they claim at least.
    least: Amount,
}

/// Sums of one grade before rounding.
#[derive(Default)]
struct Sum {
    base: Amount,
    tax: Exact,
    least: Exact,
}

/// The open tax by the grade of what it follows; what follows from nothing explained is left out.
fn shares(
    case: &Case<'_>,
    lines: &[Taxed],
    unknown: Decimal,
    (open, cents): (Amount, Amount),
) -> Vec<Share> {
    let mut by_grade: BTreeMap<Grade, Sum> = BTreeMap::new();
    let mut unexplained = Exact::ZERO;
    let kinds = [RowKind::Pair, RowKind::Unmatched];
    for (id, row) in case.rows().filter(|(_, row)| kinds.contains(&row.kind)) {
        let rate = rate(case, lines, row, unknown);
        unexplained += Exact::amount(row.open()).times(rate);
        for claim in &row.claims {
            let (grade, least) = standing(case, id, claim);
            let sum = by_grade.entry(grade).or_default();
            sum.base += claim.amount;
            sum.tax += Exact::amount(claim.amount).times(rate);
            sum.least += Exact::amount(least).times(rate);
        }
    }
    let rounding = Some(case.papers.plan.rounding.of_tax());
    let round = |(grade, sum): (Grade, Sum)| Share {
        grade,
        base: sum.base,
        tax: sum.tax.round(rounding),
        least: sum.least.round(rounding),
    };
    let mut shares: Vec<Share> = by_grade.into_iter().map(round).collect();
    // Cents of rounding go with the largest part, unless that is what nothing explains.
    let unexplained = unexplained.round(rounding);
    let rest = open - unexplained - shares.iter().map(|share| share.tax).sum();
    let largest = shares.iter_mut().max_by_key(|share| share.tax.abs());
    let takes =
        |largest: &&mut Share| rest.abs() <= cents && largest.tax.abs() >= unexplained.abs();
    if let Some(largest) = largest.filter(takes) {
        largest.tax += rest;
        largest.least = if largest.least.is_zero() { Amount::ZERO } else { largest.least + rest };
    }
    shares.retain(|share| !share.tax.is_zero());
    shares.sort_by_key(|share| std::cmp::Reverse(share.grade));
    shares
}

/// The rate that a row's lines bear, or should.
fn rate(case: &Case<'_>, lines: &[Taxed], row: &Row, unknown: Decimal) -> Decimal {
    let mine = || lines.iter().filter(|line| row.lines.contains(&line.at));
    let agreed = mine().find_map(|line| line.agreed).map(|(rate, _)| rate);
    let printed = || mine().find_map(|line| line.used);
    let comes_to = || {
        let line = mine().find(|line| !line.net.is_zero() && line.printed.is_some())?;
        line.printed?.decimal().checked_div(line.net.decimal()).map(|rate| rate.round_dp(4))
    };
    // What was not billed at all.
    let due = || case.bill_lines(row).find_map(|line| line.tax).map(|tax| tax.rate);
    agreed.or_else(printed).or_else(comes_to).or_else(due).unwrap_or(unknown)
}

/// How sure a claim is, and how much of it at least: as sure as the least sure of its findings.
fn standing(case: &Case<'_>, id: RowId, claim: &Claim) -> (Grade, Amount) {
    let mine = || {
        let of_claim = |finding: &&Finding| finding.row == Some(id) && finding.code == claim.code;
        case.findings.iter().filter(of_claim).filter(|finding| finding.claimed)
    };
    match mine().map(|finding| finding.grade).min() {
        Some(grade) => (grade, mine().map(|finding| finding.amount.min).sum()),
        // Settled against another line without a finding.
        None => (Grade::Supported, claim.amount.min(Amount::ZERO)),
    }
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
    let on_totals = |sums: BTreeMap<Decimal, Decimal>| -> Amount {
        sums.into_iter().map(|(rate, net)| case.to_tax(net * rate)).sum()
    };
    // Where tax is a share of what lines are before rounding, it is so much beside that of the lines.
    let mut due: BTreeMap<Decimal, Decimal> = BTreeMap::new();
    let bill = case.papers.bill;
    for (line, tax) in bill.lines.iter().filter_map(|line| Some((line, line.tax?))) {
        *due.entry(tax.rate).or_default() += line.net.decimal();
    }
    let beyond = bill.tax.map_or(Amount::ZERO, |tax| tax - on_totals(due));
    sum + on_totals(by_rate) + beyond
}
