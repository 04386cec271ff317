//! Sums over calls, which merge: how a file is cut makes no difference.

use std::collections::BTreeMap;

use super::agents::{AgentId, AgentSums, AgentTally, Agents};
use super::compile::Compiled;
use super::groups::{Groups, Sample, Void};
use super::histogram::Histogram;
use super::keys::{due_of, keep_first, key_of, key_with_leg, of_both, sample_of};
use super::meter::{Rated, Unpriced};
use super::rule::RuleId;
use super::straddle::{self, Straddle};
use super::windows::WindowTally;
use crate::cdr::{Call, Outcome, Row};
use crate::money::{Fixed, FixedSum};
use crate::number::Digits;
use crate::tariff::{CheckSettings, Direction};
use crate::when::Day;

/// Talk time beyond which no call is believed: a day.
pub const LONGEST_BELIEVED: u32 = 86_400;

/// Calls of whole hours, and all of more than two, are kept as groups though they were charged as
/// agreed: a timer may have ended them, and whoever looks needs rows to look at.
fn is_remarkable(seconds: u32) -> bool {
    seconds >= 3_600 && (seconds.is_multiple_of(3_600) || seconds > 7_200)
}

/// Sums over the calls of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleTally {
    /// Billable calls by their billable seconds.
    pub billable: Histogram,
    /// Calls that are not billable: attempts.
    pub attempts: u64,
    /// What the provider charged for all of them.
    pub itemised: FixedSum,
    /// Calls whose charge would differ if their numbers, or the areas of these, were known.
    pub unsure: u64,
    /// By how much at most.
    pub unsure_by: FixedSum,
}

/// A call that a package consumes, in order of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderedCall {
    /// When it began.
    pub start: i64,
    /// Where it stands, which decides between equal starts.
    pub row: Row,
    /// It is the leg to the caller of that record.
    pub to_caller: bool,
    /// The contract's day of its start.
    pub day: Day,
    /// The rule.
    pub rule: RuleId,
    /// Billable seconds.
    pub seconds: u32,
    /// Calling number, in one spelling.
    pub caller: Digits,
    /// The agent, if a package may be each seat's own.
    pub agent: Box<[u8]>,
    /// It runs over a period's edge: its pieces.
    pub straddle: Option<Box<Straddle>>,
}

impl OrderedCall {
    /// The record, and whether it is its leg to the caller.
    #[must_use]
    pub fn which(&self) -> (Row, bool) {
        (self.row, self.to_caller)
    }
}

/// Sums over calls that no rule prices, though they were talked on or charged for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnpricedTally {
    /// How many.
    pub count: u64,
    /// Seconds talked.
    pub talk: u64,
    /// What the provider charged.
    pub itemised: FixedSum,
    /// The first rows.
    pub samples: Vec<Sample>,
}

/// Sums over one billing cycle.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By rule.
    pub rules: Vec<RuleTally>,
    /// Calls over the edge of a period.
    pub straddles: BTreeMap<Straddle, u64>,
    /// Calls that no rule prices.
    pub unpriced: BTreeMap<Unpriced, UnpricedTally>,
    /// Calls whose record and contract disagree.
    pub groups: Groups,
    /// Sums over parts of the cycle, where the contract asks for them.
    pub windows: WindowTally,
    /// By agent, in one worker; moves to `agents` before parts merge.
    sums: AgentSums,
    /// By agent's name.
    pub agents: BTreeMap<Box<[u8]>, AgentTally>,
    /// There were too many talks to keep them all.
    pub talks_dropped: bool,
    /// All records.
    pub calls: u64,
    /// Answered.
    pub answered: u64,
    /// Seconds talked.
    pub talk: u64,
    /// Unanswered calls that cost nothing by record and contract, and were not rated.
    pub idle: u64,
    /// Last record's start, and the first's.
    pub span: Option<(i64, i64)>,
}

/// What a tally needs to know besides the call.
#[derive(Clone, Copy, Debug)]
pub struct Seeing<'s> {
    /// The contract.
    pub compiled: &'s Compiled,
    /// Settings of the audit.
    pub settings: &'s CheckSettings,
    /// First day of the cycle.
    pub first_day: Day,
    /// The records carry the provider's charges.
    pub itemised: bool,
}

impl Tally {
    /// An empty tally for a contract's rules.
    #[must_use]
    pub fn new(rules: usize) -> Self {
        Self { rules: vec![RuleTally::default(); rules], ..Self::default() }
    }

    /// Counts an unanswered call that costs nothing: most rows of an outbound export.
    #[inline]
    pub fn see_idle(&mut self, start: i64, agent: Option<AgentId>) {
        self.calls += 1;
        self.idle += 1;
        self.see_start(start);
        if let Some(agent) = agent {
            self.sums.see_record(agent, Fixed::ZERO);
        }
    }

    #[inline]
    pub(super) fn see_start(&mut self, start: i64) {
        self.span = Some(match self.span {
            None => (start, start),
            Some((first, last)) => (first.min(start), last.max(start)),
        });
    }

    /// Adds one call. Inlined where calls are read, which is where nearly all of them come from; the
    /// rare others take [`Self::see_rare`].
    #[inline(always)]
    pub fn see(
        &mut self,
        call: &Call<'_>,
        rated: &Rated,
        agent: Option<AgentId>,
        void: Option<Void>,
        seeing: Seeing<'_>,
    ) {
        let answered = call.outcome == Outcome::Answered;
        self.calls += 1;
        self.answered += u64::from(answered);
        self.talk += if answered { u64::from(call.talk) } else { 0 };
        self.see_start(call.start);
        let charge = call.charge.unwrap_or_default();
        let void = void.or((!rated.in_contract).then_some(Void::OutsideContract));
        if let Some(agent) = agent {
            let expected = if void.is_none() { rated.charge } else { Fixed::ZERO };
            if answered {
                let day = call.day.0 - seeing.first_day.0;
                let is_void = void.is_some();
                self.sums.see_answered(agent, call, expected, day, is_void, seeing.settings);
            } else {
                self.sums.see_record(agent, expected);
            }
        }
        let id = match rated.rule {
            Ok(id) => id,
            Err(why) => return self.see_unpriced(call, why, charge, answered),
        };
        if let Some(void) = void {
            return self.see_void(call, rated, id, charge, void);
        }
        let rule = &mut self.rules[id.index()];
        rule.itemised += charge;
        rule.unsure += u64::from(rated.unsure != Fixed::ZERO);
        rule.unsure_by += rated.unsure;
        if !rated.billable {
            rule.attempts += u64::from(call.outcome != Outcome::Unsent);
        } else if rated.straddle.is_none() {
            rule.billable.add(rated.seconds);
        }
        if let Some(straddle) = &rated.straddle {
            straddle::count(&mut self.straddles, straddle, 1);
        }
        if seeing.compiled.windows().any() {
            self.windows.see(call, rated, id, seeing.compiled, 1);
        }
        if !seeing.itemised {
            return;
        }
        let billed_otherwise = answered && call.billed.is_some_and(|billed| billed != rated.billed);
        let odd = charge != rated.charge || billed_otherwise || rated.claimed.is_some();
        if odd || is_remarkable(rated.seconds) {
            let key = key_of(rated, id, call, charge, None);
            self.groups.add(key, || sample_of(call));
        }
    }

    /// The same, where it is not often needed.
    #[cold]
    #[inline(never)]
    pub fn see_rare(
        &mut self,
        call: &Call<'_>,
        rated: &Rated,
        agent: Option<AgentId>,
        void: Option<Void>,
        seeing: Seeing<'_>,
    ) {
        self.see(call, rated, agent, void, seeing);
    }

    /// Adds one call of which the record holds the leg to the caller as well: charges are compared
    /// with what is due for the record.
    #[cold]
    pub fn see_with_leg(
        &mut self,
        call: &Call<'_>,
        (rated, leg): (&Rated, &Rated),
        agent: Option<AgentId>,
        void: Option<Void>,
        seeing: Seeing<'_>,
    ) {
        let counts = void.is_none() && rated.in_contract;
        // What the other leg costs is in the line of its own price.
        let others = if counts { due_of(seeing.compiled, leg) } else { Fixed::ZERO };
        let own = call.charge.map(|charge| charge.plus(-others).unwrap_or(charge));
        let of_call = Call { charge: own, ..*call };
        self.see_rare(&of_call, rated, agent, void, Seeing { itemised: false, ..seeing });
        let Ok(id) = rated.rule else { return };
        if !seeing.itemised || !counts {
            return;
        }
        let charge = call.charge.unwrap_or_default();
        let key = key_with_leg(seeing.compiled, (rated, leg), id, call, charge, None);
        let both = of_both(seeing.compiled, rated, leg);
        let billed_otherwise = call.billed.is_some_and(|billed| billed != both.0);
        if charge != both.1 || billed_otherwise || rated.claimed.is_some() {
            self.groups.add(key, || sample_of(call));
        }
    }

    /// Adds the leg to the caller of a record whose call is counted already, or what of a call is of
    /// a later cycle than that in which it is counted: the provider is taken to charge what is due.
    #[cold]
    pub fn see_part(&mut self, part: &Call<'_>, rated: &Rated, seeing: Seeing<'_>) {
        let counted = (self.calls, self.answered, self.talk);
        let charge = seeing.itemised.then(|| match part.direction {
            Direction::ToCaller => due_of(seeing.compiled, rated),
            _ => rated.charge,
        });
        let part = Call { charge, ..*part };
        self.see_rare(&part, rated, None, None, Seeing { itemised: false, ..seeing });
        (self.calls, self.answered, self.talk) = counted;
    }

    #[cold]
    fn see_unpriced(&mut self, call: &Call<'_>, why: Unpriced, charge: Fixed, answered: bool) {
        if charge == Fixed::ZERO && !(answered && call.talk > 0) {
            // Nothing was talked and nothing charged: no price is wanting.
            return;
        }
        let tally = self.unpriced.entry(why).or_default();
        tally.count += 1;
        tally.talk += if answered { u64::from(call.talk) } else { 0 };
        tally.itemised += charge;
        keep_first(&mut tally.samples, sample_of(call));
    }

    #[cold]
    fn see_void(&mut self, call: &Call<'_>, rated: &Rated, id: RuleId, charge: Fixed, void: Void) {
        self.rules[id.index()].itemised += charge;
        let nothing = Rated { charge: Fixed::ZERO, ..rated.clone() };
        let key = key_of(&nothing, id, call, charge, Some(void));
        self.groups.add(key, || sample_of(call));
    }

    /// Puts the talks of each agent in order of time, so that merged parts are soon in order too.
    pub fn sort_talks(&mut self, settings: &CheckSettings) {
        self.sums.sort_talks(settings);
    }

    /// Numbers of agents become names, before parts of several workers merge.
    pub fn name_agents(&mut self, agents: &Agents, settings: &CheckSettings) {
        let (named, complete) = std::mem::take(&mut self.sums).by_name(agents, settings);
        self.agents = named;
        self.talks_dropped = !complete;
    }

    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        if self.rules.len() < other.rules.len() {
            self.rules.resize(other.rules.len(), RuleTally::default());
        }
        for (mine, theirs) in self.rules.iter_mut().zip(&other.rules) {
            mine.billable.merge(&theirs.billable);
            mine.attempts += theirs.attempts;
            mine.itemised += theirs.itemised;
            mine.unsure += theirs.unsure;
            mine.unsure_by += theirs.unsure_by;
        }
        for (straddle, count) in other.straddles {
            *self.straddles.entry(straddle).or_default() += count;
        }
        for (why, theirs) in other.unpriced {
            let mine = self.unpriced.entry(why).or_default();
            mine.count += theirs.count;
            mine.talk += theirs.talk;
            mine.itemised += theirs.itemised;
            theirs.samples.into_iter().for_each(|sample| keep_first(&mut mine.samples, sample));
        }
        self.groups.merge(other.groups);
        self.windows.merge(other.windows);
        for (name, theirs) in other.agents {
            self.agents.entry(name).or_default().merge(theirs);
        }
        self.talks_dropped |= other.talks_dropped;
        self.calls += other.calls;
        self.answered += other.answered;
        self.talk += other.talk;
        self.idle += other.idle;
        self.span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// Calls over the edge of a period that began under a rule.
    #[must_use]
    pub fn straddling(&self, id: RuleId) -> u64 {
        self.straddles_of(id).map(|(_, count)| count).sum()
    }

    /// Them, with how often each occurred.
    pub(super) fn straddles_of(&self, id: RuleId) -> impl Iterator<Item = (&Straddle, u64)> {
        let mine = self.straddles.iter().filter(move |(straddle, _)| straddle.first() == id);
        mine.map(|(straddle, count)| (straddle, *count))
    }

    /// Seconds that the calls of a rule add to what clauses count; straddling calls count whole with
    /// the rule of their start.
    #[must_use]
    pub fn counted_seconds(&self, compiled: &Compiled, id: RuleId) -> u64 {
        let rule = compiled.rule(id);
        let billable = self.rules[id.index()].billable.iter();
        let alone = billable.map(|(seconds, count)| u64::from(rule.counted(seconds)) * count);
        let straddles = self.straddles_of(id);
        let over = straddles.map(|(straddle, count)| straddle.counted_seconds(compiled) * count);
        alone.chain(over).sum()
    }

    /// What the contract charges for the calls of a rule, before packages, steps and discounts;
    /// straddling calls are counted with the rule of their start.
    #[must_use]
    pub fn expected(&self, compiled: &Compiled, id: RuleId) -> FixedSum {
        let rule = compiled.rule(id);
        let tally = &self.rules[id.index()];
        let calls: FixedSum = tally
            .billable
            .iter()
            .map(|(seconds, count)| FixedSum::times(rule.charge(seconds), count))
            .sum();
        let straddles: FixedSum = self
            .straddles_of(id)
            .map(|(straddle, count)| FixedSum::times(straddle.price(compiled).1, count))
            .sum();
        calls + straddles + FixedSum::times(rule.attempt, tally.attempts)
    }
}
