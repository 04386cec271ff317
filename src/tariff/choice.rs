//! The words of the contract language as values. A word was checked against the list of keys
//! before it comes here.

use super::{PartMonth, RecurringPer, SeatCount};

impl SeatCount {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "peak" => Self::Peak,
            "average" => Self::Average,
            "ordered" => Self::Ordered,
            _ => Self::Named,
        }
    }
}

impl PartMonth {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "by-day" => Self::ByDay,
            "30-day" => Self::ThirtyDay,
            _ => Self::Full,
        }
    }
}

impl RecurringPer {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "number" => Self::Number,
            "line" => Self::Line,
            "seat" => Self::Seat,
            "service" => Self::Service,
            _ => Self::Contract,
        }
    }
}
