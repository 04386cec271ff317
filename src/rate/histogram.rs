//! How many calls lasted how long.

use std::collections::BTreeMap;

/// Counts of calls by whole seconds. Short durations stand in a table, long ones in a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    dense: Vec<u64>,
    long: BTreeMap<u32, u64>,
}

impl Histogram {
    /// Seconds below which counts stand in the table: two hours.
    const DENSE: u32 = 7_200;

    /// Counts one call.
    #[inline]
    pub fn add(&mut self, seconds: u32) {
        self.add_many(seconds, 1);
    }

    /// Counts several calls of the same duration.
    #[inline]
    pub fn add_many(&mut self, seconds: u32, count: u64) {
        if seconds < Self::DENSE {
            let at = seconds as usize;
            if at >= self.dense.len() {
                self.dense.resize((at + 1).next_power_of_two().min(Self::DENSE as usize), 0);
            }
            self.dense[at] += count;
        } else {
            *self.long.entry(seconds).or_default() += count;
        }
    }

    /// Durations with their counts, shortest first.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        let dense =
            (0u32..).zip(&self.dense).filter(|(_, count)| **count > 0).map(|(s, c)| (s, *c));
        dense.chain(self.long.iter().map(|(seconds, count)| (*seconds, *count)))
    }

    /// Calls in all.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
    }

    /// True if it holds no call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The smallest duration that at least `share`/1000 of the calls do not exceed.
    #[must_use]
    pub fn quantile(&self, share: u64) -> Option<u32> {
        let wanted = (self.calls() * share).div_ceil(1000);
        let mut seen = 0;
        self.iter().find_map(|(seconds, count)| {
            seen += count;
            (seen >= wanted && wanted > 0).then_some(seconds)
        })
    }

    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        for (seconds, count) in other.iter() {
            self.add_many(seconds, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_merges() {
        let mut one = Histogram::default();
        [5, 5, 7_199, 7_200, 90_000].into_iter().for_each(|seconds| one.add(seconds));
        let all: Vec<_> = one.iter().collect();
        assert_eq!(all, [(5, 2), (7_199, 1), (7_200, 1), (90_000, 1)]);
        assert_eq!(one.calls(), 5);
        assert_eq!(one.quantile(400), Some(5));
        assert_eq!(one.quantile(999), Some(90_000));
        let mut both = one.clone();
        both.merge(&one);
        assert_eq!(both.calls(), 10);
        assert!(Histogram::default().is_empty());
        assert_eq!(Histogram::default().quantile(999), None);
    }
}
