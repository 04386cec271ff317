//! What a row may hold that the usual one does not: both legs of a call, a charge in two parts, a
//! number that lost digits, a cell that can't be read.

use super::amount::{self, Written};
use super::call::Call;
use super::read::{LONGEST_CALL, LineReader, NOWHERE, text, trim};
use super::time::{Moment, TimeError};
use super::{Field, Reject, RejectKind};
use crate::input::Line;
use crate::money::FixedError;
use crate::number::{is_exponent, is_re_expanded, mask};
use crate::tariff::Direction;

impl LineReader<'_> {
    /// A call of a file that asks for more than its fields.
    #[cold]
    pub(super) fn looked_at<'b>(
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
        let more = self.charge(line, field, Written { point, ..self.charges })?;
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
            None => {
                let Call { start: instant, day, second, minutes_only, .. } = call;
                self.leg_by_clock(line, Some(Moment { instant, day, second, minutes_only }))?
            }
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
    fn leg_by_clock(
        &mut self,
        line: &Line<'_>,
        start: Option<Moment>,
    ) -> Result<Option<u32>, Box<Reject>> {
        let answer = self.moment(line, Field::CallerLegAnswer, start)?;
        let end = self.moment(line, Field::End, start)?;
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

    #[cold]
    pub(super) fn undamaged<'b>(&mut self, number: &'b [u8], re_expanded: bool) -> &'b [u8] {
        let damaged = is_exponent(number) || (re_expanded && is_re_expanded(number));
        if !damaged {
            return number;
        }
        let shown = String::from_utf8_lossy(number);
        // 1.38E+10 is nobody's as it stands.
        let shown = if number.len() <= 8 { shown.into_owned() } else { mask(&shown) };
        self.notes.damaged_numbers.add(shown, 1);
        b""
    }

    #[cold]
    pub(super) fn no_charge(
        &self,
        line: &Line<'_>,
        field: Field,
        written: Written,
        error: FixedError,
    ) -> Box<Reject> {
        let text = line.field(self.places[field as usize]);
        let kind = match error {
            FixedError::NotANumber if amount::is_in_another(text, written) => RejectKind::Currency,
            FixedError::NotANumber => RejectKind::Amount,
            FixedError::OutOfRange | FixedError::TooPrecise => RejectKind::AmountRange,
        };
        self.reject(line, kind, field, text)
    }

    #[cold]
    pub(super) fn no_start(
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
                if let Some(answer) = self.moment(line, Field::Answer, None)? {
                    return Ok(answer);
                }
                if self.names_nobody(line) { RejectKind::Summary } else { RejectKind::Missing }
            }
        };
        Err(self.reject(line, kind, Field::Start, text))
    }

    /// True if nothing stands where the record's number and those of its call belong: sums that
    /// begin with empty cells are no calls.
    pub(super) fn names_nobody(&self, line: &Line<'_>) -> bool {
        let mut places = [Field::Id, Field::Caller, Field::Callee]
            .map(|field| self.places[field as usize])
            .into_iter()
            .filter(|place| *place != NOWHERE)
            .peekable();
        places.peek().is_some() && places.all(|place| text(line.field(place)).is_empty())
    }

    /// A rejected field, unless the whole line explains itself better.
    #[cold]
    pub(super) fn reject(
        &self,
        line: &Line<'_>,
        kind: RejectKind,
        field: Field,
        found: &[u8],
    ) -> Box<Reject> {
        match self.not_a_call(line) {
            Err(reject) => reject,
            Ok(()) => Reject::field(kind, field.word(), found),
        }
    }

    #[cold]
    pub(super) fn no_moment(
        &mut self,
        line: &Line<'_>,
        field: Field,
        start: Option<Moment>,
    ) -> Result<Option<Moment>, Box<Reject>> {
        let text = trim(line.field(self.places[field as usize]));
        if self.is_nothing(text) {
            return Ok(None);
        }
        let later = start.map(|start| self.later(line, field, start));
        match later.unwrap_or(Err(TimeError::Form)) {
            Ok(moment) => Ok(moment),
            Err(TimeError::ClockChange) => {
                Err(self.reject(line, RejectKind::ClockChange, field, text))
            }
            Err(TimeError::Form) => Err(self.time_reject(line, field, text)),
        }
    }
}
