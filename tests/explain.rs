//! Why a call costs what it costs. Figures are worked out by hand beside each case; what programs
//! read is held against the schema that is kept, and every call of a month against `rate`.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use telbill::audit::{Observer, Request, Watch, derive, run};
use telbill::cli::exit;
use telbill::money::Exact;
use telbill::source::SourceMap;

const CONTRACT: &str = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"
valid = { from = 2024-10-01, until = 2025-09-30 }

[metering]
bill_on = "answer"
increment = ["60s", "6s"]
free = { seconds = 3, how = "subtract" }
max_call = "2h"
zero = "free"
subsecond = "up"
scope = "call"
band_rule = "exact-split"

[rounding]
call = { to = "0.001", mode = "up" }
line = { to = "0.01", mode = "half-up" }

[calendar]
years = [2024]
holidays = [2024-10-01, 2024-10-02, 2024-10-03]
workdays = [2024-10-12]

[numbers]
home_area = "0571"

[[zone]]
name = "local"
match = { kind = ["mobile", "fixed"], area = "home" }

[[zone]]
name = "mobile"
match = { kind = "mobile" }

[[zone]]
name = "special"
match = { prefix = ["0571888", "0571"] }

[[period]]
name = "busy"
days = ["workday"]
hours = ["09:00-18:00"]

[[call]]
name = "local busy"
zone = "local"
period = "busy"
price = 0.12
per = "60s"
connect = 0.05

[[call]]
name = "local quiet"
zone = "local"
price = 0.06
per = "60s"

[[call]]
name = "mobile"
zone = "mobile"
price = 0.20
per = "60s"

[[call]]
name = "special"
zone = "special"
price = 0.30
per = "60s"
"#;

const HEAD: &str = "话单ID,主叫号码,被叫号码,开始时间,通话时长,呼叫状态,费用\n";

struct Month(tempfile::TempDir);

impl Month {
    fn new(contract: &str, rows: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("contract.toml"), contract).expect("write");
        let calls = format!("{HEAD}{}\n", rows.join("\n"));
        std::fs::write(folder.path().join("calls.csv"), calls).expect("write");
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let papers = ["-t", "contract.toml", "-c", "calls.csv"];
        Command::new(env!("CARGO_BIN_EXE_telbill"))
            .current_dir(self.0.path())
            .arg("explain")
            .args(arguments)
            .args(papers)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TELBILL_LANG")
            .output()
            .expect("runs")
    }

    fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
        (output.status.code(), value)
    }

    fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(arguments).stdout).into_owned()
    }
}

/// A step: its name, values, and the line of the contract on which one of its places stands.
type Shown<'s> = (&'s str, &'s [(&'s str, &'s str)], Option<u64>);

/// `step name=value …` with the line of its first place, one a line, for the values asked for.
#[track_caller]
fn shows(derivation: &Value, expected: &[Shown<'_>]) {
    let steps = derivation["steps"].as_array().expect("steps");
    let mut from = 0;
    for (name, facts, line) in expected {
        let Some(at) = steps[from..].iter().position(|step| step["step"] == *name) else {
            panic!("no {name} after {from}: {steps:#?}");
        };
        let step = &steps[from + at];
        from += at + 1;
        for (key, wanted) in *facts {
            let found = match &step["facts"][*key] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(found, *wanted, "{name} {key}: {step:#}");
        }
        if let Some(line) = line {
            let places = step["at"].as_array().expect("places");
            let wanted = format!("contract.toml:{line}:");
            let there =
                places.iter().any(|at| at.as_str().is_some_and(|at| at.starts_with(&wanted)));
            assert!(there, "{name} rests on {wanted} {places:?}");
        }
    }
}

/// The line of the contract that begins so, from 1; the `nth` of them.
fn line_of(contract: &str, beginning: &str, nth: usize) -> Option<u64> {
    let lines = (1u64..).zip(contract.lines());
    let mut found = lines.filter(|(_, line)| line.starts_with(beginning)).map(|(at, _)| at);
    found.nth(nth)
}

#[test]
fn a_call_over_the_edge_of_a_period_by_hand() {
    // 2024-10-12 is a Saturday that is worked. 17:59:00, 95 s: 3 s free, 92 s left: 60 s and six
    // blocks of 6 s: 96 s. Exact split: billed time runs from 17:59:03; 57 s are before 18:00:00 at
    // 0.12; of the other 39 s, at 0.06, 3 s are the rest of the first block: 0.114 + 0.003 + 0.036
    // = 0.153; connect 0.05.
    let month =
        Month::new(CONTRACT, &["A1,057188880001,13805710001,2024-10-12 17:59:00,95,已接通,0.203"]);
    let (code, value) = month.json(&["--call", "A1"]);
    let one = &value["derivations"][0];
    let key = |beginning| line_of(CONTRACT, beginning, 0);
    shows(
        one,
        &[
            ("record", &[("talk", "95"), ("outcome", "answered")], None),
            ("billable", &[("how", "answer"), ("seconds", "95")], key("bill_on")),
            ("zone-area", &[("zone", "local"), ("kind", "mobile"), ("area", "0571")], None),
            ("zone-also", &[("zones", "mobile")], None),
            ("band", &[("period", "busy"), ("what", "worked"), ("until", "18:00")], None),
            (
                "price",
                &[("clause", "local busy"), ("price", "0.12"), ("per", "60")],
                key("price = 0.12"),
            ),
            ("free-subtract", &[("before", "95"), ("after", "92")], key("free")),
            (
                "blocks",
                &[("before", "92"), ("after", "96"), ("increments", "60/6")],
                key("increment"),
            ),
            ("over-edge", &[("how", "exact-split")], key("band_rule")),
            ("share", &[("seconds", "57"), ("amount", "0.114")], key("price = 0.12")),
            (
                "share",
                &[("seconds", "3"), ("block", "60"), ("amount", "0.003")],
                key("price = 0.06"),
            ),
            ("share", &[("seconds", "36"), ("block", "6"), ("amount", "0.036")], None),
            (
                "round-call",
                &[("before", "0.153"), ("after", "0.153"), ("mode", "up")],
                key("call = {"),
            ),
            ("connect", &[("fee", "0.05")], key("connect")),
            ("charge", &[("amount", "0.203")], None),
            ("adds", &[("amount", "0.203"), ("line", "local busy")], None),
            ("charged", &[("charged", "0.203")], None),
        ],
    );
    assert_eq!((one["charge"].as_str(), one["adds"].as_str()), (Some("0.203"), Some("0.203")));
    assert_eq!(value["total"], "0.203");
    assert_eq!(code, Some(exit::FINE.into()));
}

#[test]
fn free_seconds_rounding_and_the_longest_prefix_by_hand() {
    // 2 s are free. 61 s: 58 s left, one block of 60 s at 0.20 a minute is 0.20. A fixed line of
    // Hangzhou is "local" by its area, but a prefix goes before an area, and 0571888 before 0571:
    // 64 s on a holiday, 61 left: 60 + 6 = 66 s at 0.30: 0.33.
    let rows = [
        "A1,057188880001,13905710002,2024-10-08 10:00:00,2,已接通,0",
        "A2,057188880001,13800000003,2024-10-08 11:00:00,61,已接通,0.20",
        "A3,057188880001,057188812345,2024-10-02 12:00:00,64,已接通,0.33",
        "A4,057188880001,13800000003,2024-10-08 13:00:00,0,无应答,0",
    ];
    let month = Month::new(CONTRACT, &rows);
    let (_, free) = month.json(&["--row", "2"]);
    let step: &[_] = &[
        ("free-subtract", &[("before", "2"), ("after", "0")][..], line_of(CONTRACT, "free", 0)),
        ("charge", &[("amount", "0.00")], None),
    ];
    shows(&free["derivations"][0], step);
    assert_eq!(free["total"], "0.00");
    let (_, mobile) = month.json(&["--row", "calls.csv:3"]);
    shows(
        &mobile["derivations"][0],
        &[
            ("zone-kind", &[("zone", "mobile")], None),
            (
                "time",
                &[("seconds", "60"), ("amount", "0.20")],
                line_of(CONTRACT, "price = 0.20", 0),
            ),
        ],
    );
    let (_, special) = month.json(&["--call", "A3"]);
    shows(
        &special["derivations"][0],
        &[
            ("zone-prefix", &[("zone", "special"), ("prefix", "0571888")], None),
            ("zone-also", &[("zones", "local")], None),
            ("band-other", &[("what", "holiday")], line_of(CONTRACT, "[calendar]", 0)),
            ("time", &[("seconds", "66"), ("amount", "0.33")], None),
        ],
    );
    let (code, unanswered) = month.json(&["--call", "A4"]);
    shows(&unanswered["derivations"][0], &[("not-billable", &[("outcome", "unanswered")], None)]);
    assert_eq!((code, unanswered["total"].as_str()), (Some(exit::FINE.into()), Some("0.00")));
}

const PACKAGE: &str = concat!(
    include_str!("head.toml"),
    r#"
[[package]]
name = "pack"
fee = 10.00
connect = "charged"
scope = "pool"
includes = [{ minutes = 5 }]

[package.overage]
name = "over"
price = 0.10
per = "60s"
"#
);

#[test]
fn a_package_that_runs_out_within_a_call_by_hand() {
    // Five minutes. By time: 125 s take 3 minutes; 175 s take 3, of which 2 are left, so one is
    // charged: 0.10; then 60 s: nothing left, 0.10. The file has them in another order. `burn` is
    // left open: by seconds talked 125 s and then 175 s take exactly 300 s, and nothing of the
    // second call is charged.
    let rows = [
        "A3,057188880001,13800000003,2024-10-08 12:00:00,60,已接通,0.10",
        "A2,057188880001,13800000002,2024-10-08 11:00:00,175,已接通,0.10",
        "A1,057188880001,13800000001,2024-10-08 10:00:00,125,已接通,0.00",
    ];
    let month = Month::new(PACKAGE, &rows);
    let includes = line_of(PACKAGE, "includes", 0);
    let cases: [(&str, &[Shown<'_>], &str); 3] = [
        (
            "A1",
            &[("package", &[("before", "300"), ("taken", "180"), ("after", "120")], includes)],
            "0.00",
        ),
        (
            "A2",
            &[
                ("charge", &[("amount", "0.30")], None),
                ("package", &[("before", "120"), ("taken", "120"), ("after", "0")], includes),
                ("adds", &[("amount", "0.10"), ("line", "over")], None),
                ("reading", &[("key", "package.burn"), ("word", "talk"), ("amount", "0.00")], None),
            ],
            "0.10",
        ),
        ("A3", &[("package-empty", &[("before", "0"), ("taken", "0")], includes)], "0.10"),
    ];
    for (id, steps, adds) in cases {
        let (code, value) = month.json(&["--call", id]);
        shows(&value["derivations"][0], steps);
        assert_eq!(value["total"], adds, "{id}");
        assert_eq!(code, Some(exit::FINE.into()), "{id}");
    }
}

/// The same month's lines: 3 + 3 + 1 minutes by themselves are 0.70, of which five are covered.
#[test]
fn lines_of_the_bill_by_hand() {
    let rows = [
        "A1,057188880001,13800000001,2024-10-08 10:00:00,125,已接通,0.00",
        "A2,057188880001,13800000002,2024-10-08 11:00:00,175,已接通,0.10",
        "A3,057188880001,13800000003,2024-10-08 12:00:00,60,已接通,0.10",
    ];
    let month = Month::new(PACKAGE, &rows);
    let (code, value) = month.json(&["--line", "over"]);
    shows(
        &value["derivations"][0],
        &[
            ("calls", &[("count", "3"), ("seconds", "420"), ("amount", "0.70")], None),
            (
                "together",
                &[("before", "0.70"), ("after", "0.20"), ("covered", "300")],
                line_of(PACKAGE, "includes", 0),
            ),
            ("round-line", &[("after", "0.20")], line_of(PACKAGE, "line = {", 0)),
        ],
    );
    assert_eq!((code, value["total"].as_str()), (Some(exit::FINE.into()), Some("0.20")));
    let (_, value) = month.json(&["--line", "pack"]);
    let fee = line_of(PACKAGE, "fee", 0);
    shows(&value["derivations"][0], &[("product", &[("amount", "10.00")], fee)]);
    assert_eq!(value["total"], "10.00");
}

/// Lines of the sample month: figures of its `expected.json`, and of its invoice.
#[test]
fn lines_of_the_sample_month_and_the_printed_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/buyers-guide");
    let file = |name: &str| folder.join(name).display().to_string();
    let line = |name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .args(["explain", "--format", "json", "--line", name])
            .args(["-t", &file("tariff.toml"), "-c", &file("calls.csv"), "-r", &file("roster.csv")])
            .args(["-i", &file("invoice.csv")])
            .output()
            .expect("runs");
        let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let one = value["derivations"][0].clone();
        (output.status.code(), value["total"].as_str().expect("total").to_owned(), one)
    };
    let (found, fine) = (Some(i32::from(exit::FOUND)), Some(i32::from(exit::FINE)));
    // Sixteen seats at 80.00, and 6 % of 1,280.00 are 76.80.
    let (code, total, one) = line("坐席费");
    assert_eq!((code, total.as_str()), (fine, "1280.00"));
    shows(
        &one,
        &[
            ("units", &[("due", "16")], None),
            ("product", &[("quantity", "16"), ("price", "80"), ("amount", "1280.00")], None),
            ("tax", &[("rate", "0.06"), ("amount", "76.80")], None),
            ("printed", &[("billed", "1280.00")], None),
        ],
    );
    let (code, total, one) = line("长途通话费");
    assert_eq!((code, total.as_str()), (found, "427.53"));
    let billed = [("billed", "632.07"), ("expected", "427.53"), ("difference", "204.54")];
    shows(&one, &[("printed-otherwise", &billed, None), ("cause", &[], None)]);
    let (code, total, one) = line("号码绑定费");
    assert_eq!((code, total.as_str()), (found, "0.00"));
    shows(
        &one,
        &[("line-without-clause", &[], None), ("printed-otherwise", &[("billed", "80.00")], None)],
    );
}

#[test]
fn a_package_of_each_day_and_one_of_calls() {
    // 125 s of the 8th are three minutes of five, 60 s of the 9th one of its own five.
    let rows = [
        "A1,057188880001,13800000001,2024-10-08 10:00:00,125,已接通,0.00",
        "A2,057188880001,13800000002,2024-10-09 10:00:00,60,已接通,0.00",
    ];
    let daily =
        PACKAGE.replace("scope = \"pool\"\nincl", "scope = \"pool\"\nwindow = \"day\"\nincl");
    let (_, value) = Month::new(&daily, &rows).json(&["--call", "A2"]);
    let facts = [("before", "300"), ("taken", "60"), ("after", "240")];
    shows(&value["derivations"][0], &[("package", &facts, line_of(&daily, "includes", 0))]);
    let calls = PACKAGE.replace("minutes = 5", "calls = 5");
    let (_, value) = Month::new(&calls, &rows).json(&["--call", "A2"]);
    let facts = [("before", "4"), ("taken", "1"), ("after", "3")];
    shows(&value["derivations"][0], &[("package", &facts, line_of(&calls, "includes", 0))]);
}

#[test]
fn a_sum_of_the_cycle_is_rounded_once_and_a_call_adds_a_difference() {
    // 61 + 58 = 119 s are two minutes, 0.20; the first alone would be two minutes as well, so the
    // second adds nothing; a third of 2 s makes it 121 s: three minutes, 0.10 more. Per call each
    // would cost 0.20, 0.10, 0.10.
    let contract = PACKAGE
        .split("[[package]]")
        .next()
        .expect("head")
        .replace("scope = \"call\"", "scope = \"cycle\"")
        + "[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n";
    let rows = [
        "A1,057188880001,13800000001,2024-10-08 10:00:00,61,已接通,0.20",
        "A2,057188880001,13800000002,2024-10-08 11:00:00,58,已接通,0.10",
        "A3,057188880001,13800000003,2024-10-08 12:00:00,2,已接通,0.30",
    ];
    let month = Month::new(&contract, &rows);
    for (id, before, after, adds) in
        [("A1", "0", "2", "0.20"), ("A2", "2", "2", "0.00"), ("A3", "2", "3", "0.10")]
    {
        let (_, value) = month.json(&["--call", id]);
        let facts = [("before", before), ("after", after), ("amount", adds)];
        shows(&value["derivations"][0], &[("sum", &facts, None)]);
        assert_eq!(value["total"], adds, "{id}");
    }
    // What is billed of 121 s is three minutes, of the line as well.
    let (_, value) = month.json(&["--line", "calls"]);
    shows(&value["derivations"][0], &[("together", &[("billed", "180")], None)]);
    // 0.30 is neither what it adds nor its charge by itself.
    let (code, value) = month.json(&["--call", "A3"]);
    shows(&value["derivations"][0], &[("charged-otherwise", &[("charged", "0.30")], None)]);
    assert_eq!(code, Some(exit::FOUND.into()));
}

#[test]
fn records_that_are_no_call_or_count_for_nothing() {
    let rows = [
        "A1,057188880001,13805710001,2024-10-08 10:00:00,60,已接通,0.17",
        "A1,057188880001,13805710001,2024-10-08 10:00:00,60,已接通,0.17",
        "A2,057188880001,13805710001,2024-15-08 10:00:00,60,已接通,0.17",
        "A3,057188880001,13805710001,2024-09-08 10:00:00,60,已接通,0.17",
        "A4,057188880001,4008001234,2024-10-08 10:00:00,60,已接通,0.17",
        "A5,057188880001,13805710001,2025-01-08 10:00:00,60,已接通,0.17",
    ];
    let month = Month::new(CONTRACT, &rows);
    let kinds = |value: &Value| -> Vec<String> {
        let list = value["derivations"].as_array().expect("list").iter();
        list.map(|one| one["kind"].as_str().expect("kind").to_owned()).collect()
    };
    // 57 s of 60 are left, one block: 0.12, and 0.05 to connect. Once, not twice.
    let (code, value) = month.json(&["--call", "A1"]);
    assert_eq!(
        (kinds(&value), &value["total"]),
        (vec!["counted".into(), "void".into()], &"0.17".into())
    );
    let step = &value["derivations"][1]["steps"];
    let step = step.as_array().expect("steps").iter().find(|step| step["step"] == "duplicate");
    assert_eq!(step.expect("a step")["at"][0], "calls.csv:2");
    shows(&value["derivations"][1], &[("cause", &[("code", "duplicate-call")], None)]);
    assert_eq!(code, Some(exit::FOUND.into()));
    let (code, value) = month.json(&["--call", "A2"]);
    assert_eq!((code, kinds(&value)), (Some(exit::INCOMPLETE.into()), vec!["rejected".into()]));
    shows(
        &value["derivations"][0],
        &[("rejected", &[("code", "bad-time"), ("field", "start")], None)],
    );
    let (code, value) = month.json(&["--row", "5"]);
    assert_eq!((code, kinds(&value)), (Some(exit::FOUND.into()), vec!["void".into()]));
    let valid = line_of(CONTRACT, "valid", 0);
    shows(&value["derivations"][0], &[("outside-contract", &[("day", "2024-09-08")], valid)]);
    let (code, value) = month.json(&["--row", "6"]);
    assert_eq!((code, kinds(&value)), (Some(exit::INCOMPLETE.into()), vec!["unpriced".into()]));
    shows(&value["derivations"][0], &[("zone-none", &[], None), ("no-clause", &[], None)]);
    let (code, value) = month.json(&["--row", "7"]);
    assert_eq!((code, kinds(&value)), (Some(exit::INCOMPLETE.into()), vec!["unpriced".into()]));
    shows(&value["derivations"][0], &[("no-calendar", &[], line_of(CONTRACT, "[calendar]", 0))]);
}

#[test]
fn numbers_are_masked_and_lines_are_at_most_80_wide_in_both_languages() {
    let month =
        Month::new(CONTRACT, &["A1,057188880001,13805710001,2024-10-12 17:59:00,95,已接通,0.203"]);
    for language in ["en", "zh"] {
        let text = month.text(&["--call", "A1", "--lang", language]);
        assert!(text.contains("138****0001") && !text.contains("13805710001"), "{text}");
        assert!(
            !text.contains("step.") && !text.contains('{') || text.contains("call = {"),
            "{text}"
        );
        for line in text.lines() {
            assert!(unicode_width(line) <= 80, "{line}");
        }
        let whole = month.text(&["--call", "A1", "--lang", language, "--show-numbers"]);
        assert!(whole.contains("13805710001"), "{whole}");
    }
}

/// Columns of a text: whatever is beyond Latin, dashes and arrows is two wide.
fn unicode_width(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x2E80 { 2 } else { 1 }).sum()
}

/// A generator of numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn generated_rows(numbers: &mut Numbers, count: u64) -> Vec<String> {
    let callees = ["13805710001", "13905710002", "13800000003", "057188812345", "057112345678"];
    let row = |index: u64| {
        let callee = callees[numbers.below(5) as usize];
        let (day, hour) =
            (8 + numbers.below(20), [8, 9, 12, 17, 17, 18, 23][numbers.below(7) as usize]);
        let (minute, second) = (numbers.below(60), numbers.below(60));
        let talk = if numbers.below(4) == 0 { 0 } else { numbers.below(400) };
        let status = if talk == 0 && numbers.below(3) > 0 { "无应答" } else { "已接通" };
        let caller = 57_188_880_001 + numbers.below(3);
        format!(
            "G{index},0{caller},{callee},2024-10-{day:02} {hour:02}:{minute:02}:{second:02},{talk},{status},0.00"
        )
    };
    (0..count).map(row).collect()
}

/// Each row of generated months comes to what `rate` prints, and together the calls add what the
/// bill's lines for calls come to before they are rounded.
#[test]
fn every_row_is_as_rate_prints_it_and_together_they_are_the_lines() {
    let cycle = CONTRACT.replace("scope = \"call\"", "scope = \"cycle\"");
    let increments = CONTRACT.replace("exact-split", "each-increment");
    let packed = CONTRACT.to_owned()
        + "\n[[package]]\nname = \"pack\"\nfee = 9\nconnect = \"covered\"\nburn = \"talk\"\n\
           scope = \"number\"\nincludes = [{ minutes = 7, zones = [\"local\", \"mobile\"] }]\n";
    let tiered = CONTRACT.replace(
        "price = 0.20\n",
        "tiers = { mode = \"graduated\", scope = \"pool\", steps = [\n  \
           { up_to = 10, price = 0.20 },\n  { up_to = 25, price = 0.15 },\n  { price = 0.10 },\n] }\n",
    );
    let stepped = increments.replace(
        "price = 0.20\n",
        "price = 0.20\nmost = 0.75\nafter = [{ from = \"2m\", price = 0.10 }, { from = \"4m\", fee = 0.30 }]\n",
    );
    let pieces = stepped.replace("each-increment", "each-piece");
    let contracts = [
        CONTRACT.to_owned(),
        cycle,
        increments,
        packed,
        tiered,
        stepped,
        pieces,
        PACKAGE.to_owned(),
    ];
    let mut numbers = Numbers(20_241_001);
    for (which, contract) in contracts.iter().enumerate() {
        let rows = generated_rows(&mut numbers, 40);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let month = Month::new(contract, &rows);
        let file = |name: &str| month.0.path().join(name).display().to_string();
        let rated = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .args(["rate", "-q", "-t", &file("contract.toml"), &file("calls.csv")])
            .output()
            .expect("runs");
        let rated = String::from_utf8(rated.stdout).expect("text");
        let charges = rated.lines().skip(1).map(|line| line.split(',').nth(8).expect("charge"));
        let mut sum = Exact::ZERO;
        let mut lines = Exact::ZERO;
        for (line, rated) in (2..).zip(charges) {
            let request = Request {
                tariffs: vec![file("contract.toml")],
                calls: vec![file("calls.csv")],
                watch: Some(Watch::Row(format!("{line}"))),
                ..Request::default()
            };
            let mut sources = SourceMap::default();
            let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
            let audit = audit.unwrap_or_else(|found| panic!("{which}: {:#?}", found.sorted()));
            let derived = derive(&audit);
            let outcome = derived[0].outcome.as_ref().expect("a call");
            let charge = outcome.trace.charge.as_ref().expect("a price").total.amount();
            assert_eq!(charge.to_string(), rated, "contract {which}, line {line}");
            sum += outcome.adds;
            lines = audit.bill.lines.iter().filter(|l| l.calls.is_some()).map(|l| l.exact).sum();
        }
        assert_eq!(sum, lines, "contract {which}");
    }
}

/// Calls of the fixture months, by hand from their rows and contracts.
#[test]
fn calls_of_the_fixture_months() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let total = |month: &str, row: &str| {
        let file = |name: &str| folder.join(month).join(name).display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .args(["explain", "--format", "json", "--row", row])
            .args(["-t", &file("tariff.toml"), "-c", &file("calls.csv"), "-r", &file("roster.csv")])
            .output()
            .expect("runs");
        let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (value["total"].as_str().expect("total").to_owned(), value["derivations"][0].clone())
    };
    // 7 s are two blocks of 6 s: 12 s at 0.10 a minute; line 7507: 6 s at 0.15 a minute.
    assert_eq!(total("buyers-guide", "4").0, "0.02");
    assert_eq!(total("buyers-guide", "7507").0, "0.015");
    // Line 13669 repeats line 13668; line 439 was not answered.
    assert_eq!(total("buyers-guide", "13669").0, "0.00");
    assert_eq!(total("buyers-guide", "13668").0, "0.255");
    assert_eq!(total("buyers-guide", "439").0, "0.00");
    // 29 s are five blocks: 30 s at 0.08 a minute.
    assert_eq!(total("clean-month", "4").0, "0.04");
    // The package's first local call: 20 s, one of 1,500 minutes. A mobile of another city: 0.20.
    let (adds, first) = total("package-month", "2");
    assert_eq!(adds, "0.00");
    shows(
        &first,
        &[("package", &[("before", "90000"), ("taken", "60"), ("after", "89940")], None)],
    );
    assert_eq!(total("package-month", "5").0, "0.20");
    // 31 s are six blocks: 36 s at 0.12 a minute.
    assert_eq!(total("seats-and-lines", "3").0, "0.072");
}

/// Each leg of a record that holds both is a step, and both add up.
#[test]
fn both_legs_of_a_record_by_hand() {
    const LEGS: &str = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"

[metering]
bill_on = "answer"
increment = ["60s", "60s"]
zero = "free"
subsecond = "up"
scope = "call"
legs = "each"

[rounding]
call = { to = "0.01", mode = "half-up" }
line = { to = "0.01", mode = "half-up" }

[[call]]
name = "called"
price = 0.12
per = "60s"

[[call]]
name = "caller"
leg = "caller"
price = 0.06
per = "60s"
"#;
    let explained = |contract: &str, charge: &str| {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("contract.toml"), contract).expect("write");
        let head = "话单编号,主叫号码,被叫号码,开始时间,主叫通话时长,被叫通话时长,费用";
        let row = format!("A1,13705710001,13805710001,2024-10-12 17:59:00,125,61,{charge}");
        std::fs::write(folder.path().join("calls.csv"), format!("{head}\n{row}\n")).expect("write");
        Month(folder).json(&["--call", "A1"]).1["derivations"][0].clone()
    };
    // 61 s are two minutes at 0.12, 125 s three at 0.06: 0.24 + 0.18 = 0.42.
    let one = explained(LEGS, "0.42");
    shows(
        &one,
        &[
            ("price", &[("clause", "called"), ("price", "0.12")], None),
            ("blocks", &[("before", "61"), ("after", "120")], None),
            ("charge", &[("amount", "0.24")], None),
            ("leg", &[("seconds", "125")], line_of(LEGS, "legs", 0)),
            ("price", &[("clause", "caller"), ("price", "0.06")], None),
            ("blocks", &[("before", "125"), ("after", "180")], None),
            ("charge", &[("amount", "0.18")], None),
            ("adds", &[("amount", "0.42")], None),
            ("charged", &[("charged", "0.42")], None),
        ],
    );
    assert_eq!(one["charge"], "0.42");
    // Where one leg is due, the other is said not to be: 0.24, charged for both 0.60.
    let clause = "[[call]]\nname = \"caller\"\nleg = \"caller\"\nprice = 0.06\nper = \"60s\"\n";
    let single = LEGS.replace("\"each\"", "\"one\"").replace(clause, "");
    let one = explained(&single, "0.60");
    shows(
        &one,
        &[
            ("charge", &[("amount", "0.24")], None),
            ("leg-not-due", &[("seconds", "125")], line_of(&single, "legs", 0)),
            ("adds", &[("amount", "0.24")], None),
            ("charged-otherwise", &[("charged", "0.60"), ("difference", "0.36")], None),
            // 0.36 for three minutes of the leg to the caller.
            ("cause", &[("code", "second-leg-billed"), ("amount", "0.36")], None),
        ],
    );
}

#[test]
fn the_schema_is_the_one_that_is_kept() {
    let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .args(["generate", "schema", "explain"])
        .output()
        .expect("runs");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain.schema.json");
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&path, &output.stdout).expect("write");
    }
    let kept = std::fs::read_to_string(&path).expect("tests/explain.schema.json");
    assert_eq!(String::from_utf8_lossy(&output.stdout), kept);
    let schema: Value = serde_json::from_str(&kept).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let rows = ["A1,057188880001,13805710001,2024-10-12 17:59:00,95,已接通,0.21"];
    let (_, value) = Month::new(CONTRACT, &rows).json(&["--call", "A1"]);
    assert!(validator.is_valid(&value), "{value:#}");
    // A step has a name of the list.
    let (_, mut value) = Month::new(CONTRACT, &rows).json(&["--call", "A1"]);
    value["derivations"][0]["steps"][0]["step"] = "no-step".into();
    assert!(!validator.is_valid(&value));
}

/// Lines that rest on other lines, on sums paid late, and on what many calls have in common.
const ADJUSTED: &str = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"

[metering]
bill_on = "answer"
increment = ["60s", "60s"]
zero = "free"
subsecond = "up"
scope = "call"

[rounding]
line = { to = "0.01", mode = "half-up" }

[[call]]
name = "calls"
price = 0.10
per = "60s"

[[surcharge]]
name = "short"
trigger = "short"
seconds = "6s"
seconds_edge = "included"
share = "15%"
at_limit = "free"
among = "answered"
base = "offending"
window = "day"
fee = 0.013

[late]
per_day = "0.5‰"
due_days = 10
grace_days = 3
grace_rule = "from-grace"
base = "unpaid-before-tax"
cap = "1%"
"#;

impl Month {
    fn with_invoice(self, invoice: &str) -> Self {
        std::fs::write(self.0.path().join("invoice.toml"), invoice).expect("write");
        self
    }
}

/// On the 8th two of three calls are of six seconds or less, 66.7 %; on the 9th one of seven, 14.3 %,
/// which is no more than 15 %. Two calls at 0.013 are 0.026.
#[test]
fn a_surcharge_is_derived_from_the_days_that_were_judged() {
    let mut rows = vec![
        "A1,057188880001,13800000001,2024-10-08 10:00:00,5,已接通,".to_owned(),
        "A2,057188880001,13800000002,2024-10-08 11:00:00,6,已接通,".to_owned(),
        "A3,057188880001,13800000003,2024-10-08 12:00:00,7,已接通,".to_owned(),
    ];
    rows.extend((0..7).map(|number| {
        let seconds = if number == 3 { 5 } else { 60 };
        format!(
            "B{number},057188880001,1380000001{number},2024-10-09 1{number}:00:00,{seconds},已接通,"
        )
    }));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let month = Month::new(ADJUSTED, &rows);
    let (code, value) = month.json(&["--line", "short"]);
    let judged = line_of(ADJUSTED, "trigger", 0);
    shows(
        &value["derivations"][0],
        &[
            ("judged-day", &[("day", "2024-10-08"), ("offending", "2"), ("counted", "3")], judged),
            ("judged-days-within", &[("days", "1"), ("offending", "1"), ("counted", "7")], judged),
            (
                "surcharge-fee",
                &[("calls", "2"), ("fee", "0.013"), ("amount", "0.026")],
                line_of(ADJUSTED, "fee", 0),
            ),
            ("round-line", &[("after", "0.03")], line_of(ADJUSTED, "line = {", 0)),
        ],
    );
    assert_eq!((code, value["total"].as_str()), (Some(exit::FINE.into()), Some("0.03")));
}

/// 1,000.00 before tax, 100.00 of it in dispute, are 900.00. Paid 15 days late with three of grace are
/// 12 days: 6‰, 5.40. Another 100.00 paid 50 days late would be 47 days, 23.5‰, and is capped at 1 %:
/// 1.00. Together 6.40.
#[test]
fn a_late_charge_is_derived_from_each_sum_paid_late() {
    let invoice = r#"
[invoice]
period = "2024-10"

[[line]]
name = "calls"
amount = 0.10

[[line]]
name = "滞纳金"
amount = 6.40

[[overdue]]
amount = 1060
before_tax = 1000
disputed = 100
due = 2024-09-20
paid = 2024-10-05

[[overdue]]
amount = 106
before_tax = 100
due = 2024-08-20
paid = 2024-10-09
"#;
    let row = "A1,057188880001,13800000001,2024-10-08 10:00:00,5,已接通,";
    let contract = ADJUSTED.replace("cap = ", "invoice = \"滞纳金\"\ncap = ");
    let month = Month::new(&contract, &[row]).with_invoice(invoice);
    let (code, value) = month.json(&["--line", "滞纳金", "-i", "invoice.toml"]);
    let per_day = line_of(&contract, "per_day", 0);
    let base = line_of(&contract, "base = \"unpaid", 0);
    shows(
        &value["derivations"][0],
        &[
            ("late-base", &[("exempt", "100.00"), ("amount", "900.00")], base),
            ("late-days", &[("days", "12"), ("grace", "3")], line_of(&contract, "due_days", 0)),
            ("late-charge", &[("base", "900.00"), ("share", "0.006"), ("amount", "5.40")], per_day),
            ("late-base", &[("amount", "100.00")], base),
            ("late-days", &[("days", "47")], None),
            ("late-cap", &[("share", "0.0235"), ("cap", "0.01")], line_of(&contract, "cap", 0)),
            ("late-charge", &[("share", "0.01"), ("amount", "1.00")], per_day),
            ("printed", &[("billed", "6.40")], None),
        ],
    );
    assert_eq!((code, value["total"].as_str()), (Some(exit::FINE.into()), Some("6.40")));
}

/// Ten seats at 100.00 less 10 % within the line, 900.00, and 310.00 for the system. 50.00 are taken off
/// both: of the system's 310.00 that is 50 · 310/1,210 = 12.8099…, which leaves 297.1900…, and 5 % of it
/// are 14.8595…. With 50.00 and 14.86 off, 1,145.14 count towards 1,500.00: 354.86 are missing.
#[test]
fn discounts_and_the_minimum_are_derived_from_the_lines_they_bear_on() {
    let contract = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"

[rounding]
line = { to = "0.01", mode = "half-up" }

[[seat]]
name = "seats"
fee = 100.00
count = "ordered"
ordered = 10

[[recurring]]
name = "system"
fee = 310.00
per = "contract"

[[discount]]
name = "loyal"
percent = "10%"
on = ["seats"]
percent_of = "lines"

[[discount]]
name = "credit"
amount = 50.00
on = ["seats", "system"]
beyond = "lost"
invoice = "credit"

[[discount]]
name = "rebate"
percent = "5%"
on = ["system"]
percent_of = "rest"
invoice = "rebate"

[commitment]
minimum = 1500.00
covers = ["seats", "system"]
counts = "after-discount"
mode = "floor"
tax = "before"
"#;
    let row = "A1,057188880001,13800000001,2024-10-08 10:00:00,5,已接通,";
    let month = Month::new(contract, &[row]);
    let line = |nth| line_of(contract, "percent = ", nth);
    let cases: [(&str, &[Shown<'_>], &str); 4] = [
        (
            "seats",
            &[
                ("product", &[("quantity", "10"), ("price", "100"), ("amount", "1000.00")], None),
                (
                    "discount-in-price",
                    &[("discount", "loyal"), ("before", "1000.00"), ("amount", "-100.00")],
                    line(0),
                ),
            ],
            "900.00",
        ),
        (
            "credit",
            &[
                ("taken-off", &[("line", "seats"), ("amount", "900.00")], None),
                ("taken-off", &[("line", "system"), ("amount", "310.00")], None),
                (
                    "discount-sum",
                    &[("sum", "50.00"), ("left", "1210.00"), ("amount", "-50.00")],
                    line_of(contract, "amount", 0),
                ),
            ],
            "-50.00",
        ),
        (
            "rebate",
            &[
                ("taken-off", &[("line", "system"), ("amount", "310.00")], None),
                ("earlier-off", &[("before", "310.00")], None),
                ("discount-share", &[("share", "0.05")], line(1)),
                ("round-line", &[("after", "-14.86")], None),
            ],
            "-14.86",
        ),
        (
            "commitment",
            &[
                ("counts", &[("line", "seats")], line_of(contract, "covers", 0)),
                ("counts", &[("line", "system")], None),
                (
                    "shortfall",
                    &[("used", "1145.14"), ("minimum", "1500.00"), ("amount", "354.86")],
                    line_of(contract, "minimum", 0),
                ),
            ],
            "354.86",
        ),
    ];
    for (name, steps, total) in cases {
        let (_, value) = month.json(&["--line", name]);
        shows(&value["derivations"][0], steps);
        assert_eq!(value["total"], total, "{name}: {value:#}");
    }
}
