//! A contract becomes tables: which rule prices a call.

mod destination;
mod fill;

pub(super) use destination::Destination;

use std::sync::OnceLock;

use super::rule::{Rule, RuleId, ZoneSlot};
use super::straddle::Straddle;
use super::week::{DayRow, PartSlot, WeekIndex};
use super::windows::Windows;
use super::zones::ZoneIndex;
use crate::number::{AreaTable, NumberPlan, area_by_code};
use crate::source::Diagnostic;
use crate::tariff::{
    BandRule, BillOn, CallCycle, ClauseId, Direction, Legs, Plan, Validity, ZoneId,
};
use crate::when::{Cycle, Day, Zone};
use fill::dated_discounts;

/// A contract as tables; shared by all workers.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What calls cost.
    pub rules: Vec<Rule>,
    /// Their ids, clause by clause.
    by_clause: Vec<RuleId>,
    /// The billing cycle.
    pub cycle: Cycle,
    /// The contract's zone.
    pub zone: Zone,
    numbers: NumberPlan,
    zones: ZoneIndex,
    pub(super) zone_count: usize,
    /// Zones of one's own number that prices are told by, times which a table has all zones: one
    /// where none of them asks.
    pub(super) origins: usize,
    week: WeekIndex,
    pub(super) period_count: usize,
    /// First day of each version; the first begins with time.
    pub(super) versions: Vec<Day>,
    /// Directions that the table tells apart: a fourth is that of legs to the caller, if records
    /// may hold them.
    pub(super) sides: usize,
    /// By version, direction, zone, part of the week.
    pub(super) table: Vec<Option<RuleId>>,
    band_rule: BandRule,
    contract_days: Validity,
    attempts_free: bool,
    windows: Windows,
    call_cycle: Option<CallCycle>,
    /// Zones of which no two have the same prices, once a number can't be read.
    unlike: OnceLock<Vec<ZoneSlot>>,
    legs: Option<Legs>,
    asks_agents: bool,
}

/// What is known of a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayFacts {
    pub(super) day: Day,
    pub(super) version: u16,
    pub(super) row: Option<DayRow>,
    pub(super) cycle: i32,
    pub(super) in_contract: bool,
    /// Second of the day at which a call may come to another price, where no part of the week
    /// says: its end, if another version holds from the next day on.
    pub(super) part_end: u32,
    /// The clock does not change around it.
    pub(super) steady: bool,
    /// It is the last of its cycle, and a call may be of another cycle than that of its start.
    pub(super) ends_cycle: bool,
}

/// What days have in common on which calls cost the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayClass {
    version: u16,
    row: Option<u8>,
    cycle: i32,
    in_contract: bool,
    alone: Option<Day>,
}

impl Compiled {
    /// Compiles a plan.
    ///
    /// # Errors
    /// A diagnostic at the price that has no exact charge under the contract's rounding.
    pub fn new(plan: &Plan) -> Result<Self, Vec<Diagnostic>> {
        let zones = ZoneIndex::new(&plan.zones);
        let areas = if zones.needs_areas() { area_table(plan) } else { AreaTable::none() };
        let home = plan.numbers.home.clone().unwrap_or_default();
        let numbers = NumberPlan {
            home: area_by_code(home.as_bytes()),
            home_code: home,
            strip: plan.numbers.strip.iter().map(|prefix| prefix.clone().into_bytes()).collect(),
            areas,
        };
        let calls: Vec<_> = plan.calls().collect();
        let mut versions: Vec<Day> = calls
            .iter()
            .flat_map(|(_, clause, _)| [clause.valid.from, clause.valid.until.map(Day::next)])
            .chain(
                dated_discounts(plan)
                    .flat_map(|(_, valid)| [valid.from, valid.until.map(Day::next)]),
            )
            .flatten()
            .collect();
        versions.push(Day(i32::MIN));
        versions.sort_unstable();
        versions.dedup();
        let mut compiled = Self {
            rules: Vec::new(),
            by_clause: Vec::new(),
            cycle: plan.head.cycle,
            zone: plan.head.zone,
            numbers,
            zones,
            zone_count: plan.zones.len() + 1,
            origins: match calls.iter().any(|(_, _, terms)| !terms.from_zones.is_empty()) {
                true => plan.zones.len() + 1,
                false => 1,
            },
            week: WeekIndex::new(&plan.periods, plan.calendar.as_ref()),
            period_count: plan.periods.len() + 1,
            versions,
            sides: if legs_of(plan).is_some() { 4 } else { 3 },
            table: Vec::new(),
            band_rule: calls.first().map_or(BandRule::Start, |(_, _, t)| t.metering.band_rule),
            contract_days: plan.head.valid,
            attempts_free: plan.surcharges().next().is_none()
                && calls.iter().all(|(_, _, terms)| {
                    terms.attempt.is_zero() && terms.metering.bill_on != BillOn::Attempt
                }),
            windows: Windows::of(plan),
            call_cycle: plan.head.call_cycle,
            unlike: OnceLock::new(),
            legs: legs_of(plan),
            asks_agents: plan.packages().any(|(id, _, terms)| {
                terms.each_seat || (terms.per_seat && plan.is_open("package.scope", Some(id)))
            }),
        };
        let mut wrong = Vec::new();
        compiled.fill(plan, &mut wrong);
        compiled.by_clause = compiled.rules_with_ids().map(|(id, _)| id).collect();
        let rules = &compiled.rules;
        compiled.by_clause.sort_by_key(|id| rules[id.index()].clause);
        if wrong.is_empty() { Ok(compiled) } else { Err(wrong) }
    }

    fn place(&self, version: usize, direction: Direction, zone: ZoneSlot, part: usize) -> usize {
        let direction = direction as usize;
        let zones = self.origins * self.zone_count;
        ((version * self.sides + direction) * zones + zone.index()) * self.period_count + part
    }

    /// Where a zone stands in the tables for calls from a zone.
    fn at(&self, origin: usize, zone: ZoneSlot) -> ZoneSlot {
        ZoneSlot(number(origin * self.zone_count + zone.index()))
    }

    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.index()]
    }

    /// All rules with their ids.
    pub fn rules_with_ids(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(index, rule)| (RuleId(number(index)), rule))
    }

    /// The rules of a clause, with their ids.
    pub fn rules_of(&self, clause: ClauseId) -> impl Iterator<Item = (RuleId, &Rule)> {
        let first = self.by_clause.partition_point(|id| self.rule(*id).clause < clause);
        let from_first = self.by_clause[first..].iter().map(|id| (*id, self.rule(*id)));
        from_first.take_while(move |(_, rule)| rule.clause == clause)
    }

    /// True if an unanswered call costs nothing, whatever its number and time.
    #[must_use]
    pub fn attempts_are_free(&self) -> bool {
        self.attempts_free
    }

    /// The cycle of a call that runs over the end of one, if the contract says.
    #[must_use]
    pub fn call_cycle(&self) -> Option<CallCycle> {
        self.call_cycle
    }

    /// Legs that are billed of a record that holds both, if the contract says.
    #[must_use]
    pub fn legs(&self) -> Option<Legs> {
        self.legs
    }

    /// Parts of a cycle over which the contract asks for sums.
    #[must_use]
    pub fn windows(&self) -> Windows {
        self.windows
    }

    /// True if an agent's calls may use up what is the seat's own.
    #[must_use]
    pub fn asks_agents(&self) -> bool {
        self.asks_agents
    }

    /// How calls over a period's edge are priced.
    #[must_use]
    pub fn band_rule(&self) -> BandRule {
        self.band_rule
    }

    /// True if a call over a period's edge is priced piece by piece.
    #[must_use]
    pub fn splits_calls(&self) -> bool {
        self.band_rule != BandRule::Start
    }

    /// True if what a call costs may depend on the hour.
    #[must_use]
    pub fn prices_by_hour(&self) -> bool {
        self.week.divides()
    }

    /// Seconds of a day at which prices may change, its end among them, in order.
    pub fn edges(&self, day: Day) -> impl Iterator<Item = u32> {
        let row = self.day_facts(day).row;
        let edges = row.map(|row| self.week.edges(row)).unwrap_or_default();
        edges.iter().map(|(second, _)| *second).filter(|second| *second > 0).chain([86_400])
    }

    /// True if what a call costs may depend on the number that it comes from.
    #[must_use]
    pub fn tells_callers(&self) -> bool {
        self.origins > 1 || self.zones.needs_areas()
    }

    /// True if the contract holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.contract_days.contains(day)
    }

    /// What days have in common on which calls at one time of day cost the same; days of clock
    /// changes, and days that the contract's calendar does not know, are for themselves.
    #[must_use]
    pub fn class_of(&self, day: Day) -> DayClass {
        let facts = self.day_facts(day);
        let alone = facts.row.is_none() || !facts.steady || self.windows.any();
        DayClass {
            version: facts.version,
            row: facts.row.map(|row| self.week.alike(row)),
            cycle: facts.cycle,
            in_contract: facts.in_contract,
            alone: alone.then_some(day),
        }
    }

    /// Number of zone slots, the one for all other numbers included.
    #[must_use]
    pub fn zone_slots(&self) -> usize {
        self.zone_count
    }

    /// The zone named by a slot; `None` for numbers that no zone takes.
    #[must_use]
    pub fn zone_id(&self, slot: ZoneSlot) -> Option<ZoneId> {
        (slot.index() + 1 < self.zone_count).then_some(ZoneId(slot.0))
    }

    /// True if some zone asks for an area.
    #[must_use]
    pub fn asks_areas(&self) -> bool {
        self.zones.needs_areas()
    }

    /// The first day of the version of the contract that holds on a day, if another held before.
    pub(super) fn version_since(&self, day: Day) -> Option<Day> {
        let since = self.versions[self.versions.partition_point(|from| *from <= day) - 1];
        (since != Day(i32::MIN)).then_some(since)
    }

    pub(super) fn week(&self) -> &WeekIndex {
        &self.week
    }

    /// The part of the week at a second of a day, and the second at which it ends; without parts
    /// the whole day.
    pub(super) fn part(&self, row: DayRow, second: u32) -> (PartSlot, u32) {
        if self.week.divides() { self.week.part(row, second) } else { (PartSlot(0), 86_400) }
    }

    /// True if the price of a call changes on its way: without parts of the week only by another
    /// clause, for a discount that begins is of the day on which the call does.
    pub(super) fn differs(&self, straddle: &Straddle) -> bool {
        let first = straddle.first();
        let clause = |id: RuleId| self.rule(id).clause;
        let other = |id: RuleId| match self.week.divides() {
            true => id != first,
            false => clause(id) != clause(first),
        };
        straddle.pieces.iter().any(|(rule, _)| other(*rule))
    }

    pub(super) fn day_facts(&self, day: Day) -> DayFacts {
        let version = self.versions.partition_point(|from| *from <= day) - 1;
        DayFacts {
            day,
            version: narrow(version),
            row: self.week.row(day),
            cycle: self.cycle.index_of(day),
            in_contract: self.contract_days.contains(day),
            part_end: match self.versions.get(version + 1) {
                Some(next) if *next == day.next() => 86_400,
                _ => u32::MAX,
            },
            steady: self.zone.steady_offset(day).is_some(),
            ends_cycle: self.call_cycle != Some(CallCycle::Start)
                && self.cycle.index_of(day.next()) != self.cycle.index_of(day),
        }
    }

    /// The rule for a direction, zone and part of the week.
    #[inline]
    pub(super) fn look_up(
        &self,
        facts: &DayFacts,
        direction: Direction,
        zone: ZoneSlot,
        part: PartSlot,
    ) -> Option<RuleId> {
        self.table[self.place(facts.version.into(), direction, zone, part.0.into())]
    }
}

/// What the contract says of legs, for all its prices.
fn legs_of(plan: &Plan) -> Option<Legs> {
    plan.calls().find_map(|(_, _, terms)| terms.metering.legs)
}

fn narrow(number: usize) -> u16 {
    u16::try_from(number).expect("parsing and filling refuse more than 65,535 of these")
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("the table of rules is bounded far below")
}

fn area_table(plan: &Plan) -> AreaTable {
    let mut table = AreaTable::mainland();
    for (segment, code) in &plan.numbers.segments {
        table.set(*segment, area_by_code(code.as_bytes()));
    }
    table
}
