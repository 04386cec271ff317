//! Steps of a call in its cycle: packages, sums that clauses price, what it adds; other readings;
//! what the provider charged.

use super::call::{exact, money};
use super::charge::{amount, on_clause};
use super::step::{Place, Step, Terms, Value};
use crate::audit::Outcome;
use crate::money::{Amount, Exact, Fixed};
use crate::rate::settle::{Draw, InCycle, Left};
use crate::reconcile::Fact;
use crate::source::Locus;

/// From the charge of the call by itself to what it adds to the bill.
pub(super) fn cycle_steps(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(charge) = &outcome.trace.charge else { return steps };
    if let Some(cycle) = &outcome.cycle {
        steps.extend(cycle.draws.iter().map(|draw| package(terms, draw)));
        let drawn = cycle.draws.iter().any(|draw| draw.taken > 0);
        steps.extend(cycle.left.iter().filter_map(|left| rest(terms, cycle, left, drawn)));
        if cycle.waived != Fixed::ZERO {
            let step = Step::new("connect-waived").with("fee", money(cycle.waived));
            let of = cycle.draws.iter().find(|draw| draw.taken > 0).map(|draw| draw.package);
            let place = of.map(|package| terms.place(package, "connect", "package"));
            let step = step.comes_to(amount(-cycle.waived));
            steps.push(place.into_iter().fold(step, Step::on));
        }
    }
    let clause = terms.compiled.rule(charge.rule).clause;
    let adds = Step::new("adds")
        .text("line", terms.name(clause))
        .text("period", outcome.period.to_string())
        .with("amount", exact(outcome.adds));
    steps.push(on_clause(terms, adds.comes_to(Value::Money(outcome.adds)), clause));
    if outcome.void.is_none() && !outcome.adds.is_zero() {
        steps.push(Step::new("line").text("line", terms.name(clause)));
    }
    steps.extend(readings(outcome));
    steps
}

/// A pool of minutes before and after the call.
fn package(terms: Terms<'_>, draw: &Draw) -> Step {
    let name = if draw.before == 0 { "package-empty" } else { "package" };
    let step = Step::new(name)
        .text("package", terms.name(draw.package))
        .seconds("pool", draw.pool)
        .seconds("before", draw.before)
        .seconds("taken", draw.taken)
        .seconds("after", draw.before - draw.taken)
        .with("how", Fact::Word(if draw.by_talk { "burn.talk" } else { "burn.billed" }))
        .with("whose", Fact::Word(if draw.per_number { "scope.number" } else { "scope.pool" }));
    step.on(terms.place(draw.package, "includes", "package"))
        .on(terms.place(draw.package, "burn", "package"))
}

/// What is left of a call after packages, and where it stands in a sum that its clause prices.
fn rest(terms: Terms<'_>, cycle: &InCycle, left: &Left, drawn: bool) -> Option<Step> {
    let seconds: u64 = left.shares.iter().map(|(_, seconds)| u64::from(*seconds)).sum();
    let name = terms.name(left.clause);
    let step = match &left.position {
        Some(position) => Step::new("sum")
            .text("clause", name)
            .seconds("before", position.before)
            .seconds("after", position.after)
            .seconds("rounded_before", position.rounded.0)
            .seconds("rounded_after", position.rounded.1)
            .with("cost_before", exact(position.cost.0))
            .with("cost_after", exact(position.cost.1))
            .with(
                "whose",
                Fact::Word(if position.per_number { "scope.number" } else { "scope.pool" }),
            )
            .with("amount", exact(left.amount))
            .on(terms.place(left.clause, "tiers", "metering")),
        None if drawn || cycle.left.len() > 1 => {
            let step = Step::new("rest").text("clause", name).seconds("seconds", seconds);
            on_clause(terms, step.with("amount", exact(left.amount)), left.clause)
        }
        None => return None,
    };
    Some(step.comes_to(Value::Money(left.amount)))
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
    step.facts.iter().any(|(name, fact)| {
        *name == "key" && matches!(fact, Fact::Text(text) if text == key)
    })
}

/// What the provider charged against what should have been, and why; says whether they differ.
pub(super) fn charged(
    outcome: &Outcome,
    at: Locus,
    steps: &mut Vec<Step>,
) -> (Option<Amount>, bool) {
    let Some(charged) = outcome.charged else { return (None, false) };
    let alone = outcome.trace.charge.as_ref().map(|charge| charge.total.amount());
    let is_void = outcome.void.is_some();
    let given = Exact::amount(charged);
    // What packages, price steps and discounts change, records may show or not.
    let as_alone = !is_void && alone == Some(charged);
    let differs = given != outcome.adds && !as_alone;
    let name = match (given == outcome.adds, as_alone) {
        (true, _) => "charged",
        (false, true) => "charged-gross",
        (false, false) => "charged-otherwise",
    };
    let billed = outcome.billed.unwrap_or(outcome.trace.rated.billed);
    let step = Step::new(name)
        .with("charged", Fact::Money(charged))
        .with("expected", exact(outcome.adds))
        .with("difference", exact(given - outcome.adds))
        .seconds("billed", billed)
        .seconds("agreed", outcome.trace.rated.billed);
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
