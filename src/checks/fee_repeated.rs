//! # The same fee twice for one period
//! # 同一费用重复收取
//!
//! ## Says
//! "{line}" is on the bill {times} times for the same period; it is due once.
//! ## Test
//! Lines of the same clause have the same amount, the same days and the same object; or a line is
//! for days that an earlier invoice already billed; or one line bills a whole multiple of what is
//! due. The contract does not expect the second one.
//! ## Money
//! Every line but the first, as far as more was billed than is due.
//! ## Often innocent
//! Two numbers, seats or lines have the same fee: then the roster or the objects on the lines show
//! two of them.
//! ## Ask the provider
//! What each of the lines is for.
//!
//! ## 结论
//! "{line}"在同一账期收取了 {times} 次, 应只收一次。
//! ## 判断
//! 同一条款的多行费用金额、起止日期与对象均相同; 或所列日期已在以往账单计费;
//! 或单行金额恰为应收的整数倍。合同并无第二笔。
//! ## 金额
//! 除第一行外的各行金额, 以多收部分为限。
//! ## 常见正当原因
//! 两个号码、坐席或线路费用相同; 此时名册或账单所列对象应有两个。
//! ## 请收费方说明
//! 各行费用分别对应什么。

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, LineRef, Row, RowKind, pair};
use crate::tariff::{RecurringPer, Terms};
use crate::text::fold;

/// The check.
pub static CHECK: Check = Check {
    id: "F01",
    code: "fee-repeated",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("fee_repeated.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Pair) {
        let row = case.row(id);
        if !comes_every_cycle(case, row) {
            continue;
        }
        let mut lines: Vec<LineRef> = row.lines.clone();
        lines.retain(|at| repeats(case, row, *at) || billed_before(case, row, *at));
        let billed: Amount = lines.iter().map(|at| case.ledger.billed(case.line(*at))).sum();
        let (amount, count) = match multiple(case, row).filter(|_| lines.is_empty()) {
            Some(more) => (row.open(), more),
            None => (billed, u64::try_from(lines.len()).unwrap_or(u64::MAX)),
        };
        if !amount.is_positive() || amount > row.open() {
            continue;
        }
        let finding = Finding::new(&CHECK, case.row_grade(row))
            .claiming(amount, id)
            .counting(count)
            .with("line", case.row_name(row))
            .with("times", Fact::Count(count + 1))
            .showing_all(case.named_clauses(row).into_iter().map(Evidence::Clause))
            .showing_all(super::rows::line_evidence(&row.lines));
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

fn comes_every_cycle(case: &Case<'_>, row: &Row) -> bool {
    let comes = |terms: &Terms| {
        !matches!(terms, Terms::Call(_) | Terms::OneTime(_) | Terms::Discount(_) | Terms::Late(_))
    };
    let clauses = case.clauses(row);
    !clauses.is_empty() && clauses.iter().all(|id| comes(&case.papers.plan.clause(*id).terms))
}

/// True if an earlier line of the row bills the same amount for the same days and object.
fn repeats(case: &Case<'_>, row: &Row, at: LineRef) -> bool {
    let line = case.line(at);
    let alike = |other: &&LineRef| {
        let other = case.line(**other);
        case.ledger.billed(other) == case.ledger.billed(line)
            && other.period == line.period
            && other.object == line.object
    };
    let earlier = row.lines.iter().take_while(|other| **other != at);
    let is_alike = case.ledger.billed(line).is_positive() && earlier.filter(alike).count() > 0;
    is_alike && (line.object.is_some() || is_whole_fee(case, row, at))
}

/// Without an object, lines of one unit each may be two units. It is the same fee again if a line
/// bills all that is due, and no unit ceased that it could be for.
fn is_whole_fee(case: &Case<'_>, row: &Row, at: LineRef) -> bool {
    let counted =
        case.bill_lines(row).any(|line| line.units.as_ref().is_some_and(|u| u.ceased > 0));
    case.ledger.billed(case.line(at)) == row.expected && !counted
}

/// True if a line is for days of an earlier cycle that an invoice already billed.
fn billed_before(case: &Case<'_>, row: &Row, at: LineRef) -> bool {
    let line = case.line(at);
    let Some(days) = line.period.filter(|days| days.last < case.papers.period.first) else {
        return false;
    };
    let names: Vec<&str> = case.bill_lines(row).map(|line| line.name.as_str()).collect();
    case.papers.history.iter().any(|invoice| {
        let pairs = pair(case.papers.plan, std::slice::from_ref(invoice)).pairs;
        let mine = pairs.iter().filter(|p| p.names.iter().any(|name| names.contains(&&**name)));
        mine.flat_map(|paired| &paired.lines).map(|at| &invoice.lines[at.line]).any(|other| {
            let same_days = other.period.or(invoice.period) == Some(days);
            same_days && fold(&other.name) == fold(&line.name) && other.object == line.object
        })
    })
}

/// How many times too often a single line bills a fee of the contract as a whole.
fn multiple(case: &Case<'_>, row: &Row) -> Option<u64> {
    let whole = |terms: &Terms| match terms {
        Terms::Recurring(terms) => terms.per == RecurringPer::Contract && terms.ordered.is_none(),
        Terms::Package(_) => true,
        _ => false,
    };
    let clauses = case.clauses(row);
    let all_whole = clauses.iter().all(|id| whole(&case.papers.plan.clause(*id).terms));
    let single = row.lines.len() == 1 && row.expected.is_positive() && all_whole;
    let times = row.billed.decimal().checked_div(row.expected.decimal()).filter(|_| single)?;
    // A printed quantity tells it from a higher price.
    let quantity = row.lines.first().and_then(|at| case.line(*at).quantity);
    let due = case.bill_lines(row).find_map(|line| line.quantity)?.round(None).decimal();
    let so_many = quantity.is_none_or(|printed| printed.value == due * times);
    let fits = times.fract().is_zero() && times > Decimal::ONE && so_many;
    u64::try_from(times - Decimal::ONE).ok().filter(|_| fits)
}
