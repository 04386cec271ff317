//! What a figure takes for granted: that calls of which only the average is known last that long, and
//! that a package of which nothing tells what was left of it begins with nothing.

use std::collections::BTreeMap;

use super::duration::Durations;
use super::model::Model;
use super::price::Priced;
use crate::money::Exact;
use crate::rate::Compiled;
use crate::rate::settle::{Usage, openings_unknown};
use crate::roster::Roster;
use crate::tariff::Plan;

/// What the figures of one contract take for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumed {
    /// How much more calls may cost that have the same average, if nothing else is known of them: as if
    /// each were a second into a block.
    pub beyond_average: Option<Exact>,
    /// Packages, by name, that begin with nothing for all that is told.
    pub openings: Vec<String>,
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
    }
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
