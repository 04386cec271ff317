//! Lines become calls or rejects.

use super::amount::Written;
use super::call::{Call, Outcome, Row, Source};
use super::duration::{Length, LengthError, length, length_with_comma};
use super::kinds::no_call;
use super::time::{Moment, TimeError, Times};
use super::words::{Notes, Way, Words};
use super::{Field, Layout, Reject, RejectKind, Unit, amount};
use crate::input::{Encoding, Line};
use crate::money::Fixed;
use crate::tariff::Subsecond;
use crate::text::{bare_cell, says_nothing};
use crate::when::{Day, Zone};

/// A call that cost nothing, as far as it matters.
#[derive(Clone, Copy, Debug)]
pub struct IdleCall<'b> {
    /// When it began, seconds since 1970 UTC.
    pub start: i64,
    /// That day in the contract's zone.
    pub day: Day,
    /// Agent, as written.
    pub agent: &'b [u8],
}

/// Reads the lines of one file. Each worker has its own.
pub struct LineReader<'l> {
    pub(super) layout: &'l Layout,
    pub(super) encoding: Encoding,
    pub(super) times: Times,
    subsecond: Subsecond,
    pub(super) places: [usize; Field::ALL.len()],
    units: [Unit; Field::ALL.len()],
    /// How charges are written.
    pub(super) charges: Written,
    /// Numbers of the caller and the callee column were cut by a spreadsheet and expanded again.
    re_expanded: [bool; 2],
    /// Fields of a line; of a file whose rows are to be looked at further, what no line has.
    expected: usize,
    /// Records hold both legs of a call, or are to be looked at further.
    more: bool,
    /// An unanswered call is known by its status, and nothing beside it may cost.
    idles: bool,
    words: Words<'l>,
    /// What was noticed so far.
    pub notes: Notes,
}

/// The longest length of time that is read: 31 days. What no call can last is found by a check;
/// this bound keeps every charge within fixed point.
pub const LONGEST_CALL: u32 = 31 * 86_400;

/// No such column.
pub(super) const NOWHERE: usize = usize::MAX;

impl<'l> LineReader<'l> {
    /// A reader for one file.
    #[must_use]
    pub fn new(
        layout: &'l Layout,
        encoding: Encoding,
        contract_zone: Zone,
        subsecond: Subsecond,
    ) -> Self {
        let mut places = [NOWHERE; Field::ALL.len()];
        let mut units = [Unit::Seconds; Field::ALL.len()];
        let point = layout.column(Field::Charge).map_or(0, |column| column.point);
        let currency = layout.currency.as_bytes().try_into().ok();
        let charges = Written { point, comma: layout.habits.decimal_comma, currency };
        let odd = layout.oddities.is_some();
        for column in &layout.columns {
            places[column.field as usize] = column.place;
            units[column.field as usize] = column.unit;
        }
        Self {
            layout,
            encoding,
            times: Times::new(layout.zone, contract_zone)
                .ordered(layout.dates)
                .near(layout.habits.near),
            subsecond,
            places,
            units,
            charges,
            re_expanded: layout.habits.re_expanded,
            expected: if odd { usize::MAX } else { layout.fields },
            more: odd || layout.holds_legs(),
            // Every damaged number is counted.
            idles: layout.column(Field::Status).is_some()
                && !layout.holds_legs()
                && !odd
                && !layout.habits.damaged_numbers,
            words: Words::new(layout, encoding),
            notes: Notes::default(),
        }
    }

    /// True if the line holds nothing but blanks and delimiters.
    #[must_use]
    pub fn is_blank(&self, line: &Line<'_>) -> bool {
        let quote = self.layout.quote.unwrap_or(b' ');
        let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == quote;
        line.text.iter().all(|byte| *byte == self.layout.delimiter || blank(byte))
    }

    /// The record's identifier, as written; empty if the file has none.
    #[must_use]
    pub fn id<'b>(&self, line: &Line<'b>) -> &'b [u8] {
        trim(line.field(self.places[Field::Id as usize]))
    }

    /// A call that was not answered, lasted nothing and cost nothing: most rows of an outbound
    /// export. Only its start and its agent are read, because nothing else can matter; `None`
    /// sends the line to [`LineReader::read`].
    #[inline(always)]
    pub fn idle<'b>(&mut self, line: &Line<'b>) -> Option<IdleCall<'b>> {
        if line.len() != self.layout.fields || !self.idles {
            return None;
        }
        let places = self.places;
        let field = |field: Field| line.field(places[field as usize]);
        let zero = |text: &[u8]| matches!(text, b"" | b"0" | b"0.00");
        let nothing = zero(field(Field::Talk))
            && zero(field(Field::Charge))
            && zero(field(Field::Billed))
            && matches!(
                self.words.outcome(field(Field::Status), &mut self.notes),
                Some(Outcome::Unanswered | Outcome::Unsent)
            );
        if !nothing {
            return None;
        }
        let start = self.times.read(field(Field::Start)).ok()??;
        self.notes.minutes_only += u64::from(start.minutes_only);
        Some(IdleCall { start: start.instant, day: start.day, agent: text(field(Field::Agent)) })
    }

    /// A call, or why the line is none.
    ///
    /// # Errors
    /// [`Reject`] with the field and what was found there.
    #[inline]
    pub fn read<'b>(&mut self, line: &Line<'b>, row: Row) -> Result<Call<'b>, Box<Reject>> {
        if line.len() != self.expected {
            self.misfit(line)?;
        }
        let places = self.places;
        let field = |field: Field| line.field(places[field as usize]);
        let start = match self.times.read(trim(field(Field::Start))) {
            Ok(Some(start)) => start,
            Err(TimeError::Form) if places[Field::Date as usize] != NOWHERE => self.joined(line)?,
            other => self.no_start(line, other)?,
        };
        let way = self.words.way(field(Field::Direction), &mut self.notes);
        if way == Way::NoCall {
            return Err(no_call(field(Field::Direction), self.encoding));
        }
        let answer = self.moment(line, Field::Answer, Some(start))?;
        let end = self.moment(line, Field::End, Some(start))?;
        let total = self.seconds(line, Field::Total)?;
        let billed = self.seconds(line, Field::Billed)?;
        let talk = self.seconds(line, Field::Talk)?;
        let charge = match self.places[Field::Charge as usize] {
            NOWHERE => None,
            _ => Some(self.charge(line, Field::Charge, self.charges)?),
        };
        self.notes.minutes_only += u64::from(start.minutes_only);
        let since = |from: Moment, until: Moment| {
            let seconds = until.instant - from.instant;
            // A time without seconds may stand for any second of its minute.
            let same_minute = until.minutes_only && seconds > -60;
            let kind = if seconds < 0 && !same_minute {
                RejectKind::NegativeDuration
            } else if seconds > i64::from(LONGEST_CALL) {
                RejectKind::DurationRange
            } else {
                return Ok(u32::try_from(seconds.max(0)).unwrap_or(LONGEST_CALL));
            };
            Err(self.reject(line, kind, Field::End, field(Field::End)))
        };
        let talk_began = answer.unwrap_or(start);
        let span = end.map(|end| since(talk_began, end)).transpose()?;
        // Times without seconds prove nothing about a length in seconds.
        let to_the_second = !talk_began.minutes_only && !end.is_some_and(|end| end.minutes_only);
        let clock = span.filter(|_| to_the_second);
        let total = match (total, end) {
            (Some(total), _) => Some(total),
            (None, Some(end)) => Some(since(start, end)?),
            (None, None) => None,
        };
        let has_answer_column = self.places[Field::Answer as usize] != NOWHERE;
        let stated = self.words.outcome(field(Field::Status), &mut self.notes);
        let stated = stated.or(way.outcome());
        // What was billed may be rounded up: the clock is closer to the talk, and no call is longer.
        let at_most = |billed: u32| clock.map_or(billed, |clock| billed.min(clock));
        let measured = talk.or(answer.and(clock)).or(billed.map(at_most));
        if let (None, Some(charge)) = (measured, charge)
            && charge != Fixed::ZERO
            && total.is_none()
        {
            self.is_call(line)?;
        }
        let outcome = stated.unwrap_or_else(|| {
            // Where lengths of talk are told, an empty one is that there was none.
            let has_length =
                [Field::Talk, Field::Billed].iter().any(|f| self.places[*f as usize] != NOWHERE);
            let answered = if has_answer_column {
                answer.is_some()
            } else if has_length {
                measured.unwrap_or(0) > 0
            } else {
                total.unwrap_or(0) > 0
            };
            if answered { Outcome::Answered } else { Outcome::Unanswered }
        });
        // Without a column of talk time the closest thing the record has.
        let fallback = || {
            if has_answer_column && answer.is_none() { Some(0) } else { span.or(total) }
        };
        let talk = match (measured, outcome) {
            (Some(talk), _) => talk,
            (None, Outcome::Unanswered | Outcome::Unsent) => 0,
            (None, Outcome::Answered) => match fallback() {
                Some(talk) => talk,
                None => return Err(self.reject(line, RejectKind::Missing, Field::Talk, b"")),
            },
        };
        let says_something = || !trim(field(Field::Status)).is_empty();
        if stated.is_none() && !has_answer_column && talk > 0 && says_something() {
            self.notes.unclear += 1;
            self.notes.unclear_talk += u64::from(talk);
        }
        match outcome {
            Outcome::Answered => self.notes.answered_zero += u64::from(talk == 0),
            Outcome::Unanswered | Outcome::Unsent => {
                self.notes.unanswered_talk += u64::from(talk > 0);
            }
        }
        let call = Call {
            row,
            id: trim(field(Field::Id)),
            caller: self.number(field(Field::Caller), self.re_expanded[0]),
            callee: self.number(field(Field::Callee), self.re_expanded[1]),
            agent: text(field(Field::Agent)),
            line: text(field(Field::Line)),
            start: start.instant,
            day: start.day,
            second: start.second,
            minutes_only: start.minutes_only,
            talk,
            total,
            clock,
            billed,
            charge,
            outcome,
            direction: way.direction(),
            voicemail: stated.is_none() && self.words.is_voicemail(field(Field::Status)),
            caller_leg: None,
        };
        if call.caller.is_empty() && call.callee.is_empty() {
            self.is_no_total(line)?;
        } else if is_a_word(call.caller) || is_a_word(call.callee) {
            self.is_no_total_of([call.caller, call.callee])?;
        }
        if self.more { self.looked_at(line, call) } else { Ok(call) }
    }

    /// A number, unless a spreadsheet has lost digits of it: it is then nobody's, and not to be
    /// matched with anything.
    #[inline(always)]
    fn number<'b>(&mut self, raw: &'b [u8], re_expanded: bool) -> &'b [u8] {
        let number = text(raw);
        if re_expanded || matches!(number, [_, b'.' | b',' | b'E' | b'e', ..]) {
            return self.undamaged(number, re_expanded);
        }
        number
    }

    /// A charge; an empty one in a file with charges is none.
    #[inline(always)]
    pub(super) fn charge(
        &self,
        line: &Line<'_>,
        field: Field,
        written: Written,
    ) -> Result<Fixed, Box<Reject>> {
        let text = line.field(self.places[field as usize]);
        let charge = match amount::charge(text, written) {
            Ok(charge) => charge,
            Err(_) if self.is_nothing(text) => None,
            Err(error) => return Err(self.no_charge(line, field, written, error)),
        };
        Ok(charge.unwrap_or_default())
    }

    #[inline(always)]
    pub(super) fn moment(
        &mut self,
        line: &Line<'_>,
        field: Field,
        start: Option<Moment>,
    ) -> Result<Option<Moment>, Box<Reject>> {
        let place = self.places[field as usize];
        if place == NOWHERE {
            return Ok(None);
        }
        let text = trim(line.field(place));
        match self.times.read(text) {
            Ok(moment) => Ok(moment),
            Err(TimeError::ClockChange) => {
                Err(self.reject(line, RejectKind::ClockChange, field, text))
            }
            Err(TimeError::Form) => self.no_moment(line, field, start),
        }
    }

    #[inline(always)]
    pub(super) fn seconds(
        &mut self,
        line: &Line<'_>,
        field: Field,
    ) -> Result<Option<u32>, Box<Reject>> {
        let place = self.places[field as usize];
        if place == NOWHERE {
            return Ok(None);
        }
        let text = line.field(place);
        let unit = self.units[field as usize];
        let mut read = length(text, unit);
        if read == Err(LengthError::Form) && text.contains(&b',') {
            read = length_with_comma(text, unit, self.charges.comma);
        }
        match read {
            Ok(None) => Ok(None),
            Ok(Some(length)) => {
                let (seconds, fraction) = Length::seconds(length, self.subsecond);
                if seconds > LONGEST_CALL {
                    return Err(self.reject(line, RejectKind::DurationRange, field, text));
                }
                self.notes.fractions += u64::from(fraction);
                Ok(Some(seconds))
            }
            Err(_) if self.is_nothing(text) => Ok(None),
            Err(error) => {
                let kind = match error {
                    LengthError::Form => RejectKind::Duration,
                    LengthError::Negative => RejectKind::NegativeDuration,
                };
                Err(self.reject(line, kind, field, text))
            }
        }
    }

    /// The layout read by.
    #[must_use]
    pub fn layout(&self) -> &'l Layout {
        self.layout
    }

    /// True if the records carry the provider's charges.
    #[must_use]
    pub fn is_itemised(&self) -> bool {
        self.layout.source == Source::Provider && self.layout.column(Field::Charge).is_some()
    }
}

/// True of what begins otherwise than numbers do.
#[inline(always)]
fn is_a_word(number: &[u8]) -> bool {
    !matches!(number.first(), None | Some(b'0'..=b'9' | b'+' | b'*' | b'#'))
}

/// Without what stands around a cell's text.
#[inline(always)]
pub(super) fn trim(text: &[u8]) -> &[u8] {
    match text {
        [first, .., last] if *first > b' ' && *last > b' ' && !matches!(*first, b'\'' | b'=') => {
            text
        }
        _ => bare_cell(text),
    }
}

/// A cell's text; none, if the cell says that there is none.
#[inline(always)]
pub(super) fn text(cell: &[u8]) -> &[u8] {
    let text = trim(cell);
    match text.first() {
        Some(b'0'..=b'9' | b'A'..=b'M' | b'a'..=b'm') | None => text,
        Some(_) => if_any(text),
    }
}

#[cold]
fn if_any(text: &[u8]) -> &[u8] {
    if text.len() <= 8 && std::str::from_utf8(text).is_ok_and(says_nothing) { b"" } else { text }
}
