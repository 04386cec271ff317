//! Rate decks: prices by prefix from a CSV file beside the contract.
//!
//! Rows of one destination and the same terms are one zone, and each of its prices one clause, so
//! that a deck is priced and checked as any other price is; only its places are in the deck.

use std::collections::HashMap;

use super::call::{Bounds, CallTerms, Direction};
use super::deck_columns::{COLUMNS, Columns};
use super::deck_rows::{self, Wanted};
use super::deck_zones::{Dated, Deck, SHOWN};
use super::metering::Metering;
use super::prefix::{Form, shown};
use super::zone::{DestinationZone, Reach};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Diagnostics, Field, Kind, Section, key};
use crate::tariff::clause::{Clause, Terms};
use crate::tariff::companion::Companions;
use crate::tariff::ids::PeriodId;
use crate::tariff::names::zone_id;
use crate::tariff::parser::{Parser, patterns, plain};
use crate::tariff::valid::VALID;
use crate::when::Validity;

static BANDS: Section = Section {
    name: "bands",
    about: [
        "A column of a deck with prices that hold in some periods. Where a row leaves it empty, its ordinary price holds.",
        "费率表中适用于某些时段的单价列; 某行该列为空时, 按其普通单价。",
    ],
    keys: &[
        key("column", Kind::Text, Required, "head of the column", "列的表头"),
        key(
            "period",
            Kind::Texts,
            Required,
            "periods in which its prices hold",
            "其单价适用的时段",
        ),
    ],
};

pub(in crate::tariff) static DECK: Section = Section {
    name: "deck",
    about: [
        "Prices for calls by prefix, from a CSV file. The longest prefix wins, over all decks and zones; a row holds from its date until the next one of its prefix.",
        "按号码前缀的费率表 (CSV 文件)。费率表与区域一并按最长前缀匹配; 每行自生效日起, 至同一前缀的下一行止。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "file",
            Kind::Text,
            Required,
            "a CSV file beside the contract; of a contract from standard input, in the working directory",
            "合同旁的 CSV 文件; 合同来自标准输入时, 相对于当前目录",
        ),
        key(
            "columns",
            Kind::Table(&COLUMNS),
            Optional,
            "heads of columns that are not known by themselves",
            "各列的表头, 常见表头可自动识别",
        ),
        key(
            "prefixes",
            Kind::Choice(&["international", "dialled"]),
            Optional,
            "what a prefix without `+` or `00` is: `44` for +44, or digits as they are dialled at home, `0571`; needed if there is one",
            "不带 `+` 或 `00` 的前缀: 国际号码 (`44` 即 +44), 或国内拨号 (`0571`); 有此类前缀时必填",
        ),
        key(
            "per",
            Kind::Seconds,
            Required,
            "what the prices are for: `\"60s\"`",
            "单价所对应的时长: `\"60s\"`",
        ),
        key(
            "bands",
            Kind::Tables(&BANDS),
            Optional,
            "prices by part of the week, each in a column of its own; the ordinary price holds at all other times",
            "按时段的单价, 各占一列; 其余时间按普通单价",
        ),
        key(
            "direction",
            Kind::Choice(&["outbound", "inbound", "internal", "any"]),
            Optional,
            "left out, `outbound`",
            "方向, 不写则为呼出",
        ),
        key(
            "connect",
            Kind::Price,
            Optional,
            "connection fee of rows that name none; left out, none",
            "未列接通费的行所用的每次接通费",
        ),
        key(
            "increment",
            Kind::SecondsPair,
            Optional,
            "increment of rows that name none; left out, `metering.increment`",
            "未列计费单位的行所用的计费单位",
        ),
        key(
            "minimum",
            Kind::Seconds,
            Optional,
            "instead of `metering.minimum`",
            "替代总则的起计时长",
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
            "days on which the deck holds; left out, all",
            "有效日期",
        ),
    ],
};

impl Parser {
    /// The clauses of all decks; their zones come behind those of the contract.
    pub(in crate::tariff) fn decks(
        &mut self,
        root: &Cursor<'_>,
        metering: Option<Metering>,
        zones: &mut Vec<DestinationZone>,
        files: &mut Companions<'_>,
    ) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for table in root.tables("deck") {
            let read = self.deck(&table, metering, zones, files);
            match (read, table.text("name")) {
                (Some(read), _) => clauses.extend(read),
                (None, Some(name)) => self.refused.push(("call", name.value)),
                (None, None) => {}
            }
        }
        clauses
    }

    fn deck(
        &mut self,
        table: &Cursor<'_>,
        metering: Option<Metering>,
        zones: &mut Vec<DestinationZone>,
        files: &mut Companions<'_>,
    ) -> Option<Vec<Clause>> {
        let name = table.text("name")?;
        let path = table.text("file")?;
        let per = self.per(table)?;
        let mut metering = metering?;
        if let Some(pair) = table.seconds_pair("increment") {
            (metering.first, metering.next) = self.increment(pair);
        }
        if let Some(least) = table.seconds("minimum") {
            metering.minimum = least.value;
        }
        let bands: Vec<(Vec<PeriodId>, Option<Field<String>>)> = table
            .tables("bands")
            .iter()
            .map(|band| (self.period_ids(band), band.text("column")))
            .collect();
        let heads: Option<Vec<Field<String>>> =
            bands.iter().map(|(_, head)| head.clone()).collect();
        let periods: Vec<Vec<PeriodId>> = bands.into_iter().map(|(periods, _)| periods).collect();
        let wanted = Wanted {
            path: &path,
            bands: heads?,
            columns: Columns::named(table.table("columns").as_ref()),
            form: table.choice("prefixes").map(|word| match word.value {
                "international" => Form::International,
                _ => Form::Dialled,
            }),
            connect: plain(table, "connect"),
            steps: (metering.first, metering.next),
            contract: self.dates.map(|(valid, _)| valid).unwrap_or_default(),
        };
        let mut found = Diagnostics::default();
        let reach = Reach {
            directions: {
                let directions = Direction::of(table);
                Direction::ALL.map(|direction| directions.contains(&direction))
            },
            valid: self.validity(table),
        };
        let deck = deck_rows::deck(&wanted, files, &mut found);
        if let Some(deck) = &deck {
            meets(zones, deck, reach, &mut found);
        }
        let wrong = found.has_errors();
        self.found.append(found);
        let deck = deck.filter(|_| !wrong)?;
        Some(self.clauses_of(table, &name, (per, metering, reach, &periods), deck, zones))
    }

    /// A zone for each destination and history of terms, a clause for each of its terms.
    fn clauses_of(
        &self,
        table: &Cursor<'_>,
        name: &Field<String>,
        (per, metering, reach, periods): (u32, Metering, Reach, &[Vec<PeriodId>]),
        deck: Deck,
        zones: &mut Vec<DestinationZone>,
    ) -> Vec<Clause> {
        let directions = Direction::of(table);
        let class = table.text("class");
        let mut invoice = patterns(table);
        let mut clauses = Vec::with_capacity(deck.zones.len());
        for zone in deck.zones {
            let id = zone_id(zones.len());
            for Dated { held, terms, at } in &zone.history {
                let terms = &deck.terms[*terms as usize];
                let (first, next) = terms.steps;
                let of_bands = deck.bands[terms.bands as usize].iter().zip(periods);
                let of_bands =
                    of_bands.filter_map(|(price, periods)| Some(((*price)?, &periods[..])));
                let prices = std::iter::once((terms.price, &[][..])).chain(of_bands);
                clauses.extend(prices.map(|(price, periods)| Clause {
                    name: name.value.clone(),
                    at: *at,
                    // Clauses of one name share their names on bills.
                    invoice: std::mem::take(&mut invoice),
                    class: class.as_ref().map(|class| class.value.clone()),
                    class_at: class.as_ref().map_or(name.span, |class| class.span),
                    valid: reach.valid.and(*held),
                    trial_until: None,
                    terms: Terms::Call(Box::new(CallTerms {
                        zones: vec![id],
                        from_zones: Vec::new(),
                        directions: directions.clone(),
                        periods: periods.to_vec(),
                        leg: None,
                        price,
                        per,
                        connect: terms.connect,
                        attempt: rust_decimal::Decimal::ZERO,
                        metering: Metering { first, next, ..metering },
                        own_free: false,
                        tiers: None,
                        after: Vec::new(),
                        bounds: Bounds::default(),
                        overage_of: None,
                        of_deck: true,
                        price_at: *at,
                    })),
                }));
            }
            let first = zone.history.first().and_then(|dated| dated.held.from);
            let valid = reach.valid.and(Validity { from: first, until: None });
            zones.push(DestinationZone {
                name: zone.name,
                kinds: zone.kind.into_iter().collect(),
                areas: Vec::new(),
                prefixes: zone.prefixes,
                reach: Some(Reach { valid, ..reach }),
                at: zone.history.first().map_or(name.span, |dated| dated.at),
            });
        }
        clauses
    }
}

/// A prefix of a deck that a zone or another deck has as well leaves its price open.
fn meets(zones: &[DestinationZone], deck: &Deck, reach: Reach, found: &mut Diagnostics) {
    let mut known: HashMap<&str, Vec<&DestinationZone>> = HashMap::new();
    for zone in zones.iter().filter(|zone| zone.areas.is_empty()) {
        for (digits, _) in &zone.prefixes {
            known.entry(digits).or_default().push(zone);
        }
    }
    if known.is_empty() {
        return;
    }
    let mut count = 0;
    for zone in &deck.zones {
        let ties = |other: &&&DestinationZone| {
            let kinds = match zone.kind {
                None => other.kinds.is_empty(),
                Some(kind) => other.kinds.contains(&kind),
            };
            kinds && other.reach.is_none_or(|other| other.meets(reach))
        };
        for (digits, at) in &zone.prefixes {
            let Some(other) = known.get(digits.as_str()).and_then(|all| all.iter().find(ties))
            else {
                continue;
            };
            let there = other.prefixes.iter().find(|(known, _)| known == digits);
            let there = there.map_or(other.at, |(_, span)| *span);
            let diagnostic = match other.reach {
                Some(_) => Diagnostic::error("deck-twice", *at),
                None => Diagnostic::error("deck-and-zone", *at).with("name", &other.name),
            };
            found.push(diagnostic.and(there).with("prefix", shown(digits)));
            count += 1;
            if count == SHOWN {
                return;
            }
        }
    }
}
