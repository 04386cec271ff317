//! Whole months against figures that were computed without telbill: each folder under
//! `fixtures/scenarios` has an `expected.json`, written by the generator beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use telbill::audit::{Audit, Observer, Request, run};
use telbill::report::line_name;
use telbill::source::SourceMap;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios").join(name)
}

fn audit(name: &str) -> Audit {
    let folder = folder(name);
    let file = |file: &str| {
        let path = folder.join(file);
        if path.exists() { vec![path.display().to_string()] } else { Vec::new() }
    };
    let request = Request {
        tariffs: file("tariff.toml"),
        calls: file("calls.csv"),
        invoices: [file("invoice.csv"), file("invoice.toml"), file("september.toml")].concat(),
        roster: file("roster.csv"),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
    audit.unwrap_or_else(|found| panic!("{name}: {:#?}", found.sorted()))
}

fn check(name: &str) {
    let text = std::fs::read_to_string(folder(name).join("expected.json")).expect("expected.json");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    let audit = audit(name);
    let bridge = &audit.bridge;
    let text = |key: &str| expected[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(bridge.billed.to_string(), text("billed"), "{name}: billed");
    assert_eq!(bridge.expected.to_string(), text("expected"), "{name}: expected");
    assert_eq!(bridge.difference().to_string(), text("difference"), "{name}: difference");
    let causes: BTreeMap<String, String> =
        bridge.causes.iter().map(|c| (c.code.to_owned(), c.amount.to_string())).collect();
    let stated: BTreeMap<String, String> = expected["causes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(code, amount)| (code.clone(), amount.as_str().unwrap_or_default().to_owned()))
        .collect();
    assert_eq!(causes, stated, "{name}: causes");
    assert_eq!(bridge.remainder.to_string(), text("remainder"), "{name}: remainder");
    let mut codes: Vec<&str> = audit.findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut findings: Vec<&str> =
        expected["findings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    findings.sort_unstable();
    assert_eq!(codes, findings, "{name}: findings");
    let lines: BTreeMap<String, (String, String)> = bridge
        .lines
        .iter()
        .map(|line| {
            let name = match line_name(&audit, line) {
                telbill::report::Cell::Word(key, _) => key.trim_start_matches("row.").to_owned(),
                _ => line.name.clone(),
            };
            (name, (line.billed.to_string(), line.expected.to_string()))
        })
        .collect();
    for line in expected["lines"].as_array().into_iter().flatten() {
        let of = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(lines.get(&of("name")), Some(&(of("billed"), of("expected"))), "{name}: {line}");
    }
    let tally = audit.tally().expect("calls");
    assert_eq!(Some(tally.calls), expected["calls"].as_u64(), "{name}: calls");
    assert_eq!(Some(tally.answered), expected["answered"].as_u64(), "{name}: answered");
    for file in audit.calls.iter().flat_map(|calls| &calls.files) {
        assert!(file.balances(), "{name}: {} does not balance", file.name);
    }
}

#[test]
fn clean_month_has_no_finding_and_no_remainder() {
    check("clean-month");
}

#[test]
fn buyers_guide_month() {
    check("buyers-guide");
}

#[test]
fn package_month() {
    check("package-month");
}

#[test]
fn seats_and_lines_month() {
    check("seats-and-lines");
}
