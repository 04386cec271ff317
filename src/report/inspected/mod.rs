//! What looking at files says: for programs a document with a schema, for people names with values,
//! tables and notes.

mod document;

pub use document::{INSPECT_SCHEMA, InspectDocument};

use rust_decimal::Decimal;

use super::estimated::{Listing, Value};
use super::model::Sentence;
use super::reading::{contradicted, header_over, noticed};
use super::words::{filled, grouped, in_words, money, share};
use crate::audit::RejectedRow;
use crate::cdr::{Column, DatesKnown, Field, Reject, Source};
use crate::inspect::{CallsSeen, Examined, Inspected, Paper, PaperKind, Seen, What, ZoneHow};
use crate::money::{Rounding, RoundingMode};
use crate::number::{is_like_number, mask, mask_numbers};
use crate::source::SourceMap;
use crate::text::Catalog;
use crate::when::Zone;

/// Names of the tables, for CSV.
pub const INSPECT_TABLES: [&str; 3] = ["files", "columns", "rejects"];

/// Files looked at, in one language.
pub struct InspectWords<'w> {
    /// The catalogue.
    pub catalog: &'w Catalog,
    /// Papers, for places.
    pub sources: &'w SourceMap,
    /// The files.
    pub inspected: &'w Inspected,
    /// Numbers are shown whole.
    pub show_numbers: bool,
}

impl InspectWords<'_> {
    /// What a file is, in a sentence.
    #[must_use]
    pub fn kind(&self, seen: &Seen) -> &str {
        self.catalog.get(match &seen.what {
            What::Calls(_) => "inspect.calls",
            What::Refused(_) => "inspect.refused",
            What::Paper(paper) => match paper.kind {
                PaperKind::Contract(_) => "inspect.contract",
                PaperKind::Invoice(_) => "inspect.invoice",
                PaperKind::Roster(_) => "inspect.roster",
                PaperKind::Forecast => "inspect.forecast",
                PaperKind::Dialect(_) => "inspect.dialect",
            },
        })
    }

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
            let span =
                [("first", moment(calls.shown_in, first)), ("last", moment(calls.shown_in, last))];
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
                pairs.extend(says.number.clone().map(|number| ("inspected.number", number)));
                pairs.extend(says.period.map(|period| ("inspected.period", period.to_string())));
                pairs.extend(says.issued.map(|day| ("inspected.issued", day.to_string())));
                pairs.push(("inspected.rows", grouped(&says.lines.to_string())));
                let currency = says.currency.clone().unwrap_or_default();
                let total = format!("{} {currency}", money(says.total));
                pairs.push(("inspected.total", total.trim_end().to_owned()));
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

    /// What was noticed while reading, and what is left to the contract.
    #[must_use]
    pub fn notes(&self, seen: &Seen) -> Vec<String> {
        let Some(calls) = seen.calls() else { return Vec::new() };
        let said = |sentence: &Sentence| {
            let template = self.catalog.get(&sentence.key);
            // The file is named above.
            let template = template.strip_prefix("{path}").unwrap_or(template);
            let template = template.trim_start_matches([':', '：', ' ']);
            filled(template, &sentence.facts, |fact| in_words(self.catalog, fact))
        };
        let known = &calls.layout.known;
        let mut sentences = noticed(&seen.name, &calls.counts.notes);
        sentences.extend(contradicted(&seen.name, &calls.layout));
        sentences.extend(header_over(&seen.name, &calls.layout));
        let mut notes: Vec<String> = sentences.iter().map(said).collect();
        if let Some([en, zh]) = &known.remark {
            notes.push(self.catalog.language().of([en.as_str(), zh.as_str()]).to_owned());
        }
        notes
    }

    /// All tables.
    #[must_use]
    pub fn listings(&self) -> Vec<Listing> {
        let files = self.inspected.files.iter();
        let calls = || files.clone().filter_map(|seen| Some((seen, seen.calls()?)));
        let name = |seen: &Seen| Value::Text(seen.name.clone());
        let mut rows = Vec::new();
        for seen in files.clone() {
            rows.push(self.file_row(seen));
        }
        let listed = Listing {
            id: "files",
            columns: vec![
                "file",
                "kind",
                "encoding",
                "dialect",
                "zone",
                "lines",
                "records",
                "blank",
                "rejected",
                "answered",
                "unanswered",
                "unsent",
                "talk_s",
                "charges",
            ],
            rows,
        };
        let mut columns = Listing {
            id: "columns",
            columns: vec!["file", "place", "head", "field", "unit", "examples"],
            rows: Vec::new(),
        };
        let mut rejects = Listing {
            id: "rejects",
            columns: vec!["file", "row", "code", "why", "field", "found"],
            rows: Vec::new(),
        };
        for (seen, calls) in calls() {
            let all = self.columns(calls).into_iter();
            columns.rows.extend(all.map(|row| [vec![name(seen)], row].concat()));
            let all = self.rejects(calls).into_iter();
            rejects.rows.extend(all.map(|row| [vec![name(seen)], row].concat()));
        }
        vec![listed, columns, rejects]
    }

    fn file_row(&self, seen: &Seen) -> Vec<Value> {
        let kind = match &seen.what {
            What::Calls(_) => "calls",
            What::Paper(paper) => paper.kind.word(),
            What::Refused(_) => "refused",
        };
        let mut row = vec![
            Value::Text(seen.name.clone()),
            Value::Word(kind, self.kind(seen).to_owned()),
            match &seen.what {
                What::Calls(calls) => Value::Text(calls.encoding.name().to_owned()),
                What::Paper(paper) => Value::Text(paper.encoding.name().to_owned()),
                What::Refused(_) => Value::Empty,
            },
        ];
        let Some(calls) = seen.calls() else {
            row.resize(14, Value::Empty);
            return row;
        };
        let facts = &calls.facts;
        row.push(Value::Text(calls.layout.dialect.clone()));
        row.push(match calls.zone {
            ZoneHow::Unknown => Value::Empty,
            ZoneHow::Known(_) => Value::Text(calls.layout.zone.to_string()),
        });
        let rejected = calls.counts.rejected.values().sum();
        let counts = [calls.lines(), calls.counts.records, calls.counts.blank, rejected];
        let outcomes = [facts.answered, facts.unanswered, facts.unsent, facts.talk];
        row.extend(counts.into_iter().chain(outcomes).map(Value::Count));
        row.push(match calls.layout.column(Field::Charge) {
            Some(_) => Value::Money(facts.charge.amount()),
            None => Value::Empty,
        });
        row
    }

    /// The columns of a file: place, header, what they are read as, unit, examples.
    #[must_use]
    pub fn columns(&self, calls: &CallsSeen) -> Vec<Vec<Value>> {
        let row = |column: &Examined| {
            let field = match column.used.as_slice() {
                [used] => Value::Word(used.field.word(), self.field(used.field)),
                [first, ..] => {
                    let named = column.used.iter().map(|used| self.field(used.field));
                    let named = named.collect::<Vec<_>>().join(" + ");
                    Value::Word(first.field.word(), named)
                }
                [] => Value::Two(self.catalog.get("inspect.not-used").to_owned(), String::new()),
            };
            vec![
                Value::Count(u64::try_from(column.place + 1).unwrap_or(u64::MAX)),
                Value::Text(column.header.clone()),
                field,
                unit(column.used.first()).map_or(Value::Empty, Value::Text),
                Value::Text(self.examples(column).join(" | ")),
            ]
        };
        calls.columns.iter().map(row).collect()
    }

    fn field(&self, field: Field) -> String {
        let key = format!("field.{}", field.word());
        self.catalog.get(&key).to_owned()
    }

    /// Examples of a column, numbers of persons masked unless asked for.
    fn examples(&self, column: &Examined) -> Vec<String> {
        let field = column.used.first().map(|used| used.field);
        let shown = |text: &String| match field {
            _ if self.show_numbers => text.clone(),
            Some(Field::Caller | Field::Callee) => mask(text),
            Some(Field::Agent | Field::Line) if is_like_number(text) => mask(text),
            Some(Field::Agent | Field::Line | Field::Id) | None => mask_numbers(text),
            Some(_) => text.clone(),
        };
        column.examples.iter().map(shown).collect()
    }

    /// The first rejected lines: line, code, why, field, what was found.
    #[must_use]
    pub fn rejects(&self, calls: &CallsSeen) -> Vec<Vec<Value>> {
        let row = |row: &RejectedRow| {
            let reject = &row.line.reject;
            let code = reject.kind.code();
            vec![
                Value::Two(row.at.line.to_string(), row.at.line.to_string()),
                Value::Word(code, code.to_owned()),
                Value::Text(self.catalog.get(&format!("reject.{code}")).to_owned()),
                reject.field.map_or(Value::Empty, |field| {
                    Value::Word(field, self.catalog.get(&format!("field.{field}")).to_owned())
                }),
                Value::Text(self.found(reject)),
            ]
        };
        calls.rejects.iter().map(row).collect()
    }

    /// What was found in a field; of a line as a whole it is a count.
    fn found(&self, reject: &Reject) -> String {
        let whole = self.show_numbers || reject.field.is_none();
        if whole { reject.found.clone() } else { mask_numbers(&reject.found) }
    }
}

/// The unit of a column: of lengths of time, and of charges that are not in whole units of currency.
fn unit(column: Option<&Column>) -> Option<String> {
    let column = column?;
    if column.field.is_length() {
        return Some(column.unit.word().to_owned());
    }
    (column.point > 0).then(|| format!("1/{}", 10u64.pow(column.point.min(18))))
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

/// A moment as a clock of the zone shows it.
fn moment(zone: Zone, instant: i64) -> String {
    let (day, second) = zone.local(instant);
    format!("{day} {:02}:{:02}:{:02}", second / 3600, second % 3600 / 60, second % 60)
}

/// A quotient to one decimal, for reading.
fn ratio(whole: u64, parts: u64) -> Option<String> {
    let parts = u32::try_from(parts).ok().filter(|parts| *parts > 0)?;
    let one = Rounding::new(1, RoundingMode::HalfUp);
    one.ratio(Decimal::from(whole), parts).map(|ratio| grouped(&ratio.to_string()))
}
