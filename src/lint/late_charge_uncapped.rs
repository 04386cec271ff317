//! # A late charge without a cap
//! # 滞纳金没有上限
//!
//! ## Says
//! The late charge of {share} a day has no cap: after {days} days it is as large as what is
//! overdue.
//! ## Test
//! `[late]` has no `cap`.
//! ## Money
//! Without limit; a court may cut what exceeds the loss by 30 % (Civil Code art. 585), but only if
//! asked.
//! ## Ask the provider
//! A cap, such as 10 % of what is overdue.
//!
//! ## 结论
//! 滞纳金每日 {share}, 没有上限: {days} 天后与欠款相等。
//! ## 判断
//! `[late]` 未写 `cap`。
//! ## 金额
//! 没有限度; 超过损失 30 % 的部分可请求法院减少 (民法典第 585 条), 但须主动提出。
//! ## 请收费方说明
//! 约定上限, 例如欠款的 10 %。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L42",
    code: "late-charge-uncapped",
    level: Level::Warning,
    source: include_str!("late_charge_uncapped.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let open = plan.late().filter(|(_, _, terms)| terms.cap.is_none() && !terms.per_day.is_zero());
    let remark = open.and_then(|(_, clause, terms)| {
        let days = (Decimal::ONE / terms.per_day).ceil();
        Some(
            LINT.at(plan.place(clause, "per_day"))
                .with("share", Fact::Percent(terms.per_day))
                .with("days", Fact::Count(u64::try_from(days).ok()?)),
        )
    });
    remark.into_iter().collect()
}
