//! Why a call costs what it costs: every step from its record to what it adds to the bill, by the
//! functions that priced it, and held against what the audit counted.

use std::collections::BTreeMap;

use super::calls::Calls;
use super::reading::subsecond;
use super::run::Audit;
use super::watch::Watched;
use crate::cdr::{Field, Layout, Reject};
use crate::input::Encoding;
use crate::money::{Amount, Exact, Fixed, FixedSum};
use crate::pipeline::{ReadRow, Rules};
use crate::rate::keys::{key_of, key_with_leg};
use crate::rate::settle::{InCycle, Usage, in_cycle, is_whole};
use crate::rate::trace::{CallTrace, trace};
use crate::rate::{Apart, Compiled, Meter, Rated, Slice, Void};
use crate::tariff::{Direction, Legs, OpenFork, Plan, Subsecond};
use crate::when::{Day, Period};
use crate::{cdr, tariff};

/// A record, and what it comes to.
#[derive(Clone, Debug)]
pub struct Derived<'a> {
    /// The record.
    pub watched: &'a Watched,
    /// Its columns in use, as written: field, head, text.
    pub fields: Vec<(Field, String, String)>,
    /// What came of it.
    pub outcome: Result<Outcome, Box<Reject>>,
}

/// A call, and what it comes to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// When it began, seconds since 1970 UTC.
    pub start: i64,
    /// That day in the contract's zone.
    pub day: Day,
    /// Calling number, as written.
    pub caller: String,
    /// Called number, as written.
    pub callee: String,
    /// Seconds talked.
    pub talk: u32,
    /// How it ended.
    pub answered: bool,
    /// Which way it went.
    pub direction: Direction,
    /// The records give its length with a fraction of a second.
    pub fraction: bool,
    /// Every step up to its own charge.
    pub trace: CallTrace,
    /// Why it stands for no call that may be charged.
    pub void: Option<Void>,
    /// Its billing cycle.
    pub period: Period,
    /// What packages leave of it, and what that adds to its line; `None` if nothing is counted.
    pub cycle: Option<InCycle>,
    /// What it adds to the bill, before discounts, rounding of lines and tax.
    pub adds: Exact,
    /// What it would add under other readings of an open contract.
    pub readings: Vec<OtherReading>,
    /// Seconds that the provider says it billed.
    pub billed: Option<u32>,
    /// What the provider charged.
    pub charged: Option<Amount>,
    /// Causes that the audit has for the difference, with their share in one such call.
    pub causes: Vec<(&'static str, Option<Amount>)>,
    /// The leg to the caller, where the record holds both.
    pub leg: Option<Box<LegOutcome>>,
    /// What of the call is of later cycles, where it is cut at their ends: the cycle, billed seconds,
    /// charge.
    pub later: Vec<(Period, u32, Amount)>,
}

/// The leg to the caller of a record that holds both, and what it comes to.
#[derive(Clone, Debug)]
pub struct LegOutcome {
    /// Every step up to its own charge.
    pub trace: CallTrace,
    /// What packages leave of it, and what that adds to its line.
    pub cycle: Option<InCycle>,
    /// What it adds to the bill; nothing where one leg is due.
    pub adds: Exact,
    /// Each leg is due.
    pub due: bool,
}

impl Outcome {
    /// What the record costs by itself, billed seconds and charge, each leg that is due; `None` if no
    /// clause prices it.
    #[must_use]
    pub fn charge(&self) -> Option<(u32, Amount)> {
        let own = self.trace.charge.as_ref()?.total.amount();
        let leg = self.leg.as_ref().filter(|leg| leg.due && self.void.is_none());
        let more = leg.and_then(|leg| {
            Some((leg.trace.rated.billed, leg.trace.charge.as_ref()?.total.amount()))
        });
        let (billed, charge) = more.unwrap_or((0, Amount::ZERO));
        let later = self.later.iter().filter(|_| self.void.is_none());
        let own = (self.trace.rated.billed.saturating_add(billed), own + charge);
        Some(later.fold(own, |(billed, charge), (_, seconds, more)| {
            (billed.saturating_add(*seconds), charge + *more)
        }))
    }
}

/// What a call would add under another reading.
#[derive(Clone, Debug)]
pub struct OtherReading {
    /// The fork.
    pub fork: OpenFork,
    /// The other reading.
    pub word: &'static str,
    /// What the call would add under it; `None` if it has no exact charges.
    pub adds: Option<Exact>,
}

/// Derives every record that was to be followed.
///
/// # Panics
/// If a derivation leads elsewhere than the audit: that is a bug, and no figure is stated.
#[must_use]
pub fn derive(audit: &Audit) -> Vec<Derived<'_>> {
    let Some(calls) = &audit.calls else { return Vec::new() };
    let files: Vec<(Layout, Encoding)> =
        calls.files.iter().map(|file| (file.layout.clone(), file.encoding)).collect();
    let of = Of { audit, calls, files: &files };
    calls.watched.iter().map(|watched| of.derived(watched)).collect()
}

#[derive(Clone, Copy)]
struct Of<'o, 'f> {
    audit: &'o Audit,
    calls: &'o Calls,
    files: &'f [(Layout, Encoding)],
}

impl<'o> Of<'o, '_> {
    fn rules<'r>(&'r self, plan: &'r Plan, compiled: &'r Compiled) -> Rules<'r> {
        Rules {
            compiled,
            settings: &plan.checks,
            subsecond: subsecond(plan),
            zone: plan.head.zone,
            files: self.files,
            outside_service: None,
        }
    }

    fn derived(&self, watched: &'o Watched) -> Derived<'o> {
        let Audit { plan, compiled, .. } = self.audit;
        let rules = self.rules(plan, compiled);
        let (layout, encoding) = &self.files[watched.found.at.file as usize];
        watched.found.read(&rules, rules.subsecond, |ReadRow { line, call }| {
            let text =
                |place| crate::input::decode_line(line.field(place), *encoding).0.into_owned();
            let columns = layout.columns.iter();
            let fields = columns
                .map(|column| (column.field, column.header.clone(), text(column.place)))
                .collect();
            let outcome = call.map(|call| self.outcome(watched, &call));
            Derived { watched, fields, outcome }
        })
    }

    fn outcome(&self, watched: &Watched, call: &cdr::Call<'_>) -> Outcome {
        let Audit { plan, compiled, .. } = self.audit;
        let trace = trace(compiled, call);
        let outside = (!trace.rated.in_contract).then_some(Void::OutsideContract);
        let service = watched.outside_service.then_some(Void::OutsideService);
        let void = watched.void.or(service).or(outside);
        let usage = self.usage(&trace.rated);
        let cycle = in_cycle(plan, compiled, &usage, (watched.found.row, false));
        assert!(
            is_whole(plan, compiled, &usage),
            "calls by time come to another bill than calls by tally"
        );
        self.is_as_counted(watched, &trace, void, cycle.as_ref());
        let leg = call.to_caller().filter(|_| compiled.legs().is_some());
        let leg = leg.map(|leg| self.leg(plan, compiled, watched, (&leg, &trace.rated, void)));
        let adds = added(&trace, void, cycle.as_ref());
        let adds = adds + leg.as_ref().map_or(Exact::ZERO, |leg| leg.adds);
        let rest = Meter::new(compiled).later(call, &trace.rated);
        let adds = adds + self.later(plan, compiled, watched, &rest, void);
        let later = rest.iter().map(|(_, rated)| {
            (plan.head.cycle.at(rated.cycle), rated.billed, rated.charge.amount())
        });
        let later = later.collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let rounded_down = self.seconds_read(watched, Subsecond::Down);
        let rounded_up = self.seconds_read(watched, Subsecond::Up);
        let charge = watched.charge.filter(|_| call.charge.is_some());
        Outcome {
            start: call.start,
            day: call.day,
            caller: text(call.caller),
            callee: text(call.callee),
            talk: call.talk,
            answered: call.outcome == cdr::Outcome::Answered,
            direction: call.direction,
            fraction: rounded_down != rounded_up,
            void,
            period: plan.head.cycle.at(trace.rated.cycle),
            adds,
            readings: self.readings(watched, void),
            billed: call.billed,
            charged: charge.map(Fixed::amount),
            causes: self.causes(&trace.rated, leg.as_ref(), &cdr::Call { charge, ..*call }, void),
            cycle,
            trace,
            leg: leg.map(Box::new),
            later,
        }
    }

    /// The leg to the caller under a reading, in the cycle of its call.
    fn leg(
        &self,
        plan: &Plan,
        compiled: &Compiled,
        watched: &Watched,
        (leg, rated, void): (&cdr::Call<'_>, &Rated, Option<Void>),
    ) -> LegOutcome {
        let trace = trace(compiled, leg);
        let due = compiled.legs() == Some(Legs::Each);
        let cycle = if due {
            self.in_cycle(plan, compiled, rated, (watched.found.row, true))
        } else {
            None
        };
        let adds = if due { added(&trace, void, cycle.as_ref()) } else { Exact::ZERO };
        LegOutcome { trace, cycle, adds, due }
    }

    /// What the parts of a call that are of later cycles add to those.
    fn later(
        &self,
        plan: &Plan,
        compiled: &Compiled,
        watched: &Watched,
        later: &[(Slice, Rated)],
        void: Option<Void>,
    ) -> Exact {
        let which = (watched.found.row, false);
        let adds = later.iter().filter(|(_, rated)| void.is_none() && rated.in_contract);
        adds.filter_map(|(_, rated)| self.in_cycle(plan, compiled, rated, which))
            .map(|cycle| cycle.adds)
            .sum()
    }

    /// A call in its cycle under a reading.
    fn in_cycle(
        &self,
        plan: &Plan,
        compiled: &Compiled,
        rated: &Rated,
        which: (cdr::Row, bool),
    ) -> Option<InCycle> {
        let usage = self.usage(rated);
        match usage.under(compiled) {
            Some(Apart { tally, ordered, .. }) => {
                let usage = Usage { tally: Some(&tally), ordered: &ordered, ..usage };
                in_cycle(plan, compiled, &usage, which)
            }
            None => in_cycle(plan, compiled, &usage, which),
        }
    }

    /// The cycle of a call.
    fn usage(&self, rated: &Rated) -> Usage<'_> {
        static NOTHING: BTreeMap<tariff::ClauseId, rust_decimal::Decimal> = BTreeMap::new();
        let ordered = self.calls.ordered.get(&rated.cycle);
        Usage {
            period: self.audit.plan.head.cycle.at(rated.cycle),
            tally: self.calls.cycles.get(&rated.cycle),
            ordered: ordered.map_or(&[], Vec::as_slice),
            roster: self.audit.roster.as_ref(),
            given: &NOTHING,
            overdue: &[],
            apart: self.calls.apart(rated.cycle),
        }
    }

    /// The audit must have counted what is derived here, and nothing else.
    fn is_as_counted(
        &self,
        watched: &Watched,
        trace: &CallTrace,
        void: Option<Void>,
        cycle: Option<&InCycle>,
    ) {
        let rated = &trace.rated;
        let row = watched.found.row;
        let ordered = self.calls.ordered.get(&rated.cycle).into_iter().flatten();
        let counted = ordered.clone().find(|call| call.which() == (row, false));
        let expected = rated.rule.ok().filter(|_| rated.billable && void.is_none());
        assert_eq!(
            counted.map(|call| (call.rule, call.seconds, call.straddle.as_deref())),
            expected.map(|rule| (rule, rated.seconds, rated.straddle.as_deref())),
            "the audit counted another call than the one derived"
        );
        assert_eq!(cycle.is_some(), counted.is_some(), "a call is in its cycle or is not");
    }

    /// Seconds talked under a reading of fractions.
    fn seconds_read(&self, watched: &Watched, subsecond: Subsecond) -> Option<(u32, Option<u32>)> {
        let rules = self.rules(&self.audit.plan, &self.audit.compiled);
        watched
            .found
            .read(&rules, subsecond, |row| row.call.ok().map(|call| (call.talk, call.total)))
    }

    fn readings(&self, watched: &Watched, void: Option<Void>) -> Vec<OtherReading> {
        let mut readings = Vec::new();
        for fork in &self.audit.plan.forks {
            for word in fork.others {
                let other = self.audit.plan.reading(fork, word);
                let adds = Compiled::new(&other).ok().and_then(|compiled| {
                    let rules = self.rules(&other, &compiled);
                    watched.found.read(&rules, rules.subsecond, |row| {
                        let call = row.call.ok()?;
                        let trace = trace(&compiled, &call);
                        let which = (watched.found.row, false);
                        let cycle = self.in_cycle(&other, &compiled, &trace.rated, which);
                        let leg = call.to_caller().filter(|_| compiled.legs().is_some());
                        let leg = leg.map(|leg| {
                            self.leg(&other, &compiled, watched, (&leg, &trace.rated, void)).adds
                        });
                        if rules.subsecond == subsecond(&self.audit.plan) {
                            let own = added(&trace, void, cycle.as_ref());
                            let rest = Meter::new(&compiled).later(&call, &trace.rated);
                            let later = self.later(&other, &compiled, watched, &rest, void);
                            return Some(own + leg.unwrap_or(Exact::ZERO) + later);
                        }
                        // The cycle's calls are as they were read first, so only what depends on
                        // no other call can be told.
                        let alone = cycle.is_none_or(|cycle| {
                            let sums = cycle.lines.iter().any(|line| line.of_sum);
                            cycle.draws.is_empty() && !sums
                        });
                        (alone && leg.is_none()).then(|| added(&trace, void, None))
                    })
                });
                readings.push(OtherReading { fork: fork.clone(), word, adds });
            }
        }
        readings
    }

    /// The causes that the audit found for calls like this one.
    fn causes(
        &self,
        rated: &Rated,
        leg: Option<&LegOutcome>,
        call: &cdr::Call<'_>,
        void: Option<Void>,
    ) -> Vec<(&'static str, Option<Amount>)> {
        let (Ok(rule), Some(charge)) = (rated.rule, call.charge) else { return Vec::new() };
        let expected = if void.is_none() { rated.charge } else { Fixed::ZERO };
        let rated = Rated { charge: expected, ..rated.clone() };
        let key = match leg {
            Some(leg) => {
                let both = (&rated, &leg.trace.rated);
                key_with_leg(&self.audit.compiled, both, rule, call, charge, void)
            }
            None => key_of(&rated, rule, call, charge, void),
        };
        let group = self.audit.ledger.groups.iter().find(|group| group.key == key);
        let Some(group) = group.filter(|group| group.count > 0) else { return Vec::new() };
        let one = |(code, sum): &(&'static str, FixedSum)| {
            // All calls of a group differ alike, so each has its even share.
            let each = Exact::amount(sum.amount()).over(group.count.into()).finite();
            (*code, each.map(Amount::new))
        };
        group.claims.iter().map(one).collect()
    }
}

/// What a call adds: its share in its cycle, or an attempt's fee.
fn added(trace: &CallTrace, void: Option<Void>, cycle: Option<&InCycle>) -> Exact {
    match (void, cycle, &trace.charge) {
        (Some(_), _, _) | (None, None, None) => Exact::ZERO,
        (None, Some(cycle), _) => cycle.adds,
        (None, None, Some(charge)) => Exact::amount(charge.total.amount()),
    }
}
