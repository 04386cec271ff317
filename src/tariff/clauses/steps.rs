//! The arithmetic of price steps: where a step ends, which one a quantity reaches, what it costs.

use rust_decimal::Decimal;

use crate::money::Exact;

/// Price steps.
#[derive(Clone, Debug)]
pub struct Tiers {
    /// All units at the step reached, instead of each at its own.
    pub volume: bool,
    /// Over which calls steps are counted.
    pub scope: TierScope,
    /// Steps are chosen by whole units where units are billed in part.
    pub by_whole: bool,
    /// The flat fee of the first step is due where nothing was used.
    pub flat_at_zero: bool,
    /// Steps from the first unit up.
    pub steps: Vec<Step>,
}

/// Over which calls the steps of a price are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierScope {
    /// All of the clause in the cycle; of other usage there is nothing else.
    Pool,
    /// Those of each calling number.
    Number,
    /// Those of each day.
    Day,
}

impl TierScope {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "number" => Self::Number,
            "day" => Self::Day,
            _ => Self::Pool,
        }
    }
}

/// One step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// Where it ends; `None` on the last.
    pub edge: Option<Edge>,
    /// Price of one `per`.
    pub price: Decimal,
    /// Units its price is for, if not those of the clause.
    pub per: Option<Decimal>,
    /// Due once the step is reached.
    pub flat: Decimal,
    /// Most that its units cost together, beside its flat fee.
    pub most: Option<Decimal>,
}

impl Step {
    /// What its units cost together, at most what they may.
    pub(crate) fn capped(&self, cost: Exact) -> Exact {
        self.most.map_or(cost, |most| cost.at_most(Exact::decimal(most)))
    }
}

/// Where a step ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// At so many units, which belong to it.
    UpTo(Decimal),
    /// At so many units, which begin the next.
    Below(Decimal),
}

impl Edge {
    /// Its number of units.
    #[must_use]
    pub fn units(self) -> Decimal {
        match self {
            Self::UpTo(units) | Self::Below(units) => units,
        }
    }
}

impl Tiers {
    /// What a quantity costs; `time` gives what a part of it costs in a step, without the flat fee.
    pub(crate) fn price(&self, quantity: Exact, time: impl Fn(&Step, Exact) -> Exact) -> Exact {
        let Some(top) = self.reached(quantity) else { return Exact::ZERO };
        if self.volume {
            let step = &self.steps[top];
            return step.capped(time(step, quantity)) + self.flats(quantity);
        }
        let mut from = Exact::ZERO;
        let mut sum = self.flats(quantity);
        for (index, step) in self.steps.iter().enumerate().take(top + 1) {
            let end = step.edge.filter(|_| index < top).map(|edge| Exact::decimal(edge.units()));
            let until = end.unwrap_or(quantity);
            sum += step.capped(time(step, until - from));
            from = until;
        }
        sum
    }

    /// The flat fees due at a quantity.
    pub(crate) fn flats(&self, quantity: Exact) -> Exact {
        let Some(top) = self.reached(quantity) else { return Exact::ZERO };
        if quantity.is_zero() && !self.flat_at_zero {
            return Exact::ZERO;
        }
        let first = if self.volume { top } else { 0 };
        self.steps[first..=top].iter().map(|step| Exact::decimal(step.flat)).sum()
    }

    /// The step that a quantity reaches; none if there are no steps.
    pub(crate) fn reached(&self, quantity: Exact) -> Option<usize> {
        let within = |step: &Step| match step.edge {
            None => true,
            Some(Edge::UpTo(units)) => quantity <= Exact::decimal(units),
            Some(Edge::Below(units)) => quantity < Exact::decimal(units),
        };
        let last = self.steps.len().checked_sub(1)?;
        Some(self.steps.iter().position(within).unwrap_or(last))
    }

    /// Takes another reading of one of its open questions; false if `key`, without the name of the
    /// clause's kind, is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "tiers.mode" => self.volume = word == "volume",
            "tiers.scope" => self.scope = TierScope::pick(word),
            "tiers.by" => self.by_whole = word == "whole",
            "tiers.at_zero" => self.flat_at_zero = word == "due",
            _ => return false,
        }
        true
    }
}

/// What one unit costs.
#[derive(Clone, Debug)]
pub enum UnitPrice {
    /// Each the same.
    One(Decimal),
    /// By steps.
    Steps(Tiers),
}

impl UnitPrice {
    /// The price of one, if each costs the same.
    #[must_use]
    pub fn of_one(&self) -> Option<Decimal> {
        match self {
            Self::One(price) => Some(*price),
            Self::Steps(_) => None,
        }
    }

    /// Takes another reading of an open question of its steps; false if it is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match self {
            Self::One(_) => false,
            Self::Steps(tiers) => tiers.read_as(key, word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    fn d(text: &str) -> Decimal {
        parse_decimal(text).expect("test text is a number")
    }

    /// Steps of edges, unit prices and flat fees.
    fn tiers(volume: bool, steps: &[(Option<Edge>, &str, &str)]) -> Tiers {
        let step = |(edge, price, flat): &(Option<Edge>, &str, &str)| Step {
            edge: *edge,
            price: d(price),
            per: None,
            flat: d(flat),
            most: None,
        };
        let steps = steps.iter().map(step).collect();
        Tiers { volume, scope: TierScope::Pool, by_whole: false, flat_at_zero: true, steps }
    }

    fn cost(tiers: &Tiers, units: &str) -> Exact {
        tiers.price(Exact::decimal(d(units)), |step, part| part.times(step.price))
    }

    #[test]
    fn steps_from_other_projects_documents() {
        let up_to = |units| Some(Edge::UpTo(d(units)));
        // Row F27: 0–1,000 at 0.10; to 10,000 at 0.05; above 0.01: 15,000 cost 600.
        let graduated = tiers(
            false,
            &[(up_to("1000"), "0.10", "0"), (up_to("10000"), "0.05", "0"), (None, "0.01", "0")],
        );
        assert_eq!(cost(&graduated, "15000"), Exact::decimal(d("600")));
        assert_eq!(cost(&graduated, "0"), Exact::ZERO);
        // Row F111: 70 minutes in the range above 60 at 0.02 are 1.40. The upper edge belongs to
        // the step.
        let steps = [(up_to("10"), "0.10", "0"), (up_to("60"), "0.05", "0"), (None, "0.02", "0")];
        let volume = tiers(true, &steps);
        for (units, due) in [("70", "1.40"), ("10", "1.00"), ("11", "0.55"), ("10.5", "0.525")] {
            assert_eq!(cost(&volume, units), Exact::decimal(d(due)), "{units}");
        }
        // The same steps that begin with their edge.
        let below = |units| Some(Edge::Below(d(units)));
        let steps = [(below("10"), "0.10", "0"), (below("60"), "0.05", "0"), (None, "0.02", "0")];
        let volume = tiers(true, &steps);
        for (units, due) in [("9", "0.90"), ("10", "0.50"), ("60", "1.20")] {
            assert_eq!(cost(&volume, units), Exact::decimal(d(due)), "{units}");
        }
    }

    #[test]
    fn a_flat_fee_is_due_where_its_step_is_reached() {
        let up_to = |units| Some(Edge::UpTo(d(units)));
        let steps = [(up_to("10"), "10", "2"), (up_to("20"), "5", "3"), (None, "5", "3")];
        // Rows F03 to F07: 12, 110, 163.
        let mut graduated = tiers(false, &steps);
        for (units, due) in [("0", "2"), ("1", "12"), ("10", "102"), ("11", "110"), ("21", "163")] {
            assert_eq!(cost(&graduated, units), Exact::decimal(d(due)), "{units}");
        }
        graduated.flat_at_zero = false;
        assert_eq!(cost(&graduated, "0"), Exact::ZERO);
        // 10.5 units: 100 + 2, and half a unit of the second step and its fee.
        assert_eq!(cost(&graduated, "10.5"), Exact::decimal(d("107.5")));
        let volume = tiers(true, &steps);
        for (units, due) in [("0", "2"), ("10", "102"), ("11", "58"), ("21", "108")] {
            assert_eq!(cost(&volume, units), Exact::decimal(d(due)), "{units}");
        }
    }
}
