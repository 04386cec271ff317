//! Call records read once for all contracts that read them alike.

use std::collections::BTreeMap;

use super::lane::{CycleCalls, Lane};
use super::model::Model;
use super::moves::Moves;
use super::replay::Records;
use super::run::Offer;
use super::waste::{Limits, Waste, sort};
use crate::audit::subsecond;
use crate::rate::Compiled;
use crate::source::Diagnostics;
use crate::tariff::{Contract, Plan, Subsecond};
use crate::when::{Day, Period, Zone};

/// One reading for all contracts that agree in zone and in how fractions of a second are read.
struct OneReading {
    zone: Zone,
    subsecond: Subsecond,
    /// The contracts.
    places: Vec<usize>,
    moves: Moves,
}

/// Contracts that agree in zone and in how fractions of a second are read.
pub(super) fn alike(plans: &[&Plan]) -> Vec<((Zone, Subsecond), Vec<usize>)> {
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
    let counts = |day: Day| model.days.counts(day);
    let reading = |((zone, subsecond), places): ((Zone, Subsecond), Vec<usize>)| {
        // Every day that some cycle of these contracts needs.
        let cycles = places.iter().flat_map(|place| model.cycles(plans[*place]));
        let span = cycles.fold(None, |span: Option<Period>, cycle| {
            Some(span.map_or(cycle, |span| Period {
                first: span.first.min(cycle.first),
                last: span.last.max(cycle.last),
            }))
        });
        let moves = Moves::new(source, &[span?], zone, &counts);
        Some(OneReading { zone, subsecond, places, moves })
    };
    alike(plans).into_iter().filter_map(reading).collect()
}

pub(super) fn replay(
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
pub(super) fn waste(
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
