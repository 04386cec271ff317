//! A case: the papers, the ledger that checks claim in, and their findings.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::other_prices::OtherPrices;
use super::package_edge::{self, Suspected};
use super::papers::Papers;
use super::{ALL, Check, Evidence, Finding, Grade, Level, connect_fee_not_agreed};
use crate::cdr::Source;
use crate::invoice::InvoiceLine;
use rust_decimal::Decimal;

use crate::money::{Amount, FixedSum, Rounding, RoundingMode};
use crate::rate::settle::BillLine;
use crate::rate::tally::LONGEST_BELIEVED;
use crate::rate::{GroupKey, Rule};
use crate::reconcile::{
    Coarse, Fact, Ledger, LineRef, OfClause, OpenGroup, Row, RowId, Taken, attribute, line_at,
};
use crate::tariff::{BandRule, CallTerms, ClauseId, Plan, Terms};

/// Calls shown of one finding.
const SHOWN: usize = 5;

/// A case: papers, ledger, findings so far.
pub struct Case<'c> {
    /// The papers.
    pub papers: Papers<'c>,
    /// The ledger.
    pub ledger: Ledger,
    /// Findings so far.
    pub findings: Vec<Finding>,
    /// Hypotheses that explain calls.
    pub taken: Vec<Taken>,
    /// The contract's prices, once a check looks one up.
    pub(super) other_prices: OnceCell<OtherPrices>,
}

impl<'c> Case<'c> {
    /// A case with nothing found yet.
    #[must_use]
    pub fn new(papers: Papers<'c>, ledger: Ledger) -> Self {
        Self {
            papers,
            ledger,
            findings: Vec::new(),
            taken: Vec::new(),
            other_prices: OnceCell::new(),
        }
    }

    /// How sure a contradiction between contract and call records is: it depends on whose they are.
    #[must_use]
    pub fn call_grade(&self) -> Grade {
        if self.papers.source == Some(Source::Provider) { Grade::Proved } else { Grade::Supported }
    }

    /// An invoice line.
    #[must_use]
    pub fn line(&self, at: LineRef) -> &'c InvoiceLine {
        line_at(self.papers.invoices, at)
    }

    /// Rows with their ids.
    pub fn rows(&self) -> impl Iterator<Item = (RowId, &Row)> {
        self.ledger.rows.iter().enumerate().map(|(index, row)| (RowId(index), row))
    }

    /// A row.
    #[must_use]
    pub fn row(&self, id: RowId) -> &Row {
        &self.ledger.rows[id.0]
    }

    /// Bill lines of a row.
    pub fn bill_lines(&self, row: &Row) -> impl Iterator<Item = &'c BillLine> + use<'c> {
        let bill = self.papers.bill;
        row.bill.clone().into_iter().map(move |index| &bill.lines[index])
    }

    /// The clauses of a row.
    #[must_use]
    pub fn clauses(&self, row: &Row) -> Vec<ClauseId> {
        self.bill_lines(row).flat_map(|line| line.clauses.clone()).collect()
    }

    /// Claims part of a row's difference.
    pub fn claim(&mut self, row: RowId, check: &Check, amount: Amount) {
        self.ledger.rows[row.0].claim(check.code, amount);
    }

    /// Claims part of a row's difference and reports it, with the row's clauses and lines.
    pub(super) fn claim_row(
        &mut self,
        check: &'static Check,
        id: RowId,
        amount: Amount,
        describe: impl FnOnce(Finding) -> Finding,
    ) {
        self.claim(id, check, amount);
        let row = self.row(id);
        let finding = Finding::new(check, self.call_grade())
            .claiming(amount, id)
            .with("line", Fact::Text(row.name.clone()))
            .showing_all(self.clauses(row).into_iter().map(Evidence::Clause))
            .showing_all(row.lines.iter().copied().map(Evidence::Line));
        self.push(describe(finding));
    }

    /// Adds a finding. An open reading of the contract that lets the provider charge more
    /// lowers what is certain, and what it could explain in part is no proof; what a doubt could
    /// explain away is at most suspected. What was charged too little is no overcharge.
    pub fn push(&mut self, mut finding: Finding) {
        if let (Some(row), true) = (finding.row, finding.amount.min.is_positive()) {
            let row = self.row(row);
            let slack = row.most_expected - row.expected;
            if slack.is_positive() {
                finding.amount.min = (finding.amount.min - slack).max(Amount::ZERO);
                finding.grade = finding.grade.min(Grade::Supported);
            }
        }
        if finding.claimed && finding.amount.point.is_negative() {
            finding.level = finding.level.min(Level::Info);
        } else if finding.claimed && !finding.amount.min.is_positive() {
            finding.grade = Grade::Suspect;
            finding.level = finding.level.min(Level::Warning);
        }
        self.findings.push(finding);
    }

    /// Lets the hypotheses of all checks compete for the calls of each clause.
    pub(super) fn attribute_calls(&mut self) {
        let Some(tally) = self.papers.tally else { return };
        // Hypotheses look at the case as it stands; claims go to a copy of its ledger.
        let mut ledger = self.ledger.clone();
        let mut taken = Vec::new();
        let papers = &self.papers;
        let mut at_edges = |ledger: &mut Ledger, code, clause, price, row| {
            package_edge::claim(papers, ledger, Suspected { code, clause, price, row })
        };
        // Of a deck, most prices were asked of no call.
        let odd: BTreeSet<ClauseId> = self
            .ledger
            .groups
            .iter()
            .map(|group| self.papers.compiled.rule(group.key.rule).clause)
            .collect();
        for (clause, _, _) in self.papers.plan.calls().filter(|(id, _, _)| odd.contains(id)) {
            let makers = ALL.iter().filter_map(|check| check.hypotheses);
            let hypotheses: Vec<_> = makers.flat_map(|make| make(self, clause)).collect();
            taken.extend(connect_fee_not_agreed::of_covered_calls(papers, &mut ledger, clause));
            let calls = OfClause { compiled: papers.compiled, tally, clause };
            taken.extend(attribute(&mut ledger, calls, &hypotheses, &mut at_edges));
        }
        self.ledger = ledger;
        for one in taken {
            let same = |known: &&mut Taken| {
                (known.code, known.clause) == (one.code, one.clause) && known.facts == one.facts
            };
            match self.taken.iter_mut().find(same) {
                Some(known) => {
                    known.groups.extend(one.groups);
                    known.calls += one.calls;
                    known.runner_up = known.runner_up.or(one.runner_up);
                }
                None => self.taken.push(one),
            }
        }
    }

    /// Reports what hypotheses of a check explain: one finding a clause and hypothesis.
    pub(super) fn report_taken(&mut self, check: &'static Check) {
        self.report_taken_as(check, |_, finding| finding);
    }

    /// The same, with a last word on each finding.
    pub(super) fn report_taken_as(
        &mut self,
        check: &'static Check,
        describe: impl Fn(&Self, Finding) -> Finding,
    ) {
        let taken: Vec<Taken> = std::mem::take(&mut self.taken);
        for one in taken.iter().filter(|one| one.code == check.code) {
            let row = one.groups.first().and_then(|i| self.ledger.groups[*i].row);
            let Some(row) = row else { continue };
            self.claim_other_line(one, row);
            let groups: Vec<&OpenGroup> =
                one.groups.iter().map(|i| &self.ledger.groups[*i]).collect();
            let amount: FixedSum = groups
                .iter()
                .flat_map(|group| &group.claims)
                .filter(|(code, _)| *code == check.code)
                .map(|(_, amount)| *amount)
                .sum();
            let amount = self.row(row).in_terms(amount.amount());
            let clause = self.papers.plan.clause(one.clause);
            let mut finding = Finding::new(check, self.call_grade())
                .claiming(amount, row)
                .counting(one.calls)
                .with("count", Fact::Count(one.calls))
                .with("clause", Fact::Text(clause.name.clone()))
                .showing(Evidence::Clause(one.clause))
                .showing_all(self.samples(&groups));
            finding.facts.extend(one.facts.clone());
            if let Some((other, calls)) = one.runner_up {
                finding = finding.showing(Evidence::Note(
                    "note.runner-up",
                    vec![("code", Fact::Text(other.to_owned())), ("count", Fact::Count(calls))],
                ));
            }
            let finding = describe(self, finding);
            self.push(finding);
        }
        self.taken = taken;
    }

    /// Examples of groups: the dearest groups first, then file order.
    #[must_use]
    pub fn samples(&self, groups: &[&OpenGroup]) -> Vec<Evidence> {
        let mut sorted: Vec<&&OpenGroup> = groups.iter().collect();
        sorted.sort_by_key(|group| (std::cmp::Reverse(group.difference()), group.key));
        sorted
            .into_iter()
            .flat_map(|group| {
                group.samples.iter().map(|sample| Evidence::Call {
                    sample: *sample,
                    seconds: group.key.seconds,
                    charged: Some(group.key.charge.amount()),
                    expected: Some(group.key.expected.amount()),
                })
            })
            .take(SHOWN)
            .collect()
    }

    /// Groups that satisfy a condition and are still open, with their places.
    #[must_use]
    pub fn open_groups(&self, wanted: impl Fn(&OpenGroup) -> bool) -> Vec<usize> {
        self.ledger
            .groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.open() != FixedSum::ZERO && wanted(group))
            .map(|(index, _)| index)
            .collect()
    }

    /// Claims all that is open of some groups, row by row, and reports a finding for each row.
    pub(super) fn claim_groups(
        &mut self,
        check: &'static Check,
        groups: &[usize],
        describe: impl Fn(&Self, &[&OpenGroup], Finding) -> Finding,
    ) {
        let mut rows: Vec<RowId> =
            groups.iter().filter_map(|i| self.ledger.groups[*i].row).collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let mine: Vec<usize> = groups
                .iter()
                .copied()
                .filter(|index| self.ledger.groups[*index].row == Some(row))
                .collect();
            let mut amount = FixedSum::ZERO;
            for index in &mine {
                let open = self.ledger.groups[*index].open();
                amount += open;
                self.ledger.claim_group(*index, check.code, open);
            }
            let groups: Vec<&OpenGroup> = mine.iter().map(|i| &self.ledger.groups[*i]).collect();
            let count = groups.iter().map(|group| group.count).sum();
            let clause = self.rule(groups[0]).clause;
            let amount = self.row(row).in_terms(amount.amount());
            let finding = Finding::new(check, self.call_grade())
                .claiming(amount, row)
                .counting(count)
                .with("count", Fact::Count(count))
                .with("clause", Fact::Text(self.papers.plan.clause(clause).name.clone()))
                .showing(Evidence::Clause(clause))
                .showing_all(self.samples(&groups));
            let finding = describe(self, &groups, finding);
            self.push(finding);
        }
    }

    /// A row's difference that no group of calls accounts for: between the records and the line.
    #[must_use]
    pub fn open_beyond_calls(&self, id: RowId) -> Amount {
        self.ledger.open_beyond_calls(id)
    }

    /// What rounding alone can make of a row.
    #[must_use]
    pub fn rounding_tolerance(&self, row: &Row) -> Amount {
        self.papers.rounding_tolerance(row)
    }

    /// Rounded like a line of the contract, or to the cent.
    #[must_use]
    pub fn to_line(&self, value: Decimal) -> Amount {
        let cent = Rounding::new(2, RoundingMode::HalfUp);
        Amount::new(self.papers.plan.rounding.line.unwrap_or(cent).apply(value))
    }

    /// Rounded like tax.
    #[must_use]
    pub fn to_tax(&self, value: Decimal) -> Amount {
        Amount::new(self.papers.plan.rounding.of_tax().apply(value))
    }

    /// What a row would expect if its call clauses were metered otherwise; `None` if that has no
    /// exact charges.
    #[must_use]
    pub fn expected_if(&self, row: &Row, change: impl Fn(&mut CallTerms)) -> Option<Amount> {
        let clauses = self.clauses(row);
        self.expected_under(row, |plan| {
            for id in &clauses {
                if let Terms::Call(terms) = &mut plan.clauses[id.index()].terms {
                    change(terms);
                }
            }
        })
    }

    /// What a row would expect under a changed contract; `None` if that has no exact charges, or
    /// makes the order of calls matter where they were not kept by time.
    #[must_use]
    pub fn expected_under(&self, row: &Row, change: impl Fn(&mut Plan)) -> Option<Amount> {
        let mut plan = self.papers.plan.clone();
        change(&mut plan);
        self.expected_by(row, &plan)
    }

    /// The terms of a call clause.
    #[must_use]
    pub fn call_terms(&self, clause: ClauseId) -> Option<&'c CallTerms> {
        match &self.papers.plan.clause(clause).terms {
            Terms::Call(terms) => Some(terms),
            _ => None,
        }
    }

    /// What packages take off a row's calls, in the terms of the row.
    #[must_use]
    pub fn package_worth(&self, row: &Row) -> Option<Amount> {
        let without = self.expected_under(row, |plan| {
            for clause in &mut plan.clauses {
                if let Terms::Package(terms) = &mut clause.terms {
                    terms.pools.clear();
                }
            }
        })?;
        Some(without - row.expected)
    }

    /// True if a clause prices what packages leave of calls.
    #[must_use]
    pub fn beyond_package(&self, clause: ClauseId) -> bool {
        let overage = self.call_terms(clause).is_some_and(|terms| terms.overage_of.is_some());
        let line = self.papers.bill.line_of(clause).and_then(|line| line.calls);
        overage || line.is_some_and(|calls| calls.covered > 0)
    }

    /// True if the start of the calls alone decides which rule prices them, so that a group's rule
    /// and seconds tell its charge.
    #[must_use]
    pub fn by_start(&self, key: &GroupKey) -> bool {
        !key.straddles || self.papers.compiled.band_rule() == BandRule::Start
    }

    /// How the charges of a group's row are printed, if that hides decimals.
    #[must_use]
    pub fn coarse(&self, group: &OpenGroup) -> Option<Coarse> {
        self.row(group.row?).calls.as_ref()?.coarse
    }

    /// The most that so much talk time costs, fees aside: at the dearest price, as calls of its own.
    #[must_use]
    pub fn most_for(&self, seconds: u32) -> FixedSum {
        let cost = |rule: &Rule, seconds| rule.time_charge(seconds);
        let (days, rest) = (seconds / LONGEST_BELIEVED, seconds % LONGEST_BELIEVED);
        let rules = self.papers.compiled.rules.iter();
        let costs = rules.map(|rule| {
            let whole = FixedSum::times(cost(rule, LONGEST_BELIEVED), days.into());
            whole + FixedSum::times(cost(rule, rest), 1)
        });
        costs.max().unwrap_or_default()
    }

    /// The rule of a group.
    #[must_use]
    pub fn rule(&self, group: &OpenGroup) -> &'c Rule {
        self.papers.compiled.rule(group.key.rule)
    }
}
