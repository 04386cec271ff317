//! # Versions of one fee that do not meet
//! # 同一费用的各版本日期不衔接
//!
//! ## Says
//! No version of "{name}" holds on {days}, between two that do.
//! ## Test
//! Seats, recurring fees, packages and usage of one name are versions of one fee. The day after the
//! last of one must be the first of the next.
//! ## Money
//! The fee of these days is open: the provider may go on billing it, the buyer may refuse it.
//! ## Ask the provider
//! Whether the fee is due on these days, and at which price.
//!
//! ## 结论
//! "{name}"的前后两版之间, {days} 没有有效的版本。
//! ## 判断
//! 同名的坐席费, 周期性费用, 套餐与用量费用是同一费用的各版本, 前一版末日的次日应为后一版首日。
//! ## 金额
//! 这些日期的费用未定: 收费方可能照收, 付费方可能拒付。
//! ## 请收费方说明
//! 这些日期是否收费, 按哪个价格。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{Clause, Terms, Validity};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L03",
    code: "fee-versions-apart",
    level: Level::Error,
    source: include_str!("fee_versions_apart.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let is_fee = |clause: &&Clause| {
        let terms = &clause.terms;
        matches!(
            terms,
            Terms::Seat(_) | Terms::Recurring(_) | Terms::Package(_) | Terms::Usage(_)
        )
    };
    let mut fees: Vec<&Clause> = plan.clauses.iter().filter(is_fee).collect();
    fees.sort_by(|a, b| (&a.name, a.valid.from).cmp(&(&b.name, b.valid.from)));
    fees.windows(2)
        .filter_map(|pair| {
            let [before, after] = pair else { return None };
            let (last, first) = (before.valid.until?, after.valid.from?);
            let gap = Validity { from: Some(last.next()), until: Some(first.previous()) };
            let apart = before.name == after.name && last.next() < first;
            (apart && gap.meets(plan.head.valid)).then(|| {
                LINT.at(plan.place(after, "valid"))
                    .and(plan.place(before, "valid"))
                    .naming(&after.name)
                    .with("days", Fact::Text(gap.and(plan.head.valid).to_string()))
            })
        })
        .collect()
}
