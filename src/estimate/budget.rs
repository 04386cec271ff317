//! Low, middle and high; the month under way; and whether an amount will be passed.

use super::days::Days;
use super::forecast::Forecast;
use super::horizon::Horizon;
use super::model::Model;
use super::outlook::{Ahead, Outlook, spread};
use super::pool::Pool;
use super::price::{Priced, Way};
use super::request::Request;
use super::survey::Survey;
use crate::money::{Amount, parse_decimal};
use crate::rate::Compiled;
use crate::source::{Diagnostic, Diagnostics};
use crate::tariff::Plan;
use crate::when::{Day, Period, parse_day};

/// Months drawn for a range.
const MONTHS: u32 = 100;

/// Answered calls drawn for the range of one contract without its being asked for.
const CALLS_UNASKED: u64 = 250_000;

/// How far totals may spread, and what is asked of them.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// An amount that should not be passed.
    pub limit: Option<Limit>,
    /// What is known and what is drawn, where days seen stand for days to come.
    pub horizon: Option<Horizon>,
    /// By offer.
    pub outlooks: Vec<Option<Outlook>>,
}

/// An amount that should not be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The amount.
    pub amount: Amount,
    /// The high total decides, and the middle one otherwise.
    pub high: bool,
}

impl Budget {
    /// True if an offer passes the amount.
    #[must_use]
    pub fn is_passed(&self, place: usize) -> bool {
        let outlook = self.outlooks.get(place).and_then(Option::as_ref);
        let range = outlook.and_then(|outlook| spread(&outlook.draws));
        match (self.limit, range) {
            (Some(limit), Some([_, middle, high])) => {
                limit.amount < if limit.high { high } else { middle }
            }
            _ => false,
        }
    }
}

/// The amount that should not be passed, as typed.
///
/// # Errors
/// It is no amount, or less than nothing.
pub fn limit(request: &Request) -> Result<Option<Limit>, Diagnostics> {
    let Some(typed) = &request.budget else { return Ok(None) };
    let amount = parse_decimal(typed.trim()).ok().filter(|amount| !amount.is_sign_negative());
    let amount = amount.ok_or_else(|| {
        Diagnostics::from(Diagnostic::error_without_place("estimate-budget").with("typed", typed))
    })?;
    Ok(Some(Limit { amount: Amount::new(amount), high: request.at_high }))
}

/// The day until which calls are known, as typed.
///
/// # Errors
/// It is no day; no call is of that day or before; none is of the cycle, though a working day of it
/// has gone by; or a forecast of calls is given too.
pub fn as_of(
    request: &Request,
    plan: &Plan,
    survey: Option<&Survey>,
    forecast: Option<&Forecast>,
    is_worked: &dyn Fn(Day) -> bool,
) -> Result<Option<Day>, Diagnostics> {
    let (Some(typed), Some(survey)) = (&request.as_of, survey) else { return Ok(None) };
    let wrong = |code| Diagnostic::error_without_place(code).with("typed", typed);
    let day = parse_day(typed.trim()).map(Day::from);
    let day = day.ok_or_else(|| Diagnostics::from(wrong("estimate-as-of")))?;
    if let Some(stream) = forecast.and_then(|forecast| forecast.calls.first()) {
        return Err(Diagnostic::error("estimate-as-of-forecast", stream.at).into());
    }
    let mut seen = survey.days.keys();
    let (first, last) = (seen.next(), survey.days.range(..=day).next_back());
    let Some((last, _)) = last else {
        let first = first.map(ToString::to_string).unwrap_or_default();
        return Err(wrong("estimate-as-of-early").with("first", first).into());
    };
    let cycle = plan.head.cycle.period_of(day);
    let worked = (cycle.first.0..=day.0).any(|day| is_worked(Day(day)));
    if *last < cycle.first && worked {
        return Err(wrong("estimate-as-of-late")
            .with("last", last)
            .with("first", cycle.first)
            .with("end", cycle.last)
            .into());
    }
    Ok(Some(day))
}

/// What is known and what is drawn: to the end of the cycles that a day lies in, or all days that are
/// priced.
///
/// # Errors
/// Working days are to come, and none has been seen.
pub fn horizon(
    as_of: Option<Day>,
    window: Period,
    source: Period,
    plans: &[&Plan],
    survey: &Survey,
    days: &Days,
) -> Result<Horizon, Diagnostics> {
    let first = survey.days.keys().next().copied().unwrap_or(source.first);
    let seen = Period { first: source.first.max(first), last: source.last };
    let priced = match as_of {
        Some(day) => {
            let cycles = plans.iter().map(|plan| plan.head.cycle.period_of(day));
            let last = cycles.map(|cycle| cycle.last).max().unwrap_or(window.last);
            Period { first: window.first, last }
        }
        None => window,
    };
    let horizon = Horizon::new(seen, priced, as_of, &|day| days.kind(day));
    if horizon.lacks_worked() {
        return Err(Diagnostic::error_without_place("estimate-as-of-unworked")
            .with("first", seen.first)
            .with("last", seen.last)
            .into());
    }
    Ok(horizon)
}

/// The range of one contract; where a cycle is under way, its price becomes what is expected at its
/// end.
#[must_use]
pub fn outlook(
    request: &Request,
    model: &Model,
    place: usize,
    (plan, compiled): (&Plan, &Compiled),
    ahead: Option<(&Horizon, &Pool)>,
    priced: &mut Priced,
) -> Option<Outlook> {
    let count = request.draws.unwrap_or(MONTHS);
    if let Some((horizon, pool)) = ahead {
        let cycles = match horizon.as_of {
            Some(day) => vec![plan.head.cycle.period_of(day)],
            None => model.cycles(plan),
        };
        let ahead = Ahead { model, horizon, pool, plan, compiled, cycles: &cycles };
        let (expected, outlook) = ahead.price(count);
        if horizon.as_of.is_some() {
            *priced = expected;
        }
        return Some(outlook);
    }
    let forecast = model.forecast.as_ref().filter(|forecast| !forecast.calls.is_empty());
    let Some(forecast) = forecast else {
        // Calls as they were tell of no spread; without calls there is none.
        let total = || Outlook::of(&[priced.sum.total.round(None)]);
        return request.calls.is_empty().then(total);
    };
    if priced.draws.len() >= count as usize {
        return Some(Outlook::of(&priced.draws));
    }
    let answered = forecast.answered(model.window).times(count.into()).round(None).decimal();
    let asked = request.range || request.budget.is_some();
    if !asked && answered > CALLS_UNASKED.into() {
        return None;
    }
    let drawn = model.price_by(Way::Drawn(count), place, (plan, compiled), &|_, _| {});
    Some(Outlook::of(&drawn.draws))
}
