//! Steps of a record: what it is, whether it counts, where it goes and when.

use chrono::Weekday;

use super::charge::charge_steps;
use super::cycle::cycle_steps;
use super::step::{Derivation, Kind, Place, Step, Terms};
use crate::audit::{Audit, Derived, Outcome, derive};
use crate::cdr::{Field, Reject};
use crate::money::{Exact, Fixed};
use crate::number::Kind as NumberKind;
use crate::rate::trace::{Destination, Hour};
use crate::rate::{Unpriced, Void};
use crate::reconcile::Fact;
use crate::tariff::{AreaMatch, BillOn, Direction, ZoneId};
use crate::when::DayKind;

/// Derives every call that an audit followed.
#[must_use]
pub fn of_calls(audit: &Audit) -> Vec<Derivation> {
    let terms = Terms { plan: &audit.plan, compiled: &audit.compiled };
    derive(audit).iter().map(|derived| of_call(audit, terms, derived)).collect()
}

fn of_call(audit: &Audit, terms: Terms<'_>, derived: &Derived<'_>) -> Derivation {
    let at = derived.watched.found.at;
    let fields = derived
        .fields
        .iter()
        .map(|(field, head, text)| {
            let person = matches!(field, Field::Caller | Field::Callee | Field::Agent);
            let is_number = *field != Field::Agent || crate::number::is_like_number(text);
            let fact = if person && is_number {
                Fact::Person(text.clone())
            } else {
                Fact::Text(text.clone())
            };
            (field.word(), head.clone(), fact)
        })
        .collect();
    let outcome = match &derived.outcome {
        Ok(outcome) => outcome,
        Err(reject) => {
            return Derivation {
                at: Some(at),
                name: None,
                kind: Kind::Rejected,
                fields,
                steps: vec![rejected(reject).on(Place::Row(at))],
                charge: None,
                adds: Exact::ZERO,
                charged: None,
                differs: false,
            };
        }
    };
    let kind = match (outcome.void, &outcome.trace.rated.rule) {
        (_, Err(_)) => Kind::Unpriced,
        (Some(_), Ok(_)) => Kind::Void,
        (None, Ok(_)) => Kind::Counted,
    };
    let mut steps = vec![record(outcome).on(Place::Row(at))];
    steps.extend(understood(terms, outcome));
    steps.extend(void(audit, terms, derived, outcome));
    steps.extend(destination(terms, outcome));
    steps.extend(outcome.trace.hour.map(|hour| band(terms, hour)));
    steps.extend(unpriced(terms, outcome));
    steps.extend(charge_steps(terms, outcome));
    steps.extend(leg_steps(terms, outcome));
    steps.extend(cycle_steps(terms, outcome));
    let (charged, differs) = super::cycle::charged(outcome, at, &mut steps);
    Derivation {
        at: Some(at),
        name: None,
        kind,
        fields,
        steps,
        charge: outcome.charge().map(|(_, charge)| charge),
        adds: outcome.adds,
        charged,
        differs,
    }
}

/// The leg to the caller, where the record holds both: priced like a call, or not due.
fn leg_steps(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let Some(leg) = &outcome.leg else { return Vec::new() };
    let name = if leg.due { "leg" } else { "leg-not-due" };
    let step = Step::new(name).seconds("seconds", leg.trace.rated.seconds);
    let mut steps = vec![step.on(terms.key("metering", "legs"))];
    if leg.due {
        let own = Outcome {
            callee: outcome.caller.clone(),
            direction: Direction::ToCaller,
            trace: leg.trace.clone(),
            ..outcome.clone()
        };
        steps.extend(destination(terms, &own));
        steps.extend(unpriced(terms, &own));
        steps.extend(charge_steps(terms, &own));
    }
    steps
}

fn rejected(reject: &Reject) -> Step {
    Step::new("rejected")
        .text("code", reject.kind.code())
        .text("field", reject.field.unwrap_or_default())
        .with("found", Fact::Person(reject.found.clone()))
}

fn record(outcome: &Outcome) -> Step {
    let direction = match outcome.direction {
        Direction::Outbound | Direction::ToCaller => "call.outbound",
        Direction::Inbound => "call.inbound",
        Direction::Internal => "call.internal",
    };
    Step::new("record")
        .with("start", Fact::Moment(outcome.start))
        .with("outcome", Fact::Word(outcome_word(outcome)))
        .with("direction", Fact::Word(direction))
        .with("caller", Fact::Person(outcome.caller.clone()))
        .with("callee", Fact::Person(outcome.callee.clone()))
        .seconds("talk", outcome.talk)
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    if outcome.answered { "call.answered" } else { "call.unanswered" }
}

/// How the record's own times were taken, and whether it is billable.
fn understood(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let mut steps = Vec::new();
    let rated = &outcome.trace.rated;
    let Ok(rule) = rated.rule.map(|id| terms.compiled.rule(id)) else { return steps };
    if outcome.fraction {
        let read = Step::new("fraction").seconds("talk", outcome.talk);
        steps.push(read.on(terms.key("metering", "subsecond")));
    }
    if let Some(claimed) = rated.claimed {
        let step = Step::new("claimed").seconds("claimed", claimed);
        steps.push(step.seconds("seconds", rated.seconds));
    }
    let how = match rule.metering.bill_on {
        BillOn::Attempt => "bill-on.attempt",
        BillOn::Ring => "bill-on.ring",
        BillOn::Answer => "bill-on.answer",
    };
    let name = if rated.billable { "billable" } else { "not-billable" };
    let step = Step::new(name)
        .with("outcome", Fact::Word(outcome_word(outcome)))
        .with("how", Fact::Word(how))
        .seconds("seconds", if rated.billable { rated.seconds } else { 0 });
    steps.push(step.on(terms.key("metering", "bill_on")));
    steps
}

fn void(audit: &Audit, terms: Terms<'_>, derived: &Derived<'_>, outcome: &Outcome) -> Option<Step> {
    let stands = derived.watched.stands.and_then(|row| Some(audit.calls.as_ref()?.rows.locus(row)));
    let step = match outcome.void? {
        Void::Duplicate | Void::Repeat => Step::new("duplicate"),
        Void::NearDuplicate => Step::new("near-duplicate"),
        Void::OutsideContract => {
            let valid = terms.plan.head.valid.to_string();
            Step::new("outside-contract")
                .with("day", Fact::Day(outcome.day))
                .text("valid", valid)
                .on(terms.key("contract", "valid"))
        }
        Void::OutsideService => Step::new("outside-service").with("day", Fact::Day(outcome.day)),
    };
    Some(match stands {
        Some(at) => step.on(Place::Row(at)),
        None => step,
    })
}

fn number_kind(kind: NumberKind) -> Fact {
    Fact::Word(match kind {
        NumberKind::Mobile => "number-kind.mobile",
        NumberKind::Fixed => "number-kind.fixed",
        NumberKind::Service => "number-kind.service",
        NumberKind::International => "number-kind.international",
        NumberKind::Other => "number-kind.other",
    })
}

/// The zone, why it is this one, and which others were near.
fn destination(terms: Terms<'_>, outcome: &Outcome) -> Vec<Step> {
    let to = &outcome.trace.destination;
    if terms.plan.zones.is_empty() {
        return Vec::new();
    }
    if !to.legible {
        let far = match outcome.direction {
            Direction::Inbound => &outcome.caller,
            Direction::Outbound | Direction::Internal | Direction::ToCaller => &outcome.callee,
        };
        return vec![Step::new("no-number").with("number", Fact::Person(far.clone()))];
    }
    let name = |id: ZoneId| terms.plan.zones[id.index()].name.clone();
    let place = |id: ZoneId| Place::Key(terms.plan.zones[id.index()].at);
    let read = |step: Step| {
        let area = to.area.code().unwrap_or("?");
        step.with("number", Fact::Person(to.digits.clone()))
            .with("kind", number_kind(to.kind))
            .text("area", area)
    };
    let mut steps = Vec::new();
    match to.zone {
        None => steps.push(read(Step::new("zone-none"))),
        Some(zone) => steps.push(read(chosen(terms, to, zone)).text("zone", name(zone))),
    }
    let others = to.taking.iter().map(|(id, _)| *id).filter(|id| Some(*id) != to.zone);
    let others: Vec<ZoneId> = others.collect();
    if !others.is_empty() {
        let names: Vec<String> = others.iter().map(|id| name(*id)).collect();
        let step = Step::new("zone-also").text("zones", names.join(", "));
        steps.push(others.iter().fold(step, |step, id| step.on(place(*id))));
    }
    if !to.others.is_empty() && outcome.trace.rated.unsure != Fixed::ZERO {
        let names: Vec<String> = to.others.iter().map(|id| name(*id)).collect();
        let unsure = outcome.trace.rated.unsure.amount();
        let step = Step::new("zone-unsure").text("zones", names.join(", "));
        steps.push(step.with("amount", Fact::Money(unsure)));
    }
    steps
}

/// Which of a zone's conditions decided.
fn chosen(terms: Terms<'_>, to: &Destination, zone: ZoneId) -> Step {
    let known = &terms.plan.zones[zone.index()];
    let length = to.taking.iter().find(|(id, _)| *id == zone).map_or(0, |(_, length)| *length);
    let at = |key: &str| terms.beside(known.at, key).unwrap_or(known.at);
    if length > 0 {
        let prefix = to.digits.get(..length).unwrap_or_default();
        let listed = known.prefixes.iter().find(|(listed, _)| listed == prefix);
        let place = listed.map_or(known.at, |(_, at)| *at);
        return Step::new("zone-prefix").text("prefix", prefix).on(Place::Key(place));
    }
    if !known.areas.is_empty() {
        // The area itself may be listed beside that of the caller.
        let listed =
            known.areas.iter().any(|a| matches!(a, AreaMatch::Is(area) if *area == to.area));
        let name = if listed { "zone-area" } else { "zone-same" };
        return Step::new(name).on(Place::Key(at("match")));
    }
    if known.kinds.is_empty() {
        return Step::new("zone-every").on(Place::Key(at("match")));
    }
    Step::new("zone-kind").on(Place::Key(at("match")))
}

/// The part of the week.
fn band(terms: Terms<'_>, hour: Hour) -> Step {
    let weekday = match hour.day.weekday() {
        Weekday::Mon => "weekday.mon",
        Weekday::Tue => "weekday.tue",
        Weekday::Wed => "weekday.wed",
        Weekday::Thu => "weekday.thu",
        Weekday::Fri => "weekday.fri",
        Weekday::Sat => "weekday.sat",
        Weekday::Sun => "weekday.sun",
    };
    let rest_day = matches!(hour.day.weekday(), Weekday::Sat | Weekday::Sun);
    let what = match hour.kind {
        Some(DayKind::Holiday) => "weekday.holiday",
        Some(DayKind::Workday) if rest_day => "weekday.worked",
        _ => weekday,
    };
    let clock = |second: u32| format!("{:02}:{:02}", second / 3600, second % 3600 / 60);
    let step = |name| {
        Step::new(name)
            .with("day", Fact::Day(hour.day))
            .with("what", Fact::Word(what))
            .text("from", clock(hour.span.0))
            .text("until", clock(hour.span.1))
    };
    let calendar = |step: Step| match hour.kind {
        Some(_) if what != weekday => step.on(terms.key("calendar", "")),
        _ => step,
    };
    match hour.part {
        Some(id) => {
            let part = &terms.plan.periods[usize::from(id.0)];
            calendar(step("band").text("period", &part.name).on(Place::Key(part.at)))
        }
        None => calendar(step("band-other")),
    }
}

/// Why no clause prices it.
fn unpriced(terms: Terms<'_>, outcome: &Outcome) -> Option<Step> {
    let name = match outcome.trace.rated.rule {
        Ok(_) => return None,
        Err(Unpriced::NoClause) => "no-clause",
        // Said where the number was read.
        Err(Unpriced::NoNumber) => return None,
        Err(Unpriced::NoCalendar) => "no-calendar",
    };
    let step = Step::new(name).with("day", Fact::Day(outcome.day));
    Some(if name == "no-calendar" { step.on(terms.key("calendar", "")) } else { step })
}

/// Money as a fact.
pub(super) fn money(fixed: Fixed) -> Fact {
    Fact::Money(fixed.amount())
}

/// A sum as a fact.
pub(super) fn exact(sum: Exact) -> Fact {
    Fact::Exact(sum)
}
