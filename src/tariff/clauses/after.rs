//! Prices that change within one call.

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, key};
use crate::tariff::parser::{Parser, plain};

pub(in crate::tariff) static AFTER: Section = Section {
    name: "after",
    about: [
        "What changes after so many seconds of a call. A price holds until the next entry that changes it.",
        "通话满若干秒后的变化; 单价一直适用到下一条改变它的条目。",
    ],
    keys: &[
        key(
            "from",
            Kind::Seconds,
            Required,
            "second of the call, counted from its start with free seconds included: `\"300s\"` is the 6th minute on",
            "自通话第几秒起, 含免费秒数: `\"300s\"` 即第 6 分钟起",
        ),
        key(
            "price",
            Kind::Price,
            Optional,
            "the price becomes this; left out with `reduce_by` too, it stays",
            "单价变为; 与 `reduce_by` 均不写则不变",
        ),
        key(
            "reduce_by",
            Kind::Price,
            Optional,
            "the price in force before drops by this, for the same `per`",
            "在此前单价上减去, 对应时长不变",
        ),
        key(
            "per",
            Kind::Seconds,
            Optional,
            "what `price` is for; left out, the time of the price before",
            "单价所对应的时长, 不写则与此前相同",
        ),
        key(
            "increment",
            Kind::Seconds,
            Optional,
            "block that is billed from here on; left out, that of before",
            "此后的计费单位, 不写则与此前相同",
        ),
        key(
            "fee",
            Kind::Price,
            Optional,
            "due once if the call lasts longer than `from`; left out, none",
            "通话超过 `from` 时收取一次, 不写则无",
        ),
    ],
};

/// What changes at some second of a call.
#[derive(Clone, Copy, Debug)]
pub struct After {
    /// Second of the call.
    pub from: u32,
    /// Price of one `per` from there on, with the seconds it is for; `None` if only a fee is due.
    pub price: Option<(Decimal, u32)>,
    /// Block from there on, if it is another one than before.
    pub increment: Option<u32>,
    /// Due if the call lasts longer.
    pub fee: Decimal,
    /// Where it stands.
    pub at: Span,
}

/// True if some price of a contract changes within a call.
pub(in crate::tariff) fn prices_change(root: &Cursor<'_>) -> bool {
    entries(root).any(|after| ["price", "reduce_by", "increment"].iter().any(|key| after.has(key)))
}

/// True if some fee is due within a call.
pub(in crate::tariff) fn fees_fall_due(root: &Cursor<'_>) -> bool {
    entries(root).any(|after| after.has("fee"))
}

/// True if some call has a price that only it can have: one that changes within it, or is bounded.
pub(in crate::tariff) fn one_by_one(root: &Cursor<'_>) -> bool {
    let bounded = |table: &Cursor<'_>| table.has("least") || table.has("most");
    root.tables("call").iter().any(bounded) || entries(root).next().is_some()
}

fn entries<'d>(root: &Cursor<'d>) -> impl Iterator<Item = Cursor<'d>> {
    let overages = root.tables("package").into_iter().filter_map(|table| table.table("overage"));
    let clauses = root.tables("call").into_iter().chain(overages);
    clauses.flat_map(|table| table.tables("after"))
}

impl Parser {
    /// What changes within a call of a clause with that price.
    pub(in crate::tariff) fn after(
        &mut self,
        table: &Cursor<'_>,
        mut price: (Decimal, u32),
    ) -> Option<Vec<After>> {
        let mut list: Vec<After> = Vec::new();
        let mut block = None;
        for entry in table.tables("after") {
            let from = entry.seconds("from")?;
            if list.last().map_or(0, |last| last.from) >= from.value {
                self.found.push(Diagnostic::error("after-order", from.span));
            }
            let (becomes, drops) = (entry.decimal("price"), entry.decimal("reduce_by"));
            if !["price", "reduce_by", "increment", "fee"].iter().any(|key| entry.has(key)) {
                self.found.push(Diagnostic::error("after-nothing", entry.span()));
            }
            if let (Some(becomes), Some(drops)) = (&becomes, &drops) {
                self.found.push(Diagnostic::error("after-both", drops.span).and(becomes.span));
            }
            if becomes.is_none() && entry.has("per") {
                self.found.push(Diagnostic::error("after-per", entry.place("per")));
            }
            if let Some(becomes) = &becomes {
                let per = if entry.has("per") { self.per(&entry)? } else { price.1 };
                price = (becomes.value, per);
            } else if let Some(drops) = &drops {
                if drops.value > price.0 {
                    let wrong = Diagnostic::error("after-below-zero", drops.span);
                    self.found.push(wrong.with("price", price.0).with("drop", drops.value));
                }
                price.0 = (price.0 - drops.value).max(Decimal::ZERO);
            }
            if let Some(pair) = entry.seconds("increment") {
                if pair.value == 0 || pair.value > 86_400 {
                    self.found.push(Diagnostic::error("increment-range", pair.span));
                }
                block = Some(pair.value.max(1));
            }
            let changes = becomes.is_some() || drops.is_some() || entry.has("increment");
            list.push(After {
                from: from.value,
                price: changes.then_some(price),
                increment: block,
                fee: plain(&entry, "fee"),
                at: entry.span(),
            });
        }
        Some(list)
    }
}
