//! Reading a forecast: what is wrong is said with its place, all at once.

use chrono::Datelike;
use rust_decimal::Decimal;

use super::{Destination, FORECAST, Forecast, Stream, Things, Use, WorkingDays};
use crate::estimate::duration::{Bin, Durations};
use crate::money::Exact;
use crate::rate::Histogram;
use crate::roster::EntryKind;
use crate::source::{Cursor, Diagnostic, Diagnostics, Document, Field, FileId, SourceMap, Span};
use crate::when::{Day, DayKind, holidays};

/// Reads files of call records for `like`: seconds talked of answered calls.
pub type Like<'l> = &'l mut dyn FnMut(&str) -> Result<Histogram, Diagnostics>;

/// Where a shape ends that does not say.
const MOST: u32 = 7_200;

/// Reads a forecast.
///
/// # Errors
/// Everything wrong with it; warnings come with it otherwise.
pub fn read(
    sources: &SourceMap,
    file: FileId,
    like: Like<'_>,
) -> Result<(Forecast, Diagnostics), Diagnostics> {
    let (document, mut found) = Document::read(sources, file, &FORECAST);
    if found.has_errors() {
        return Err(found);
    }
    let root = document.root();
    let mut reader = Reader { found: Diagnostics::default(), like };
    let forecast = reader.forecast(&root);
    found.append(reader.found);
    match forecast {
        Some(forecast) if !found.has_errors() => Ok((forecast, found)),
        _ => Err(found),
    }
}

struct Reader<'l> {
    found: Diagnostics,
    like: Like<'l>,
}

impl Reader<'_> {
    fn forecast(&mut self, root: &Cursor<'_>) -> Option<Forecast> {
        let head = root.table("forecast")?;
        let from = head.date("from")?;
        if from.value.day() != 1 {
            self.found.push(Diagnostic::error("forecast-from", from.span));
        }
        let calls = root.tables("calls").iter().filter_map(|table| self.stream(table)).collect();
        let roster = root.tables("roster").iter().filter_map(|table| self.things(table)).collect();
        let usage = root.tables("usage").iter().filter_map(|table| self.usage(table)).collect();
        let forecast = Forecast {
            name: head.text("name").map(|name| name.value),
            from: from.value.into(),
            days: working_days(&head),
            calls,
            roster,
            usage,
        };
        let nothing = [root.has("calls"), root.has("roster"), root.has("usage")];
        if nothing == [false; 3] {
            self.found.push(Diagnostic::error("forecast-empty", root.span()));
        }
        Some(forecast)
    }

    fn stream(&mut self, table: &Cursor<'_>) -> Option<Stream> {
        let talk = self.talk(&table.table("talk")?);
        let to = self.destinations(table);
        let hours = self.hours(table);
        if let (Some(growth), true) = (table.percent("growth"), table.has("shrinkage")) {
            let other = table.place("shrinkage");
            self.found.push(Diagnostic::error("forecast-both-ways", growth.span).and(other));
        }
        let growth = table.percent("growth").map_or(Decimal::ZERO, |growth| growth.value);
        let shrinkage = table.percent("shrinkage").map_or(Decimal::ZERO, |less| less.value);
        if shrinkage > Decimal::ONE {
            let wrong = Diagnostic::error("forecast-shrinks", table.place("shrinkage"));
            self.found.push(wrong);
        }
        let (talk, average) = talk?;
        Some(Stream {
            name: table.text("name").map(|name| name.value),
            per_day: [
                table.decimal("per_working_day")?.value,
                table.decimal("per_day_off").map_or(Decimal::ZERO, |calls| calls.value),
            ],
            answered: table.part("answered")?.value,
            ring: table.seconds("ring").map_or(0, |ring| ring.value),
            talk,
            average,
            to,
            hours,
            from_numbers: table.texts("from_numbers").into_iter().map(|text| text.value).collect(),
            growth: Decimal::ONE + growth - shrinkage,
            scatter: table.part("scatter").map_or(Decimal::ZERO, |scatter| scatter.value),
            at: table.span(),
        })
    }

    /// How long calls last, and the average if nothing else is known.
    fn talk(&mut self, table: &Cursor<'_>) -> Option<(Durations, Option<(u32, Span)>)> {
        const WAYS: [&str; 4] = ["bins", "shape", "like", "average"];
        let said: Vec<&str> = WAYS.into_iter().filter(|way| table.has(way)).collect();
        match said.as_slice() {
            [] => {
                self.found.push(Diagnostic::error("forecast-no-talk", table.span()));
                None
            }
            [way] => {
                self.unused(table, way);
                match *way {
                    "bins" => self.bins(table).map(|talk| (talk, None)),
                    "shape" => self.shape(table).map(|talk| (talk, None)),
                    "like" => self.like(table).map(|talk| (talk, None)),
                    _ => {
                        let average = table.seconds("average")?;
                        if average.value == 0 {
                            self.found.push(Diagnostic::error("forecast-no-mass", average.span));
                            return None;
                        }
                        let talk = Durations::constant(average.value);
                        self.found.push(
                            Diagnostic::warning("forecast-average", average.span)
                                .with("seconds", average.value),
                        );
                        Some((talk, Some((average.value, average.span))))
                    }
                }
            }
            [one, other, ..] => {
                let wrong = Diagnostic::error("forecast-two-talks", table.place(one));
                self.found.push(wrong.and(table.place(other)));
                None
            }
        }
    }

    /// Parameters of another way of telling.
    fn unused(&mut self, table: &Cursor<'_>, way: &str) {
        let shape = table.choice("shape").map(|shape| shape.value);
        let used: &[&str] = match (way, shape) {
            ("shape", Some("exponential")) => &["mean", "most"],
            ("shape", Some("lognormal")) => &["median", "sigma", "most"],
            ("shape", Some("uniform")) => &["least", "most"],
            _ => &[],
        };
        for key in ["mean", "median", "sigma", "least", "most"] {
            if table.has(key) && !used.contains(&key) {
                let what = shape.filter(|_| way == "shape").unwrap_or(way);
                let wrong = Diagnostic::error("forecast-parameter", table.place(key));
                self.found.push(wrong.with("key", key).with("what", what));
            }
        }
    }

    fn bins(&mut self, table: &Cursor<'_>) -> Option<Durations> {
        let mut bins = Vec::new();
        let mut shares = Vec::new();
        for bin in table.tables("bins") {
            let (from, to, share) = (bin.seconds("from")?, bin.seconds("to")?, bin.part("share")?);
            if from.value == 0 || to.value < from.value {
                let wrong = Diagnostic::error("forecast-bin", from.span).and(to.span);
                self.found.push(wrong);
                return None;
            }
            shares.push(share);
            bins.push(Bin { from: from.value, to: to.value, weight: share.value });
        }
        self.adds_up(&shares, table.place("bins"));
        let talk = Durations::bins(&bins);
        if talk.is_none() {
            self.found.push(Diagnostic::error("forecast-no-mass", table.place("bins")));
        }
        talk
    }

    fn shape(&mut self, table: &Cursor<'_>) -> Option<Durations> {
        let shape = table.choice("shape")?;
        let most = table.seconds("most").map_or(MOST, |most| most.value).max(1);
        let seconds = |key: &'static str| table.seconds(key).filter(|field| field.value > 0);
        let wanted: &[&'static str] = match shape.value {
            "exponential" => &["mean"],
            "lognormal" => &["median", "sigma"],
            _ => &["least", "most"],
        };
        let missing: Vec<&str> = wanted.iter().copied().filter(|key| !table.has(key)).collect();
        if !missing.is_empty() {
            let wrong = Diagnostic::error("forecast-shape", shape.span);
            self.found.push(wrong.with("shape", shape.value).with("keys", missing.join(", ")));
            return None;
        }
        let talk = match shape.value {
            "exponential" => {
                seconds("mean").and_then(|mean| Durations::exponential(mean.value.into(), most))
            }
            "lognormal" => match (seconds("median"), table.decimal("sigma")) {
                (Some(median), Some(sigma)) if !sigma.value.is_zero() => {
                    Durations::lognormal(median.value.into(), sigma.value, most)
                }
                _ => None,
            },
            _ => {
                let least = seconds("least").map_or(0, |least| least.value);
                (1..=most).contains(&least).then(|| Durations::uniform(least, most)).flatten()
            }
        };
        if talk.is_none() {
            self.found.push(Diagnostic::error("forecast-no-mass", shape.span));
        }
        talk
    }

    fn like(&mut self, table: &Cursor<'_>) -> Option<Durations> {
        let like = table.text("like")?;
        match (self.like)(&like.value) {
            Ok(histogram) => {
                let talk = Durations::counted(&histogram);
                if talk.is_none() {
                    self.found.push(Diagnostic::error("forecast-no-mass", like.span));
                }
                talk
            }
            Err(wrong) => {
                self.found.append(wrong);
                None
            }
        }
    }

    fn destinations(&mut self, table: &Cursor<'_>) -> Vec<Destination> {
        let tables = table.tables("to");
        let mut shares = Vec::new();
        let mut all = Vec::new();
        for to in &tables {
            if !to.has("zone") && !to.has("number") {
                self.found.push(Diagnostic::error("forecast-to", to.span()));
            }
            if let Some(number) = to.text("number") {
                let digits = number.value.trim_start_matches('+');
                let dialled = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '*' | '#');
                if digits.is_empty() || !digits.chars().all(dialled) {
                    let wrong = Diagnostic::error("forecast-number", number.span);
                    self.found.push(wrong.with("typed", number.value));
                }
            }
            let Some(share) = to.part("share") else { continue };
            shares.push(share);
            all.push(Destination {
                zone: to.text("zone").map(|zone| zone.value),
                number: to.text("number").map(|number| number.value),
                share: Exact::decimal(share.value),
                at: to.place("zone"),
            });
        }
        if all.is_empty() {
            let at = table.span();
            return vec![Destination { zone: None, number: None, share: Exact::ONE, at }];
        }
        let sum = self.adds_up(&shares, table.place("to"));
        all.into_iter().map(|to| Destination { share: to.share.over(sum), ..to }).collect()
    }

    fn hours(&mut self, table: &Cursor<'_>) -> Vec<((u32, u32), Exact)> {
        let mut shares = Vec::new();
        let mut all: Vec<((u32, u32), Exact)> = Vec::new();
        for hours in table.tables("hours") {
            let Some(share) = hours.part("share") else { continue };
            shares.push(share);
            let spans: Vec<(u32, u32)> = hours
                .hours("at")
                .into_iter()
                // Over midnight, the rest belongs to the same day's small hours.
                .flat_map(|span| match span.value {
                    (from, until) if from < until => vec![(from, until)],
                    (from, until) => vec![(from, 86_400), (0, until)],
                })
                .filter(|(from, until)| from < until)
                .collect();
            let long: u32 = spans.iter().map(|(from, until)| until - from).sum();
            for (from, until) in spans {
                let part = Exact::ratio(share.value * Decimal::from(until - from), long.max(1));
                all.push(((from, until), part));
            }
        }
        if all.is_empty() {
            return vec![((32_400, 64_800), Exact::ONE)];
        }
        let sum = self.adds_up(&shares, table.place("hours"));
        all.into_iter().map(|(span, part)| (span, part.over(sum))).collect()
    }

    /// Shares of one whole add up to it. Returns their sum: one, or nearly.
    fn adds_up(&mut self, shares: &[Field<Decimal>], at: Span) -> Decimal {
        let sum: Decimal = shares.iter().map(|share| share.value).sum();
        // Thirds are written with a few decimals.
        let near = (sum - Decimal::ONE).abs() <= Decimal::new(1, 4);
        if !near && !shares.is_empty() {
            let percent = (sum * Decimal::ONE_HUNDRED).normalize();
            let at = shares.first().filter(|_| shares.len() == 1).map_or(at, |share| share.span);
            self.found.push(Diagnostic::error("forecast-shares", at).with("sum", percent));
        }
        sum
    }

    fn things(&mut self, table: &Cursor<'_>) -> Option<Things> {
        let kind = match table.choice("kind")?.value {
            "seat" => EntryKind::Seat,
            "number" => EntryKind::Number,
            "line" => EntryKind::Line,
            _ => EntryKind::Service,
        };
        let day = |key| table.date(key).map(|day| Day::from(day.value));
        let (from, until) = (day("from"), day("until"));
        if let (Some(first), Some(last)) = (from, until)
            && last < first
        {
            let wrong = Diagnostic::error("dates-backwards", table.place("until"));
            self.found.push(wrong.and(table.place("from")));
        }
        Some(Things {
            kind,
            count: table.count("count")?.value,
            of: table.text("of").map(|of| of.value),
            from,
            until,
            at: table.span(),
        })
    }

    fn usage(&mut self, table: &Cursor<'_>) -> Option<Use> {
        let of = |key| table.decimal(key).map_or(Decimal::ZERO, |quantity| quantity.value);
        let ways = ["per_month", "per_working_day", "per_answered_call"];
        if !ways.iter().any(|way| table.has(way)) {
            self.found.push(Diagnostic::error("forecast-usage", table.span()));
        }
        Some(Use {
            of: table.text("of")?.value,
            per_month: of(ways[0]),
            per_working_day: of(ways[1]),
            per_answered_call: of(ways[2]),
            growth: Decimal::ONE + table.percent("growth").map_or(Decimal::ZERO, |more| more.value),
            at: table.span(),
        })
    }
}

fn working_days(head: &Cursor<'_>) -> WorkingDays {
    let kept = head.choice("days").map(|country| holidays::announced(country.value));
    let years = kept.as_ref().map(|kept| kept.iter().map(|(year, _)| *year).collect());
    let mut exceptions: std::collections::BTreeMap<Day, DayKind> =
        kept.into_iter().flatten().flat_map(|(_, days)| days).collect();
    exceptions.extend(head.dates("closed").iter().map(|day| (day.value.into(), DayKind::Holiday)));
    exceptions.extend(head.dates("open").iter().map(|day| (day.value.into(), DayKind::Workday)));
    WorkingDays { years, exceptions, at: Some(head.place("days")) }
}
