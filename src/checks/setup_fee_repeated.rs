//! # A one-time fee charged again
//! # 一次性费用重复收取
//!
//! ## Says
//! "{line}" is on this bill; it falls due once, on {day}. {seen}
//! ## Test
//! The fee's day is not in this cycle, or the bill has it more often than agreed. Earlier bills
//! are searched for it.
//! ## Money
//! What was billed less what falls due in this cycle. At least nothing if the bill of the fee's
//! own cycle is missing or does not show it: then it may only be billed late or early.
//! ## Often innocent
//! A new site or a new order has its own set-up; or the fee was forgotten in its own cycle.
//! ## Ask the provider
//! What was set up, on which order, and why it is not on the bill of its own month.
//!
//! ## 结论
//! "{line}"列于本期账单; 该费用只收一次, 应收日为 {day}。{seen}
//! ## 判断
//! 应收日不在本账期内, 或收取次数多于约定; 并在以往账单中查找该费用。
//! ## 金额
//! 实收减去本账期应收。若缺少应收当期的账单、或该账单未列此费用, 则可能只是提前或延后收取,
//! 下限为零。
//! ## 常见正当原因
//! 新场地或新订单另有开通费用; 或当期漏收而补收。
//! ## 请收费方说明
//! 开通内容、所依据的订单, 以及未列入应收当期账单的原因。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::Invoice;
use crate::money::Amount;
use crate::reconcile::{Fact, Row, RowId, RowKind, pair};
use crate::source::Span;
use crate::tariff::{ClauseId, Terms};
use crate::when::Day;

/// The check.
pub static CHECK: Check = Check {
    id: "F13",
    code: "setup-fee-repeated",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("setup_fee_repeated.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let billed = |row: &Row| row.kind == RowKind::Pair && row.billed.is_positive();
    let rows: Vec<RowId> = case.rows().filter(|(_, row)| billed(row)).map(|(id, _)| id).collect();
    for id in rows {
        let row = case.row(id);
        let Some((clause, day)) = one_time(case, row) else { continue };
        let is_due = case.papers.period.contains(day);
        let before = billed_before(case, &case.papers.plan.clause(clause).name);
        let open = row.open();
        let seen = if is_due && open.is_positive() && is_multiple(row) {
            "setup.twice"
        } else if !before.is_empty() {
            "setup.before"
        } else if is_due || !open.is_positive() {
            // Another price for the one time it is due is no repetition.
            continue;
        } else if day > case.papers.period.last {
            "setup.early"
        } else if has_bill_of(case, day) {
            "setup.late"
        } else {
            "setup.not-at-hand"
        };
        let certain = matches!(seen, "setup.twice" | "setup.before");
        let grade = if certain { Grade::Proved } else { Grade::Supported };
        let finding = Finding::new(&CHECK, grade)
            .with("line", case.row_name(row))
            .with("day", Fact::Day(day))
            .with("seen", Fact::Word(seen))
            .showing_all(case.row_evidence(row))
            .showing_all(before.into_iter().map(Evidence::Place));
        if !open.is_positive() {
            // Due now, but billed before: the error is on the other bill.
            let billed = row.billed;
            let signal = Finding { grade: Grade::Suspect, ..finding };
            case.push(signal.at_stake(Amount::ZERO, billed, billed));
            continue;
        }
        let mut finding = finding.claiming(open, id);
        if !certain {
            finding.amount.min = Amount::ZERO;
            finding.level = Level::Warning;
        }
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
}

fn has_bill_of(case: &Case<'_>, day: Day) -> bool {
    case.papers.history.iter().any(|invoice| invoice.period.is_some_and(|p| p.contains(day)))
}

/// The one-time fee that a row is about.
fn one_time(case: &Case<'_>, row: &Row) -> Option<(ClauseId, Day)> {
    let clauses = case.named_clauses(row);
    let days = clauses.iter().map(|id| match &case.papers.plan.clause(*id).terms {
        Terms::OneTime(terms) => Some((*id, terms.charged_on)),
        _ => None,
    });
    // Of several that share a name the latest is meant.
    days.collect::<Option<Vec<_>>>()?.into_iter().max_by_key(|(_, day)| *day)
}

fn is_multiple(row: &Row) -> bool {
    let times = row.billed.decimal().checked_div(row.expected.decimal());
    times.is_some_and(|times| times.fract().is_zero())
}

/// Where earlier bills have a clause's line.
fn billed_before(case: &Case<'_>, name: &str) -> Vec<Span> {
    let (plan, period) = (case.papers.plan, case.papers.period);
    let earlier = |invoice: &&Invoice| invoice.period.is_none_or(|p| p.last < period.first);
    let invoices = case.papers.history.iter().filter(earlier);
    let places = invoices.flat_map(|invoice| {
        let pairs = pair(plan, std::slice::from_ref(invoice)).pairs;
        let mine = pairs.into_iter().filter(|pair| pair.names.iter().any(|one| one == name));
        mine.flat_map(|pair| pair.lines).map(|at| invoice.lines[at.line].at)
    });
    places.collect()
}
