//! Steps of a charge: clause and version, seconds, price, rounding, fees.

use super::call::{exact, money};
use super::step::{Step, Terms, Value};
use crate::audit::Outcome;
use crate::money::{Amount, Exact, Fixed, Rounding, RoundingMode};
use crate::rate::Rule;
use crate::rate::trace::{CallTrace, Charge, Priced, Time};
use crate::reconcile::Fact;
use crate::tariff::{BandRule, FreeHow};

/// From the rule that prices a call to its own charge.
pub(super) fn charge_steps(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let trace = &outcome.trace;
    let Some(charge) = &trace.charge else { return Vec::new() };
    let rule = terms.compiled.rule(charge.rule);
    let mut steps = vec![price(terms, rule)];
    steps.extend(version(terms, outcome, rule));
    if let Some(time) = &charge.time {
        seconds(terms, rule, *time, &mut steps);
    }
    shares(terms, trace, charge, &mut steps);
    let rounded = Amount::new(charge.rounded.round(None).decimal());
    let round = rounding("round-call", charge.rounding, charge.exact, rounded);
    steps.extend(
        round.map(|step| {
            step.on(terms.key("rounding", "call")).comes_to(Value::Money(charge.rounded))
        }),
    );
    if charge.bounded != charge.rounded {
        let step = Step::new("bounds")
            .with("before", exact(charge.rounded))
            .with("after", exact(charge.bounded))
            .comes_to(Value::Money(charge.bounded));
        steps.push(step.on(terms.clause(rule.clause)));
    }
    let fees = [
        ("connect", charge.fees.connect),
        ("fee-within", charge.fees.within),
        ("attempt", charge.attempt),
    ];
    for (name, fee) in fees.into_iter().filter(|(_, fee)| *fee != Fixed::ZERO) {
        let step = Step::new(name).with("fee", money(fee)).comes_to(amount(fee));
        let key = if name == "fee-within" { "after" } else { name };
        steps.push(step.on(terms.place(rule.clause, key)));
    }
    let total = Step::new("charge").with("amount", money(charge.total));
    steps.push(total.comes_to(amount(charge.total)));
    steps
}

fn amount(fixed: Fixed) -> Value {
    Value::Money(Exact::amount(fixed.amount()))
}

fn price(terms: Terms<'_>, rule: &Rule) -> Step {
    let tiers = terms.beside(terms.plan.clause(rule.clause).at, "tiers").is_some();
    let key = if tiers { "tiers" } else { "price" };
    Step::new("price")
        .text("clause", terms.name(rule.clause))
        .with("price", Fact::Number(rule.price))
        .seconds("per", rule.per)
        .on(terms.place(rule.clause, key))
}

/// Which of a name's clauses holds, where some hold on some days only.
fn version(terms: Terms<'_>, outcome: &Outcome, rule: &Rule) -> Option<Step> {
    let clause = terms.plan.clause(rule.clause);
    clause.valid.from.or(clause.valid.until)?;
    let step = Step::new("version")
        .text("clause", &clause.name)
        .text("valid", clause.valid.to_string())
        .with("day", Fact::Day(outcome.day));
    Some(step.on(terms.place(rule.clause, "valid")))
}

/// Talk time → billed seconds.
fn seconds(terms: Terms<'_>, rule: &Rule, time: Time, steps: &mut Vec<Step>) {
    let metering = &rule.metering;
    let mut add = |name, key: &str, before: u32, after: u32, with: &dyn Fn(Step) -> Step| {
        let step = Step::new(name).seconds("before", before).seconds("after", after);
        let step = with(step).comes_to(Value::Seconds(after));
        steps.push(step.on(terms.place(rule.clause, key)));
    };
    if let Some(most) = metering.max_call.filter(|_| time.cut < time.seconds) {
        add("max-call", "max_call", time.seconds, time.cut, &|step| step.seconds("most", most));
    }
    let plain = |step| step;
    match metering.free {
        Some((free, FreeHow::Cliff)) => {
            let name = if time.cut < free { "free-cliff" } else { "free-passed" };
            add(name, "free", time.cut, time.left, &|step| step.seconds("free", free));
        }
        Some((free, FreeHow::Subtract)) => {
            add("free-subtract", "free", time.cut, time.left, &|step| step.seconds("free", free));
        }
        Some((_, FreeHow::AfterRounding)) | None => {}
    }
    if time.with_minimum == 0 {
        if time.cut == 0 {
            add("zero", "zero", 0, 0, &plain);
        }
        return;
    }
    if rule.steps.len() > 1 {
        // Prices that change within a call may have blocks of their own.
        return;
    }
    add("blocks", "increment", time.left, time.blocks, &|step| {
        step.with("increments", Fact::Increments(metering.first, metering.next))
    });
    if time.with_minimum > time.blocks {
        add("minimum", "minimum", time.blocks, time.with_minimum, &|step| {
            step.seconds("minimum", metering.minimum)
        });
    }
    if let Some((free, FreeHow::AfterRounding)) = metering.free {
        add("free-after", "free", time.with_minimum, time.billed, &|step| {
            step.seconds("free", free)
        });
    }
}

/// Billed seconds → price: of one rule, or of each on its side of a period's edge.
fn shares(terms: Terms<'_>, trace: &CallTrace, charge: &Charge, steps: &mut Vec<Step>) {
    if let Some(straddle) = &trace.rated.straddle {
        let pieces: Vec<String> = straddle
            .pieces
            .iter()
            .map(|(id, seconds)| {
                let rule = terms.compiled.rule(*id);
                format!("{} {seconds}", period(terms, rule).unwrap_or(terms.name(rule.clause)))
            })
            .collect();
        let how = match terms.compiled.band_rule() {
            BandRule::Start => "band-rule.start",
            BandRule::EachIncrement => "band-rule.each-increment",
            BandRule::ExactSplit => "band-rule.exact-split",
            BandRule::EachPiece => "band-rule.each-piece",
        };
        let step = Step::new("over-edge").text("pieces", pieces.join(", "));
        steps.push(step.with("how", Fact::Word(how)).on(terms.key("metering", "band_rule")));
    }
    let alone = charge.shares.len() == 1;
    for share in &charge.shares {
        steps.push(priced(terms, share, alone));
    }
}

fn priced(terms: Terms<'_>, priced: &Priced, alone: bool) -> Step {
    let share = priced.share;
    let rule = terms.compiled.rule(share.rule);
    let name = match (rule.increment, alone) {
        (Some(_), _) => "blocks-priced",
        (None, true) => "time",
        (None, false) => "share",
    };
    let step = Step::new(name)
        .seconds("seconds", share.seconds)
        .with("price", Fact::Number(priced.price))
        .seconds("per", priced.per)
        .with("amount", exact(priced.exact));
    let step = if name == "time" {
        step
    } else {
        step.text("clause", terms.name(rule.clause))
            .text("period", period(terms, rule).unwrap_or_default())
            .seconds("from", share.at)
            .seconds("block", share.block)
    };
    let key = if share.step > 0 { "after" } else { "price" };
    step.comes_to(Value::Money(priced.exact)).on(terms.place(rule.clause, key))
}

/// The name of a rule's part of the week.
fn period<'t>(terms: Terms<'t>, rule: &Rule) -> Option<&'t str> {
    rule.period.map(|id| terms.plan.periods[usize::from(id.0)].name.as_str())
}

/// A rounding, with what it rounds and what comes of it; `None` if nothing is rounded.
pub(super) fn rounding(
    name: &'static str,
    rounding: Option<Rounding>,
    before: Exact,
    after: Amount,
) -> Option<Step> {
    let rounding = rounding.filter(|_| !before.is_zero())?;
    Some(
        Step::new(name)
            .with("mode", Fact::Word(mode(rounding.mode())))
            .with("quantum", Fact::Number(rounding.quantum()))
            .with("before", exact(before))
            .with("after", Fact::Money(after)),
    )
}

fn mode(mode: RoundingMode) -> &'static str {
    match mode {
        RoundingMode::HalfUp => "rounding-mode.half-up",
        RoundingMode::HalfDown => "rounding-mode.half-down",
        RoundingMode::HalfEven => "rounding-mode.half-even",
        RoundingMode::Up => "rounding-mode.up",
        RoundingMode::Down => "rounding-mode.down",
        RoundingMode::HalfCeiling => "rounding-mode.half-ceiling",
        RoundingMode::Ceiling => "rounding-mode.ceiling",
        RoundingMode::Floor => "rounding-mode.floor",
    }
}
