//! # A surcharge that is always due
//! # 必然触发的附加费
//!
//! ## Says
//! "{name}" is due whatever the calls are: its limit of {limit} is always reached.
//! ## Test
//! A share of short or unanswered calls of 0 % at which the fee is due already; a share of answered
//! ones of 100 %; a first call of a number and day.
//! ## Money
//! The surcharge, every cycle: a price by another name.
//! ## Ask the provider
//! A limit that ordinary calling stays below, or the fee as part of the price.
//!
//! ## 结论
//! 无论通话情况如何, "{name}"都会收取: 其界限 {limit} 总会达到。
//! ## 判断
//! 短通话或未接通占比的界限为 0 % 且恰在界限上即收; 接通率的界限为 100 %; 单号单日自第一次呼叫起。
//! ## 金额
//! 每期都收的附加费, 实为变相加价。
//! ## 请收费方说明
//! 正常呼叫不会达到的界限, 或将其并入单价。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{ClauseId, Plan, Trigger};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L44",
    code: "surcharge-always-due",
    level: Level::Warning,
    source: include_str!("surcharge_always_due.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.surcharges().filter_map(|(id, clause, terms)| {
        if !terms.at_limit || !said(plan, id, "surcharge.at_limit") {
            return None;
        }
        let (key, limit) = match terms.trigger {
            Trigger::Short { share, .. } | Trigger::Unanswered(share) if share.is_zero() => {
                ("share", Fact::Percent(share))
            }
            Trigger::Answered(share) if share >= Decimal::ONE => ("share", Fact::Percent(share)),
            Trigger::Frequency(calls) if calls <= 1 => ("calls", Fact::Count(calls.into())),
            _ => return None,
        };
        Some(LINT.at(plan.place(clause, key)).naming(&clause.name).with("limit", limit))
    });
    found.collect()
}

/// True if the contract answers a question of a clause itself.
pub(super) fn said(plan: &Plan, clause: ClauseId, key: &str) -> bool {
    !plan.is_open(key, Some(clause))
}
