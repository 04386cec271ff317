//! A contract that has passed validation.

use super::fork::OpenFork;
use super::{
    BandRule, Calendar, CallTerms, CheckSettings, Clause, ClauseId, DestinationZone, FeeChange,
    FreeHow, Head, LateTerms, Numbers, PackageTerms, PartMonth, Roundings, Scope, SeatCount,
    Subsecond, Tax, Terms, WeekPart, pick,
};

/// A whole contract.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who, when, which currency and clock.
    pub head: Head,
    /// Rounding of calls, lines and the total; `None` means none.
    pub rounding: Roundings,
    /// Value-added tax, if the contract speaks of it.
    pub tax: Option<Tax>,
    /// How numbers are read.
    pub numbers: Numbers,
    /// Holidays and make-up working days.
    pub calendar: Option<Calendar>,
    /// Destination classes.
    pub zones: Vec<DestinationZone>,
    /// Parts of the week.
    pub periods: Vec<WeekPart>,
    /// Every clause that can put a line on a bill.
    pub clauses: Vec<Clause>,
    /// Settings of the audit.
    pub checks: CheckSettings,
    /// What the contract leaves open, and what was assumed.
    pub forks: Vec<OpenFork>,
}

impl Plan {
    /// The clause of that id.
    #[must_use]
    pub fn clause(&self, id: ClauseId) -> &Clause {
        &self.clauses[usize::from(id.0)]
    }

    /// All clauses with their ids.
    pub fn clauses_with_ids(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        self.clauses.iter().enumerate().map(|(index, clause)| {
            (ClauseId(u16::try_from(index).expect("parsing refuses more clauses")), clause)
        })
    }

    /// All call prices with their ids.
    pub fn calls(&self) -> impl Iterator<Item = (ClauseId, &Clause, &CallTerms)> {
        self.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
            Terms::Call(terms) => Some((id, clause, terms)),
            _ => None,
        })
    }

    /// The charge for paying late, if it is agreed.
    #[must_use]
    pub fn late(&self) -> Option<(ClauseId, &Clause, &LateTerms)> {
        self.clauses_with_ids().find_map(|(id, clause)| match &clause.terms {
            Terms::Late(terms) => Some((id, clause, terms)),
            _ => None,
        })
    }

    /// All packages with their ids.
    pub fn packages(&self) -> impl Iterator<Item = (ClauseId, &Clause, &PackageTerms)> {
        self.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
            Terms::Package(terms) => Some((id, clause, terms)),
            _ => None,
        })
    }
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
