//! What a file's first rows prove: the zone, and (see [`order`](super::order)) which number of a date
//! is the month.
//!
//! Asterisk and others write the start a second time, as seconds since 1970 in the record's
//! identifier: `[systemname-]1706368044.12`. The wall clock beside it proves the file's zone.

use super::order::order;
use super::sample::Sample;
use super::shape;
use crate::cdr::dates::{date_of, two_numbers};
use crate::cdr::dialect::Dialect;
use crate::cdr::known::ZoneKnown;
use crate::cdr::layout::Layout;
use crate::cdr::odd::{Oddities, epoch_in, place_of};
use crate::cdr::spelled::split_offset;
use crate::cdr::time::Times;
use crate::cdr::{DateOrder, Field};
use crate::input::Lines;
use crate::source::Diagnostic;
use crate::text::bare_cell;
use crate::when::Zone;

/// Zones differ by quarters of an hour.
const QUARTER: i64 = 900;
/// So far apart the two starts of a record may be, seconds.
const SLACK: i64 = 120;
/// The farthest that zones lie west and east of UTC.
const ZONES: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;

/// The start of one record: as written, and as seconds since 1970 if it is there besides.
pub(super) struct Start {
    pub(super) text: String,
    pub(super) epoch: Option<i64>,
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
    pub(super) fn offset(&self, order: DateOrder) -> Option<i64> {
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
    zone(sample, &mut layout, &starts, epoch)?;
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
        let whole = || two_numbers(date_of(&written)).is_some() || shape::is_time(&written);
        if let Some(date) = date.filter(|_| !whole()) {
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

/// The zone, by seconds since 1970 or because every time names its own.
fn zone(
    sample: &Sample<'_>,
    layout: &mut Layout,
    starts: &[Start],
    epoch: Option<usize>,
) -> Result<(), Box<Diagnostic>> {
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
        return Ok(());
    }
    let both: Vec<&&Start> = timed.iter().filter(|start| start.epoch.is_some()).collect();
    let offsets: Vec<(i64, i64)> =
        both.iter().filter_map(|start| Some((start.epoch?, start.offset(order)?))).collect();
    // One record in ten may be an exception: a call that was transferred keeps its identifier.
    let most = |agreeing: usize| agreeing * 10 >= both.len() * 9;
    if offsets.is_empty() || !most(offsets.len()) {
        return Ok(());
    }
    let agrees = |zone: Zone| {
        let same = |(epoch, offset): &&(i64, i64)| i64::from(zone.offset_at(*epoch)) == *offset;
        most(offsets.iter().filter(same).count())
    };
    if agrees(layout.zone) {
        if layout.zone_known == ZoneKnown::Contract {
            layout.zone_known = ZoneKnown::Epoch;
        }
        return Ok(());
    }
    let mut fixed: Vec<Zone> = Vec::new();
    for (_, offset) in &offsets {
        let zone = i32::try_from(*offset).map(Zone::Fixed);
        fixed.extend(zone.ok().filter(|zone| !fixed.contains(zone)));
    }
    let proved = fixed.iter().copied().find(|zone| agrees(*zone));
    match proved {
        Some(proved) if layout.zone_known == ZoneKnown::Contract => {
            layout.zone = proved;
            layout.zone_known = ZoneKnown::Epoch;
            // The clocks may change later in the file: every row is held against it.
            layout.oddities.get_or_insert_with(|| Box::new(Oddities::default())).epoch = epoch;
            Ok(())
        }
        Some(proved) => {
            layout.known.contradicted = Some(proved);
            Ok(())
        }
        // The clocks were changed within the first rows, in some zone that is not this one.
        None if layout.zone_known == ZoneKnown::Contract => {
            let zones: Vec<String> = fixed.iter().take(4).map(Zone::to_string).collect();
            Err(Box::new(
                Diagnostic::error_without_place("cdr-zone-changes")
                    .with("path", sample.name)
                    .with("proved", zones.join(", "))
                    .with("zone", layout.zone),
            ))
        }
        None => Ok(()),
    }
}

fn is_time(start: &Start, order: DateOrder) -> bool {
    let zone = Zone::Fixed(0);
    matches!(Times::new(zone, zone).ordered(order).read(start.text.as_bytes()), Ok(Some(_)))
}
