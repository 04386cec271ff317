//! What the customer has: seats, numbers, lines, services with their dates, and usage other than
//! calls.

mod read;

pub use read::{no_twins, read};

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::source::Span;
use crate::text::fold;
use crate::when::{Day, Period, Validity};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// 坐席.
    Seat,
    /// 号码.
    Number,
    /// 线路.
    Line,
    /// An ordered value-added service (增值服务).
    Service,
    /// Usage: a quantity, such as messages sent.
    Usage,
    /// What is left of a package at the beginning of a cycle (期初余额).
    Balance,
}

impl EntryKind {
    /// Its word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Number => "number",
            Self::Line => "line",
            Self::Service => "service",
            Self::Usage => "usage",
            Self::Balance => "balance",
        }
    }
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Which one: a seat's number, a telephone number, a line's or service's name.
    pub id: String,
    /// The name or group that a clause's `of` refers to.
    pub group: String,
    /// First day; open if not given.
    pub from: Option<Day>,
    /// Last day, included; open if not given.
    pub until: Option<Day>,
    /// Days suspended, both included.
    pub suspended: Option<Period>,
    /// How much, for usage, and for a balance in minutes or money.
    pub quantity: Option<Decimal>,
    /// When it was measured, in seconds of the day, for usage.
    pub time: Option<u32>,
    /// Characters of each message, for usage that is billed in segments.
    pub characters: Option<u32>,
    /// Where it stands.
    pub at: Span,
}

impl Entry {
    /// What two entries of one thing share: `0571-8568 5496` and `057185685496` are one number.
    #[must_use]
    pub fn key(&self) -> String {
        let mut id = fold(&self.id);
        if self.kind == EntryKind::Number {
            id.retain(|c| !matches!(c, '-' | '(' | ')'));
        }
        id
    }

    /// Days on which it is there.
    #[must_use]
    pub fn days(&self) -> Validity {
        Validity { from: self.from, until: self.until }
    }

    /// The part of a period in which it was there, its last day prolonged by a notice period.
    #[must_use]
    pub fn within(&self, period: Period, notice_days: u32) -> Option<Period> {
        let notice = i32::try_from(notice_days).unwrap_or(i32::MAX);
        let until = self.until.map(|day| Day(day.0.saturating_add(notice)));
        Validity { until, ..self.days() }.within(period)
    }

    /// Days of a period on which it was suspended.
    #[must_use]
    pub fn suspended_days(&self, period: Period) -> u32 {
        self.suspended.map_or(0, |suspended| suspended.overlap(period))
    }
}

/// All entries.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// In file order.
    pub entries: Vec<Entry>,
}

impl Roster {
    /// Entries of a kind, and of a name or group if one is asked for.
    pub fn of<'r>(
        &'r self,
        kind: EntryKind,
        group: Option<&'r str>,
    ) -> impl Iterator<Item = &'r Entry> {
        self.entries.iter().filter(move |entry| {
            entry.kind == kind
                && group.is_none_or(|group| entry.group == group || entry.id == group)
        })
    }

    /// True if the roster speaks of that kind at all.
    #[must_use]
    pub fn knows(&self, kind: EntryKind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }

    /// Spans of service of each number and line, by its identifier as written.
    #[must_use]
    pub fn service(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut service: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            if matches!(entry.kind, EntryKind::Number | EntryKind::Line) {
                service.entry(&entry.id).or_default().push(entry);
            }
        }
        service
    }
}
