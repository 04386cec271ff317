//! Waste: what each kind costs and what leaving it out saves; agents, hours and lines.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{EstimateWords, Listing, Value, cents, whole};
use crate::estimate::waste::{CallKind, Kind, Limits, OfferWaste, Sums, Thing, Untold, Waste};
use crate::money::{Exact, FixedSum};
use crate::number::{is_like_number, mask};
use crate::text::{fill, numbered};

/// Rows of one contract that people are shown of tables that may be long.
const SHOWN: usize = 10;

impl Listing {
    /// Rows of one contract that people are shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        if matches!(self.id, "by-agent" | "by-line" | "idle") { SHOWN } else { usize::MAX }
    }

    /// True if the contract need not be named where there is but one.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        matches!(self.id, "waste" | "by-agent" | "by-hour" | "by-line" | "idle")
    }
}

/// A kind of waste as a word of data, and the word of what is counted.
pub(super) fn words(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Calls(CallKind::Unanswered) => ("unanswered", "calls"),
        Kind::Calls(CallKind::Voicemail) => ("voicemail", "calls"),
        Kind::Calls(CallKind::Short) => ("short", "calls"),
        Kind::Calls(CallKind::Long) => ("long-out", "calls"),
        Kind::Calls(CallKind::Useful) => ("useful", "calls"),
        Kind::LongCut => ("long-cut", "calls"),
        Kind::Idle(thing) => (idle_word(*thing), "months"),
        Kind::SeatDays => ("seat-days", "days"),
        Kind::Together => ("together", "calls"),
        Kind::Minutes(_) => ("allowance", "minutes"),
        Kind::Money(_) => ("allowance", "money"),
        Kind::WholeCalls(_) => ("allowance", "calls"),
    }
}

/// Things as a word of data.
pub(super) fn idle_word(thing: Thing) -> &'static str {
    match thing {
        Thing::Seat => "idle-seats",
        Thing::Number => "idle-numbers",
        Thing::Line => "idle-lines",
        Thing::Service => "idle-services",
    }
}

/// The package or the limit that a kind is about.
pub(super) fn about(kind: &Kind, limits: Limits) -> String {
    match kind {
        Kind::Calls(CallKind::Short) => format!("< {} s", limits.short),
        Kind::Calls(CallKind::Long) | Kind::LongCut => format!("> {} s", limits.long),
        Kind::Minutes(name) | Kind::Money(name) | Kind::WholeCalls(name) => name.clone(),
        _ => String::new(),
    }
}

/// Sums of one name under one contract.
pub(super) struct Party<'s> {
    pub(super) name: String,
    pub(super) sums: &'s Sums,
    /// By kind of call.
    pub(super) charges: [FixedSum; 5],
}

impl Party<'_> {
    /// All calls.
    pub(super) fn calls(&self) -> u64 {
        self.sums.calls.iter().sum()
    }

    /// What all calls cost.
    pub(super) fn cost(&self) -> FixedSum {
        self.charges.iter().copied().sum()
    }

    fn wasted(&self) -> FixedSum {
        let useful = CallKind::Useful as usize;
        self.charges.iter().enumerate().filter(|(at, _)| *at != useful).map(|(_, sum)| *sum).sum()
    }
}

/// A table of sums.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Agent,
    Hour,
    Line,
}

impl EstimateWords<'_> {
    /// Tables of waste, if it was looked for.
    pub(super) fn waste_listings(&self) -> Vec<Listing> {
        let Some(waste) = &self.estimate.waste else { return Vec::new() };
        vec![
            self.waste_kinds(waste),
            self.waste_by(waste, By::Agent),
            self.waste_by(waste, By::Hour),
            self.waste_by(waste, By::Line),
            self.waste_idle(waste),
        ]
    }

    /// Contracts in the order of their price.
    pub(super) fn waste_ranked<'w>(
        &self,
        waste: &'w Waste,
    ) -> impl Iterator<Item = &'w OfferWaste> + use<'w> {
        let ranked = self.estimate.ranked();
        ranked.into_iter().filter_map(|at| waste.offers.iter().find(|own| own.offer == at))
    }

    /// A number, masked unless asked for.
    pub(super) fn waste_name(&self, name: &str) -> String {
        if self.show_numbers || !is_like_number(name) { name.to_owned() } else { mask(name) }
    }

    fn waste_kinds(&self, waste: &Waste) -> Listing {
        let mut rows = Vec::new();
        for own in self.waste_ranked(waste) {
            let offer = self.name(&self.estimate.offers[own.offer]);
            for row in &own.rows {
                let (word, unit) = words(&row.kind);
                let money =
                    |sum: Option<Exact>| sum.map_or(Value::Empty, |s| Value::Money(cents(s)));
                let count = Exact::decimal(row.count);
                rows.push(vec![
                    Value::Text(offer.clone()),
                    Value::Word(word, self.catalog.get(&format!("waste.{word}")).to_owned()),
                    Value::Text(about(&row.kind, waste.limits)),
                    Value::Count(whole(count)),
                    Value::Word(unit, self.catalog.get(&format!("waste-unit.{unit}")).to_owned()),
                    money(row.cost),
                    money(row.saving),
                ]);
            }
        }
        let columns = vec!["offer", "waste", "about", "count", "unit", "cost", "saving"];
        Listing { id: "waste", columns, rows }
    }

    /// Sums of a contract: hours in their order, others by what is wasted.
    pub(super) fn waste_parties<'w>(
        &self,
        waste: &'w Waste,
        own: &OfferWaste,
        by: By,
    ) -> Vec<Party<'w>> {
        let (group, at) = own.seen;
        let Some(seen) = waste.seen.get(group) else { return Vec::new() };
        let party = |name: String, sums: &'w Sums| Party {
            name,
            sums,
            charges: sums.charges.get(at).copied().unwrap_or([FixedSum::ZERO; 5]),
        };
        let named = |all: &'w BTreeMap<String, Sums>| {
            let parties = all.iter().map(|(name, sums)| party(self.waste_name(name), sums));
            let mut parties: Vec<Party<'w>> = parties.collect();
            // Names of one spelling stay in their order.
            parties.sort_by_key(|party| Reverse(party.wasted()));
            parties
        };
        match by {
            By::Agent => named(&seen.agents),
            By::Line => named(&seen.lines),
            By::Hour => {
                let hours = seen.hours.iter().enumerate();
                let hours = hours.map(|(hour, sums)| party(format!("{hour:02}:00"), sums));
                hours.filter(|party| party.calls() > 0).collect()
            }
        }
    }

    fn waste_by(&self, waste: &Waste, by: By) -> Listing {
        let mut rows = Vec::new();
        for own in self.waste_ranked(waste) {
            let offer = self.name(&self.estimate.offers[own.offer]);
            for party in self.waste_parties(waste, own, by) {
                let money = |sum: FixedSum| Value::Money(cents(Exact::amount(sum.amount())));
                let mut row = vec![
                    Value::Text(offer.clone()),
                    if party.name.is_empty() {
                        Value::Word("", self.catalog.get("waste-nobody").to_owned())
                    } else {
                        Value::Text(party.name.clone())
                    },
                    Value::Count(party.calls()),
                    Value::Count(party.sums.answered),
                    Value::Count(whole(Exact::decimal(party.sums.talk.into()).over(60.into()))),
                    money(party.cost()),
                ];
                row.extend(party.charges.iter().take(4).map(|charge| money(*charge)));
                rows.push(row);
            }
        }
        let (id, name) = match by {
            By::Agent => ("by-agent", "agent"),
            By::Hour => ("by-hour", "hour"),
            By::Line => ("by-line", "line_or_number"),
        };
        let columns = vec![
            "offer",
            name,
            "calls",
            "answered",
            "minutes",
            "cost",
            "unanswered",
            "voicemail",
            "short-calls",
            "long-calls",
        ];
        Listing { id, columns, rows }
    }

    fn waste_idle(&self, waste: &Waste) -> Listing {
        let mut rows = Vec::new();
        for own in self.waste_ranked(waste) {
            let offer = self.name(&self.estimate.offers[own.offer]);
            for idle in &own.idle {
                let word = idle_word(idle.thing);
                rows.push(vec![
                    Value::Text(offer.clone()),
                    Value::Word(word, self.catalog.get(&format!("waste.{word}")).to_owned()),
                    Value::Text(self.waste_name(&idle.name)),
                    Value::Text(idle.group.clone()),
                    Value::Text(idle.period.to_string()),
                ]);
            }
        }
        Listing { id: "idle", columns: vec!["offer", "waste", "name", "group", "month"], rows }
    }

    /// What figures of waste rest on, and what can't be told; each sentence once.
    pub(super) fn waste_notes(&self) -> Vec<String> {
        let Some(waste) = &self.estimate.waste else { return Vec::new() };
        let mut notes = vec![
            self.catalog.get("waste-basis").to_owned(),
            self.catalog.get("waste-kinds").to_owned(),
        ];
        for untold in waste.offers.iter().flat_map(|own| &own.untold) {
            let says = self.untold(untold);
            if !notes.contains(&says) {
                notes.push(says);
            }
        }
        notes
    }

    /// Why something can't be told.
    pub(super) fn untold(&self, untold: &Untold) -> String {
        let of = |word: &str, thing: &Thing| format!("waste-untold.{word}-{}", idle_word(*thing));
        let (key, count, name) = match untold {
            Untold::Voicemail => ("waste-untold.voicemail".to_owned(), 0, ""),
            Untold::NotListed(thing) => (of("none", thing), 0, ""),
            Untold::Unmatched(thing) => (of("unmatched", thing), 0, ""),
            Untold::Silent(thing, count) => (of("silent", thing), *count, ""),
            Untold::Services(count) => ("waste-untold.services".to_owned(), *count, ""),
            Untold::Agentless(count) => ("waste-untold.agentless".to_owned(), *count, ""),
            Untold::Daily(name) => ("waste-untold.daily".to_owned(), 0, name.as_str()),
            Untold::Carried(name) => ("waste-untold.carried".to_owned(), 0, name.as_str()),
        };
        let number = super::grouped(&count.to_string());
        let template = self.catalog.get(&key);
        let says = fill(template, &[("count", number.as_str()), ("name", name)]);
        numbered(&says, count == 1)
    }
}
