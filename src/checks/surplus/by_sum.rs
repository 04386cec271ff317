//! One line for all units: what it bills must come out to the cent.

use rust_decimal::Decimal;

use super::version::Version;
use super::{Case, Cause, Counted, Part};
use crate::money::{Amount, Exact};
use crate::rate::settle::BillLine;
use crate::reconcile::Row;

/// A line's charge with more units than counted.
pub(super) fn charge(case: &Case<'_>, line: &BillLine, more: Decimal) -> Option<(Exact, Amount)> {
    let count = line.units.as_ref()?;
    let counted = count.counted? + Exact::decimal(more);
    let due = count.due(counted);
    let net = due.times(line.price?).round(case.papers.plan.rounding.line);
    Some((due, case.in_ledger(line, net)))
}

/// Whole units above a version of the line that give what was billed; zero if none are needed.
fn units_above(case: &Case<'_>, of: &Counted<'_>, line: &BillLine) -> Option<Decimal> {
    let gives = |more: Decimal| charge(case, line, more).is_some_and(|(_, sum)| sum == of.billed);
    if gives(Decimal::ZERO) {
        return Some(Decimal::ZERO);
    }
    let one = case.in_ledger(line, Amount::new(of.price)).decimal();
    let units = of.billed.decimal().checked_div(one)? + of.count.included.round(None).decimal();
    let more = (units - line.units.as_ref()?.counted?.round(None).decimal()).round();
    Some(more).filter(|more| *more > Decimal::ZERO && gives(*more))
}

/// True if a printed number of units does not speak against the explanation: it is the number
/// billed, or that of heads. The same units at another price are another matter.
fn fits_print(case: &Case<'_>, row: &Row, of: &Counted<'_>, due: Exact, more: Decimal) -> bool {
    let printed: Option<Vec<Decimal>> =
        row.lines.iter().map(|at| case.line(*at).quantity.map(|q| q.value)).collect();
    if let Some(quantity) = printed.map(|all| all.into_iter().sum::<Decimal>()) {
        let billed = due.round(None).decimal().round_dp(quantity.scale());
        return quantity == billed || quantity == Decimal::from(of.count.present) + more;
    }
    row.lines.iter().filter_map(|at| case.line(*at).price).all(|price| price.value == of.price)
}

/// The explanation of a row by its sum.
pub(super) fn explain(case: &Case<'_>, row: &Row, of: &Counted<'_>) -> Vec<Part> {
    let mut best: Option<(usize, Vec<Part>)> = None;
    for version in Version::all(case, of) {
        let Some((cost, parts)) = under(case, row, of, version) else { continue };
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, parts));
        }
    }
    best.map(|(_, parts)| parts).unwrap_or_default()
}

/// What each cause adds under a version of the contract, and how many causes that takes.
fn under(
    case: &Case<'_>,
    row: &Row,
    of: &Counted<'_>,
    version: Version,
) -> Option<(usize, Vec<Part>)> {
    let ceased = Decimal::from(of.count.ceased);
    let last = version.line(case, of, None)?;
    let more = units_above(case, of, &last)?;
    let (due, _) = charge(case, &last, more)?;
    if !fits_print(case, row, of, due, more) {
        return None;
    }
    let mut reached = row.expected;
    let mut parts = Vec::new();
    let mut add = |cause, used, sum: Amount, units| {
        let amount = sum - reached;
        reached = sum;
        parts.push(Part { cause, used, amount, units, lines: Vec::new() });
    };
    for (cause, used, until) in version.steps() {
        let (due, sum) = charge(case, &until.line(case, of, None)?, Decimal::ZERO)?;
        let units = match cause {
            Cause::Above => (due - of.line.quantity?).round(None).decimal(),
            _ => until.units(case, of).into(),
        };
        add(cause, used, sum, units);
    }
    let old = more.min(ceased);
    if old > Decimal::ZERO {
        add(Cause::Ceased, "", charge(case, &last, old)?.1, old);
    }
    if more > old {
        add(Cause::Above, "", charge(case, &last, more)?.1, more - old);
    }
    // Units that no paper knows are the last thing to think of; three causes explain any sum.
    let cost = parts.len() + if more > old { 2 } else { 0 };
    let adds = parts.iter().all(|part| part.amount.is_positive());
    (adds && reached == of.billed && cost <= 4 && parts.len() <= 2).then_some((cost, parts))
}
