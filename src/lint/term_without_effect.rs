//! # A term that can never bear on a bill
//! # 不会产生影响的条款
//!
//! ## Says
//! "{name}" {why}.
//! ## Test
//! A rollover of at most 0; a discount of 0, or with a limit of 0 on what its lines cost; a
//! surcharge of 0, or with a limit that no share and no average can cross.
//! ## Money
//! None by itself; whoever reads the contract counts on a term that does nothing.
//! ## Ask the provider
//! What the term was meant to say.
//!
//! ## 结论
//! "{name}"{why}。
//! ## 判断
//! 结转上限为 0; 折扣为 0, 或适用项目的封顶金额为 0; 附加费为 0, 或其界限是任何占比与平均值都达不到的。
//! ## 金额
//! 本身不产生金额; 但读合同的人会以为该条款有作用。
//! ## 请收费方说明
//! 该条款本意为何。

use super::surcharge_always_due::said;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{Reduction, SurchargeFee, SurchargeTerms, Terms, Trigger};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L07",
    code: "term-without-effect",
    level: Level::Error,
    source: include_str!("term_without_effect.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.clauses_with_ids().filter_map(|(id, clause)| {
        let (key, why) = match &clause.terms {
            Terms::Package(terms) if terms.rollover?.most?.is_zero() => {
                ("rollover", "void-term.rollover")
            }
            Terms::Discount(terms) => match terms.reduction {
                Reduction::Percent(share) if share.is_zero() => ("percent", "void-term.discount"),
                Reduction::Sum(sum) if sum.is_zero() => ("amount", "void-term.discount"),
                Reduction::Above(limit) if limit.is_zero() => ("above", "void-term.above"),
                _ => return None,
            },
            Terms::Surcharge(terms) => match terms.fee {
                SurchargeFee::Call(fee) if fee.is_zero() => ("fee", "void-term.fee"),
                SurchargeFee::Percent(share) if share.is_zero() => ("percent", "void-term.fee"),
                _ if said(plan, id, "surcharge.at_limit") => (never_due(terms)?, "void-term.never"),
                _ => return None,
            },
            _ => return None,
        };
        let remark = LINT.at(plan.place(clause, key)).naming(&clause.name);
        Some(remark.with("why", Fact::Word(why)))
    });
    found.collect()
}

/// The key of a limit that nothing crosses.
fn never_due(terms: &SurchargeTerms) -> Option<&'static str> {
    let whole = |share: rust_decimal::Decimal| share >= rust_decimal::Decimal::ONE;
    match terms.trigger {
        Trigger::Short { seconds: 0, edge: false, .. } => Some("seconds"),
        _ if terms.at_limit => None,
        Trigger::Short { share, .. } | Trigger::Unanswered(share) => {
            Some("share").filter(|_| whole(share))
        }
        Trigger::Answered(share) => Some("share").filter(|_| share.is_zero()),
        Trigger::Average(seconds) => Some("seconds").filter(|_| seconds == 0),
        Trigger::Frequency(_) => None,
    }
}
