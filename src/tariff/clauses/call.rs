//! A price for calls.

use rust_decimal::Decimal;

use super::after::{AFTER, After};
use super::metering::{BandRule, FREE, Legs, Metering, Scope};
use super::steps::Tiers;
use super::tiers::{CALL_TIERS, OF_CALLS};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Field, Kind, Section, Span, fork, key};
use crate::tariff::ids::{ClauseId, PeriodId, ZoneId};
use crate::tariff::parser::{Parser, plain};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static CALL: Section = Section {
    name: "call",
    about: [
        "A price for calls. A clause that names a zone goes before one that does not, then one that names a zone to call from, then one that names a leg, then one that names a period.",
        "通话单价。指定区域者优先, 其次指定己方号码区域者, 再次指定哪一路者, 最后指定时段者。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("zone", Kind::Texts, Optional, "zones; left out, every number", "适用区域, 不写则全部"),
        key(
            "from_zone",
            Kind::Texts,
            Optional,
            "zones of one's own number, from which it is called (for inbound calls: which is called); left out, every number",
            "己方号码 (呼出为主叫, 呼入为被叫) 所属区域, 不写则全部",
        ),
        key(
            "direction",
            Kind::Choice(&["outbound", "inbound", "internal", "any"]),
            Optional,
            "left out, `outbound`",
            "方向, 不写则为呼出",
        ),
        key(
            "period",
            Kind::Texts,
            Optional,
            "periods; left out, all other times",
            "适用时段, 不写则其余时间",
        ),
        key(
            "leg",
            Kind::Choice(&["caller", "called"]),
            Optional,
            "the leg that it is for, where `metering.legs` bills each: that to the caller, or that to the called number; left out, both",
            "按双呼分别计费 (`metering.legs`) 时适用于哪一路: 主叫路或被叫路, 不写则两路均适用",
        ),
        key("price", Kind::Price, Optional, "price of one `per`; not with `tiers`", "单价"),
        key(
            "per",
            Kind::Seconds,
            Required,
            "what the price is for: `\"60s\"`, `\"6s\"`",
            "单价所对应的时长: `\"60s\"`, `\"6s\"`",
        ),
        key(
            "connect",
            Kind::Price,
            Optional,
            "fee for each billable answered call; left out, none",
            "每次接通费",
        ),
        key(
            "attempt",
            Kind::Price,
            Optional,
            "fee for each attempt, answered or not; left out, none",
            "每次呼叫费",
        ),
        key(
            "increment",
            Kind::SecondsPair,
            Optional,
            "instead of `metering.increment`",
            "替代总则的计费单位",
        ),
        key(
            "minimum",
            Kind::Seconds,
            Optional,
            "instead of `metering.minimum`",
            "替代总则的起计时长",
        ),
        key(
            "free",
            Kind::Table(&FREE),
            Optional,
            "instead of `metering.free`",
            "替代总则的免费秒数",
        ),
        key(
            "tiers",
            Kind::Table(&CALL_TIERS),
            Optional,
            "a price that falls with the volume of the cycle",
            "阶梯价",
        ),
        key(
            "after",
            Kind::Tables(&AFTER),
            Optional,
            "what changes after so many seconds of a call; not with `tiers` or a sum over the cycle",
            "通话满若干秒后的变化; 不与阶梯价或账期累计并用",
        ),
        key(
            "least",
            Kind::Price,
            Optional,
            "least that a call costs, unless it is free or packages cover it whole; left out, none",
            "单次通话最低收费, 免费及套餐全额抵扣的通话除外; 不写则无",
        ),
        key(
            "most",
            Kind::Price,
            Optional,
            "most that a call costs; left out, no limit",
            "单次通话封顶, 不写则不限",
        ),
        key(
            "bounds",
            Kind::Choice(&["with-connect", "time"]),
            fork("with-connect", &["time"]),
            "`least` and `most` hold for time, connect fee and the fees of `after` together, or for time alone; never for the fee of an attempt; asked where there are such fees, those of the other bands of a call among them (`band_connect`)",
            "`least` 与 `most` 针对时长费, 接通费与 `after` 费用之和, 或仅针对时长费; 均不含每次呼叫费; 仅在有此类费用时询问, 含跨时段时其他时段的费用 (`band_connect`)",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how the line appears on the bill; `*` stands for anything",
            "账单上的名称, 可用 `*`",
        ),
        key(
            "valid",
            Kind::Table(&VALID),
            Optional,
            "days on which this price holds; left out, all",
            "有效日期",
        ),
    ],
};

/// Terms of a call price.
#[derive(Clone, Debug)]
pub struct CallTerms {
    /// Zones; empty is every number.
    pub zones: Vec<ZoneId>,
    /// Zones of one's own number; empty is every number.
    pub from_zones: Vec<ZoneId>,
    /// Directions.
    pub directions: Vec<Direction>,
    /// Parts of the week; empty is all other times.
    pub periods: Vec<PeriodId>,
    /// The leg that it is for; `None` is both.
    pub leg: Option<Leg>,
    /// Price of one `per`: the first step's, if there are steps.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// Fee for each billable answered call.
    pub connect: Decimal,
    /// Fee for each attempt.
    pub attempt: Decimal,
    /// How durations are metered.
    pub metering: Metering,
    /// The free seconds are the clause's own, not the contract's.
    pub own_free: bool,
    /// Price steps by volume.
    pub tiers: Option<Tiers>,
    /// What changes within a call, in order.
    pub after: Vec<After>,
    /// Least and most that one call costs.
    pub bounds: Bounds,
    /// The package whose overage this is.
    pub overage_of: Option<ClauseId>,
    /// It is a row of a deck.
    pub of_deck: bool,
    /// Where the price stands.
    pub price_at: Span,
}

/// A leg of a call whose record holds both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// That to the caller.
    Caller,
    /// That to the called number; a call of which the record holds one leg is such.
    Called,
}

/// Least and most that one call costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// Unless it is free.
    pub least: Option<Decimal>,
    /// However long it lasts.
    pub most: Option<Decimal>,
    /// They hold for connect fee and the fees of `after` too, not for time alone.
    pub with_connect: bool,
}

impl CallTerms {
    /// True if a call costs its seconds at one price and a connect fee, however long it is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let Bounds { least, most, .. } = self.bounds;
        self.after.is_empty() && least.or(most).is_none()
    }

    /// Takes another reading of one of its open questions, the contract's metering among them;
    /// false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match (key, &mut self.tiers) {
            // The clause answers for its own free seconds, the contract for the others.
            ("metering.free.how" | "metering.free.connect", _) if self.own_free => true,
            ("call.free.how", _) => self.metering.read_as("metering.free.how", word),
            ("call.free.connect", _) => self.metering.read_as("metering.free.connect", word),
            ("call.bounds", _) => {
                self.bounds.with_connect = word == "with-connect";
                true
            }
            (key, Some(tiers)) if key.starts_with("call.tiers.") => {
                tiers.read_as(key.trim_start_matches("call."), word)
            }
            _ => self.metering.read_as(key, word),
        }
    }

    /// True if some call, at whatever hour, goes to a zone and in a direction that both name.
    #[must_use]
    pub fn share_calls(&self, other: &Self) -> bool {
        meet(&self.zones, &other.zones)
            && meet(&self.from_zones, &other.from_zones)
            && self.leg == other.leg
            && self.directions.iter().any(|direction| other.directions.contains(direction))
    }

    /// True if both hold at all other times, or in one part of the week.
    #[must_use]
    pub fn share_hours(&self, other: &Self) -> bool {
        meet(&self.periods, &other.periods)
    }
}

/// Lists of which none means the rest: it meets only its like.
fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    (a.is_empty() && b.is_empty()) || a.iter().any(|item| b.contains(item))
}

/// Direction of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From us.
    Outbound,
    /// To us.
    Inbound,
    /// Within our own numbers.
    Internal,
    /// To the caller: a leg of its own, where the record of a call holds both.
    ToCaller,
}

impl Direction {
    /// Those that records name, in table order.
    pub const ALL: [Self; 3] = [Self::Outbound, Self::Inbound, Self::Internal];

    /// Those that a clause names.
    pub(in crate::tariff) fn of(table: &Cursor<'_>) -> Vec<Self> {
        match table.choice("direction").map(|word| word.value) {
            None | Some("outbound") => vec![Self::Outbound],
            Some("inbound") => vec![Self::Inbound],
            Some("internal") => vec![Self::Internal],
            Some(_) => Self::ALL.to_vec(),
        }
    }

    /// Its word in contracts and dialects.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
            Self::Internal => "internal",
            Self::ToCaller => "to-caller",
        }
    }
}

impl Parser {
    pub(in crate::tariff) fn call(
        &mut self,
        table: &Cursor<'_>,
        contract: Metering,
        id: ClauseId,
    ) -> Option<CallTerms> {
        let mut metering = contract;
        if let Some(pair) = table.seconds_pair("increment") {
            (metering.first, metering.next) = self.increment(pair);
        }
        if let Some(least) = table.seconds("minimum") {
            metering.minimum = least.value;
        }
        let own_free = table.has("free");
        if own_free {
            let keys = ("call.free.how", "call.free.connect");
            (metering.free, metering.free_connects) = self.free(table, keys, Some(id));
        }
        let tiers = table.table("tiers").and_then(|tiers| self.tiers(&tiers, id, &OF_CALLS, false));
        let price = match (table.decimal("price"), &tiers) {
            (Some(price), None) => price,
            (None, Some(tiers)) => {
                Field { value: tiers.steps.first()?.price, span: table.place("tiers") }
            }
            (Some(price), Some(_)) => {
                let other = table.place("tiers");
                self.found.push(Diagnostic::error("price-and-tiers", price.span).and(other));
                return None;
            }
            (None, None) => {
                if !table.has("price") && !table.has("tiers") {
                    let missing = Diagnostic::error("price-missing", table.span());
                    self.found.push(missing.with("key", "price"));
                }
                return None;
            }
        };
        let per = self.per(table)?;
        let after = self.after(table, (price.value, per))?;
        // Of a call over a period's edge the fee of another band may be due too.
        let splits = contract.band_rule != BandRule::Start && contract.connect_each_band;
        let fees_of_bands = splits && self.call_fees;
        let bounds = self.bounds(table, id, &after, fees_of_bands);
        let one_by_one = ["after", "least", "most"].into_iter().find(|key| table.has(key));
        if let Some(key) = one_by_one {
            let sum = if metering.scope != Scope::Call { "cycle" } else { "tiers" };
            if sum == "cycle" || tiers.is_some() {
                self.found.push(
                    Diagnostic::error("call-and-sum", table.place(key))
                        .with("key", key)
                        .helped_by(if sum == "cycle" { "help-cycle" } else { "help" }),
                );
            }
        }
        Some(CallTerms {
            zones: self.zone_ids(table, "zone"),
            from_zones: self.zone_ids(table, "from_zone"),
            directions: Direction::of(table),
            periods: self.period_ids(table),
            leg: self.leg(table, contract),
            price: price.value,
            per,
            connect: plain(table, "connect"),
            attempt: plain(table, "attempt"),
            metering,
            own_free,
            tiers,
            after,
            bounds,
            overage_of: None,
            of_deck: false,
            price_at: price.span,
        })
    }

    fn bounds(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
        after: &[After],
        fees_of_bands: bool,
    ) -> Bounds {
        let (least, most) = (table.decimal("least"), table.decimal("most"));
        if let (Some(least), Some(most)) = (&least, &most)
            && least.value > most.value
        {
            self.found.push(Diagnostic::error("bounds-order", least.span).and(most.span));
        }
        let bounded = least.is_some() || most.is_some();
        let own = !plain(table, "connect").is_zero() || after.iter().any(|at| !at.fee.is_zero());
        let asks = (bounded && (own || fees_of_bands)) || table.has("bounds");
        // Where there is no such fee, either reading is the other.
        let with_connect =
            !asks || self.fork(table, "bounds", "call.bounds", Some(id)) == "with-connect";
        let value = |field: Option<Field<Decimal>>| field.map(|field| field.value);
        Bounds { least: value(least), most: value(most), with_connect }
    }

    /// The leg that a clause names. Where a contract bills one leg, it is that to the called number.
    fn leg(&mut self, table: &Cursor<'_>, contract: Metering) -> Option<Leg> {
        let leg = match table.choice("leg")?.value {
            "caller" => Leg::Caller,
            _ => Leg::Called,
        };
        if contract.legs != Some(Legs::Each) {
            let at = table.place("leg");
            self.found.push(Diagnostic::error("leg-not-billed", at));
        }
        Some(leg)
    }

    pub(in crate::tariff) fn per(&mut self, table: &Cursor<'_>) -> Option<u32> {
        let per = table.seconds("per")?;
        if per.value == 0 {
            self.found.push(Diagnostic::error("per-zero", per.span));
        }
        (per.value > 0).then_some(per.value)
    }
}
