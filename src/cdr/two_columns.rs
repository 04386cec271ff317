//! A date and a time of day in two columns.

use super::counts::day_of_serial;
use super::read::{LineReader, NOWHERE, trim};
use super::spelled::time_of_day;
use super::time::{Moment, TimeError};
use super::{Field, Reject, RejectKind};
use crate::input::{Line, decode_line};
use crate::when::SECONDS_A_DAY;

impl LineReader<'_> {
    /// The start from a day and a time of day in two columns.
    #[cold]
    pub(super) fn joined(&mut self, line: &Line<'_>) -> Result<Moment, Box<Reject>> {
        match self.on_date(line, Field::Start) {
            Ok(Some(start)) => Ok(start),
            Ok(None) => self.no_start(line, Ok(None)),
            Err((_, TimeError::ClockChange)) => self.no_start(line, Err(TimeError::ClockChange)),
            Err((field, TimeError::Form)) => {
                let found = trim(line.field(self.places[field as usize]));
                Err(self.time_reject(line, field, found))
            }
        }
    }

    /// A text that is no time: in a file whose order of day and month was settled, one that would
    /// be a date in the other order says that it was settled wrongly.
    #[cold]
    pub(super) fn time_reject(&self, line: &Line<'_>, field: Field, text: &[u8]) -> Box<Reject> {
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
    pub(super) fn is_nothing(&self, text: &[u8]) -> bool {
        self.layout.oddities.as_ref().is_some_and(|odd| odd.is_empty_text(trim(text)))
    }

    /// A time of day on the day that another column has; which of the two is no time, if one is not.
    #[cold]
    fn on_date(
        &mut self,
        line: &Line<'_>,
        field: Field,
    ) -> Result<Option<Moment>, (Field, TimeError)> {
        let [date, time] = [Field::Date, field].map(|field| {
            decode_line(trim(line.field(self.places[field as usize])), self.encoding).0
        });
        let clock = time_of_day(&time).ok_or((field, TimeError::Form))?;
        // A spreadsheet's serial number is that of a day.
        let serial = date.split('.').next().and_then(|text| text.parse().ok());
        let date = match serial.filter(|_| date.len() < 8).and_then(day_of_serial) {
            Some(day) => day.to_string(),
            // Dates exported with a time of day that is always midnight.
            None => date.trim_end_matches(" 00:00:00").trim_end_matches(" 0:00").to_owned(),
        };
        match self.times.read(format!("{date} {clock}").as_bytes()) {
            Err(TimeError::Form) => Err((Field::Date, TimeError::Form)),
            Err(error) => Err((field, error)),
            Ok(moment) => Ok(moment),
        }
    }

    /// A time of day alone, where the start's is too: on the same day, or after the midnight that
    /// lies between.
    #[cold]
    pub(super) fn later(
        &mut self,
        line: &Line<'_>,
        field: Field,
        start: Moment,
    ) -> Result<Option<Moment>, TimeError> {
        if self.places[Field::Date as usize] == NOWHERE {
            return Err(TimeError::Form);
        }
        let moment = self.on_date(line, field).map_err(|(_, error)| error)?;
        match moment {
            Some(moment) if moment.instant < start.instant - SECONDS_A_DAY / 2 => {
                self.times.next_day(moment).map(Some)
            }
            moment => Ok(moment),
        }
    }
}
