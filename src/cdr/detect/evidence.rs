//! What a file's first rows prove: the order of day and month, and the zone.
//!
//! Asterisk and others write the start a second time, as seconds since 1970 in the record's
//! identifier: `[systemname-]1706368044.12`. The wall clock beside it proves the file's zone, and
//! which number of `1/9/2017` is the month.

use super::sample::Sample;
use crate::cdr::dates::{TwoNumbers, date_of, two_numbers};
use crate::cdr::dialect::Dialect;
use crate::cdr::known::{DatesKnown, ZoneKnown};
use crate::cdr::layout::Layout;
use crate::cdr::odd::{Oddities, epoch_in, place_of};
use crate::cdr::time::{Times, split_offset};
use crate::cdr::{DateOrder, Field};
use crate::input::Lines;
use crate::source::Diagnostic;
use crate::text::bare_cell;
use crate::when::{Day, Zone};

/// Zones differ by quarters of an hour.
const QUARTER: i64 = 900;
/// So far apart the two starts of a record may be, seconds.
const SLACK: i64 = 120;
/// The farthest that zones lie west and east of UTC.
const ZONES: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;

/// The start of one record: as written, and as seconds since 1970 if it is there besides.
struct Start {
    text: String,
    epoch: Option<i64>,
}

impl Start {
    /// The wall clock as if it were UTC's; `None` if it is no time, or names its own zone.
    fn wall(&self, order: DateOrder) -> Option<i64> {
        let read = |zone: Zone| {
            let moment = Times::new(zone, zone).ordered(order).read(self.text.as_bytes());
            moment.ok().flatten().map(|moment| moment.instant)
        };
        let utc = read(Zone::Fixed(0))?;
        // A text that names its zone is the same instant in whichever zone it is read.
        (read(Zone::Fixed(3600)) != Some(utc)).then_some(utc)
    }

    /// How far east of UTC the wall clock stands, if it agrees with the seconds at all.
    fn offset(&self, order: DateOrder) -> Option<i64> {
        let apart = self.wall(order)? - self.epoch?;
        let offset = (apart + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
        ((apart - offset).abs() <= SLACK && ZONES.contains(&offset)).then_some(offset)
    }
}

/// Settles zone and order of dates, or says why they can't be.
pub(super) fn settle(
    sample: &Sample<'_>,
    dialect: &Dialect,
    names: &[String],
    mut layout: Layout,
) -> Result<Layout, Box<Diagnostic>> {
    let named = dialect.epoch.as_ref();
    let epoch = named
        .and_then(|column| place_of(column, names, &layout.columns))
        .or_else(|| layout.column(Field::Id).map(|column| column.place));
    let starts = starts(sample, &layout, epoch);
    (layout.dates, layout.known.dates) = order(sample, dialect, &starts)?;
    zone(&mut layout, &starts, epoch);
    // Where optional columns before it are missing, another stands in its place.
    let elsewhere = !starts.is_empty() && starts.iter().all(|start| start.epoch.is_none());
    if named.is_some() && elsewhere && layout.header.is_empty() {
        layout.columns.retain(|column| column.field != Field::Id || Some(column.place) != epoch);
    }
    Ok(layout)
}

/// The starts of all records in the first lines.
fn starts(sample: &Sample<'_>, layout: &Layout, epoch: Option<usize>) -> Vec<Start> {
    let lines = usize::try_from(layout.header_lines).unwrap_or(0);
    let [start, date] = [Field::Start, Field::Date].map(|field| layout.column(field));
    let Some(start) = start else { return Vec::new() };
    let mut starts = Vec::new();
    let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
    cutter.each(sample.after(lines).as_bytes(), |line, _| {
        let text =
            |place: usize| String::from_utf8_lossy(bare_cell(line.field(place))).trim().to_owned();
        let mut written = text(start.place);
        if let Some(date) = date.filter(|_| two_numbers(date_of(&written)).is_none()) {
            // Only a time of day stands for itself nowhere.
            written = format!("{} {written}", text(date.place));
        }
        if written.is_empty() {
            return;
        }
        let identifier = |place: usize| line.field(place).trim_ascii();
        let epoch = epoch
            .filter(|place| identifier(*place).contains(&b'.') || dotless(layout, *place))
            .and_then(|place| epoch_in(identifier(place)));
        starts.push(Start { text: written, epoch });
    });
    starts
}

/// True for a column that is no identifier: there, plain seconds are meant.
fn dotless(layout: &Layout, place: usize) -> bool {
    layout.column(Field::Id).is_none_or(|column| column.place != place)
}

/// The order of day and month.
fn order(
    sample: &Sample<'_>,
    dialect: &Dialect,
    starts: &[Start],
) -> Result<(DateOrder, DatesKnown), Box<Diagnostic>> {
    let dates = |start: &Start| two_numbers(date_of(&start.text)).filter(|two| two.asks());
    let numbers: Vec<TwoNumbers> = starts.iter().filter_map(dates).collect();
    if let Some(given) = sample.wishes.columns.dates {
        return Ok((given, DatesKnown::Given));
    }
    if numbers.len() * 2 < starts.len() || numbers.is_empty() {
        // Here and there one among others is none that can be read.
        return Ok((dialect.dates.unwrap_or_default(), DatesKnown::Unneeded));
    }
    if let Some(order) = dialect.dates {
        return Ok((order, DatesKnown::Dialect));
    }
    let day_first = numbers.iter().any(|two| two.first > 12);
    let month_first = numbers.iter().any(|two| two.second > 12);
    let by_epoch = |order: DateOrder| {
        let mut pairs = starts.iter().filter(|start| start.epoch.is_some()).peekable();
        pairs.peek().is_some() && pairs.all(|start| start.offset(order).is_some())
    };
    let example = |code: &'static str| {
        let text = starts.iter().find(|start| dates(start).is_some());
        Box::new(
            Diagnostic::error_without_place(code)
                .with("path", sample.name)
                .with("found", text.map_or("", |start| start.text.as_str())),
        )
    };
    match (day_first, month_first) {
        (true, true) => Err(example("cdr-dates-mixed")),
        (true, false) => Ok((DateOrder::Day, DatesKnown::Day)),
        (false, true) => Ok((DateOrder::Month, DatesKnown::Day)),
        (false, false) => match (by_epoch(DateOrder::Day), by_epoch(DateOrder::Month)) {
            (true, false) => Ok((DateOrder::Day, DatesKnown::Epoch)),
            (false, true) => Ok((DateOrder::Month, DatesKnown::Epoch)),
            _ => match by_period(sample, &numbers) {
                Some(order) => Ok((order, DatesKnown::Period)),
                None => Err(example("cdr-date-order")),
            },
        },
    }
}

/// The order in which all dates are within a month of the period's midst, where in the other one is
/// more than two months away.
fn by_period(sample: &Sample<'_>, numbers: &[TwoNumbers]) -> Option<DateOrder> {
    let near = sample.wishes.near?;
    let farthest = |order: DateOrder| {
        let days = numbers.iter().map(|two| {
            let (year, month, day) = two.under(order)?;
            Some((Day::from_ymd(year, month, day)?.0 - near.0).abs())
        });
        days.collect::<Option<Vec<i32>>>()?.into_iter().max()
    };
    let [day, month] = [DateOrder::Day, DateOrder::Month].map(farthest);
    match (day?, month?) {
        (..=31, 62..) => Some(DateOrder::Day),
        (62.., ..=31) => Some(DateOrder::Month),
        _ => None,
    }
}

/// The zone, by seconds since 1970 or because every time names its own.
fn zone(layout: &mut Layout, starts: &[Start], epoch: Option<usize>) {
    let order = layout.dates;
    let given = matches!(layout.zone_known, ZoneKnown::Given);
    let timed: Vec<&Start> = starts.iter().filter(|start| is_time(start, order)).collect();
    if !given && !timed.is_empty() && timed.iter().all(|start| start.wall(order).is_none()) {
        layout.zone_known = ZoneKnown::Written;
        for start in timed {
            // Seconds since 1970 are UTC's.
            let zone = split_offset(&start.text).1.unwrap_or(Zone::Fixed(0));
            if !layout.known.offsets.contains(&zone) {
                layout.known.offsets.push(zone);
            }
        }
        return;
    }
    let both: Vec<&&Start> = timed.iter().filter(|start| start.epoch.is_some()).collect();
    let offsets: Vec<(i64, i64)> =
        both.iter().filter_map(|start| Some((start.epoch?, start.offset(order)?))).collect();
    // One record in ten may be an exception: a call that was transferred keeps its identifier.
    let Some((_, offset)) = offsets.first().copied() else { return };
    if offsets.len() * 10 < both.len() * 9 {
        return;
    }
    let agrees = |zone: Zone| {
        offsets.iter().all(|(epoch, offset)| i64::from(zone.offset_at(*epoch)) == *offset)
    };
    if agrees(layout.zone) {
        if layout.zone_known == ZoneKnown::Contract {
            layout.zone_known = ZoneKnown::Epoch;
        }
        return;
    }
    let Ok(seconds) = i32::try_from(offset) else { return };
    let proved = Zone::Fixed(seconds);
    if !agrees(proved) {
        return;
    }
    if layout.zone_known == ZoneKnown::Contract {
        layout.zone = proved;
        layout.zone_known = ZoneKnown::Epoch;
        // The clocks may change later in the file: every row is held against it.
        layout.oddities.get_or_insert_with(|| Box::new(Oddities::default())).epoch = epoch;
    } else {
        layout.known.contradicted = Some(proved);
    }
}

fn is_time(start: &Start, order: DateOrder) -> bool {
    let zone = Zone::Fixed(0);
    matches!(Times::new(zone, zone).ordered(order).read(start.text.as_bytes()), Ok(Some(_)))
}
