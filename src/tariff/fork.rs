//! Questions that published contracts leave open, and taking another reading of one.

use super::{
    BandRule, ClauseId, FeeChange, FreeHow, PartMonth, Plan, Scope, SeatCount, Subsecond, Terms,
    pick,
};
use crate::source::Span;

/// A fork that this contract leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFork {
    /// The key that would settle it, e.g. `metering.scope`.
    pub key: &'static str,
    /// The clause it belongs to, if not the whole contract.
    pub clause: Option<ClauseId>,
    /// Where the key would stand.
    pub at: Span,
    /// The reading taken.
    pub assumed: &'static str,
    /// The others.
    pub others: &'static [&'static str],
}

impl Plan {
    /// The same contract under another reading of one fork.
    ///
    /// Zones, periods and clauses keep their numbers, so tallies of one reading settle another.
    #[must_use]
    pub fn reading(&self, fork: &OpenFork, word: &str) -> Self {
        let mut plan = self.clone();
        match fork.clause {
            Some(clause) => plan.read_clause(clause, fork.key, word),
            None => plan.read_contract(fork.key, word),
        }
        plan
    }

    fn read_contract(&mut self, key: &str, word: &str) {
        match key {
            "contract.fee_change" => self.head.fee_change = FeeChange::pick(word),
            "rounding.call" => self.rounding.call = pick::rounding(word),
            "rounding.line" => self.rounding.line = pick::rounding(word),
            "rounding.tax" => self.rounding.tax = pick::rounding(word),
            "tax.included" => {
                if let Some(tax) = &mut self.tax {
                    tax.included = word == "true";
                }
            }
            "tax.on" => {
                if let Some(tax) = &mut self.tax {
                    tax.on_total = word == "total";
                }
            }
            _ => {
                for clause in &mut self.clauses {
                    if let Terms::Call(terms) = &mut clause.terms {
                        let metering = &mut terms.metering;
                        match key {
                            "metering.zero" => metering.zero_bills = word == "first-increment",
                            "metering.subsecond" => metering.subsecond = Subsecond::pick(word),
                            "metering.scope" => metering.scope = Scope::pick(word),
                            "metering.band_rule" => metering.band_rule = BandRule::pick(word),
                            "metering.free.how" => {
                                if let (Some((_, how)), false) =
                                    (&mut metering.free, terms.own_free)
                                {
                                    *how = FreeHow::pick(word);
                                }
                            }
                            _ => debug_assert!(false, "fork `{key}` has no reading"),
                        }
                    }
                }
            }
        }
    }

    fn read_clause(&mut self, clause: ClauseId, key: &str, word: &str) {
        match (&mut self.clauses[usize::from(clause.0)].terms, key) {
            (Terms::Call(terms), "call.free.how") => {
                if let Some((_, how)) = &mut terms.metering.free {
                    *how = FreeHow::pick(word);
                }
            }
            (Terms::Call(terms), "call.tiers.mode") => {
                if let Some(tiers) = &mut terms.tiers {
                    tiers.volume = word == "volume";
                }
            }
            (Terms::Call(terms), "call.tiers.scope") => {
                if let Some(tiers) = &mut terms.tiers {
                    tiers.per_number = word == "number";
                }
            }
            (Terms::Package(terms), "package.connect") => terms.connect_covered = word == "covered",
            (Terms::Package(terms), "package.burn") => terms.burn_talk = word == "talk",
            (Terms::Package(terms), "package.scope") => terms.per_number = word == "number",
            (Terms::Package(terms), "package.part_month") => {
                terms.part_month = PartMonth::pick(word);
            }
            (Terms::Package(terms), "package.part_minutes") => {
                terms.minutes_by_day = word == "by-day";
            }
            (Terms::Seat(terms), "seat.count") => terms.count = SeatCount::pick(word),
            (Terms::Seat(terms), "seat.part_month") => terms.part_month = PartMonth::pick(word),
            (Terms::Recurring(terms), "recurring.part_month") => {
                terms.part_month = PartMonth::pick(word);
            }
            (Terms::Recurring(terms), "recurring.suspended") => {
                terms.suspended_free = word == "free";
            }
            (Terms::Commitment(terms), "commitment.mode") => terms.on_top = word == "on-top",
            (Terms::Commitment(terms), "commitment.tax") => terms.after_tax = word == "after",
            (Terms::Late(terms), "late.grace_rule") => terms.from_grace = word == "from-grace",
            (Terms::Late(terms), "late.base") => {
                terms.base_before_tax = word == "unpaid-before-tax";
            }
            _ => debug_assert!(false, "fork `{key}` has no reading"),
        }
    }
}
