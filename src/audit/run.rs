//! Everything together.

use std::collections::{BTreeMap, HashMap};

use super::calls::{Calls, Meeting, RejectSink, read_calls};
use super::papers::{
    self, Input, PeriodKnown, Role, Sorted, period_before_calls, period_of_calls, sort_out,
    split_by_period,
};
use super::request::{Observer, Request};
use super::unchecked::{Known, NotChecked, not_checked};
use crate::cdr::{Call, Source};
use crate::checks::{self, Case, Finding, Level, Papers};
use crate::invoice::{Invoice, Overdue as PrintedOverdue};
use crate::lint;
use crate::money::Amount;
use crate::number::Digits;
use crate::rate::forks::{Reading, Spread, price_readings, some_reading_needs_order, spread};
use crate::rate::settle::{Bill, Overdue, Usage, needs_order, openings_unknown, settle};
use crate::rate::{Compiled, Tally};
use crate::reconcile::{Bridge, Ledger, RowKind, Totals, closing, pair, tax_unsaid};
use crate::roster::{EntryKind, Roster};
use crate::source::{Diagnostic, Diagnostics, SourceMap, suggestion};
use crate::tariff::{Clause, Contract, Plan, Terms, Validity, in_force};
use crate::when::{Day, Period};

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
    papers::forget_months(&mut all_invoices, cycle);
    let known = period_before_calls(request.period.as_deref(), cycle, &all_invoices)?;
    let contract = match (known, contracts.len()) {
        (Some((period, _)), _) => {
            in_force(contracts, period).map_err(|why| Diagnostics::from(*why))?
        }
        (None, 1) => contracts.into_iter().next().expect("the list has one contract"),
        // Calls can't be rated before it is clear under which contract.
        (None, _) => return Err(Diagnostic::error_without_place("period-for-contract").into()),
    };
    let Contract { plan, name, sha256, warnings: open } = contract;
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
    let compiled = Compiled::new(&plan).map_err(|wrong| {
        let mut found = Diagnostics::default();
        wrong.into_iter().for_each(|one| found.push(one));
        found
    })?;
    let calls = match request.calls.as_slice() {
        [] => None,
        names => {
            let understood = request.reading.understand(sources)?;
            let service = Service::new(roster.as_ref(), &compiled);
            let outside = |call: &Call<'_>| service.outside(call, &compiled);
            let meeting = Meeting {
                plan: &plan,
                compiled: &compiled,
                outside_service: if service.is_empty() { None } else { Some(&outside) },
                in_order: request.watch.is_some() || some_reading_needs_order(&plan, &compiled),
                watch: request.watch.as_ref(),
            };
            Some(read_calls(names, &understood, meeting, request.running, observer, sink)?)
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
    papers::some_invoice(&current, &history, period, sources)?;
    papers::tax_is_known(&plan, &current)?;
    let sorted = sort_out(current);
    let parts = Parts { plan, compiled, period, period_known, calls, roster, history, inputs };
    Ok(conclude(parts, sorted, warnings))
}

/// What has been read, before conclusions are drawn.
struct Parts {
    plan: Plan,
    compiled: Compiled,
    period: Period,
    period_known: PeriodKnown,
    calls: Option<Calls>,
    roster: Option<Roster>,
    history: Vec<Invoice>,
    inputs: Vec<Input>,
}

fn conclude(parts: Parts, sorted: Sorted, mut warnings: Diagnostics) -> Audit {
    let Parts { plan, compiled, period, period_known, calls, roster, history, inputs } = parts;
    let Sorted { billed: mut invoices, repeated, reversed, copies } = sorted;
    let index = plan.head.cycle.index_of(period.first);
    let pairing = pair(&plan, &invoices);
    let given = pairing.given(&plan, &invoices);
    let overdue: Vec<Overdue> =
        invoices.iter().flat_map(|invoice| &invoice.overdue).map(overdue_of).collect();
    let nothing = Tally::new(compiled.rules.len());
    let tally = calls.as_ref().map(|calls| calls.cycles.get(&index).unwrap_or(&nothing));
    let ordered = calls.as_ref().and_then(|calls| calls.ordered.get(&index));
    let usage = Usage {
        period,
        tally,
        ordered: ordered.map_or(&[], Vec::as_slice),
        roster: roster.as_ref(),
        given: &given,
        overdue: &overdue,
    };
    let bill = settle(&plan, &compiled, &usage);
    if let Some(at) = tax_unsaid(&plan, &bill, &pairing, &invoices) {
        invoices.iter_mut().for_each(Invoice::take_as_with_tax);
        warnings.push(Diagnostic::warning("amounts-with-tax", at).and(plan.head.at));
    }
    let readings = price_readings(&plan, &usage, &bill);
    let openings = openings_unknown(&plan, &compiled, &usage);
    let previous = previous_invoice(&history, period, plan.head.cycle);
    let totals = Totals {
        plan: &plan,
        period,
        bill: &bill,
        invoices: &invoices,
        pairing: &pairing,
        repeated: &repeated,
        closing: previous.and_then(closing),
    };
    let mut ledger = match (invoices.is_empty(), tally) {
        (true, Some(tally)) => Ledger::open_without_invoice(&plan, &compiled, &bill, tally),
        _ => Ledger::open(&plan, &compiled, &bill, &invoices, &pairing, tally),
    };
    if !invoices.is_empty() {
        ledger.add_totals(&totals);
    }
    most_expected(&mut ledger, &bill, &readings);
    let papers = Papers {
        plan: &plan,
        compiled: &compiled,
        period,
        tally,
        source: calls.as_ref().map(|calls| calls.source),
        columns: calls.as_ref().map(Calls::columns).unwrap_or_default(),
        rejected: calls.iter().flat_map(Calls::rejected).collect(),
        invoices: &invoices,
        history: &history,
        roster: roster.as_ref(),
        bill: &bill,
        pairing: &pairing,
        usage,
        repeated: &repeated,
        elsewhere: elsewhere(calls.as_ref(), index),
        totals: &totals,
    };
    let mut case = Case::new(papers, ledger);
    checks::run_all(&mut case);
    let Case { ledger, mut findings, .. } = case;
    apply_severity(&plan, &mut findings);
    let bridge = Bridge::build(
        &ledger,
        billed_total(&ledger, &totals),
        expected_total(&ledger, &bill, &invoices),
    );
    let not_checked = not_checked(&Known {
        plan: &plan,
        calls: calls.as_ref(),
        roster: roster.as_ref(),
        invoices: &invoices,
        has_previous: previous.is_some(),
        bill: &bill,
        ledger: &ledger,
        openings: &openings,
        readings: &readings,
        tally,
        elsewhere: elsewhere(calls.as_ref(), index),
        talks_dropped: tally.is_some_and(|tally| tally.talks_dropped),
    });
    let set_aside = reversed.into_iter().flat_map(|(a, b)| [a, b]).chain(copies).collect();
    drop(given);
    Audit {
        plan,
        compiled,
        period,
        period_known,
        invoices,
        set_aside,
        calls,
        bill,
        readings,
        ledger,
        bridge,
        findings,
        not_checked,
        roster,
        inputs,
        warnings,
    }
}

/// Only one input can come from standard input.
pub(super) fn one_stdin(request: &Request) -> Result<(), Diagnostics> {
    let all = [&request.tariffs, &request.calls, &request.invoices, &request.roster];
    let count = all.into_iter().flatten().filter(|name| *name == "-").count();
    if count > 1 { Err(Diagnostic::error_without_place("stdin-twice").into()) } else { Ok(()) }
}

fn overdue_of(printed: &PrintedOverdue) -> Overdue {
    Overdue {
        amount: printed.amount.value,
        before_tax: printed.before_tax,
        exempt: printed.disputed.unwrap_or_default() + printed.late_charges.unwrap_or_default(),
        due: printed.due,
        paid: printed.paid,
    }
}

/// The invoice of the cycle right before.
fn previous_invoice(
    history: &[Invoice],
    period: Period,
    cycle: crate::when::Cycle,
) -> Option<&Invoice> {
    let before = cycle.period_of(period.first.previous());
    history.iter().find(|invoice| invoice.period == Some(before))
}

/// How much an open reading lets the provider charge more, by row.
fn most_expected(ledger: &mut Ledger, bill: &Bill, readings: &[Reading]) {
    let with_tax = ledger.with_tax;
    for row in &mut ledger.rows {
        let names: Vec<&str> = row.bill.iter().map(|i| bill.lines[*i].name.as_str()).collect();
        // Readings of one fork exclude each other; forks may come together.
        let mut by_fork: HashMap<(&str, Option<crate::tariff::ClauseId>), Amount> = HashMap::new();
        for reading in readings {
            let lines = reading.lines.iter().filter(|(name, _)| names.contains(&name.as_str()));
            let more: Amount = match row.kind {
                // What follows from lines is softened with them.
                RowKind::Tax if !reading.lines.is_empty() => Amount::ZERO,
                RowKind::Tax => reading.tax,
                RowKind::Total if with_tax => reading.beyond_lines.0 + reading.beyond_lines.1,
                RowKind::Total => reading.beyond_lines.1,
                _ => lines.map(|(_, difference)| *difference).sum(),
            };
            let most = by_fork.entry((reading.fork.key, reading.fork.clause)).or_default();
            *most = (*most).max(more);
        }
        row.most_expected += by_fork.into_values().sum();
    }
}

/// Calls of other cycles: how many, and what was charged for them.
fn elsewhere(calls: Option<&Calls>, index: i32) -> (u64, Amount) {
    let others = calls.into_iter().flat_map(|calls| &calls.cycles).filter(|(at, _)| **at != index);
    others.fold((0, Amount::ZERO), |(count, charged), (_, tally)| {
        let itemised = tally.rules.iter().map(|rule| rule.itemised);
        let unpriced = tally.unpriced.values().map(|unpriced| unpriced.itemised);
        let sum: crate::money::FixedSum = itemised.chain(unpriced).sum();
        (count + tally.calls, charged + sum.amount())
    })
}

/// What the invoices ask for, if every one of them prints it.
fn billed_total(ledger: &Ledger, totals: &Totals<'_>) -> Option<Amount> {
    if totals.invoices.is_empty() {
        return None;
    }
    let printed: Option<Vec<Amount>> =
        totals.invoices.iter().map(|invoice| ledger.printed_total(totals, invoice)).collect();
    let beside = ledger
        .rows
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Repeated | RowKind::Opening | RowKind::Due))
        .map(|row| row.billed)
        .sum::<Amount>();
    Some(printed?.into_iter().sum::<Amount>() + beside)
}

/// What the rows must add up to: the bill, with tax where tax is compared.
fn expected_total(ledger: &Ledger, bill: &Bill, invoices: &[Invoice]) -> Amount {
    if invoices.is_empty() {
        return ledger.rows.iter().map(|row| row.expected).sum();
    }
    let tax = ledger.rows.iter().filter(|row| row.kind == RowKind::Tax);
    let taxed = ledger.with_tax || tax.clone().next().is_some();
    let without = bill.total - bill.tax.unwrap_or_default();
    let taken_tax = ledger.taken_tax;
    if taxed { bill.total + ledger.taken + taken_tax } else { without + ledger.taken }
}

/// Codes under `[checks] severity` must exist.
pub(super) fn severity_codes(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::default();
    for (code, _, at) in &plan.checks.severity {
        if checks::find(code).is_none() && lint::find(code).is_none() {
            let codes = checks::ALL.iter().map(|check| check.code);
            let codes = codes.chain(lint::ALL.iter().map(|lint| lint.code));
            found.push(
                Diagnostic::warning("severity-code", *at)
                    .with("typed", code)
                    .meaning(suggestion(code, codes)),
            );
        }
    }
    found
}

/// The one place where severities are changed, and findings put in order.
fn apply_severity(plan: &Plan, findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        let said = plan
            .checks
            .severity
            .iter()
            .find(|(code, _, _)| code == finding.code || code.eq_ignore_ascii_case(finding.id));
        if let Some(level) = said.and_then(|(_, word, _)| Level::from_word(word)) {
            finding.level = level;
        }
    }
    findings.sort_by(|a, b| {
        let rank = |f: &Finding| (f.claimed, f.amount.point.abs(), f.level, f.grade);
        rank(b).cmp(&rank(a)).then(a.code.cmp(b.code)).then(a.row.cmp(&b.row))
    });
}

/// Dates of service of the roster's numbers and lines.
struct Service {
    numbers: HashMap<Digits, Vec<Span>>,
    lines: HashMap<Vec<u8>, Vec<Span>>,
}

/// Days in service, less days suspended.
struct Span {
    days: Validity,
    suspended: Option<Period>,
}

impl Service {
    fn new(roster: Option<&Roster>, compiled: &Compiled) -> Self {
        let mut service = Self { numbers: HashMap::new(), lines: HashMap::new() };
        for entry in roster.iter().flat_map(|roster| &roster.entries) {
            let span = Span { days: entry.days(), suspended: entry.suspended };
            match entry.kind {
                EntryKind::Number => {
                    let id = compiled.own_number(entry.id.as_bytes());
                    if id != Digits::NONE {
                        service.numbers.entry(id).or_default().push(span);
                    }
                }
                EntryKind::Line => {
                    service.lines.entry(entry.id.clone().into_bytes()).or_default().push(span);
                }
                _ => {}
            }
        }
        service
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.lines.is_empty()
    }

    /// True if the roster knows the call's number or line, and it was not in service that day.
    fn outside(&self, call: &Call<'_>, compiled: &Compiled) -> bool {
        use crate::tariff::Direction;
        let own = if call.direction == Direction::Inbound { call.callee } else { call.caller };
        let off = |spans: &Vec<Span>| !spans.iter().any(|span| span.serves(call.day));
        let number = (!self.numbers.is_empty() && !own.is_empty())
            .then(|| self.numbers.get(&compiled.own_number(own)))
            .flatten();
        number.is_some_and(off) || self.lines.get(call.line).is_some_and(off)
    }
}

impl Span {
    fn serves(&self, day: Day) -> bool {
        self.days.contains(day) && !self.suspended.is_some_and(|off| off.contains(day))
    }
}
