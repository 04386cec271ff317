//! Contracts under `tariffs/`: each is read without a word of complaint and priced by hand, and
//! the language's document says what the parser knows.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use telbill::estimate::forecast::FORECAST;
use telbill::invoice::INVOICE;
use telbill::source::{Fork, Kind, Need, SourceMap};
use telbill::tariff::keys::{self, CONTRACT};
use telbill::tariff::{open, parse};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tariffs")
}

#[test]
fn every_contract_is_read_without_complaint() {
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).expect("tariffs") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        count += 1;
        let mut sources = SourceMap::default();
        let contract = open(&mut sources, &path.display().to_string())
            .unwrap_or_else(|found| panic!("{}: {:#?}", path.display(), found.sorted()));
        let warnings = contract.warnings.sorted();
        assert!(warnings.is_empty(), "{}: {warnings:#?}", path.display());
        telbill::rate::Compiled::new(&contract.plan).expect("compiles");
    }
    assert!(count >= 11, "only {count} contracts");
}

/// One call under a contract: billed seconds and charge.
fn rated(contract: &str, row: &str) -> (String, String, String) {
    let folder = tempfile::tempdir().expect("folder");
    let calls = folder.path().join("calls.csv");
    std::fs::write(&calls, format!("主叫号码,被叫号码,开始时间,通话时长,呼叫方向\n{row}\n"))
        .expect("write");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_telbill"))
        .args(["rate", "-t", &format!("{}/{contract}.toml", folder_name()), "-q"])
        .arg(&calls)
        .output()
        .expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().nth(1).unwrap_or_else(|| panic!("{output:?}")).to_owned();
    let fields: Vec<&str> = line.split(',').collect();
    (fields[5].to_owned(), fields[6].to_owned(), fields[7].to_owned())
}

fn folder_name() -> String {
    folder().display().to_string()
}

/// Charges worked out by hand from the contracts' prices.
#[test]
fn contracts_price_calls_as_they_say() {
    // Contract, call, billed seconds, charge, clause.
    let cases = [
        // Hangzhou mobile, 61 s at 6/6: 66 s · 0.10/60 = 0.11.
        (
            "telesales",
            "057188880001,13805710001,2024-10-08 09:00:00,61,呼出",
            "66",
            "0.11",
            "本地通话费",
        ),
        // Beijing, workday 10:00: 66 s · 0.15/60 = 0.165.
        (
            "telesales",
            "057188880001,01088880001,2024-10-08 10:00:00,61,呼出",
            "66",
            "0.165",
            "长途通话费",
        ),
        // The same on 1 October, a holiday: 66 s · 0.12/60 = 0.132.
        (
            "telesales",
            "057188880001,01088880001,2024-10-01 10:00:00,61,呼出",
            "66",
            "0.132",
            "长途通话费",
        ),
        // Saturday 12 October is worked (调休): busy price.
        (
            "telesales",
            "057188880001,01088880001,2024-10-12 10:00:00,61,呼出",
            "66",
            "0.165",
            "长途通话费",
        ),
        // 18:00 is no longer busy.
        (
            "telesales",
            "057188880001,01088880001,2024-10-08 18:00:00,60,呼出",
            "60",
            "0.12",
            "长途通话费",
        ),
        // A hotline: whole minutes and a connect fee, 0.40 + 0.05.
        (
            "telesales",
            "057188880001,4008001234,2024-10-08 10:00:00,61,呼出",
            "120",
            "0.45",
            "服务号码通话费",
        ),
        // 61 s at 60/60: 2 · 0.12.
        (
            "minute-package",
            "057188880001,13805710001,2024-10-08 09:00:00,61,呼出",
            "120",
            "0.24",
            "套餐外通话费",
        ),
        // Hong Kong, one minute and the connect fee: 0.99 + 0.10.
        (
            "minute-package",
            "057188880001,0085221234567,2024-10-08 09:00:00,10,呼出",
            "60",
            "1.09",
            "港澳通话费",
        ),
        // Under three seconds free.
        (
            "call-centre",
            "057188880001,13805710001,2024-03-01 09:00:00,2,呼出",
            "0",
            "0.00",
            "外呼通话费",
        ),
        // A minute, then six seconds: 66 s · 0.13/60 = 0.143; from July 0.14: 0.154.
        (
            "call-centre",
            "057188880001,13805710001,2024-06-30 23:59:59,61,呼出",
            "66",
            "0.143",
            "外呼通话费",
        ),
        (
            "call-centre",
            "057188880001,13805710001,2024-07-01 00:00:00,61,呼出",
            "66",
            "0.154",
            "外呼通话费",
        ),
        // Inbound: 66 s · 0.05/60 = 0.055.
        (
            "call-centre",
            "13805710001,057188880001,2024-03-01 09:00:00,61,呼入",
            "66",
            "0.055",
            "呼入通话费",
        ),
    ];
    for (contract, row, billed, charge, clause) in cases {
        let wanted = (billed.to_owned(), charge.to_owned(), clause.to_owned());
        assert_eq!(rated(contract, row), wanted, "{contract}: {row}");
    }
}

fn what(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Texts => "text or list of texts".to_owned(),
        Kind::Price => "price".to_owned(),
        Kind::Money => "money".to_owned(),
        Kind::Quantity => "quantity".to_owned(),
        Kind::Percent => "share, `\"9%\"`".to_owned(),
        Kind::Part => "part, `0.35` or `\"35%\"`".to_owned(),
        Kind::Seconds => "time, `\"60s\"`".to_owned(),
        Kind::SecondsPair => "two times".to_owned(),
        Kind::Count(least, most) => format!("whole number {least}–{most}"),
        Kind::Counts => "whole numbers".to_owned(),
        Kind::Flag => "`true`, `false`".to_owned(),
        Kind::Date => "day".to_owned(),
        Kind::Dates => "days".to_owned(),
        Kind::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Hours => "hours".to_owned(),
        Kind::Table(_) => "table".to_owned(),
        Kind::TableOr(_, word) => format!("table or `\"{word}\"`"),
        Kind::Tables(_) => "tables".to_owned(),
        Kind::Words(words) => format!("code = {}", words.join(", ")),
        Kind::Columns => "columns".to_owned(),
    }
}

fn need(need: Need) -> String {
    match need {
        Need::Required => "yes".to_owned(),
        Need::Optional => String::new(),
        Need::Fork(Fork { assumed, others }) => {
            format!("open: taken as {assumed}, else {}", others.join(" / "))
        }
    }
}

/// The reference of all keys, as it must stand in the document.
fn reference(sections: Vec<(String, &'static telbill::source::Section)>) -> String {
    let mut text = String::new();
    let mut seen: Vec<*const telbill::source::Section> = Vec::new();
    for (path, section) in sections {
        if seen.contains(&std::ptr::from_ref(section)) {
            continue;
        }
        seen.push(std::ptr::from_ref(section));
        let heading = if path.is_empty() { "The file".to_owned() } else { format!("`{path}`") };
        let [english, chinese] = section.about;
        write!(text, "\n### {heading}\n\n{english} {chinese}\n\n").expect("text");
        text.push_str(
            "| key | value | needed | what it says | 含义 |\n| --- | --- | --- | --- | --- |\n",
        );
        for key in section.keys {
            let [english, chinese] = key.about;
            let value = what(key.kind).replace('|', "\\|");
            let needed = need(key.need);
            writeln!(text, "| `{}` | {value} | {needed} | {english} | {chinese} |", key.name)
                .expect("text");
        }
    }
    text
}

#[test]
fn the_document_lists_every_key() {
    const BEGIN: &str = "<!-- keys: written by `TELBILL_UPDATE=1 cargo test --test tariffs` -->\n";
    let path = folder().join("README.md");
    let document = std::fs::read_to_string(&path).expect("tariffs/README.md");
    let (above, below) = document.split_once(BEGIN).expect("the reference begins somewhere");
    let title = "## All keys of a forecast\n\nA forecast, for `telbill estimate --usage`, is a TOML file \
                 too. 用量预测文件的各项。\n";
    let forecast = reference(keys::sections_of(&FORECAST));
    let of_invoices = "## All keys of an invoice\n\nAn invoice may be CSV, XML (UBL, UN/CEFACT CII) or, for what an export leaves \
                       out, this. 账单文件的各项; 账单也可以是 CSV 或 XML。\n";
    let invoice = reference(keys::sections_of(&INVOICE));
    let reference =
        format!("{}\n{of_invoices}{invoice}\n{title}{forecast}", reference(keys::sections()));
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&path, format!("{above}{BEGIN}{reference}")).expect("write");
        return;
    }
    let differing = below.lines().zip(reference.lines()).find(|(a, b)| a != b);
    assert!(below == reference, "tariffs/README.md is out of step: {differing:?}");
}

/// Each example is a whole contract, or becomes one with the head that every contract needs.
/// Every question of the table is settled by keys that there are.
#[test]
fn questions_are_settled_by_keys() {
    let document = std::fs::read_to_string(folder().join("README.md")).expect("document");
    let (_, after) = document.split_once("## What contracts answer differently").expect("table");
    let (table, _) = after.split_once("\n## ").expect("a further section");
    let reference = reference(keys::sections());
    let known = |path: &str| {
        let (section, key) = path.rsplit_once('.').expect("section and key");
        let heading = format!("### `{section}`\n");
        let of = reference.split(&heading).nth(1).and_then(|rest| rest.split("\n### ").next());
        of.is_some_and(|keys| keys.contains(&format!("\n| `{key}` |")))
    };
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(2);
    let mut questions = 0;
    for row in rows {
        questions += 1;
        let keys = row.split('|').nth(2).expect("three columns");
        for path in keys.split('`').skip(1).step_by(2) {
            assert!(known(path), "`{path}` of {row}");
        }
    }
    assert!(questions >= 40, "{questions} questions");
}

#[test]
fn examples_of_the_document_are_read() {
    const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n";
    const METERING: &str = "[metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\nzero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\nband_rule = \"start\"\n";
    const ROUNDING: &str = "[rounding]\ncall = { to = \"0.01\", mode = \"half-up\" }\nline = { to = \"0.01\", mode = \"half-up\" }\n";
    let document = std::fs::read_to_string(folder().join("README.md")).expect("document");
    let deck = document.split("```csv\n").nth(1).and_then(|text| text.split("```").next());
    let deck = deck.expect("a deck");
    let mut count = 0;
    for example in document.split("```toml\n").skip(1) {
        let example = example.split("```").next().unwrap_or_default();
        let mut whole = String::new();
        for (table, text) in
            [("[contract]", HEAD), ("[metering]", METERING), ("[rounding]", ROUNDING)]
        {
            if !example.contains(table) {
                whole.push_str(text);
            }
        }
        whole.push_str(example);
        let mut sources = SourceMap::default();
        let file = sources.add("example.toml", whole.clone());
        let beside = |_: &str, what: &'static str| {
            Ok(if what == "deck" { deck.into() } else { "1380571,0571\n".into() })
        };
        let (plan, found) = parse(&mut sources, file, &beside);
        let found = found.sorted();
        assert!(plan.is_some() && found.is_empty(), "{example}\n{found:#?}");
        count += 1;
    }
    assert!(count >= 12, "only {count} examples");
}

/// What is wrong with a contract of these clauses, at least one of them for calls.
fn wrong(rounding: &str, increment: &str, clauses: &str) -> Vec<&'static str> {
    let text = format!(
        "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
         [metering]\nbill_on = \"answer\"\nincrement = {increment}\nzero = \"free\"\nsubsecond = \"up\"\n\
         scope = \"call\"\nband_rule = \"start\"\n\
         [rounding]\ncall = {rounding}\nline = {{ to = \"0.01\", mode = \"half-up\" }}\n{clauses}"
    );
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", text);
    let (plan, found) = parse(&mut sources, file, &|_, _| Ok("".into()));
    let errors = match plan {
        None => found.sorted(),
        Some(plan) => telbill::rate::Compiled::new(&plan).err().unwrap_or_default(),
    };
    let mut codes: Vec<&str> = errors
        .iter()
        .filter(|diagnostic| diagnostic.severity == telbill::source::Severity::Error)
        .map(|diagnostic| diagnostic.code)
        .collect();
    codes.dedup();
    codes
}

/// Whether every charge is exact, and whether it can be counted, are two questions.
#[test]
fn a_price_without_rounding_is_held_to_its_own_blocks() {
    let call = |price: &str, per: &str| {
        wrong(
            "\"none\"",
            "[\"7s\", \"7s\"]",
            &format!("[[call]]\nname = \"calls\"\nprice = \"{price}\"\nper = \"{per}\"\n"),
        )
    };
    // Blocks of 7 s for 0.1 each: a day is no whole number of them, but no call needs it to be.
    assert!(call("0.1", "7s").is_empty());
    // 7 s of a minute for 0.1 are 0.011666…
    assert_eq!(call("0.1", "60s"), ["charge-inexact"]);
    // A day and more of it is above 9.2·10⁹, which is what a charge can hold.
    assert_eq!(call("900000", "7s"), ["price-too-high"]);
}

#[test]
fn contracts_beyond_all_bounds_are_refused() {
    let cent = "{ to = \"0.01\", mode = \"half-up\" }";
    let increment = "[\"60s\", \"60s\"]";
    let zones = |count: u32| -> String {
        let zone =
            |n: u32| format!("[[zone]]\nname = \"z{n}\"\nmatch = {{ prefix = \"+9{n:05}\" }}\n");
        (0..count).map(zone).collect()
    };
    let periods = |count: u32| -> String {
        let clock = |n: u32| format!("{:02}:{:02}", n / 60, n % 60);
        let hours = |n: u32| format!("{}-{}", clock(n), clock(n + 1));
        (0..count)
            .map(|n| format!("[[period]]\nname = \"p{n}\"\nhours = \"{}\"\n", hours(n)))
            .collect()
    };
    let call =
        |more: &str| format!("[[call]]\nname = \"calls\"\nprice = \"0.1\"\nper = \"60s\"\n{more}");
    // 150 zones and all others, 150 periods, three directions: 67,950 prices are not too many.
    let names: Vec<String> = (0..150).map(|n| format!("\"p{n}\"")).collect();
    let all = format!("period = [{}]\ndirection = \"any\"\n", names.join(", "));
    let all = call(&all) + &call("direction = \"any\"\n");
    assert!(wrong(cent, increment, &(zones(150) + &periods(150) + &all)).is_empty());
    // A table of 3 · 8,001 · 701 places.
    let text = zones(8_000) + &periods(700) + &call("");
    assert_eq!(wrong(cent, increment, &text), ["contract-too-large"]);
}

/// A TOML value as an editor shows it to a schema: days are text.
fn as_json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => serde_json::Value::Object(
            table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
        ),
        other => serde_json::to_value(other).expect("plain"),
    }
}

#[test]
fn the_schema_takes_every_contract_and_refuses_what_the_reader_refuses() {
    let mut schema = Vec::new();
    telbill::render::write_keys_schema(&mut schema, &CONTRACT).expect("written");
    let schema = serde_json::from_slice(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let root = folder();
    let root = root.parent().expect("the project");
    let mut contracts: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("tariffs")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    let months = std::fs::read_dir(root.join("fixtures/scenarios")).expect("scenarios");
    let months = months.map(|month| month.expect("month").path().join("tariff.toml"));
    contracts.extend(months.filter(|path| path.exists()));
    assert!(contracts.len() >= 7, "{contracts:?}");
    let read = |text: &str| as_json(&toml::Value::Table(text.parse().expect("TOML")));
    for path in &contracts {
        let text = std::fs::read_to_string(path).expect("reads");
        let found: Vec<String> =
            validator.iter_errors(&read(&text)).map(|error| error.to_string()).collect();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
    let text = std::fs::read_to_string(folder().join("telesales.toml")).expect("reads");
    for (right, wrong) in [
        ("increment = [\"6s\", \"6s\"]", "increment = [6, 6]"),
        ("increment = [\"6s\", \"6s\"]", "increments = [\"6s\", \"6s\"]"),
        ("currency = \"CNY\"", ""),
        ("per     = \"60s\"", "per = \"minute\""),
    ] {
        assert!(text.contains(right), "{right}");
        assert!(!validator.is_valid(&read(&text.replacen(right, wrong, 1))), "{wrong}");
    }
}
