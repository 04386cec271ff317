//! # Calls at a price that had been lowered
//! # 降价后仍按原价计费
//!
//! ## Says
//! "{clause}" was still charged at {used}, the price until {until}; since then it is {agreed}.
//! ## Test
//! An earlier version of the clause was dearer, and the charge of each of these calls equals, to
//! the last digit, what that version gives; each call began after it had ended.
//! ## Money
//! Charged less what the version in force on the day of the call gives.
//! ## Often innocent
//! A new price may take effect with the next billing cycle only, or once a supplement is signed.
//! ## Ask the provider
//! On which day the lower price was set in the billing system, and why not on the agreed one.
//!
//! ## 结论
//! "{clause}"仍按 {used} 计费, 该单价已于 {until} 止; 此后合同单价为 {agreed}。
//! ## 判断
//! 该条款此前的单价较高, 而这些通话的实收金额与按原单价计算逐条完全一致, 且均发生在原单价失效之后。
//! ## 金额
//! 逐条以实收减去通话当日有效单价的应收。
//! ## 常见正当原因
//! 新单价可能约定自下一账期, 或自补充协议签署后生效。
//! ## 请收费方说明
//! 计费系统何时更新为新单价, 为何未按约定日期更新。

use super::lines::PrintedPrice;
use super::{Case, Check, Level, Stage, mistaken};
use crate::money::Fixed;
use crate::rate::CallPrice;
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::{CallTerms, ClauseId};
use crate::when::Day;

/// The check.
pub static CHECK: Check = Check {
    id: "D03",
    code: "superseded-rate",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("superseded_rate.rs"),
    hypotheses: Some(hypotheses),
    run,
};

/// An earlier and dearer version of a clause.
struct Earlier<'c> {
    id: ClauseId,
    terms: &'c CallTerms,
    until: Day,
}

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let Some(now) = case.call_terms(clause) else { return Vec::new() };
    let compiled = case.papers.compiled;
    let mut hypotheses = Vec::new();
    for earlier in earlier(case, clause, now) {
        let terms = earlier.terms;
        let Ok(connect) = Fixed::from_decimal(terms.connect) else { continue };
        let price = CallPrice { price: terms.price, per: terms.per, connect };
        hypotheses.push(Hypothesis::at_price(CHECK.code, compiled, price));
        if terms.metering != now.metering {
            // The whole old version, its way of counting seconds included.
            hypotheses.push(mistaken::under(CHECK.code, case, earlier.id, |own, other| {
                (own.zone, own.direction) == (other.zone, other.direction)
            }));
        }
        for one in hypotheses.iter_mut().filter(|one| one.facts.is_empty()) {
            one.facts = vec![
                ("used", Fact::Number(terms.price)),
                ("until", Fact::Day(earlier.until)),
                ("agreed", Fact::Number(now.price)),
            ];
        }
    }
    hypotheses
}

fn earlier<'c>(
    case: &Case<'c>,
    clause: ClauseId,
    now: &CallTerms,
) -> impl Iterator<Item = Earlier<'c>> {
    let plan = case.papers.plan;
    let from = plan.clause(clause).valid.from;
    plan.calls().filter_map(move |(id, other, terms)| {
        let until = other.valid.until.filter(|until| from.is_some_and(|from| *until < from))?;
        // A price for all other times held in what is a period of its own now.
        let same = terms.share_calls(now) && (terms.periods.is_empty() || terms.share_hours(now));
        let each = |terms: &CallTerms, other: &CallTerms| {
            terms.price * rust_decimal::Decimal::from(other.per)
        };
        let (before, after) = (each(terms, now), each(now, terms));
        let dearer = before > after || (before == after && terms.connect > now.connect);
        (same && dearer).then_some(Earlier { id, terms, until })
    })
}

fn run(case: &mut Case<'_>) {
    case.report_taken(&CHECK);
    case.claim_printed_price(&CHECK, |case, line: &PrintedPrice| {
        let now = case.call_terms(line.clause)?;
        let mut earlier = earlier(case, line.clause, now);
        let same = earlier.find(|earlier| earlier.terms.price == line.printed)?;
        Some(vec![("until", Fact::Day(same.until))])
    });
}
