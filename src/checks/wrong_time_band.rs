//! # Calls at the price of another time of day
//! # 时段单价错误
//!
//! ## Says
//! {count} [call|calls] of "{clause}" [was|were] charged at the price of "{used}", which was not
//! their time.
//! ## Test
//! By the time on the record and the contract's periods, holidays and make-up working days
//! included, these calls fall in another period; the charge of each equals, to the last digit,
//! what the price of the wrong period gives.
//! ## Money
//! Charged less what the price of the right period gives, call by call.
//! ## Often innocent
//! Records in another time zone, such as UTC, shift every call. Holidays may be announced late.
//! ## Ask the provider
//! By which clock and which calendar these calls were placed in a period.
//!
//! ## 结论
//! "{clause}"有 {count} 条通话按"{used}"的单价计费, 与通话时间不符。
//! ## 判断
//! 按话单时间及合同时段 (含节假日与调休) 判定, 这些通话属于另一时段; 其实收金额与按错误时段单价计算逐条完全一致。
//! ## 金额
//! 逐条以实收减去按正确时段单价应收。
//! ## 常见正当原因
//! 话单若采用其他时区 (如 UTC), 全部通话都会错位; 放假安排也可能公布较晚。
//! ## 请收费方说明
//! 这些通话按哪个时钟, 哪份日历判定时段。

use super::{Case, Check, Level, Stage, mistaken};
use crate::rate::GroupKey;
use crate::reconcile::{Fact, Hypothesis, Prediction, Way};
use crate::tariff::{BandRule, ClauseId};

/// The check.
pub static CHECK: Check = Check {
    id: "D06",
    code: "wrong-time-band",
    stage: Stage::Rate,
    level: Level::Error,
    source: include_str!("wrong_time_band.rs"),
    hypotheses: Some(hypotheses),
    run: |case| case.report_taken(&CHECK),
};

fn hypotheses<'h>(case: &'h Case<'_>, clause: ClauseId) -> Vec<Hypothesis<'h>> {
    let others = case.others_of_its_zones(clause).into_iter().map(|other| {
        mistaken::under(CHECK.code, case, other, |own, other| {
            (own.zone, own.direction) == (other.zone, other.direction) && own.period != other.period
        })
        .with("used", Fact::Text(band(case, other)))
    });
    let mut hypotheses: Vec<_> = others.collect();
    let compiled = case.papers.compiled;
    if compiled.band_rule() != BandRule::Start {
        // A call over a period's edge charged wholly by its start.
        let whole = move |key: &GroupKey| {
            let rule = compiled.rule(key.rule);
            let billed = Some(rule.billed(key.seconds));
            key.straddles.then(|| Prediction { charge: rule.charge(key.seconds), billed })
        };
        let by_start = Hypothesis::new(CHECK.code, Way::Whole(Box::new(whole)));
        hypotheses.push(by_start.with("used", Fact::Text(band(case, clause))));
    }
    hypotheses
}

/// The periods of a clause, or its name if it is for all other times.
fn band(case: &Case<'_>, clause: ClauseId) -> String {
    let plan = case.papers.plan;
    let periods = case.call_terms(clause).map_or(&[][..], |terms| &terms.periods);
    let names: Vec<&str> =
        periods.iter().map(|id| plan.periods[usize::from(id.0)].name.as_str()).collect();
    if names.is_empty() { plan.clause(clause).name.clone() } else { names.join(" / ") }
}
