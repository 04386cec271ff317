//! Calls that are alike, counted at once: projected usage. There are no agents among them, and no
//! provider's charges.

use std::collections::BTreeMap;

use super::compile::Compiled;
use super::histogram::Histogram;
use super::meter::Rated;
use super::rule::RuleId;
use super::straddle::{self, Straddle};
use super::tally::Tally;
use rust_decimal::Decimal;

use crate::cdr::{Call, Outcome};
use crate::money::{Exact, Rounding, RoundingMode};

impl Tally {
    /// Counts calls that are alike. Those on days of which the contract does not hold cost nothing,
    /// and are not counted.
    pub fn see_many(&mut self, call: &Call<'_>, rated: &Rated, compiled: &Compiled, count: u64) {
        if count == 0 || !rated.in_contract {
            return;
        }
        let answered = call.outcome == Outcome::Answered;
        let talk = if answered { u64::from(call.talk) } else { 0 };
        self.calls += count;
        self.answered += if answered { count } else { 0 };
        self.talk += talk * count;
        self.see_start(call.start);
        let id = match rated.rule {
            Ok(id) => id,
            Err(_) if talk == 0 => return,
            Err(why) => {
                let unpriced = self.unpriced.entry(why).or_default();
                unpriced.count += count;
                unpriced.talk += talk * count;
                return;
            }
        };
        let rule = &mut self.rules[id.index()];
        match &rated.straddle {
            _ if !rated.billable => {
                rule.attempts += if call.outcome == Outcome::Unsent { 0 } else { count };
            }
            None => rule.billable.add_many(rated.seconds, count),
            Some(straddle) => straddle::count(&mut self.straddles, straddle, count),
        }
        if compiled.windows().any() {
            self.windows.see(call, rated, id, compiled, count);
        }
    }

    /// The same with so many times as many calls, by rule, in whole calls: each count is what the running
    /// sum adds to its rounded value, so that no sum is off by more than half a call. Calls without a
    /// rule are scaled by `others`.
    ///
    /// What is kept by agent, by reason of disagreement and as samples is left out.
    #[must_use]
    pub fn scaled(&self, others: Exact, of: &dyn Fn(RuleId) -> Exact) -> Self {
        let whole = |factor: Exact, count: u64| Running::new(factor).next(count);
        let mut scaled = Self::new(self.rules.len());
        let ids = (0u32..).map(RuleId);
        for ((id, mine), theirs) in ids.zip(&mut scaled.rules).zip(&self.rules) {
            let factor = of(id);
            mine.billable = histogram(&theirs.billable, factor);
            mine.attempts = whole(factor, theirs.attempts);
        }
        let first = |straddle: &Straddle| of(straddle.first());
        scaled.straddles = counts(&self.straddles, first);
        for (why, theirs) in &self.unpriced {
            let mine = scaled.unpriced.entry(*why).or_default();
            (mine.count, mine.talk) = (whole(others, theirs.count), whole(others, theirs.talk));
        }
        for (key, theirs) in &self.windows.sums {
            let mine = scaled.windows.sums.entry(*key).or_default();
            mine.billable = histogram(&theirs.billable, of(key.rule));
            mine.straddles = counts(&theirs.straddles, first);
        }
        for (key, theirs) in &self.windows.days {
            let mine = scaled.windows.days.entry(*key).or_default();
            mine.talk = histogram(&theirs.talk, of(key.0));
            let scaled = theirs.straddles.iter().map(|(talk, all)| (*talk, counts(all, first)));
            mine.straddles = scaled.collect();
            mine.unanswered = whole(of(key.0), theirs.unanswered);
        }
        for (key, theirs) in &self.windows.numbers {
            let mine = scaled.windows.numbers.entry(*key).or_default();
            let factor = of(key.2);
            mine.answered = whole(factor, theirs.answered);
            mine.unanswered = whole(factor, theirs.unanswered);
        }
        for (key, theirs) in &self.windows.called {
            let mine = scaled.windows.called.entry(*key).or_default();
            mine.answered = counts(&theirs.answered, |rule| of(*rule));
            mine.billable = counts(&theirs.billable, |(rule, _)| of(*rule));
            mine.straddles = counts(&theirs.straddles, first);
        }
        scaled.idle = whole(others, self.idle);
        let ratio = |part: u64, of: u64| Exact::decimal(part.into()).over(of.max(1).into());
        let before = self.rated();
        let after = scaled.rated();
        // What is not counted by rule goes with what is.
        let factor = if before == 0 { others } else { ratio(after, before) };
        scaled.calls =
            after + scaled.idle + whole(others, self.calls - before.min(self.calls) - self.idle);
        scaled.answered = whole(factor, self.answered);
        scaled.talk = whole(factor, self.talk);
        scaled.span = self.span;
        scaled
    }

    /// Calls that a rule prices.
    fn rated(&self) -> u64 {
        let rules: u64 = self.rules.iter().map(|rule| rule.billable.calls() + rule.attempts).sum();
        rules + self.straddles.values().sum::<u64>()
    }
}

fn histogram(counts: &Histogram, factor: Exact) -> Histogram {
    let mut running = Running::new(factor);
    let mut scaled = Histogram::default();
    for (seconds, count) in counts.iter() {
        let count = running.next(count);
        if count > 0 {
            scaled.add_many(seconds, count);
        }
    }
    scaled
}

fn counts<K: Clone + Ord>(
    counts: &BTreeMap<K, u64>,
    factor: impl Fn(&K) -> Exact,
) -> BTreeMap<K, u64> {
    // One running sum for each factor, so that keys of one rule share theirs.
    let mut running: BTreeMap<Exact, Running> = BTreeMap::new();
    let mut next = |key: &K, count: u64| {
        let factor = factor(key);
        running.entry(factor).or_insert_with(|| Running::new(factor)).next(count)
    };
    let scaled = counts.iter().map(|(key, count)| (key.clone(), next(key, *count)));
    scaled.filter(|(_, count)| *count > 0).collect()
}

/// Counts that are scaled one after the other, so that their sum is what the sum makes.
struct Running {
    parts: Apportioned,
}

impl Running {
    fn new(factor: Exact) -> Self {
        Self { parts: Apportioned { factor, seen: Exact::ZERO, given: 0 } }
    }

    /// What a count comes to.
    fn next(&mut self, count: u64) -> u64 {
        self.parts.next(Exact::decimal(count.into()))
    }
}

/// Parts of a whole that become whole numbers, one after the other: each is what it adds to the
/// rounded running sum, so that no sum is off by more than a half.
#[derive(Clone, Copy, Debug)]
pub struct Apportioned {
    factor: Exact,
    seen: Exact,
    given: u64,
}

impl Apportioned {
    /// What a part of one comes to, if one comes to so many.
    #[must_use]
    pub fn new(of_one: Decimal) -> Self {
        Self { factor: Exact::decimal(of_one), seen: Exact::ZERO, given: 0 }
    }

    /// What a part comes to.
    pub fn next(&mut self, part: Exact) -> u64 {
        self.seen += part;
        let sum = self.seen.by(self.factor).round(Some(Rounding::new(0, RoundingMode::HalfUp)));
        let sum = u64::try_from(sum.decimal()).unwrap_or(0);
        let next = sum.saturating_sub(self.given);
        self.given = self.given.max(sum);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3, 3, 3 calls by 1.5: running sums 4.5, 9, 13.5 round to 5, 9, 14.
    #[test]
    fn counts_scale_by_their_running_sum() {
        let mut running = Running::new(Exact::ratio(Decimal::from(3), 2));
        assert_eq!([3, 3, 3].map(|count| running.next(count)), [5, 4, 5]);
        let mut thirds = Running::new(Exact::ratio(Decimal::ONE, 3));
        assert_eq!([1, 1, 1, 1].map(|count| thirds.next(count)), [0, 1, 0, 0]);
    }
}
