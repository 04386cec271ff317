//! What the lengths of a file are lengths of, where the first rows show it: from dialling to hang-up, or
//! whole minutes that were rounded up to be billed.

use super::sample::Sample;
use crate::cdr::known::LengthIs;
use crate::cdr::layout::Layout;
use crate::cdr::read::LineReader;
use crate::cdr::{Field, Row, Unit};
use crate::input::{Encoding, Lines};
use crate::tariff::Subsecond;

/// So far apart two measures of one length are when each is cut to seconds.
const CUT: u32 = 1;

/// Gives a column of lengths its field by what it measures.
pub(super) fn settle_lengths(sample: &Sample<'_>, open: bool, layout: &mut Layout) {
    let told = sample.wishes.columns.says(Field::Talk);
    if told || layout.column(Field::Talk).is_none() {
        return;
    }
    let (field, is) = if counts_from_dialling(sample, layout) {
        (Field::Total, LengthIs::Total)
    } else if open && is_rounded_up(sample, layout) {
        (Field::Billed, LengthIs::Rounded)
    } else {
        return;
    };
    for column in layout.columns.iter_mut().filter(|column| column.field == Field::Talk) {
        column.field = field;
        layout.known.length = Some((is, column.header.clone()));
    }
    layout.columns.sort_by_key(|column| column.field);
}

/// True if most answered calls were as long as from their start to their end, and not as from their
/// answer.
fn counts_from_dialling(sample: &Sample<'_>, layout: &Layout) -> bool {
    let has = |field| layout.column(field).is_some();
    if ![Field::Answer, Field::End].into_iter().all(has) || has(Field::Total) {
        return false;
    }
    let lines = usize::try_from(layout.header_lines).unwrap_or(0);
    let zone = sample.wishes.contract_zone;
    let mut reader = LineReader::new(layout, Encoding::Utf8, zone, Subsecond::Up);
    let (mut from_dialling, mut all) = (0usize, 0usize);
    Lines::new(layout.delimiter, layout.quote, layout.fields).each(
        sample.after(lines).as_bytes(),
        |line, _| {
            let Ok(call) = reader.read(&line, Row::default()) else { return };
            let (Some(total), Some(clock)) = (call.total, call.clock) else { return };
            // What rang too shortly tells nothing.
            if total.abs_diff(clock) > 2 * CUT {
                all += 1;
                from_dialling += usize::from(call.talk.abs_diff(total) <= CUT);
            }
        },
    );
    from_dialling > 1 && from_dialling * 10 >= all * 9
}

/// True of whole minutes without any other length.
fn is_rounded_up(sample: &Sample<'_>, layout: &Layout) -> bool {
    let Some(talk) = layout.column(Field::Talk).filter(|talk| talk.unit == Unit::Minutes) else {
        return false;
    };
    if layout.columns.iter().any(|column| column.field.is_length() && column.field != Field::Talk) {
        return false;
    }
    let lines = usize::try_from(layout.header_lines).unwrap_or(0);
    let (mut some, mut whole) = (0, true);
    Lines::new(layout.delimiter, layout.quote, layout.fields).each(
        sample.after(lines).as_bytes(),
        |line, _| {
            let cell = line.field(talk.place).trim_ascii();
            if cell.iter().any(u8::is_ascii_digit) {
                whole &= cell.iter().all(u8::is_ascii_digit);
                some += usize::from(cell.iter().any(|byte| matches!(byte, b'1'..=b'9')));
            }
        },
    );
    // Of two calls both may have lasted whole minutes.
    whole && some > 2
}
