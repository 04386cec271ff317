//! Which number of a date is the month, by what the first rows show.

use chrono::Datelike;

use super::evidence::Start;
use super::sample::Sample;
use crate::cdr::DateOrder;
use crate::cdr::dates::{TwoNumbers, date_of, two_numbers, without_year};
use crate::cdr::dialect::Dialect;
use crate::cdr::known::DatesKnown;
use crate::source::Diagnostic;
use crate::when::Day;

type Settled = (DateOrder, DatesKnown);

/// The order of the dates of all records in the first lines.
///
/// # Errors
/// A diagnostic if it can't be told.
pub(super) fn order(
    sample: &Sample<'_>,
    dialect: &Dialect,
    starts: &[Start],
) -> Result<Settled, Box<Diagnostic>> {
    let near = sample.wishes.columns.near().or(sample.wishes.near);
    // Without any, a leap year, which has all days.
    let year = near.map_or(2000, |near| near.date().year());
    let dates = |start: &Start| {
        let written = two_numbers(date_of(&start.text));
        written.or_else(|| without_year(&start.text, year)).filter(|two| two.asks())
    };
    let numbers: Vec<TwoNumbers> = starts.iter().filter_map(dates).collect();
    let is_short = !numbers.is_empty() && numbers.iter().all(|two| two.last.is_some());
    let of_short = |order| match order {
        DateOrder::Year if is_short => DateOrder::ShortYear,
        order => order,
    };
    if let Some(given) = sample.wishes.columns.dates {
        return Ok((of_short(given), DatesKnown::Given));
    }
    if numbers.len() * 2 < starts.len() || numbers.is_empty() {
        // Here and there one among others is none that can be read.
        return Ok((dialect.dates.unwrap_or_default(), DatesKnown::Unneeded));
    }
    if let Some(order) = dialect.dates {
        return Ok((of_short(order), DatesKnown::Dialect));
    }
    let example = |code: &'static str| {
        let text = starts.iter().find(|start| dates(start).is_some());
        Box::new(
            Diagnostic::error_without_place(code)
                .with("path", sample.name)
                .with("found", text.map_or("", |start| start.text.as_str())),
        )
    };
    if is_short && let Some(settled) = year_first(starts, &numbers, near) {
        return settled.ok_or_else(|| example("cdr-date-order"));
    }
    let day_first = numbers.iter().any(|two| two.first > 12);
    let month_first = numbers.iter().any(|two| two.second > 12);
    match (day_first, month_first) {
        (true, true) => Err(example("cdr-dates-mixed")),
        (true, false) => Ok((DateOrder::Day, DatesKnown::Day)),
        (false, true) => Ok((DateOrder::Month, DatesKnown::Day)),
        (false, false) => {
            let by_epoch = |order| is_by_epoch(starts, order);
            match (by_epoch(DateOrder::Day), by_epoch(DateOrder::Month)) {
                (true, false) => return Ok((DateOrder::Day, DatesKnown::Epoch)),
                (false, true) => return Ok((DateOrder::Month, DatesKnown::Epoch)),
                _ => {}
            }
            if let Some(order) = by_period(&numbers, near) {
                return Ok((order, DatesKnown::Period));
            }
            if numbers.iter().all(|two| two.is_usually_month_first()) {
                return Ok((DateOrder::Month, DatesKnown::Unneeded));
            }
            Err(example("cdr-date-order"))
        }
    }
}

/// True if in this order all starts fit the seconds since 1970 beside them, and there are such.
fn is_by_epoch(starts: &[Start], order: DateOrder) -> bool {
    let mut pairs = starts.iter().filter(|start| start.epoch.is_some()).peekable();
    pairs.peek().is_some() && pairs.all(|start| start.offset(order).is_some())
}

/// The order in which all dates are within a month of the period's midst, where in the other one is
/// more than two months away.
fn by_period(numbers: &[TwoNumbers], near: Option<Day>) -> Option<DateOrder> {
    let [day, month] =
        [DateOrder::Day, DateOrder::Month].map(|order| farthest(numbers, order, near));
    match (day?, month?) {
        (..=31, 62..) => Some(DateOrder::Day),
        (62.., ..=31) => Some(DateOrder::Month),
        _ => None,
    }
}

/// Days between the period's midst and the date that is farthest from it.
fn farthest(numbers: &[TwoNumbers], order: DateOrder, near: Option<Day>) -> Option<i32> {
    let near = near?;
    let days = numbers.iter().map(|two| {
        let (year, month, day) = two.under(order)?;
        Some((Day::from_ymd(year, month, day)?.0 - near.0).abs())
    });
    days.collect::<Option<Vec<i32>>>()?.into_iter().max()
}

/// Whether `24/05/06` begins with the year, where dates with two digits of it may: `None` if they
/// don't, an empty answer if that can't be told.
fn year_first(
    starts: &[Start],
    numbers: &[TwoNumbers],
    near: Option<Day>,
) -> Option<Option<Settled>> {
    let may_be = |order: DateOrder| {
        numbers
            .iter()
            .all(|two| two.under(order).is_some_and(|(y, m, d)| Day::from_ymd(y, m, d).is_some()))
    };
    if !may_be(DateOrder::ShortYear) {
        return None;
    }
    let others: Vec<DateOrder> =
        [DateOrder::Day, DateOrder::Month].into_iter().filter(|order| may_be(*order)).collect();
    let found = |known| Some(Some((DateOrder::ShortYear, known)));
    if others.is_empty() {
        return found(DatesKnown::Day);
    }
    if is_by_epoch(starts, DateOrder::ShortYear) {
        return found(DatesKnown::Epoch);
    }
    if others.iter().any(|order| is_by_epoch(starts, *order)) {
        return None;
    }
    if let Some(days) = farthest(numbers, DateOrder::ShortYear, near) {
        let other = others.iter().filter_map(|order| farthest(numbers, *order, near)).min();
        match (days, other) {
            (..=31, Some(62..)) => return found(DatesKnown::Period),
            (62.., Some(..=31)) => return None,
            _ => {}
        }
    }
    // One file's calls are of one year, but seldom of one day.
    let differ =
        |of: fn(&TwoNumbers) -> u32| numbers.windows(2).any(|two| of(&two[0]) != of(&two[1]));
    match (differ(|two| two.first), differ(|two| two.last.unwrap_or(0))) {
        (false, true) => found(DatesKnown::Year),
        (true, false) => None,
        // `05/06/24` is of 2024 whichever number is the month; `24/05/06` may be of 2006.
        _ if numbers.iter().all(|two| two.first <= 12) => None,
        _ => Some(None),
    }
}
