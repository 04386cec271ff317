//! Files looked at, as tables: files, columns with examples, the first rejected lines.

use super::InspectWords;
use crate::audit::RejectedRow;
use crate::cdr::{Field, Reject};
use crate::inspect::{CallsSeen, Examined, Seen, What, ZoneHow};
use crate::number::{is_like_number, mask, mask_numbers};
use crate::report::estimated::{Listing, Value};
use crate::report::reading::unit;
use crate::report::words::grouped;

impl InspectWords<'_> {
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

    /// All files, a line each: file, what it is, dialect, calls, lines that are none.
    #[must_use]
    pub fn whole(&self) -> Vec<Vec<Value>> {
        let row = |seen: &Seen| {
            let word = self.short_kind(seen);
            let mut row = vec![Value::Text(seen.name.clone()), Value::Text(word)];
            match seen.calls() {
                Some(calls) => row.extend([
                    Value::Text(calls.layout.dialect.clone()),
                    Value::Count(calls.counts.records),
                    Value::Count(calls.counts.rejected.values().sum()),
                ]),
                None => row.resize(5, Value::Empty),
            }
            row
        };
        self.inspected.files.iter().map(row).collect()
    }

    fn short_kind(&self, seen: &Seen) -> String {
        let word = match &seen.what {
            What::Calls(_) => "calls",
            What::Paper(paper) => paper.kind.word(),
            What::Refused(_) => "refused",
        };
        self.catalog.get(&format!("inspect-kind.{word}")).to_owned()
    }

    /// What they come to.
    #[must_use]
    pub fn in_all(&self) -> String {
        let files = &self.inspected.files;
        let calls = || files.iter().filter_map(Seen::calls);
        let sum = |of: fn(&CallsSeen) -> u64| grouped(&calls().map(of).sum::<u64>().to_string());
        let unusable = files.iter().filter(|seen| seen.is_unusable()).count().to_string();
        let counts = [
            ("files", grouped(&files.len().to_string())),
            ("calls", sum(|calls| calls.counts.records)),
            ("answered", sum(|calls| calls.facts.answered)),
            ("missing", sum(CallsSeen::missing)),
            ("unusable", unusable),
        ];
        let values: Vec<(&str, &str)> = counts.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.catalog.fill("inspect.all-files", &values)
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
                Value::Text(self.header(&column.header)),
                field,
                column.used.first().and_then(unit).map_or(Value::Empty, Value::Text),
                Value::Text(self.examples(column).join(" | ")),
            ]
        };
        calls.columns.iter().map(row).collect()
    }

    fn field(&self, field: Field) -> String {
        let key = format!("field.{}", field.word());
        self.catalog.get(&key).to_owned()
    }

    /// A header; the first line of a file without one may hold numbers.
    pub(super) fn header(&self, header: &str) -> String {
        if self.show_numbers { header.to_owned() } else { mask_numbers(header) }
    }

    /// Examples of a column, numbers of persons masked unless asked for.
    pub(super) fn examples(&self, column: &Examined) -> Vec<String> {
        let field = column.used.first().map(|used| used.field);
        let shown = |text: &String| match field {
            _ if self.show_numbers => text.clone(),
            Some(Field::Caller | Field::Callee) => mask(text),
            Some(Field::Agent | Field::Line) if is_like_number(text) => mask(text),
            // What is read as a figure or a time is shown as it is written; free text may hold numbers.
            Some(field) if field.is_figure() => mask_words(text),
            _ => mask_numbers(text),
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
    pub(super) fn found(&self, reject: &Reject) -> String {
        let whole = self.show_numbers || reject.field.is_none();
        if whole { reject.found.clone() } else { mask_numbers(&reject.found) }
    }
}

/// Hides numbers that stand beside a figure or a time: seconds since 1970 stand alone, and no other
/// figure has ten digits.
fn mask_words(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_number = |word: &str| {
        let bare = word.strip_prefix('+').unwrap_or(word);
        bare.len() >= 10 && bare.bytes().all(|byte| byte.is_ascii_digit())
    };
    if words.len() < 2 || !words.iter().any(|word| is_number(word)) {
        return text.to_owned();
    }
    let shown = |word: &&str| if is_number(word) { mask(word) } else { (*word).to_owned() };
    words.iter().map(shown).collect::<Vec<_>>().join(" ")
}
