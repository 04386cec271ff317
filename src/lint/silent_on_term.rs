//! # The contract is silent
//! # 合同未写明
//!
//! ## Says
//! Nothing on {term} ({key}).
//! ## Test
//! A term that hurts in other contracts is not in this one: notice of new prices, renewal (if it
//! has a last day), ending it before, time to object and whose records decide, back-billing, faults
//! and banned numbers (if it rents numbers or lines), tax, the longest call that may be billed.
//! ## Money
//! None that is agreed; but what is not written is argued about later.
//! ## Ask the provider
//! A sentence on it, and the key that says it: {key}.
//!
//! ## 结论
//! 合同未写明{term} ({key})。
//! ## 判断
//! 其他合同中于付费方不利的条款, 本合同没有写: 调价通知, 续约 (有末日时), 提前解除, 异议期限与以谁的话单为准,
//! 补收期限, 故障与封号 (租用号码或线路时), 税, 单次通话最长计费时长。
//! ## 金额
//! 没有约定的金额; 但未写明之处日后易起争议。
//! ## 请收费方说明
//! 写明一句, 并填写相应的键: {key}。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{RecurringPer, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L61",
    code: "silent-on-term",
    level: Level::Info,
    source: include_str!("silent_on_term.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let notice = plan.notice.as_ref();
    let renewal = plan.renewal.as_ref();
    let dispute = plan.dispute.as_ref();
    let suspension = plan.suspension.as_ref();
    let ends = plan.head.valid.until.is_some();
    let rents = plan.clauses.iter().any(|clause| match &clause.terms {
        Terms::Recurring(terms) => matches!(terms.per, RecurringPer::Number | RecurringPer::Line),
        _ => false,
    });
    let calls = || plan.calls().map(|(_, _, terms)| terms);
    let prices = calls().next().is_some();
    let limited = calls().all(|terms| terms.metering.max_call.is_some());
    let silent = [
        (notice.is_none_or(|n| n.price_days.is_none()), "silent.price", "notice.price_days"),
        (ends && renewal.is_none(), "silent.renewal", "renewal.mode"),
        (renewal.is_none_or(|r| r.early_end.is_none()), "silent.end", "renewal.early_end"),
        (dispute.is_none_or(|d| d.window_days.is_none()), "silent.dispute", "dispute.window_days"),
        (prices && dispute.is_none_or(|d| d.records.is_none()), "silent.records", "dispute.records"),
        (
            dispute.is_none_or(|d| d.back_billing_days.is_none()),
            "silent.back",
            "dispute.back_billing_days",
        ),
        (
            rents && suspension.is_none_or(|s| s.fault_hours.is_none()),
            "silent.fault",
            "suspension.fault_hours",
        ),
        (plan.tax.is_none(), "silent.tax", "tax.included"),
        (prices && !limited, "silent.longest", "metering.max_call"),
    ];
    silent
        .into_iter()
        .filter(|(silent, _, _)| *silent)
        .map(|(_, term, key)| {
            LINT.at(subject.plan.head.at)
                .with("term", Fact::Word(term))
                .with("key", Fact::Text(key.to_owned()))
        })
        .collect()
}
