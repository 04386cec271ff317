//! `telbill estimate --as-of` and `--budget`: figures by hand, edges, and how often the truth lies in
//! the range.

use std::fmt::Write;

use rust_decimal::Decimal;
use serde_json::Value;
use telbill::audit::{Observer, Reading};
use telbill::estimate::outlook::spread;
use telbill::estimate::{Estimate, Request, run as estimate};
use telbill::money::Amount;
use telbill::source::SourceMap;

use crate::papers::{folder, root, run};

/// Sentences without the lines that they are broken into.
fn sentences(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(arguments: &[&str]) -> (Option<i32>, Value) {
    let arguments: Vec<&str> =
        arguments.iter().copied().chain(["--format", "json", "-q"]).collect();
    let (exit, out, err) = run(&arguments);
    (exit, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{exit:?} {err}")))
}

/// In a zone without a calendar of holidays: weekdays are all worked.
const HEAD: &str = r#"
[contract]
id = "E"
provider = "P"
currency = "CNY"
timezone = "Asia/Singapore"

[metering]
bill_on = "answer"
increment = ["60s", "60s"]
zero = "free"
subsecond = "up"
scope = "call"

[rounding]
call = "none"
line = { to = "0.01", mode = "half-up" }
"#;

const PLAIN: &str = "\n[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n";

/// So many calls of a minute on each day of October 2024, which begins on a Tuesday.
fn calls(on: impl Fn(u32) -> u32) -> String {
    let mut text = String::from("start,talk\n");
    for day in 1..=31 {
        for call in 0..on(day) {
            let (hour, minute) = (9 + call / 60, call % 60);
            writeln!(text, "2024-10-{day:02} {hour:02}:{minute:02}:00,60").expect("writes");
        }
    }
    text
}

/// Monday to Friday.
fn is_worked(day: u32) -> bool {
    !matches!(day % 7, 5 | 6)
}

/// A hundred on each working day until the 17th; what comes later must not be looked at.
fn steady(day: u32) -> u32 {
    match day {
        18.. => 500,
        day if is_worked(day) => 100,
        _ => 0,
    }
}

fn range(document: &Value) -> [&str; 3] {
    let outlook = &document["offers"][0]["outlook"];
    ["low", "middle", "high"].map(|key| outlook[key].as_str().expect("an amount"))
}

/// Of October's 23 weekdays 13 have gone by on the 17th: 13 · 100 · 0.10 = 130.00, and 230.00 in all.
#[test]
fn steady_days_leave_nothing_to_chance() {
    let contract = format!("{HEAD}{PLAIN}");
    let (_folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", &calls(steady))]);
    let common = ["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of", "2024-10-17"];
    let (exit, document) = json(&common);
    assert_eq!(exit, Some(0));
    assert_eq!(range(&document), ["230.00"; 3]);
    assert_eq!(document["offers"][0]["total"], "230.00");
    assert_eq!(document["offers"][0]["outlook"]["so_far"], "130.00");
    assert_eq!(
        (&document["first"], &document["last"]),
        (&"2024-10-01".into(), &"2024-10-31".into())
    );
    for (budget, exit, over) in [("229.99", 1, "100"), ("230", 0, "0")] {
        let (code, document) = json(&[&common[..], &["--budget", budget]].concat());
        assert_eq!(code, Some(exit), "{budget}");
        let part = document["offers"][0]["outlook"]["over_budget"].as_str().expect("a part");
        assert_eq!(part.trim_end_matches(".0"), over);
        assert_eq!(document["budget"]["passed"], exit == 1);
    }
}

/// Weekdays from the 25th cost double: of the ten to come, five are at 0.20. 130 + 50 + 100 = 280.00.
#[test]
fn a_price_that_changes_is_that_of_the_day_to_come() {
    let price = |price: &str, valid: &str| {
        format!(
            "\n[[call]]\nname = \"calls\"\nprice = {price}\nper = \"60s\"\nvalid = {{ {valid} }}\n"
        )
    };
    let contract = format!(
        "{HEAD}{}{}",
        price("0.10", "until = 2024-10-24"),
        price("0.20", "from = 2024-10-25")
    );
    let (_folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", &calls(steady))]);
    let (_, document) =
        json(&["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of", "2024-10-17"]);
    assert_eq!(range(&document), ["280.00"; 3]);
}

fn package(last_call: &str) -> String {
    format!(
        "{HEAD}\n[[package]]\nname = \"pack\"\nfee = 100.00\nincludes = [{{ minutes = 1500 }}]\n\
         overage = {{ name = \"beyond\", price = 0.10, per = \"60s\" }}\nconnect = \"covered\"\n\
         burn = \"billed\"\nlast_call = \"{last_call}\"\nscope = \"pool\"\npart_month = \"full\"\n\
         part_minutes = \"full\"\n"
    )
}

/// 1,500 minutes last for 15 working days of 100: until the 21st. 13 days leave 200 minutes; 23 days are
/// 2,300 minutes, 800 beyond, 80.00 on top of the fee of 100.00. Where calls are taken in order
/// (`charged`) it is the same, for no call is cut.
#[test]
fn a_package_runs_out_on_the_fifteenth_working_day() {
    for last_call in ["split", "charged"] {
        let (_folder, paths) =
            folder(&[("c.toml", &package(last_call)), ("calls.csv", &calls(steady))]);
        let common = ["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of"];
        let (_, document) = json(&[&common[..], &["2024-10-17"]].concat());
        assert_eq!(range(&document), ["180.00"; 3], "{last_call}");
        let outlook = &document["offers"][0]["outlook"];
        assert_eq!(outlook["so_far"], "100.00");
        let pack = &outlook["packages"][0];
        assert_eq!((&pack["left"], &pack["unit"]), (&"200.00".into(), &"minutes".into()));
        assert_eq!(["low", "middle", "high"].map(|key| &pack[key]), ["2024-10-21"; 3]);
        let overage = &pack["overage"];
        assert_eq!((&overage["so_far"], &overage["expected"]), (&"0.00".into(), &"80.00".into()));
        // On the 22nd it has been gone for a day.
        let later = calls(|day| if is_worked(day) { 100 } else { 0 });
        let (_folder, paths) = folder(&[("c.toml", &package(last_call)), ("calls.csv", &later)]);
        let common = ["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of"];
        let (_, document) = json(&[&common[..], &["2024-10-22"]].concat());
        let outlook = &document["offers"][0]["outlook"];
        let pack = &outlook["packages"][0];
        assert_eq!((&pack["left"], &pack["low"]), (&"0.00".into(), &"2024-10-21".into()));
        // 16 days are 1,600 minutes: 100 beyond.
        assert_eq!(
            (&outlook["so_far"], &pack["overage"]["so_far"]),
            (&"110.00".into(), &"10.00".into())
        );
    }
}

/// A package that is not used up: 60 a day make 1,380.
#[test]
fn a_package_that_lasts_has_no_day() {
    let few = calls(|day| if is_worked(day) { 60 } else { 0 });
    let (_folder, paths) = folder(&[("c.toml", &package("split")), ("calls.csv", &few)]);
    let (_, document) =
        json(&["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of", "2024-10-17"]);
    let pack = &document["offers"][0]["outlook"]["packages"][0];
    assert_eq!((&pack["runs_out"], &pack["high"]), (&"0".into(), &Value::Null));
    assert_eq!(range(&document), ["100.00"; 3]);
}

/// Days of 60 to 180 calls; off days of five.
fn uneven(day: u32) -> u32 {
    if is_worked(day) { 60 + (day * 37) % 121 } else { 5 }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_later_records_are_held_back() {
    let contract = package("charged");
    let all = calls(uneven);
    let until = calls(|day| if day <= 17 { uneven(day) } else { 0 });
    let (_folder, paths) =
        folder(&[("c.toml", &contract), ("calls.csv", &all), ("until.csv", &until)]);
    let common = ["estimate", "-t", &paths[0], "--as-of", "2024-10-17", "-c"];
    // How the files were read is another thing: one holds more.
    let of = |more: &[&str]| {
        let mut document = json(&[&common[..], more].concat()).1;
        document.as_object_mut().and_then(|parts| parts.remove("reading")).expect("a reading");
        document
    };
    let first = of(&[&paths[1]]);
    assert_eq!(first, of(&[&paths[2]]));
    assert_eq!(first, of(&[&paths[1], "--threads", "3", "--block-size", "4096"]));
    assert_ne!(first, of(&[&paths[1], "--seed", "2"]));
    let [low, middle, high] = range(&first).map(|text| text.parse::<Decimal>().expect("a figure"));
    assert!(low < middle && middle < high, "{low} {middle} {high}");
}

/// A hundred calls on each of January 2025's 23 weekdays, each day's number varying by a fifth: 230.00,
/// with a standard deviation of 10 · 0.2 · √23 = 9.59. The 10th and 90th of a hundred lie 1.2816 of these
/// away, at 217.71 and 242.29, with an error of √(0.1 · 0.9 / 100) / 0.1755 = 0.171 of these; four errors
/// are 6.56. The middle's is 1.2533 / √100: four are 4.81.
#[test]
fn a_forecast_spreads_as_its_days_do() {
    let contract = format!("{HEAD}{PLAIN}");
    let forecast = "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 100\nanswered = 1\n\
                    scatter = 0.2\ntalk = { average = \"60s\" }\n";
    let (_folder, paths) = folder(&[("c.toml", &contract), ("f.toml", forecast)]);
    let common = ["estimate", "-t", &paths[0], "-u", &paths[1]];
    let (_, document) = json(&common);
    assert_eq!(document["offers"][0]["total"], "230.00");
    let figures = range(&document).map(|text| text.parse::<Decimal>().expect("a figure"));
    for (figure, (expected, error)) in
        figures.iter().zip([(21_771, 656), (23_000, 481), (24_229, 656)])
    {
        let off = figure - Decimal::new(expected, 2);
        assert!(off.abs() < Decimal::new(error, 2), "{figures:?}");
    }
    // The middle stays within 236, and the high does not.
    assert_eq!(json(&[&common[..], &["--budget", "236"]].concat()).0, Some(0));
    let high = ["--budget", "236", "--budget-at", "high"];
    assert_eq!(json(&[&common[..], &high].concat()).0, Some(1));
    let (exit, out, _) = run(&[&common[..], &high].concat());
    assert_eq!(exit, Some(1));
    let out = sentences(&out);
    assert!(out.contains("its high total passes the budget of 236.00"), "{out}");
}

/// One day seen tells nothing of others: from half to one and a half times its calls on 22 weekdays to
/// come, and days off either without calls or like worked ones.
#[test]
fn little_seen_makes_a_wide_range() {
    let contract = format!("{HEAD}{PLAIN}");
    let (_folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", &calls(steady))]);
    let common = ["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of"];
    let of = |day: &str| run(&[&common[..], &[day]].concat());
    let (exit, out, _) = of("2024-10-01");
    assert_eq!(exit, Some(0));
    let out = sentences(&out);
    assert!(
        out.contains("one working day was seen") && out.contains("no day off was seen"),
        "{out}"
    );
    let (_, document) = json(&[&common[..], &["2024-10-01"]].concat());
    let [low, _, high] = range(&document).map(|text| text.parse::<Decimal>().expect("a figure"));
    // A tenth lies below 10 + 22 · 10 · 0.7 = 164, and a tenth above 10 + 30 · 10 · 1.3 = 400.
    assert!(low < 200.into() && high > 340.into(), "{low} {high}");
    // The last day of the cycle leaves nothing open: 1,300 + 14 · 500 calls.
    let (_, document) = json(&[&common[..], &["2024-10-31"]].concat());
    assert_eq!(range(&document), ["830.00"; 3]);
    assert_eq!(document["offers"][0]["way"], "exact");
    // Records that end before: 100 calls on the 17th are the last.
    let early = calls(|day| if day <= 17 { steady(day) } else { 0 });
    let (_folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", &early)]);
    let (_, out, _) = run(&["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of", "2024-10-22"]);
    let out = sentences(&out);
    assert!(out.contains("call records end on 2024-10-17"), "{out}");
}

/// A range of past calls is drawn if it is asked for; steady days make it narrow.
#[test]
fn past_calls_have_a_range_if_asked() {
    let contract = format!("{HEAD}{PLAIN}");
    let days = calls(|day| if is_worked(day) { 100 } else { 0 });
    let (_folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", &days)]);
    let common = ["estimate", "-t", &paths[0], "-c", &paths[1]];
    assert_eq!(json(&common).1["offers"][0]["outlook"], Value::Null);
    let (_, document) = json(&[&common[..], &["--range"]].concat());
    assert_eq!(range(&document), ["230.00"; 3]);
}

#[test]
fn tables_are_there_for_spreadsheets() {
    let (_folder, paths) = folder(&[("c.toml", &package("split")), ("calls.csv", &calls(steady))]);
    let common =
        ["estimate", "-t", &paths[0], "-c", &paths[1], "--as-of", "2024-10-17", "--format", "csv"];
    let (_, out, _) = run(&[&common[..], &["--section", "budget", "--budget", "150"]].concat());
    assert_eq!(
        out.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>(),
        [
            "offer,so_far,mean,low,middle,high,budget,over_budget",
            "c.toml · P,100.00,180.00,180.00,180.00,180.00,150.00,100",
        ]
    );
    let (_, out, _) = run(&[&common[..], &["--section", "packages"]].concat());
    assert_eq!(
        out.trim_start_matches('\u{feff}').lines().nth(1),
        Some("c.toml · P,pack,200.00,100,2024-10-21,2024-10-21,2024-10-21,0.00,80.00,80.00,80.00")
    );
}

/// A month whose days can be told apart: its calls by day, each with the text before and after its date.
struct Month {
    head: String,
    days: Vec<Vec<String>>,
}

/// A small generator, so that nothing of telbill's draws the trials.
fn shuffled(mut days: Vec<usize>, seed: u64) -> Vec<usize> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for last in (1..days.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bound = u64::try_from(last + 1).expect("small");
        days.swap(last, usize::try_from(state % bound).expect("small"));
    }
    days
}

impl Month {
    /// A fixture's October 2024.
    fn fixture(name: &str) -> Self {
        let path = root().join("fixtures/scenarios").join(name).join("calls.csv");
        let text = std::fs::read_to_string(path).expect("calls");
        let mut lines = text.lines();
        let head = lines.next().expect("a head").to_owned();
        let mut days = vec![Vec::new(); 31];
        for line in lines {
            let start = line.split(',').nth(4).expect("a start");
            let day: usize = start[8..10].parse().expect("a day");
            days[day - 1].push(line.to_owned());
        }
        Self { head, days }
    }

    /// The same with other days in the place of each, worked ones for worked ones.
    fn in_order(&self, order: &[usize]) -> String {
        let mut text = format!("{}\n", self.head);
        for (day, from) in order.iter().enumerate() {
            let (new, old) =
                (format!("2024-10-{:02} ", day + 1), format!("2024-10-{:02} ", from + 1));
            for line in &self.days[*from] {
                writeln!(text, "{}", line.replace(&old, &new)).expect("writes");
            }
        }
        text
    }
}

/// A hundred months drawn as of a day; the range is that of the 10th and the 90th.
fn outlook(request: &Request, as_of: u32, seed: u64) -> ([Amount; 3], Amount) {
    let request = Request { as_of: Some(format!("2024-10-{as_of:02}")), seed, ..request.clone() };
    let mut sources = SourceMap::default();
    let done = estimate(&request, &mut sources, &Observer::default());
    let done: Estimate = done.unwrap_or_else(|found| panic!("{:#?}", found.sorted()));
    let outlook = done.budget.outlooks[0].as_ref().expect("an outlook");
    let total = done.offers[0].priced.sum.total.round(None);
    (spread(&outlook.draws).expect("months"), total)
}

/// How many of the trials have the truth in their range, of how many.
struct Coverage {
    within: u32,
    trials: u32,
}

impl Coverage {
    fn none() -> Self {
        Self { within: 0, trials: 0 }
    }

    /// Tries as-of days of a month that is known to its end.
    fn add(&mut self, request: &Request, days: &[u32], seed: u64) {
        let (_, truth) = outlook(request, 31, 1);
        for day in days {
            let ([low, _, high], _) = outlook(request, *day, seed * 100 + u64::from(*day));
            self.trials += 1;
            self.within += u32::from(low <= truth && truth <= high);
        }
    }

    fn percent(&self) -> u32 {
        self.within * 100 / self.trials.max(1)
    }
}

/// October 2024 in China by kind: the week from the 1st is off, and Saturday the 12th is worked; other
/// Saturdays, and Sundays. The contracts have no calendar: their zone tells.
fn kinds_in_china() -> [Vec<usize>; 4] {
    let kind = |day: usize| match day + 1 {
        1..=7 => 3,
        19 | 26 => 1,
        13 | 20 | 27 => 2,
        _ => 0,
    };
    [0, 1, 2, 3].map(|one| (0..31).filter(|day| kind(*day) == one).collect())
}

/// Days of a fixture's month in a new order, each in the place of one of its kind, and each as-of day's
/// range against the true total, which is settled from all of its calls. A range of 80 % that is honest
/// holds it in about 80 of 100 trials.
#[test]
fn the_truth_lies_in_the_range_of_fixtures() {
    let (folder, paths) = folder(&[("calls.csv", "")]);
    let mut all = Coverage::none();
    for (name, orders) in
        [("buyers-guide", 2), ("clean-month", 10), ("package-month", 8), ("seats-and-lines", 10)]
    {
        let month = Month::fixture(name);
        let mut mine = Coverage::none();
        for seed in 0..orders {
            // The first order is that of the month itself.
            let mut order: Vec<usize> = (0..31).collect();
            if seed > 0 {
                for kind in kinds_in_china() {
                    let new = shuffled(kind.clone(), seed);
                    kind.iter().zip(new).for_each(|(day, from)| order[*day] = from);
                }
            }
            std::fs::write(folder.path().join("calls.csv"), month.in_order(&order))
                .expect("writes");
            let file = |file: &str| format!("fixtures/scenarios/{name}/{file}");
            let request = Request {
                tariffs: vec![root().join(file("tariff.toml")).display().to_string()],
                calls: vec![paths[0].clone()],
                roster: vec![root().join(file("roster.csv")).display().to_string()],
                ..Request::default()
            };
            mine.add(&request, &[10, 14, 18, 21, 24, 28], seed);
        }
        eprintln!("{name}: {} of {} ranges hold the truth", mine.within, mine.trials);
        assert!(mine.percent() >= 65, "{name}: {} of {}", mine.within, mine.trials);
        all.within += mine.within;
        all.trials += mine.trials;
    }
    eprintln!("fixtures: {} %", all.percent());
    assert!((70..=93).contains(&all.percent()), "{} of {}", all.within, all.trials);
}

/// The dialler log is of two nights. Each hour of each of its agents stands for a working day, in many
/// orders: 23 of 40 make October 2024.
#[test]
fn the_truth_lies_in_the_range_of_the_dialler_log() {
    let log = root().join("../shared/real/dialler-log/calls.csv");
    if !log.is_file() {
        eprintln!("skipped: this test reads a file that lies outside the project");
        return;
    }
    let text = std::fs::read_to_string(log).expect("log");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let head = lines.next().expect("a head");
    let mut hours: std::collections::BTreeMap<(&str, &str), Vec<&str>> =
        std::collections::BTreeMap::new();
    for line in lines {
        let parts: Vec<&str> = line.split(',').collect();
        hours.entry((parts[0], &parts[2][..13])).or_default().push(line);
    }
    let hours: Vec<((&str, &str), Vec<&str>)> = hours.into_iter().collect();
    assert_eq!(hours.len(), 40);
    let contract =
        std::fs::read_to_string(root().join("tests/real/dialler.toml")).expect("contract");
    let (folder, paths) = folder(&[("c.toml", &contract), ("calls.csv", "")]);
    let columns = "start=datestamp,talk=call_length,agent=agent_id,id=lead_id,status=status,\
                   answered=S|NI|CB,unanswered=VM";
    let mut coverage = Coverage::none();
    for seed in 1..=12 {
        let order = shuffled((0..hours.len()).collect(), seed);
        let days = (1..=31).filter(|day| is_worked(*day));
        let mut calls = format!("{head}\n");
        for (day, from) in days.zip(order) {
            let ((_, hour), lines) = &hours[from];
            let new = format!("2024-10-{day:02} 10");
            for line in lines {
                writeln!(calls, "{}", line.replace(hour, &new)).expect("writes");
            }
        }
        std::fs::write(folder.path().join("calls.csv"), calls).expect("writes");
        let request = Request {
            tariffs: vec![paths[0].clone()],
            calls: vec![paths[1].clone()],
            reading: Reading { columns: Some(columns.to_owned()), ..Reading::default() },
            ..Request::default()
        };
        coverage.add(&request, &[7, 11, 17, 24], seed);
    }
    eprintln!("dialler log: {} of {} ranges hold the truth", coverage.within, coverage.trials);
    assert!((65..=95).contains(&coverage.percent()), "{} %", coverage.percent());
}
