//! `telbill estimate --break-even`: levels by hand, by counting every call, and the drawings.

use std::fmt::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use crate::papers::{root, run, run_at};

/// A provider whose name XML has to escape.
const HEAD: &str = r#"
[contract]
id = "E"
provider = "P <&> \"Q\""
currency = "CNY"
timezone = "Asia/Shanghai"

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

/// Whole minutes at so many cents, and a fee.
fn plain(fee: i64, cents: i64) -> String {
    let fee = match fee {
        0 => String::new(),
        fee => format!("\n[[recurring]]\nname = \"fee\"\nfee = {fee}\nper = \"contract\"\n"),
    };
    format!("{HEAD}\n[[call]]\nname = \"calls\"\nprice = 0.{cents:02}\nper = \"60s\"\n{fee}")
}

fn package(fee: i64, minutes: i64, cents: i64) -> String {
    format!(
        "{HEAD}\n[[package]]\nname = \"pack\"\nfee = {fee}.00\nincludes = [{{ minutes = {minutes} }}]\n\
         overage = {{ name = \"beyond\", price = 0.{cents:02}, per = \"60s\" }}\nconnect = \"covered\"\n\
         burn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\npart_month = \"full\"\n\
         part_minutes = \"full\"\n"
    )
}

/// All minutes at the step that is reached.
fn volume(up_to: i64, first: i64, then: i64) -> String {
    format!(
        "{HEAD}\n[[call]]\nname = \"calls\"\nper = \"60s\"\ntiers = {{ mode = \"volume\", \
         scope = \"pool\", steps = [{{ up_to = {up_to}, price = 0.{first:02} }}, \
         {{ price = 0.{then:02} }}] }}\n"
    )
}

/// A thousand answered calls in October 2024 of the lengths given, in turn, and as many that nobody
/// answered.
fn records(lengths: &[u32]) -> String {
    let mut text =
        "话单ID,主叫号码,被叫号码,开始时间,接通时间,结束时间,通话时长(秒),呼叫状态\n".to_owned();
    for number in 0..2000usize {
        let (day, hour, minute) = (1 + number % 28, 9 + number / 28 % 9, number / 252);
        let start = format!("2024-10-{day:02} {hour:02}:{minute:02}:00");
        let talk = lengths[number / 2 % lengths.len()];
        let end = format!(
            "2024-10-{day:02} {hour:02}:{:02}:{:02}",
            minute + talk as usize / 60,
            talk % 60
        );
        let (answered, end, talk, state) = match number % 2 {
            0 => (start.as_str(), end.as_str(), talk, "已接通"),
            _ => ("", start.as_str(), 0, "无人接听"),
        };
        writeln!(text, "{number},02500000001,01000000001,{start},{answered},{end},{talk},{state}")
            .expect("writes");
    }
    text
}

struct Case {
    _folder: tempfile::TempDir,
    /// Contracts a.toml, b.toml …, then the usage.
    arguments: Vec<String>,
}

impl Case {
    fn new(contracts: &[String], usage: (&str, &str)) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path: PathBuf = folder.path().join(name);
            std::fs::write(&path, text).expect("writes");
            path.display().to_string()
        };
        let mut arguments = vec!["estimate".to_owned(), "-t".to_owned()];
        for (letter, text) in ('a'..).zip(contracts) {
            arguments.push(write(&format!("{letter}.toml"), text));
        }
        arguments.push(if usage.0.ends_with("csv") { "-c" } else { "-u" }.to_owned());
        arguments.push(write(usage.0, usage.1));
        Self { _folder: folder, arguments }
    }

    fn of_records(contracts: &[String], lengths: &[u32]) -> Self {
        Self::new(contracts, ("calls.csv", &records(lengths)))
    }

    fn with<'c>(&'c self, more: &[&'c str]) -> Vec<&'c str> {
        self.arguments.iter().map(String::as_str).chain(more.iter().copied()).collect()
    }

    fn json(&self, more: &[&str]) -> Value {
        let (exit, out, err) = run(&self.with(&[more, &["--format", "json", "-q"]].concat()));
        assert!(matches!(exit, Some(0 | 3)), "{exit:?} {err}");
        serde_json::from_str(&out).expect("JSON")
    }

    fn crossed(&self, up_to: &str) -> Value {
        self.json(&["--break-even", "--up-to", up_to])["break_even"].clone()
    }
}

/// 2,300 calls of a minute: 100 on each of January's 23 weekdays of 2025.
const FORECAST: (&str, &str) = (
    "f.toml",
    "[forecast]\nfrom = 2025-01-01\n[[calls]]\nper_working_day = 100\nanswered = 1\n\
     talk = { average = \"60s\" }\n",
);

/// The letter of a file, `-` for none.
fn letter(file: &Value) -> String {
    let file = file.as_str().unwrap_or("-");
    file.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_uppercase()
}

/// Crossings in short: `A>B between 1-2`.
fn crossings(cross: &Value) -> Vec<String> {
    let one = |one: &Value| {
        let (below, above) = (letter(&one["below"]), letter(&one["above"]));
        let meeting = one["meeting"].as_str().expect("a word");
        format!("{below}>{above} {meeting} {}-{}", one["from"], one["to"])
    };
    cross["crossings"].as_array().expect("a list").iter().map(one).collect()
}

/// Regions in short: `A 0-2000 B 50.00`.
fn regions(cross: &Value) -> Vec<String> {
    let one = |one: &Value| {
        let files: Vec<String> =
            one["files"].as_array().expect("files").iter().map(letter).collect();
        let less = one["less"].as_str().unwrap_or("-");
        let next = letter(&one["next"]);
        format!("{} {}-{} {next} {less}", files.join("="), one["from"], one["to"])
    };
    cross["regions"].as_array().expect("a list").iter().map(one).collect()
}

/// 0.10 a minute against 100.00 and 0.05: 0.05 n = 100 at 2,000 minutes, both 200.00. Halfway, at
/// 1,000, it is 100.00 against 150.00; at 4,450, 322.50 against 445.00.
#[test]
fn a_fee_pays_from_where_its_lower_price_has_earned_it() {
    let case = Case::new(&[plain(0, 10), plain(100, 5)], FORECAST);
    let cross = case.crossed("3");
    assert_eq!(crossings(&cross), ["A>B equal 2000-2000"]);
    assert_eq!(regions(&cross), ["A 0-2000 B 50.00", "B 2000-6900 A 122.50"]);
    let one = &cross["crossings"][0];
    assert_eq!(one["totals"], serde_json::json!(["200.00", "200.00"]));
    // 2,000 of 2,300 calls.
    assert_eq!((&one["times"], &one["minutes"]), (&"0.869565".into(), &"2000.00".into()));
    assert_eq!(
        (&cross["calls"], &cross["minutes"], &cross["most"]),
        (&2300.into(), &2300.into(), &6900.into())
    );
}

/// 0.10 a minute against 3,000 minutes for 200.00 and 0.15 beyond: equal at 2,000 minutes, where
/// 0.10 n = 200; and again where 200 + 0.15 (n - 3,000) = 0.10 n, at 5,000. Up to 400 times the
/// thousand calls both lie within the first fortieth of the range.
#[test]
fn a_package_is_cheaper_over_a_stretch_alone() {
    let case = Case::of_records(&[plain(0, 10), package(200, 3000, 15)], &[60]);
    for up_to in ["7", "400"] {
        let cross = case.crossed(up_to);
        let found = ["A>B equal 2000-2000", "B>A equal 5000-5000"];
        assert_eq!(crossings(&cross), found, "{up_to}");
        // At 1,000: 100.00 against 200.00; at 3,500: 275.00 against 350.00.
        assert_eq!(regions(&cross)[..2], ["A 0-2000 B 100.00", "B 2000-5000 A 75.00"]);
    }
    assert_eq!(regions(&case.crossed("7"))[2], "A 5000-7000 B 50.00");
}

/// 0.10; 100 and 0.05; 300 and 0.02. A meets B at 2,000 and C at 300 / 0.08 = 3,750; B meets C at
/// 200 / 0.03 = 6,666.67: at 6,666 it is 433.30 against 433.32, at 6,667 433.35 against 433.34.
#[test]
fn three_contracts_have_three_regions() {
    let case = Case::new(&[plain(0, 10), plain(100, 5), plain(300, 2)], FORECAST);
    let cross = case.crossed("4");
    assert_eq!(
        crossings(&cross),
        ["A>B equal 2000-2000", "A>C equal 3750-3750", "B>C between 6666-6667"]
    );
    assert_eq!(cross["crossings"][2]["totals"], serde_json::json!(["433.35", "433.34"]));
    // Halfway: 1,000; 4,333: 316.65 against 386.66; 7,933: 458.66 against 496.65.
    assert_eq!(regions(&cross), ["A 0-2000 B 50.00", "B 2000-6666 C 70.01", "C 6667-9200 B 37.99"]);
}

/// All minutes at 0.10 up to 3,000 of them, at 0.06 with the next: 300.00, then 180.06, against 0.08.
#[test]
fn a_total_may_jump_past_another() {
    let case = Case::of_records(&[plain(0, 8), volume(3000, 10, 6)], &[60]);
    let cross = case.crossed("5");
    assert_eq!(crossings(&cross), ["A>B between 3000-3001"]);
    assert_eq!(cross["crossings"][0]["totals"], serde_json::json!(["240.08", "180.06"]));
}

#[test]
fn equal_contracts_are_equal_all_over() {
    let case = Case::new(&[plain(50, 10), plain(50, 10), plain(60, 10)], FORECAST);
    let cross = case.crossed("2");
    assert_eq!(crossings(&cross), ["->- equal 0-4600"]);
    assert_eq!(regions(&cross), ["A=B 0-4600 C 10.00"]);
    let (_, out, _) = run(&case.with(&["--break-even", "--up-to", "2"]));
    assert!(out.contains("A and B come to the same from 0 to 4,600 answered calls"), "{out}");
}

/// Both are due a fee of 200.00 up to 3,000 minutes; beyond, one at 0.15 and one at 0.10.
#[test]
fn a_stretch_on_which_two_are_equal_is_told_as_one() {
    let case = Case::of_records(&[package(200, 3000, 15), package(200, 3000, 10)], &[60]);
    let cross = case.crossed("6");
    assert_eq!(crossings(&cross), ["->B equal 0-3000"]);
    assert_eq!(regions(&cross), ["A=B 0-3000 - -", "B 3001-6000 A 75.00"]);
}

#[test]
fn one_that_is_always_cheaper_crosses_nothing() {
    let case = Case::new(&[plain(0, 12), plain(0, 10)], FORECAST);
    let cross = case.crossed("3");
    assert_eq!(crossings(&cross), Vec::<String>::new());
    // At 3,450: 345.00 against 414.00.
    assert_eq!(regions(&cross), ["B 0-6900 A 69.00"]);
    let (_, out, _) = run(&case.with(&["--break-even"]));
    assert!(out.contains("no two contracts come to the same anywhere"), "{out}");
}

/// A contract without a price for part of the usage takes no part, and is named.
#[test]
fn what_is_not_priced_in_full_takes_no_part() {
    let zones = "\n[[zone]]\nname = \"near\"\nmatch = { area = \"0571\" }\n\
                 [[zone]]\nname = \"far\"\nmatch = { area = \"010\" }\n";
    let half = format!(
        "{HEAD}{zones}\n[[call]]\nname = \"c\"\nzone = \"near\"\nprice = 0.01\nper = \"60s\"\n"
    );
    let whole = |fee: &str, price: &str| {
        format!(
            "{HEAD}{zones}\n[[call]]\nname = \"c\"\nzone = [\"near\", \"far\"]\nprice = {price}\n\
             per = \"60s\"\n[[recurring]]\nname = \"fee\"\nfee = {fee}\nper = \"contract\"\n"
        )
    };
    let to = format!(
        "{}to = [{{ zone = \"near\", share = 0.5 }}, {{ zone = \"far\", share = 0.5 }}]\n",
        FORECAST.1
    );
    let contracts = [half, whole("1", "0.10"), whole("101", "0.05")];
    let case = Case::new(&contracts, ("f.toml", &to));
    let cross = case.crossed("3");
    assert_eq!(crossings(&cross), ["B>C equal 2000-2000"]);
    assert_eq!(cross["apart"].as_array().map(Vec::len), Some(1));
    let (exit, out, _) = run(&case.with(&["--break-even"]));
    assert_eq!(exit, Some(3));
    assert!(out.contains("takes no part in break-even"), "{out}");
    let alone = Case::new(&contracts[..2], ("f.toml", &to));
    let (_, out, _) = run(&alone.with(&["--break-even"]));
    assert!(out.contains("fewer than two contracts"), "{out}");
}

/// What a contract of the property test comes to in cents, by minutes: by hand, for all calls of a
/// minute.
#[derive(Clone, Debug)]
enum Made {
    Plain { fee: i64, cents: i64 },
    Package { fee: i64, minutes: i64, cents: i64 },
    Volume { up_to: i64, first: i64, then: i64 },
}

impl Made {
    fn contract(&self) -> String {
        match *self {
            Self::Plain { fee, cents } => plain(fee, cents),
            Self::Package { fee, minutes, cents } => package(fee, minutes, cents),
            Self::Volume { up_to, first, then } => volume(up_to, first, then),
        }
    }

    fn cents(&self, minutes: i64) -> i64 {
        match *self {
            Self::Plain { fee, cents } => fee * 100 + minutes * cents,
            Self::Package { fee, minutes: free, cents } => {
                fee * 100 + (minutes - free).max(0) * cents
            }
            Self::Volume { up_to, first, .. } if minutes <= up_to => minutes * first,
            Self::Volume { then, .. } => minutes * then,
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    prop_oneof![
        (0i64..300, 2i64..20).prop_map(|(fee, cents)| Made::Plain { fee, cents }),
        (20i64..400, 100i64..4000, 2i64..25).prop_map(|(fee, minutes, cents)| Made::Package {
            fee,
            minutes,
            cents
        }),
        (50i64..4500, 5i64..20, 2i64..12).prop_map(|(up_to, first, then)| Made::Volume {
            up_to,
            first,
            then
        }),
    ]
}

/// Every change of the order of two contracts, by looking at every level.
fn by_counting(first: &Made, second: &Made, most: i64) -> Option<Vec<String>> {
    let difference = |level: i64| first.cents(level) - second.cents(level);
    let mut runs: Vec<(i64, i64, i64)> = Vec::new();
    for level in 0..=most {
        let sign = difference(level).signum();
        match runs.last_mut() {
            Some(last) if last.0 == sign => last.2 = level,
            _ => runs.push((sign, level, level)),
        }
    }
    // The search promises nothing on differences of about a call, nor tells changes within a few calls
    // apart.
    let small = |(sign, from, to): &(i64, i64, i64)| {
        let largest = (*from..=*to).map(|level| difference(level).abs()).max();
        *sign != 0 && (to - from < 8 || largest < Some(100))
    };
    let ends = |index: usize| index == 0 || index + 1 == runs.len();
    if runs.iter().enumerate().any(|(index, run)| !ends(index) && small(run)) {
        return None;
    }
    if runs.len() > 1 && (small(&runs[0]) || small(&runs[runs.len() - 1])) {
        return None;
    }
    let name = |sign: i64| if sign < 0 { "A" } else { "B" };
    let mut told = Vec::new();
    for index in 0..runs.len() {
        let (sign, from, to) = runs[index];
        let before = index.checked_sub(1).map(|before| runs[before]);
        let after = runs.get(index + 1);
        if sign == 0 {
            if before.is_some() || to > 0 {
                let (before, after) = (before.map(|run| name(run.0)), after.map(|run| name(run.0)));
                told.push(format!(
                    "{}>{} equal {from}-{to}",
                    before.unwrap_or("-"),
                    after.unwrap_or("-")
                ));
            }
        } else if let Some(before) = before.filter(|before| before.0 != 0) {
            told.push(format!("{}>{} between {}-{from}", name(before.0), name(sign), before.2));
        }
    }
    Some(told)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What the search finds is what counting through all levels finds.
    #[test]
    fn no_crossing_is_missed_and_none_made_up((first, second) in (made(), made())) {
        let counted = by_counting(&first, &second, 5000);
        prop_assume!(counted.is_some());
        let case = Case::of_records(&[first.contract(), second.contract()], &[60]);
        prop_assert_eq!(Some(crossings(&case.crossed("5"))), counted);
    }

    /// Calls of several lengths: within regions the cheapest is the cheapest of an estimate that is
    /// scaled to that level, and beside a crossing the order is as told.
    #[test]
    fn regions_and_crossings_hold_in_estimates_of_their_own(
        (first, second, third) in (made(), made(), made()),
        lengths in prop::collection::vec(1u32..200, 1..6),
        share in 0u64..1000,
    ) {
        let contracts = [first.contract(), second.contract(), third.contract()];
        let case = Case::of_records(&contracts, &lengths);
        let cross = case.crossed("4");
        let total = |level: u64| {
            let scale = format!("{}.{:03}", level / 1000, level % 1000);
            let document = case.json(&["--scale", &scale]);
            let offers = document["offers"].as_array().expect("offers").clone();
            move |file: &Value| {
                let offer = offers.iter().find(|offer| offer["file"] == *file).expect("the offer");
                let total = offer["total"].as_str().expect("an amount");
                total.replace('.', "").parse::<i64>().expect("cents")
            }
        };
        for region in cross["regions"].as_array().expect("regions") {
            let level = |key: &str| region[key].as_u64().expect("a level");
            let inside = level("from") + (level("to") - level("from")) * share / 1000;
            let total = total(inside);
            let files = case.arguments[2..5].iter().map(|file| total(&file.as_str().into()));
            let least = files.min().expect("three");
            // The search promises nothing on differences of about a call: at most four minutes at 0.25.
            for file in region["files"].as_array().expect("files") {
                prop_assert!(total(file) <= least + 100, "{} at {inside}", cross["regions"]);
            }
        }
        for one in cross["crossings"].as_array().expect("crossings") {
            if one["meeting"] != "between" {
                continue;
            }
            let (from, to) = (one["from"].as_u64().expect("a level"), one["to"].as_u64().expect("a level"));
            prop_assert_eq!(from + 1, to);
            let [lower, upper] = [&one["pair"][0], &one["pair"][1]];
            let (before, after) = (total(from), total(to));
            // Fractions of calls may leave less than a cent between the two, which is shown as none.
            let (below, above) = (before(upper) - before(lower), after(lower) - after(upper));
            prop_assert!(below >= 0 && above >= 0 && below + above > 0, "{one}");
        }
    }
}

#[test]
fn tables_are_there_for_programs_and_people() {
    let case = Case::new(&[plain(0, 10), plain(100, 5)], FORECAST);
    let (_, out, _) =
        run(&case.with(&["--break-even", "--format", "csv", "--section", "crossings"]));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "offer,other,beyond,times,answered,answered_to,minutes,total,total_other");
    assert!(lines[1].ends_with(",0.8696,2000,,2000,200.00,200.00"), "{}", lines[1]);
    let (_, out, _) = run(&case.with(&["--break-even", "--format", "csv", "--section", "regions"]));
    assert!(
        out.lines().nth(1).is_some_and(|line| line.contains(",0,0.8696,0,2000,0,2000,")),
        "{out}"
    );
    for language in ["en", "zh"] {
        let (_, out, _) = run_at(root(), &case.with(&["--break-even"]), language);
        assert!(out.contains("B b.toml"), "{out}");
        // Plain characters in the drawing, none beyond the eightieth column.
        let drawn: Vec<&str> = out.lines().filter(|line| line.contains(" |")).collect();
        assert_eq!(drawn.len(), 17, "{out}");
        for line in &drawn {
            assert!(line.is_ascii() && line.len() <= 80, "{line}");
        }
        // At nothing and at 6,900 minutes A comes to 0.00 and 690.00, B to 100.00 and 445.00.
        assert!(drawn[16].contains("|AA"), "{out}");
        assert!(drawn.iter().any(|line| line.contains('+')), "{out}");
    }
    // Nothing is asked for, nothing is told.
    assert_eq!(case.json(&[])["break_even"], Value::Null);
    let (_, out, _) = run(&case.with(&[]));
    assert!(!out.contains("Break-even"), "{out}");
}

/// Elements nest, attributes are quoted, text holds no sign of the language: what well-formed means
/// for a file without comments and the like.
fn assert_well_formed(text: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (says, tag) = rest.split_at(at);
        assert!(!says.contains('>') && (!open.is_empty() || says.trim().is_empty()), "{says}");
        for entity in says.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;"];
            assert!(known.iter().any(|known| entity.starts_with(known)), "{says}");
        }
        let end = tag.find('>').expect("a tag ends");
        let inner = &tag[1..end];
        assert!(!inner.contains('<') && inner.matches('"').count() % 2 == 0, "{inner}");
        if let Some(name) = inner.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
        } else if !inner.ends_with('/') {
            open.push(inner.split(' ').next().expect("a name").to_owned());
        }
        rest = &tag[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?}");
}

#[test]
fn the_drawing_is_a_file_of_its_own() {
    let case = Case::new(&[plain(0, 10), plain(100, 5)], FORECAST);
    let folder = tempfile::tempdir().expect("folder");
    for language in ["en", "zh"] {
        let path = folder.path().join("cross.svg").display().to_string();
        let (exit, _, err) =
            run_at(root(), &case.with(&["--break-even", "--svg", &path]), language);
        assert_eq!(exit, Some(0), "{err}");
        let svg = std::fs::read_to_string(&path).expect("the drawing");
        assert_well_formed(&svg);
        assert!(!svg.contains("href") && !svg.contains("<script"), "{svg}");
        assert!(svg.contains("B b.toml · P &lt;&amp;&gt; &quot;Q&quot;"), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 2);
        // The field is 640 by 360, from (96, 56); the highest step above 690.00 is 800.00.
        // 2,000 of 6,900 calls: 96 + 185.5; 200 of 800: 416 - 90.
        assert!(svg.contains("<circle class=\"crossing\" cx=\"282\" cy=\"326\""), "{svg}");
        // From nothing to 690.00 at the right: 416 - 310.5; from 100.00 to 445.00: 416 - 200.25.
        let ends = |points: &str| {
            let points =
                svg.split("points=\"").find(|rest| rest.starts_with(points)).expect("a curve");
            points.split('"').next().and_then(|all| all.rsplit(' ').next()).map(str::to_owned)
        };
        assert_eq!(ends("96,416 ").as_deref(), Some("736,106"));
        assert_eq!(ends("96,371 ").as_deref(), Some("736,216"));
        for figure in ["800", "2,300", "6,900"] {
            assert!(svg.contains(&format!(">{figure}</text>")), "{figure}: {svg}");
        }
    }
}

#[test]
fn a_range_that_is_none_is_refused() {
    let case = Case::new(&[plain(0, 10), plain(100, 5)], FORECAST);
    for range in ["0", "1001", "x"] {
        let (exit, _, err) = run(&case.with(&["--break-even", "--up-to", range]));
        assert_eq!(exit, Some(2), "{range}");
        assert!(err.contains("is no range of usage"), "{err}");
    }
    let (exit, _, _) = run(&case.with(&["--svg", "drawing.svg"]));
    assert_eq!(exit, Some(2));
}

#[test]
fn the_document_follows_its_schema() {
    let schema =
        std::fs::read_to_string(root().join("tests/estimate.schema.json")).expect("schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let contracts = [plain(0, 10), package(100, 1500, 12), volume(3000, 12, 5)];
    for usage in [FORECAST, ("calls.csv", &records(&[5, 61, 130]))] {
        let document = Case::new(&contracts, usage).json(&["--break-even"]);
        assert!(validator.is_valid(&document), "{document}");
        assert!(document["break_even"]["crossings"].as_array().is_some_and(|all| !all.is_empty()));
    }
}
