//! Files by others, outside the project: skipped where they are absent. Figures come from
//! `real/figures.py`, which knows nothing of telbill.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use telbill::audit::{Audit, Observer, Reading, Request, run};
use telbill::source::SourceMap;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of real files beside the project, if it is there.
fn real() -> Option<PathBuf> {
    let folder = root().join("../shared/real");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: this test reads files that lie outside the project");
    None
}

fn figures() -> Value {
    let text = std::fs::read_to_string(root().join("tests/real/figures.json")).expect("figures");
    serde_json::from_str(&text).expect("JSON")
}

fn contract(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/real").join(name)).expect("contract")
}

fn audit(tariff: &str, calls: &Path, period: &str, columns: &str) -> Audit {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("contract.toml");
    std::fs::write(&path, tariff).expect("write");
    let request = Request {
        tariffs: vec![path.display().to_string()],
        calls: vec![calls.display().to_string()],
        reading: Reading { columns: Some(columns.to_owned()), ..Reading::default() },
        period: Some(period.to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
    audit.unwrap_or_else(|found| panic!("{:#?}", found.sorted()))
}

#[test]
fn dialler_log_in_60_60_and_in_6_6() {
    let Some(real) = real() else { return };
    let calls = real.join("dialler-log/calls.csv");
    let columns = "start=datestamp,talk=call_length,agent=agent_id,id=lead_id,status=status";
    for (name, words) in
        [("spoken", "answered=S|NI|CB,unanswered=VM"), ("voicemail-too", "answered=S|NI|CB|VM")]
    {
        let expected = &figures()["dialler"][name];
        for block in ["60", "6"] {
            let tariff = contract("dialler.toml")
                .replace("[\"60s\", \"60s\"]", &format!("[\"{block}s\", \"{block}s\"]"));
            let audit = audit(&tariff, &calls, "2023-03", &format!("{columns},{words}"));
            let tally = audit.tally().expect("calls");
            assert_eq!(Some(tally.calls), expected["calls"].as_u64(), "{name}");
            assert_eq!(Some(tally.answered), expected["answered"].as_u64(), "{name}");
            assert_eq!(Some(tally.talk), expected["talk_seconds"].as_u64(), "{name}");
            let total = audit.bill.total.to_string();
            assert_eq!(
                Some(total.as_str()),
                expected[format!("{block}/{block}")].as_str(),
                "{name}"
            );
            let file = &audit.calls.as_ref().expect("calls").files[0];
            assert!(file.balances() && file.rejected() == 0, "{:?}", file.counts);
        }
    }
}

#[test]
fn mobile_log_under_its_three_tariffs() {
    let Some(real) = real() else { return };
    let text = std::fs::read_to_string(real.join("mobile-bills/cdr.txt")).expect("log");
    let folder = tempfile::tempdir().expect("folder");
    for tariff in ["03", "06", "11"] {
        // Each record names the tariff of its subscriber.
        let mine: String = text
            .lines()
            .filter(|line| line.ends_with(&format!(", {tariff}")))
            .flat_map(|line| [line, "\n"])
            .collect();
        let calls = folder.path().join("calls.csv");
        std::fs::write(&calls, mine).expect("write");
        let columns = match tariff {
            "11" => "caller=#2,start=#3,end=#4,direction=#1,outbound=01,inbound=02",
            _ => "caller=#2,start=#3,end=#4",
        };
        let months = figures()["mobile"][tariff].as_object().cloned().unwrap_or_default();
        assert_eq!(months.len(), 12);
        for (month, expected) in months {
            let count = format!("count    = {}", expected["numbers"]);
            let terms = contract(&format!("mobile-{tariff}.toml")).replace("count    = 1", &count);
            let audit = audit(&terms, &calls, &month, columns);
            let total = audit.bill.total.to_string();
            assert_eq!(Some(total.as_str()), expected["cost"].as_str(), "{tariff} {month}");
        }
    }
}

#[test]
fn deck_of_4743_prefixes() {
    let Some(real) = real() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name);
    let deck = std::fs::read_to_string(real.join("decks/ivozprovider-prices.csv")).expect("deck");
    std::fs::write(path("deck.csv"), &deck).expect("write");
    std::fs::write(path("contract.toml"), contract("deck.toml")).expect("write");
    // One call under each prefix, as the script makes them.
    let mut calls = String::from("callee,start,talk\n");
    let prefixes = deck.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    for (index, prefix) in prefixes.map(|prefix| prefix.trim_start_matches('+')).enumerate() {
        let length = match prefix.get(..4) {
            Some("8610" | "8620" | "8621") => 12,
            _ => 13,
        };
        let number: String = format!("{prefix}55501995550199").chars().take(length).collect();
        let number = if prefix == "86" { "8675588880001" } else { &number };
        let talk = index * 37 % 600 + 1;
        writeln!(calls, "+{number},2024-10-08 10:00:00,{talk}").expect("text");
    }
    std::fs::write(path("calls.csv"), calls).expect("write");
    let request = Request {
        tariffs: vec![path("contract.toml").display().to_string()],
        calls: vec![path("calls.csv").display().to_string()],
        reading: Reading {
            columns: Some("callee=callee,start=start,talk=talk".to_owned()),
            ..Reading::default()
        },
        period: Some("2024-10".to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
    let audit = audit.unwrap_or_else(|found| panic!("{:#?}", found.sorted()));
    let expected = &figures()["deck"];
    let tally = audit.tally().expect("calls");
    assert!(tally.unpriced.is_empty(), "{:?}", tally.unpriced);
    assert_eq!(Some(tally.calls), expected["rows"].as_u64());
    assert_eq!(Some(tally.talk), expected["seconds"].as_u64());
    let exact = audit.bill.lines[0].exact.finite().expect("sums of four decimals");
    let total: rust_decimal::Decimal =
        expected["total"].as_str().and_then(|text| text.parse().ok()).expect("a figure");
    assert_eq!(exact, total);
    // The deck is among the inputs of the report.
    let file = &audit.inputs[1];
    assert_eq!((file.role.word(), file.rows), ("companion", 4_743));
    assert_eq!(file.sha256.len(), 64);
}
