//! What a hostile tester of `telbill estimate` found wrong, with figures by hand.

use serde_json::Value;

use crate::papers::{folder, root, run_at};

/// Files in a folder of their own.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        Self { folder: folder(files).0 }
    }

    fn run(&self, arguments: &str) -> (Option<i32>, String, String) {
        let arguments: Vec<&str> = ["estimate"].into_iter().chain(arguments.split(' ')).collect();
        run_at(self.folder.path(), &arguments, "en")
    }

    fn json(&self, arguments: &str) -> (Option<i32>, Value) {
        let (exit, out, err) = self.run(&format!("{arguments} --format json -q"));
        (exit, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{exit:?} {err}")))
    }

    /// The total of the only contract.
    fn total(&self, arguments: &str) -> String {
        let (_, document) = self.json(arguments);
        document["offers"][0]["total"].as_str().expect("an amount").to_owned()
    }

    /// What is printed, without its lines' ends.
    fn says(&self, arguments: &str) -> String {
        let (_, out, err) = self.run(arguments);
        format!("{out} {err}").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A contract billed by such blocks, with more lines of metering and its clauses.
fn contract(id: &str, block: &str, metering: &str, clauses: &str) -> String {
    format!(
        "[contract]\nid = \"{id}\"\nprovider = \"P\"\ncurrency = \"CNY\"\n\
         timezone = \"Asia/Shanghai\"\n\n[metering]\nbill_on = \"answer\"\n\
         increment = [\"{block}\", \"{block}\"]\nzero = \"free\"\nsubsecond = \"up\"\n\
         scope = \"call\"\n{metering}\n[rounding]\ncall = \"none\"\n\
         line = {{ to = \"0.01\", mode = \"half-up\" }}\n\n{clauses}"
    )
}

const PLAIN: &str = "[[call]]\nname = \"c\"\nprice = 0.12\nper = \"60s\"\n";

/// January 2025 has 19 working days in China: 23 weekdays less the 1st and the 28th to 31st, and Sunday
/// the 26th is worked. 19 · 3,000 · 35 % = 19,950 answered calls, all equally long.
fn forecast(seconds: u32, more: &str) -> String {
    format!(
        "[forecast]\nfrom = 2025-01-01\ndays = \"china\"\n\n[[calls]]\nper_working_day = 3000\n\
         answered = \"35%\"\n{more}\n[calls.talk]\n\
         bins = [{{ from = \"{seconds}s\", to = \"{seconds}s\", share = \"100%\" }}]\n"
    )
}

/// One of two own numbers is in Beijing, where a call costs 0.50, else 0.12:
/// 19,950 · (0.50 + 0.12) / 2 = 6,184.50, whether the price asks for the caller's zone or not.
#[test]
fn own_numbers_take_turns() {
    let zones = "[[zone]]\nname = \"bj\"\nmatch = { area = \"010\" }\n\n[[zone]]\nname = \"any\"\n\
                 match = { kind = [\"mobile\", \"fixed\"] }\n\n[[call]]\nname = \"c\"\n\
                 from_zone = \"bj\"\nprice = 0.50\nper = \"60s\"\n\n";
    let usage = forecast(60, "from_numbers = [\"01088880001\", \"057188880001\"]");
    let case = Case::new(&[
        ("c.toml", &contract("K5", "60s", "", &format!("{zones}{PLAIN}"))),
        ("f.toml", &usage),
    ]);
    assert_eq!(case.total("-t c.toml -u f.toml"), "6184.50");
}

/// Calls of a minute that start evenly from 09:00 to 10:00, dear until 09:01, by their start: one of 60
/// is. 19,950 / 60 = 332.5 at 0.60 and 19,617.5 at 0.12: 199.50 + 2,354.10 = 2,553.60.
#[test]
fn a_price_that_holds_for_a_minute_is_met() {
    let clauses = format!(
        "[[period]]\nname = \"early\"\nhours = \"00:00-09:01\"\n\n[[call]]\nname = \"c\"\n\
         period = \"early\"\nprice = 0.60\nper = \"60s\"\n\n{PLAIN}"
    );
    let case = Case::new(&[
        ("c.toml", &contract("K2", "60s", "band_rule = \"start\"\n", &clauses)),
        ("f.toml", &forecast(60, "hours = [{ at = \"09:00-10:00\", share = \"100%\" }]")),
    ]);
    assert_eq!(case.total("-t c.toml -u f.toml"), "2553.60");
}

/// Calls of 120 s that start evenly from 09:00 to 10:00, at 0.60 a minute until 09:30, then 0.12. Starts
/// by second: 1,681 end by 09:30 (1.20 each), 1,800 start then or later (0.24), 119 run past it.
///
/// Split to the second, of those each dear second is 0.01 and each other 0.002: with d = 1 to 119 dear ones
/// 0.24 + 0.008 · d, together 28.56 + 0.008 · 7,140 = 85.68. (2,017.20 + 85.68 + 432.00) / 3,600 ·
/// 19,950 = 14,047.46.
///
/// Whole minutes of each piece: d = 61 to 119 two dear and one other, 1.32; d = 60 0.72; d = 1 to 59 one
/// dear and two others, 0.84. 77.88 + 0.72 + 49.56 = 128.16. (2,017.20 + 128.16 + 432.00) / 3,600 ·
/// 19,950 = 14,282.87.
///
/// Each minute by its own start: 60 starts, from 09:29:00 on, have one dear minute, 0.72; 1,740 have two.
/// (1,740 · 1.20 + 60 · 0.72 + 432.00) / 3,600 · 19,950 = 14,204.40.
#[test]
fn calls_run_past_a_change_of_price() {
    let clauses = format!(
        "[[period]]\nname = \"early\"\nhours = \"00:00-09:30\"\n\n[[call]]\nname = \"c\"\n\
         period = \"early\"\nprice = 0.60\nper = \"60s\"\n\n{PLAIN}"
    );
    let usage = forecast(120, "hours = [{ at = \"09:00-10:00\", share = \"100%\" }]");
    for (block, rule, total) in [
        ("1s", "exact-split", "14047.46"),
        ("60s", "each-piece", "14282.87"),
        ("60s", "each-increment", "14204.40"),
    ] {
        let metering = format!("band_rule = \"{rule}\"\nband_connect = \"once\"\n");
        let case = Case::new(&[
            ("c.toml", &contract("K3", block, &metering, &clauses)),
            ("f.toml", &usage),
        ]);
        assert_eq!(case.total("-t c.toml -u f.toml"), total, "{rule}");
    }
}

/// 19,950 minutes at 0.12 are 2,394.00, and 1,000 messages at 0.05 another 50.00. The contract that has no
/// price for messages is not the cheaper one.
#[test]
fn usage_without_a_clause_is_named() {
    let usage = format!("{}\n[[usage]]\nof = \"SMS\"\nper_month = 1000\n", forecast(60, ""));
    let messages =
        format!("{PLAIN}\n[[usage]]\nname = \"SMS\"\nprice = 0.05\nunit = \"message\"\n");
    let case = Case::new(&[
        ("none.toml", &contract("M1", "60s", "", PLAIN)),
        ("some.toml", &contract("M2", "60s", "", &messages)),
        ("f.toml", &usage),
    ]);
    let arguments = "-t none.toml some.toml -u f.toml";
    let (exit, document) = case.json(arguments);
    assert_eq!(exit, Some(3));
    assert_eq!(document["complete"], false);
    assert_eq!(document["offers"][0]["total"], "2444.00");
    let says = case.says(arguments);
    assert!(says.contains("no clause has a price for \"SMS\""), "{says}");
    assert!(says.contains("1 some.toml · P 2,444.00"), "{says}");
    assert!(says.contains("? none.toml · P 2,394.00"), "{says}");
}

/// 220 minutes in April, 220 in May, 210 in June 2025, of which 200 a month are in the package, and nothing
/// is left over: 300.00 and 50 · 0.12 = 6.00. That nothing was left before is assumed, and the offer ranked.
#[test]
fn a_package_with_rollover_is_ranked() {
    let package = format!(
        "[[package]]\nname = \"pk\"\nfee = 100.00\nincludes = [{{ minutes = 200 }}]\n\
         rollover = {{ cycles = 1, most = 500 }}\nconnect = \"covered\"\nburn = \"billed\"\n\
         last_call = \"split\"\nscope = \"pool\"\n\n{PLAIN}"
    );
    let usage = "[forecast]\nfrom = 2025-04-01\n\n[[calls]]\nper_working_day = 10\nanswered = 1\n\n\
                 [calls.talk]\nbins = [{ from = \"60s\", to = \"60s\", share = \"100%\" }]\n";
    let case = Case::new(&[("c.toml", &contract("P1", "60s", "", &package)), ("f.toml", usage)]);
    let (exit, document) = case.json("-t c.toml -u f.toml --months 3");
    assert_eq!(exit, Some(0));
    assert_eq!(document["offers"][0]["total"], "306.00");
    assert_eq!(document["complete"], true);
}

/// The same contract billed from the 26th on is about other days: its total stands there, but neither its
/// rank nor a difference. A quarter does not end within a month at all.
#[test]
fn other_days_are_not_compared() {
    let plain = contract("A", "60s", "", PLAIN);
    let cycle = |cycle: &str| {
        plain.replace("timezone", &format!("cycle = {cycle}\ntimezone")).replace("\"A\"", "\"B\"")
    };
    let case = Case::new(&[
        ("a.toml", &plain),
        ("b.toml", &cycle("{ starts_on_day = 26 }")),
        ("q.toml", &cycle("{ from = 2024-01-01, months = 3 }")),
        ("f.toml", &forecast(60, "")),
    ]);
    let (exit, document) = case.json("-t a.toml b.toml -u f.toml");
    assert_eq!(exit, Some(3));
    assert_eq!(document["complete"], false);
    let says = case.says("-t a.toml b.toml -u f.toml");
    assert!(says.contains("2024-12-26..2025-01-25 that is priced"), "{says}");
    let (exit, _, err) = case.run("-t a.toml q.toml -u f.toml");
    assert_eq!(exit, Some(2));
    assert!(err.contains("its cycle there: 2025-01-01 to 2025-03-31"), "{err}");
}

/// 15 calls of 61 s in blocks of 6 s are 66 s each, 0.132: a tenth of them 0.198. Whole calls, one or two,
/// would be 0.13 or 0.26.
#[test]
fn fractions_of_calls_count_where_all_is_in_proportion() {
    let mut calls = String::from("start,talk\n");
    for minute in 10..25 {
        calls += &format!("2024-10-08 09:{minute}:00,61\n");
    }
    let case = Case::new(&[("c.toml", &contract("S", "6s", "", PLAIN)), ("calls.csv", &calls)]);
    assert_eq!(case.total("-t c.toml -c calls.csv --scale 0.1"), "0.20");
}

/// Of five records one has the identifier, numbers, start and length of another, in another file: four
/// minutes are 0.48. Without identifiers nothing tells, and five are 0.60.
#[test]
fn records_that_come_twice_are_one_call() {
    let head = "uniqueid,caller,callee,start,talk\n";
    let one = "7,057188880001,5550101,2024-10-08 09:00:00,60\n";
    let others = "7,057188880001,5550101,2024-10-08 09:01:00,60\n\
                  7,057188880001,5550102,2024-10-08 09:00:00,60\n\
                  8,057188880001,5550101,2024-10-08 09:00:00,60\n";
    let nameless = |text: &str| {
        let rows = text.lines().map(|line| line.split_once(',').expect("fields").1);
        rows.map(|row| format!("{row}\n")).collect::<String>()
    };
    let (first, second) = (format!("{head}{one}{others}"), format!("{head}{one}"));
    let case = Case::new(&[
        ("c.toml", &contract("T", "60s", "", PLAIN)),
        ("1.csv", &first),
        ("2.csv", &second),
        ("3.csv", &nameless(&first)),
        ("4.csv", &nameless(&second)),
    ]);
    for more in ["", " --threads 3", " --as-of 2024-10-31"] {
        assert_eq!(case.total(&format!("-t c.toml -c 1.csv 2.csv{more}")), "0.48", "{more}");
    }
    let says = case.says("-t c.toml -c 1.csv 2.csv");
    assert!(says.contains("1 record comes a second time"), "{says}");
    assert_eq!(case.total("-t c.toml -c 3.csv 4.csv"), "0.60");
    let says = case.says("-t c.toml -c 3.csv 4.csv");
    assert!(says.contains("records have no identifier"), "{says}");
}

/// The fixture holds 80 records a second time. By a script of its own that leaves these out, its calls at
/// 0.12 in blocks of six seconds, each rounded to four decimals, are 943.33.
#[test]
fn a_fixture_with_records_twice() {
    let plain = contract("F", "6s", "", PLAIN)
        .replace("call = \"none\"", "call = { to = \"0.0001\", mode = \"half-up\" }");
    let case = Case::new(&[("c.toml", &plain)]);
    let calls = root().join("fixtures/scenarios/buyers-guide/calls.csv");
    let arguments = format!("-t c.toml -c {}", calls.display());
    assert_eq!(case.total(&arguments), "943.33");
    let says = case.says(&arguments);
    assert!(says.contains("80 records come a second time"), "{says}");
}

/// October 2024 in China: the 1st to 7th are off, Saturday the 12th is worked. Until the 17th 9 working
/// days and 8 others have gone by, one of them a Sunday and none a Saturday.
#[test]
fn chinese_contracts_keep_chinese_holidays() {
    let calls = root().join("fixtures/scenarios/buyers-guide/calls.csv");
    let arguments = format!("-t c.toml -c {} --as-of 2024-10-17", calls.display());
    let case = Case::new(&[("c.toml", &contract("F", "6s", "", PLAIN))]);
    let says = case.says(&arguments);
    assert!(
        says.contains("9 working days and 8 days off were seen; the 10 and 4 to come"),
        "{says}"
    );
    assert!(says.contains("no Saturday off was seen") && says.contains("one Sunday off"), "{says}");
    assert!(says.contains("those announced in China"), "{says}");
    let elsewhere = contract("F", "6s", "", PLAIN).replace("Asia/Shanghai", "Asia/Singapore");
    let case = Case::new(&[("c.toml", &elsewhere)]);
    let says = case.says(&arguments);
    assert!(says.contains("13 working days and 4 days off") && says.contains("Monday to Friday"));
}

/// Whole steps of 0.20 up to 1,045 minutes, 0.10 up to 1,080 and 0.20 beyond, against 0.15: the step of 35
/// minutes is narrower than the search's own, of 173 calls. 1,046 · 0.10 = 104.60 is less than 156.90.
#[test]
fn a_narrow_step_is_found() {
    let steps = "[[call]]\nname = \"c\"\nper = \"60s\"\ntiers = { mode = \"volume\", scope = \"pool\", \
                 steps = [{ up_to = 1045, price = 0.20 }, { up_to = 1080, price = 0.10 }, \
                 { price = 0.20 }] }\n";
    let usage = "[forecast]\nfrom = 2025-01-01\n\n[[calls]]\nper_working_day = 100\nanswered = 1\n\n\
                 [calls.talk]\nbins = [{ from = \"60s\", to = \"60s\", share = \"100%\" }]\n";
    let case = Case::new(&[
        ("n1.toml", &contract("N1", "60s", "", steps)),
        ("n2.toml", &contract("N2", "60s", "", &PLAIN.replace("0.12", "0.15"))),
        ("f.toml", usage),
    ]);
    let (_, document) = case.json("-t n1.toml n2.toml -u f.toml --break-even");
    let crossings = document["break_even"]["crossings"].as_array().expect("crossings");
    let told: Vec<(u64, u64)> = crossings
        .iter()
        .map(|one| (one["from"].as_u64().expect("a level"), one["to"].as_u64().expect("a level")))
        .collect();
    assert_eq!(told, [(1045, 1046), (1080, 1081)]);
    let regions = document["break_even"]["regions"].as_array().expect("regions");
    assert_eq!(regions.len(), 3);
}

/// A tenth of the calls in a zone without a price: neither a minute nor a call has a price then.
#[test]
fn what_is_left_out_has_no_price_a_minute() {
    let zone = "[[zone]]\nname = \"m\"\nmatch = { prefix = [\"13\"] }\n\n";
    let priced = PLAIN.replace("price", "zone = [\"m\"]\nprice");
    let to = "to = [{ number = \"13800000001\", share = \"90%\" }, \
              { number = \"057188880001\", share = \"10%\" }]";
    let case = Case::new(&[
        ("c.toml", &contract("Z", "60s", "", &format!("{zone}{priced}"))),
        ("f.toml", &forecast(60, to)),
    ]);
    let (exit, document) = case.json("-t c.toml -u f.toml");
    assert_eq!(exit, Some(3));
    let offer = &document["offers"][0];
    // 17,955 calls at 0.12.
    assert_eq!(offer["total"], "2154.60");
    assert_eq!((&offer["per_minute"], &offer["per_call"]), (&Value::Null, &Value::Null));
}

/// A million calls a working day, for a year: drawn by their number alone, and within seconds.
#[test]
fn many_calls_are_no_burden() {
    let package = contract(
        "B",
        "60s",
        "",
        "[[package]]\nname = \"pk\"\nfee = 100.00\nincludes = [{ minutes = 1000 }]\n\
         overage = { name = \"beyond\", price = 0.10, per = \"60s\" }\nconnect = \"covered\"\n\
         burn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\n",
    );
    let usage = forecast(60, "").replace("3000", "1000000").replace("35%", "100%");
    let case = Case::new(&[("c.toml", &package), ("f.toml", &usage)]);
    let begun = std::time::Instant::now();
    // 248 working days of 2025: 261 weekdays, less 18 holidays on weekdays, and five worked instead.
    let total = case.total("-t c.toml -u f.toml --months 12");
    assert!(begun.elapsed().as_secs() < 20);
    // 248,000,000 minutes less 12,000 at 0.10, and 1,200.00.
    assert_eq!(total, "24800000.00");
}
