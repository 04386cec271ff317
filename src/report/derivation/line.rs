//! Steps of a bill line: its calls by price, packages and sums, units, discounts, rounding, tax, and
//! the printed line beside it.

use super::call::exact;
use super::charge::rounding;
use super::step::{Derivation, Kind, Place, Step, Terms, Value};
use super::workings;
use crate::audit::Audit;
use rust_decimal::Decimal;

use crate::money::{Exact, FixedSum};
use crate::rate::Tally;
use crate::rate::settle::{BillLine, Usage, call_lines, sum_of};
use crate::reconcile::{Fact, Row, line_at};
use crate::tariff::{ClauseId, TaxBase};
use crate::text::fold;

/// Derives the bill line of a name: the contract's or the invoice's. The names there are, if it is
/// none of them.
///
/// # Errors
/// All names.
pub fn of_line(audit: &Audit, typed: &str) -> Result<Derivation, Vec<String>> {
    let wanted = fold(typed);
    let rows = || audit.ledger.rows.iter();
    let printed = |row: &Row| {
        let mut lines = row.lines.iter().map(|at| line_at(&audit.invoices, *at));
        lines.any(|line| fold(&line.name) == wanted)
    };
    let by_name = audit.bill.lines.iter().position(|line| fold(&line.name) == wanted);
    let by_print = || rows().find(|row| printed(row)).and_then(|row| row.bill.first().copied());
    if let Some(index) = by_name.or_else(by_print) {
        let terms = Terms { plan: &audit.plan, compiled: &audit.compiled };
        return Ok(derived(audit, terms, index));
    }
    if let Some(row) = rows().find(|row| printed(row)) {
        return Ok(without_clause(row));
    }
    let names = audit.bill.lines.iter().map(|line| line.name.clone());
    let printed = audit.invoices.iter().flat_map(|invoice| &invoice.lines);
    let mut names: Vec<String> = names.chain(printed.map(|line| line.name.clone())).collect();
    names.sort_unstable();
    names.dedup();
    Err(names)
}

fn derived(audit: &Audit, terms: Terms<'_>, index: usize) -> Derivation {
    let line = &audit.bill.lines[index];
    let mut steps = vec![named(audit, terms, line)];
    let before_discounts = match (audit.tally(), line.calls) {
        (Some(tally), Some(_)) => calls(audit, terms, line, tally, &mut steps),
        _ if stands_alone(line) => {
            steps.extend(line.unknown.then(|| Step::new("untold")));
            Exact::ZERO
        }
        _ => units(terms, line, &mut steps),
    };
    steps.extend(workings::steps(terms, &line.workings));
    if !line.workings.is_empty() {
        let sum = before_discounts + sum_of(&line.workings);
        assert_eq!(sum, line.exact, "the workings of a line come to another sum than the line");
    } else if before_discounts != line.exact {
        let step = Step::new("discount")
            .with("before", exact(before_discounts))
            .with("after", exact(line.exact))
            .comes_to(Value::Money(line.exact));
        steps.push(discounts(terms, line).into_iter().fold(step, Step::on));
    }
    let after = Exact::amount(line.net);
    let rounded = rounding("round-line", audit.plan.rounding.line, line.exact, line.net);
    steps.extend(
        rounded.map(|step| step.on(terms.key("rounding", "line")).comes_to(Value::Money(after))),
    );
    if let Some(tax) = line.tax.filter(|tax| !tax.amount.is_zero()) {
        let step = match audit.plan.tax.as_ref().map_or(TaxBase::Printed, |tax| tax.base) {
            TaxBase::Printed => Step::new("tax"),
            TaxBase::Unrounded => Step::new("tax-unrounded").with("before", exact(line.exact)),
            TaxBase::Gross => Step::new("tax-gross")
                .with("before", exact(line.exact))
                .with("gross", Fact::Money(line.net + tax.amount)),
        };
        let step = step
            .with("rate", Fact::Percent(tax.rate))
            .with("net", Fact::Money(line.net))
            .with("amount", Fact::Money(tax.amount));
        steps.push(step.on(Place::Key(tax.at)).comes_to(Value::Money(Exact::amount(tax.amount))));
    }
    let mut one = Derivation {
        at: None,
        name: Some(line.name.clone()),
        kind: if line.unknown { Kind::Unknown } else { Kind::Line },
        fields: Vec::new(),
        steps,
        charge: None,
        adds: after,
        charged: None,
        differs: false,
    };
    let row = audit.ledger.rows.iter().find(|row| row.bill.contains(&index));
    if let Some(row) = row.filter(|row| !row.lines.is_empty()) {
        printed(row, &mut one);
    }
    one
}

/// True if a line is no calls and no units, so that its workings are all there is to it.
fn stands_alone(line: &BillLine) -> bool {
    let kinds = ["surcharge", "discount", "commitment", "late"];
    kinds.contains(&line.kind) && !line.workings.is_empty()
}

/// The line and its clauses.
fn named(audit: &Audit, terms: Terms<'_>, line: &BillLine) -> Step {
    let step = Step::new("line-of")
        .text("line", &line.name)
        .text("kind", line.kind)
        .text("period", audit.period.to_string());
    line.clauses.iter().fold(step, |step, id| step.on(terms.clause(*id)))
}

/// Calls by price; what packages, price steps and sums make of them.
fn calls(
    audit: &Audit,
    terms: Terms<'_>,
    line: &BillLine,
    tally: &Tally,
    steps: &mut Vec<Step>,
) -> Exact {
    let mut gross = FixedSum::ZERO;
    for (id, rule) in line.clauses.iter().flat_map(|clause| audit.compiled.rules_of(*clause)) {
        let known = &tally.rules[id.index()];
        let billable = known.billable.calls() + tally.straddling(id);
        if billable + known.attempts == 0 {
            continue;
        }
        let sum = tally.expected(&audit.compiled, id);
        gross += sum;
        let zone = audit.compiled.zone_id(rule.zone).map(|id| &terms.plan.zones[id.index()].name);
        let period = rule.period.map(|id| &terms.plan.periods[usize::from(id.0)].name);
        let kind: Vec<&str> = zone.into_iter().chain(period).map(String::as_str).collect();
        let step = Step::new("calls")
            .text("clause", terms.name(rule.clause))
            .text("of", kind.join(" · "))
            .with("count", Fact::Count(billable))
            .with("attempts", Fact::Count(known.attempts))
            .seconds("seconds", tally.counted_seconds(&audit.compiled, id))
            .with("price", Fact::Number(rule.price))
            .seconds("per", rule.per)
            .with("amount", Fact::Money(sum.amount()));
        let step = step.comes_to(Value::Money(Exact::amount(sum.amount())));
        steps.push(step.on(terms.place(rule.clause, "price")));
    }
    let sums = line.calls.unwrap_or_default();
    assert_eq!(gross.amount(), sums.gross, "the calls of a line come to another sum than the line");
    let settled = call_lines(&audit.plan, &audit.compiled, &usage(audit, tally));
    let before = settled.iter().find(|other| other.name == line.name);
    let before = before.map_or(line.exact, |before| before.exact);
    let gross = Exact::amount(sums.gross);
    if before != gross {
        let step = Step::new("together")
            .with("before", exact(gross))
            .with("after", exact(before))
            .seconds("billed", sums.billed)
            .seconds("covered", sums.covered)
            .comes_to(Value::Money(before));
        let packages = terms.plan.packages().filter(|_| sums.covered > 0);
        let step = packages.fold(step, |step, (id, _, _)| step.on(terms.place(id, "includes")));
        let tiers = line
            .clauses
            .iter()
            .filter_map(|id| terms.beside(terms.plan.clause(*id).at, "tiers").map(Place::Key));
        let step = tiers.fold(step, Step::on);
        steps.push(if step.at.is_empty() { step.on(terms.key("metering", "scope")) } else { step });
    }
    before
}

fn usage<'a>(audit: &'a Audit, tally: &'a Tally) -> Usage<'a> {
    static NOTHING: std::collections::BTreeMap<ClauseId, Decimal> =
        std::collections::BTreeMap::new();
    let index = audit.plan.head.cycle.index_of(audit.period.first);
    let ordered = audit.calls.as_ref().and_then(|calls| calls.ordered.get(&index));
    Usage {
        period: audit.period,
        tally: Some(tally),
        ordered: ordered.map_or(&[], Vec::as_slice),
        roster: audit.roster.as_ref(),
        given: &NOTHING,
        overdue: &[],
        apart: None,
    }
}

/// Units counted, and their price; what else a clause comes to.
fn units(terms: Terms<'_>, line: &BillLine, steps: &mut Vec<Step>) -> Exact {
    let clause = line.clauses[0];
    let quantity = |sum: Exact| sum.finite().map_or(Fact::Exact(sum), Fact::Number);
    if let Some(units) = &line.units {
        let step = Step::new("units")
            .with("present", Fact::Count(units.present.into()))
            .with("partial", Fact::Count(units.partial.into()))
            .with("counted", quantity(units.counted.unwrap_or_default()))
            .with("minimum", quantity(units.minimum))
            .with("included", quantity(units.included))
            .with("due", quantity(line.quantity.unwrap_or_default()))
            .with("unit", Fact::Word(line.unit));
        let step = step.on(terms.place(clause, "count"));
        steps.push(step.on(terms.place(clause, "part_month")));
    }
    if line.trusted {
        steps.push(Step::new("trusted"));
    }
    if line.unknown {
        steps.push(Step::new("untold"));
    }
    // A price with discounts in it is that of the clause before them.
    let before = line.exact - sum_of(&line.workings);
    let price = match line.workings.is_empty() {
        true => line.price,
        false => agreed(&terms.plan.clause(clause).terms),
    };
    let product = price.zip(line.quantity).map(|(price, count)| count.times(price));
    match (product, price, line.quantity) {
        (Some(product), Some(price), Some(count)) if product == before => {
            let key = if terms.beside(line.at, "fee").is_some() { "fee" } else { "price" };
            let step = Step::new("product")
                .with("quantity", quantity(count))
                .with("unit", Fact::Word(line.unit))
                .with("price", Fact::Number(price))
                .with("amount", exact(product));
            steps.push(step.comes_to(Value::Money(product)).on(terms.place(clause, key)));
        }
        _ => {
            let step = Step::new("settled").text("kind", line.kind).with("amount", exact(before));
            steps.push(step.comes_to(Value::Money(before)).on(terms.clause(clause)));
        }
    }
    before
}

/// The price of one unit by the clause.
fn agreed(terms: &crate::tariff::Terms) -> Option<Decimal> {
    match terms {
        crate::tariff::Terms::Seat(terms) => terms.price.of_one(),
        crate::tariff::Terms::Recurring(terms) => terms.price.of_one(),
        crate::tariff::Terms::Usage(terms) => terms.price.of_one(),
        crate::tariff::Terms::Package(terms) => Some(terms.fee),
        _ => None,
    }
}

/// Discounts that a line contains.
fn discounts(terms: Terms<'_>, line: &BillLine) -> Vec<Place> {
    let all = terms.plan.clauses_with_ids().filter(|(_, clause)| match &clause.terms {
        crate::tariff::Terms::Discount(discount) => {
            discount.in_lines() && line.clauses.iter().any(|id| discount.on.contains(id))
        }
        _ => false,
    });
    all.map(|(id, _)| terms.clause(id)).collect()
}

/// What the invoice prints, and the causes of a difference.
fn printed(row: &Row, one: &mut Derivation) {
    let step = Step::new(if row.difference().is_zero() { "printed" } else { "printed-otherwise" })
        .with("billed", Fact::Money(row.billed))
        .with("expected", Fact::Money(row.expected))
        .with("difference", Fact::Money(row.difference()))
        .comes_to(Value::Money(Exact::amount(row.billed)));
    one.steps.push(row.lines.iter().fold(step, |step, at| step.on(Place::Line(*at))));
    for claim in &row.claims {
        let step = Step::new("cause").text("code", claim.code);
        let step = step.with("amount", Fact::Money(claim.amount));
        one.steps.push(step.comes_to(Value::Money(Exact::amount(claim.amount))));
    }
    if !row.open().is_zero() {
        let step = Step::new("open").with("amount", Fact::Money(row.open()));
        one.steps.push(step.comes_to(Value::Money(Exact::amount(row.open()))));
    }
    one.charged = Some(row.billed);
    one.differs = !row.difference().is_zero();
}

/// A printed line that no clause explains.
fn without_clause(row: &Row) -> Derivation {
    let mut one = Derivation {
        at: None,
        name: Some(row.name.clone()),
        kind: Kind::Unpriced,
        fields: Vec::new(),
        steps: vec![Step::new("line-without-clause").text("line", &row.name)],
        charge: None,
        adds: Exact::ZERO,
        charged: None,
        differs: false,
    };
    printed(row, &mut one);
    one
}
