//! # Tax at another rate than the contract's
//! # 税率与约定不符
//!
//! ## Says
//! {count} [line|lines] [is|are] taxed at {used} instead of {agreed}.
//! ## Test
//! The tax printed on a line is not its amount times the rate of its class: on the line's last day if
//! it prints days of its own, on the due day of a one-time fee, else on the last day of the cycle.
//! Where tax is printed in total only: one other rate gives it for all lines. In a cycle in which
//! the rate changes either rate passes; the higher one is shown as suspect and not claimed.
//! ## Money
//! The printed tax less the tax on the same amounts at the contract's rate.
//! ## Often innocent
//! Rates changed by law during the cycle. Tax that can be deducted as input tax costs liquidity,
//! not money.
//! ## Ask the provider
//! The tax class of these lines, and a corrected tax invoice.
//!
//! ## 结论
//! 有 {count} 行按税率 {used} 计税, 约定为 {agreed}。
//! ## 判断
//! 该行所印税额不等于其金额乘以该类别税率: 该行自印起止日期的取其末日税率, 一次性费用取应收日税率,
//! 其余取账期末日税率; 仅印税额合计的, 以另一单一税率对全部各行计税恰得该合计。账期内税率变更的,
//! 新旧税率均予认可; 用较高者的仅列为疑点, 不计入追索。
//! ## 金额
//! 所印税额减去同一金额按约定税率计算的税额。
//! ## 常见正当原因
//! 账期内法定税率调整; 可作进项抵扣的税额影响的是资金占用而非成本。
//! ## 请收费方说明
//! 各行的税收类别, 并请更正发票。

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::taxes::{Taxed, taxed};
use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, LineRef, RowId, RowKind};
use crate::source::Span;

/// Rates of value-added tax in China, present and past, in percent.
const RATES: [i64; 10] = [13, 9, 6, 3, 1, 5, 10, 11, 16, 17];

/// The check.
pub static CHECK: Check = Check {
    id: "H07",
    code: "tax-rate-wrong",
    stage: Stage::Tax,
    level: Level::Error,
    source: include_str!("tax_rate_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let Some(id) = case.ledger.row_of_kind(RowKind::Tax) else { return };
    // Where amounts contain the tax, its rate changes nothing that is paid.
    if case.ledger.with_tax || case.papers.plan.tax.is_none() {
        return;
    }
    let lines = taxed(case);
    let on_lines = lines.iter().any(|line| line.printed.is_some());
    let wrong = if on_lines { by_line(case, &lines) } else { in_total(case, id, &lines) };
    let mut all: Vec<(bool, Wrong)> =
        wrong.into_iter().map(|one| (!in_the_cycle(case, &one), one)).collect();
    all.extend(lines.iter().filter_map(|line| Some((false, of_other_days(case, line)?))));
    // Lines of one class taxed at one rate are one finding.
    let mut groups: BTreeMap<(Decimal, Decimal, bool), Vec<Wrong>> = BTreeMap::new();
    for (sure, one) in all {
        groups.entry((one.used, one.agreed.0, sure)).or_default().push(one);
    }
    for ((used, agreed, sure), lines) in groups {
        let amount: Amount = lines.iter().map(|line| line.amount).sum();
        let finding = if sure {
            Finding::new(&CHECK, Grade::Proved).claiming(amount, id)
        } else {
            Finding::new(&CHECK, Grade::Suspect).at_stake(Amount::ZERO, amount, amount)
        };
        let mut finding = finding
            .counting(lines.len().try_into().unwrap_or(u64::MAX))
            .with("used", Fact::Percent(used.normalize()))
            .with("agreed", Fact::Percent(agreed.normalize()))
            .showing_all(lines.first().map(|line| Evidence::Place(line.agreed.1)))
            .showing_all(lines.iter().take(5).map(|line| Evidence::Line(line.at)));
        if amount.is_negative() || !sure {
            finding.level = Level::Info;
        }
        if sure {
            case.claim(id, &CHECK, amount);
        }
        case.push(finding);
    }
}

struct Wrong {
    at: LineRef,
    used: Decimal,
    agreed: (Decimal, Span),
    /// Tax too much.
    amount: Amount,
}

/// True if the rate used is one that the class has on some day of the cycle: then the day on which
/// the tax arose decides, and nobody can say that it is wrong.
fn in_the_cycle(case: &Case<'_>, one: &Wrong) -> bool {
    let Some(tax) = &case.papers.plan.tax else { return false };
    let class = tax.rates.iter().find(|rate| rate.at == one.agreed.1).map(|rate| &rate.class);
    class.is_some_and(|class| {
        tax.rates_in(Some(class), case.papers.period).any(|rate| rate.rate == one.used)
    })
}

/// A line that bears the higher of two rates of a cycle in which rates change.
fn of_other_days(case: &Case<'_>, line: &Taxed) -> Option<Wrong> {
    let (agreed, (used, at)) = (line.instead_of?, line.agreed?);
    let tax = |rate: Decimal| case.to_tax(line.net.decimal() * rate);
    let amount = tax(used) - tax(agreed);
    amount.is_positive().then_some(Wrong { at: line.at, used, agreed: (agreed, at), amount })
}

/// Lines whose own tax is not that of their class.
fn by_line(case: &Case<'_>, lines: &[Taxed]) -> Vec<Wrong> {
    let wrong = |line: &Taxed| {
        let (agreed, printed) = (line.agreed?, line.printed?);
        let amount = printed - line.right(case, Decimal::ZERO);
        if amount.is_zero() {
            return None;
        }
        let stated = line.used.filter(|used| *used != agreed.0);
        let used = stated.or_else(|| other_rate(case, line, printed, amount))?;
        Some(Wrong { at: line.at, used, agreed, amount })
    };
    lines.iter().filter_map(wrong).collect()
}

/// The rate of a tax that its line does not state: one of the law's that gives it, or if it is too
/// much, what it comes to. A cent is rounding.
fn other_rate(case: &Case<'_>, line: &Taxed, tax: Amount, too_much: Amount) -> Option<Decimal> {
    let cent = Amount::new(Decimal::new(1, 2));
    let gives = |rate: &Decimal| {
        (case.to_tax(line.net.decimal() * rate) - tax).abs() <= cent && !tax.is_zero()
    };
    let comes_to = || tax.decimal().checked_div(line.net.decimal()).map(|rate| rate.round_dp(4));
    if too_much.abs() <= cent {
        return None;
    }
    rates().find(gives).or_else(|| comes_to().filter(|_| too_much.is_positive()))
}

fn rates() -> impl Iterator<Item = Decimal> {
    RATES.into_iter().map(|percent| Decimal::new(percent, 2))
}

/// One rate for all lines that gives the printed sum.
fn in_total(case: &Case<'_>, id: RowId, lines: &[Taxed]) -> Vec<Wrong> {
    let printed = case.row(id).billed;
    let right: Amount = lines.iter().map(|line| line.right(case, Decimal::ZERO)).sum();
    let net: Decimal = lines.iter().map(|line| line.net.decimal()).sum();
    let each = |rate: Decimal| -> Amount {
        lines.iter().map(|line| case.to_tax(line.net.decimal() * rate)).sum()
    };
    let gives = |rate: &Decimal| case.to_tax(net * rate) == printed || each(*rate) == printed;
    let used = rates().find(gives);
    let Some(used) = used.filter(|_| printed != right) else { return Vec::new() };
    let wrong = |line: &Taxed| {
        let agreed = line.agreed.filter(|(rate, _)| *rate != used)?;
        let amount = case.to_tax(line.net.decimal() * used) - line.right(case, Decimal::ZERO);
        Some(Wrong { at: line.at, used, agreed, amount })
    };
    lines.iter().filter_map(wrong).collect()
}
