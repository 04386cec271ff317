//! What is quickly told of a file looked at: names and values.

use rust_decimal::Decimal;

use super::{InspectWords, moment};
use crate::cdr::{DatesKnown, Field, Source, YearKnown, ZoneKnown};
use crate::inspect::{CallsSeen, Paper, PaperKind, Seen, What, ZoneHow};
use crate::money::{Rounding, RoundingMode};
use crate::report::words::{grouped, money, share};

impl InspectWords<'_> {
    /// What is quickly told of a file: names and values.
    #[must_use]
    pub fn pairs(&self, seen: &Seen) -> Vec<(&str, String)> {
        let pairs = match &seen.what {
            What::Calls(calls) => self.of_calls(calls),
            What::Paper(paper) => self.of_paper(paper),
            What::Refused(_) => Vec::new(),
        };
        pairs.into_iter().map(|(key, value)| (self.catalog.get(key), value)).collect()
    }

    fn of_calls(&self, calls: &CallsSeen) -> Vec<(&'static str, String)> {
        let catalog = self.catalog;
        let layout = &calls.layout;
        let facts = &calls.facts;
        let count = |count: u64| grouped(&count.to_string());
        let has = |field| layout.column(field).is_some();
        let mut pairs = vec![("inspected.encoding", calls.encoding.name().to_owned())];
        if !calls.containers.is_empty() {
            pairs.push(("inspected.container", calls.containers.join(", ")));
        }
        pairs.push(("inspected.dialect", self.how(calls)));
        let between = catalog.get(delimiter_key(layout.delimiter));
        let quote = catalog.get(quote_key(layout.quote));
        let cut = [("delimiter", between), ("quote", quote)];
        pairs.push(("inspected.delimiter", catalog.fill("inspect.cut", &cut)));
        let line = layout.header_lines.to_string();
        pairs.push((
            "inspected.header",
            match layout.header_lines {
                0 => catalog.get("inspect.no-header").to_owned(),
                _ => catalog.fill("inspect.header-line", &[("line", &line)]),
            },
        ));
        pairs.push(("inspected.zone", self.zone(calls)));
        if layout.known.dates != DatesKnown::Unneeded {
            let key = format!("dates.{}", layout.known.dates.word());
            let how = catalog.get(&key);
            let dates = [("order", layout.dates.word()), ("how", how)];
            pairs.push(("inspected.dates", catalog.fill("inspect.dates", &dates)));
        }
        if layout.known.year != YearKnown::Written {
            pairs.push(("inspected.year", catalog.get(layout.known.year.key()).to_owned()));
        }
        pairs.push(("inspected.whose", catalog.get(whose_key(layout.source)).to_owned()));
        let lines = [
            ("lines", count(calls.lines())),
            ("header", count(layout.header_lines)),
            ("records", count(calls.counts.records)),
            ("blank", count(calls.counts.blank)),
            ("rejected", count(calls.counts.rejected.values().sum())),
        ];
        pairs.push(("inspected.lines", self.fill("inspect.lines", &lines)));
        let outcomes = [
            ("answered", count(facts.answered)),
            ("unanswered", count(facts.unanswered)),
            ("unsent", count(facts.unsent)),
        ];
        pairs.push(("inspected.outcomes", self.fill("inspect.outcomes", &outcomes)));
        if has(Field::Direction) {
            let [outbound, inbound, internal] = facts.directions.map(count);
            let ways = [("outbound", outbound), ("inbound", inbound), ("internal", internal)];
            pairs.push(("inspected.directions", self.fill("inspect.directions", &ways)));
        }
        if let (Some(first), Some(last)) = (facts.first, facts.last) {
            let span = [("first", moment(calls, first)), ("last", moment(calls, last))];
            pairs.push(("inspected.span", self.fill("inspect.span", &span)));
        }
        if let Some(rate) = share(facts.answered, facts.answered + facts.unanswered) {
            pairs.push(("inspected.rate", rate));
        }
        let talk = [
            ("minutes", ratio(facts.talk, 60).unwrap_or_default()),
            ("average", ratio(facts.talk, facts.answered).unwrap_or_else(|| "–".to_owned())),
        ];
        pairs.push(("inspected.talk", self.fill("inspect.talk", &talk)));
        if has(Field::Billed) {
            let minutes = [("minutes", ratio(facts.billed, 60).unwrap_or_default())];
            pairs.push(("inspected.billed", self.fill("inspect.minutes", &minutes)));
        }
        if has(Field::Charge) {
            let charge = [("sum", money(facts.charge.amount())), ("count", count(facts.charged))];
            pairs.push(("inspected.charges", self.fill("inspect.charges", &charge)));
        }
        for (field, key, distinct) in [
            (Field::Agent, "inspected.agents", &facts.agents),
            (Field::Line, "inspected.numbers", &facts.lines),
        ] {
            if has(field) {
                let number = [("count", count(distinct.count()))];
                pairs.push((
                    key,
                    match distinct.more {
                        true => self.fill("inspect.more-than", &number),
                        false => count(distinct.count()),
                    },
                ));
            }
        }
        pairs
    }

    fn of_paper(&self, paper: &Paper) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("inspected.encoding", paper.encoding.name().to_owned())];
        match &paper.kind {
            PaperKind::Contract(Some(says)) => pairs.extend([
                ("inspected.number", says.id.clone()),
                ("inspected.provider", says.provider.clone()),
                ("inspected.currency", says.currency.clone()),
                ("inspected.valid", says.valid.to_string()),
            ]),
            PaperKind::Invoice(Some(says)) => {
                let form = format!("invoice-form.{}", says.form.word());
                pairs.push(("inspected.form", self.catalog.get(&form).to_owned()));
                pairs.extend(says.number.clone().map(|number| ("inspected.number", number)));
                pairs.extend(says.period.map(|period| ("inspected.period", period.to_string())));
                pairs.extend(says.issued.map(|day| ("inspected.issued", day.to_string())));
                pairs.push(("inspected.rows", grouped(&says.lines.to_string())));
                let currency = says.currency.clone().unwrap_or_default();
                let total = format!("{} {currency}", money(says.total));
                pairs.push(("inspected.total", total.trim_end().to_owned()));
                let sums = says.sums.iter().map(|(name, sum)| {
                    let key = format!("invoice-sum.{name}");
                    format!("{} {}", self.catalog.get(&key), money(*sum))
                });
                let sums: Vec<String> = sums.collect();
                if !sums.is_empty() {
                    pairs.push(("inspected.printed", sums.join(", ")));
                }
            }
            PaperKind::Roster(kinds) => {
                let kinds = kinds.iter().map(|(kind, count)| format!("{} {count}", kind.word()));
                pairs.push(("inspected.entries", kinds.collect::<Vec<_>>().join(", ")));
            }
            PaperKind::Dialect(Some(name)) => pairs.push(("inspected.dialect", name.clone())),
            PaperKind::Contract(None)
            | PaperKind::Invoice(None)
            | PaperKind::Dialect(None)
            | PaperKind::Forecast => {}
        }
        pairs
    }

    /// The dialect, how surely it is that one, and the next best.
    fn how(&self, calls: &CallsSeen) -> String {
        let known = &calls.layout.known;
        let name = calls.layout.dialect.as_str();
        if known.told {
            return self.catalog.fill("inspect.told", &[("name", name)]);
        }
        let counts = [known.columns, known.of_columns, known.rows, known.of_rows];
        let [columns, of_columns, rows, of_rows] = counts.map(|count| count.to_string());
        let score = known.score.to_string();
        let mut values = vec![
            ("name", name),
            ("score", &score),
            ("columns", &columns),
            ("of_columns", &of_columns),
            ("rows", &rows),
            ("of_rows", &of_rows),
        ];
        let rival = known.runner_up.as_ref().map(|rival| (&rival.name, rival.score.to_string()));
        match &rival {
            Some((next, score)) => {
                values.extend([("next", next.as_str()), ("next_score", score.as_str())]);
                self.catalog.fill("inspect.before", &values)
            }
            None => self.catalog.fill("inspect.alone", &values),
        }
    }

    fn zone(&self, calls: &CallsSeen) -> String {
        match calls.zone {
            ZoneHow::Unknown => self.catalog.get("inspect.zone-unknown").to_owned(),
            ZoneHow::Known(ZoneKnown::Written) => {
                let zones = calls.layout.known.offsets.iter().map(ToString::to_string);
                let zones: Vec<String> = zones.collect();
                let shown = calls.shown_in.to_string();
                let several = zones.len() > 1;
                let key = if several { "inspect.zone-several" } else { "inspect.zone-one" };
                self.catalog.fill(key, &[("zone", &zones.join(", ")), ("shown", &shown)])
            }
            ZoneHow::Known(known) => {
                let zone = calls.layout.zone.to_string();
                let key = format!("zone.{}", known.word());
                let how = self.catalog.get(&key);
                self.catalog.fill("inspect.zone", &[("zone", &zone), ("how", how)])
            }
        }
    }

    fn fill(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.catalog.fill(key, &values)
    }
}

fn delimiter_key(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "delimiter.tab",
        b';' => "delimiter.semicolon",
        b'|' => "delimiter.pipe",
        _ => "delimiter.comma",
    }
}

fn quote_key(quote: Option<u8>) -> &'static str {
    match quote {
        None => "delimiter.no-quote",
        Some(b'\'') => "delimiter.single",
        Some(_) => "delimiter.double",
    }
}

fn whose_key(source: Source) -> &'static str {
    match source {
        Source::Provider => "inspect.provider",
        Source::Own => "inspect.own",
    }
}

/// A quotient to one decimal, for reading.
fn ratio(whole: u64, parts: u64) -> Option<String> {
    let parts = u32::try_from(parts).ok().filter(|parts| *parts > 0)?;
    let one = Rounding::new(1, RoundingMode::HalfUp);
    one.ratio(Decimal::from(whole), parts).map(|ratio| grouped(&ratio.to_string()))
}
