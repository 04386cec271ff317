//! What a first reading of records tells: their days, how long calls last, and which come twice: with one identifier, between the same numbers, begun in one second and
//! equally long. The first stands; the others are passed over in every later reading.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::cdr::{Call, IdleCall, Outcome, Row};
use crate::pipeline::Sees;
use crate::rate::Histogram;
use crate::when::Day;

/// What is seen of records on a first reading.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Records by day.
    pub days: BTreeMap<Day, u64>,
    /// Answered calls by seconds talked.
    pub talk: Histogram,
    /// All calls.
    pub calls: u64,
    /// Lines that are no calls, though they matter.
    pub rejected: u64,
    /// Whether records come twice.
    pub twice: RecordsTwice,
}

/// What is known of records that come twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordsTwice {
    /// Records have no identifiers to know them by.
    #[default]
    Nameless,
    /// There are more records than are kept in mind.
    TooMany,
    /// So many came before, and are passed over.
    Found(usize),
}

impl Survey {
    fn see(&mut self, call: &Call<'_>) {
        *self.days.entry(call.day).or_default() += 1;
        self.calls += 1;
        if call.outcome == Outcome::Answered && call.talk > 0 {
            self.talk.add(call.talk);
        }
    }

    fn see_idle(&mut self, call: IdleCall<'_>) {
        *self.days.entry(call.day).or_default() += 1;
        self.calls += 1;
    }
}

/// Records to pass over.
pub(super) type Twice = Arc<HashSet<Row>>;

/// A first reading that keeps sixteen bytes for each record with an identifier: a hash of what tells
/// it from others, and where it stands.
pub(super) struct Surveyor {
    pub(super) survey: Survey,
    pub(super) keys: Keys,
    /// Unanswered calls without a charge are not looked at: they cost nothing in any contract.
    pub(super) skips: bool,
}

/// Keys of records, as long as they are not too many.
#[derive(Default)]
pub(super) struct Keys {
    keys: Vec<(u64, Row)>,
    count: usize,
    most: usize,
}

impl Keys {
    /// At most so many; none, if records have no identifiers.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    fn see(&mut self, call: &Call<'_>) {
        // Without any number an identifier may be that of a campaign.
        if self.most == 0
            || call.id.is_empty()
            || (call.caller.is_empty() && call.callee.is_empty())
        {
            return;
        }
        self.count += 1;
        if self.count > self.most {
            self.keys = Vec::new();
            return;
        }
        let mut hash = DefaultHasher::new();
        (call.id, call.start, call.caller, call.callee, call.talk).hash(&mut hash);
        self.keys.push((hash.finish(), call.row));
    }

    /// All but the first of each set, over all workers; `None` if they are more than are kept.
    pub(super) fn later(all: Vec<Self>) -> Option<HashSet<Row>> {
        let most = all.first().map_or(0, |keys| keys.most);
        if all.iter().map(|keys| keys.count).sum::<usize>() > most {
            return None;
        }
        let mut keys: Vec<(u64, Row)> = all.into_iter().flat_map(|keys| keys.keys).collect();
        keys.sort_unstable();
        let pairs = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        Some(pairs.map(|pair| pair[1].1).collect())
    }
}

impl Sees for Surveyor {
    fn see(&mut self, call: &Call<'_>) {
        self.keys.see(call);
        self.survey.see(call);
    }

    fn see_idle(&mut self, call: IdleCall<'_>) {
        self.survey.see_idle(call);
    }

    fn skips_idle(&self) -> bool {
        self.skips
    }
}

/// Sees each call once.
pub(super) struct Once<S> {
    pub(super) sees: S,
    pub(super) twice: Twice,
}

impl<S: Sees> Sees for Once<S> {
    fn see(&mut self, call: &Call<'_>) {
        if self.twice.is_empty() || !self.twice.contains(&call.row) {
            self.sees.see(call);
        }
    }

    fn see_idle(&mut self, call: IdleCall<'_>) {
        self.sees.see_idle(call);
    }

    fn skips_idle(&self) -> bool {
        self.sees.skips_idle()
    }
}
