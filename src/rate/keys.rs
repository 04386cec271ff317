//! What calls share that disagree with the contract for the same reason, and rows as examples.

use super::compile::Compiled;
use super::groups::{GroupKey, Sample, Void};
use super::meter::Rated;
use super::rule::RuleId;
use crate::cdr::Call;
use crate::money::Fixed;
use crate::number::Digits;
use crate::tariff::Legs;

/// What a call shares with all that disagree for the same reason.
#[must_use]
pub fn key_of(
    rated: &Rated,
    rule: RuleId,
    call: &Call<'_>,
    charge: Fixed,
    void: Option<Void>,
) -> GroupKey {
    GroupKey {
        rule,
        seconds: rated.seconds,
        billable: rated.billable,
        straddles: rated.straddle.is_some(),
        billed: call.billed,
        charge,
        expected: rated.charge,
        claimed: rated.claimed,
        void,
        to_caller: None,
    }
}

/// What the leg to the caller costs, where it is due.
pub(super) fn due_of(compiled: &Compiled, leg: &Rated) -> Fixed {
    let due = compiled.legs() == Some(Legs::Each) && leg.rule.is_ok();
    if due { leg.charge } else { Fixed::ZERO }
}

/// Billed seconds and charge of a record that holds both legs: of each that is due.
#[must_use]
pub fn of_both(compiled: &Compiled, rated: &Rated, leg: &Rated) -> (u32, Fixed) {
    if compiled.legs() != Some(Legs::Each) {
        return (rated.billed, rated.charge);
    }
    let charge = rated.charge.plus(due_of(compiled, leg));
    // Only beside the limit of what fits at all.
    (rated.billed.saturating_add(leg.billed), charge.unwrap_or(rated.charge))
}

/// What a record that holds both legs shares with all that disagree for the same reason.
#[must_use]
pub fn key_with_leg(
    compiled: &Compiled,
    (rated, leg): (&Rated, &Rated),
    rule: RuleId,
    call: &Call<'_>,
    charge: Fixed,
    void: Option<Void>,
) -> GroupKey {
    let to_caller = leg.rule.ok().filter(|_| void.is_none()).map(|rule| (rule, leg.seconds));
    let key = key_of(rated, rule, call, charge, void);
    if to_caller.is_none() {
        return key;
    }
    GroupKey { expected: of_both(compiled, rated, leg).1, to_caller, ..key }
}

/// A row as an example.
#[must_use]
pub fn sample_of(call: &Call<'_>) -> Sample {
    Sample {
        row: call.row,
        start: call.start,
        caller: Digits::pack(call.caller),
        callee: Digits::pack(call.callee),
    }
}

/// Keeps the first few of all samples seen, in file order.
pub fn keep_first(samples: &mut Vec<Sample>, sample: Sample) {
    const KEPT: usize = 5;
    if samples.len() == KEPT && samples.last().is_some_and(|last| *last < sample) {
        return;
    }
    samples.push(sample);
    samples.sort_unstable();
    samples.truncate(KEPT);
}
