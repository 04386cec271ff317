//! Break-even: tables of crossings and regions, sentences, and the part of the document.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::MoneyPart;
use super::{EstimateWords, Listing, Value, cents, whole};
use crate::estimate::cross::{Cross, Crossing, Meeting};
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::report::words::{grouped, money};

/// Break-even between contracts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CrossPart {
    /// Answered calls of the usage as it is: a level is a whole number of answered calls.
    calls: u64,
    /// Connected minutes of the usage as it is.
    minutes: u64,
    /// The highest level that was looked at, in answered calls.
    most: u64,
    /// Answered calls from one level of the first search to the next; where a total is not straight,
    /// or an order changes, the search went on down to one call.
    step: u64,
    /// Totals that were settled.
    settled: usize,
    /// The search was ended before it was fine enough everywhere.
    cut_short: bool,
    /// Contracts that take no part, for they can't price all of the usage: files as typed.
    apart: Vec<String>,
    /// Where the order of two contracts changes, or where they come to the same, by level.
    crossings: Vec<CrossingPart>,
    /// Which is the cheapest, by level.
    regions: Vec<RegionPart>,
    /// Totals by level; straight between two points.
    curves: Vec<CurvePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CrossingPart {
    /// Files as typed: the one that is cheaper below comes first.
    pair: [String; 2],
    /// The cheaper below; nothing if they are equal from the lowest level on.
    below: Option<String>,
    /// The cheaper above; nothing if they are equal up to the highest level.
    above: Option<String>,
    /// `between`: the order changes from the level `from` to the next, `to`; `equal`: both come to the
    /// same from `from` to `to`; `mixed`: it changes several times between them, within a few calls.
    meeting: &'static str,
    /// First level, in answered calls.
    from: u64,
    /// Last level, in answered calls.
    to: u64,
    /// The level that is told: `from` where they are equal, else `to`.
    calls: u64,
    /// That level as times the usage, to six decimals.
    times: String,
    /// Connected minutes at that level, to two decimals.
    minutes: String,
    /// What both come to at that level.
    totals: [MoneyPart; 2],
    /// Standard error of the difference, if months were drawn.
    error: Option<String>,
    /// Calls by which the crossing may lie elsewhere for that error, by the slope nearby.
    error_calls: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RegionPart {
    /// The cheapest, files as typed; several if they come to the same.
    files: Vec<String>,
    /// First level, in answered calls.
    from: u64,
    /// Last level, in answered calls.
    to: u64,
    /// The same as times the usage, to six decimals.
    times: [String; 2],
    /// The same as connected minutes, to two decimals.
    minutes: [String; 2],
    /// The cheapest of the others in the middle.
    next: Option<String>,
    /// By how much it is dearer there.
    less: Option<MoneyPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CurvePart {
    file: String,
    /// Its letter in drawings.
    letter: char,
    /// Answered calls, and what they come to.
    points: Vec<(u64, MoneyPart)>,
}

impl CrossPart {
    pub(super) fn new(words: &EstimateWords<'_>, cross: &Cross) -> Self {
        let file = |place: usize| words.estimate.offers[place].contract.name.clone();
        let times = |level: u64| rounded(cross.times(level), 6).to_string();
        let minutes = |level: u64| rounded(cross.minutes(level), 2).to_string();
        let crossing = |one: &Crossing| CrossingPart {
            pair: [file(one.pair.0), file(one.pair.1)],
            below: one.before.map(file),
            above: one.after.map(file),
            meeting: match one.meeting {
                Meeting::Between => "between",
                Meeting::Equal => "equal",
                Meeting::Mixed => "mixed",
            },
            from: one.from,
            to: one.to,
            calls: one.level(),
            times: times(one.level()),
            minutes: minutes(one.level()),
            totals: [cents(one.totals.0).into(), cents(one.totals.1).into()],
            error: one.error.map(|(error, _)| Amount::new(error).to_string()),
            error_calls: one.error.and_then(|(_, calls)| calls),
        };
        let regions = cross.regions.iter().map(|region| RegionPart {
            files: region.places.iter().map(|place| file(*place)).collect(),
            from: region.from,
            to: region.to,
            times: [region.from, region.to].map(times),
            minutes: [region.from, region.to].map(minutes),
            next: region.next.map(|(place, _)| file(place)),
            less: region.next.map(|(_, less)| cents(less).into()),
        });
        let curves = cross.curves.iter().map(|line| CurvePart {
            file: file(line.place),
            letter: letter(line.place),
            points: line.points.iter().map(|(at, total)| (*at, cents(*total).into())).collect(),
        });
        Self {
            calls: cross.calls,
            minutes: whole(cross.minutes(cross.calls)),
            most: cross.most,
            step: cross.step,
            settled: cross.settled,
            cut_short: cross.cut_short,
            apart: cross.apart.iter().map(|place| file(*place)).collect(),
            crossings: cross.crossings.iter().map(crossing).collect(),
            regions: regions.collect(),
            curves: curves.collect(),
        }
    }
}

pub(super) fn rounded(exact: Exact, places: u32) -> Decimal {
    exact.round(Some(Rounding::new(places, RoundingMode::HalfUp))).decimal().round_dp(places)
}

/// The letter of an offer; beyond the alphabet all have the same.
pub(super) fn letter(place: usize) -> char {
    u8::try_from(place)
        .ok()
        .filter(|place| *place < 26)
        .map_or('?', |place| char::from(b'A' + place))
}

impl EstimateWords<'_> {
    /// The tables of break-even, if it was asked for.
    pub(super) fn cross(&self) -> Vec<Listing> {
        let cross = self.estimate.cross.as_ref();
        cross.map(|cross| vec![self.crossings(cross), self.regions(cross)]).unwrap_or_default()
    }

    /// An offer by its letter and file for people, by its name for programs.
    fn lettered(&self, place: usize) -> Value {
        let offer = &self.estimate.offers[place];
        let file = self.name(offer);
        Value::Two(format!("{} {file}", letter(place)), self.name(offer))
    }

    fn crossings(&self, cross: &Cross) -> Listing {
        let row = |one: &Crossing| {
            let level = one.level();
            vec![
                self.lettered(one.pair.0),
                self.lettered(one.pair.1),
                one.after.map_or(Value::Empty, |place| self.lettered(place)),
                times(cross, level),
                Value::Count(level),
                if one.is_stretch() { Value::Count(one.to) } else { Value::Empty },
                Value::Count(whole(cross.minutes(level))),
                Value::Money(cents(one.totals.0)),
                Value::Money(cents(one.totals.1)),
            ]
        };
        Listing {
            id: "crossings",
            columns: vec![
                "offer",
                "other",
                "beyond",
                "times",
                "answered",
                "answered_to",
                "minutes",
                "total",
                "total_other",
            ],
            rows: cross.crossings.iter().map(row).collect(),
        }
    }

    fn regions(&self, cross: &Cross) -> Listing {
        let both = |places: &[usize]| {
            let names: Vec<Value> = places.iter().map(|place| self.lettered(*place)).collect();
            let joined =
                |say: fn(&Value) -> String| names.iter().map(say).collect::<Vec<_>>().join(" = ");
            Value::Two(joined(Value::shown), joined(Value::plain))
        };
        let rows = cross.regions.iter().map(|region| {
            let (next, less) = match region.next {
                Some((place, less)) => (self.lettered(place), Value::Money(cents(less))),
                None => (Value::Empty, Value::Empty),
            };
            vec![
                both(&region.places),
                times(cross, region.from),
                times(cross, region.to),
                Value::Count(region.from),
                Value::Count(region.to),
                Value::Count(whole(cross.minutes(region.from))),
                Value::Count(whole(cross.minutes(region.to))),
                next,
                less,
            ]
        });
        Listing {
            id: "regions",
            columns: vec![
                "cheapest",
                "times",
                "times_to",
                "answered",
                "answered_to",
                "minutes",
                "minutes_to",
                "next",
                "less",
            ],
            rows: rows.collect(),
        }
    }

    /// What is to be said of break-even.
    pub(super) fn cross_notes(&self) -> Vec<String> {
        let Some(cross) = &self.estimate.cross else { return Vec::new() };
        let name = |place: usize| self.name(&self.estimate.offers[place]);
        let count = |count: u64| grouped(&count.to_string());
        let mut notes: Vec<String> = Vec::new();
        for place in &cross.apart {
            notes.push(self.catalog.fill("estimate-cross-apart", &[("offer", &name(*place))]));
        }
        if cross.most == 0 {
            notes.push(self.catalog.get("estimate-cross-none").to_owned());
            return notes;
        }
        if cross.curves.len() < 2 {
            notes.push(self.catalog.get("estimate-cross-alone").to_owned());
        } else if cross.crossings.is_empty() {
            notes.push(self.catalog.get("estimate-cross-never").to_owned());
        }
        for one in &cross.crossings {
            let values = |more: [(&'static str, String); 4]| {
                let filled: Vec<(&str, &str)> =
                    more.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.catalog.fill(
                    match one.meeting {
                        _ if one.error.is_some() => "estimate-cross-error",
                        Meeting::Mixed => "estimate-cross-mixed",
                        _ => "estimate-cross-equal",
                    },
                    &filled,
                )
            };
            let (a, b) = (letter(one.pair.0).to_string(), letter(one.pair.1).to_string());
            if let Some((error, calls)) = one.error {
                let within = calls.map_or_else(|| "?".to_owned(), count);
                let error = money(Amount::new(error));
                notes.push(values([("a", a), ("b", b), ("error", error), ("calls", within)]));
            } else if one.meeting == Meeting::Mixed || one.is_stretch() {
                let (from, to) = (count(one.from), count(one.to));
                notes.push(values([("a", a), ("b", b), ("from", from), ("to", to)]));
            }
        }
        notes.push(self.catalog.fill(
            "estimate-cross-search",
            &[
                ("times", &shown(cross.times(cross.most))),
                ("most", &count(cross.most)),
                ("settled", &count(u64::try_from(cross.settled).unwrap_or(u64::MAX))),
                ("step", &count(cross.step)),
            ],
        ));
        if cross.cut_short {
            notes.push(self.catalog.get("estimate-cross-cut").to_owned());
        }
        notes
    }
}

fn shown(times: Exact) -> String {
    rounded(times, 4).normalize().to_string()
}

fn times(cross: &Cross, level: u64) -> Value {
    Value::Each(rounded(cross.times(level), 4).normalize())
}
