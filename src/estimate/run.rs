//! From files to what each contract costs.

use super::assumed::{Assumed, assumed, days_priced};
use super::budget::{self, Budget};
use super::choice::{Choice, choose};
use super::cross::{Cross, cross};
use super::days::{Days, Told};
use super::model::Model;
use super::pool::Pool;
use super::price::Priced;
use super::replay::Records;
use super::request::Request;
use super::survey::Survey;
use super::waste::Waste;
use super::worth::{WorthOf, worth};
use super::{asked, expects, readings};
use crate::audit::{FileReading, Input, Observer, roster as read_roster, subsecond};
use crate::rate::Compiled;
use crate::roster::Roster;
use crate::source::{Diagnostics, SourceMap};
use crate::tariff::{Contract, Plan, open};
use crate::when::{Day, Period};

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
    /// How call files were read.
    pub files: Vec<FileReading>,
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

    /// The days of the records, if they stand for other days.
    #[must_use]
    pub fn moved_from(&self) -> Option<Period> {
        let is_moved = |source: &Period| *source != self.model.window && self.as_of().is_none();
        self.source.filter(is_moved)
    }

    /// What tells which days are worked, where days of records are told apart by that.
    #[must_use]
    pub fn days_told(&self) -> Option<Told> {
        let source = self.source?;
        if self.moved_from().is_none() && self.budget.horizon.is_none() {
            return None;
        }
        let days = [source, self.model.window].map(|period| period.first.0..=period.last.0);
        Some(self.model.days.told(days.into_iter().flatten().map(Day)))
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
        self.assumed.unpriced.is_empty()
            && !self.assumed.other_days
            && sum.outside.is_zero()
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
    asked::waste_is_in_records(request)?;
    let mut warnings = Diagnostics::default();
    let up_to = request.break_even.as_deref().map(asked::up_to).transpose()?;
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
    asked::each_once(&contracts)?;
    asked::one_currency(&contracts)?;
    let current = asked::current(request, &contracts)?;
    let mut inputs: Vec<Input> = Vec::new();
    let roster = read_roster(&request.roster, sources, &mut inputs, &mut warnings)?;
    let forecast = match &request.usage {
        Some(name) => Some(expects::open_forecast(
            name,
            request,
            sources,
            &contracts[0].0.plan,
            &mut warnings,
        )?),
        None => None,
    };
    if let Some(forecast) = &forecast {
        expects::zones_are_known(forecast, &contracts)?;
        expects::names_are_known(forecast, &contracts)?;
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
        let attempts = request.waste.is_some()
            || contracts.iter().any(|(_, compiled)| !compiled.attempts_are_free());
        survey = Some(opened.survey(head.zone, subsecond(&contracts[0].0.plan), attempts)?);
        opened.once_only()?;
        records = Some(opened);
    }
    let limit = budget::limit(request)?;
    let plans: Vec<&Plan> = contracts.iter().map(|(contract, _)| &contract.plan).collect();
    let days = Days::new(forecast.as_ref(), &plans);
    let worked = |day: Day| days.is_worked(day);
    let first = &contracts[0].0.plan;
    let as_of = budget::as_of(request, first, survey.as_ref(), forecast.as_ref(), &worked)?;
    let source = asked::source_period(request, first, survey.as_ref(), as_of)?;
    let window = match as_of {
        Some(day) => first.head.cycle.period_of(day),
        None => asked::window(request, forecast.as_ref(), source)?,
    };
    asked::from_begins_a_cycle(request, window, &plans)?;
    if let Some(forecast) = &forecast {
        // A cycle that ends within the window may begin before it.
        let begins = contracts.iter().map(|(contract, _)| contract.plan.head.cycle);
        let begins = begins.map(|cycle| cycle.period_of(window.first).first).min();
        let first = begins.unwrap_or(window.first);
        expects::growth_is_bounded(forecast, window)?;
        expects::calendar_covers(forecast, Period { first, ..window })?;
    }
    let mut model = Model {
        scale: asked::scale(request, &contracts)?,
        forecast,
        roster: roster.unwrap_or_else(Roster::default),
        days,
        replayed: Vec::new(),
        window,
        seed: request.seed,
        draws: request.draws,
    };
    let by_time = request.worth || request.choose;
    if let (Some(records), Some(source)) = (&mut records, source) {
        model.replayed = readings::replay(records, &model, &contracts, source, by_time)?;
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
        let days = budget::horizon(as_of, window, source, &plans, survey, &model.days)?;
        for (reads, places) in readings::alike(&plans) {
            let of = |place: &usize| (&contracts[*place].0.plan, &contracts[*place].1);
            let lanes: Vec<(&Plan, &Compiled)> = places.iter().map(of).collect();
            let read = Pool::read(records, reads, &lanes, &days)?;
            places.into_iter().zip(read).for_each(|(place, pool)| pools[place] = Some(pool));
        }
        horizon = Some(days);
    }
    asked::some_cycle(&model, &contracts)?;
    let mut outlooks = Vec::new();
    let offers = contracts.into_iter().enumerate().map(|(place, (contract, compiled))| {
        let mut priced = model.price(place, &contract.plan, &compiled);
        let ahead = horizon.as_ref().zip(pools[place].as_ref());
        let terms = (&contract.plan, &compiled);
        outlooks.push(budget::outlook(request, &model, place, terms, ahead, &mut priced));
        let assumed = assumed(&model, place, &contract.plan, &compiled, &priced);
        Offer { contract, compiled, priced, assumed }
    });
    let mut offers: Vec<Offer> = offers.collect();
    let days: Vec<Option<Period>> =
        offers.iter().map(|offer| days_priced(&model, &offer.contract.plan)).collect();
    for (offer, own) in offers.iter_mut().zip(&days) {
        offer.assumed.other_days = as_of.is_none() && *own != days[0];
    }
    let offers = offers;
    let waste = match (request.waste, &mut records, source) {
        (Some(limits), Some(records), Some(source)) => {
            Some(readings::waste(records, &model, &offers, source, limits)?)
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
        files: records.map_or_else(Vec::new, |records| records.readings),
        source,
        waste,
        worth,
        choices,
        cross,
        budget,
        warnings,
    })
}
