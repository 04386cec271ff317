//! Calls that count under some readings of the contract only.

use super::Collector;
use crate::cdr::{Call, Outcome};
use crate::money::Fixed;
use crate::rate::tally::Seeing;
use crate::rate::{Apart, Meter, Rated, Slice, Tally, Void, When};
use crate::tariff::CallCycle;

impl<'r> Collector<'r> {
    /// A call over the end of a cycle of which the contract does not say whose it is, or one of
    /// which the record holds both legs.
    #[cold]
    #[inline(never)]
    pub(super) fn tally_apart(&mut self, call: &Call<'_>, rated: &Rated, void: Option<Void>) {
        let compiled = self.rules.compiled;
        let agent = (!call.agent.is_empty()).then(|| self.agents.number(call.agent));
        let void = void.or_else(|| {
            let outside = self.rules.outside_service?;
            outside(call).then_some(Void::OutsideService)
        });
        let leg = call.to_caller().filter(|_| compiled.legs().is_some());
        let leg = leg.map(|leg| (self.meter.rate(&leg), leg));
        let in_order = self.options.in_order && void.is_none();
        // What is of later cycles is charged there.
        let later = if void.is_some() { Vec::new() } else { self.meter.later(call, rated) };
        let later: Option<Fixed> = later
            .iter()
            .try_fold(Fixed::ZERO, |sum, (_, rated)| sum.plus(rated.charge))
            .filter(|_| rated.in_contract);
        let charge =
            call.charge.map(|charge| later.and_then(|later| charge.plus(-later)).unwrap_or(charge));
        let own = Call { charge, ..*call };
        let whole = void.is_some();
        for Counts { cycle, when, slice } in self.counts_in(&own, rated, When::default(), whole) {
            let seeing = self.seeing(call, cycle);
            let (call, rated) = cut(&self.meter, (&own, rated), slice);
            let part = self.part(cycle, when);
            match &leg {
                _ if slice.is_some_and(|slice| slice.from > 0) => {
                    part.tally.see_part(&call, &rated, seeing);
                }
                Some((of_leg, _)) => {
                    part.tally.see_with_leg(&call, (&rated, of_leg), agent, void, seeing);
                }
                None => part.tally.see_rare(&call, &rated, agent, void, seeing),
            }
            if in_order
                && rated.billable
                && rated.in_contract
                && let Ok(rule) = rated.rule
            {
                part.ordered.push(super::in_order(compiled, &call, &rated, rule));
            }
        }
        let billed = leg.filter(|(rated, _)| void.is_none() && rated.in_contract);
        if let Some((rated, leg)) = billed {
            let when = When { each_leg: true, call_cycle: None };
            for Counts { cycle, when, slice } in self.counts_in(&leg, &rated, when, false) {
                let seeing = self.seeing(call, cycle);
                let (leg, rated) = cut(&self.meter, (&leg, &rated), slice);
                let part = self.part(cycle, when);
                part.tally.see_part(&leg, &rated, seeing);
                if in_order
                    && rated.billable
                    && let Ok(rule) = rated.rule
                {
                    part.ordered.push(super::in_order(compiled, &leg, &rated, rule));
                }
            }
        }
        if self.options.keys {
            self.keep_keys(call);
        }
    }

    /// The cycles in which a call counts, when, and what of it, unless it is to count whole.
    fn counts_in(
        &mut self,
        call: &Call<'_>,
        rated: &Rated,
        when: When,
        whole: bool,
    ) -> Vec<Counts> {
        let alone = Counts { cycle: rated.cycle, when, slice: None };
        let Some(last) = rated.ends_in else { return vec![alone] };
        let said = self.rules.compiled.call_cycle();
        let mut counts = Vec::new();
        for word in CallCycle::ALL.into_iter().filter(|word| said.is_none_or(|said| said == *word))
        {
            let when = When { call_cycle: Some(word), ..when };
            match word.cut().filter(|_| !whole && rated.rule.is_ok()) {
                Some(how) => {
                    let slices = self.meter.slices(call, rated.seconds, how);
                    let slices = slices.into_iter();
                    counts.extend(slices.map(|(cycle, slice)| Counts {
                        cycle,
                        when,
                        slice: Some(slice),
                    }));
                }
                None if word == CallCycle::End => {
                    counts.push(Counts { cycle: last, when, ..alone });
                }
                None => counts.push(Counts { when, ..alone }),
            }
        }
        counts
    }

    fn seeing(&self, call: &Call<'_>, cycle: i32) -> Seeing<'r> {
        Seeing {
            compiled: self.rules.compiled,
            settings: self.rules.settings,
            first_day: self.rules.compiled.cycle.at(cycle).first,
            itemised: call.charge.is_some(),
        }
    }

    fn part(&mut self, cycle: i32, when: When) -> &mut Apart {
        let rules = self.rules.compiled.rules.len();
        self.collected.apart.entry((cycle, when)).or_insert_with(|| Apart {
            when,
            tally: Tally::new(rules),
            ordered: Vec::new(),
        })
    }
}

/// Where a call counts, and what of it.
#[derive(Clone, Copy)]
struct Counts {
    cycle: i32,
    when: When,
    slice: Option<Slice>,
}

/// A part of a call as a call of its own: one of a later cycle begins with that, and nobody is
/// called for it.
fn cut<'b>(
    meter: &Meter<'_>,
    (call, rated): (&Call<'b>, &Rated),
    slice: Option<Slice>,
) -> (Call<'b>, Rated) {
    let (Some(slice), Ok(id)) = (slice, rated.rule) else { return (*call, rated.clone()) };
    let part = meter.slice(rated, id, slice);
    if slice.from == 0 {
        return (*call, part);
    }
    let start = call.start + i64::from(slice.from);
    let (day, second) = meter.local(start);
    (Call { start, day, second, outcome: Outcome::Unsent, ..*call }, part)
}
