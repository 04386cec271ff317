//! Lines that are no call: counted by kind, shown, written out.

use crate::input::{Encoding, decode_line};

/// Why a line is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectKind {
    /// A total or a footer of the export, recognised as such.
    Summary,
    /// The header again, as when exports are joined.
    RepeatedHeader,
    /// More or fewer fields than the header.
    FieldCount,
    /// A quote that is never closed, and the line does not fit with quotes taken as text either.
    Quote,
    /// A byte 0.
    Nul,
    /// Longer than a record can be.
    TooLong,
    /// A charge without a number and a length: it is for something other than a call.
    ChargeAlone,
    /// A needed field is empty.
    Missing,
    /// No such date or time.
    Time,
    /// A wall-clock time that did not exist, or came twice, when the clocks changed.
    ClockChange,
    /// Not a length of time.
    Duration,
    /// A length of time below zero.
    NegativeDuration,
    /// A length of time above 31 days.
    DurationRange,
    /// Not an amount of money.
    Amount,
    /// An amount that no call can cost, or with more than nine decimals.
    AmountRange,
    /// By what it holds no call, as the dialect says.
    NotACall,
    /// A charge in another currency than the contract's.
    Currency,
    /// A date or zone other than the first rows prove.
    Contradicted,
}

impl RejectKind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Summary,
        Self::RepeatedHeader,
        Self::FieldCount,
        Self::Quote,
        Self::Nul,
        Self::TooLong,
        Self::ChargeAlone,
        Self::Missing,
        Self::Time,
        Self::ClockChange,
        Self::Duration,
        Self::NegativeDuration,
        Self::DurationRange,
        Self::Amount,
        Self::AmountRange,
        Self::NotACall,
        Self::Currency,
        Self::Contradicted,
    ];

    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Summary => "summary-row",
            Self::RepeatedHeader => "repeated-header",
            Self::FieldCount => "field-count",
            Self::Quote => "unbalanced-quote",
            Self::Nul => "nul-byte",
            Self::TooLong => "line-too-long",
            Self::ChargeAlone => "charge-without-call",
            Self::Missing => "field-missing",
            Self::Time => "bad-time",
            Self::ClockChange => "clock-change",
            Self::Duration => "bad-duration",
            Self::NegativeDuration => "negative-duration",
            Self::DurationRange => "duration-out-of-range",
            Self::Amount => "bad-amount",
            Self::AmountRange => "amount-out-of-range",
            Self::NotACall => "not-a-call",
            Self::Currency => "other-currency",
            Self::Contradicted => "contradicts-first-rows",
        }
    }

    /// True if the line may have been a call, so that the audit is incomplete without it.
    #[must_use]
    pub fn matters(self) -> bool {
        !matches!(self, Self::Summary | Self::RepeatedHeader | Self::NotACall)
    }
}

/// One rejected line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub kind: RejectKind,
    /// The field, if one is to blame.
    pub field: Option<&'static str>,
    /// What was found there.
    pub found: String,
}

impl Reject {
    /// A line as a whole.
    #[must_use]
    pub fn line(kind: RejectKind, found: impl Into<String>) -> Box<Self> {
        Box::new(Self { kind, field: None, found: found.into() })
    }

    /// A field.
    #[must_use]
    pub fn field(kind: RejectKind, field: &'static str, found: &[u8]) -> Box<Self> {
        let found = decode_line(&found[..found.len().min(80)], Encoding::Ascii).0.into_owned();
        Box::new(Self { kind, field: Some(field), found })
    }
}
