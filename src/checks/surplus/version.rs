//! Other versions of a clause, of which the provider may have billed one.

use super::{Case, Cause, Counted};
use crate::rate::settle::{BillLine, Usage, settle_units};
use crate::roster::{Entry, Roster};
use crate::tariff::{PartMonth, SeatCount, Terms};

/// What may have been read otherwise, besides the trial.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Other {
    Rule(PartMonth),
    /// Seats counted another way.
    Count(SeatCount),
    /// Whole months for units that ended in the cycle.
    Ended,
    /// Days suspended charged.
    Suspended,
}

/// A version of a clause.
#[derive(Clone, Copy)]
pub(super) struct Version {
    /// The trial ignored.
    trial: bool,
    other: Option<Other>,
}

/// The versions besides the trial; the contract's own first.
const OTHERS: [Option<Other>; 9] = [
    None,
    Some(Other::Rule(PartMonth::Full)),
    Some(Other::Rule(PartMonth::ThirtyDay)),
    Some(Other::Rule(PartMonth::ByDay)),
    Some(Other::Count(SeatCount::Named)),
    Some(Other::Count(SeatCount::Peak)),
    Some(Other::Count(SeatCount::Average)),
    Some(Other::Ended),
    Some(Other::Suspended),
];

fn rule(terms: &Terms) -> Option<PartMonth> {
    match terms {
        Terms::Seat(terms) => Some(terms.part_month),
        Terms::Recurring(terms) => Some(terms.part_month),
        _ => None,
    }
}

fn word(rule: PartMonth) -> &'static str {
    match rule {
        PartMonth::Full => "part-month.full",
        PartMonth::ByDay => "part-month.by-day",
        PartMonth::ThirtyDay => "part-month.thirty-day",
        PartMonth::ThirtyOf360 => "part-month.thirty-360",
        PartMonth::FirstMonth => "part-month.first-month",
    }
}

/// The word of the rule agreed.
pub(super) fn agreed(case: &Case<'_>, of: &Counted<'_>) -> &'static str {
    rule(&case.papers.plan.clause(of.clause).terms).map_or("", word)
}

impl Version {
    /// All versions that differ in words: the contract's own first, then those without the trial.
    pub(super) fn all(case: &Case<'_>, of: &Counted<'_>) -> Vec<Self> {
        let clause = case.papers.plan.clause(of.clause);
        let on_trial = clause.trial_until.is_some_and(|last| last >= case.papers.period.first);
        let differs = |other: &Option<Other>| match other {
            Some(Other::Rule(other)) => rule(&clause.terms) != Some(*other),
            Some(Other::Count(other)) => matches!(
                &clause.terms,
                Terms::Seat(terms) if terms.count != *other && terms.count != SeatCount::Ordered
            ),
            Some(Other::Suspended) => {
                matches!(&clause.terms, Terms::Recurring(terms) if terms.suspended_free)
            }
            _ => true,
        };
        let own = Self { trial: false, other: None };
        let others = || OTHERS.into_iter().filter(differs);
        let version = |trial| others().map(move |other| Self { trial, other });
        let trials = version(true).filter(|_| on_trial);
        std::iter::once(own).chain(trials).chain(version(false).skip(1)).collect()
    }

    /// How many units the last of its causes concerns.
    pub(super) fn units(self, case: &Case<'_>, of: &Counted<'_>) -> u32 {
        let period = case.papers.period;
        let counted = |wanted: &dyn Fn(&Entry) -> bool| {
            let count = of.entries(case).into_iter().filter(|entry| wanted(entry)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        match self.other {
            None => of.count.present,
            Some(Other::Ended) => counted(&|e| e.until.is_some_and(|last| period.contains(last))),
            Some(Other::Suspended) => counted(&|entry| entry.suspended_days(period) > 0),
            // A fee of the contract has no units that come and go.
            _ => of.count.partial.max(1),
        }
    }

    /// The causes that lead to it one after the other, each with the version it leads to.
    pub(super) fn steps(self) -> Vec<(Cause, &'static str, Self)> {
        let mut steps = Vec::new();
        if self.trial {
            steps.push((Cause::Trial, "", Self { other: None, ..self }));
        }
        match self.other {
            Some(Other::Rule(rule)) => steps.push((Cause::PartMonth, word(rule), self)),
            Some(Other::Ended) => steps.push((Cause::PartMonth, "part-month.ended", self)),
            Some(Other::Count(_)) => steps.push((Cause::Above, "", self)),
            Some(Other::Suspended) => steps.push((Cause::Suspended, "", self)),
            None => {}
        }
        steps
    }

    /// The line under this version, for all entries of the roster or some of them.
    pub(super) fn line(
        self,
        case: &Case<'_>,
        of: &Counted<'_>,
        entries: Option<&[&Entry]>,
    ) -> Option<BillLine> {
        let mut plan = case.papers.plan.clone();
        let clause = &mut plan.clauses[of.clause.index()];
        if self.trial {
            clause.trial_until = None;
        }
        match (self.other, &mut clause.terms) {
            (Some(Other::Rule(rule)), Terms::Seat(terms)) => terms.part_month = rule,
            (Some(Other::Rule(rule)), Terms::Recurring(terms)) => terms.part_month = rule,
            (Some(Other::Count(count)), Terms::Seat(terms)) => terms.count = count,
            (Some(Other::Suspended), Terms::Recurring(terms)) => terms.suspended_free = false,
            _ => {}
        }
        let mut roster = match entries {
            Some(entries) => Some(Roster { entries: entries.iter().copied().cloned().collect() }),
            None => case.papers.roster.cloned(),
        };
        if self.other == Some(Other::Ended) {
            let ended = roster.iter_mut().flat_map(|roster| &mut roster.entries);
            ended
                .filter(|entry| entry.until.is_some_and(|u| case.papers.period.contains(u)))
                .for_each(|entry| entry.until = None);
        }
        let usage = Usage { roster: roster.as_ref(), ..case.papers.usage };
        let lines = settle_units(&plan, &usage);
        let mut line = lines.into_iter().find(|line| line.clauses == [of.clause])?;
        line.tax = of.line.tax;
        Some(line)
    }
}
