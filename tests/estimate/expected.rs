//! `telbill estimate`: figures by fixtures/estimate/expected.py and by hand, and its laws.

use serde_json::Value;

use crate::papers::{HEAD, folder, json, root, run};

const OFFERS: [&str; 6] = [
    "estimate",
    "-t",
    "fixtures/estimate/now.toml",
    "fixtures/estimate/six.toml",
    "fixtures/estimate/pack.toml",
    "-u=fixtures/estimate/forecast.toml",
];

fn offer<'j>(document: &'j Value, id: &str) -> &'j Value {
    let offers = document["offers"].as_array().expect("offers");
    offers.iter().find(|offer| offer["id"] == id).expect("the offer")
}

fn amount(value: &Value) -> f64 {
    value.as_str().expect("an amount").parse().expect("a figure")
}

#[test]
fn expected_costs_are_those_of_the_independent_script() {
    let document = json(&OFFERS);
    assert_eq!(document["complete"], true);
    // expected.py: 5845.8600 and 3700.9763.
    assert_eq!(offer(&document, "EST-NOW")["total"], "5845.86");
    assert_eq!(offer(&document, "EST-SIX")["total"], "3700.98");
    assert_eq!(offer(&document, "EST-NOW")["way"], "expected");
    // 57,000 dialled, 19,950 answered, 21,828.625 minutes.
    for (key, count) in [("calls", 57_000), ("answered", 19_950), ("minutes", 21_829)] {
        assert_eq!(offer(&document, "EST-NOW")["usage"][key], count, "{key}");
    }
    let ranks: Vec<&Value> =
        document["offers"].as_array().expect("offers").iter().map(|o| &o["id"]).collect();
    assert_eq!(ranks, ["EST-SIX", "EST-PACK", "EST-NOW"]);
    // 5845.86 − 3700.98.
    assert_eq!(offer(&document, "EST-NOW")["against"], "2144.88");
}

/// A package is priced on drawn months. expected.py: 4971.55 on average, a month's deviation 30.39, so
/// the mean of 200 months lies within 4 · 30.39 / √200 = 8.60 of it, and its error is near 2.15.
#[test]
fn drawn_months_come_near_what_is_expected() {
    let document = json(&[&OFFERS[..], &["--draws", "200"]].concat());
    let pack = offer(&document, "EST-PACK");
    assert_eq!((pack["way"].as_str(), pack["draws"].as_u64()), (Some("drawn"), Some(200)));
    assert!((amount(&pack["total"]) - 4971.55).abs() < 8.60, "{}", pack["total"]);
    assert!((amount(&pack["error"]) - 2.15).abs() < 0.35, "{}", pack["error"]);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = run(&OFFERS);
    assert_eq!(first, run(&OFFERS));
    let other = run(&[&OFFERS[..], &["--seed", "2"]].concat());
    assert_ne!(first.1, other.1);
}

fn scenario(name: &str, file: &str) -> String {
    format!("fixtures/scenarios/{name}/{file}")
}

/// Calls of a month, priced for that month, cost what the audit expects: one kernel.
#[test]
fn past_calls_cost_what_an_audit_expects() {
    let name = "clean-month";
    let [tariff, calls, roster, invoice] =
        ["tariff.toml", "calls.csv", "roster.csv", "invoice.csv"].map(|file| scenario(name, file));
    let audit = json(&["audit", "-t", &tariff, "-c", &calls, "-r", &roster, "-i", &invoice]);
    let common = ["estimate", "-t", tariff.as_str(), "-c", &calls, "-r", &roster];
    let estimate = json(&common);
    assert_eq!(estimate["offers"][0]["total"], audit["bridge"]["expected"]);
    assert_eq!(estimate["offers"][0]["way"], "exact");
    for threads in ["1", "3"] {
        let more = [&common[..], &["--threads", threads, "--block-size", "4096"]].concat();
        assert_eq!(json(&more), estimate, "{threads} threads");
    }
}

/// A hundred calls of a minute on each of January's 23 and February's 20 weekdays of 2025, 0.10 each:
/// 230.00 and 200.00, with 10 % more calls in February 220.00.
#[test]
fn months_follow_growth_and_their_own_weekdays() {
    let contract = format!("{HEAD}\n[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n");
    let forecast = |growth: &str| {
        format!(
            "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 100\nanswered = 1\n\
             talk = {{ average = \"60s\" }}\n{growth}\n"
        )
    };
    for (growth, february) in [("", "200.00"), ("growth = \"10%\"", "220.00")] {
        let (_folder, paths) = folder(&[("c.toml", &contract), ("f.toml", &forecast(growth))]);
        let document = json(&["estimate", "-t", &paths[0], "-u", &paths[1], "--months", "2"]);
        let cycles = document["offers"][0]["cycles"].as_array().expect("cycles");
        assert_eq!(
            (&cycles[0]["total"], &cycles[1]["total"]),
            (&"230.00".into(), &february.into())
        );
    }
}

/// 3,000 minutes a month for 100.00, beyond them 0.10; one-minute calls, 140 on each weekday. January's
/// 23 make 3,220 minutes, 220 beyond: 22.00. February's 20 leave 200, March's 21 leave 60. April's 22
/// make 3,080: 8.00 beyond, or nothing with what was left over.
#[test]
fn what_is_left_of_a_month_is_there_in_the_next() {
    let contract = |rollover: &str| {
        format!(
            "{HEAD}\n[[package]]\nname = \"pack\"\nfee = 100.00\nincludes = [{{ minutes = 3000 }}]\n\
             overage = {{ name = \"beyond\", price = 0.10, per = \"60s\" }}\nconnect = \"covered\"\n\
             burn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\npart_month = \"full\"\n\
             part_minutes = \"full\"\n{rollover}\nvalid = {{ from = 2025-01-01 }}\n"
        )
    };
    let forecast = "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 140\nanswered = 1\n\
                    talk = { average = \"60s\" }\n";
    for (rollover, total) in [("rollover = { most = 10000 }", "422.00"), ("", "430.00")] {
        let (_folder, paths) = folder(&[("c.toml", &contract(rollover)), ("f.toml", forecast)]);
        let document = json(&["estimate", "-t", &paths[0], "-u", &paths[1], "--months", "4"]);
        assert_eq!(document["offers"][0]["total"], total, "{rollover}");
    }
}

/// A minimum of 1,000 a year, and calls at 3.00 a weekday: 783.00 in the 261 weekdays of 2025, and the
/// other 217.00 in December.
#[test]
fn a_minimum_of_a_year_falls_due_with_its_last_month() {
    let contract = format!(
        "{HEAD}\n[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n[commitment]\n\
         minimum = 1000\nwindow = \"year\"\nyear_from = 2025-01-01\ncovers = [\"call\"]\n\
         tax = \"before\"\n"
    );
    let forecast = "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 30\nanswered = 1\n\
                    talk = { average = \"60s\" }\n";
    let (_folder, paths) = folder(&[("c.toml", &contract), ("f.toml", forecast)]);
    let document = json(&["estimate", "-t", &paths[0], "-u", &paths[1], "--months", "12"]);
    let cycles = document["offers"][0]["cycles"].as_array().expect("cycles");
    // January has 23 weekdays, November 20, December 23: 69.00, 60.00, and 69.00 with the shortfall.
    let totals = [&cycles[0]["total"], &cycles[10]["total"], &cycles[11]["total"]];
    assert_eq!(totals, ["69.00", "60.00", "286.00"]);
    assert_eq!(document["offers"][0]["total"], "1000.00");
}

/// A contract that knows no such zone says so, comes last, and makes the exit code 3.
#[test]
fn what_has_no_price_is_named_and_never_nothing() {
    let zones = "\n[[zone]]\nname = \"near\"\nmatch = { area = \"0571\" }\n\
                 [[zone]]\nname = \"far\"\nmatch = { area = \"010\" }\n";
    let near = "[[call]]\nname = \"calls\"\nzone = \"near\"\nprice = 0.10\nper = \"60s\"\n";
    let both =
        "[[call]]\nname = \"calls\"\nzone = [\"near\", \"far\"]\nprice = 0.30\nper = \"60s\"\n";
    let (half, whole) = (format!("{HEAD}{zones}{near}"), format!("{HEAD}{zones}{both}"));
    let without =
        format!("{HEAD}{}{near}", zones.split("[[zone]]\nname = \"far\"").next().expect("text"));
    let forecast = "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 10\nanswered = 1\n\
                    talk = { average = \"60s\" }\n\
                    to = [{ zone = \"near\", share = 0.5 }, { zone = \"far\", share = 0.5 }]\n";
    let half = half.replace("id = \"E\"", "id = \"HALF\"");
    let without = without.replace("id = \"E\"", "id = \"NONE\"");
    let (_folder, paths) = folder(&[
        ("half.toml", &half),
        ("whole.toml", &whole),
        ("none.toml", &without),
        ("f.toml", forecast),
    ]);
    let arguments = ["estimate", "-t", paths[0].as_str(), &paths[1], &paths[2], "-u", &paths[3]];
    let (exit, _, _) = run(&arguments);
    assert_eq!(exit, Some(3));
    let document = json(&arguments);
    // 230 calls at 0.30; the others price 115 of them.
    assert_eq!(document["offers"][0]["total"], "69.00");
    for (id, says) in
        [("HALF", "no price for 115 calls"), ("NONE", "knows no zone \"far\"; 115 calls")]
    {
        let offer = offer(&document, id);
        assert_eq!((&offer["rank"], &offer["total"]), (&Value::Null, &"11.50".into()), "{id}");
        let missing = offer["missing"][0].as_str().expect("a sentence");
        assert!(missing.contains(says), "{missing}");
    }
}

#[test]
fn the_document_follows_its_schema() {
    let (_, schema, _) = run(&["generate", "schema", "estimate"]);
    let kept = root().join("tests/estimate.schema.json");
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&kept, &schema).expect("writes");
    }
    assert_eq!(schema, std::fs::read_to_string(kept).expect("the schema is kept"));
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&json(&OFFERS)));
    assert!(!validator.is_valid(&serde_json::json!({ "schema": 1 })));
}

/// 23 working days of 100 calls of 65 s on average, by the minute at 0.10: 2 minutes each, 460.00. The
/// dearest lengths with that average are 61 s (56 of 60 calls) and 121 s (4 of 60): 2 + 4/60 minutes,
/// 475.33. By the second nothing can be dearer.
#[test]
fn a_bare_average_says_what_it_may_leave_out() {
    let contract = format!("{HEAD}\n[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n");
    let by_second = contract.replace("[\"60s\", \"60s\"]", "[\"1s\", \"1s\"]");
    let forecast = "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 100\nanswered = 1\n\
                    talk = { average = \"65s\" }\n";
    let (_folder, paths) =
        folder(&[("c.toml", &contract), ("s.toml", &by_second), ("f.toml", forecast)]);
    let (exit, said, warned) = run(&["estimate", "-t", &paths[0], "-u", &paths[2]]);
    assert_eq!(exit, Some(0));
    assert!(warned.contains("warning[forecast-average]"), "{warned}");
    // A terminal's lines are wrapped.
    let unwrapped = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = unwrapped(&said);
    assert!(said.contains("460.00") && said.contains("may cost up to 15.33 more"), "{said}");
    let (_, said, _) = run(&["estimate", "-t", &paths[1], "-u", &paths[2]]);
    assert!(!unwrapped(&said).contains("may cost up to"), "{said}");
}
