//! # What was given up is paid for a month or more
//! # 停用后仍长期收费
//!
//! ## Says
//! "{name}" is paid for {days} days after it was given up.
//! ## Test
//! `notice_days` of a seat or a recurring fee is 30 or more.
//! ## Money
//! The fee of each ceased unit for so long.
//! ## Ask the provider
//! Notice of a few days, or to the end of the cycle at most.
//!
//! ## 结论
//! "{name}"停用后仍收费 {days} 天。
//! ## 判断
//! 坐席或周期性费用的 `notice_days` 不少于 30。
//! ## 金额
//! 每个停用单位在此期间的费用。
//! ## 请收费方说明
//! 缩短通知期至数天, 至多到账期末。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{RecurringTerms, SeatTerms, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L35",
    code: "long-cease-notice",
    level: Level::Warning,
    source: include_str!("long_cease_notice.rs"),
    run,
};

/// Notice that is long, days.
const LONG: u32 = 30;

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let held = plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Seat(SeatTerms { notice_days, .. })
        | Terms::Recurring(RecurringTerms { notice_days, .. }) => {
            Some((clause, *notice_days)).filter(|(_, days)| *days >= LONG)
        }
        _ => None,
    });
    held.map(|(clause, days)| {
        LINT.at(plan.place(clause, "notice_days"))
            .naming(&clause.name)
            .with("days", Fact::Count(days.into()))
    })
    .collect()
}
