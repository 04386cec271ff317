//! An estimate for programs: one JSON document of schema 1. Amounts are decimal strings.

use schemars::JsonSchema;
use serde::Serialize;

use super::budget::{BudgetPart, OutlookPart};
use super::choice::counts;
use super::cross::CrossPart;
use super::waste_part::WastePart;
use super::{EstimateWords, cents, each, whole};
use crate::estimate::choice::Mix;
use crate::estimate::price::{Costs, Way};
use crate::money::Amount;
use crate::report::reading::ReadingPart;

/// Number of the schema; it changes when a key changes its meaning or goes away.
pub const ESTIMATE_SCHEMA: u32 = 1;

/// An estimate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EstimateDocument {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// ISO 4217 code of all amounts.
    currency: String,
    /// First day that is estimated.
    first: String,
    /// Last day, included.
    last: String,
    /// Seed of draws.
    seed: u64,
    /// Every contract prices all of the usage.
    complete: bool,
    /// Last day of the cycle under way whose calls are known.
    as_of: Option<String>,
    /// An amount that should not be passed.
    budget: Option<BudgetPart>,
    /// Contracts, the cheapest first; those that can't price all of the usage last.
    offers: Vec<OfferPart>,
    /// Where contracts cross, if that was asked for.
    break_even: Option<CrossPart>,
    /// Calls and things of the roster that are paid for and of no use, if they were looked for.
    waste: Option<WastePart>,
    /// What each clause is worth, by contract; nothing if it was not asked for.
    worth: Option<Vec<WorthPart>>,
    /// The cheapest mixes of packages, of contracts that leave a choice; nothing if not asked for.
    choices: Option<Vec<ChoicePart>>,
    /// How call files were read.
    reading: ReadingPart,
}

/// What one change of one contract is worth; of one contract, those that save most come first.
#[derive(Debug, Serialize, JsonSchema)]
struct WorthPart {
    /// The contract's file, as typed.
    file: String,
    /// The change's word, such as `blocks`.
    change: &'static str,
    /// Its seconds, minutes or seats.
    number: Option<u32>,
    /// The same in words.
    says: String,
    /// The bill with it less the bill without.
    difference: MoneyPart,
    /// Standard error of the difference, if months were drawn.
    error: Option<String>,
    /// By how many per cent prices of calls would have to be lower to save as much.
    as_price: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ChoicePart {
    /// The contract's file, as typed.
    file: String,
    /// As the contract has it.
    now: MixPart,
    best: MixPart,
    next: Option<MixPart>,
    /// Mixes that were settled.
    settled: usize,
    /// No other can cost less.
    proven: bool,
    /// Packages taken at least once.
    kept: Vec<String>,
    seats: Vec<OrderedPart>,
    /// Usage other than expected.
    wrong: Vec<WrongPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MixPart {
    packages: Vec<CountPart>,
    total: MoneyPart,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CountPart {
    name: String,
    count: u32,
}

/// Seats that are ordered.
#[derive(Debug, Serialize, JsonSchema)]
struct OrderedPart {
    name: String,
    /// As the contract has them.
    ordered: String,
    /// Most on one day.
    needed: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct WrongPart {
    /// Times as many calls.
    factor: String,
    best: MixPart,
    /// What the mix chosen costs.
    total: MoneyPart,
    /// That less the best.
    penalty: MoneyPart,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OfferPart {
    /// As typed.
    file: String,
    id: String,
    provider: String,
    /// The contract in force.
    current: bool,
    /// Place by price, from 1; nothing if it can't price all of the usage.
    rank: Option<usize>,
    /// `exact`, `expected` (a finite sum over all lengths of calls) or `drawn`.
    way: &'static str,
    /// Months drawn at random.
    draws: Option<u32>,
    /// Standard error of the total, if it was drawn.
    error: Option<String>,
    total: MoneyPart,
    /// That less the contract in force, or the cheapest.
    against: Option<MoneyPart>,
    per_minute: Option<String>,
    per_call: Option<String>,
    per_seat: Option<String>,
    usage: UsagePart,
    lines: Vec<LinePart>,
    tax: MoneyPart,
    rounding: MoneyPart,
    cycles: Vec<CyclePart>,
    /// How far the total may spread, if it was drawn.
    outlook: Option<OutlookPart>,
    /// Questions that the contract leaves open.
    open: usize,
    /// What it can't price.
    missing: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct UsagePart {
    calls: u64,
    answered: u64,
    minutes: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LinePart {
    name: String,
    kind: &'static str,
    amount: MoneyPart,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CyclePart {
    /// First day.
    first: String,
    /// Last day, included.
    last: String,
    total: MoneyPart,
    usage: UsagePart,
    lines: Vec<LinePart>,
}

/// An exact amount as a decimal string, such as "1234.50".
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct MoneyPart(#[schemars(regex(pattern = r"^-?\d+\.\d{2,}$"))] String);

impl From<Amount> for MoneyPart {
    fn from(amount: Amount) -> Self {
        Self(amount.to_string())
    }
}

impl EstimateDocument {
    /// The document of an estimate.
    #[must_use]
    pub fn new(words: &EstimateWords<'_>) -> Self {
        let estimate = words.estimate;
        let ranked = estimate.ranked();
        let base = estimate.base();
        let missing = words.missing();
        let offers = ranked.iter().enumerate().map(|(rank, place)| {
            let offer = &estimate.offers[*place];
            let sum = &offer.priced.sum;
            let plan = &offer.contract.plan;
            let per = |number| {
                let each = each(sum.total, number).filter(|_| offer.is_whole());
                each.map(|each| each.to_string())
            };
            let total = |place: usize| cents(estimate.offers[place].priced.sum.total);
            let against = base
                .filter(|base| base != place && offer.is_whole())
                .map(|base| (total(*place) - total(base)).into());
            let (way, draws) = match offer.priced.way {
                Way::Exact => ("exact", None),
                Way::Expected => ("expected", None),
                Way::Drawn(count) => ("drawn", Some(count)),
            };
            OfferPart {
                file: offer.contract.name.clone(),
                id: plan.head.id.clone(),
                provider: plan.head.provider.clone(),
                current: estimate.current == Some(*place),
                rank: offer.is_whole().then_some(rank + 1),
                way,
                draws,
                error: offer.priced.error().map(|error| Amount::new(error).to_string()),
                total: cents(sum.total).into(),
                against,
                per_minute: per(sum.talk.over(60.into())),
                per_call: per(sum.answered),
                per_seat: per(words.seat_months(*place)),
                usage: usage(sum),
                lines: lines(sum),
                tax: cents(sum.tax).into(),
                rounding: cents(sum.rounding).into(),
                cycles: offer
                    .priced
                    .cycles
                    .iter()
                    .map(|(period, costs)| CyclePart {
                        first: period.first.to_string(),
                        last: period.last.to_string(),
                        total: cents(costs.total).into(),
                        usage: usage(costs),
                        lines: lines(costs),
                    })
                    .collect(),
                outlook: words.outlook(*place),
                open: plan.forks.len(),
                missing: missing
                    .iter()
                    .filter(|(of, _)| of == place)
                    .map(|(_, says)| says.clone())
                    .collect(),
            }
        });
        let head = estimate.offers.first().map(|offer| offer.contract.plan.head.currency.clone());
        Self {
            schema: ESTIMATE_SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            currency: head.unwrap_or_default(),
            first: estimate.model.window.first.to_string(),
            last: estimate.model.window.last.to_string(),
            seed: estimate.model.seed,
            complete: words.is_complete(),
            as_of: estimate.as_of().map(|day| day.to_string()),
            budget: words.limit(),
            offers: offers.collect(),
            waste: estimate.waste.as_ref().map(|waste| WastePart::new(words, waste)),
            worth: worth(words),
            choices: choices(words),
            reading: ReadingPart::new(&estimate.files, &estimate.warnings, words.catalog),
            break_even: estimate.cross.as_ref().map(|cross| CrossPart::new(words, cross)),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(EstimateDocument)
    }
}

fn usage(costs: &Costs) -> UsagePart {
    UsagePart {
        calls: whole(costs.calls),
        answered: whole(costs.answered),
        minutes: whole(costs.talk.over(60.into())),
    }
}

fn lines(costs: &Costs) -> Vec<LinePart> {
    let line = |line: &crate::estimate::price::PricedLine| LinePart {
        name: line.name.clone(),
        kind: line.kind,
        amount: cents(line.amount).into(),
    };
    costs.lines.iter().map(line).collect()
}

fn worth(words: &EstimateWords<'_>) -> Option<Vec<WorthPart>> {
    let by_offer = words.estimate.worth.as_ref()?.iter();
    let all = by_offer.flat_map(|(place, changes)| {
        let offer = &words.estimate.offers[*place];
        changes.iter().map(move |worth| WorthPart {
            file: offer.contract.name.clone(),
            change: worth.change.word(),
            number: worth.change.number(),
            says: words.change(offer, worth.change),
            difference: cents(worth.difference).into(),
            error: worth.error.map(|error| Amount::new(error).to_string()),
            as_price: worth.as_price.map(|percent| percent.to_string()),
        })
    });
    Some(all.collect())
}

fn choices(words: &EstimateWords<'_>) -> Option<Vec<ChoicePart>> {
    let choices = words.estimate.choices.as_ref()?.iter().map(|choice| {
        let mix = |mix: &Mix| MixPart {
            packages: counts(choice, mix)
                .into_iter()
                .map(|(name, count)| CountPart { name, count })
                .collect(),
            total: cents(mix.total).into(),
        };
        ChoicePart {
            file: words.estimate.offers[choice.place].contract.name.clone(),
            now: mix(&choice.now),
            best: mix(&choice.best),
            next: choice.next.as_ref().map(mix),
            settled: choice.settled,
            proven: choice.proven,
            kept: choice.kept.clone(),
            seats: choice
                .seats
                .iter()
                .map(|seats| OrderedPart {
                    name: seats.name.clone(),
                    ordered: seats.ordered.to_string(),
                    needed: seats.needed,
                })
                .collect(),
            wrong: choice
                .wrong
                .iter()
                .map(|wrong| WrongPart {
                    factor: wrong.factor.to_string(),
                    best: mix(&wrong.best),
                    total: cents(wrong.total).into(),
                    penalty: cents(wrong.total - wrong.best.total).into(),
                })
                .collect(),
        }
    });
    Some(choices.collect())
}
