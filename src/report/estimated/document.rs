//! An estimate for programs: one JSON document of schema 1. Amounts are decimal strings.

use schemars::JsonSchema;
use serde::Serialize;

use super::budget::{BudgetPart, OutlookPart};
use super::{EstimateWords, cents, each, whole};
use crate::estimate::price::{Costs, Way};
use crate::money::Amount;

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
            let per = |number| each(sum.total, number).map(|each| each.to_string());
            let against = base
                .filter(|base| base != place)
                .map(|base| cents(sum.total - estimate.offers[base].priced.sum.total).into());
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
