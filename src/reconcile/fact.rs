//! Values of a finding's sentence: typed, so that each language and format writes them its way.

use rust_decimal::Decimal;

use crate::money::{Amount, Exact};
use crate::when::Day;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A name, as the files write it.
    Text(String),
    /// A sentence that is no catalogue's, in English and in Chinese.
    Said([String; 2]),
    /// A word of the catalogue.
    Word(&'static str),
    /// Words of the catalogue, one after the other.
    Words(Vec<&'static str>),
    /// A sentence of the catalogue with its values, as part of another.
    Phrase(&'static str, Vec<(&'static str, Fact)>),
    /// Money.
    Money(Amount),
    /// A price or quantity.
    Number(Decimal),
    /// A sum before rounding.
    Exact(Exact),
    /// A share, 0.06 for 6 %.
    Percent(Decimal),
    /// A count.
    Count(u64),
    /// A length of time.
    Seconds(u64),
    /// First and next increment.
    Increments(u32, u32),
    /// A day.
    Day(Day),
    /// A moment, seconds since 1970 UTC; shown in the contract's zone.
    Moment(i64),
    /// What columns hold: keys of the catalogue, each with the head of its column.
    Columns(Vec<(&'static str, String)>),
    /// A telephone number or other identifier of a person: masked unless asked for.
    Person(String),
}
