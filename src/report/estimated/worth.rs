//! What each clause is worth: a table, and sentences for the highest.

use super::{EstimateWords, Listing, Value, cents};
use crate::estimate::Offer;
use crate::estimate::change::Change;
use crate::estimate::worth::WorthOf;
use crate::money::Amount;
use crate::report::words::money;
use crate::tariff::Scope;

/// Changes of one contract that are said in a sentence.
const SAID: usize = 3;

impl EstimateWords<'_> {
    /// Changes that save something, by what they save.
    pub(super) fn worth(&self) -> Listing {
        let mut rows = Vec::new();
        for (place, changes) in self.estimate.worth.iter().flatten() {
            let offer = &self.estimate.offers[*place];
            for worth in changes.iter().filter(|worth| worth.difference.is_negative()) {
                rows.push(vec![
                    Value::Text(self.name(offer)),
                    Value::Text(self.change(offer, worth.change)),
                    Value::Signed(cents(worth.difference)),
                    worth.error.map_or(Value::Empty, |error| Value::Money(Amount::new(error))),
                    worth.as_price.map_or(Value::Empty, Value::Percent),
                ]);
            }
        }
        let columns = vec!["offer", "change", "difference", "error", "as_price"];
        Listing { id: "worth", columns, rows }
    }

    /// The highest in words, and those that change nothing.
    pub(super) fn worth_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (place, changes) in self.estimate.worth.iter().flatten() {
            let offer = &self.estimate.offers[*place];
            let name = self.name(offer);
            // A lower price is worth as much as a lower price.
            let prices = [Change::PricesLower, Change::CentLess, Change::OverageLower];
            let by_itself = |worth: &&WorthOf| !prices.contains(&worth.change);
            let worthy = changes.iter().filter(|worth| worth.difference.is_negative());
            for worth in worthy.filter(by_itself).take(SAID) {
                let change = self.change(offer, worth.change);
                let saving = money(cents(worth.difference).abs());
                let percent = worth.as_price.map(|percent| percent.normalize().to_string());
                let key = if percent.is_some() { "worth-as-price" } else { "worth-saves" };
                let values = [
                    ("offer", name.as_str()),
                    ("change", &change),
                    ("saving", &saving),
                    ("percent", percent.as_deref().unwrap_or_default()),
                ];
                notes.push(self.catalog.fill(key, &values));
            }
            let nothing = changes.iter().filter(|worth| !worth.difference.is_negative());
            let nothing: Vec<String> = nothing.map(|w| self.change(offer, w.change)).collect();
            if !nothing.is_empty() {
                let list = nothing.join(self.catalog.get("worth-list"));
                notes
                    .push(self.catalog.fill("worth-nothing", &[("offer", &name), ("list", &list)]));
            }
        }
        if !notes.is_empty() {
            notes.push(self.catalog.get("worth-how").to_owned());
        }
        notes
    }

    /// A change in words, with what the contract says now.
    pub(super) fn change(&self, offer: &Offer, change: Change) -> String {
        let calls = || offer.contract.plan.calls().map(|(_, _, terms)| &terms.metering);
        let longest = calls().max_by_key(|metering| metering.first.max(metering.next));
        let now = longest.map(|metering| format!("{}/{}", metering.first, metering.next));
        let number = change.number().unwrap_or_default().to_string();
        let key = match change {
            // Seconds that are added up are not rounded call by call.
            Change::Blocks(_) if calls().all(|m| m.scope != Scope::Call) => "worth.blocks-of-sum",
            _ => &format!("worth.{}", change.word()),
        };
        let values = [("number", number.as_str()), ("now", now.as_deref().unwrap_or_default())];
        self.catalog.fill(key, &values)
    }
}
