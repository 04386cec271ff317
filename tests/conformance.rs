//! Worked examples of other projects and vendors: each row of `fixtures/conformance` goes through
//! the audit itself and must come to the figure that its source states.
//!
//! A file is a section, a `[[row]]` an example. `source`, `terms`, `usage` and `printed` are the
//! example as published; `contract` says what differs from the usual head below, `calls`, `roster`
//! and `period` are the usage, and `expect` is the figure: `total` of the bill, `net` or `tax` of its
//! lines, `billed` or `covered` seconds, the `quantity` of its lines, or the `shortfall` below a
//! minimum. An expected figure stands in `printed`, or `derived` says how it follows from that. A row
//! of several figures has a `[[row.case]]` for each, over what the row says for all. `periods`
//! instead of `period` has a bill for each of them, and the figure is their sum.
//!
//! The files `more-*.toml` hold further examples of the same sources; a row of theirs is a
//! contract, and each of its cases an example with a usage of its own.
//!
//! A row that the contract language can't say yet is `pending`, with what is missing; such a row
//! may carry its papers, and then must fail. A row that is no business of a bill for calls is
//! `out_of_scope`. `unchecked` names what of an example is not compared.

#![allow(clippy::print_stderr, reason = "the counts are what one runs this for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use rust_decimal::Decimal;
use telbill::audit::{Observer, Request, run};
use telbill::report::derivation::of_line;
use telbill::source::SourceMap;

/// Sections, the numbers of their rows (up to the last, each, or each second one), and how many
/// rows pass, are pending, are out of scope.
const SECTIONS: [(&str, usize, usize, [usize; 3]); 14] = [
    ("A", 97, 2, [46, 0, 3]),
    ("B", 71, 2, [35, 0, 1]),
    ("C", 69, 2, [35, 0, 0]),
    ("D", 65, 2, [33, 0, 0]),
    ("E", 69, 2, [28, 0, 7]),
    ("F", 121, 2, [60, 0, 1]),
    ("G", 19, 2, [10, 0, 0]),
    ("H", 29, 2, [15, 0, 0]),
    ("I", 37, 2, [18, 0, 1]),
    ("J", 19, 2, [10, 0, 0]),
    ("K", 15, 2, [7, 0, 1]),
    ("L", 7, 2, [4, 0, 0]),
    ("M", 39, 2, [20, 0, 0]),
    ("N", 16, 1, [1, 0, 15]),
];

/// Further examples: the file's letter, its rows, and how many examples pass, are pending, are out
/// of scope.
const MORE: [(&str, usize, [usize; 3]); 12] = [
    ("A", 24, [26, 0, 1]),
    ("B", 21, [47, 0, 0]),
    ("C", 30, [31, 1, 1]),
    ("D", 46, [51, 0, 0]),
    ("E", 36, [36, 0, 1]),
    ("F", 30, [59, 0, 0]),
    ("G", 11, [12, 0, 0]),
    ("H", 15, [9, 4, 4]),
    ("I", 18, [17, 0, 1]),
    ("J", 16, [19, 0, 0]),
    ("K", 7, [7, 0, 0]),
    ("L", 4, [5, 0, 0]),
];

/// What a contract says unless the row says otherwise.
const HEAD: [(&str, &[(&str, &str)]); 3] = [
    (
        "contract",
        &[
            ("id", "\"C\""),
            ("provider", "\"P\""),
            ("currency", "\"USD\""),
            ("timezone", "\"Asia/Shanghai\""),
        ],
    ),
    (
        "metering",
        &[
            ("bill_on", "\"answer\""),
            ("increment", "[\"1s\", \"1s\"]"),
            ("zero", "\"free\""),
            ("subsecond", "\"up\""),
            ("scope", "\"call\""),
            ("band_rule", "\"start\""),
        ],
    ),
    ("rounding", &[("call", "\"none\""), ("line", "\"none\"")]),
];

fn whole_contract(snippet: &str) -> String {
    let given: toml::Table = snippet.parse().expect("a contract is TOML");
    let mut text = snippet.trim_start().to_owned();
    for (section, keys) in HEAD.iter().rev() {
        let own = given.get(*section).and_then(toml::Value::as_table);
        let mut missing = String::new();
        for (key, value) in *keys {
            if own.is_none_or(|own| !own.contains_key(*key)) {
                writeln!(missing, "{key} = {value}").expect("text");
            }
        }
        let head = format!("[{section}]\n");
        text = match own {
            Some(_) => text.replacen(&head, &format!("{head}{missing}"), 1),
            None => format!("{head}{missing}\n{text}"),
        };
    }
    text
}

/// Calls as records: `talk`, and where it matters `start`, `to`, `from`, `answered` or `state`, `times`.
fn records(calls: &[toml::Value]) -> String {
    let mut rows = String::from("主叫号码,被叫号码,开始时间,通话时长,状态\n");
    let mut index = 0;
    for call in calls {
        let text = |key: &str| call.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let times = call.get("times").and_then(toml::Value::as_integer).unwrap_or(1);
        for _ in 0..times {
            let from = text("from").unwrap_or_else(|| "057188880001".to_owned());
            let to = text("to").unwrap_or_else(|| format!("1390000{index:04}"));
            let minute = format!("2024-10-15 {:02}:{:02}:00", 1 + index / 60, index % 60);
            let start = text("start").unwrap_or(minute);
            let talk = text("talk").unwrap_or_else(|| "0".to_owned());
            let answered = call.get("answered").and_then(toml::Value::as_bool).unwrap_or(true);
            let word = if answered { "已接通" } else { "未接通" };
            let state = text("state").unwrap_or_else(|| word.to_owned());
            writeln!(rows, "{from},{to},{start},{talk},{state}").expect("text");
            index += 1;
        }
    }
    rows
}

/// Why a case does not come to its figure; nothing if it does.
fn wrong(row: &toml::Table, case: &toml::Table) -> Option<String> {
    let get = |key: &str| case.get(key).or_else(|| row.get(key));
    let text = |key: &str| get(key).and_then(toml::Value::as_str);
    let folder = tempfile::tempdir().expect("temporary folder");
    let write = |name: &str, text: Option<String>| -> Vec<String> {
        let Some(text) = text else { return Vec::new() };
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("write");
        vec![path.display().to_string()]
    };
    let Some(contract) = text("contract") else { return Some("no contract".to_owned()) };
    let calls = get("calls").and_then(toml::Value::as_array).map(|calls| records(calls));
    let request = Request {
        tariffs: write("contract.toml", Some(whole_contract(contract))),
        calls: write("calls.csv", calls),
        roster: write("roster.csv", text("roster").map(|text| text.trim_start().to_owned())),
        ..Request::default()
    };
    let periods: Vec<&str> = match get("periods").and_then(toml::Value::as_array) {
        Some(periods) => periods.iter().filter_map(toml::Value::as_str).collect(),
        None => vec![text("period").unwrap_or("2024-10")],
    };
    let mut bills = Vec::new();
    for period in periods {
        let request = Request { period: Some(period.to_owned()), ..request.clone() };
        let mut sources = SourceMap::default();
        match run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(())) {
            Ok(audit) => {
                // Every line is derived, each step from the one before: it must lead to the line.
                for line in &audit.bill.lines {
                    let derived = of_line(&audit, &line.name);
                    let adds = derived.unwrap_or_else(|_| panic!("no {}", line.name)).adds;
                    assert_eq!(adds.round(None), line.net, "{}", line.name);
                }
                bills.push(audit.bill);
            }
            Err(found) => {
                return Some(format!("{:#?}", found.sorted()).chars().take(900).collect());
            }
        }
    }
    let lines = || bills.iter().flat_map(|bill| &bill.lines);
    let sum = |seconds: u64| Decimal::from(seconds);
    let expected = get("expect").and_then(toml::Value::as_table).expect("a figure is expected");
    let mut wrong = String::new();
    for (key, figure) in expected {
        let figure = figure.as_str().expect("a figure is text");
        let ours: Decimal = match key.as_str() {
            "total" => bills.iter().map(|bill| bill.total.decimal()).sum(),
            "net" => lines().map(|line| line.net.decimal()).sum(),
            "tax" => bills.iter().filter_map(|bill| bill.tax).map(|tax| tax.decimal()).sum(),
            "billed" => sum(lines().filter_map(|line| line.calls).map(|c| c.billed).sum()),
            "covered" => sum(lines().filter_map(|line| line.calls).map(|c| c.covered).sum()),
            "quantity" => lines().filter_map(|line| line.quantity?.finite()).sum(),
            "shortfall" => {
                lines().filter(|l| l.kind == "commitment").map(|l| l.net.decimal()).sum()
            }
            _ => panic!("`{key}` is no figure"),
        };
        let unknown = lines().any(|line| line.unknown || line.trusted);
        if unknown || figure.parse::<Decimal>().expect("a decimal") != ours {
            let doubt = if unknown { ", with quantities unknown" } else { "" };
            write!(wrong, "{key} {ours} instead of {figure}{doubt}; ").expect("text");
        }
    }
    (!wrong.is_empty()).then_some(wrong)
}

/// Figures that a text prints.
fn figures(printed: &str) -> BTreeSet<Decimal> {
    let pieces = printed.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
    pieces.filter_map(|piece| piece.trim_end_matches(['.', '-']).parse().ok()).collect()
}

fn printed_figures_are_expected(row: &toml::Table, cases: &[toml::Table]) -> bool {
    cases.iter().all(|case| {
        let get = |key: &str| case.get(key).or_else(|| row.get(key));
        let printed = figures(get("printed").and_then(toml::Value::as_str).unwrap_or(""));
        let expected = get("expect").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        get("derived").is_some()
            || expected.values().all(|figure| {
                let figure = figure.as_str().and_then(|figure| figure.parse().ok());
                figure.is_some_and(|figure: Decimal| printed.contains(&figure))
            })
    })
}

/// What reading and running the rows of a file has shown.
#[derive(Default)]
struct Seen {
    ids: Vec<String>,
    /// Rows that pass, are pending, are out of scope.
    rows: [usize; 3],
    /// Their examples: a row without cases is one.
    examples: [usize; 3],
    /// Rows of which something is not compared.
    partly: usize,
    troubles: Vec<String>,
    /// Rows that wait, by what for.
    missing: BTreeMap<String, Vec<String>>,
}

impl Seen {
    fn of(file: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance");
        let text = std::fs::read_to_string(folder.join(file)).expect("a section's file");
        let table: toml::Table = text.parse().unwrap_or_else(|why| panic!("{file}: {why}"));
        let rows = table.get("row").and_then(toml::Value::as_array).expect("rows");
        let mut seen = Self::default();
        rows.iter().filter_map(toml::Value::as_table).for_each(|row| seen.row(row));
        seen
    }

    fn row(&mut self, row: &toml::Table) {
        let mark = |key: &str| row.get(key).and_then(toml::Value::as_str);
        let id = mark("id").expect("a row has an id").to_owned();
        self.ids.push(id.clone());
        let cases: Vec<toml::Table> = match row.get("case").and_then(toml::Value::as_array) {
            Some(cases) => cases.iter().filter_map(|case| case.as_table().cloned()).collect(),
            None => vec![toml::Table::new()],
        };
        let mut count = |kind: usize| {
            self.rows[kind] += 1;
            self.examples[kind] += cases.len();
        };
        if mark("out_of_scope").is_some() {
            return count(2);
        }
        let has_papers = row.contains_key("contract") || cases[0].contains_key("contract");
        if let Some(what) = mark("pending") {
            count(1);
            self.missing.entry(what.to_owned()).or_default().push(id.clone());
            if has_papers && cases.iter().all(|case| wrong(row, case).is_none()) {
                self.troubles.push(format!("{id}: passes, but is marked pending"));
            }
            return;
        }
        if !printed_figures_are_expected(row, &cases) {
            self.troubles.push(format!("{id}: expects a figure that its source does not print"));
        }
        let found: Vec<String> = cases.iter().filter_map(|case| wrong(row, case)).collect();
        if found.is_empty() {
            count(0);
            self.partly += usize::from(row.contains_key("unchecked"));
        }
        self.troubles.extend(found.into_iter().map(|why| format!("{id}: {why}")));
    }

    /// Holds ids and counts against those that are wanted.
    fn against(&mut self, ids: &[String], counts: ([usize; 3], [usize; 3])) {
        if self.ids != ids {
            self.troubles.push("rows are missing, twice or out of order".to_owned());
        }
        let (are, wanted) = counts;
        if are != wanted {
            self.troubles.push(format!("counts are {are:?}, not {wanted:?}"));
        }
    }
}

#[test]
fn worked_examples_come_to_their_figures() {
    let published = SECTIONS.map(|(section, last, step, wanted)| {
        let file = format!("{}.toml", section.to_lowercase());
        let mut seen = Seen::of(&file);
        let ids = (1..=last).step_by(step).map(|number| format!("{section}{number:02}"));
        seen.against(&ids.collect::<Vec<_>>(), (seen.rows, wanted));
        (file, seen.rows, seen)
    });
    let more = MORE.map(|(section, last, wanted)| {
        let file = format!("more-{}.toml", section.to_lowercase());
        let mut seen = Seen::of(&file);
        let ids = (1..=last).map(|number| format!("X{section}{number:02}"));
        seen.against(&ids.collect::<Vec<_>>(), (seen.examples, wanted));
        (file, seen.examples, seen)
    });
    let mut troubles = Vec::new();
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut report = String::new();
    for (file, [passing, pending, out], seen) in published.into_iter().chain(more) {
        let partly = seen.partly;
        writeln!(
            report,
            "{file}: {passing} pass ({partly} in part), {pending} pending, {out} out of scope"
        )
        .expect("text");
        troubles.extend(seen.troubles.into_iter().map(|why| format!("{file}: {why}")));
        seen.missing.into_iter().for_each(|(what, rows)| {
            missing.entry(what).or_default().extend(rows);
        });
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    for (what, rows) in missing {
        writeln!(report, "{:3} wait for {what}: {}", rows.len(), rows.join(" ")).expect("text");
    }
    eprintln!("{report}");
    assert!(troubles.is_empty(), "{} troubles:\n{}", troubles.len(), troubles.join("\n"));
}
