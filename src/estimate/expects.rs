//! The forecast file that was asked for, held against the contracts.

use std::collections::BTreeSet;

use chrono::Datelike;
use rust_decimal::Decimal;

use super::assumed::names_asked;
use super::forecast::{Forecast, MOST_A_DAY, grown, read as read_forecast};
use super::replay::Records;
use super::request::Request;
use crate::audit::{Observer, subsecond};
use crate::input::read_small;
use crate::rate::Compiled;
use crate::source::{Diagnostic, Diagnostics, SourceMap, suggestion};
use crate::tariff::{Contract, Plan};
use crate::when::{Day, Period};

pub(super) fn open_forecast(
    name: &str,
    request: &Request,
    sources: &mut SourceMap,
    plan: &Plan,
    warnings: &mut Diagnostics,
) -> Result<Forecast, Diagnostics> {
    let input = crate::input::InputFile::new(name);
    let small = read_small(&input, "forecast").map_err(|why| Diagnostics::from(*why))?;
    let file = sources.add(name, small.text);
    let understood = request.reading.understand(sources)?;
    let beside = input.path().and_then(std::path::Path::parent).map(std::path::Path::to_path_buf);
    let mut like = |path: &str| {
        let path = beside.clone().unwrap_or_default().join(path).display().to_string();
        let observer = Observer::default();
        let mut records =
            Records::open(&[path], &understood, &plan.head, request.running, &observer, warnings)?;
        Ok(records.survey(plan.head.zone, subsecond(plan), false)?.talk)
    };
    let (forecast, found) = read_forecast(sources, file, &mut like)?;
    warnings.append(found);
    Ok(forecast)
}

/// A zone that no contract knows is misspelled, or not of these contracts.
pub(super) fn zones_are_known(
    forecast: &Forecast,
    contracts: &[(Contract, Compiled)],
) -> Result<(), Diagnostics> {
    let zones = || contracts.iter().flat_map(|(contract, _)| &contract.plan.zones);
    let mut found = Diagnostics::default();
    for to in forecast.calls.iter().flat_map(|stream| &stream.to) {
        let Some(name) = to.zone.as_ref().filter(|_| to.number.is_none()) else { continue };
        if zones().next().is_some() && !zones().any(|zone| zone.name == *name) {
            let names = zones().map(|zone| zone.name.as_str());
            found.push(
                Diagnostic::error("forecast-zone", to.at)
                    .with("zone", name)
                    .meaning(suggestion(name, names.clone()))
                    .with("known", names.collect::<Vec<_>>().join(", ")),
            );
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// What grows month by month stays within what anybody dials.
pub(super) fn growth_is_bounded(forecast: &Forecast, window: Period) -> Result<(), Diagnostics> {
    let months = forecast.month_of(window.last);
    let most = Decimal::from(MOST_A_DAY);
    let beyond = |each: Decimal, growth: Decimal| {
        each.checked_mul(grown(growth, months)).is_none_or(|all| all > most) || each > most
    };
    let calls = forecast
        .calls
        .iter()
        .find(|stream| stream.per_day.iter().any(|each| beyond(*each, stream.growth)));
    let usage = forecast.usage.iter().find(|used| {
        let each = [used.per_month, used.per_working_day, used.per_answered_call];
        each.iter().any(|each| beyond(*each, used.growth))
    });
    match calls.map(|stream| stream.at).or(usage.map(|used| used.at)) {
        Some(at) => Err(Diagnostic::error("forecast-beyond", at)
            .with("months", months + 1)
            .with("most", MOST_A_DAY)
            .into()),
        None => Ok(()),
    }
}

/// Whatever a clause is to be found by, some contract has such a clause.
pub(super) fn names_are_known(
    forecast: &Forecast,
    contracts: &[(Contract, Compiled)],
) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    let usage = forecast.usage.iter().map(|used| (&used.of, used.at));
    let things = forecast.roster.iter().filter_map(|thing| Some((thing.of.as_ref()?, thing.at)));
    let clauses = contracts.iter().flat_map(|(contract, _)| names_asked(&contract.plan));
    let names: BTreeSet<&str> = clauses.collect();
    for (name, at) in usage.chain(things) {
        if !names.contains(name.as_str()) {
            let known: Vec<&str> = names.iter().copied().collect();
            let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
            found.push(
                Diagnostic::error("forecast-name", at)
                    .with("name", name)
                    .meaning(suggestion(name, names.iter().copied()))
                    .with("known", known),
            );
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// A year that the list of holidays does not cover is not one without holidays.
pub(super) fn calendar_covers(forecast: &Forecast, window: Period) -> Result<(), Diagnostics> {
    let unknown = (window.first.0..=window.last.0)
        .map(Day)
        .find(|day| forecast.days.is_worked(*day).is_none());
    match (unknown, forecast.days.at) {
        (Some(day), Some(at)) => {
            Err(Diagnostic::error("forecast-year", at).with("year", day.date().year()).into())
        }
        _ => Ok(()),
    }
}
