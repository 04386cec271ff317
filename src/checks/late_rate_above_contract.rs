//! # A late charge at a higher rate than agreed
//! # 滞纳金比例高于约定
//!
//! ## Says
//! The late charge comes to {used} of the overdue sum a day; {agreed} is allowed.
//! ## Test
//! The charge divided by base and days is above the contract's rate, and is a plain rate that
//! gives the charge back to the cent. Without a clause it is held against 3‰ a day, which the
//! Telecommunications Regulations of China name.
//! ## Money
//! The charge less what the allowed rate gives.
//! ## Often innocent
//! More was overdue, or longer, than the papers show.
//! ## Ask the provider
//! Base, days and rate of the charge.
//!
//! ## 结论
//! 滞纳金折合每日 {used}, 允许的比例为每日 {agreed}。
//! ## 判断
//! 滞纳金除以基数与天数所得比例高于合同, 且按该比例恰能算回账单金额; 合同未约定的,
//! 以《电信条例》所定每日 3‰ 为限。
//! ## 金额
//! 实收减去按允许比例计算的金额。
//! ## 常见正当原因
//! 实际逾期金额更大或天数更长, 而所给资料未列明。
//! ## 请收费方说明
//! 滞纳金的基数、天数与比例。

use rust_decimal::Decimal;

use super::late_charge_base::late_row;
use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::rate::settle::{late_base, late_days};
use crate::reconcile::{Fact, LineRef, RowId, RowKind, kind_of};
use crate::when::Day;

/// The check.
pub static CHECK: Check = Check {
    id: "H01",
    code: "late-rate-above-contract",
    stage: Stage::Late,
    level: Level::Error,
    source: include_str!("late_rate_above_contract.rs"),
    hypotheses: None,
    run,
};

/// The rate of a day that the law grants without a clause.
const LEGAL: Decimal = Decimal::from_parts(3, 0, 0, false, 3);

fn run(case: &mut Case<'_>) {
    if let Some((id, terms)) = late_row(case) {
        let overdue = case.papers.usage.overdue.iter();
        let days = overdue
            .map(|one| late_base(terms, one).decimal() * Decimal::from(late_days(terms, one)));
        report(case, id, days.sum(), terms.per_day, true);
    }
    for id in case.overcharged(RowKind::Unmatched) {
        let is_late = |at: &LineRef| lawful(case, *at).is_some();
        if case.row(id).lines.iter().all(is_late) {
            report(case, id, overdue_days(case), LEGAL, false);
        }
    }
}

/// Claims what is open of a row that bills a higher rate; `days` is the sum of base times days. A
/// contract's charge may be too high for other reasons: only a plain rate shows it is this one.
fn report(case: &mut Case<'_>, id: RowId, days: Decimal, agreed: Decimal, plain: bool) {
    let row = case.row(id);
    let sum = |rate: Decimal| {
        let net = case.to_line(days * rate);
        case.bill_lines(row).next().map_or(net, |line| case.in_ledger(line, net))
    };
    let open = row.open();
    let one = sum(Decimal::ONE).decimal();
    let Some(used) = row.billed.decimal().checked_div(one).map(|rate| rate.round_dp(5)) else {
        return;
    };
    if !open.is_positive() || used <= agreed || (plain && sum(used) != row.billed) {
        return;
    }
    let finding = Finding::new(&CHECK, Grade::Proved)
        .claiming(open, id)
        .with("used", Fact::Percent(used.normalize()))
        .with("agreed", Fact::Percent(agreed))
        .showing_all(case.row_evidence(row));
    case.claim(id, &CHECK, open);
    case.push(finding);
}

/// What the law grants for paying late if the contract has no clause for it; `None` if the line is
/// no such charge, or it is not known what was paid late.
pub(super) fn lawful(case: &Case<'_>, at: LineRef) -> Option<Amount> {
    let agreed = case.papers.plan.late().is_some();
    let is_late = !agreed && kind_of(case.line(at)) == Some("late");
    (is_late && !case.papers.usage.overdue.is_empty())
        .then(|| case.to_line(overdue_days(case) * LEGAL))
}

/// Sums times days overdue.
fn overdue_days(case: &Case<'_>) -> Decimal {
    let days = |from: Day, to: Day| Decimal::from((to.0 - from.0).max(0));
    let overdue = case.papers.usage.overdue.iter();
    overdue.map(|one| (one.amount - one.exempt).decimal() * days(one.due, one.paid)).sum()
}
