//! The words of the contract language as values. A word was checked against the list of keys
//! before it comes here.

use super::{
    BandRule, BillOn, FeeChange, FreeHow, PartMonth, RecurringPer, Scope, SeatCount, Subsecond,
};

impl BillOn {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "attempt" => Self::Attempt,
            "ring" => Self::Ring,
            _ => Self::Answer,
        }
    }
}

impl Scope {
    pub(super) fn pick(word: &str) -> Self {
        if word == "cycle" { Self::Cycle } else { Self::Call }
    }
}

impl BandRule {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "each-increment" => Self::EachIncrement,
            "exact-split" => Self::ExactSplit,
            _ => Self::Start,
        }
    }
}

impl FreeHow {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "subtract" => Self::Subtract,
            "after-rounding" => Self::AfterRounding,
            _ => Self::Cliff,
        }
    }
}

impl Subsecond {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "down" => Self::Down,
            "half-up" => Self::HalfUp,
            _ => Self::Up,
        }
    }
}

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

impl FeeChange {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "first" => Self::First,
            "by-day" => Self::ByDay,
            _ => Self::Last,
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

/// Words that stand for values of other modules.
pub mod pick {
    use rust_decimal::Decimal;

    use crate::money::{Rounding, RoundingMode, parse_decimal};

    /// `"0.01 half-up"` as a rounding boundary; `"none"` as none.
    #[must_use]
    pub fn rounding(words: &str) -> Option<Rounding> {
        let (quantum, mode) = words.split_once(' ')?;
        let places = places(parse_decimal(quantum).ok()?)?;
        Some(Rounding::new(places, rounding_mode(mode)))
    }

    /// A rounding mode's word.
    #[must_use]
    pub fn rounding_mode(word: &str) -> RoundingMode {
        match word {
            "half-even" => RoundingMode::HalfEven,
            "up" => RoundingMode::Up,
            "down" => RoundingMode::Down,
            _ => RoundingMode::HalfUp,
        }
    }

    /// Decimals of a quantum `1`, `0.1`, … `0.000000001`; `None` for any other number.
    #[must_use]
    pub fn places(quantum: Decimal) -> Option<u32> {
        let quantum = quantum.normalize();
        (quantum.mantissa() == 1 && quantum.scale() <= 9).then(|| quantum.scale())
    }
}
