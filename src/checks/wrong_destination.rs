//! # Calls at the price of another destination
//! # 被叫区域归类错误
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged at the price of "{used}", another
//! destination.
//! ## Test
//! By the contract's zones the called numbers belong to "{agreed}"; the charge of each call
//! equals, to the last digit, what the price of the other zone gives.
//! ## Money
//! Charged less what the price of the right zone gives, call by call.
//! ## Often innocent
//! A mobile number may have been ported to another operator and keep its digits. The finding is
//! then supported, not proved.
//! ## Ask the provider
//! From which table of numbers, as of which day, the destination of these calls was taken.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话按"{used}"的单价计费, 属于另一被叫区域。
//! ## 判断
//! 按合同区域定义, 被叫号码属于"{agreed}"; 这些通话的实收金额与按另一区域单价计算逐条完全一致。
//! ## 金额
//! 逐条以实收减去按正确区域单价应收。
//! ## 常见正当原因
//! 手机号可能已携号转网, 号码不变而归属运营商改变; 此时本项列为有据, 而非已证实。
//! ## 请收费方说明
//! 被叫区域依据哪份号段表, 以何日为准。

use super::{Case, Check, Finding, Grade, Level, Stage, mistaken};
use crate::reconcile::{Fact, Hypothesis};
use crate::tariff::{ClauseId, DestinationZone};

/// The check.
pub static CHECK: Check = Check {
    id: "D04",
    code: "wrong-destination",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("wrong_destination.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken_as(&CHECK, unless_ported),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let others = case.others_that_give(clause).into_iter().map(|other| {
        mistaken::under(CHECK.code, case, other, |own, other| {
            own.zone != other.zone
                && own.direction == other.direction
                && (other.period.is_none() || own.period == other.period)
        })
        .with("used", Fact::Text(destination(case, other)))
        .with("agreed", Fact::Text(destination(case, clause)))
    });
    others.collect()
}

fn zones<'c>(case: &Case<'c>, clause: ClauseId) -> impl Iterator<Item = &'c DestinationZone> {
    let plan = case.papers.plan;
    let zones = case.call_terms(clause).map_or(&[][..], |terms| &terms.zones);
    zones.iter().map(|id| &plan.zones[id.index()])
}

/// The zones of a clause, or its name if it is for all other numbers.
fn destination(case: &Case<'_>, clause: ClauseId) -> String {
    let names: Vec<&str> = zones(case, clause).map(|zone| zone.name.as_str()).collect();
    if names.is_empty() { case.papers.plan.clause(clause).name.clone() } else { names.join(" / ") }
}

/// Segments of mobile numbers tell the operator only until a number is ported.
fn unless_ported(case: &Case<'_>, mut finding: Finding) -> Finding {
    let names: Vec<&str> = finding
        .facts
        .iter()
        .filter_map(|(name, fact)| match fact {
            Fact::Text(text) if *name == "used" || *name == "agreed" => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let by_segment = |zone: &DestinationZone| {
        zone.prefixes.iter().any(|(digits, _)| {
            let mut digits = digits.bytes();
            digits.next() == Some(b'1') && matches!(digits.next(), None | Some(b'3'..=b'9'))
        })
    };
    let ported = case
        .papers
        .plan
        .calls()
        .filter(|(id, _, _)| names.contains(&destination(case, *id).as_str()))
        .any(|(id, _, _)| zones(case, id).any(by_segment));
    if ported {
        finding.grade = finding.grade.min(Grade::Supported);
    }
    finding
}
