//! # A surcharge computed on other terms
//! # 附加费口径错误
//!
//! ## Says
//! "{line}" is billed at {billed}: that is the surcharge {how}. By the contract it is {expected}.
//! ## Test
//! What is billed is, within the rounding of the line, what the surcharge comes to under other
//! terms: for all calls instead of those that offend, or the other way about; among other calls;
//! before its limit is reached; by the day instead of by the cycle.
//! ## Money
//! What is billed, less the surcharge that the contract's terms give.
//! ## Often innocent
//! The provider may have counted calls that these records do not hold, such as those that its
//! routing refused.
//! ## Ask the provider
//! How many calls were counted, how many of them offended, and for which the fee was charged.
//!
//! ## 结论
//! "{line}"计收 {billed}, 相当于{how}的附加费; 按合同应为 {expected}。
//! ## 判断
//! 账单金额在取整误差内等于按另一口径计算的附加费: 对全部通话而非违反条件的通话收取 (或相反),
//! 计数范围不同, 未达界限即收取, 或以逐日代替整个账期判断。
//! ## 金额
//! 实收减去按合同口径应收的附加费。
//! ## 常见正当原因
//! 收费方可能计入了本话单没有的呼叫, 例如被其路由拒绝的呼叫。
//! ## 请收费方说明
//! 计数共多少次呼叫, 其中多少次违反条件, 附加费对哪些呼叫收取。

use super::{Case, Check, Finding, Level, Stage};
use crate::rate::settle::surcharge_due;
use crate::reconcile::{Fact, Row, RowKind};
use crate::tariff::{Clause, ClauseId, SurchargeTerms, Terms, Trigger};

/// The check.
pub static CHECK: Check = Check {
    id: "D13",
    code: "surcharge-base-wrong",
    stage: Stage::Package,
    level: Level::Error,
    source: include_str!("surcharge_base_wrong.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Pair) {
        let row = case.row(id);
        let Some(how) = other_terms(case, row) else { continue };
        let finding = Finding::new(&CHECK, case.row_grade(row))
            .claiming(row.open(), id)
            .with("line", case.row_name(row))
            .with("billed", Fact::Money(row.billed))
            .with("expected", Fact::Money(row.expected))
            .with("how", Fact::Word(how))
            .showing_all(case.row_evidence(row));
        case.claim(id, &CHECK, finding.amount.point);
        case.push(finding);
    }
}

/// Other terms that give what was billed, the plainest first.
fn other_terms(case: &Case<'_>, row: &Row) -> Option<&'static str> {
    let papers = &case.papers;
    let mut lines = case.bill_lines(row);
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let [only] = line.clauses.as_slice() else { return None };
    let (clause, terms) = surcharge(case, *only)?;
    let tally = papers.tally?;
    let tolerance = case.rounding_tolerance(row);
    let gives_the_bill = |terms: &SurchargeTerms| {
        let due = surcharge_due(papers.plan, papers.compiled, tally, clause, terms);
        let net = due.amount.round(papers.plan.rounding.line);
        (case.in_ledger(line, net) - row.billed).abs() <= tolerance
    };
    let found = others(terms).into_iter().find(|(other, _)| gives_the_bill(other));
    found.map(|(_, how)| how)
}

fn surcharge<'c>(case: &Case<'c>, id: ClauseId) -> Option<(&'c Clause, &'c SurchargeTerms)> {
    let clause = case.papers.plan.clause(id);
    match &clause.terms {
        Terms::Surcharge(terms) => Some((clause, terms)),
        _ => None,
    }
}

fn others(terms: &SurchargeTerms) -> Vec<(SurchargeTerms, &'static str)> {
    let with = |change: &dyn Fn(&mut SurchargeTerms)| {
        let mut other = terms.clone();
        change(&mut other);
        other
    };
    let flipped = if terms.on_all { "surcharge.on-offending" } else { "surcharge.on-all" };
    let among = if terms.among_all { "surcharge.among-answered" } else { "surcharge.among-all" };
    let window = if terms.by_day { "surcharge.by-cycle" } else { "surcharge.by-day" };
    let mut others = vec![
        (with(&|terms| terms.on_all = !terms.on_all), flipped),
        (with(&|terms| terms.at_limit = !terms.at_limit), "surcharge.at-limit"),
        (with(&|terms| terms.least_calls = 0), "surcharge.few-calls"),
    ];
    if let Trigger::Short { .. } = terms.trigger {
        let edge = |terms: &mut SurchargeTerms| {
            if let Trigger::Short { edge, .. } = &mut terms.trigger {
                *edge = !*edge;
            }
        };
        others.push((with(&edge), "surcharge.seconds-edge"));
    }
    if matches!(terms.trigger, Trigger::Short { .. } | Trigger::Frequency(_)) {
        others.push((with(&|terms| terms.among_all = !terms.among_all), among));
    }
    if !matches!(terms.trigger, Trigger::Frequency(_)) {
        others.push((with(&|terms| terms.by_day = !terms.by_day), window));
        others.push((with(&no_limit), "surcharge.no-limit"));
        let all = |terms: &mut SurchargeTerms| {
            no_limit(terms);
            terms.on_all = !terms.on_all;
        };
        others.push((with(&all), "surcharge.no-limit"));
    }
    others
}

/// The surcharge as if its limit were always passed.
fn no_limit(terms: &mut SurchargeTerms) {
    (terms.at_limit, terms.least_calls) = (true, 0);
    match &mut terms.trigger {
        Trigger::Short { share, .. } | Trigger::Unanswered(share) => *share = 0.into(),
        Trigger::Answered(share) => *share = 1.into(),
        // Whoever asks for the longest average is never content, and finds all calls too short.
        Trigger::Average(seconds) => *seconds = u32::MAX,
        Trigger::Frequency(_) => {}
    }
}
