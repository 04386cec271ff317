//! A contract that has passed validation.

use super::clause::{Clause, Terms};
use super::clauses::calendar::Calendar;
use super::clauses::call::CallTerms;
use super::clauses::checks::CheckSettings;
use super::clauses::dispute::Dispute;
use super::clauses::head::Head;
use super::clauses::late::LateTerms;
use super::clauses::metering::Scope;
use super::clauses::notice::Notice;
use super::clauses::numbers::Numbers;
use super::clauses::package::PackageTerms;
use super::clauses::period::WeekPart;
use super::clauses::renewal::Renewal;
use super::clauses::rounding::Roundings;
use super::clauses::surcharge::SurchargeTerms;
use super::clauses::suspension::Suspension;
use super::clauses::tax::Tax;
use super::clauses::zone::DestinationZone;
use super::companion::Beside;
use super::fork::OpenFork;
use super::ids::ClauseId;
use crate::source::{Places, Span};

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
    /// What must be announced, if the contract speaks of it.
    pub notice: Option<Notice>,
    /// How it ends, if it says so.
    pub renewal: Option<Renewal>,
    /// Faults and banned numbers, if it speaks of them.
    pub suspension: Option<Suspension>,
    /// Objections to a bill, if it speaks of them.
    pub dispute: Option<Dispute>,
    /// Settings of the audit.
    pub checks: CheckSettings,
    /// Where its keys stand.
    pub places: Places,
    /// What the contract leaves open, and what was assumed.
    pub forks: Vec<OpenFork>,
    /// What it leaves open and only certain call records ask.
    pub unasked: Vec<OpenFork>,
    /// Files beside the contract that it names.
    pub beside: Vec<Beside>,
}

impl Plan {
    /// The clause of that id.
    #[must_use]
    pub fn clause(&self, id: ClauseId) -> &Clause {
        &self.clauses[id.index()]
    }

    /// All clauses with their ids.
    pub fn clauses_with_ids(&self) -> impl Iterator<Item = (ClauseId, &Clause)> {
        self.clauses.iter().enumerate().map(|(index, clause)| {
            (ClauseId(u32::try_from(index).expect("parsing refuses more clauses")), clause)
        })
    }

    /// All call prices with their ids.
    pub fn calls(&self) -> impl Iterator<Item = (ClauseId, &Clause, &CallTerms)> {
        self.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
            Terms::Call(terms) => Some((id, clause, &**terms)),
            _ => None,
        })
    }

    /// What seconds are added up and rounded by, if by day or calling number: the same for all prices.
    #[must_use]
    pub fn sums_by(&self) -> Option<Scope> {
        let (_, _, terms) = self.calls().next()?;
        Some(terms.metering.scope).filter(|scope| matches!(scope, Scope::Day | Scope::Number))
    }

    /// The charge for paying late, if it is agreed.
    #[must_use]
    pub fn late(&self) -> Option<(ClauseId, &Clause, &LateTerms)> {
        self.clauses_with_ids().find_map(|(id, clause)| match &clause.terms {
            Terms::Late(terms) => Some((id, clause, terms)),
            _ => None,
        })
    }

    /// All surcharges with their ids.
    pub fn surcharges(&self) -> impl Iterator<Item = (ClauseId, &Clause, &SurchargeTerms)> {
        self.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
            Terms::Surcharge(terms) => Some((id, clause, terms)),
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

    /// Where a key of a clause stands, or the clause for lack of it.
    #[must_use]
    pub fn place(&self, clause: &Clause, key: &str) -> Span {
        self.places.of(clause.at, key)
    }

    /// Where a key of a table stands that is there once; the contract's head for lack of both.
    #[must_use]
    pub fn place_in(&self, table: &str, key: &str) -> Span {
        self.places.in_table(table, key).unwrap_or(self.head.at)
    }

    /// True if the contract leaves a question open.
    #[must_use]
    pub fn is_open(&self, key: &str, clause: Option<ClauseId>) -> bool {
        self.forks.iter().any(|fork| fork.key == key && (fork.clause == clause))
    }

    /// Call records raise a question. If the contract leaves it open, a reading is taken, and the
    /// fork is there from now on.
    pub fn ask(&mut self, key: &str) -> Option<&OpenFork> {
        let at = self.unasked.iter().position(|fork| fork.key == key)?;
        self.calls().next()?;
        let fork = self.unasked.remove(at);
        self.read_as(fork.key, fork.assumed);
        self.forks.push(fork);
        self.forks.last()
    }

    /// The same contract under another reading of one fork.
    ///
    /// Zones, periods and clauses keep their numbers, so tallies of one reading settle another.
    #[must_use]
    pub fn reading(&self, fork: &OpenFork, word: &str) -> Self {
        let mut plan = self.clone();
        let taken = match fork.clause {
            Some(clause) => plan.clauses[clause.index()].terms.read_as(fork.key, word),
            None => plan.read_as(fork.key, word),
        };
        debug_assert!(taken, "fork `{}` has no reading", fork.key);
        plan
    }

    /// What the contract says for all its clauses; its metering stands in each call price.
    fn read_as(&mut self, key: &str, word: &str) -> bool {
        self.head.read_as(key, word)
            || self.rounding.read_as(key, word)
            || self.tax.as_mut().is_some_and(|tax| tax.read_as(key, word))
            || self.read_metering_as(key, word)
    }

    fn read_metering_as(&mut self, key: &str, word: &str) -> bool {
        let mut taken = true;
        for clause in &mut self.clauses {
            if let Terms::Call(terms) = &mut clause.terms {
                taken &= terms.read_as(key, word);
            }
        }
        taken
    }
}
