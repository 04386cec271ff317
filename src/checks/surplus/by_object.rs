//! Where every line names its seat, number or line, each is held against its own entry.

use rust_decimal::Decimal;

use super::by_sum::charge;
use super::version::Version;
use super::{Case, Cause, Counted, Part};
use crate::money::Amount;
use crate::number::Digits;
use crate::reconcile::Row;
use crate::roster::Entry;
use crate::text::fold;

/// The explanation, line by line; `None` if lines name no objects, or units are not counted one by
/// one.
pub(super) fn explain(case: &Case<'_>, row: &Row, of: &Counted<'_>) -> Option<Vec<Part>> {
    let one_by_one = of.count.minimum.is_zero() && of.count.included.is_zero();
    let named = !row.lines.is_empty() && row.lines.iter().all(|at| case.line(*at).object.is_some());
    let entries = of.entries(case);
    if entries.is_empty() || !one_by_one || !named {
        return None;
    }
    let mut parts: Vec<Part> = Vec::new();
    for (index, at) in row.lines.iter().enumerate() {
        let line = case.line(*at);
        // The same object once more is another check's.
        if row.lines[..index].iter().any(|earlier| line.repeats(case.line(*earlier))) {
            continue;
        }
        let object = line.object.as_deref().unwrap_or_default();
        let mine: Vec<&Entry> =
            entries.iter().copied().filter(|entry| is_same(case, &entry.id, object)).collect();
        let billed = case.ledger.billed(line);
        let Some((cause, used, amount)) = cause(case, of, &mine, billed) else { continue };
        match parts.iter_mut().find(|part| part.cause == cause && part.used == used) {
            Some(part) => {
                part.amount += amount;
                part.units += Decimal::ONE;
                part.lines.push(*at);
            }
            None => {
                parts.push(Part { cause, used, amount, units: Decimal::ONE, lines: vec![*at] });
            }
        }
    }
    Some(parts)
}

/// Numbers may be written with and without area code or country.
fn is_same(case: &Case<'_>, entry: &str, object: &str) -> bool {
    let number = |text: &str| case.papers.compiled.own_number(text.as_bytes());
    let known = number(object) != Digits::NONE;
    fold(entry) == fold(object) || (known && number(entry) == number(object))
}

/// Why one line bills more than its entry owes.
fn cause(
    case: &Case<'_>,
    of: &Counted<'_>,
    mine: &[&Entry],
    billed: Amount,
) -> Option<(Cause, &'static str, Amount)> {
    if mine.is_empty() {
        return billed.is_positive().then_some((Cause::Above, "", billed));
    }
    let sum = |version: Version| {
        let line = version.line(case, of, Some(mine))?;
        charge(case, &line, Decimal::ZERO).map(|(_, sum)| sum)
    };
    let versions = Version::all(case, of);
    let due = sum(*versions.first()?)?;
    let excess = billed - due;
    if !excess.is_positive() {
        return None;
    }
    let single = versions[1..].iter().find_map(|version| match version.steps().as_slice() {
        [(cause, used, _)] if sum(*version) == Some(billed) => Some((*cause, *used, excess)),
        _ => None,
    });
    let ended = |entry: &&Entry| entry.until.is_some_and(|last| last < case.papers.period.first);
    single.or_else(|| {
        let ceased = due.is_zero() && mine.iter().any(ended);
        ceased.then_some((Cause::Ceased, "", excess))
    })
}
