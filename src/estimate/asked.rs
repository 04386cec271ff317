//! What was asked for on the command line, met with the contracts and the records.

use rust_decimal::Decimal;

use super::forecast::Forecast;
use super::model::{Model, Scale};
use super::request::Request;
use super::survey::Survey;
use crate::money::parse_decimal;
use crate::rate::Compiled;
use crate::source::{Diagnostic, Diagnostics, suggestion};
use crate::tariff::{Contract, Plan};
use crate::when::{Day, Period};

/// Waste is looked for in calls that were made, as many as they were.
pub(super) fn waste_is_in_records(request: &Request) -> Result<(), Diagnostics> {
    let Some(limits) = request.waste else { return Ok(()) };
    let with = match () {
        () if request.usage.is_some() => Some("--usage"),
        () if !request.scale.is_empty() => Some("--scale"),
        () => None,
    };
    if let Some(option) = with {
        return Err(Diagnostic::error_without_place("estimate-waste-calls")
            .with("option", option)
            .into());
    }
    if limits.short >= limits.long {
        return Err(Diagnostic::error_without_place("estimate-waste-limits")
            .with("short", limits.short)
            .with("long", limits.long)
            .into());
    }
    Ok(())
}

/// How many times the usage break-even is looked for.
pub(super) fn up_to(typed: &str) -> Result<Decimal, Diagnostics> {
    let factor = parse_decimal(typed.trim()).ok();
    let within = |factor: &Decimal| *factor > Decimal::ZERO && *factor <= Decimal::from(1000);
    factor.filter(within).ok_or_else(|| {
        Diagnostic::error_without_place("estimate-up-to").with("typed", typed).into()
    })
}

/// Sums of different currencies can't be compared.
pub(super) fn one_currency(contracts: &[(Contract, Compiled)]) -> Result<(), Diagnostics> {
    let head = |(contract, _): &(Contract, Compiled)| contract.plan.head.currency.clone();
    let Some(first) = contracts.first() else {
        return Err(Diagnostic::error_without_place("contract-missing").into());
    };
    match contracts.iter().find(|other| head(other) != head(first)) {
        Some(other) => Err(Diagnostic::error("estimate-currencies", other.0.plan.head.at)
            .and(first.0.plan.head.at)
            .with("currency", head(other))
            .with("first", head(first))
            .into()),
        None => Ok(()),
    }
}

/// A contract given twice would be ranked beside itself.
pub(super) fn each_once(contracts: &[(Contract, Compiled)]) -> Result<(), Diagnostics> {
    let twice = contracts.iter().enumerate().find(|(place, (contract, _))| {
        contracts[..*place].iter().any(|(other, _)| other.name == contract.name)
    });
    match twice {
        Some((_, (contract, _))) => Err(Diagnostic::error_without_place("estimate-contract-twice")
            .with("path", &contract.name)
            .into()),
        None => Ok(()),
    }
}

/// Days in which no cycle of a contract ends hold nothing that it bills.
pub(super) fn some_cycle(
    model: &Model,
    contracts: &[(Contract, Compiled)],
) -> Result<(), Diagnostics> {
    let none = contracts.iter().find(|(contract, _)| model.cycles(&contract.plan).is_empty());
    let Some((contract, _)) = none else { return Ok(()) };
    let cycle = contract.plan.head.cycle.period_of(model.window.first);
    Err(Diagnostic::error("estimate-no-cycle", contract.plan.head.at)
        .with("first", model.window.first)
        .with("last", model.window.last)
        .with("from", cycle.first)
        .with("until", cycle.last)
        .into())
}

/// A first day that was typed begins a cycle of some contract.
pub(super) fn from_begins_a_cycle(
    request: &Request,
    window: Period,
    plans: &[&Plan],
) -> Result<(), Diagnostics> {
    let Some(typed) = &request.from else { return Ok(()) };
    let cycle_of = |plan: &&Plan| plan.head.cycle.period_of(window.first);
    let Some(first) = plans.first().map(cycle_of) else { return Ok(()) };
    if plans.iter().any(|plan| cycle_of(plan).first == window.first) {
        return Ok(());
    }
    Err(Diagnostic::error_without_place("estimate-from-within")
        .with("typed", typed)
        .with("first", first.first)
        .with("next", Day(first.last.0 + 1))
        .into())
}

/// The contract in force, by its file, the end of its file's path, or its id.
pub(super) fn current(
    request: &Request,
    contracts: &[(Contract, Compiled)],
) -> Result<Option<usize>, Diagnostics> {
    let Some(name) = &request.current else { return Ok(None) };
    let place = contracts.iter().position(|(contract, _)| contract.name == *name);
    // What the screen calls it, if no other is called so.
    let by_end = || {
        let ends = |(contract, _): &(Contract, Compiled)| {
            let ends = contract.name.strip_suffix(name.as_str());
            ends.is_some_and(|start| start.ends_with(['/', '\\']))
        };
        let place = contracts.iter().position(ends)?;
        (!contracts[place + 1..].iter().any(ends)).then_some(place)
    };
    let by_id = || contracts.iter().position(|(contract, _)| contract.plan.head.id == *name);
    match place.or_else(by_end).or_else(by_id) {
        Some(place) => Ok(Some(place)),
        None => {
            let names = contracts.iter().map(|(contract, _)| contract.name.as_str());
            Err(Diagnostic::error_without_place("estimate-current")
                .with("typed", name)
                .meaning(suggestion(name, names))
                .into())
        }
    }
}

/// The days that records are of: as told, or whole cycles of the first contract.
pub(super) fn source_period(
    request: &Request,
    plan: &Plan,
    survey: Option<&Survey>,
    as_of: Option<Day>,
) -> Result<Option<Period>, Diagnostics> {
    let Some(survey) = survey else { return Ok(None) };
    if let Some(typed) = &request.period {
        let period = plan.head.cycle.parse_period(typed).map_err(|why| {
            Diagnostics::from(
                Diagnostic::error_without_place("period").with("typed", typed).with("why", why),
            )
        })?;
        if survey.days.range(period.first..=period.last).next().is_none() {
            let last = survey.days.keys().next_back();
            let of = |day: Option<&Day>| day.map(ToString::to_string).unwrap_or_default();
            return Err(Diagnostic::error_without_place("estimate-period-calls")
                .with("typed", typed)
                .with("first", of(survey.days.keys().next()))
                .with("last", of(last))
                .into());
        }
        return Ok(Some(period));
    }
    let (first, last) = (survey.days.keys().next(), survey.days.keys().next_back());
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let cycle = plan.head.cycle;
    if let Some(last) = as_of {
        return Ok(Some(Period { first: cycle.period_of(last).first.min(*first), last }));
    }
    Ok(Some(Period { first: cycle.period_of(*first).first, last: cycle.period_of(*last).last }))
}

/// The days that are estimated.
pub(super) fn window(
    request: &Request,
    forecast: Option<&Forecast>,
    source: Option<Period>,
) -> Result<Period, Diagnostics> {
    let from = match &request.from {
        Some(typed) => {
            let month = crate::when::Cycle::monthly(1).parse_period(typed).ok();
            let day = crate::when::parse_day(typed).map(Day::from);
            let first = month.filter(|month| month.is_calendar_month()).map(|month| month.first);
            Some(first.or(day).ok_or_else(|| {
                Diagnostics::from(
                    Diagnostic::error_without_place("estimate-from").with("typed", typed),
                )
            })?)
        }
        None => None,
    };
    let first = from.or(forecast.map(|f| f.from)).or(source.map(|source| source.first));
    let first = first.unwrap_or(Day(0));
    Ok(match (request.months, source) {
        (None, Some(source)) if forecast.is_none() && from.is_none() => source,
        (months, _) => {
            let months = months.unwrap_or(1);
            Period { first, last: first.after_months(months).previous() }
        }
    })
}

/// `1.2` for all calls, `zone=1.2` for those to a zone.
pub(super) fn scale(
    request: &Request,
    contracts: &[(Contract, Compiled)],
) -> Result<Scale, Diagnostics> {
    let mut scale = Scale { all: Decimal::ONE, zones: Vec::new() };
    for typed in &request.scale {
        let (zone, factor) = match typed.rsplit_once('=') {
            Some((zone, factor)) => (Some(zone.trim()), factor),
            None => (None, typed.as_str()),
        };
        let again = request
            .scale
            .iter()
            .filter(|other| other.rsplit_once('=').map(|(zone, _)| zone.trim()) == zone);
        if again.count() > 1 {
            return Err(Diagnostic::error_without_place("estimate-scale-twice")
                .with("typed", typed)
                .into());
        }
        let wrong =
            |code| Diagnostics::from(Diagnostic::error_without_place(code).with("typed", typed));
        let factor = parse_decimal(factor.trim())
            .ok()
            .filter(|factor| !factor.is_sign_negative() && *factor <= Decimal::from(1_000_000));
        let factor = factor.ok_or_else(|| wrong("estimate-scale"))?;
        match zone {
            None => scale.all = factor,
            Some(zone) => {
                let zones = contracts.iter().flat_map(|(contract, _)| &contract.plan.zones);
                if !zones.clone().any(|known| known.name == zone) {
                    let names = zones.map(|zone| zone.name.as_str());
                    return Err(Diagnostic::error_without_place("estimate-scale-zone")
                        .with("typed", zone)
                        .meaning(suggestion(zone, names))
                        .into());
                }
                scale.zones.push((zone.to_owned(), factor));
            }
        }
    }
    if !request.scale.is_empty() && request.calls.is_empty() {
        return Err(Diagnostic::error_without_place("estimate-scale-calls").into());
    }
    Ok(scale)
}
