//! The cheapest mix of packages, the next, and what it costs to be wrong about the usage.

use rust_decimal::Decimal;

use super::{EstimateWords, Listing, Value, cents};
use crate::estimate::choice::{Choice, Mix, is_varied};
use crate::money::Exact;
use crate::report::words::{grouped, money};
use crate::tariff::Terms;
use crate::text::numbered;

impl EstimateWords<'_> {
    /// Mixes of each contract: as it is, the cheapest, the next; then for fewer calls and for more.
    pub(super) fn choice(&self) -> Listing {
        let mut rows = Vec::new();
        for choice in self.estimate.choices.iter().flatten() {
            let name = self.name(&self.estimate.offers[choice.place]);
            let mut row = |case: String, mix: &[u32], total: Exact, against: Option<Exact>| {
                let against = against.map(|than| Value::Signed(cents(total - than)));
                rows.push(vec![
                    Value::Text(name.clone()),
                    Value::Text(case),
                    Value::Text(self.mix(choice, mix)),
                    Value::Money(cents(total)),
                    against.unwrap_or(Value::Empty),
                ]);
            };
            let case = |key: &str| self.catalog.get(key).to_owned();
            let best = &choice.best;
            row(case("choice.best"), &best.counts, best.total, None);
            row(case("choice.now"), &choice.now.counts, choice.now.total, Some(best.total));
            if let Some(next) = &choice.next {
                row(case("choice.next"), &next.counts, next.total, Some(best.total));
            }
            for wrong in &choice.wrong {
                let percent = (wrong.factor * Decimal::ONE_HUNDRED).normalize().to_string();
                let case = |key| self.catalog.fill(key, &[("percent", &percent)]);
                let cheapest = &wrong.best;
                row(case("choice.wrong-best"), &cheapest.counts, cheapest.total, None);
                row(case("choice.wrong"), &best.counts, wrong.total, Some(cheapest.total));
            }
        }
        Listing { id: "choice", columns: vec!["offer", "case", "mix", "total", "against"], rows }
    }

    /// Whether the cheapest is proven so, seats to order, and the cheapest of all contracts.
    pub(super) fn choice_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Some(choices) = &self.estimate.choices else { return notes };
        for (place, offer) in self.estimate.offers.iter().enumerate() {
            let name = self.name(offer);
            if !choices.iter().any(|choice| choice.place == place) {
                notes.push(self.catalog.fill("choice-nothing", &[("offer", &name)]));
            }
            for (id, _, _) in offer.contract.plan.packages().filter(|(.., terms)| !is_varied(terms))
            {
                let package = &offer.contract.plan.clause(id).name;
                let values = [("offer", name.as_str()), ("package", package)];
                notes.push(self.catalog.fill("choice-fixed", &values));
            }
        }
        for choice in choices {
            let name = self.name(&self.estimate.offers[choice.place]);
            let count = grouped(&choice.settled.to_string());
            let key = if choice.proven { "choice-proven" } else { "choice-unproven" };
            let says = self.catalog.fill(key, &[("offer", &name), ("count", &count)]);
            notes.push(numbered(&says, choice.settled == 1));
            for package in &choice.kept {
                let values = [("offer", name.as_str()), ("package", package)];
                notes.push(self.catalog.fill("choice-kept", &values));
            }
            for seats in &choice.seats {
                let (needed, ordered) = (seats.needed.to_string(), seats.ordered.normalize());
                let values = [
                    ("offer", name.as_str()),
                    ("clause", &seats.name),
                    ("ordered", &ordered.to_string()),
                    ("needed", &needed),
                ];
                notes.push(self.catalog.fill("choice-seats", &values));
            }
        }
        notes.extend(self.cheapest_of_all(choices));
        notes.extend(self.commitments());
        notes
    }

    /// Over all contracts that price all of the usage, each at its cheapest mix.
    fn cheapest_of_all(&self, choices: &[Choice]) -> Option<String> {
        let offers = self.estimate.offers.iter().enumerate();
        let mut all: Vec<(Exact, usize)> = offers
            .filter(|(_, offer)| offer.is_whole())
            .map(|(place, offer)| {
                let choice = choices.iter().find(|choice| choice.place == place);
                (choice.map_or(offer.priced.sum.total, |choice| choice.best.total), place)
            })
            .collect();
        all.sort_unstable();
        let (total, place) = *all.first().filter(|_| all.len() > 1)?;
        let choice = choices.iter().find(|choice| choice.place == place);
        let mix = choice.filter(|choice| !choice.packages.is_empty());
        let mix = mix.map(|choice| self.mix(choice, &choice.best.counts));
        let (name, total) = (self.name(&self.estimate.offers[place]), money(cents(total)));
        let key = if mix.is_some() { "choice-of-all-mix" } else { "choice-of-all" };
        let mix = mix.unwrap_or_default();
        Some(self.catalog.fill(key, &[("offer", &name), ("mix", &mix), ("total", &total)]))
    }

    /// Contracts of one provider that commit to different sums.
    fn commitments(&self) -> Option<String> {
        let commitments: Vec<_> = self
            .estimate
            .offers
            .iter()
            .flat_map(|offer| {
                let provider = &offer.contract.plan.head.provider;
                offer.contract.plan.clauses.iter().filter_map(move |clause| match &clause.terms {
                    Terms::Commitment(terms) => Some((provider, terms.minimum)),
                    _ => None,
                })
            })
            .collect();
        let several = commitments.iter().enumerate().any(|(at, (provider, minimum))| {
            commitments[..at].iter().any(|(other, sum)| other == provider && sum != minimum)
        });
        several.then(|| self.catalog.get("choice-commitment").to_owned())
    }

    /// How many of each package, in words.
    fn mix(&self, choice: &Choice, counts: &[u32]) -> String {
        let packages = choice.packages.iter().zip(counts).filter(|(_, count)| **count > 0);
        let parts: Vec<String> = packages
            .map(|(name, count)| format!("{} × {name}", grouped(&count.to_string())))
            .collect();
        if parts.is_empty() {
            self.catalog.get("choice.none").to_owned()
        } else {
            parts.join(" + ")
        }
    }
}

/// Counts by name, for programs.
pub(super) fn counts(choice: &Choice, mix: &Mix) -> Vec<(String, u32)> {
    choice.packages.iter().cloned().zip(mix.counts.iter().copied()).collect()
}
