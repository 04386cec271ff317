//! # Suspended numbers and lines are charged
//! # 停机期间照收费用
//!
//! ## Says
//! Each {unit} of "{name}" costs {fee} a cycle on days on which it is suspended, too.
//! ## Test
//! A recurring fee for numbers, lines, seats or services says `suspended = "charged"`.
//! ## Money
//! The fee of every suspended unit; a ban of telesales numbers may last for months.
//! ## Ask the provider
//! No fee while suspended, at least where provider or carrier suspends.
//!
//! ## 结论
//! "{name}"每{unit}每期 {fee}, 停机期间照收。
//! ## 判断
//! 按号码, 线路, 坐席或服务收取的周期性费用写明 `suspended = "charged"`。
//! ## 金额
//! 每个停机单位的费用; 外呼号码被封可能长达数月。
//! ## 请收费方说明
//! 停机期间免收, 至少在收费方或运营商停机时免收。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{RecurringPer, RecurringTerms, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L33",
    code: "suspension-charged",
    level: Level::Warning,
    source: include_str!("suspension_charged.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let fees = plan.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
        Terms::Recurring(terms) => {
            let said = !terms.suspended_free && !plan.is_open("recurring.suspended", Some(id));
            let unit = counted(terms).filter(|_| said)?;
            Some((clause, terms, unit))
        }
        _ => None,
    });
    fees.map(|(clause, terms, unit)| {
        LINT.at(plan.place(clause, "suspended"))
            .naming(&clause.name)
            .with("unit", Fact::Word(unit))
            .with("fee", super::fee(&terms.price))
    })
    .collect()
}

/// The word of what is counted, where something is that can be suspended.
fn counted(terms: &RecurringTerms) -> Option<&'static str> {
    if terms.ordered.is_some() {
        return None;
    }
    match terms.per {
        RecurringPer::Contract => None,
        RecurringPer::Number => Some("counted.number"),
        RecurringPer::Line => Some("counted.line"),
        RecurringPer::Seat => Some("counted.seat"),
        RecurringPer::Service => Some("counted.service"),
    }
}
