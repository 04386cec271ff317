//! Calls of numbers and lines that were not in service.

use std::collections::HashMap;

use crate::cdr::Call;
use crate::number::Digits;
use crate::rate::Compiled;
use crate::roster::{EntryKind, Roster};
use crate::tariff::{Direction, Validity};
use crate::when::{Day, Period};
/// Dates of service of the roster's numbers and lines.
pub(super) struct Service {
    numbers: HashMap<Digits, Vec<Span>>,
    lines: HashMap<Vec<u8>, Vec<Span>>,
}

/// Days in service, less days suspended.
struct Span {
    days: Validity,
    suspended: Option<Period>,
}

impl Service {
    pub(super) fn new(roster: Option<&Roster>, compiled: &Compiled) -> Self {
        let mut service = Self { numbers: HashMap::new(), lines: HashMap::new() };
        for entry in roster.iter().flat_map(|roster| &roster.entries) {
            let span = Span { days: entry.days(), suspended: entry.suspended };
            match entry.kind {
                EntryKind::Number => {
                    let id = compiled.own_number(entry.id.as_bytes());
                    if id != Digits::NONE {
                        service.numbers.entry(id).or_default().push(span);
                    }
                }
                EntryKind::Line => {
                    service.lines.entry(entry.id.clone().into_bytes()).or_default().push(span);
                }
                _ => {}
            }
        }
        service
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.lines.is_empty()
    }

    /// True if the roster knows the call's number or line, and it was not in service that day.
    pub(super) fn outside(&self, call: &Call<'_>, compiled: &Compiled) -> bool {
        let own = if call.direction == Direction::Inbound { call.callee } else { call.caller };
        let off = |spans: &Vec<Span>| !spans.iter().any(|span| span.serves(call.day));
        let number = (!self.numbers.is_empty() && !own.is_empty())
            .then(|| self.numbers.get(&compiled.own_number(own)))
            .flatten();
        number.is_some_and(off) || self.lines.get(call.line).is_some_and(off)
    }
}

impl Span {
    fn serves(&self, day: Day) -> bool {
        self.days.contains(day) && !self.suspended.is_some_and(|off| off.contains(day))
    }
}
