//! `telbill estimate --waste`: figures by hand and by fixtures/estimate/waste.py, and its laws.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::papers::{HEAD, folder, json, run};

fn waste(arguments: &[&str]) -> Value {
    json(&[&["estimate", "--waste"], arguments].concat())
}

fn kind<'j>(document: &'j Value, kind: &str) -> &'j Value {
    let kinds = document["waste"]["offers"][0]["kinds"].as_array().expect("kinds");
    kinds.iter().find(|one| one["kind"] == kind).unwrap_or(&Value::Null)
}

/// Count, cost, saving.
fn figures<'j>(document: &'j Value, name: &str) -> (&'j str, &'j str, &'j str) {
    let kind = kind(document, name);
    let text = |key: &str| kind[key].as_str().unwrap_or("-");
    (text("count"), text("cost"), text("saving"))
}

/// Ten cents a minute and two for each attempt; seats 60.00, numbers 5.00, lines 30.00, services 8.00.
const PLAIN: &str = r#"
[[call]]
name = "calls"
price = 0.10
per = "60s"
attempt = 0.02

[[seat]]
name = "seats"
fee = 60.00
count = "named"
part_month = "full"

[[recurring]]
name = "numbers"
fee = 5.00
per = "number"
count = "named"
part_month = "full"
suspended = "charged"

[[recurring]]
name = "lines"
fee = 30.00
per = "line"
count = "named"
part_month = "full"
suspended = "charged"

[[recurring]]
name = "services"
fee = 8.00
per = "service"
count = "named"
part_month = "full"
suspended = "charged"
"#;

/// Of twelve calls four are useful: 1, 3, 1 and 1 minutes. Three are not answered; voicemail takes two,
/// of a minute each; two are shorter than 10 s; one lasts 25 minutes.
const CALLS: &str = "\
id,agent,caller,callee,start,talk,status,line
1,8001,05710000001,13000000001,2025-01-06 09:00:00,45,answered,L1
2,8001,05710000001,13000000002,2025-01-06 09:10:00,5,answered,L1
3,8001,05710000001,13000000003,2025-01-06 10:00:00,8,answered,L1
4,8001,05710000001,13000000004,2025-01-06 10:05:00,0,no answer,L1
5,8002,05710000002,13000000005,2025-01-06 09:30:00,130,answered,L2
6,8002,05710000002,13000000006,2025-01-06 09:40:00,0,no answer,L2
7,8002,05710000002,13000000007,2025-01-06 09:50:00,0,busy,L2
8,8002,05710000002,13000000008,2025-01-06 10:10:00,1500,answered,L2
9,8002,05710000002,13000000009,2025-01-06 10:50:00,60,answered,L2
10,8001,05710000001,13000000010,2025-01-06 11:00:00,20,语音信箱,L1
11,8001,05710000001,13000000011,2025-01-06 11:05:00,9,语音信箱,L1
12,8002,05710000002,13000000012,2025-01-07 09:00:00,10,answered,L2
";

/// The third of each is not used; one service is of a seat with calls, one of the seat without, and of
/// the third nothing tells.
const ROSTER: &str = "\
kind,id,name
seat,8001,
seat,8002,
seat,8003,
number,05710000001,
number,05710000002,
number,05710000003,
line,L1,
line,L2,
line,L3,
service,8001,recording
service,8003,recording
service,screen pop,
";

/// Calls: 6 useful minutes 0.60, 2 of voicemail 0.20, 2 short 0.20, 25 long 2.50, each answered one and
/// 0.02: 0.68, 0.24, 0.24, 2.52; three attempts 0.06. In all 3.74. Cut to ten minutes, the long one
/// costs 1.00 and 0.02. Seats 180, numbers 15, lines 90, services 24: 312.74.
#[test]
fn each_kind_by_hand() {
    let contract = format!("{HEAD}{PLAIN}");
    let (_folder, paths) = folder(&[("c.toml", &contract), ("c.csv", CALLS), ("r.csv", ROSTER)]);
    let common = ["-t", paths[0].as_str(), "-c", &paths[1], "-r", &paths[2]];
    let document = waste(&common);
    assert_eq!(document["offers"][0]["total"], "312.74");
    for (kind, wanted) in [
        ("unanswered", ("3", "0.06", "0.06")),
        ("voicemail", ("2", "0.24", "0.24")),
        ("short", ("2", "0.24", "0.24")),
        ("long-out", ("1", "2.52", "2.52")),
        ("long-cut", ("1", "1.50", "1.50")),
        ("idle-seats", ("1", "60.00", "60.00")),
        // On the 6th 8003, on the 7th 8001 and 8003.
        ("seat-days", ("3", "-", "-")),
        ("idle-numbers", ("1", "5.00", "5.00")),
        ("idle-lines", ("1", "30.00", "30.00")),
        ("idle-services", ("1", "8.00", "8.00")),
        // 0.06 + 0.24 + 0.24 + 1.50 + 60 + 5 + 30 + 8.
        ("together", ("8", "105.04", "105.04")),
    ] {
        assert_eq!(figures(&document, kind), wanted, "{kind}");
    }
    let own = &document["waste"]["offers"][0];
    let sums = |list: &Value| -> Vec<(String, u64, u64, u64, String)> {
        let number = |party: &Value, key: &str| party[key].as_u64().expect("a number");
        let text = |party: &Value, key: &str| party[key].as_str().expect("a text").to_owned();
        let one = |party: &Value| {
            let calls = (number(party, "calls"), number(party, "answered"), number(party, "talk"));
            (text(party, "name"), calls.0, calls.1, calls.2, text(party, "cost"))
        };
        list.as_array().expect("a list").iter().map(one).collect()
    };
    let row = |name: &str, calls, answered, talk, cost: &str| {
        (name.to_owned(), calls, answered, talk, cost.to_owned())
    };
    // 8002 wastes 0.04 and 2.52, 8001 0.02, 0.24 and 0.24.
    let two = [row("8002", 6, 4, 1_700, "3.12"), row("8001", 6, 5, 87, "0.62")];
    assert_eq!(sums(&own["by_agent"]), two);
    let lines = [row("L2", 6, 4, 1_700, "3.12"), row("L1", 6, 5, 87, "0.62")];
    assert_eq!(sums(&own["by_line"]), lines);
    let hours = [
        row("09:00", 6, 4, 190, "0.72"),
        row("10:00", 4, 3, 1_568, "2.78"),
        row("11:00", 2, 2, 29, "0.24"),
    ];
    assert_eq!(sums(&own["by_hour"]), hours);
    let untold = own["untold"].to_string();
    assert!(untold.contains("Of 1 service nothing tells whether anybody uses it"), "{untold}");
    // Numbers are masked unless asked for.
    assert!(own["idle"].to_string().contains("057****0003"), "{}", own["idle"]);
    let shown = waste(&[&common[..], &["--show-numbers"]].concat());
    assert!(shown["waste"]["offers"][0]["idle"].to_string().contains("05710000003"));
    for threads in ["1", "3"] {
        let more = [&common[..], &["--threads", threads, "--block-size", "100"]].concat();
        assert_eq!(waste(&more), document, "{threads} threads");
    }
    // With other limits: below a minute 5, 8, 10 and 45 s are short; beyond two minutes 130 and 1500.
    let other = waste(&[&common[..], &["--short", "1m", "--long", "2m"]].concat());
    assert_eq!(figures(&other, "short"), ("4", "0.48", "0.48"));
    // 130 s cut to 120: 0.10 less; 25 minutes cut to two: 2.30 less.
    assert_eq!(figures(&other, "long-cut"), ("2", "2.40", "2.40"));
}

/// 35 minutes: 6 useful, 2 of voicemail, 2 short, 25 long, each at 0.10 beyond the package.
#[test]
fn what_a_package_covers_is_not_saved() {
    let pack = |count: u32, minutes: u32| {
        format!(
            "{HEAD}\n[[package]]\nname = \"pack\"\nfee = 50.00\ncount = {count}\n\
             includes = [{{ minutes = {minutes} }}]\n\
             overage = {{ name = \"beyond\", price = 0.10, per = \"60s\" }}\nconnect = \"covered\"\n\
             burn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\npart_month = \"full\"\n\
             part_minutes = \"full\"\n"
        )
    };
    for (count, minutes, short, long, allowance) in [
        // Two of 20: 5 of 40 minutes lapse, an eighth of 100.00. With one, 15 minutes beyond: 51.50.
        (2, 20, "0.00", "0.00", ("5", "12.50", "48.50")),
        // One minute beyond 34: of what short calls cost half is saved.
        (1, 34, "0.10", "0.10", ("-", "-", "-")),
        // Five minutes beyond 30: 25 minutes less leave 10.
        (1, 30, "0.20", "0.50", ("-", "-", "-")),
        // 26 of 61 minutes lapse: 50 · 26 / 61 = 21.31. Without it 35 · 0.10 are due: 46.50 less.
        (1, 61, "0.00", "0.00", ("26", "21.31", "46.50")),
    ] {
        let contract = pack(count, minutes);
        let (_folder, paths) = folder(&[("c.toml", &contract), ("c.csv", CALLS)]);
        let document = waste(&["-t", &paths[0], "-c", &paths[1]]);
        let case = format!("{count} of {minutes}");
        assert_eq!(figures(&document, "short"), ("2", "0.20", short), "{case}");
        assert_eq!(figures(&document, "long-out"), ("1", "2.50", long), "{case}");
        assert_eq!(figures(&document, "allowance"), allowance, "{case}");
        // No roster: nothing is guessed of seats.
        assert_eq!(kind(&document, "idle-seats"), &Value::Null);
    }
}

/// A minimum of 500.00 is due whatever is left out.
#[test]
fn a_minimum_leaves_nothing_to_save() {
    let commitment =
        "\n[commitment]\nminimum = 500\ncovers = [\"call\", \"seat\"]\ntax = \"before\"\n";
    let contract = format!("{HEAD}{PLAIN}{commitment}");
    let (_folder, paths) = folder(&[("c.toml", &contract), ("c.csv", CALLS), ("r.csv", ROSTER)]);
    let document = waste(&["-t", &paths[0], "-c", &paths[1], "-r", &paths[2]]);
    assert_eq!(figures(&document, "short"), ("2", "0.24", "0.00"));
    assert_eq!(figures(&document, "idle-seats"), ("1", "60.00", "0.00"));
    // Numbers are not covered by it.
    assert_eq!(figures(&document, "idle-numbers"), ("1", "5.00", "5.00"));
}

/// fixtures/estimate/waste.py: unanswered 336; short 53 0.9240 1.01; long, out 3 4.3200 4.71; long, cut
/// 0.7200 0.79; idle seats 18 196.00 207.76; idle numbers 6 120 130.80; talk and cost by agent.
#[test]
fn a_scenario_by_the_independent_script() {
    let file = |name: &str| format!("fixtures/scenarios/seats-and-lines/{name}");
    let [tariff, calls, roster] = ["tariff.toml", "calls.csv", "roster.csv"].map(file);
    let document = waste(&["-t", &tariff, "-c", &calls, "-r", &roster]);
    for (kind, wanted) in [
        ("unanswered", ("336", "0.00", "0.00")),
        ("short", ("53", "0.92", "1.01")),
        ("long-out", ("3", "4.32", "4.71")),
        ("long-cut", ("3", "0.72", "0.79")),
        ("idle-seats", ("18", "196.00", "207.76")),
        ("idle-numbers", ("6", "120.00", "130.80")),
    ] {
        assert_eq!(figures(&document, kind), wanted, "{kind}");
    }
    let agents = document["waste"]["offers"][0]["by_agent"].as_array().expect("agents");
    let of = |name: &str| agents.iter().find(|agent| agent["name"] == name).expect("the agent");
    for (name, talk, cost) in [("8101", 3_161, "6.528"), ("8104", 1_992, "4.176")] {
        assert_eq!((&of(name)["talk"], &of(name)["cost"]), (&talk.into(), &cost.into()), "{name}");
    }
    assert_eq!(kind(&document, "voicemail"), &Value::Null, "no status word says so");
    let told = document["waste"]["offers"][0]["untold"].to_string();
    assert!(told.contains("no status word says so"), "{told}");
}

#[test]
fn tables_and_refusals() {
    let contract = format!("{HEAD}{PLAIN}");
    let (_folder, paths) = folder(&[("c.toml", &contract), ("c.csv", CALLS), ("r.csv", ROSTER)]);
    let common = ["estimate", "-t", paths[0].as_str(), "-c", &paths[1], "-r", &paths[2], "-q"];
    let csv = |section: &str| {
        let more = ["--waste", "--format", "csv", "--section", section];
        run(&[&common[..], &more].concat()).1
    };
    let waste = csv("waste");
    assert!(waste.starts_with("offer,waste,about,count,unit,cost,saving"), "{waste}");
    assert!(waste.contains(",short,< 10 s,2,calls,0.24,0.24"), "{waste}");
    assert!(csv("by-agent").contains(",8002,6,4,28,3.12,0.04,0.00,0.00,2.52"));
    assert!(csv("by-hour").contains(",11:00,2,2,0,0.24,0.00,0.24,0.00,0.00"));
    assert!(csv("by-line").contains(",L1,6,5,1,0.62,0.02,0.24,0.24,0.00"));
    assert!(csv("idle").contains(",idle-lines,L3,,2025-01"));
    for more in
        [&["--waste", "--scale", "2"][..], &["--waste", "--short", "10m"], &["--short", "5s"]]
    {
        assert_eq!(run(&[&common[..], more].concat()).0, Some(2), "{more:?}");
    }
    // Two months make all calls again, on their weekdays: January's first week comes in February too.
    let months =
        [&common[..], &["--waste", "--months", "2", "--from", "2025-01", "--format", "json"]];
    let document: Value = serde_json::from_str(&run(&months.concat()).1).expect("JSON");
    assert_eq!(figures(&document, "idle-seats"), ("2", "120.00", "120.00"));
}

fn amount(text: &str) -> Decimal {
    text.parse().expect("an amount")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Without a minimum and steps nothing that is left out makes a bill dearer; without a package
    /// kinds are apart, so that what they save adds up; and sums by agent, hour and line are those of
    /// all calls.
    #[test]
    fn savings_are_never_negative_and_kinds_are_apart(
        calls in prop::collection::vec((0u32..1_500, 0u32..5, 0u32..86_000), 1..60),
        minutes in prop::option::of(1u32..300),
    ) {
        let mut csv = String::from("id,agent,caller,callee,start,talk,status\n");
        for (number, (talk, sort, second)) in calls.iter().enumerate() {
            let status = ["no answer", "语音信箱", "answered", "answered", "answered"][*sort as usize];
            let talk = if *sort == 0 { 0 } else { (*talk).max(1) };
            let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
            csv += &format!(
                "{number},80{sort},05710000001,130{number:08},\
                 2025-01-06 {hour:02}:{minute:02}:{second:02},{talk},{status}\n"
            );
        }
        let contract = match minutes {
            None => format!("{HEAD}{PLAIN}"),
            Some(minutes) => format!(
                "{HEAD}\n[[package]]\nname = \"pack\"\nfee = 50.00\n\
                 includes = [{{ minutes = {minutes} }}]\n\
                 overage = {{ name = \"beyond\", price = 0.10, per = \"60s\" }}\n\
                 connect = \"covered\"\nburn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\n\
                 part_month = \"full\"\npart_minutes = \"full\"\n"
            ),
        };
        let roster = "kind,id,name\nseat,801,\nseat,809,\n";
        let (_folder, paths) = folder(&[("c.toml", &contract), ("c.csv", &csv), ("r.csv", roster)]);
        let document = waste(&["-t", &paths[0], "-c", &paths[1], "-r", &paths[2]]);
        let own = &document["waste"]["offers"][0];
        for kind in own["kinds"].as_array().expect("kinds") {
            for key in ["cost", "saving"] {
                let sum = kind[key].as_str().map_or(Decimal::ZERO, amount);
                prop_assert!(!sum.is_sign_negative() || sum.is_zero(), "{kind}");
            }
        }
        if minutes.is_none() {
            let kinds = ["unanswered", "voicemail", "short", "long-cut", "idle-seats"];
            let saved = |kind: &&str| match figures(&document, kind).2 {
                "-" => Decimal::ZERO,
                saving => amount(saving),
            };
            let sum: Decimal = kinds.iter().map(saved).sum();
            prop_assert_eq!(sum, saved(&"together"));
        }
        let of = |list: &str| -> Decimal {
            let all = own[list].as_array().expect("a list");
            all.iter().map(|party| amount(party["cost"].as_str().expect("an amount"))).sum()
        };
        prop_assert_eq!(of("by_agent"), of("by_hour"));
        prop_assert_eq!(of("by_agent"), of("by_line"));
        let number: u64 = own["by_hour"].as_array().expect("a list").iter()
            .map(|hour| hour["calls"].as_u64().expect("a number")).sum();
        prop_assert_eq!(number, calls.len() as u64);
    }
}
