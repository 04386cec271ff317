//! Low, middle and high, the month under way, and whether an amount will be passed.

use schemars::JsonSchema;
use serde::Serialize;

use super::document::MoneyPart;
use super::{EstimateWords, Listing, Value, cents};
use crate::estimate::days::Kind;
use crate::estimate::horizon::Horizon;
use crate::estimate::outlook::{Outlook, PackageOutlook, percent, spread};
use crate::money::{Amount, Rounding, RoundingMode};
use crate::report::words::money;

/// An amount that should not be passed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BudgetPart {
    amount: MoneyPart,
    /// Which total decides: `middle` or `high`.
    decided_by: &'static str,
    /// The contract in force, or the cheapest, passes it.
    passed: bool,
}

/// How far a total may spread.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OutlookPart {
    /// Months drawn; 1 if nothing is left to chance.
    draws: usize,
    /// The 10th of a hundred months.
    low: MoneyPart,
    /// The 50th.
    middle: MoneyPart,
    /// The 90th.
    high: MoneyPart,
    /// Months of a hundred that pass the budget.
    over_budget: Option<String>,
    /// What the calls so far cost, with the fees of the whole cycle.
    so_far: Option<MoneyPart>,
    /// Packages that all calls use up together.
    packages: Vec<PackagePart>,
}

/// A package, or one of its pools.
#[derive(Debug, Serialize, JsonSchema)]
struct PackagePart {
    name: String,
    /// Left by now: minutes or money.
    left: String,
    /// `minutes` or `money`.
    unit: &'static str,
    /// Months of a hundred in which it runs out.
    runs_out: String,
    /// The day on which it does in the 10th of a hundred months; nothing if it lasts.
    low: Option<String>,
    /// In the 50th.
    middle: Option<String>,
    /// In the 90th.
    high: Option<String>,
    /// What is charged beyond it.
    overage: Option<OveragePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OveragePart {
    so_far: MoneyPart,
    /// On average at the end of the cycle.
    expected: MoneyPart,
    low: MoneyPart,
    middle: MoneyPart,
    high: MoneyPart,
}

/// Minutes or money that are left, to two decimals.
fn left(package: &PackageOutlook) -> Amount {
    package.left.round(Some(Rounding::new(2, RoundingMode::HalfUp)))
}

fn days(package: &PackageOutlook) -> [Option<String>; 3] {
    let days = spread(&package.gone).unwrap_or_default();
    days.map(|day| day.map(|day| day.to_string()))
}

fn runs_out(package: &PackageOutlook) -> rust_decimal::Decimal {
    percent(package.gone.iter().flatten().count(), package.gone.len())
}

impl EstimateWords<'_> {
    fn outlooks(&self) -> impl Iterator<Item = (usize, &Outlook)> {
        let outlooks = &self.estimate.budget.outlooks;
        let of = |place: usize| outlooks.get(place).and_then(Option::as_ref);
        self.estimate.ranked().into_iter().filter_map(move |place| Some((place, of(place)?)))
    }

    /// Low, middle and high of each contract.
    pub(super) fn budget(&self) -> Listing {
        let limit = self.estimate.budget.limit;
        let under_way = self.estimate.as_of().is_some();
        let rows = self.outlooks().map(|(place, outlook)| {
            let offer = &self.estimate.offers[place];
            let mut row = vec![Value::Text(self.name(offer))];
            if under_way {
                let so_far = outlook.so_far.as_ref().map(|costs| Value::Money(cents(costs.total)));
                row.push(so_far.unwrap_or(Value::Empty));
                row.push(Value::Money(cents(offer.priced.sum.total)));
            }
            row.extend(spread(&outlook.draws).into_iter().flatten().map(Value::Money));
            if let Some(limit) = limit {
                row.push(Value::Money(limit.amount));
                row.push(Value::Percent(outlook.passes(limit.amount)));
            }
            row
        });
        let mut columns = vec!["offer"];
        columns.extend(under_way.then_some(["so_far", "mean"]).into_iter().flatten());
        columns.extend(["low", "middle", "high"]);
        columns.extend(limit.map(|_| ["budget", "over_budget"]).into_iter().flatten());
        Listing { id: "budget", columns, rows: rows.collect() }
    }

    /// When packages run out, and what is charged beyond them.
    pub(super) fn packages(&self) -> Listing {
        let mut rows = Vec::new();
        for (place, outlook) in self.outlooks() {
            for package in &outlook.packages {
                let mut row = vec![
                    Value::Text(self.name(&self.estimate.offers[place])),
                    Value::Text(package.name.clone()),
                    Value::Money(left(package)),
                    Value::Percent(runs_out(package)),
                ];
                row.extend(days(package).map(|day| day.map_or(Value::Empty, Value::Text)));
                let beyond = package.overage.as_ref().and_then(|overage| {
                    let [low, _, high] = spread(&overage.draws)?;
                    Some([overage.so_far, overage.mean, low, high])
                });
                match beyond {
                    Some(sums) => row.extend(sums.map(|sum| Value::Money(cents(sum)))),
                    None => row.extend([const { Value::Empty }; 4]),
                }
                rows.push(row);
            }
        }
        let columns = vec![
            "offer",
            "package",
            "left",
            "runs_out",
            "out_low",
            "out_middle",
            "out_high",
            "overage_so_far",
            "overage_mean",
            "overage_low",
            "overage_high",
        ];
        Listing { id: "packages", columns, rows }
    }

    /// What ranges rest on.
    pub(super) fn spread(&self) -> Vec<String> {
        let estimate = self.estimate;
        let mut notes = Vec::new();
        if let Some(horizon) = &estimate.budget.horizon {
            notes.extend(self.horizon(horizon));
        }
        for (place, outlook) in self.outlooks() {
            let Some(limit) = estimate.budget.limit else { break };
            let key = match (estimate.budget.is_passed(place), limit.high) {
                (true, false) => "estimate-passed",
                (true, true) => "estimate-passed-high",
                (false, false) => "estimate-kept",
                (false, true) => "estimate-kept-high",
            };
            let values = [
                ("offer", self.name(&estimate.offers[place])),
                ("amount", money(limit.amount)),
                ("part", outlook.passes(limit.amount).to_string()),
            ];
            notes.push(self.catalog.fill(key, &values.each_ref().map(|(k, v)| (*k, v.as_str()))));
        }
        let untold = estimate.budget.outlooks.iter().filter(|outlook| outlook.is_none()).count();
        if untold > 0 {
            notes.push(self.catalog.get("estimate-range-untold").to_owned());
        }
        notes
    }

    fn horizon(&self, horizon: &Horizon) -> Vec<String> {
        let mut notes = Vec::new();
        let off =
            |count: &dyn Fn(Kind) -> usize| Kind::ALL[1..].iter().map(|kind| count(*kind)).sum();
        let (worked, seen_worked) =
            (horizon.to_come(Kind::Worked), horizon.seen(Kind::Worked).len());
        let left_off: usize = off(&|kind| horizon.to_come(kind));
        let seen_off: usize = off(&|kind| horizon.seen(kind).len());
        let as_of = horizon.as_of.map(|day| day.to_string()).unwrap_or_default();
        let numbers = [seen_worked, seen_off, worked, left_off];
        let [seen, seen_off, worked_left, off_left] = numbers.map(|number| number.to_string());
        let seed = self.estimate.model.seed.to_string();
        let values = [
            ("day", as_of.as_str()),
            ("seen", seen.as_str()),
            ("seen_off", seen_off.as_str()),
            ("worked", worked_left.as_str()),
            ("off", off_left.as_str()),
            ("seed", seed.as_str()),
        ];
        let mut say = |key: &str| notes.push(self.catalog.fill(key, &values));
        say(if horizon.as_of.is_some() { "estimate-as-of" } else { "estimate-resampled" });
        if seen_worked == 1 && worked > 0 {
            say("estimate-one-worked");
        }
        let lacks_off = horizon.lacks_off();
        if lacks_off {
            say("estimate-no-off");
        }
        let mut of_kind = |key: &str, kind: Kind| {
            let word = format!("day-kind.{}", kind.word());
            notes.push(self.catalog.fill(key, &[("kind", self.catalog.get(&word))]));
        };
        for kind in Kind::ALL.into_iter().skip(1) {
            if horizon.seen(kind).len() == 1 && horizon.to_come(kind) > 0 {
                of_kind("estimate-one-off", kind);
            }
        }
        for kind in horizon.unseen().into_iter().filter(|_| !lacks_off) {
            of_kind("estimate-no-kind", kind);
        }
        let last = self.estimate.survey.as_ref().and_then(|survey| survey.days.keys().next_back());
        if let (Some(as_of), Some(last)) = (horizon.as_of, last)
            && horizon.seen(Kind::Worked).iter().any(|day| day > last && *day <= as_of)
        {
            let (last, day) = (last.to_string(), as_of.to_string());
            let values = [("last", last.as_str()), ("day", day.as_str())];
            notes.push(self.catalog.fill("estimate-records-end", &values));
        }
        notes
    }

    /// The budget, for programs.
    pub(super) fn limit(&self) -> Option<BudgetPart> {
        self.estimate.budget.limit.map(|limit| BudgetPart {
            amount: limit.amount.into(),
            decided_by: if limit.high { "high" } else { "middle" },
            passed: self.estimate.passes_budget(),
        })
    }

    /// How far the total of an offer may spread, for programs.
    pub(super) fn outlook(&self, place: usize) -> Option<OutlookPart> {
        let outlook = self.estimate.budget.outlooks.get(place)?.as_ref()?;
        let [low, middle, high] = spread(&outlook.draws)?.map(MoneyPart::from);
        let limit = self.estimate.budget.limit;
        let package = |package: &PackageOutlook| {
            let [low, middle, high] = days(package);
            PackagePart {
                name: package.name.clone(),
                left: left(package).to_string(),
                unit: if package.money { "money" } else { "minutes" },
                runs_out: runs_out(package).to_string(),
                low,
                middle,
                high,
                overage: package.overage.as_ref().and_then(|overage| {
                    let [low, middle, high] = spread(&overage.draws)?.map(|sum| cents(sum).into());
                    Some(OveragePart {
                        so_far: cents(overage.so_far).into(),
                        expected: cents(overage.mean).into(),
                        low,
                        middle,
                        high,
                    })
                }),
            }
        };
        Some(OutlookPart {
            draws: outlook.draws.len(),
            low,
            middle,
            high,
            over_budget: limit.map(|limit| outlook.passes(limit.amount).to_string()),
            so_far: outlook.so_far.as_ref().map(|costs| cents(costs.total).into()),
            packages: outlook.packages.iter().map(package).collect(),
        })
    }
}
