//! The canonical fields of a call record, and how a column is named for one.

use super::DateOrder;
use super::heading::point_of;
use crate::when::Day;

/// A canonical field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The record's own identifier.
    Id,
    /// Calling number.
    Caller,
    /// Called number.
    Callee,
    /// When it began.
    Start,
    /// When it was answered.
    Answer,
    /// When it ended.
    End,
    /// Seconds from dialling to hang-up.
    Total,
    /// Seconds talked.
    Talk,
    /// Seconds billed by the provider.
    Billed,
    /// Charged by the provider.
    Charge,
    /// Which way it went.
    Direction,
    /// How it ended.
    Status,
    /// Who spoke.
    Agent,
    /// Which line, trunk or gateway.
    Line,
    /// The day it began, if `Start` is but a time of day.
    Date,
    /// Seconds of the leg to the caller, where a record holds both legs; the others are those of
    /// the leg to the called number.
    CallerLeg,
    /// Seconds billed for it, beside those billed for the other leg.
    CallerLegBilled,
    /// Charged for it, beside the charge of the other leg.
    CallerLegCharge,
    /// A second part of the charge, to be added: a fee for the connection.
    ChargeMore,
    /// The currency's code, of the charge.
    Currency,
    /// When the leg to the caller was answered, where a record holds both legs: it lasted until the
    /// end.
    CallerLegAnswer,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 21] = [
        Self::Id,
        Self::Caller,
        Self::Callee,
        Self::Start,
        Self::Answer,
        Self::End,
        Self::Total,
        Self::Talk,
        Self::Billed,
        Self::Charge,
        Self::Direction,
        Self::Status,
        Self::Agent,
        Self::Line,
        Self::Date,
        Self::CallerLeg,
        Self::CallerLegBilled,
        Self::CallerLegCharge,
        Self::ChargeMore,
        Self::Currency,
        Self::CallerLegAnswer,
    ];

    /// Its word, in dialect files and `--columns`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Caller => "caller",
            Self::Callee => "callee",
            Self::Start => "start",
            Self::Answer => "answer",
            Self::End => "end",
            Self::Total => "total",
            Self::Talk => "talk",
            Self::Billed => "billed",
            Self::Charge => "charge",
            Self::Direction => "direction",
            Self::Status => "status",
            Self::Agent => "agent",
            Self::Line => "line",
            Self::Date => "date",
            Self::CallerLeg => "caller_leg",
            Self::CallerLegBilled => "caller_leg_billed",
            Self::CallerLegCharge => "caller_leg_charge",
            Self::ChargeMore => "charge_more",
            Self::Currency => "currency",
            Self::CallerLegAnswer => "caller_leg_answer",
        }
    }

    /// The field a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.word() == word)
    }

    /// True for sums of money.
    #[must_use]
    pub fn is_money(self) -> bool {
        matches!(self, Self::Charge | Self::CallerLegCharge | Self::ChargeMore)
    }

    /// True for times, lengths and sums of money.
    #[must_use]
    pub fn is_figure(self) -> bool {
        let is_time = matches!(
            self,
            Self::Start | Self::Answer | Self::End | Self::Date | Self::CallerLegAnswer
        );
        is_time || self.is_length() || self.is_money()
    }

    /// True for lengths of time.
    #[must_use]
    pub fn is_length(self) -> bool {
        matches!(
            self,
            Self::Total | Self::Talk | Self::Billed | Self::CallerLeg | Self::CallerLegBilled
        )
    }
}

/// The unit of a plain number that is a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Minutes.
    Minutes,
    /// Blocks of six seconds (计费6秒数).
    SixSeconds,
    /// Days: what a spreadsheet makes of `0:01:23`.
    Days,
}

impl Unit {
    /// Milliseconds of one.
    #[must_use]
    pub fn millis(self) -> u64 {
        match self {
            Self::Seconds => 1000,
            Self::Millis => 1,
            Self::Minutes => 60_000,
            Self::SixSeconds => 6000,
            Self::Days => 86_400_000,
        }
    }

    /// Its word, in dialect files, `--columns` and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Millis => "ms",
            Self::Minutes => "min",
            Self::SixSeconds => "6s",
            Self::Days => "d",
        }
    }

    /// The unit that a word means: `s`, `秒`, `ms`, `分钟`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "seg" | "segundos" | "sek"
            | "sekunden" | "secondes" | "mm:ss" | "min:sec" | "hh:mm:ss" | "h:mm:ss" => {
                Some(Self::Seconds)
            }
            "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" | "毫秒" => {
                Some(Self::Millis)
            }
            "min" | "mins" | "minute" | "minutes" | "minuten" | "minutos" | "分" | "分钟"
            | "分鐘" => Some(Self::Minutes),
            "6s" | "6秒" => Some(Self::SixSeconds),
            "d" | "days" | "天" => Some(Self::Days),
            _ => None,
        }
    }
}

/// A column that is said to hold a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidColumn {
    /// What it holds.
    pub field: Field,
    /// A header's name, or a place from 1 as `#4`.
    pub column: String,
    /// The unit of lengths.
    pub unit: Option<Unit>,
    /// How far left the point of charges moves: 2 for `:分` and `:1/100`.
    pub point: Option<u32>,
}

impl SaidColumn {
    /// Its place from 0, if it is said by place.
    pub(super) fn place(&self) -> Option<usize> {
        self.column.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
    }

    fn parse(field: Field, value: &str) -> Self {
        let whole = Self { field, column: value.to_owned(), unit: None, point: None };
        let Some((column, word)) = value.rsplit_once(':') else { return whole };
        let unit = Unit::from_word(word).filter(|_| field.is_length());
        let point = part_of_one(word).filter(|_| field.is_money());
        if unit.is_none() && point.is_none() {
            return whole;
        }
        Self { column: column.trim().to_owned(), unit, point, ..whole }
    }
}

/// The places that a part of the currency's unit moves the point: 分, `1/100`.
fn part_of_one(word: &str) -> Option<u32> {
    match word.strip_prefix("1/1") {
        Some(zeros) if zeros.len() <= 4 && zeros.bytes().all(|digit| digit == b'0') => {
            u32::try_from(zeros.len()).ok()
        }
        _ => point_of(word, "?"),
    }
}

/// What `--columns` says: `start=开始时间,talk=call_length:ms,callee=#4,answered=S|NI`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The columns that are said.
    pub columns: Vec<SaidColumn>,
    /// Words of the status column that mean answered.
    pub answered: Vec<String>,
    /// Words of the status column that mean unanswered.
    pub unanswered: Vec<String>,
    /// Words of the status column that mean never sent.
    pub unsent: Vec<String>,
    /// Words of the status column that mean voicemail.
    pub voicemail: Vec<String>,
    /// Words of the direction column by direction: outbound, inbound, internal.
    pub directions: [Vec<String>; 3],
    /// The comma is the decimal sign of figures, or the point is.
    pub decimal_comma: Option<bool>,
    /// The year of times that have none.
    pub year: Option<i32>,
    /// Times may lack their year though nothing tells it: they are only looked at.
    pub any_year: bool,
    /// What comes first in dates that don't begin with the year.
    pub dates: Option<DateOrder>,
    /// Names of the columns of a file without header, in another order than the dialect's.
    pub order: Vec<String>,
}

impl ColumnSpec {
    /// True if a column is said to hold the field.
    pub(super) fn says(&self, field: Field) -> bool {
        self.columns.iter().any(|said| said.field == field)
    }

    /// A day in the midst of the year that is said.
    pub(super) fn near(&self) -> Option<Day> {
        Day::from_ymd(self.year?, 7, 2)
    }

    /// Reads the argument.
    ///
    /// # Errors
    /// The part that is wrong, and the catalogue key of the reason.
    pub fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        let mut spec = Self::default();
        let mut named: Vec<&str> = Vec::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| (part.to_owned(), "columns-no-equals"))?;
            let (name, value) = (name.trim(), value.trim());
            if named.contains(&name) {
                return Err((name.to_owned(), "columns-twice"));
            }
            named.push(name);
            let words = || value.split('|').map(|word| word.trim().to_owned()).collect::<Vec<_>>();
            match name {
                "answered" => spec.answered = words(),
                "unanswered" => spec.unanswered = words(),
                "unsent" => spec.unsent = words(),
                "voicemail" => spec.voicemail = words(),
                "outbound" => spec.directions[0] = words(),
                "inbound" => spec.directions[1] = words(),
                "internal" => spec.directions[2] = words(),
                "decimal" => {
                    spec.decimal_comma = Some(match value {
                        "comma" => true,
                        "point" => false,
                        _ => return Err((part.to_owned(), "columns-decimal")),
                    });
                }
                "year" => {
                    let year = value.parse().ok().filter(|year| (1970..2200).contains(year));
                    spec.year = Some(year.ok_or_else(|| (part.to_owned(), "columns-year"))?);
                }
                "order" => spec.order = words(),
                "dates" => {
                    let order = DateOrder::from_word(value);
                    spec.dates =
                        Some(order.ok_or_else(|| (part.to_owned(), "columns-date-order"))?);
                }
                _ => {
                    let field = Field::from_word(name)
                        .ok_or_else(|| (name.to_owned(), "columns-no-field"))?;
                    let said = SaidColumn::parse(field, value);
                    if said.column.is_empty() {
                        return Err((part.to_owned(), "columns-no-column"));
                    }
                    if said.column == "#0" {
                        return Err((part.to_owned(), "columns-zero"));
                    }
                    if spec.columns.iter().any(|known| known.column == said.column) {
                        return Err((part.to_owned(), "columns-same"));
                    }
                    spec.columns.push(said);
                }
            }
        }
        Ok(spec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_argument() {
        let ordered = ColumnSpec::parse("order=time-start|duration|from-no").expect("valid");
        assert_eq!(ordered.order, ["time-start", "duration", "from-no"]);
        let spec = ColumnSpec::parse("start=开始时间,talk=call_length:ms, callee=#4,answered=S|NI")
            .expect("valid");
        let said = |field, column: &str, unit, point| SaidColumn {
            field,
            column: column.to_owned(),
            unit,
            point,
        };
        assert_eq!(
            spec.columns,
            [
                said(Field::Start, "开始时间", None, None),
                said(Field::Talk, "call_length", Some(Unit::Millis), None),
                said(Field::Callee, "#4", None, None),
            ]
        );
        let charged = |typed: &str| ColumnSpec::parse(typed).expect("valid").columns.remove(0);
        assert_eq!(charged("charge=费用:分"), said(Field::Charge, "费用", None, Some(2)));
        assert_eq!(charged("charge=#5:1/1000"), said(Field::Charge, "#5", None, Some(3)));
        assert_eq!(charged("charge=fee:元"), said(Field::Charge, "fee", None, Some(0)));
        // What is no unit of the field's belongs to the name.
        assert_eq!(charged("charge=fee:min"), said(Field::Charge, "fee:min", None, None));
        assert_eq!(charged("talk=long:厘"), said(Field::Talk, "long:厘", None, None));
        assert_eq!(spec.answered, ["S", "NI"]);
        for (text, why) in [
            ("start", "columns-no-equals"),
            ("begin=a", "columns-no-field"),
            ("start=", "columns-no-column"),
            ("start=#0", "columns-zero"),
            ("start=#1,start=#2", "columns-twice"),
            ("start=#1,year=2024,year=2025", "columns-twice"),
            ("start=#1,talk=#1", "columns-same"),
            ("start=#1,decimal=,", "columns-decimal"),
            ("start=#1,year=24", "columns-year"),
            ("start=#1,dates=day", "columns-date-order"),
        ] {
            assert_eq!(ColumnSpec::parse(text).err().map(|e| e.1), Some(why), "{text}");
        }
    }
}
