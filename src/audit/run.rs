//! Everything together: papers and calls are read, and conclusions drawn.

use std::collections::BTreeMap;

use super::calls::Calls;
use super::conclude::{Parts, conclude};
use super::papers::{self, Input, Role};
use super::period::{
    PeriodKnown, forget_months, period_before_calls, period_of_calls, some_invoice, split_by_period,
};
use super::reading::{Meeting, RejectSink, open_calls, read_calls};
use super::request::{Observer, Request};
use super::service::Service;
use super::severity::severity_codes;
use super::twice::sort_out;
use super::unchecked::NotChecked;
use crate::cdr::{Call, Source};
use crate::checks::Finding;
use crate::invoice::Invoice;
use crate::money::Amount;
use crate::rate::forks::{Reading, Spread, some_reading_needs_order, spread};
use crate::rate::settle::{Bill, Usage, needs_order, settle};
use crate::rate::{Compiled, Tally};
use crate::reconcile::{Bridge, Ledger};
use crate::roster::Roster;
use crate::source::{Diagnostic, Diagnostics, SourceMap};
use crate::tariff::{Clause, Contract, Plan, Terms, in_force};
use crate::when::Period;
/// All that an audit found.
pub struct Audit {
    /// The contract.
    pub plan: Plan,
    /// The contract as tables.
    pub compiled: Compiled,
    /// The cycle under audit.
    pub period: Period,
    /// How that is known.
    pub period_known: PeriodKnown,
    /// Invoices of the cycle, and what was set aside.
    pub invoices: Vec<Invoice>,
    /// Invoices of which one takes back the other, and copies.
    pub set_aside: Vec<Invoice>,
    /// The calls, if call files were given.
    pub calls: Option<Calls>,
    /// The bill that should have come.
    pub bill: Bill,
    /// Other readings of what the contract leaves open.
    pub readings: Vec<Reading>,
    /// Both bills, paired, with claims.
    pub ledger: Ledger,
    /// The bridge.
    pub bridge: Bridge,
    /// Findings, gravest and dearest first.
    pub findings: Vec<Finding>,
    /// What could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// Seats, numbers, lines, services and other usage, if a roster was given.
    pub roster: Option<Roster>,
    /// All input files.
    pub inputs: Vec<Input>,
    /// What is odd about the inputs and hinders nothing.
    pub warnings: Diagnostics,
}

impl Audit {
    /// The calls of the cycle.
    #[must_use]
    pub fn tally(&self) -> Option<&Tally> {
        let index = self.plan.head.cycle.index_of(self.period.first);
        self.calls.as_ref().and_then(|calls| calls.cycles.get(&index))
    }

    /// How far the bill goes over the readings of what the contract leaves open, with the calls and
    /// the roster at hand and no quantities of an invoice.
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.using(|usage| spread(&self.plan, &self.compiled, usage, &self.bill, &self.readings))
    }

    /// What the bill comes to beyond that under a contract that differs in a term, with the calls and
    /// the roster at hand; `None` if these can't tell.
    #[must_use]
    pub(super) fn beyond(&self, other: &Plan) -> Option<Amount> {
        let compiled = Compiled::new(other).ok()?;
        let kept = some_reading_needs_order(&self.plan, &self.compiled);
        let can = kept || !needs_order(other, &compiled);
        can.then(|| self.bill.total - self.using(|usage| settle(other, &compiled, usage).total))
    }

    /// The calls and the roster at hand, without an invoice.
    fn using<T>(&self, of: impl FnOnce(&Usage<'_>) -> T) -> T {
        let index = self.plan.head.cycle.index_of(self.period.first);
        let nothing = Tally::new(self.compiled.rules.len());
        let calls = self.calls.as_ref();
        let ordered = calls.and_then(|calls| calls.ordered.get(&index));
        let usage = Usage {
            period: self.period,
            tally: calls.map(|calls| calls.cycles.get(&index).unwrap_or(&nothing)),
            ordered: ordered.map_or(&[], Vec::as_slice),
            roster: self.roster.as_ref(),
            given: &BTreeMap::new(),
            overdue: &[],
            apart: calls.and_then(|calls| calls.apart(index)),
        };
        of(&usage)
    }

    /// True if there is no invoice, and records without charges: what is due can be told, but
    /// nothing compared.
    #[must_use]
    pub fn nothing_billed(&self) -> bool {
        let own = self.calls.as_ref().is_none_or(|calls| calls.source == Source::Own);
        self.invoices.is_empty() && own
    }

    /// True if nothing that figures rest on is missing: rows, quantities, readings of the
    /// contract, up to a sum that does not matter.
    #[must_use]
    pub fn is_complete(&self, ignored: Amount) -> bool {
        self.not_checked.iter().filter(|one| one.incomplete).all(|one| {
            one.amount.is_some_and(|amount| amount.abs() <= ignored && ignored.is_positive())
        })
    }
}

/// Runs an audit.
///
/// # Errors
/// Everything wrong with the first paper that can't be used.
pub fn run(
    request: &Request,
    sources: &mut SourceMap,
    observer: &Observer,
    sink: RejectSink<'_>,
) -> Result<Audit, Diagnostics> {
    one_stdin(request)?;
    let contracts = papers::contracts(&request.tariffs, sources)?;
    under(contracts, request, sources, observer, sink)
}

/// Runs an audit under contracts that are open already.
///
/// # Errors
/// Everything wrong with the first other paper that can't be used.
pub(super) fn under(
    contracts: Vec<Contract>,
    request: &Request,
    sources: &mut SourceMap,
    observer: &Observer,
    sink: RejectSink<'_>,
) -> Result<Audit, Diagnostics> {
    let mut inputs = Vec::new();
    let mut warnings = Diagnostics::default();
    let mut all_invoices =
        papers::invoices(&request.invoices, sources, &mut inputs, &mut warnings)?;
    let roster = papers::roster(&request.roster, sources, &mut inputs, &mut warnings)?;
    let cycle = match contracts.first() {
        Some(contract) => contract.plan.head.cycle,
        None => return Err(Diagnostic::error_without_place("contract-missing").into()),
    };
    forget_months(&mut all_invoices, cycle);
    let known = period_before_calls(request.period.as_deref(), cycle, &all_invoices)?;
    let contract = match (known, contracts.len()) {
        (Some((period, _)), _) => {
            in_force(contracts, period).map_err(|why| Diagnostics::from(*why))?
        }
        (None, 1) => contracts.into_iter().next().expect("the list has one contract"),
        // Calls can't be rated before it is clear under which contract.
        (None, _) => return Err(Diagnostic::error_without_place("period-for-contract").into()),
    };
    let Contract { mut plan, name, sha256, warnings: open } = contract;
    warnings.append(open);
    if let Some(roster) = &roster {
        warnings.append(papers::uncounted(&plan, roster));
    }
    // Rows of decks are counted with their files.
    let of_deck = |clause: &&Clause| matches!(&clause.terms, Terms::Call(terms) if terms.of_deck);
    let clauses = plan.clauses.iter().filter(|clause| !of_deck(clause)).count();
    let clauses = u64::try_from(clauses).unwrap_or(u64::MAX);
    let contract = Input { role: Role::Contract, name, sha256, rows: clauses };
    let beside = plan.beside.iter().map(|file| Input {
        role: Role::Companion,
        name: file.name.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows,
    });
    inputs.splice(0..0, std::iter::once(contract).chain(beside));
    papers::one_currency(&plan, &all_invoices)?;
    let mut compiled = compile(&plan)?;
    let calls = match request.calls.as_slice() {
        [] => None,
        names => {
            let understood = request.reading.understand(sources)?;
            let understood = understood.of_period(known.map(|(period, _)| period));
            let keep_stdin = request.running.duplicates || request.watch.is_some();
            let open =
                open_calls(names, &understood, &plan.head, keep_stdin, observer, &mut warnings)?;
            if open.hold_legs() {
                ask(&mut plan, &mut compiled, "metering.legs", &mut warnings)?;
            }
            let service = Service::new(roster.as_ref(), &compiled);
            let outside = |call: &Call<'_>| service.outside(call, &compiled);
            let meeting = Meeting {
                plan: &plan,
                compiled: &compiled,
                outside_service: if service.is_empty() { None } else { Some(&outside) },
                in_order: request.watch.is_some() || some_reading_needs_order(&plan, &compiled),
                watch: request.watch.as_ref(),
            };
            let mut calls = read_calls(open, meeting, request.running, observer, sink)?;
            if calls.run_over() {
                ask(&mut plan, &mut compiled, "contract.call_cycle", &mut warnings)?;
            }
            // Of parts of the week the contract itself asks.
            if calls.change_price() {
                ask(&mut plan, &mut compiled, "metering.band_rule", &mut warnings)?;
            }
            calls.count_under(&compiled);
            Some(calls)
        }
    };
    if let Some(calls) = &calls {
        inputs.extend(calls.files.iter().map(|file| Input {
            role: Role::Calls,
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            rows: file.counts.records,
        }));
    }
    let (period, period_known) = match known {
        Some(known) => known,
        None => {
            let counts: Vec<(i32, u64)> = calls
                .iter()
                .flat_map(|calls| &calls.cycles)
                .map(|(index, tally)| (*index, tally.calls))
                .collect();
            // A call that is followed is in a cycle of its own.
            let watched = calls.iter().flat_map(|calls| &calls.watched);
            let own = watched.filter_map(|watched| watched.cycle).next();
            // A line that is no call has none, and then any will do.
            let any =
                || counts.first().filter(|_| request.watch.is_some()).map(|(index, _)| *index);
            let period = match own.or_else(any) {
                Some(index) => cycle.at(index),
                None => period_of_calls(&counts, cycle)?,
            };
            (period, PeriodKnown::Calls)
        }
    };
    warnings.append(severity_codes(&plan));
    let (current, history) = split_by_period(all_invoices, period);
    some_invoice(&current, &history, period, sources)?;
    papers::tax_is_known(&plan, &current)?;
    let sorted = sort_out(current);
    let parts = Parts { plan, compiled, period, period_known, calls, roster, history, inputs };
    Ok(conclude(parts, sorted, warnings))
}
/// Only one input can come from standard input.
pub(super) fn one_stdin(request: &Request) -> Result<(), Diagnostics> {
    let all = [&request.tariffs, &request.calls, &request.invoices, &request.roster];
    let count = all.into_iter().flatten().filter(|name| *name == "-").count();
    if count > 1 { Err(Diagnostic::error_without_place("stdin-twice").into()) } else { Ok(()) }
}

fn compile(plan: &Plan) -> Result<Compiled, Diagnostics> {
    Compiled::new(plan).map_err(|wrong| {
        let mut found = Diagnostics::default();
        wrong.into_iter().for_each(|one| found.push(one));
        found
    })
}

/// Call records raise a question: if the contract leaves it open, it is asked from here on.
fn ask(
    plan: &mut Plan,
    compiled: &mut Compiled,
    key: &str,
    warnings: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    if let Some(fork) = plan.ask(key) {
        warnings.push(fork.warning());
        *compiled = compile(plan)?;
    }
    Ok(())
}
