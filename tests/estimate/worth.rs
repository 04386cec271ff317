//! `telbill estimate --worth`: figures by fixtures/estimate/expected.py and by hand, and that a term
//! changed costs what a contract costs that says so.

use serde_json::Value;

use crate::papers::{json, printed};

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// An amount in hundredths.
fn hundredths(value: &Value) -> i64 {
    let text = value.as_str().expect("an amount");
    let (whole, part) = text.split_once('.').expect("decimals");
    assert_eq!(part.len(), 2, "{text}");
    format!("{whole}{part}").parse().expect("a figure")
}

fn of<'j>(document: &'j Value, change: &str, number: Option<u64>) -> &'j Value {
    let found = |one: &&Value| {
        one["change"] == change && (number.is_none() || one["number"].as_u64() == number)
    };
    list(&document["worth"]).iter().find(found).expect(change)
}

/// expected.py prints these: what it saves, and the lower price that saves as much.
#[test]
fn worth_is_that_of_the_independent_script() {
    let document = json(&[
        "estimate",
        "-t=fixtures/estimate/now.toml",
        "-t=fixtures/estimate/six.toml",
        "--current=fixtures/estimate/now.toml",
        "-u=fixtures/estimate/forecast.toml",
        "--worth",
    ]);
    let expected = [
        ("blocks", Some(6), "-1325.08", "32.8"),
        ("blocks", Some(1), "-1426.43", "35.3"),
        ("free-seconds", Some(6), "-418.95", "10.4"),
        ("free-short", Some(6), "-299.25", "7.4"),
        ("cent-less", None, "-337.16", "8.4"),
        ("prices-lower", None, "-404.59", "10.0"),
        ("seats-fewer", Some(10), "-600.00", "14.9"),
        ("seat-fee-lower", None, "-180.00", "4.5"),
    ];
    for (change, number, difference, as_price) in expected {
        let worth = of(&document, change, number);
        assert_eq!(worth["difference"], difference, "{change}");
        assert_eq!(worth["as_price"], as_price, "{change}");
        assert_eq!(worth["error"], Value::Null, "{change}");
    }
    // Only of the contract in force, those that save most first.
    let all = list(&document["worth"]);
    assert!(all.iter().all(|worth| worth["file"] == "fixtures/estimate/now.toml"));
    let saved: Vec<i64> = all.iter().map(|worth| hundredths(&worth["difference"])).collect();
    assert!(saved.is_sorted(), "{saved:?}");
    // Seconds of a month that are rounded up once save what blocks of a second save, nearly; months
    // are drawn for it, and the error is said.
    let sum = of(&document, "cycle-sum", None);
    assert!((hundredths(&sum["difference"]) + 142_643).abs() < 800, "{sum}");
    assert!(sum["error"].is_string());
}

#[test]
fn sentences_and_tables_say_it() {
    let arguments = [
        "estimate",
        "-t=fixtures/estimate/now.toml",
        "-u=fixtures/estimate/forecast.toml",
        "--worth",
    ];
    let says = printed(&arguments).split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "asking for \"6-second billing instead of 60/60\" saves 1,325.08, as much as calls \
                    would at prices lower by 32.8 %";
    assert!(says.contains(sentence), "{says}");
    assert!(
        says.contains("nothing would be saved by no call dearer than 10 minutes of it"),
        "{says}"
    );
    let csv = printed(&[&arguments[..], &["--format=csv", "--section=worth"]].concat());
    assert!(csv.starts_with("offer,change,difference,error,as_price\n"), "{csv}");
    assert!(csv.contains(",6-second billing instead of 60/60,-1325.08,,32.8\n"), "{csv}");
}

const CONTRACT: &str = r#"
[contract]
id = "E"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"
valid = { from = 2024-10-11 }

[metering]
bill_on = "answer"
increment = ["60s", "30s"]
minimum = "60s"
zero = "free"
subsecond = "up"
scope = "call"

[rounding]
call = { to = "0.01", mode = "up" }
line = { to = "0.01", mode = "half-up" }

[[call]]
name = "calls"
price = 0.10
per = "60s"
connect = 0.02

[[seat]]
name = "seats"
fee = 30.00
count = "ordered"
ordered = 14
part_month = "full"

[[recurring]]
name = "service"
fee = 20.00
per = "contract"
part_month = "full"

[[package]]
name = "pack"
fee = 5.00
includes = [{ minutes = 10 }]
connect = "covered"
burn = "billed"
last_call = "split"
scope = "pool"
part_month = "full"
part_minutes = "full"

[[discount]]
name = "friend"
percent = "10%"
on = ["seats"]

[commitment]
minimum = 600
covers = ["call", "seat"]
tax = "before"
"#;

/// Calls of some lengths, at which the roundings differ.
fn calls() -> String {
    let mut rows = "主叫号码,被叫号码,开始时间,通话时长,呼叫方向\n".to_owned();
    for (at, seconds) in
        [61, 4, 95, 100, 7, 130, 899, 59, 60, 33, 121, 61, 4, 200, 5].iter().enumerate()
    {
        rows.push_str(&format!(
            "057188880001,13805710001,2024-10-{:02} 09:{at:02}:00,{seconds},呼出\n",
            14 + at % 5,
        ));
    }
    rows
}

/// A contract that says the changed term costs what the change is worth. The package makes the order
/// of calls matter under some of them, though it does not under the contract itself.
#[test]
fn a_change_is_worth_what_a_contract_with_it_costs_less() {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    };
    let calls = write("calls.csv", &calls());
    let base = write("base.toml", CONTRACT);
    let common = ["-c", calls.as_str(), "--period", "2024-10"];
    let document = json(&[&["estimate", "-t", base.as_str(), "--worth"][..], &common].concat());
    let total = |document: &Value| hundredths(&document["offers"][0]["total"]);
    let cases = [
        ("blocks", 6, "[\"60s\", \"30s\"]", "[\"6s\", \"6s\"]"),
        ("blocks", 1, "[\"60s\", \"30s\"]", "[\"1s\", \"1s\"]"),
        ("cycle-sum", 0, "scope = \"call\"", "scope = \"cycle\""),
        ("no-least", 0, "minimum = \"60s\"\n", ""),
        (
            "free-seconds",
            6,
            "zero =",
            "free = { seconds = 6, how = \"subtract\", connect = \"free\" }\nzero =",
        ),
        ("free-short", 6, "zero =", "free = { seconds = 6, how = \"cliff\" }\nzero ="),
        ("call-half-up", 0, "mode = \"up\"", "mode = \"half-up\""),
        ("call-unrounded", 0, "{ to = \"0.01\", mode = \"up\" }", "\"none\""),
        (
            "call-cap",
            10,
            "connect = 0.02",
            "connect = 0.02\nmost = 1.00\nbounds = \"with-connect\"",
        ),
        ("cent-less", 0, "price = 0.10", "price = 0.09"),
        ("prices-lower", 0, "price = 0.10", "price = 0.09"),
        ("no-connect", 0, "connect = 0.02\n", ""),
        ("seats-fewer", 10, "ordered = 14", "ordered = 4"),
        ("seat-fee-lower", 0, "fee = 30.00", "fee = 27.00"),
        ("recurring-lower", 0, "fee = 20.00", "fee = 18.00"),
        ("package-fee-lower", 0, "fee = 5.00", "fee = 4.50"),
        ("by-day", 0, "part_month = \"full\"", "part_month = \"by-day\""),
        ("minimum-lower", 0, "minimum = 600", "minimum = 540"),
        ("no-minimum", 0, "minimum = 600", "minimum = 0"),
        ("discount-higher", 0, "percent = \"10%\"", "percent = \"15%\""),
    ];
    // With the minimum in force other changes may save nothing; without it each has its own worth.
    let free = CONTRACT.replace("minimum = 600", "minimum = 0");
    let free = write("free.toml", &free);
    let without = json(&[&["estimate", "-t", free.as_str(), "--worth"][..], &common].concat());
    let mut saving = 0;
    for (change, number, from, to) in cases {
        assert!(CONTRACT.contains(from), "{from}");
        let of_minimum = change.contains("minimum");
        let (document, text) = if of_minimum {
            (&document, CONTRACT.to_owned())
        } else {
            (&without, CONTRACT.replace("minimum = 600", "minimum = 0"))
        };
        let changed = write("changed.toml", &text.replace(from, to));
        let changed = json(&[&["estimate", "-t", changed.as_str()][..], &common].concat());
        let difference = total(&changed) - total(document);
        let number = (number > 0).then_some(number);
        let worth = of(document, change, number);
        assert_eq!(hundredths(&worth["difference"]), difference, "{change} {number:?}");
        saving += i32::from(difference < 0);
    }
    assert!(saving >= 17, "{saving} of {} save something", cases.len());
    // A tenth off the price is as much as ten per cent, and never more.
    assert_eq!(of(&without, "prices-lower", None)["as_price"], "10.0");
}

/// Laws, on the months of the scenarios.
#[test]
fn lower_prices_never_cost_more() {
    let schema: Value =
        serde_json::from_str(&printed(&["generate", "schema", "estimate"])).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for name in ["clean-month", "package-month", "seats-and-lines", "buyers-guide"] {
        let file = |file: &str| format!("fixtures/scenarios/{name}/{file}");
        let (tariff, calls, roster) = (file("tariff.toml"), file("calls.csv"), file("roster.csv"));
        let common = ["estimate", "-t", tariff.as_str(), "-c", &calls, "-r", &roster];
        let document = json(&[&common[..], &["--worth", "--choose"]].concat());
        assert!(validator.is_valid(&document), "{name}");
        for worth in list(&document["worth"]) {
            let (difference, change) = (hundredths(&worth["difference"]), &worth["change"]);
            let lower = ["prices-lower", "cent-less", "package-fee-lower", "seat-fee-lower"];
            assert!(difference <= 0 || !lower.iter().any(|lower| change == lower), "{worth}");
            if let Some(percent) = worth["as_price"].as_str() {
                let percent: f32 = percent.parse().expect("a figure");
                assert!(percent > 0.0 && percent <= 100.0 && difference < 0, "{worth}");
            }
        }
        for choice in list(&document["choices"]) {
            let total = |mix: &str| hundredths(&choice[mix]["total"]);
            let fits = list(&choice["seats"]).is_empty();
            assert!(total("best") <= total("now") || !fits, "{choice}");
        }
    }
}
