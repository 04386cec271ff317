//! `telbill estimate --choose`: mixes by hand, and by settling every one of them as a contract.

use serde_json::Value;

use crate::papers::{HEAD, folder, json, printed};

/// The choice of one contract for calls of a minute, so many on each of the 22 weekdays of April 2025.
fn choice(contract: &str, a_day: u32, roster: &str) -> Value {
    let files = [("c.toml", contract), ("f.toml", &forecast(a_day, roster))];
    let (_folder, paths) = folder(&files);
    json(&["estimate", "-t", &paths[0], "-u", &paths[1], "--choose"])["choices"][0].clone()
}

fn forecast(a_day: u32, roster: &str) -> String {
    format!(
        "[forecast]\nfrom = 2025-04-01\n[[calls]]\nper_working_day = {a_day}\nanswered = 1\n\
         talk = {{ average = \"60s\" }}\n{roster}"
    )
}

fn package(name: &str, fee: &str, minutes: u32, more: &str) -> String {
    format!(
        "\n[[package]]\nname = \"{name}\"\nfee = {fee}\nincludes = [{{ minutes = {minutes} }}]\n\
         connect = \"covered\"\nburn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\n\
         part_month = \"full\"\npart_minutes = \"full\"\n{more}\n"
    )
}

const CALLS: &str = "\n[[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n";

fn counts(mix: &Value) -> Vec<u64> {
    let packages = mix["packages"].as_array().expect("packages");
    packages.iter().map(|package| package["count"].as_u64().expect("a count")).collect()
}

/// 5,500 minutes; a thousand for 80, beyond them 0.10. So many packages cost:
/// 1: 80 + 450 = 530; 4: 320 + 150 = 470; 5: 400 + 50 = 450; 6: 480.
/// For 4,400 minutes 4: 320 + 40 = 360, 5: 400. For 6,600 minutes 6: 480 + 60 = 540, 5: 400 + 160 =
/// 560.
#[test]
fn packages_of_a_thousand_minutes() {
    let beyond = "overage = { name = \"beyond\", price = 0.10, per = \"60s\" }";
    let contract = format!("{HEAD}{}", package("thousand", "80.00", 1000, beyond));
    let choice = choice(&contract, 250, "");
    assert_eq!((counts(&choice["best"]), &choice["best"]["total"]), (vec![5], &"450.00".into()));
    assert_eq!((counts(&choice["now"]), &choice["now"]["total"]), (vec![1], &"530.00".into()));
    assert_eq!((counts(&choice["next"]), &choice["next"]["total"]), (vec![4], &"470.00".into()));
    assert_eq!((&choice["proven"], &choice["kept"][0]), (&true.into(), &"thousand".into()));
    let wrong = |place: usize| &choice["wrong"][place];
    assert_eq!(
        (counts(&wrong(0)["best"]), &wrong(0)["best"]["total"]),
        (vec![4], &"360.00".into())
    );
    assert_eq!((&wrong(0)["total"], &wrong(0)["penalty"]), (&"400.00".into(), &"40.00".into()));
    assert_eq!(
        (counts(&wrong(1)["best"]), &wrong(1)["best"]["total"]),
        (vec![6], &"540.00".into())
    );
    assert_eq!((&wrong(1)["total"], &wrong(1)["penalty"]), (&"560.00".into(), &"20.00".into()));
    // One to six, for seven cost 560 in fees alone, and four 470.
    assert!(choice["settled"].as_u64() <= Some(8), "{choice}");
}

/// The same under a minimum of 500 for all: 2: 160 + 350 = 510; 3: 240 + 250 = 490, so 500, as are 4 to
/// 6. Packages cost nothing more below the minimum, and yet the search ends: 7 cost 560.
#[test]
fn below_a_minimum_packages_cost_nothing_more() {
    let minimum =
        "\n[commitment]\nminimum = 500\ncovers = [\"call\", \"package\"]\ntax = \"before\"\n";
    let beyond = "overage = { name = \"beyond\", price = 0.10, per = \"60s\" }";
    let contract = format!("{HEAD}{}{minimum}", package("thousand", "80.00", 1000, beyond));
    let choice = choice(&contract, 250, "");
    assert_eq!((counts(&choice["best"]), &choice["best"]["total"]), (vec![3], &"500.00".into()));
    assert_eq!((counts(&choice["next"]), &choice["next"]["total"]), (vec![4], &"500.00".into()));
    assert_eq!(choice["proven"], true);
}

/// Packages of 100 with five seats of 30 in each, for twelve seats, and 220 minutes for 22.00: none
/// 382; 1: 100 + 210 + 22 = 332; 2: 200 + 60 + 22 = 282; 3: 300 + 22 = 322. More packages make the
/// fees lower at first.
#[test]
fn packages_that_include_seats() {
    let seats = "\n[[seat]]\nname = \"seats\"\nfee = 30.00\ncount = \"named\"\npart_month = \"full\"\n\
                 \n[[package]]\nname = \"team\"\nfee = 100.00\npart_month = \"full\"\n\
                 includes = [{ seats = 5, of = \"seats\" }]\n";
    let roster = "\n[[roster]]\nkind = \"seat\"\ncount = 12\n";
    let choice = choice(&format!("{HEAD}{CALLS}{seats}"), 10, roster);
    assert_eq!((counts(&choice["best"]), &choice["best"]["total"]), (vec![2], &"282.00".into()));
    assert_eq!((counts(&choice["next"]), &choice["next"]["total"]), (vec![3], &"322.00".into()));
    assert_eq!((&choice["now"]["total"], &choice["proven"]), (&"332.00".into(), &true.into()));
}

/// Fifteen seats ordered at 30, twelve there: 450 or 360, with 22.00 of calls.
#[test]
fn seats_that_are_ordered() {
    let seats = "\n[[seat]]\nname = \"seats\"\nfee = 30.00\ncount = \"ordered\"\nordered = 15\n\
                 part_month = \"full\"\n";
    let roster = "\n[[roster]]\nkind = \"seat\"\ncount = 12\n";
    let choice = choice(&format!("{HEAD}{CALLS}{seats}"), 10, roster);
    assert_eq!(choice["seats"][0]["needed"], 12);
    let totals = [&choice["now"]["total"], &choice["best"]["total"]];
    assert_eq!(totals, ["472.00", "382.00"]);
}

/// Two packages for the same calls, and every mix of them as a contract of its own: 1,100 minutes at
/// 0.10, a thousand for 80, three hundred for 25. None 110.00; one large 80 + 10 = 90.00; three small
/// 75 + 20 = 95.00; four small 100.00.
#[test]
fn the_cheapest_of_all_mixes_written_out() {
    let contract = |large: u32, small: u32| {
        let mut text = format!("{HEAD}{CALLS}");
        for (name, fee, minutes, count) in
            [("large", "80.00", 1000, large), ("small", "25.00", 300, small)]
        {
            if count > 0 {
                text += &package(name, fee, minutes, &format!("count = {count}"));
            }
        }
        text.replace("id = \"E\"", &format!("id = \"{large}-{small}\""))
    };
    let mut files = vec![("f.toml".to_owned(), forecast(50, ""))];
    for large in 0..=2 {
        for small in 0..=5 {
            files.push((format!("{large}-{small}.toml"), contract(large, small)));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let (_folder, paths) = folder(&files);
    let mut arguments = vec!["estimate", "-u", &paths[0], "--draws=1", "-t"];
    arguments.extend(paths[1..].iter().map(String::as_str));
    let all = json(&arguments);
    let offers = all["offers"].as_array().expect("offers");
    assert_eq!(offers.len(), 18);
    let cheapest =
        [(&offers[0]["id"], &offers[0]["total"]), (&offers[1]["id"], &offers[1]["total"])];
    assert_eq!(cheapest, [(&"1-0".into(), &"90.00".into()), (&"0-3".into(), &"95.00".into())]);
    let choice = choice(&contract(1, 1), 50, "");
    assert_eq!((counts(&choice["best"]), &choice["best"]["total"]), (vec![1, 0], &"90.00".into()));
    assert_eq!((counts(&choice["next"]), &choice["next"]["total"]), (vec![0, 3], &"95.00".into()));
    assert_eq!(choice["proven"], true);
}

#[test]
fn tables_and_sentences_say_it() {
    let arguments = [
        "estimate",
        "-t=fixtures/estimate/now.toml",
        "-t=fixtures/estimate/pack.toml",
        "-u=fixtures/estimate/forecast.toml",
        "--choose",
    ];
    let says = printed(&arguments).split_whitespace().collect::<Vec<_>>().join(" ");
    let proven = "no other mix can cost less; 2 mixes were settled";
    assert!(says.contains(proven), "{says}");
    let all = "Cheapest of all contracts, each at its best: pack.toml · Taocan Tel with 1 × 20,000 minutes";
    assert!(says.contains(all), "{says}");
    let csv = printed(&[&arguments[..], &["--format=csv", "--section=choice"]].concat());
    assert!(csv.starts_with("offer,case,mix,total,against\n"), "{csv}");
    // Two packages cost 3,600, and thirty seats 1,800, for up to forty thousand minutes.
    assert!(csv.contains("pack.toml · Taocan Tel,next,\"2 × 20,000 minutes\",5400.00,"), "{csv}");
}
