//! Calls by day, as a contract rates them on the days for which they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::days::Kind;
use super::horizon::{Horizon, Pick};
use super::lane::{CycleCalls, Lane};
use super::moves::{Moves, shift};
use super::replay::{Made, Records};
use crate::money::Exact;
use crate::rate::Compiled;
use crate::source::Diagnostics;
use crate::tariff::{Plan, Subsecond};
use crate::when::{Day, Period, Zone};

/// The calls of each day seen, under one contract.
pub struct Pool {
    zone: Zone,
    /// By cycle that is charged, day seen and day for which it stands.
    calls: BTreeMap<(i32, Day, Day), CycleCalls>,
    /// Days to come, each with the first that costs the same.
    alike: BTreeMap<Day, Day>,
}

impl Pool {
    /// Reads calls day by day under contracts that agree in zone and in how they read fractions of a
    /// second.
    ///
    /// # Errors
    /// The first file that can't be read to its end.
    pub fn read(
        records: &mut Records,
        (zone, subsecond): (Zone, Subsecond),
        contracts: &[(&Plan, &Compiled)],
        horizon: &Horizon,
    ) -> Result<Vec<Self>, Diagnostics> {
        let alike: Vec<BTreeMap<Day, Day>> =
            contracts.iter().map(|(plan, compiled)| alike(plan, compiled, horizon)).collect();
        let on: BTreeSet<Day> = alike.iter().flat_map(BTreeMap::values).copied().collect();
        let seen = || horizon.seen.iter().flatten().copied();
        let known = seen().filter(|day| !on.contains(day)).map(|day| (day, day));
        let drawn = seen().flat_map(|from| on.iter().map(move |on| (from, *on)));
        let moves = Moves::onto(known.chain(drawn).collect::<Vec<_>>(), zone);
        let lanes = || {
            let lanes = contracts.iter().map(|(plan, compiled)| Lane::new(plan, compiled, None));
            lanes.collect::<Vec<Lane<'_>>>()
        };
        let key = |made: Made| (made.cycle, made.from, made.on);
        let all = records.replay_by(zone, subsecond, lanes, &moves, key)?;
        let pool = |(calls, alike)| Self { zone, calls, alike };
        Ok(all.into_iter().zip(alike).map(pool).collect())
    }

    /// The calls of a day that is known.
    #[must_use]
    pub fn known(&self, cycle: i32, day: Day) -> Option<&CycleCalls> {
        self.calls.get(&(cycle, day, day))
    }

    /// The calls of a day to come in a month drawn.
    #[must_use]
    pub fn drawn(&self, cycle: i32, pick: &Pick) -> Option<CycleCalls> {
        let on = *self.alike.get(&pick.on)?;
        let mut calls = self.calls.get(&(cycle, pick.from?, on))?.clone();
        if on != pick.on {
            let by = shift(self.zone, on, pick.on);
            for call in &mut calls.ordered {
                call.start += by;
                call.day = pick.on;
            }
        }
        let factor = Exact::ratio(pick.thousandths.into(), 1_000);
        Some(if factor == Exact::ONE { calls } else { calls.scaled(factor, &|_| factor) })
    }
}

/// Calls that are made again on one of several days that cost the same are made once. What of a call
/// runs on into the next cycle tells a cycle's last day from others.
fn alike(plan: &Plan, compiled: &Compiled, horizon: &Horizon) -> BTreeMap<Day, Day> {
    let mut classes = BTreeMap::new();
    let first = |(day, _): &(Day, Kind)| {
        let Period { last, .. } = plan.head.cycle.period_of(*day);
        let first = classes.entry((compiled.class_of(*day), last == *day)).or_insert(*day);
        (*day, *first)
    };
    horizon.to_come.iter().map(first).collect()
}
