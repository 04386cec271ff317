//! # A commitment for each bucket of time
//! # 按时段逐个保底
//!
//! ## Says
//! The commitment of "{name}" is due for each {bucket} by itself: what a quiet one leaves unused, a
//! busy one does not make up for.
//! ## Test
//! A usage clause has a `bucket` and a `commitment` whose `shortfall` is charged, said by the
//! contract.
//! ## Money
//! The shortfall of every quiet span, nights and weekends among them.
//! ## Ask the provider
//! One commitment for the cycle, or `shortfall = "free"`.
//!
//! ## 结论
//! "{name}"的承诺按每 {bucket} 逐个保底: 清淡时段未用完的, 繁忙时段不能抵补。
//! ## 判断
//! 用量条款写了 `bucket`, 且合同写明 `commitment` 的 `shortfall` 照收。
//! ## 金额
//! 每个清淡时段的差额, 含夜间与周末。
//! ## 请收费方说明
//! 改为按整个账期保底, 或 `shortfall = "free"`。

use super::surcharge_always_due::said;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::Terms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L37",
    code: "commitment-by-bucket",
    level: Level::Warning,
    source: include_str!("commitment_by_bucket.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.clauses_with_ids().filter_map(|(id, clause)| {
        let Terms::Usage(terms) = &clause.terms else { return None };
        let (bucket, commitment) = terms.bucket.zip(terms.commitment)?;
        let charged =
            !commitment.shortfall_free && said(plan, id, "usage.commitment.shortfall");
        let remark = LINT.at(plan.place(clause, "commitment")).naming(&clause.name);
        charged.then(|| remark.with("bucket", Fact::Seconds(u64::from(bucket))))
    });
    found.collect()
}
