//! The price of covered calls beyond a package's minutes.

use rust_decimal::Decimal;

use super::after::AFTER;
use super::call::{Bounds, CallTerms, Direction};
use super::metering::{Metering, Scope};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, key};
use crate::tariff::ids::{ClauseId, ZoneId};
use crate::tariff::parser::{Parser, plain};

pub(in crate::tariff) static OVERAGE: Section = Section {
    name: "overage",
    about: ["Price of covered calls beyond the minutes.", "套餐外单价。"],
    keys: &[
        key(
            "name",
            Kind::Text,
            Optional,
            "the line's name; left out, that of the package with `overage`",
            "名称",
        ),
        key("price", Kind::Price, Required, "price of one `per`", "单价"),
        key(
            "per",
            Kind::Seconds,
            Required,
            "what the price is for: `\"60s\"`",
            "单价所对应的时长: `\"60s\"`",
        ),
        key(
            "connect",
            Kind::Price,
            Optional,
            "fee for each answered call; left out, none",
            "每次接通费",
        ),
        key(
            "after",
            Kind::Tables(&AFTER),
            Optional,
            "what changes after so many seconds of a call; not with a sum over the cycle",
            "通话满若干秒后的变化; 不与账期累计并用",
        ),
        key("class", Kind::Text, Optional, "tax class; left out, the package's", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
    ],
};

impl Parser {
    /// What a covered call costs beyond the minutes.
    pub(in crate::tariff) fn overage(
        &mut self,
        table: &Cursor<'_>,
        metering: Metering,
        zones: Vec<ZoneId>,
        of: ClauseId,
    ) -> Option<CallTerms> {
        let price = table.decimal("price")?;
        let per = self.per(table)?;
        let after = self.after(table, (price.value, per))?;
        if !after.is_empty() && metering.scope != Scope::Call {
            let at = table.place("after");
            let wrong = Diagnostic::error("call-and-sum", at).with("key", "after");
            self.found.push(wrong.helped_by("help-cycle"));
        }
        Some(CallTerms {
            zones,
            from_zones: Vec::new(),
            directions: vec![Direction::Outbound],
            periods: Vec::new(),
            leg: None,
            price: price.value,
            per,
            connect: plain(table, "connect"),
            attempt: Decimal::ZERO,
            metering,
            own_free: false,
            tiers: None,
            after,
            bounds: Bounds::default(),
            overage_of: Some(of),
            of_deck: false,
            price_at: price.span,
        })
    }
}
