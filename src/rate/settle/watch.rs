//! One call in its cycle: what packages give it, and what it adds to lines.
//!
//! What a call adds is a difference: the lines for the calls up to it, settled like any cycle, less
//! those for the calls before it. So whatever is priced by sums, in steps or out of packages, is
//! told by the functions that price it.

use super::pools::{Bound, Pool, pools};
use super::{BillLine, Lines, Usage, calls, packages, parts, sums};
use crate::cdr::{Call, Outcome, Row};
use crate::money::{Exact, Fixed};
use crate::rate::tally::{OrderedCall, Seeing};
use crate::rate::{Compiled, Rated, Tally};
use crate::tariff::{ClauseId, Plan};

/// A call in its cycle.
#[derive(Clone, Debug)]
pub struct InCycle {
    /// What packages gave it, in the order in which they were asked.
    pub draws: Vec<Draw>,
    /// Lines that it changes.
    pub lines: Vec<OnLine>,
    /// What it adds to the bill, before discounts, rounding of lines and tax.
    pub adds: Exact,
}

/// What one pool of minutes or money gave a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The package.
    pub package: ClauseId,
    /// It holds money.
    pub money: bool,
    /// It holds whole calls; seconds, if it holds no money either.
    pub calls: bool,
    /// What it holds in the cycle, or on the call's day.
    pub pool: Exact,
    /// What was left before the call.
    pub before: Exact,
    /// What the call was given.
    pub taken: Exact,
    /// Seconds talked are used up, not billed ones.
    pub by_talk: bool,
    /// The pool is that of the calling number.
    pub per_number: bool,
    /// The pool is that of the agent's seat.
    pub each_seat: bool,
    /// Each day has a pool of its own.
    pub each_day: bool,
}

/// A line before a call and with it.
#[derive(Clone, Debug)]
pub struct OnLine {
    /// Its name.
    pub name: String,
    /// The clause of the line that has to do with the call, or its first.
    pub clause: ClauseId,
    /// The clause prices a sum of the cycle, so that the line is no sum of its calls' charges.
    pub of_sum: bool,
    /// Quantity before the call, and with it.
    pub quantity: (Exact, Exact),
    /// Of what: a key of the catalogue.
    pub unit: &'static str,
    /// Cost before the call, and with it.
    pub cost: (Exact, Exact),
}

impl Draw {
    /// Of a pool that gives the call's owner so much.
    pub(super) fn of(pool: &Pool<'_>, whole: Exact, before: Exact, taken: Exact) -> Self {
        Self {
            package: pool.id,
            money: pool.money,
            calls: pool.calls,
            pool: whole,
            before,
            taken,
            by_talk: pool.terms.burn_talk,
            per_number: pool.terms.per_number,
            each_seat: pool.terms.each_seat,
            each_day: pool.terms.each_day,
        }
    }

    /// What is left after the call.
    #[must_use]
    pub fn after(&self) -> Exact {
        (self.before - self.taken).at_least(Exact::ZERO)
    }
}

/// Follows a call, or the leg to the caller of its record, through its cycle, whose calls must all
/// be known by time; `None` if the cycle does not count it.
#[must_use]
pub fn in_cycle(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    which: (Row, bool),
) -> Option<InCycle> {
    let at = usage.ordered.iter().position(|call| call.which() == which)?;
    let before = lines_of(plan, compiled, usage, &usage.ordered[..at], None);
    let after = lines_of(plan, compiled, usage, &usage.ordered[..=at], None);
    let first = compiled.rule(usage.ordered[at].rule).clause;
    let mut lines = Vec::new();
    for line in after {
        let old = before.iter().find(|old| old.name == line.name);
        let cost = (old.map_or(Exact::ZERO, |old| old.exact), line.exact);
        let quantity = |line: &BillLine| line.quantity.unwrap_or_default();
        let quantity = (old.map_or(Exact::ZERO, quantity), quantity(&line));
        let clause = line.clauses.iter().find(|clause| **clause == first);
        let clause = *clause.unwrap_or(&line.clauses[0]);
        if cost.0 != cost.1 || quantity.0 != quantity.1 || clause == first {
            let of_sum = parts::by_sum(plan, clause);
            lines.push(OnLine { name: line.name, clause, of_sum, quantity, unit: line.unit, cost });
        }
    }
    let adds = lines.iter().map(|line| line.cost.1 - line.cost.0).sum();
    let pools = pools(plan, compiled, Some(usage));
    let calls = &usage.ordered[..=at];
    let draws = if plan.sums_by().is_some() {
        sums::ordered(plan, compiled, &pools, calls, Bound::Least, Some(which)).1
    } else {
        packages::ordered(plan, compiled, &pools, calls, Bound::Least, Some(which)).1
    };
    Some(InCycle { draws, lines, adds })
}

/// True if the calls known by time are those of the tally: the lines of both cost the same.
#[must_use]
pub fn is_whole(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> bool {
    let Some(tally) = usage.tally else { return usage.ordered.is_empty() };
    let counted = lines_of(plan, compiled, usage, usage.ordered, Some(tally));
    let settled = call_lines(plan, compiled, usage);
    let same = |(a, b): (&BillLine, &BillLine)| (&a.name, a.exact) == (&b.name, b.exact);
    counted.len() == settled.len() && counted.iter().zip(&settled).all(same)
}

/// Lines for calls, before discounts and rounding.
#[must_use]
pub fn call_lines(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Vec<BillLine> {
    let mut lines = Lines::default();
    calls::add_lines(plan, compiled, usage, &mut lines);
    lines.list
}

/// Lines for some calls of a cycle, tallied like any; with the attempts of a tally that are no
/// billable calls.
fn lines_of(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    calls: &[OrderedCall],
    attempts: Option<&Tally>,
) -> Vec<BillLine> {
    let seeing =
        Seeing { compiled, settings: &plan.checks, first_day: usage.period.first, itemised: false };
    let mut tally = Tally::new(compiled.rules.len());
    for call in calls {
        see(&mut tally, call, seeing);
    }
    for (rule, known) in tally.rules.iter_mut().zip(attempts.iter().flat_map(|all| &all.rules)) {
        rule.attempts = known.attempts;
    }
    call_lines(plan, compiled, &Usage { tally: Some(&tally), ordered: calls, ..*usage })
}

/// Tallies a call once more.
fn see(tally: &mut Tally, ordered: &OrderedCall, seeing: Seeing<'_>) {
    let rule = seeing.compiled.rule(ordered.rule);
    let caller = ordered.caller.to_string();
    let call = Call {
        row: ordered.row,
        id: b"",
        caller: caller.as_bytes(),
        callee: b"",
        agent: b"",
        line: b"",
        start: ordered.start,
        day: ordered.day,
        second: 0,
        minutes_only: false,
        talk: ordered.seconds,
        total: None,
        clock: None,
        billed: None,
        charge: None,
        outcome: Outcome::Answered,
        direction: rule.direction,
        caller_leg: None,
    };
    let rated = Rated {
        rule: Ok(ordered.rule),
        billable: true,
        seconds: ordered.seconds,
        claimed: None,
        billed: 0,
        charge: Fixed::ZERO,
        straddle: ordered.straddle.clone(),
        unsure: Fixed::ZERO,
        cycle: 0,
        ends_in: None,
        in_contract: true,
    };
    tally.see(&call, &rated, None, None, seeing);
}
