//! What an estimate says: for programs a document with a schema, for people tables and sentences.

mod budget;
mod chart;
mod choice;
mod cross;
mod document;
mod offers;
mod waste;
mod waste_part;
mod worth;

pub use chart::Chart;
pub use document::{ESTIMATE_SCHEMA, EstimateDocument};

use rust_decimal::Decimal;

use super::reading::Read;
use super::words::{grouped, money, signed};
use crate::estimate::days::Told;
use crate::estimate::price::Way;
use crate::estimate::survey::RecordsTwice;
use crate::estimate::{Estimate, Offer};
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::source::SourceMap;
use crate::text::{Catalog, numbered};

/// Names of the tables, for CSV.
pub const ESTIMATE_TABLES: [&str; 14] = [
    "offers",
    "lines",
    "months",
    "budget",
    "packages",
    "crossings",
    "regions",
    "worth",
    "choice",
    "waste",
    "by-agent",
    "by-hour",
    "by-line",
    "idle",
];

/// An estimate, in one language.
pub struct EstimateWords<'w> {
    /// The catalogue.
    pub catalog: &'w Catalog,
    /// Contracts and forecast, for places.
    pub sources: &'w SourceMap,
    /// The estimate.
    pub estimate: &'w Estimate,
    /// Numbers are shown whole.
    pub show_numbers: bool,
}

/// A table of an estimate: names for programs, and cells as they are for people and for programs.
pub struct Listing {
    /// Name, for `--section`; its title stands in the catalogue under `estimate-title.`.
    pub id: &'static str,
    /// Columns; heads stand in the catalogue under `column.`.
    pub columns: Vec<&'static str>,
    /// Rows.
    pub rows: Vec<Vec<Value>>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// As it is.
    Text(String),
    /// A word for programs, and the same for people.
    Word(&'static str, String),
    /// One for people, and one for programs.
    Two(String, String),
    /// Money.
    Money(Amount),
    /// Money that is more or less than something.
    Signed(Amount),
    /// How many.
    Count(u64),
    /// A price of one, with more decimals.
    Each(Decimal),
    /// A share of a whole, in percent.
    Percent(Decimal),
}

impl Value {
    /// For people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Word(_, text) | Self::Two(text, _) => text.clone(),
            Self::Money(amount) => money(*amount),
            Self::Signed(amount) => signed(*amount),
            Self::Count(count) => grouped(&count.to_string()),
            Self::Each(each) => each.to_string(),
            Self::Percent(percent) => format!("{percent} %"),
        }
    }

    /// For programs.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Two(_, text) => text.clone(),
            Self::Word(word, _) => (*word).to_owned(),
            Self::Money(amount) | Self::Signed(amount) => amount.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Each(each) | Self::Percent(each) => each.to_string(),
        }
    }

    /// True if it stands to the right.
    #[must_use]
    pub fn is_figure(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Word(..) | Self::Two(..) | Self::Empty)
    }
}

/// An exact sum to the cent: estimates are shown, not billed.
#[must_use]
pub fn cents(exact: Exact) -> Amount {
    exact.round(Some(Rounding::new(2, RoundingMode::HalfUp)))
}

/// A sum for each of so many, to four decimals; nothing for none.
fn each(sum: Exact, number: Exact) -> Option<Decimal> {
    let number = number.round(None).decimal();
    let four = Rounding::new(4, RoundingMode::HalfUp);
    (!number.is_zero()).then(|| sum.over(number).round(Some(four)).decimal())
}

fn whole(number: Exact) -> u64 {
    let whole = number.round(Some(Rounding::new(0, RoundingMode::HalfUp))).decimal();
    u64::try_from(whole).unwrap_or(0)
}

impl EstimateWords<'_> {
    /// All tables that the estimate has.
    #[must_use]
    pub fn listings(&self) -> Vec<Listing> {
        let mut listings =
            vec![self.offers(), self.lines(), self.months(), self.budget(), self.packages()];
        listings.extend([self.worth(), self.choice()]);
        listings.extend(self.cross());
        listings.extend(self.waste_listings());
        listings
    }

    /// What an offer is called: its file's last part, and the contract's own name.
    fn name(&self, offer: &Offer) -> String {
        let path = offer.contract.name.as_str();
        let file = |path: &'_ str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let short = file(path);
        let alike = self.estimate.offers.iter().filter(|other| file(&other.contract.name) == short);
        // Two of one name are told apart by their folders.
        let file = if alike.count() > 1 { path.to_owned() } else { short };
        format!("{file} · {}", offer.contract.plan.head.provider)
    }

    /// What figures rest on, and what is wanting.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let estimate = self.estimate;
        let mut notes = Vec::new();
        for offer in &estimate.offers {
            let name = self.name(offer);
            let say = |key: &str, values: &[(&str, &str)]| {
                let mut all = vec![("offer", name.as_str())];
                all.extend(values);
                let one = values.iter().any(|(name, value)| *name == "count" && *value == "1");
                numbered(&self.catalog.fill(key, &all), one)
            };
            match offer.priced.way {
                // Says so itself.
                Way::Drawn(_) if estimate.as_of().is_some() => {
                    if let Some(error) = offer.priced.error() {
                        let amount = money(cents(offer.priced.sum.total));
                        let error = money(Amount::new(error));
                        let values = [("amount", amount.as_str()), ("error", &error)];
                        notes.push(say("estimate-as-of-error", &values));
                    }
                }
                Way::Drawn(count) => {
                    let error = offer.priced.error().unwrap_or_default();
                    notes.push(say(
                        "estimate-drawn",
                        &[
                            ("count", &count.to_string()),
                            ("seed", &estimate.model.seed.to_string()),
                            ("error", &money(Amount::new(error))),
                        ],
                    ));
                }
                Way::Expected => notes.push(say("estimate-expected", &[])),
                Way::Exact => {}
            }
            if let Some(more) = offer.assumed.beyond_average {
                notes.push(say("estimate-average", &[("amount", &money(cents(more)))]));
            }
            for (kind, of, count) in &offer.assumed.free {
                let word = format!("thing.{}", kind.word());
                let what = self.catalog.get(&word);
                let what = of.as_ref().map_or(what.to_owned(), |of| format!("{what} \"{of}\""));
                notes.push(say("estimate-free", &[("count", &count.to_string()), ("what", &what)]));
            }
            for year in &offer.assumed.years {
                let amount = money(year.minimum);
                for (key, day) in
                    [("estimate-year-before", year.before), ("estimate-year-after", year.after)]
                {
                    let Some(day) = day.map(|day| day.to_string()) else { continue };
                    let values = [("amount", amount.as_str()), ("what", &year.name), ("day", &day)];
                    notes.push(say(key, &values));
                }
            }
            if let (Some(days), false) = (offer.assumed.days, offer.assumed.other_days) {
                notes.push(say("estimate-days", &[("days", &days.to_string())]));
            }
            if offer.assumed.many {
                notes.push(say("estimate-many", &[]));
            }
            if let Some(step) = offer.assumed.step {
                notes.push(say("estimate-step", &[("count", &step.to_string())]));
            }
            for package in &offer.assumed.openings {
                notes.push(say("estimate-opening", &[("package", package)]));
            }
            let forks = offer.contract.plan.forks.len();
            if forks > 0 {
                notes.push(say(
                    "estimate-forks",
                    &[("count", &forks.to_string()), ("path", &offer.contract.name)],
                ));
            }
        }
        notes.extend(self.too_close());
        notes.extend(self.records_notes());
        notes.extend(self.spread());
        notes.extend(self.waste_notes());
        notes.extend(self.cross_notes());
        notes.extend(self.missing().into_iter().map(|(_, says)| says));
        notes.extend(self.worth_notes());
        notes.extend(self.choice_notes());
        for file in &self.estimate.files {
            notes.extend(Read::from(file).told(self.catalog));
        }
        notes
    }

    /// What is to know of call records: whether some come twice, and how their days stand for others.
    fn records_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut say = |key: &str, name: &str, value: String| {
            notes.push(numbered(&self.catalog.fill(key, &[(name, &value)]), value == "1"));
        };
        match self.estimate.survey.as_ref().map(|survey| survey.twice) {
            None | Some(RecordsTwice::Found(0)) => {}
            Some(RecordsTwice::Nameless) => say("estimate-twice", "count", String::new()),
            Some(RecordsTwice::TooMany) => say("estimate-twice-many", "count", String::new()),
            Some(RecordsTwice::Found(count)) => {
                say("estimate-twice-found", "count", grouped(&count.to_string()));
            }
        }
        if let Some(source) = self.estimate.moved_from() {
            say("estimate-moved", "source", source.to_string());
        }
        match self.estimate.days_told() {
            None | Some(Told::Said) => {}
            Some(Told::Weekdays) => say("estimate-weekdays", "count", String::new()),
            Some(Told::Kept(unknown)) => {
                say("estimate-kept-days", "count", String::new());
                if !unknown.is_empty() {
                    let years: Vec<String> = unknown.iter().map(i32::to_string).collect();
                    say("estimate-kept-years", "years", years.join(", "));
                }
            }
        }
        notes
    }

    /// Contracts next to each other in the ranking whose order chance may have made.
    fn too_close(&self) -> Vec<String> {
        let ranked = self.estimate.ranked();
        let offers: Vec<&Offer> =
            ranked.iter().map(|place| &self.estimate.offers[*place]).collect();
        let error = |offer: &Offer| offer.priced.error().unwrap_or_default();
        let close = |pair: &[&Offer]| {
            let (a, b) = (pair[0], pair[1]);
            // Both on the same months: the sum of errors is more than the error of the difference.
            let error = error(a) + error(b);
            let apart = (b.priced.sum.total - a.priced.sum.total).round(None).decimal().abs();
            let close = a.is_whole() && b.is_whole() && apart < error + error;
            close.then(|| {
                let error = money(Amount::new(error));
                let names = [("offer", self.name(a)), ("other", self.name(b)), ("error", error)];
                let values: Vec<(&str, &str)> =
                    names.iter().map(|(key, value)| (*key, value.as_str())).collect();
                self.catalog.fill("estimate-close", &values)
            })
        };
        offers.windows(2).filter_map(close).collect()
    }

    /// What contracts can't price, by the offer's place.
    #[must_use]
    pub fn missing(&self) -> Vec<(usize, String)> {
        let mut missing = Vec::new();
        for (place, offer) in self.estimate.offers.iter().enumerate() {
            let name = self.name(offer);
            let sum = &offer.priced.sum;
            let mut say = |key: &str, count: Exact, what: &str| {
                let count = grouped(&whole(count).to_string());
                let values = [("offer", name.as_str()), ("count", &count), ("what", what)];
                missing.push((place, numbered(&self.catalog.fill(key, &values), count == "1")));
            };
            if let (true, Some(days)) = (offer.assumed.other_days, offer.assumed.days) {
                say("estimate-other-days", Exact::ZERO, &days.to_string());
            } else if offer.assumed.other_days {
                say("estimate-other-days", Exact::ZERO, &self.estimate.model.window.to_string());
            }
            for what in &offer.assumed.unpriced {
                say("estimate-unpriced-usage", Exact::ZERO, what);
            }
            if !sum.outside.is_zero() {
                say("estimate-outside", sum.outside, "");
            }
            if !sum.unpriced.is_zero() {
                say("estimate-unpriced", sum.unpriced, "");
            }
            for ((stream, to), count) in &sum.unknown {
                let forecast = self.estimate.model.forecast.as_ref();
                let zone = forecast.and_then(|f| f.calls[*stream].to[*to].zone.clone());
                say("estimate-unknown-zone", *count, &zone.unwrap_or_default());
            }
            for line in sum.lines.iter().filter(|line| line.unknown) {
                say("estimate-unknown-line", Exact::ZERO, &line.name);
            }
        }
        missing
    }

    /// True if every contract prices all of the usage.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.estimate.offers.iter().all(Offer::is_whole)
    }
}
