//! A contract becomes tables: which rule prices a call.

use std::collections::HashMap;

use super::make::{Place, counted_apart, make_rule};
use super::rule::{Rule, RuleId, ZoneSlot};
use super::week::{DayRow, PartSlot, WeekIndex};
use super::windows::Windows;
use super::zones::{Asked, ZoneIndex};
use crate::cdr::Call;
use crate::number::{Area, AreaTable, Digits, NumberPlan, Scratch, area_by_code};
use crate::source::Diagnostic;
use crate::tariff::{
    BandRule, BillOn, CallCycle, CallTerms, Clause, ClauseId, Direction, PeriodId, Plan, Reduction,
    Terms, Validity, ZoneId,
};
use crate::when::{Cycle, Day, Zone};

/// Where a call goes.
pub(super) struct Destination {
    /// Its zone.
    pub zone: ZoneSlot,
    /// Zones that it might belong to as well, for an area or the whole number is not known.
    pub others: Vec<ZoneSlot>,
    /// False if the record shows no number to tell by.
    pub legible: bool,
}

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
    /// By version, direction, zone, part of the week.
    pub(super) table: Vec<Option<RuleId>>,
    band_rule: BandRule,
    contract_days: Validity,
    attempts_free: bool,
    windows: Windows,
    call_cycle: Option<CallCycle>,
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
    /// The clock does not change around it.
    pub(super) steady: bool,
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
            table: Vec::new(),
            band_rule: calls.first().map_or(BandRule::Start, |(_, _, t)| t.metering.band_rule),
            contract_days: plan.head.valid,
            attempts_free: plan.surcharges().next().is_none()
                && calls.iter().all(|(_, _, terms)| {
                    terms.attempt.is_zero() && terms.metering.bill_on != BillOn::Attempt
                }),
            windows: Windows::of(plan),
            call_cycle: plan.head.call_cycle,
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

    fn fill(&mut self, plan: &Plan, wrong: &mut Vec<Diagnostic>) {
        let calls: Vec<_> = plan.calls().collect();
        let slots = [3, self.origins, self.zone_count, self.period_count]
            .into_iter()
            .try_fold(self.versions.len(), usize::checked_mul)
            .filter(|slots| *slots <= MOST_SLOTS && self.versions.len() <= usize::from(u16::MAX));
        let Some(slots) = slots else {
            let last = calls.last().map_or(plan.head.at, |(_, clause, _)| clause.at);
            return wrong.push(Diagnostic::error("contract-too-large", last));
        };
        self.table = vec![None; slots];
        let mut known = HashMap::new();
        let discounts: Vec<_> = dated_discounts(plan).collect();
        let apart = counted_apart(plan);
        // Places in `calls`, by zone.
        let mut by_zone: Vec<Vec<usize>> = vec![Vec::new(); self.zone_count];
        let mut everywhere = Vec::new();
        for (place, (_, _, terms)) in calls.iter().enumerate() {
            terms.zones.iter().for_each(|zone| by_zone[zone.index()].push(place));
            if terms.zones.is_empty() {
                everywhere.push(place);
            }
        }
        let cuts = (0..self.versions.len())
            .flat_map(|version| (0..self.origins).map(move |origin| (version, origin)));
        for (version, origin) in cuts {
            let day = self.versions[version];
            for direction in Direction::ALL {
                let holds = |(_, clause, terms): &&(_, &Clause, &CallTerms)| {
                    clause.valid.contains(day)
                        && terms.directions.contains(&direction)
                        && from_zone(terms, origin)
                };
                for (zone, named) in by_zone.iter().enumerate() {
                    let places = named.iter().chain(&everywhere);
                    let there: Vec<_> = places.map(|place| &calls[*place]).filter(holds).collect();
                    for part in 0..self.period_count {
                        let best = there
                            .iter()
                            .filter(|(_, _, terms)| in_part(terms, part))
                            .max_by_key(|(_, _, terms)| {
                                let named =
                                    [&terms.zones, &terms.from_zones].map(|z| !z.is_empty());
                                (named, !terms.periods.is_empty())
                            });
                        let Some((id, _, terms)) = best else { continue };
                        let named = part + 1 < self.period_count && !terms.periods.is_empty();
                        let period = named.then(|| PeriodId(narrow(part)));
                        let zone_slot = ZoneSlot(number(zone));
                        let place =
                            self.place(version, direction, self.at(origin, zone_slot), part);
                        let discounted: Vec<bool> = discounts
                            .iter()
                            .filter(|(on, _)| on.contains(id))
                            .map(|(_, valid)| valid.contains(day))
                            .collect();
                        let kind = (*id, zone_slot, direction, period, discounted);
                        let rule = *known.entry(kind).or_insert_with(|| {
                            let place = Place {
                                clause: *id,
                                zone: zone_slot,
                                direction,
                                period,
                                since: day,
                            };
                            match make_rule(plan, terms, place, &apart) {
                                Ok(rule) => self.rules.push(rule),
                                Err(diagnostic) => {
                                    let known = |d: &Diagnostic| d.primary == diagnostic.primary;
                                    // A whole deck may be wrong in one way.
                                    if wrong.len() < WRONG_SHOWN && !wrong.iter().any(known) {
                                        wrong.push(*diagnostic);
                                    }
                                }
                            }
                            self.rules.len().saturating_sub(1)
                        });
                        self.table[place] = Some(RuleId(number(rule)));
                    }
                }
            }
        }
    }

    fn place(&self, version: usize, direction: Direction, zone: ZoneSlot, part: usize) -> usize {
        let direction = direction as usize;
        let zones = self.origins * self.zone_count;
        ((version * 3 + direction) * zones + zone.index()) * self.period_count + part
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

    /// Where a call of a day goes, by its far number and its own; where prices are told by the zone of one's
    /// own number too, where it stands in the tables for that.
    #[inline]
    pub(super) fn destination(&self, call: &Call<'_>, day: Day) -> Destination {
        let (far, own) = match call.direction {
            Direction::Inbound => (call.caller, call.callee),
            Direction::Outbound | Direction::Internal => (call.callee, call.caller),
        };
        let asked = Asked { caller: Area::UNKNOWN, direction: call.direction, day };
        let to = self.destination_zone(far, own, asked);
        if self.origins == 1 { to } else { self.from(own, &to, asked) }
    }

    /// The same for calls from the zone of a number.
    #[inline(never)]
    fn from(&self, own: &[u8], to: &Destination, asked: Asked) -> Destination {
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(own, &mut scratch);
        let legible = number.is_legible();
        let origin = self.zones.zone_of(&number, Asked { caller: number.area(), ..asked }).index();
        let from_here = std::iter::once(origin);
        // A number that can't be read may be of any zone.
        let elsewhere = (0..self.origins).filter(|other| !legible && *other != origin);
        let zones = || std::iter::once(to.zone).chain(to.others.iter().copied());
        let mut all = from_here
            .chain(elsewhere)
            .flat_map(|origin| zones().map(move |zone| (origin, zone)))
            .map(|(origin, zone)| self.at(origin, zone));
        let zone = all.next().unwrap_or(to.zone);
        Destination { zone, others: all.collect(), legible: legible && to.legible }
    }

    #[inline]
    fn destination_zone(&self, far: &[u8], own: &[u8], mut asked: Asked) -> Destination {
        let known = |zone| Destination { zone, others: Vec::new(), legible: true };
        if self.zone_count == 1 {
            return known(ZoneSlot(0));
        }
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(far, &mut scratch);
        if !number.is_legible() {
            return self.anywhere(self.zones.zone_of(&number, asked));
        }
        if !self.zones.needs_areas() {
            return known(self.zones.zone_of(&number, asked));
        }
        let mut scratch: Scratch = [0; 40];
        asked.caller = self.numbers.read(own, &mut scratch).area();
        let others = self.zones.might_be(&number, asked.caller);
        Destination { others, ..known(self.zones.zone_of(&number, asked)) }
    }

    /// A number that can't be read may belong to any zone.
    #[cold]
    fn anywhere(&self, zone: ZoneSlot) -> Destination {
        let others = (0..number(self.zone_count)).map(ZoneSlot).filter(|slot| *slot != zone);
        Destination { zone, others: others.collect(), legible: false }
    }

    /// True if some zone asks for an area.
    #[must_use]
    pub fn asks_areas(&self) -> bool {
        self.zones.needs_areas()
    }

    /// The zone of a place in the tables, whatever zone a call comes from.
    pub(super) fn plain(&self, place: ZoneSlot) -> ZoneSlot {
        ZoneSlot(number(place.index() % self.zone_count))
    }

    /// How numbers are read, and which zones take them.
    pub(super) fn numbering(&self) -> (&NumberPlan, &ZoneIndex) {
        (&self.numbers, &self.zones)
    }

    /// The first day of the version of the contract that holds on a day, if another held before.
    pub(super) fn version_since(&self, day: Day) -> Option<Day> {
        let since = self.versions[self.versions.partition_point(|from| *from <= day) - 1];
        (since != Day(i32::MIN)).then_some(since)
    }

    pub(super) fn week(&self) -> &WeekIndex {
        &self.week
    }

    pub(super) fn day_facts(&self, day: Day) -> DayFacts {
        let version = self.versions.partition_point(|from| *from <= day) - 1;
        DayFacts {
            day,
            version: narrow(version),
            row: self.week.row(day),
            cycle: self.cycle.index_of(day),
            in_contract: self.contract_days.contains(day),
            steady: self.zone.steady_offset(day).is_some(),
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

    /// One of our own numbers, normalised, to be compared with another.
    #[must_use]
    pub fn own_number(&self, raw: &[u8]) -> Digits {
        let mut scratch: Scratch = [0; 40];
        Digits::pack(self.numbers.read(raw, &mut scratch).digits())
    }

    /// One of our own numbers, to be told from others; none if the record hides some of it.
    #[must_use]
    pub(super) fn whole_number(&self, raw: &[u8]) -> Digits {
        let mut scratch: Scratch = [0; 40];
        let number = self.numbers.read(raw, &mut scratch);
        let hidden = raw.iter().any(|byte| matches!(byte, b'*' | b'x' | b'X' | b'#'));
        if hidden { Digits::NONE } else { Digits::pack(number.digits()) }
    }

    /// A number in one spelling: normalised, or as it stands if it is none.
    #[must_use]
    pub fn spelled(&self, raw: &[u8]) -> Vec<u8> {
        let mut scratch: Scratch = [0; 40];
        match self.numbers.read(raw, &mut scratch).digits() {
            b"" => raw.to_vec(),
            digits => digits.to_vec(),
        }
    }
}

/// Shares that are taken off on some days only: calls of these days have rules of their own,
/// whatever such a discount is taken for, so that tallies of one reading settle another.
fn dated_discounts(plan: &Plan) -> impl Iterator<Item = (&[ClauseId], Validity)> {
    plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Discount(terms) if matches!(terms.reduction, Reduction::Percent(_)) => {
            let dated = clause.valid.from.or(clause.valid.until).is_some();
            dated.then_some((terms.on.as_slice(), clause.valid))
        }
        _ => None,
    })
}

fn from_zone(terms: &CallTerms, zone: usize) -> bool {
    terms.from_zones.is_empty() || terms.from_zones.iter().any(|z| z.index() == zone)
}

fn in_part(terms: &CallTerms, part: usize) -> bool {
    terms.periods.is_empty() || terms.periods.iter().any(|p| usize::from(p.0) == part)
}

/// Most places in the table of rules: no contract on paper has as many, and few decks.
const MOST_SLOTS: usize = 1 << 24;

/// Wrong prices that are shown at once.
const WRONG_SHOWN: usize = 20;

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
