//! Contracts side by side: totals, lines, months.

use super::{EstimateWords, Listing, Value, cents, each, whole};
use crate::money::Exact;
use crate::when::Period;

impl EstimateWords<'_> {
    /// Contracts by price.
    pub(super) fn offers(&self) -> Listing {
        let estimate = self.estimate;
        let total = |place: usize| estimate.offers[place].priced.sum.total;
        let ranked = estimate.ranked();
        // Against the contract in force, else against the cheapest.
        let base = estimate.base();
        let rows = ranked.iter().enumerate().map(|(rank, place)| {
            let offer = &estimate.offers[*place];
            let sum = &offer.priced.sum;
            let minutes = sum.talk.over(60.into());
            let per = |number: Exact| match each(sum.total, number) {
                // Of calls that have no price none can be told for one.
                Some(each) if offer.is_whole() => Value::Each(each),
                _ => Value::Empty,
            };
            let difference = match base {
                // Of the sums as they are shown, so that they add up.
                Some(base) if base != *place && offer.is_whole() => {
                    Value::Signed(cents(sum.total) - cents(total(base)))
                }
                _ => Value::Empty,
            };
            let rank = if offer.is_whole() {
                Value::Count(u64::try_from(rank + 1).unwrap_or(0))
            } else {
                Value::Text("?".to_owned())
            };
            vec![
                rank,
                Value::Text(self.name(offer)),
                Value::Money(cents(sum.total)),
                difference,
                per(minutes),
                per(sum.answered),
                per(self.seat_months(*place)),
            ]
        });
        Listing {
            id: "offers",
            columns: vec![
                "rank",
                "offer",
                "total",
                "against",
                "per_minute",
                "per_call",
                "per_seat",
            ],
            rows: rows.collect(),
        }
    }

    /// Seats, added up over the cycles of an offer.
    pub(super) fn seat_months(&self, place: usize) -> Exact {
        let offer = &self.estimate.offers[place];
        let cycles = self.estimate.model.cycles(&offer.contract.plan);
        let held = |cycle: &Period| offer.contract.plan.head.valid.within(*cycle).is_some();
        cycles
            .into_iter()
            .filter(held)
            .map(|cycle| Exact::decimal(self.estimate.model.seats(cycle).into()))
            .sum()
    }

    /// Where the money goes.
    pub(super) fn lines(&self) -> Listing {
        let mut rows = Vec::new();
        for place in self.estimate.ranked() {
            let offer = &self.estimate.offers[place];
            let sum = &offer.priced.sum;
            let share = |amount: Exact| {
                let total = sum.total.round(None).decimal();
                let percent = crate::money::Rounding::new(1, crate::money::RoundingMode::HalfUp);
                let part = || amount.times(100.into()).over(total).round(Some(percent)).decimal();
                if total.is_zero() { Value::Empty } else { Value::Percent(part()) }
            };
            let mut row = |name: &str, amount: Exact| {
                rows.push(vec![
                    Value::Text(self.name(offer)),
                    Value::Text(name.to_owned()),
                    Value::Money(cents(amount)),
                    share(amount),
                ]);
            };
            sum.lines.iter().for_each(|line| row(&line.name, line.amount));
            for (key, amount) in [("estimate-tax", sum.tax), ("estimate-rounding", sum.rounding)] {
                if !amount.is_zero() {
                    row(self.catalog.get(key), amount);
                }
            }
        }
        Listing { id: "lines", columns: vec!["offer", "line", "amount", "share"], rows }
    }

    /// Each cycle by itself.
    pub(super) fn months(&self) -> Listing {
        let mut rows = Vec::new();
        for place in self.estimate.ranked() {
            let offer = &self.estimate.offers[place];
            if offer.priced.cycles.len() < 2 {
                continue;
            }
            for (period, costs) in &offer.priced.cycles {
                rows.push(vec![
                    Value::Text(self.name(offer)),
                    Value::Text(if period.is_calendar_month() {
                        period.to_string()
                    } else {
                        period.last.to_string()
                    }),
                    Value::Count(whole(costs.calls)),
                    Value::Count(whole(costs.answered)),
                    Value::Count(whole(costs.talk.over(60.into()))),
                    Value::Money(cents(costs.total)),
                ]);
            }
        }
        let columns = vec!["offer", "month", "calls", "answered", "minutes", "total"];
        Listing { id: "months", columns, rows }
    }
}
