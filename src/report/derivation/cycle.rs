//! Steps of a call in its cycle: packages, sums that clauses price, what it adds; other readings;
//! what the provider charged.

use super::call::exact;
use super::step::{Place, Step, Terms, Value};
use crate::audit::Outcome;
use crate::money::{Amount, Exact};
use crate::rate::settle::{Draw, OnLine};
use crate::reconcile::Fact;
use crate::source::Locus;

/// From the charge of the call by itself to what it adds to the bill.
pub(super) fn cycle_steps(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(charge) = &outcome.trace.charge else { return steps };
    let clause = terms.compiled.rule(charge.rule).clause;
    if let Some(cycle) = &outcome.cycle {
        let of_leg = outcome.leg.iter().filter_map(|leg| leg.cycle.as_ref());
        let draws = cycle.draws.iter().chain(of_leg.flat_map(|cycle| &cycle.draws));
        steps.extend(draws.map(|draw| package(terms, draw)));
        let several = cycle.lines.len() > 1;
        let shown = cycle.lines.iter().filter(|line| line.of_sum || several);
        steps.extend(shown.map(|line| sum(terms, line)));
    }
    steps.extend(outcome.later.iter().map(|(period, seconds, charge)| {
        let step = Step::new("later-cycle").text("period", period.to_string());
        let step = step.seconds("billed", *seconds).with("amount", Fact::Money(*charge));
        step.on(terms.key("contract", "call_cycle"))
    }));
    let adds = Step::new("adds")
        .text("line", terms.name(clause))
        .text("period", outcome.period.to_string())
        .with("amount", exact(outcome.adds));
    let adds = adds.comes_to(Value::Money(outcome.adds));
    steps.push(adds.on(terms.clause(clause)));
    if outcome.void.is_none() && !outcome.adds.is_zero() {
        steps.push(Step::new("line").text("line", terms.name(clause)));
    }
    steps.extend(readings(outcome));
    steps
}

/// A pool of minutes or money before and after the call.
fn package(terms: Terms<'_>, draw: &Draw) -> Step {
    let fact = |sum: Exact| match sum.finite().and_then(|value| u64::try_from(value).ok()) {
        Some(calls) if draw.calls => Fact::Count(calls),
        Some(seconds) if !draw.money => Fact::Seconds(seconds),
        _ => exact(sum),
    };
    let name = if draw.before.is_zero() { "package-empty" } else { "package" };
    let how = match (draw.money, draw.by_talk) {
        (true, _) => "burn.money",
        _ if draw.calls => "burn.calls",
        (false, true) => "burn.talk",
        (false, false) => "burn.billed",
    };
    let whose = match (draw.per_number, draw.each_seat) {
        (true, _) if draw.each_day => "scope.number-day",
        (true, _) => "scope.number",
        (false, true) => "scope.seat",
        (false, false) if draw.each_day => "scope.pool-day",
        (false, false) => "scope.pool",
    };
    let step = Step::new(name)
        .text("package", terms.name(draw.package))
        .with("pool", fact(draw.pool))
        .with("before", fact(draw.before))
        .with("taken", fact(draw.taken))
        .with("after", fact(draw.after()))
        .with("how", Fact::Word(how))
        .with("whose", Fact::Word(whose));
    step.on(terms.place(draw.package, "includes")).on(terms.place(draw.package, "burn"))
}

/// A line before the call and with it, where the line is no sum of its calls' charges.
fn sum(terms: Terms<'_>, line: &OnLine) -> Step {
    let adds = line.cost.1 - line.cost.0;
    Step::new(if line.of_sum { "sum" } else { "part" })
        .text("line", &line.name)
        .with("unit", Fact::Word(line.unit))
        .with("before", exact_plain(line.quantity.0))
        .with("after", exact_plain(line.quantity.1))
        .with("cost_before", exact(line.cost.0))
        .with("cost_after", exact(line.cost.1))
        .with("amount", exact(adds))
        .comes_to(Value::Money(adds))
        .on(terms.place(line.clause, "tiers"))
}

/// A quantity: a number where it is finite.
fn exact_plain(quantity: Exact) -> Fact {
    quantity.finite().map_or(Fact::Exact(quantity), Fact::Number)
}

/// What other readings of an open contract would make of the call.
fn readings(outcome: &Outcome) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut same: Vec<&'static str> = Vec::new();
    let mut place = None;
    for reading in &outcome.readings {
        let fork = &reading.fork;
        if reading.adds == Some(outcome.adds) {
            if !same.contains(&fork.key) {
                same.push(fork.key);
            }
            place = place.or(Some(Place::Key(fork.at)));
            continue;
        }
        let name = if reading.adds.is_some() { "reading" } else { "reading-untold" };
        let step = Step::new(name)
            .text("key", fork.key)
            .text("assumed", fork.assumed)
            .text("word", reading.word)
            .on(Place::Key(fork.at));
        steps.push(match reading.adds {
            Some(adds) => step.with("amount", exact(adds)).comes_to(Value::Money(adds)),
            None => step,
        });
    }
    // A key that makes a difference under one reading has been shown.
    same.retain(|key| !steps.iter().any(|step| is_about(step, key)));
    if !same.is_empty() {
        let step = Step::new("readings-same").text("keys", same.join(", "));
        steps.push(place.into_iter().fold(step, Step::on));
    }
    steps
}

fn is_about(step: &Step, key: &str) -> bool {
    step.facts
        .iter()
        .any(|(name, fact)| *name == "key" && matches!(fact, Fact::Text(text) if text == key))
}

/// What the provider charged against what should have been, and why; says whether they differ.
pub(super) fn charged(
    outcome: &Outcome,
    at: Locus,
    steps: &mut Vec<Step>,
) -> (Option<Amount>, bool) {
    let Some(charged) = outcome.charged else { return (None, false) };
    // Of a call that no clause prices nothing is agreed.
    let Some((agreed, alone)) = outcome.charge() else { return (Some(charged), false) };
    let is_void = outcome.void.is_some();
    let given = Exact::amount(charged);
    // What packages, price steps and discounts change, records may show or not.
    let as_alone = !is_void && alone == charged;
    let differs = given != outcome.adds && !as_alone;
    let name = match (given == outcome.adds, as_alone) {
        (true, _) => "charged",
        (false, true) => "charged-gross",
        (false, false) => "charged-otherwise",
    };
    let billed = outcome.billed.unwrap_or(agreed);
    let step = Step::new(name)
        .with("charged", Fact::Money(charged))
        .with("expected", exact(outcome.adds))
        .with("difference", exact(given - outcome.adds))
        .seconds("billed", billed)
        .seconds("agreed", agreed);
    steps.push(step.comes_to(Value::Money(given)).on(Place::Row(at)));
    if differs {
        if outcome.causes.is_empty() {
            steps.push(Step::new("cause-none"));
        }
        for (code, share) in &outcome.causes {
            let share = share.map_or(given - outcome.adds, Exact::amount);
            let step = Step::new("cause").text("code", *code).with("amount", exact(share));
            steps.push(step.comes_to(Value::Money(share)));
        }
    }
    (Some(charged), differs)
}
