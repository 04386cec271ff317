//! Lines become calls or rejects.

use super::call::{Call, Outcome, Row, Source};
use super::duration::{Length, LengthError, length};
use super::time::{Moment, TimeError, Times};
use super::words::{Notes, Words};
use super::{Field, Layout, Reject, RejectKind, Unit, amount};
use crate::input::{Encoding, Line, decode_line};
use crate::money::{Fixed, FixedError};
use crate::tariff::{Direction, Subsecond};
use crate::text::fold;
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
    layout: &'l Layout,
    encoding: Encoding,
    times: Times,
    subsecond: Subsecond,
    places: [usize; Field::ALL.len()],
    units: [Unit; Field::ALL.len()],
    /// How far left the point of a charge moves.
    point: u32,
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
const NOWHERE: usize = usize::MAX;

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
        let odd = layout.oddities.is_some();
        for column in &layout.columns {
            places[column.field as usize] = column.place;
            units[column.field as usize] = column.unit;
        }
        Self {
            layout,
            encoding,
            times: Times::new(layout.zone, contract_zone).ordered(layout.dates),
            subsecond,
            places,
            units,
            point,
            expected: if odd { usize::MAX } else { layout.fields },
            more: odd || layout.holds_legs(),
            idles: layout.column(Field::Status).is_some() && !layout.holds_legs() && !odd,
            words: Words::new(layout, encoding),
            notes: Notes::default(),
        }
    }

    /// True if the line holds nothing but blanks and delimiters.
    #[must_use]
    pub fn is_blank(&self, line: &Line<'_>) -> bool {
        line.text.iter().all(|byte| byte.is_ascii_whitespace() || *byte == self.layout.delimiter)
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
        Some(IdleCall { start: start.instant, day: start.day, agent: trim(field(Field::Agent)) })
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
            Err(TimeError::Form) if places[Field::Date as usize] != NOWHERE => {
                self.joined(line, Field::Start)?
            }
            other => self.no_start(line, other)?,
        };
        let answer = self.moment(line, Field::Answer)?;
        let end = self.moment(line, Field::End)?;
        let total = self.seconds(line, Field::Total)?;
        let billed = self.seconds(line, Field::Billed)?;
        let talk = self.seconds(line, Field::Talk)?;
        let charge = match self.places[Field::Charge as usize] {
            NOWHERE => None,
            _ => Some(self.charge(line, Field::Charge, self.point)?),
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
        // What was billed may be rounded up: the clock is closer to the talk.
        let measured = talk.or(answer.and(clock)).or(billed);
        let outcome = stated.unwrap_or_else(|| {
            let answered = if has_answer_column {
                answer.is_some()
            } else {
                measured.or(total).unwrap_or(0) > 0
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
            caller: trim(field(Field::Caller)),
            callee: trim(field(Field::Callee)),
            agent: trim(field(Field::Agent)),
            line: trim(field(Field::Line)),
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
            direction: self.words.direction(field(Field::Direction), &mut self.notes),
            voicemail: stated.is_none() && self.words.is_voicemail(field(Field::Status)),
            caller_leg: None,
        };
        if self.more { self.looked_at(line, call) } else { Ok(call) }
    }

    /// A call of a file that asks for more than its fields.
    #[cold]
    fn looked_at<'b>(
        &mut self,
        line: &Line<'b>,
        mut call: Call<'b>,
    ) -> Result<Call<'b>, Box<Reject>> {
        if let Some(odd) = &self.layout.oddities {
            odd.agrees(line, call.start)?;
            if call.charge.is_some() {
                odd.is_in_currency(line)?;
            }
            odd.tidy(&mut call);
            if odd.is_internal(line, self.encoding) {
                call.direction = Direction::Internal;
            }
            if odd.two_parts {
                self.add(line, Field::ChargeMore, &mut call)?;
            }
            if odd.negative {
                call.charge = call.charge.map(|charge| -charge);
            }
        }
        if self.layout.holds_legs() { self.with_legs(line, call) } else { Ok(call) }
    }

    /// Adds a second part of the charge.
    fn add(&self, line: &Line<'_>, field: Field, call: &mut Call<'_>) -> Result<(), Box<Reject>> {
        let Some(charge) = call.charge else { return Ok(()) };
        let point = self.layout.column(field).map_or(0, |column| column.point);
        let more = self.charge(line, field, point)?;
        let sum = charge.plus(more).ok_or_else(|| {
            let text = line.field(self.places[field as usize]);
            self.reject(line, RejectKind::AmountRange, field, text)
        })?;
        call.charge = Some(sum);
        Ok(())
    }

    /// A call of which the record holds both legs.
    fn with_legs<'b>(
        &mut self,
        line: &Line<'b>,
        mut call: Call<'b>,
    ) -> Result<Call<'b>, Box<Reject>> {
        let leg = match self.seconds(line, Field::CallerLeg)? {
            Some(leg) => Some(leg),
            None => self.leg_by_clock(line)?,
        };
        call.caller_leg = leg.filter(|seconds| *seconds > 0);
        let has = |reader: &Self, field: Field| reader.places[field as usize] != NOWHERE;
        if has(self, Field::CallerLegBilled) {
            let more = self.seconds(line, Field::CallerLegBilled)?;
            call.billed = call.billed.map(|billed| billed.saturating_add(more.unwrap_or(0)));
        } else if call.caller_leg.is_some() {
            // It does not say of which leg, or that it is of both.
            call.billed = None;
        }
        if has(self, Field::CallerLegCharge) {
            self.add(line, Field::CallerLegCharge, &mut call)?;
        }
        Ok(call)
    }

    /// The leg to the caller, from its answer to the end of the call.
    fn leg_by_clock(&mut self, line: &Line<'_>) -> Result<Option<u32>, Box<Reject>> {
        let answer = self.moment(line, Field::CallerLegAnswer)?;
        let end = self.moment(line, Field::End)?;
        let (Some(answer), Some(end)) = (answer, end) else { return Ok(None) };
        let seconds = end.instant - answer.instant;
        let kind = match u32::try_from(seconds) {
            Ok(seconds) if seconds <= LONGEST_CALL => return Ok(Some(seconds)),
            Ok(_) => RejectKind::DurationRange,
            Err(_) => RejectKind::NegativeDuration,
        };
        let text = line.field(self.places[Field::CallerLegAnswer as usize]);
        Err(self.reject(line, kind, Field::CallerLegAnswer, text))
    }

    /// A charge; an empty one in a file with charges is none.
    #[inline(always)]
    fn charge(&self, line: &Line<'_>, field: Field, point: u32) -> Result<Fixed, Box<Reject>> {
        let text = line.field(self.places[field as usize]);
        let charge = match amount::charge(text, point) {
            Ok(charge) => charge,
            Err(_) if self.is_nothing(text) => None,
            Err(error) => {
                let kind = match error {
                    FixedError::NotANumber => RejectKind::Amount,
                    FixedError::OutOfRange | FixedError::TooPrecise => RejectKind::AmountRange,
                };
                return Err(self.reject(line, kind, field, text));
            }
        };
        Ok(charge.unwrap_or_default())
    }

    /// A line that is a total, a repeated header, or too wide or narrow.
    #[cold]
    fn misfit(&mut self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        if let Some(odd) = &self.layout.oddities {
            odd.is_call(line, self.encoding)?;
            if line.len() == self.layout.fields {
                return Ok(());
            }
        }
        self.not_a_call(line)?;
        // Some exports end each line, but not the header, with a delimiter.
        let trailing =
            line.len() == self.layout.fields + 1 && trim(line.field(self.layout.fields)).is_empty();
        if trailing || self.layout.fields == 0 {
            return Ok(());
        }
        let kind = if line.stray_quote { RejectKind::Quote } else { RejectKind::FieldCount };
        Err(Reject::line(kind, format!("{} / {}", line.len(), self.layout.fields)))
    }

    /// Recognises what is plainly no call, whatever its width.
    fn not_a_call(&self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        if memchr::memchr(0, line.text).is_some() {
            return Err(Reject::line(RejectKind::Nul, ""));
        }
        if !self.layout.header.is_empty() && line.text == self.layout.header {
            return Err(Reject::line(RejectKind::RepeatedHeader, ""));
        }
        let (text, _) = decode_line(line.text, self.encoding);
        let delimiter = char::from(self.layout.delimiter);
        let begins = fold(text.trim_start_matches([delimiter, '"', ' ']));
        let is_total = self.layout.summary.iter().any(|word| {
            begins.strip_prefix(word.as_str()).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_ascii_alphanumeric() && word.is_ascii())
            })
        });
        if is_total { Err(Reject::line(RejectKind::Summary, "")) } else { Ok(()) }
    }

    /// A time from a day and a time of day in two columns.
    #[cold]
    fn joined(&mut self, line: &Line<'_>, field: Field) -> Result<Moment, Box<Reject>> {
        let [day, time] = [Field::Date, field]
            .map(|field| (field, trim(line.field(self.places[field as usize]))));
        let clock = std::str::from_utf8(time.1).ok().filter(|text| text.contains(':'));
        let Some(clock) = clock else {
            return Err(self.time_reject(line, time.0, time.1));
        };
        let date = std::str::from_utf8(day.1).unwrap_or_default();
        match self.times.read(format!("{date} {clock}").as_bytes()) {
            Ok(Some(moment)) => Ok(moment),
            Err(TimeError::Form) | Ok(None) => Err(self.time_reject(line, day.0, day.1)),
            other => self.no_start(line, other),
        }
    }

    /// An answer or end of which only the time of day is written: on the day of the start, or on
    /// the next if it would be before the start.
    fn later(&mut self, line: &Line<'_>, field: Field) -> Result<Moment, Box<Reject>> {
        let start = self.joined(line, Field::Start)?;
        let mut moment = self.joined(line, field)?;
        if moment.instant < start.instant {
            moment.instant += crate::when::SECONDS_A_DAY;
        }
        Ok(moment)
    }

    /// A text that is no time: in a file whose order of day and month was settled, one that would
    /// be a date in the other order says that it was settled wrongly.
    #[cold]
    fn time_reject(&self, line: &Line<'_>, field: Field, text: &[u8]) -> Box<Reject> {
        let written = std::str::from_utf8(text).unwrap_or_default();
        let kind = if self.layout.dates.is_contradicted_by(written) {
            RejectKind::Contradicted
        } else {
            RejectKind::Time
        };
        self.reject(line, kind, field, text)
    }

    /// True if a text stands for nothing in this dialect.
    #[cold]
    fn is_nothing(&self, text: &[u8]) -> bool {
        self.layout.oddities.as_ref().is_some_and(|odd| odd.is_empty_text(trim(text)))
    }

    #[cold]
    fn no_start(
        &mut self,
        line: &Line<'_>,
        read: Result<Option<Moment>, TimeError>,
    ) -> Result<Moment, Box<Reject>> {
        let text = line.field(self.places[Field::Start as usize]);
        let kind = match read {
            Err(TimeError::ClockChange) => RejectKind::ClockChange,
            Err(TimeError::Form) if !self.is_nothing(text) => {
                return Err(self.time_reject(line, Field::Start, trim(text)));
            }
            _ => {
                if let Some(answer) = self.moment(line, Field::Answer)? {
                    return Ok(answer);
                }
                if self.names_nobody(line) { RejectKind::Summary } else { RejectKind::Missing }
            }
        };
        Err(self.reject(line, kind, Field::Start, text))
    }

    /// True if nothing stands where the record's number and those of its call belong: sums that
    /// begin with empty cells are no calls.
    fn names_nobody(&self, line: &Line<'_>) -> bool {
        let mut places = [Field::Id, Field::Caller, Field::Callee]
            .map(|field| self.places[field as usize])
            .into_iter()
            .filter(|place| *place != NOWHERE)
            .peekable();
        places.peek().is_some() && places.all(|place| trim(line.field(place)).is_empty())
    }

    /// A rejected field, unless the whole line explains itself better.
    #[cold]
    fn reject(&self, line: &Line<'_>, kind: RejectKind, field: Field, found: &[u8]) -> Box<Reject> {
        match self.not_a_call(line) {
            Err(reject) => reject,
            Ok(()) => Reject::field(kind, field.word(), found),
        }
    }

    #[inline(always)]
    fn moment(&mut self, line: &Line<'_>, field: Field) -> Result<Option<Moment>, Box<Reject>> {
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
            Err(TimeError::Form) => self.no_moment(line, field, text),
        }
    }

    #[cold]
    fn no_moment(
        &mut self,
        line: &Line<'_>,
        field: Field,
        text: &[u8],
    ) -> Result<Option<Moment>, Box<Reject>> {
        if self.is_nothing(text) {
            return Ok(None);
        }
        if self.places[Field::Date as usize] != NOWHERE {
            return self.later(line, field).map(Some);
        }
        Err(self.time_reject(line, field, text))
    }

    #[inline(always)]
    fn seconds(&mut self, line: &Line<'_>, field: Field) -> Result<Option<u32>, Box<Reject>> {
        let place = self.places[field as usize];
        if place == NOWHERE {
            return Ok(None);
        }
        let text = line.field(place);
        match length(text, self.units[field as usize]) {
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

#[inline(always)]
pub(super) fn trim(text: &[u8]) -> &[u8] {
    match text {
        [first, .., last] if *first > b' ' && *last > b' ' && *first != b'\'' => text,
        _ => text.trim_ascii().strip_prefix(b"'").unwrap_or(text.trim_ascii()),
    }
}
