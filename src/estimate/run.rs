//! From files to what each contract costs.

use std::collections::BTreeMap;

use chrono::Datelike;
use rust_decimal::Decimal;

use super::assumed::{Assumed, assumed};
use super::budget::{self, Budget};
use super::choice::{Choice, choose};
use super::cross::{Cross, cross};
use super::forecast::{Forecast, read as read_forecast};
use super::lane::{CycleCalls, Lane};
use super::model::{Model, Scale};
use super::moves::Moves;
use super::pool::Pool;
use super::price::Priced;
use super::replay::{Records, Survey};
use super::request::Request;
use super::waste::{Limits, Waste, sort};
use super::worth::{WorthOf, worth};
use crate::audit::{Input, Observer, roster as read_roster, subsecond};
use crate::input::read_small;
use crate::money::parse_decimal;
use crate::rate::Compiled;
use crate::roster::Roster;
use crate::source::{Diagnostic, Diagnostics, SourceMap, suggestion};
use crate::tariff::{Contract, Plan, Subsecond, open};
use crate::when::{Day, DayKind, Period, Zone};

/// Contracts priced on the same usage.
pub struct Estimate {
    /// The usage.
    pub model: Model,
    /// In the order in which they were given.
    pub offers: Vec<Offer>,
    /// The one that is in force.
    pub current: Option<usize>,
    /// What was seen of call records.
    pub survey: Option<Survey>,
    /// The days that call records are of.
    pub source: Option<Period>,
    /// What of the calls and of the roster is waste, if that was asked for.
    pub waste: Option<Waste>,
    /// What changes of terms are worth, by the offer's place, if that was asked for.
    pub worth: Option<Vec<(usize, Vec<WorthOf>)>>,
    /// Mixes of packages, if they were asked for, of contracts that leave a choice.
    pub choices: Option<Vec<Choice>>,
    /// Where contracts cross, if that was asked for.
    pub cross: Option<Cross>,
    /// How far totals may spread.
    pub budget: Budget,
    /// What is odd about the inputs and hinders nothing.
    pub warnings: Diagnostics,
}

/// One contract and what it costs.
pub struct Offer {
    /// The contract.
    pub contract: Contract,
    /// The contract as tables.
    pub compiled: Compiled,
    /// What it costs.
    pub priced: Priced,
    /// What that takes for granted.
    pub assumed: Assumed,
}

impl Estimate {
    /// What others are held against: the contract in force, else the cheapest that prices all of the
    /// usage.
    #[must_use]
    pub fn base(&self) -> Option<usize> {
        let cheapest = || self.ranked().into_iter().find(|place| self.offers[*place].is_whole());
        self.current.or_else(cheapest)
    }

    /// The last day of a cycle under way whose calls are known.
    #[must_use]
    pub fn as_of(&self) -> Option<Day> {
        self.budget.horizon.as_ref().and_then(|horizon| horizon.as_of)
    }

    /// True if the contract in force, or the cheapest, passes the budget.
    #[must_use]
    pub fn passes_budget(&self) -> bool {
        let place = self.base().or(self.ranked().first().copied());
        place.is_some_and(|place| self.budget.is_passed(place))
    }

    /// Offers by price, the cheapest first; those that can't price all of the usage come last.
    #[must_use]
    pub fn ranked(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.offers.len()).collect();
        places.sort_by_key(|place| {
            let offer = &self.offers[*place];
            (!offer.is_whole(), offer.priced.sum.total)
        });
        places
    }
}

impl Offer {
    /// True if the contract prices all of the usage.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let sum = &self.priced.sum;
        sum.outside.is_zero()
            && sum.unpriced.is_zero()
            && sum.unknown.is_empty()
            && !sum.lines.iter().any(|line| line.unknown)
    }
}

/// Runs an estimate.
///
/// # Errors
/// Everything wrong with the first paper that can't be used.
pub fn run(
    request: &Request,
    sources: &mut SourceMap,
    observer: &Observer,
) -> Result<Estimate, Diagnostics> {
    waste_is_in_records(request)?;
    let mut warnings = Diagnostics::default();
    let up_to = request.break_even.as_deref().map(up_to).transpose()?;
    let mut contracts: Vec<(Contract, Compiled)> = Vec::new();
    for name in &request.tariffs {
        let mut contract = open(sources, name)?;
        let compiled = Compiled::new(&contract.plan).map_err(|wrong| {
            let mut found = Diagnostics::default();
            wrong.into_iter().for_each(|one| found.push(one));
            found
        })?;
        warnings.append(std::mem::take(&mut contract.warnings));
        contracts.push((contract, compiled));
    }
    one_currency(&contracts)?;
    let current = current(request, &contracts)?;
    let mut inputs: Vec<Input> = Vec::new();
    let roster = read_roster(&request.roster, sources, &mut inputs, &mut warnings)?;
    let forecast = match &request.usage {
        Some(name) => {
            Some(open_forecast(name, request, sources, &contracts[0].0.plan, &mut warnings)?)
        }
        None => None,
    };
    if let Some(forecast) = &forecast {
        zones_are_known(forecast, &contracts)?;
    }
    let head = &contracts[0].0.plan.head;
    let mut records = None;
    let mut survey = None;
    if !request.calls.is_empty() {
        let understood = request.reading.understand(sources)?;
        let mut opened = Records::open(
            &request.calls,
            &understood,
            head,
            request.running,
            observer,
            &mut warnings,
        )?;
        survey = Some(opened.survey(head.zone, subsecond(&contracts[0].0.plan))?);
        records = Some(opened);
    }
    let limit = budget::limit(request)?;
    let plans: Vec<&Plan> = contracts.iter().map(|(contract, _)| &contract.plan).collect();
    let worked = |day: Day| is_worked(forecast.as_ref(), &plans, day);
    let first = &contracts[0].0.plan;
    let as_of = budget::as_of(request, first, survey.as_ref(), forecast.as_ref(), &worked)?;
    let source = source_period(request, first, survey.as_ref(), as_of)?;
    let window = match as_of {
        Some(day) => first.head.cycle.period_of(day),
        None => window(request, forecast.as_ref(), source)?,
    };
    if let Some(forecast) = &forecast {
        // A cycle that ends within the window may begin before it.
        let begins = contracts.iter().map(|(contract, _)| contract.plan.head.cycle);
        let begins = begins.map(|cycle| cycle.period_of(window.first).first).min();
        let first = begins.unwrap_or(window.first);
        calendar_covers(forecast, Period { first, ..window })?;
    }
    let mut model = Model {
        scale: scale(request, &contracts)?,
        forecast,
        roster: roster.unwrap_or_else(Roster::default),
        replayed: Vec::new(),
        window,
        seed: request.seed,
        draws: request.draws,
    };
    let by_time = request.worth || request.choose;
    if let (Some(records), Some(source)) = (&mut records, source) {
        model.replayed = replay(records, &model, &contracts, source, by_time)?;
    }
    let forecasts_calls =
        model.forecast.as_ref().is_some_and(|forecast| !forecast.calls.is_empty());
    let resampled = as_of.is_some() || (!forecasts_calls && (request.range || limit.is_some()));
    let mut horizon = None;
    let mut pools: Vec<Option<Pool>> = contracts.iter().map(|_| None).collect();
    if let (true, Some(records), Some(source), Some(survey)) =
        (resampled, &mut records, source, &survey)
    {
        let plans: Vec<&Plan> = contracts.iter().map(|(contract, _)| &contract.plan).collect();
        let worked = |day: Day| is_worked(model.forecast.as_ref(), &plans, day);
        let days = budget::horizon(as_of, window, source, &plans, survey, &worked)?;
        for (reads, places) in alike(&plans) {
            let of = |place: &usize| (&contracts[*place].0.plan, &contracts[*place].1);
            let lanes: Vec<(&Plan, &Compiled)> = places.iter().map(of).collect();
            let read = Pool::read(records, reads, &lanes, &days)?;
            places.into_iter().zip(read).for_each(|(place, pool)| pools[place] = Some(pool));
        }
        horizon = Some(days);
    }
    let mut outlooks = Vec::new();
    let offers = contracts.into_iter().enumerate().map(|(place, (contract, compiled))| {
        let mut priced = model.price(place, &contract.plan, &compiled);
        let ahead = horizon.as_ref().zip(pools[place].as_ref());
        let terms = (&contract.plan, &compiled);
        outlooks.push(budget::outlook(request, &model, place, terms, ahead, &mut priced));
        let assumed = assumed(&model, place, &contract.plan, &compiled, &priced);
        Offer { contract, compiled, priced, assumed }
    });
    let offers: Vec<Offer> = offers.collect();
    let waste = match (request.waste, &mut records, source) {
        (Some(limits), Some(records), Some(source)) => {
            Some(waste(records, &model, &offers, source, limits)?)
        }
        _ => None,
    };
    let asked =
        offers.iter().enumerate().filter(|(place, _)| current.is_none_or(|at| at == *place));
    let worth = || asked.map(|(place, offer)| (place, worth(&model, place, offer))).collect();
    let worth = request.worth.then(worth);
    let choose = || {
        let choices = offers.iter().enumerate().map(|(place, offer)| choose(&model, place, offer));
        choices.flatten().collect()
    };
    let choices = request.choose.then(choose);
    let cross = up_to.map(|up_to| cross(&model, &offers, up_to));
    let budget = Budget { limit, horizon, outlooks };
    Ok(Estimate {
        model,
        offers,
        current,
        survey,
        source,
        waste,
        worth,
        choices,
        cross,
        budget,
        warnings,
    })
}

/// Waste is looked for in calls that were made, as many as they were.
fn waste_is_in_records(request: &Request) -> Result<(), Diagnostics> {
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
fn up_to(typed: &str) -> Result<Decimal, Diagnostics> {
    let factor = parse_decimal(typed.trim()).ok();
    let within = |factor: &Decimal| *factor > Decimal::ZERO && *factor <= Decimal::from(1000);
    factor.filter(within).ok_or_else(|| {
        Diagnostic::error_without_place("estimate-up-to").with("typed", typed).into()
    })
}

/// Sums of different currencies can't be compared.
fn one_currency(contracts: &[(Contract, Compiled)]) -> Result<(), Diagnostics> {
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

fn current(
    request: &Request,
    contracts: &[(Contract, Compiled)],
) -> Result<Option<usize>, Diagnostics> {
    let Some(name) = &request.current else { return Ok(None) };
    let place = contracts.iter().position(|(contract, _)| contract.name == *name);
    let by_id = || contracts.iter().position(|(contract, _)| contract.plan.head.id == *name);
    match place.or_else(by_id) {
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

fn open_forecast(
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
        Ok(records.survey(plan.head.zone, subsecond(plan))?.talk)
    };
    let (forecast, found) = read_forecast(sources, file, &mut like)?;
    warnings.append(found);
    Ok(forecast)
}

/// A zone that no contract knows is misspelled, or not of these contracts.
fn zones_are_known(
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

/// The days that records are of: as told, or whole cycles of the first contract.
fn source_period(
    request: &Request,
    plan: &Plan,
    survey: Option<&Survey>,
    as_of: Option<Day>,
) -> Result<Option<Period>, Diagnostics> {
    let Some(survey) = survey else { return Ok(None) };
    if let Some(typed) = &request.period {
        let period = plan.head.cycle.parse_period(typed).map_err(|why| {
            Diagnostics::from(Diagnostic::error_without_place("period").with("why", why))
        })?;
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
fn window(
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

/// A year that the list of holidays does not cover is not one without holidays.
fn calendar_covers(forecast: &Forecast, window: Period) -> Result<(), Diagnostics> {
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

/// `1.2` for all calls, `zone=1.2` for those to a zone.
fn scale(request: &Request, contracts: &[(Contract, Compiled)]) -> Result<Scale, Diagnostics> {
    let mut scale = Scale { all: Decimal::ONE, zones: Vec::new() };
    for typed in &request.scale {
        let (zone, factor) = match typed.rsplit_once('=') {
            Some((zone, factor)) => (Some(zone.trim()), factor),
            None => (None, typed.as_str()),
        };
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

/// One reading for all contracts that agree in zone and in how fractions of a second are read.
struct OneReading {
    zone: Zone,
    subsecond: Subsecond,
    /// The contracts.
    places: Vec<usize>,
    moves: Moves,
}

/// Contracts that agree in zone and in how fractions of a second are read.
fn alike(plans: &[&Plan]) -> Vec<((Zone, Subsecond), Vec<usize>)> {
    let mut groups: Vec<((Zone, Subsecond), Vec<usize>)> = Vec::new();
    for (place, plan) in plans.iter().enumerate() {
        let reads = (plan.head.zone, subsecond(plan));
        match groups.iter_mut().find(|(known, _)| *known == reads) {
            Some((_, places)) => places.push(place),
            None => groups.push((reads, vec![place])),
        }
    }
    groups
}

fn readings(model: &Model, plans: &[&Plan], source: Period) -> Vec<OneReading> {
    let is_worked = |day: Day| is_worked(model.forecast.as_ref(), plans, day);
    let reading = |((zone, subsecond), places): ((Zone, Subsecond), Vec<usize>)| {
        // Every day that some cycle of these contracts needs.
        let cycles = places.iter().flat_map(|place| model.cycles(plans[*place]));
        let span = cycles.fold(None, |span: Option<Period>, cycle| {
            Some(span.map_or(cycle, |span| Period {
                first: span.first.min(cycle.first),
                last: span.last.max(cycle.last),
            }))
        });
        let moves = Moves::new(source, &[span?], zone, &is_worked);
        Some(OneReading { zone, subsecond, places, moves })
    };
    alike(plans).into_iter().filter_map(reading).collect()
}

fn replay(
    records: &mut Records,
    model: &Model,
    contracts: &[(Contract, Compiled)],
    source: Period,
    by_time: bool,
) -> Result<Vec<BTreeMap<i32, CycleCalls>>, Diagnostics> {
    let plans: Vec<&Plan> = contracts.iter().map(|(contract, _)| &contract.plan).collect();
    let mut all: Vec<BTreeMap<i32, CycleCalls>> = vec![BTreeMap::new(); contracts.len()];
    for OneReading { zone, subsecond, places, moves } in readings(model, &plans, source) {
        let lanes = || {
            let lane = |place: &usize| {
                let (contract, compiled) = &contracts[*place];
                let lane = Lane::new(&contract.plan, compiled, None);
                if by_time { lane.by_time() } else { lane }
            };
            places.iter().map(lane).collect::<Vec<_>>()
        };
        let parts = records.replay(zone, subsecond, lanes, &moves)?;
        for (place, cycles) in places.iter().zip(parts) {
            all[*place] = cycles;
        }
    }
    Ok(all)
}

/// What of the calls and of the roster is waste.
fn waste(
    records: &mut Records,
    model: &Model,
    offers: &[Offer],
    source: Period,
    limits: Limits,
) -> Result<Waste, Diagnostics> {
    let plans: Vec<&Plan> = offers.iter().map(|offer| &offer.contract.plan).collect();
    let mut waste = Waste::new(limits);
    for OneReading { zone, subsecond, places, moves } in readings(model, &plans, source) {
        let lane = |place: &usize| Lane::new(plans[*place], &offers[*place].compiled, None);
        let lanes = || places.iter().map(lane).collect::<Vec<_>>();
        let seen = sort(records, (zone, subsecond), lanes, &moves, limits)?;
        let offers: Vec<(usize, &Offer)> = places.iter().map(|at| (*at, &offers[*at])).collect();
        waste.add(model, &offers, seen);
    }
    Ok(waste)
}

/// Days are worked as the forecast says, else as the first contract with a calendar does, else Monday
/// to Friday.
fn is_worked(forecast: Option<&Forecast>, plans: &[&Plan], day: Day) -> bool {
    let calendars = plans.iter().filter_map(|plan| plan.calendar.as_ref());
    let said = forecast.and_then(|forecast| forecast.days.is_worked(day));
    let kind = || calendars.filter_map(|calendar| calendar.kind_of(day)).next();
    said.or_else(|| kind().map(|kind| kind == DayKind::Workday))
        .unwrap_or_else(|| !matches!(day.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun))
}
