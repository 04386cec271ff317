//! What a package includes.

use rust_decimal::Decimal;

use super::call::{CallTerms, Direction};
use crate::money::Amount;
use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, key};
use crate::tariff::ids::{ClauseId, ZoneId};
use crate::tariff::parser::Parser;

pub(super) static INCLUDES: Section = Section {
    name: "includes",
    about: [
        "One thing included; exactly one of minutes, seconds, money, calls, seats, messages.",
        "一项包含内容。",
    ],
    keys: &[
        key("minutes", Kind::Quantity, Optional, "minutes of calls", "通话分钟"),
        key("seconds", Kind::Quantity, Optional, "seconds of calls", "通话秒数"),
        key(
            "money",
            Kind::Price,
            Optional,
            "a sum that charges of calls are taken from, at their prices",
            "可抵扣通话费的金额",
        ),
        key(
            "calls",
            Kind::Count(1, 1_000_000_000),
            Optional,
            "so many calls, each covered whole; a call that is free uses none up",
            "通话次数, 每次整次抵扣; 免费的通话不扣",
        ),
        key(
            "zones",
            Kind::Texts,
            Optional,
            "zones that these cover; left out, all",
            "分钟, 秒数, 金额或次数适用区域, 不写则全部",
        ),
        key("seats", Kind::Quantity, Optional, "seats", "坐席"),
        key("messages", Kind::Quantity, Optional, "messages", "短信条数"),
        key(
            "of",
            Kind::Texts,
            Optional,
            "name of the `[[seat]]` or `[[usage]]` clause that seats or messages come off; several `[[usage]]` clauses share messages in order of use",
            "抵扣哪一条坐席或用量条款; 多条用量条款按使用先后共用",
        ),
    ],
};

/// What one package holds for calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolSize {
    /// Seconds.
    Time(u64),
    /// Money, at the prices of the calls.
    Money(Amount),
    /// Whole calls.
    Calls(u64),
}

/// Included minutes, money or calls.
#[derive(Clone, Debug)]
pub struct MinutePool {
    /// How much, of one package.
    pub size: PoolSize,
    /// Zones covered; empty is all.
    pub zones: Vec<ZoneId>,
    /// Where it stands.
    pub at: Span,
}

impl MinutePool {
    /// True if it is for calls to a zone; `None` is a number that no zone takes.
    #[must_use]
    pub fn takes(&self, zone: Option<ZoneId>) -> bool {
        self.zones.is_empty() || zone.is_some_and(|zone| self.zones.contains(&zone))
    }

    /// True if some calls of a price can use it up: outbound ones, to a zone that both name.
    #[must_use]
    pub fn covers(&self, price: &CallTerms) -> bool {
        let outbound = price.directions.contains(&Direction::Outbound);
        let zones = &price.zones;
        outbound && (zones.is_empty() || zones.iter().any(|zone| self.takes(Some(*zone))))
    }
}

/// Included seats or messages.
#[derive(Clone, Debug)]
pub struct IncludedUnits {
    /// How many, of one package.
    pub quantity: Decimal,
    /// The clause they come off; several share them in order of use.
    pub of: Vec<ClauseId>,
}

impl Parser {
    pub(super) fn pool_size(&mut self, included: &Cursor<'_>) -> Option<PoolSize> {
        if let Some(money) = included.decimal("money") {
            return Some(PoolSize::Money(Amount::new(money.value)));
        }
        if included.has("calls") {
            return included.count("calls").map(|calls| PoolSize::Calls(calls.value.into()));
        }
        let (typed, each) = match included.decimal("minutes") {
            Some(minutes) => (minutes, 60),
            None => (included.decimal("seconds")?, 1),
        };
        let seconds = typed.value.checked_mul(Decimal::from(each));
        let whole = seconds.filter(|s| s.fract().is_zero()).and_then(|s| u64::try_from(s).ok());
        if whole.is_none() {
            self.found.push(Diagnostic::error("minutes-whole", typed.span));
        }
        whole.map(PoolSize::Time)
    }
}
