//! Waste, as a part of the document.

use schemars::JsonSchema;
use serde::Serialize;

use super::EstimateWords;
use super::document::MoneyPart;
use super::waste::{By, Party, about, idle_word, words};
use crate::estimate::waste::{CallKind, OfferWaste, Waste};
use crate::money::FixedSum;

/// Waste under each contract.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WastePart {
    /// Answered calls of fewer seconds are short.
    short: u32,
    /// Answered calls of more seconds are long.
    long: u32,
    /// Contracts, in the order of `offers`.
    offers: Vec<OfferWastePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OfferWastePart {
    id: String,
    /// Each call is of the first kind that it fits.
    kinds: Vec<KindPart>,
    by_agent: Vec<SumsPart>,
    by_hour: Vec<SumsPart>,
    /// By calling number, where a record names no line.
    by_line: Vec<SumsPart>,
    /// Things of the roster that nobody used in a cycle.
    idle: Vec<IdlePart>,
    /// What can't be told, and why.
    untold: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct KindPart {
    /// `unanswered`, `voicemail`, `short`, `long-out`, `long-cut`, `idle-seats`, `seat-days`,
    /// `idle-numbers`, `idle-lines`, `idle-services`, `together` or `allowance`.
    kind: &'static str,
    /// The limit, or the package.
    about: String,
    /// A decimal.
    count: String,
    /// `calls`, `months` (things by billing cycle), `days`, `minutes` or `money`.
    unit: &'static str,
    /// Before packages, steps, discounts, minimums and tax; of an allowance what was paid for it.
    cost: Option<MoneyPart>,
    /// The bill less the bill settled anew without it; of an allowance, with one package less.
    saving: Option<MoneyPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SumsPart {
    name: String,
    calls: u64,
    answered: u64,
    /// Seconds talked.
    talk: u64,
    /// All calls, before packages, steps, discounts, minimums and tax.
    cost: MoneyPart,
    unanswered: CallsPart,
    voicemail: CallsPart,
    short: CallsPart,
    long: CallsPart,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CallsPart {
    calls: u64,
    cost: MoneyPart,
}

#[derive(Debug, Serialize, JsonSchema)]
struct IdlePart {
    /// `idle-seats`, `idle-numbers`, `idle-lines` or `idle-services`.
    kind: &'static str,
    name: String,
    group: String,
    first: String,
    last: String,
}

impl WastePart {
    pub(super) fn new(words: &EstimateWords<'_>, waste: &Waste) -> Self {
        let offers = words.waste_ranked(waste).map(|own| offer(words, waste, own));
        Self { short: waste.limits.short, long: waste.limits.long, offers: offers.collect() }
    }
}

fn offer(words_of: &EstimateWords<'_>, waste: &Waste, own: &OfferWaste) -> OfferWastePart {
    let by = |by| {
        let parties = words_of.waste_parties(waste, own, by);
        parties.iter().map(sums).collect::<Vec<_>>()
    };
    let cents = |sum: &Option<_>| sum.map(|sum| MoneyPart::from(super::cents(sum)));
    OfferWastePart {
        id: words_of.estimate.offers[own.offer].contract.plan.head.id.clone(),
        kinds: own
            .rows
            .iter()
            .map(|row| {
                let (kind, unit) = words(&row.kind);
                KindPart {
                    kind,
                    about: about(&row.kind, waste.limits),
                    count: row.count.normalize().to_string(),
                    unit,
                    cost: cents(&row.cost),
                    saving: cents(&row.saving),
                }
            })
            .collect(),
        by_agent: by(By::Agent),
        by_hour: by(By::Hour),
        by_line: by(By::Line),
        idle: own
            .idle
            .iter()
            .map(|idle| IdlePart {
                kind: idle_word(idle.thing),
                name: words_of.waste_name(&idle.name),
                group: idle.group.clone(),
                first: idle.period.first.to_string(),
                last: idle.period.last.to_string(),
            })
            .collect(),
        untold: own.untold.iter().map(|untold| words_of.untold(untold)).collect(),
    }
}

fn sums(party: &Party<'_>) -> SumsPart {
    let money = |sum: FixedSum| MoneyPart::from(sum.amount());
    let of = |kind: CallKind| CallsPart {
        calls: party.sums.calls[kind as usize],
        cost: money(party.charges[kind as usize]),
    };
    SumsPart {
        name: party.name.clone(),
        calls: party.calls(),
        answered: party.sums.answered,
        talk: party.sums.talk,
        cost: money(party.cost()),
        unanswered: of(CallKind::Unanswered),
        voicemail: of(CallKind::Voicemail),
        short: of(CallKind::Short),
        long: of(CallKind::Long),
    }
}
