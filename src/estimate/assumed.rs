//! What a figure takes for granted: that calls of which only the average is known last that long, and
//! that a package of which nothing tells what was left of it begins with nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::duration::Durations;
use super::expecting::{may_run_past, step};
use super::forecast::Things;
use super::lane::Lane;
use super::model::{Model, has_many};
use super::price::{Priced, Way};
use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::rate::settle::{Usage, openings_unknown, year_of};
use crate::roster::{EntryKind, Roster};
use crate::tariff::{Clause, Plan, RecurringPer, Terms};
use crate::when::{Day, Period};

/// What the figures of one contract take for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumed {
    /// How much more calls may cost that have the same average, if nothing else is known of them: as if
    /// each were a second into a block.
    pub beyond_average: Option<Exact>,
    /// Packages, by name, that begin with nothing for all that is told.
    pub openings: Vec<String>,
    /// Usage of the forecast that no clause has a price for, by name: it is not in the total.
    pub unpriced: Vec<String>,
    /// Seats and the like that no clause charges for: kind, name, how many.
    pub free: Vec<(EntryKind, Option<String>, u32)>,
    /// Minimums of years that the months estimated hold only in part.
    pub years: Vec<YearMinimum>,
    /// The days that are priced, if the contract's cycles make them others than those asked for.
    pub days: Option<Period>,
    /// They are others than those of the contract given first: totals can't be compared.
    pub other_days: bool,
    /// There are so many calls that only their number is drawn, not each by itself.
    pub many: bool,
    /// Calls that run past a change of price are rated at every so many-th second.
    pub step: Option<u32>,
}

/// A minimum of a year that the months estimated hold only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearMinimum {
    /// The clause.
    pub name: String,
    /// The least of a year.
    pub minimum: Amount,
    /// First day of a year that ends within these months, if nothing tells what was used of it before.
    pub before: Option<Day>,
    /// Last day of a year that ends after them: the shortfall falls due then.
    pub after: Option<Day>,
}

/// What a contract's figures take for granted.
#[must_use]
pub fn assumed(
    model: &Model,
    place: usize,
    plan: &Plan,
    compiled: &Compiled,
    priced: &Priced,
) -> Assumed {
    Assumed {
        beyond_average: beyond_average(model, place, plan, compiled, priced),
        openings: openings(model, plan, compiled),
        unpriced: without_a_clause(model, plan),
        free: free_of_charge(model, plan),
        years: years(model, plan),
        days: days_priced(model, plan).filter(|days| *days != model.window),
        other_days: false,
        many: draws_numbers(model, plan, compiled, priced),
        step: coarse_step(model, compiled, priced),
    }
}

fn draws_numbers(model: &Model, plan: &Plan, compiled: &Compiled, priced: &Priced) -> bool {
    let Some(forecast) = &model.forecast else { return false };
    let lane = Lane::new(plan, compiled, None);
    matches!(priced.way, Way::Drawn(_))
        && model.cycles(plan).into_iter().any(|period| has_many(forecast, &lane, period))
}

fn coarse_step(model: &Model, compiled: &Compiled, priced: &Priced) -> Option<u32> {
    let steps = model.forecast.iter().flat_map(|forecast| &forecast.calls).map(step);
    let widest = steps.max().filter(|step| *step > 1)?;
    (priced.way == Way::Expected && may_run_past(compiled)).then_some(widest)
}

fn beyond_average(
    model: &Model,
    place: usize,
    plan: &Plan,
    compiled: &Compiled,
    priced: &Priced,
) -> Option<Exact> {
    let mut forecast = model.forecast.clone()?;
    let blocks = plan.calls().map(|(_, _, terms)| terms.metering.first.max(terms.metering.next));
    let block = blocks.max().filter(|block| *block > 1)?;
    let mut some = false;
    for stream in &mut forecast.calls {
        if let Some((average, _)) = stream.average
            && let Some(dearest) = Durations::dearest(average, block)
        {
            stream.talk = dearest;
            some = true;
        }
    }
    let dearer = Model { forecast: Some(forecast), ..model.clone() };
    let more = || dearer.price(place, plan, compiled).sum.total - priced.sum.total;
    some.then(more).filter(|more| *more > Exact::ZERO)
}

/// From the first day of the first cycle that is priced to the last of the last.
pub fn days_priced(model: &Model, plan: &Plan) -> Option<Period> {
    let cycles = model.cycles(plan);
    Some(Period { first: cycles.first()?.first, last: cycles.last()?.last })
}

/// Names that clauses of a contract look rows of a roster up by.
pub fn names_asked(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Usage(_) => Some(clause.name.as_str()),
        Terms::Recurring(terms) => terms.of.as_deref(),
        Terms::Commitment(_) => Some("commitment"),
        _ => None,
    })
}

/// What is used of things that no clause has a price for, by name.
fn without_a_clause(model: &Model, plan: &Plan) -> Vec<String> {
    let usage = model.forecast.iter().flat_map(|forecast| &forecast.usage);
    let names: BTreeSet<&str> = names_asked(plan).collect();
    let unknown: BTreeSet<&String> =
        usage.map(|used| &used.of).filter(|of| !names.contains(of.as_str())).collect();
    unknown.into_iter().cloned().collect()
}

/// Seats, numbers, lines and services of the forecast that no clause charges for.
fn free_of_charge(model: &Model, plan: &Plan) -> Vec<(EntryKind, Option<String>, u32)> {
    let charged = |things: &Things| {
        plan.clauses.iter().any(|clause| match &clause.terms {
            Terms::Seat(_) => things.kind == EntryKind::Seat,
            Terms::Recurring(terms) => {
                let of = terms.of.is_none() || terms.of == things.of;
                of && match terms.per {
                    RecurringPer::Contract => false,
                    RecurringPer::Number => things.kind == EntryKind::Number,
                    RecurringPer::Line => things.kind == EntryKind::Line,
                    RecurringPer::Seat => things.kind == EntryKind::Seat,
                    RecurringPer::Service => things.kind == EntryKind::Service,
                }
            }
            Terms::Package(terms) => {
                (terms.per_seat && things.kind == EntryKind::Seat)
                    || (terms.per_number && things.kind == EntryKind::Number)
            }
            _ => false,
        })
    };
    let things = model.forecast.iter().flat_map(|forecast| &forecast.roster);
    let free = things.filter(|things| things.count > 0 && !charged(things));
    free.map(|things| (things.kind, things.of.clone(), things.count)).collect()
}

/// Minimums of a year that does not lie within the months estimated.
fn years(model: &Model, plan: &Plan) -> Vec<YearMinimum> {
    let cycles = model.cycles(plan);
    let (Some(first), Some(last)) = (cycles.first(), cycles.last()) else { return Vec::new() };
    let told = |period: Period| {
        let entries = model.entries(period, Exact::ZERO);
        entries.iter().any(|entry| entry.kind == EntryKind::Usage && entry.id == "commitment")
    };
    let of = |clause: &Clause| {
        let Terms::Commitment(terms) = &clause.terms else { return None };
        let from = terms.year?;
        let (begins, ends) = (year_of(from, *first), year_of(from, *last));
        let untold = first.first > begins.first && begins.last <= last.last && !told(*first);
        let after = (ends.last > last.last).then_some(ends.last);
        let before = untold.then_some(begins.first);
        let minimum = terms.minimum;
        (before.is_some() || after.is_some()).then(|| YearMinimum {
            name: clause.name.clone(),
            minimum,
            before,
            after,
        })
    };
    plan.clauses.iter().filter_map(of).collect()
}

fn openings(model: &Model, plan: &Plan, compiled: &Compiled) -> Vec<String> {
    let Some(period) = model.cycles(plan).first().copied() else { return Vec::new() };
    let roster = Roster { entries: model.entries(period, Exact::ZERO) };
    let usage = Usage {
        period,
        tally: None,
        ordered: &[],
        roster: Some(&roster),
        given: &BTreeMap::new(),
        overdue: &[],
        apart: None,
    };
    let unknown = openings_unknown(plan, compiled, &usage).into_iter();
    unknown.map(|id| plan.clause(id).name.clone()).collect()
}
