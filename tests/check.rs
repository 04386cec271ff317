//! `telbill check` as a user meets it: exit codes, open questions with what they are worth, formats.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use telbill::cli::exit;

/// Nothing wrong, nothing that hurts, nothing open; silent on some terms.
const FINE: &str = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"

[metering]
bill_on = "answer"
increment = ["6s", "6s"]
zero = "free"
subsecond = "up"
scope = "call"

[rounding]
call = { to = "0.0001", mode = "half-up" }
line = { to = "0.01", mode = "half-up" }

[[call]]
name = "calls"
price = 0.1234
per = "60s"
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("write");
        }
        Self(folder)
    }

    fn check(&self, arguments: &[&str]) -> Output {
        telbill(self.0.path(), &[&["check"], arguments, &["--lang", "en"]].concat())
    }

    fn code(&self, arguments: &[&str]) -> Option<u8> {
        self.check(arguments).status.code().and_then(|code| u8::try_from(code).ok())
    }
}

fn telbill(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telbill"));
    command.current_dir(folder).args(arguments).env_remove("TELBILL_LANG");
    command.output().expect("runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

#[test]
fn exit_codes_say_what_is_gravest() {
    let open = FINE.replace("scope = \"call\"\n", "");
    let hurts = format!("{FINE}\n[dispute]\npay_first = true\n");
    let both = format!("{open}\n[dispute]\npay_first = true\n");
    // The only price ends before the contract does.
    let wrong = format!("{both}\n[[call]]\nname = \"in\"\ndirection = \"inbound\"\nprice = 0.1\nper = \"60s\"\nvalid = {{ until = 2024-06-30 }}\n")
        .replace("currency", "valid = { from = 2024-01-01, until = 2024-12-31 }\ncurrency");
    let folder = Folder::new(&[
        ("fine.toml", FINE),
        ("open.toml", &open),
        ("hurts.toml", &hurts),
        ("both.toml", &both),
        ("wrong.toml", &wrong),
        ("refused.toml", &FINE.replace("price", "prise")),
    ]);
    for (arguments, code) in [
        (&["fine.toml"][..], exit::FINE),
        (&["open.toml"], exit::INCOMPLETE),
        (&["hurts.toml"], exit::FOUND),
        (&["both.toml"], exit::FOUND),
        (&["both.toml", "--fail-on", "error"], exit::INCOMPLETE),
        (&["hurts.toml", "--fail-on", "never"], exit::FINE),
        // Silence is information.
        (&["fine.toml", "--fail-on", "info"], exit::FOUND),
        (&["wrong.toml"], exit::UNUSABLE),
        (&["wrong.toml", "--fail-on", "never"], exit::UNUSABLE),
        (&["refused.toml"], exit::UNUSABLE),
        (&["absent.toml"], exit::UNUSABLE),
        (&["fine.toml", "hurts.toml", "open.toml"], exit::FOUND),
        (&["fine.toml", "open.toml"], exit::INCOMPLETE),
        (&["refused.toml", "hurts.toml"], exit::UNUSABLE),
        (&["fine.toml", "--cdr", "absent.csv"], exit::UNUSABLE),
        (&["fine.toml", "-", "--cdr", "-"], exit::UNUSABLE),
        (&["fine.toml", "--period", "2024-13"], exit::UNUSABLE),
        (&["fine.toml", "--period", "2024-12"], exit::FINE),
        (&[], exit::UNUSABLE),
    ] {
        let output = folder.check(arguments);
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let found = output.status.code().and_then(|code| u8::try_from(code).ok());
        assert_eq!(found, Some(code), "{arguments:?}: {printed}");
    }
}

/// A file that can't be used does not hide what is wrong with the others.
#[test]
fn each_file_is_reported() {
    let hurts = format!("{FINE}\n[dispute]\npay_first = true\n");
    let folder = Folder::new(&[("a.toml", "[contract"), ("b.toml", &hurts)]);
    let output = folder.check(&["a.toml", "b.toml", "c.toml"]);
    let printed = text(&output.stdout);
    for part in ["a.toml", "[toml-syntax]", "b.toml · T · P", "[pay-before-dispute]", "[file-read]"]
    {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

const CALLS: &str = "主叫号码,被叫号码,开始时间,通话时长
057188880001,13800000001,2024-10-08 09:00:00,61
057188880001,13800000002,2024-10-08 10:00:00,61
";

/// Two calls of 61 s at 0.1234 a minute, by the minute.
#[test]
fn open_questions_are_priced_by_themselves_and_together() {
    let open = FINE
        .replace("6s", "60s")
        .replace("scope = \"call\"\n", "")
        .replace("call = { to = \"0.0001\", mode = \"half-up\" }\n", "");
    let folder = Folder::new(&[("open.toml", &open), ("calls.csv", CALLS)]);
    let output = folder.check(&["open.toml", "--cdr", "calls.csv", "--format", "json"]);
    let contract = json(&output)["contracts"][0].clone();
    // Each call is 2 minutes, 0.2468: together 0.4936, on the line 0.49.
    let worth = &contract["worth"];
    assert_eq!(worth["total"], "0.49", "{contract:#}");
    assert_eq!(worth["calls"], 2);
    let readings: Vec<(String, String, String)> = contract["open"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|question| {
            let key = question["key"].as_str().unwrap_or_default().to_owned();
            let others = question["others"].as_array().cloned().unwrap_or_default();
            others.into_iter().map(move |other| {
                let part = |name: &str| other[name].as_str().unwrap_or_default().to_owned();
                (format!("{key} {}", part("reading")), part("total"), part("difference"))
            })
        })
        .collect();
    let wanted = [
        // 122 s are 3 minutes: 0.3702, on the line 0.37.
        ("metering.scope cycle", "0.37", "-0.12"),
        // 0.25 each.
        ("rounding.call 0.01 half-up", "0.50", "0.01"),
        ("rounding.call 0.01 up", "0.50", "0.01"),
    ];
    let wanted: Vec<(String, String, String)> = wanted
        .iter()
        .map(|(key, total, difference)| ((*key).into(), (*total).into(), (*difference).into()))
        .collect();
    assert_eq!(readings, wanted);
    // 2 · 3 combinations; a sum over the cycle rounds no call, so both together make 0.37, not the
    // 0.38 that the single differences would add up to.
    assert_eq!((&worth["least"], &worth["most"]), (&"0.37".into(), &"0.50".into()));
    assert_eq!((&worth["bills"], &worth["over"]), (&6.into(), &"every-combination".into()));
    // What is worth less than is asked for makes nothing incomplete.
    let ignoring = |amount: &str| {
        let fixed = ["open.toml", "--cdr", "calls.csv", "--fail-on", "never"];
        folder.code(&[&fixed[..], &["--incomplete-above", amount]].concat())
    };
    assert_eq!(ignoring("0.11"), Some(exit::INCOMPLETE));
    assert_eq!(ignoring("0.12"), Some(exit::FINE));
}

/// Five questions have 2 · 3 · 2 · 3 · 3 = 108 combinations; so the extremes are tried.
#[test]
fn many_questions_are_bounded_by_their_extremes() {
    let open = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
        [metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\n\
        [[call]]\nname = \"calls\"\nprice = 0.1234\nper = \"60s\"\n";
    let folder = Folder::new(&[("open.toml", open), ("calls.csv", CALLS)]);
    let output = folder.check(&["open.toml", "--cdr", "calls.csv", "--format", "json"]);
    let contract = json(&output)["contracts"][0].clone();
    let worth = &contract["worth"];
    // As above; the line rounded up makes 0.50 as well, and not rounded 0.4936.
    assert_eq!(worth["total"], "0.49", "{contract:#}");
    assert_eq!((&worth["least"], &worth["most"]), (&"0.37".into(), &"0.50".into()));
    // As taken, 1 + 2 + 1 + 2 + 2 other readings, and two extremes.
    assert_eq!((&worth["bills"], &worth["over"]), (&11.into(), &"single-and-extremes".into()));
}

/// Terms that hurt are priced against what is to be asked for, where papers can tell.
#[test]
fn terms_that_hurt_carry_what_they_cost() {
    let terms = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"

[metering]
bill_on = "answer"
increment = ["60s", "60s"]
free = { seconds = 10, how = "cliff" }
zero = "free"
subsecond = "up"
scope = "call"
step_rule = "each-increment"

[rounding]
call = { to = "0.01", mode = "up" }
line = { to = "0.01", mode = "half-up" }

[[call]]
name = "calls"
price = 0.123
per = "60s"
after = [{ from = "60s", price = 0.223 }]

[[seat]]
name = "seats"
fee = 62.00
count = "named"
part_month = "full"

[[surcharge]]
name = "short"
trigger = "short"
seconds = "30s"
seconds_edge = "included"
share = "20%"
at_limit = "due"
among = "answered"
base = "all"
window = "cycle"
fee = 0.50

[commitment]
minimum = 5.00
covers = ["call"]
mode = "on-top"
tax = "before"
"#;
    let calls = format!("{CALLS}057188880001,13800000003,2024-10-08 11:00:00,20\n");
    let roster = "类型,编号,启用日期\n坐席,8001,2024-10-17\n";
    let folder = Folder::new(&[("c.toml", terms), ("calls.csv", &calls), ("roster.csv", roster)]);
    let fixed = ["c.toml", "--cdr", "calls.csv", "--roster", "roster.csv", "--period", "2024-10"];
    let output = folder.check(&[&fixed[..], &["--format", "json"]].concat());
    let contract = json(&output)["contracts"][0].clone();
    // 61, 61 and 20 s are 2, 2 and 1 minutes: 0.123 + 0.223 = 0.346, twice, and 0.123, each rounded
    // up: 0.35 + 0.35 + 0.13 = 0.83. One short call of three brings 3 · 0.50 about. A seat of half
    // a month costs 62.00, and the minimum of 5.00 is due besides: 69.33 together.
    assert_eq!(contract["worth"]["total"], "69.33", "{contract:#}");
    let costs = |code: &str| {
        let remarks = contract["remarks"].as_array().expect("a list");
        let remark = remarks.iter().find(|remark| remark["code"] == code);
        remark.unwrap_or_else(|| panic!("no {code}"))["costs"].clone()
    };
    for (code, wanted) in [
        // 6/6: 61 s are ten blocks at 0.0123 and, from second 60 on, one at 0.0223: 0.1453, up to
        // 0.15; 20 s are four: 0.0492, 0.05. Together 0.35 instead of 0.83.
        ("coarse-increment", "0.48"),
        // To the nearest: 0.35 + 0.35 + 0.12.
        ("rounded-up-twice", "0.01"),
        // From second 10 on: 51 and 51 s are a minute each, 10 s another, at 0.123 since each block
        // begins at second 10: 3 · 0.13 = 0.39.
        ("free-seconds-lost", "0.44"),
        // 0.123 all along: 0.246 up to 0.25, twice, and 0.13.
        ("dearer-within-call", "0.20"),
        // The short call alone.
        ("surcharge-on-all-calls", "1.00"),
        // 15 of 31 days of 62.00.
        ("whole-month-charged", "32.00"),
        // The larger of 0.83 and 5.00 instead of both.
        ("minimum-on-top", "0.83"),
    ] {
        assert_eq!(costs(code), wanted, "{code}: {contract:#}");
    }
    // What no papers tell of has no figure.
    assert_eq!(costs("fee-uncapped"), serde_json::Value::Null);
    let table = text(&folder.check(&fixed).stdout);
    assert!(table.contains("note: on these papers it costs 32.00 more"), "{table}");
    let alone = json(&folder.check(&["c.toml", "--format", "json"]));
    let remarks = alone["contracts"][0]["remarks"].as_array().expect("a list").clone();
    assert!(remarks.iter().all(|remark| remark["costs"].is_null()), "{remarks:#?}");
}

/// The figures of fixtures/offer.py, which shares nothing with telbill.
#[test]
fn the_offer_of_the_readme_is_priced_as_the_script_says() {
    let calls = "fixtures/scenarios/clean-month/calls.csv";
    let arguments = ["check", "fixtures/offer.toml", "--cdr", calls, "--format", "json"];
    let output = telbill(root(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let contract = json(&output)["contracts"][0].clone();
    let totals: Vec<&str> = contract["open"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|question| question["others"].as_array().expect("a list"))
        .map(|other| other["total"].as_str().expect("priced"))
        .collect();
    assert_eq!(contract["worth"]["total"], "130.38");
    assert_eq!(totals, ["76.50", "133.52", "133.52"]);
    assert_eq!(contract["worth"]["calls"], 2000);
}

/// A roster prices questions of fees without a call.
#[test]
fn a_roster_prices_questions_of_fees() {
    let open = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
        [rounding]\nline = { to = \"0.01\", mode = \"half-up\" }\n\
        [[seat]]\nname = \"seats\"\nfee = 62.00\ncount = \"named\"\n";
    let roster = "类型,编号,启用日期\n坐席,8001,2024-10-17\n";
    let folder = Folder::new(&[("open.toml", open), ("roster.csv", roster)]);
    let fixed = ["open.toml", "--roster", "roster.csv", "--period", "2024-10"];
    let output = folder.check(&[&fixed[..], &["--format", "json"]].concat());
    let contract = json(&output)["contracts"][0].clone();
    // From 17 to 31 October are 15 days: 62 · 15/31 = 30.00 and 62 · 15/30 = 31.00.
    let others = &contract["open"][0]["others"];
    assert_eq!(contract["open"][0]["key"], "seat.part_month", "{contract:#}");
    assert_eq!(contract["worth"]["total"], "62.00");
    assert_eq!((&others[0]["total"], &others[1]["total"]), (&"30.00".into(), &"31.00".into()));
}

#[test]
fn the_schema_is_as_committed_and_results_fit_it() {
    let schema = text(&telbill(root(), &["generate", "schema", "check"]).stdout);
    let path = root().join("tests/check.schema.json");
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&path, &schema).expect("write");
    }
    let committed = std::fs::read_to_string(&path).expect("tests/check.schema.json");
    assert_eq!(schema, committed, "run with TELBILL_UPDATE=1 if the change is meant");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let mut contracts: Vec<PathBuf> = vec![root().join("fixtures/offer.toml")];
    let all = std::fs::read_dir(root().join("tariffs")).expect("tariffs");
    let paths = all.map(|entry| entry.expect("entry").path());
    contracts.extend(paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
    let broken = Folder::new(&[("broken.toml", "[contract]\nid = 1\n")]);
    contracts.push(broken.0.path().join("broken.toml"));
    for language in ["en", "zh"] {
        let paths: Vec<String> = contracts.iter().map(|path| path.display().to_string()).collect();
        let mut arguments = vec!["check", "--format", "json", "--lang", language];
        arguments.extend(paths.iter().map(String::as_str));
        let output = telbill(root(), &arguments);
        let document = json(&output);
        let found: Vec<String> =
            validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(found.is_empty(), "{found:#?}");
        assert_eq!(document["contracts"].as_array().map(Vec::len), Some(contracts.len()));
    }
}

#[test]
fn results_go_to_files_and_tables() {
    let open = format!("{}\n[dispute]\npay_first = true\n", FINE.replace("scope = \"call\"\n", ""));
    let folder = Folder::new(&[("open.toml", &open)]);
    let output = folder.check(&["open.toml", "-o", "a.txt", "-o", "a.json", "-o", "a.csv", "-q"]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    let read = |name: &str| std::fs::read_to_string(folder.0.path().join(name)).expect(name);
    assert!(read("a.txt").starts_with("open.toml · T · P\n"));
    assert!(read("a.json").starts_with("{\n  \"schema\": 1,"));
    assert!(read("a.csv").contains("open.toml,pay-before-dispute,warning,open.toml:"));
    let output = folder.check(&["open.toml", "--format", "csv", "--section", "open"]);
    let wanted = "file,key,clause,at,assumed,reading,total,difference\n\
        open.toml,metering.scope,,open.toml:8:1,call,cycle,,\n";
    assert_eq!(text(&output.stdout), wanted);
    assert_eq!(folder.code(&["open.toml", "-o", "open.toml"]), Some(exit::UNUSABLE));
    assert_eq!(std::fs::read_to_string(folder.0.path().join("open.toml")).expect("kept"), open);
}

#[test]
fn lints_are_explained_in_both_languages() {
    for (language, heading) in [("en", "Ask the provider"), ("zh", "请收费方说明")] {
        for code in ["late-charge-high", "L41"] {
            let page = text(&telbill(root(), &["explain", code, "--lang", language]).stdout);
            assert!(page.starts_with("late-charge-high · L41 · warning\n"), "{page}");
            assert!(page.contains(heading), "{page}");
        }
    }
    let near = telbill(root(), &["explain", "late-charge-hihg", "--lang", "en"]);
    assert!(text(&near.stderr).contains("late-charge-high"), "{}", text(&near.stderr));
    let all = text(&telbill(root(), &["explain", "--lang", "zh"]).stdout);
    assert!(all.contains("L61") && all.contains("silent-on-term"), "{all}");
}
