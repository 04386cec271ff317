//! Worked examples of other projects and vendors: each row of `fixtures/conformance` goes through
//! the audit itself and must come to the figure that its source states.
//!
//! A file is a section, a `[[row]]` an example. `source`, `terms`, `usage` and `printed` are the
//! example as published; `contract` says what differs from the usual head below, `calls`, `roster`
//! and `period` are the usage, and `expect` is the figure: `total` of the bill, `net` or `tax` of its
//! lines, `billed` or `covered` seconds, the `quantity` of its lines, or the `shortfall` below a
//! minimum. An expected figure stands in `printed`, or `derived` says how it follows from that. A row
//! of several figures has a `[[row.case]]` for each, over what the row says for all.
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
    ("I", 37, 2, [16, 0, 3]),
    ("J", 19, 2, [10, 0, 0]),
    ("K", 15, 2, [7, 0, 1]),
    ("L", 7, 2, [4, 0, 0]),
    ("M", 39, 2, [20, 0, 0]),
    ("N", 16, 1, [1, 0, 15]),
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
        period: Some(text("period").unwrap_or("2024-10").to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = match run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(())) {
        Ok(audit) => audit,
        Err(found) => {
            return Some(format!("{:#?}", found.sorted()).chars().take(900).collect());
        }
    };
    let bill = &audit.bill;
    let lines = || bill.lines.iter();
    // Every line is derived, each step from the one before: it must lead to the line.
    for line in lines() {
        let derived = of_line(&audit, &line.name).unwrap_or_else(|_| panic!("no {}", line.name));
        assert_eq!(derived.adds.round(None), line.net, "{}: {derived:#?}", line.name);
    }
    let sum = |seconds: u64| Decimal::from(seconds);
    let expected = get("expect").and_then(toml::Value::as_table).expect("a figure is expected");
    let mut wrong = String::new();
    for (key, figure) in expected {
        let figure = figure.as_str().expect("a figure is text");
        let ours: Decimal = match key.as_str() {
            "total" => bill.total.decimal(),
            "net" => lines().map(|line| line.net.decimal()).sum(),
            "tax" => bill.tax.map_or(Decimal::ZERO, |tax| tax.decimal()),
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
    let printed = figures(row.get("printed").and_then(toml::Value::as_str).unwrap_or(""));
    let says = |table: &toml::Table| table.contains_key("derived");
    let of = |table: &toml::Table| table.get("expect").and_then(toml::Value::as_table).cloned();
    says(row)
        || cases.iter().all(|case| {
            let expected = of(case).or_else(|| of(row)).unwrap_or_default();
            says(case)
                || expected.values().all(|figure| {
                    let figure = figure.as_str().and_then(|figure| figure.parse().ok());
                    figure.is_some_and(|figure: Decimal| printed.contains(&figure))
                })
        })
}

#[test]
fn worked_examples_come_to_their_figures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance");
    let mut troubles = Vec::new();
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut report = String::new();
    for (section, last, step, wanted) in SECTIONS {
        let path = folder.join(format!("{}.toml", section.to_lowercase()));
        let text = std::fs::read_to_string(&path).expect("a section's file");
        let file: toml::Table = text.parse().unwrap_or_else(|why| panic!("{section}: {why}"));
        let rows = file.get("row").and_then(toml::Value::as_array).expect("rows");
        let rows: Vec<&toml::Table> = rows.iter().filter_map(toml::Value::as_table).collect();
        let id = |row: &toml::Table| {
            row.get("id").and_then(toml::Value::as_str).expect("a row has an id").to_owned()
        };
        let have: Vec<String> = rows.iter().map(|row| id(row)).collect();
        let all: Vec<String> =
            (1..=last).step_by(step).map(|number| format!("{section}{number:02}")).collect();
        if have != all {
            troubles.push(format!("{section}: rows are missing, twice or out of order"));
        }
        let mut counts = [0; 3];
        let mut partly = 0;
        for row in rows {
            let id = id(row);
            let mark = |key: &str| row.get(key).and_then(toml::Value::as_str);
            let cases: Vec<toml::Table> = match row.get("case").and_then(toml::Value::as_array) {
                Some(cases) => cases.iter().filter_map(|case| case.as_table().cloned()).collect(),
                None => vec![toml::Table::new()],
            };
            let has_papers = row.contains_key("contract") || cases[0].contains_key("contract");
            if mark("out_of_scope").is_some() {
                counts[2] += 1;
                continue;
            }
            if let Some(what) = mark("pending") {
                counts[1] += 1;
                missing.entry(what.to_owned()).or_default().push(id.clone());
                if has_papers && cases.iter().all(|case| wrong(row, case).is_none()) {
                    troubles.push(format!("{id}: passes, but is marked pending"));
                }
                continue;
            }
            if !printed_figures_are_expected(row, &cases) {
                troubles.push(format!("{id}: expects a figure that its source does not print"));
            }
            let found: Vec<String> = cases.iter().filter_map(|case| wrong(row, case)).collect();
            if found.is_empty() {
                counts[0] += 1;
                partly += usize::from(row.contains_key("unchecked"));
            }
            troubles.extend(found.into_iter().map(|why| format!("{id}: {why}")));
        }
        let [passing, pending, out] = counts;
        writeln!(
            report,
            "{section}: {passing} pass ({partly} in part), {pending} pending, {out} out of scope"
        )
        .expect("text");
        if counts != wanted {
            troubles.push(format!("{section}: counts are {counts:?}, not {wanted:?}"));
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    for (what, rows) in missing {
        writeln!(report, "{:3} wait for {what}: {}", rows.len(), rows.join(" ")).expect("text");
    }
    eprintln!("{report}");
    assert!(troubles.is_empty(), "{} troubles:\n{}", troubles.len(), troubles.join("\n"));
}
