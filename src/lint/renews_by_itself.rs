//! # The contract renews itself
//! # 自动续约
//!
//! ## Says
//! The contract goes on {months}unless somebody objects{notice}.
//! ## Test
//! `mode` of `[renewal]` is `automatic`.
//! ## Money
//! The fixed fees and minimums of another term, if the day is missed.
//! ## Ask the provider
//! `mode = "ends"`, or a reminder by the provider before that day.
//!
//! ## 结论
//! 无异议即自动续约{months}{notice}。
//! ## 判断
//! `[renewal]` 的 `mode` 为 `automatic`。
//! ## 金额
//! 错过期限时, 再付一期的固定费用与保底。
//! ## 请收费方说明
//! 改为 `mode = "ends"`, 或要求收费方事先提醒。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::source::Field;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L52",
    code: "renews-by-itself",
    level: Level::Warning,
    source: include_str!("renews_by_itself.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let renewal = subject.plan.renewal.as_ref().filter(|renewal| renewal.automatic);
    let said = |number: Option<Field<u32>>, key: &'static str| match number {
        Some(number) => Fact::Phrase(key, vec![("count", Fact::Count(number.value.into()))]),
        None => Fact::Text(String::new()),
    };
    let remark = renewal.map(|renewal| {
        LINT.at(renewal.at)
            .with("months", said(renewal.months, "renewal.months"))
            .with("notice", said(renewal.notice_days, "renewal.notice"))
    });
    remark.into_iter().collect()
}
