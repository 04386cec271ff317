//! Fees of parts of a cycle, of prices that change within one, of units with several stints: each
//! sum is worked out by hand.

use std::collections::BTreeMap;

use telbill::rate::Compiled;
use telbill::rate::settle::{Bill, Usage, settle};
use telbill::source::SourceMap;
use telbill::tariff::{Plan, parse};
use telbill::when::Cycle;

const HEAD: &str = r#"
[contract]
id = "T"
provider = "P"
currency = "CNY"
timezone = "Asia/Shanghai"
"#;

const CENT: &str = "[rounding]\nline = { to = \"0.01\", mode = \"half-up\" }\n";

fn plan(text: &str) -> Plan {
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", text);
    let none = |_: &str, _: &'static str| Ok("".into());
    let (plan, found) = parse(&mut sources, file, &none);
    plan.unwrap_or_else(|| panic!("{text}\n{:#?}", found.sorted()))
}

/// The bill for October 2024.
fn bill(plan: &Plan, roster: &str) -> Bill {
    let mut sources = SourceMap::default();
    let file = sources.add("roster.csv", roster);
    let (roster, found) = telbill::roster::read(&sources, file);
    assert!(roster.entries.is_empty() || !found.has_errors(), "{:#?}", found.sorted());
    let usage = Usage {
        period: Cycle::monthly(1).parse_period("2024-10").expect("a month"),
        tally: None,
        ordered: &[],
        roster: Some(&roster),
        given: &BTreeMap::new(),
        overdue: &[],
        apart: None,
    };
    settle(plan, &Compiled::new(plan).expect("compiles"), &usage)
}

/// What the only line comes to.
fn net(text: &str, roster: &str) -> String {
    let bill = bill(&plan(text), roster);
    let [line] = bill.lines.as_slice() else { panic!("{:#?}", bill.lines) };
    if line.unknown { "unknown".to_owned() } else { line.net.to_string() }
}

fn contract(more: &str, clauses: &str) -> String {
    format!("{HEAD}{more}\n{CENT}{clauses}")
}

const SEAT: &str = "kind,id,from,until\nseat,8001,2024-01-01,\n";

/// 80 until the 15th, 90 from the 16th.
fn two_versions(kind: &str, keys: &str) -> String {
    format!(
        "[[{kind}]]\nname = \"N\"\nfee = 80\n{keys}\nvalid = {{ until = 2024-10-15 }}\n\
         [[{kind}]]\nname = \"N\"\nfee = 90\n{keys}\nvalid = {{ from = 2024-10-16 }}\n"
    )
}

#[test]
fn versions_of_one_fee_are_never_added() {
    let named = "count = \"named\"\npart_month = \"full\"";
    let both = two_versions("seat", named);
    // By days: (15 · 80 + 16 · 90) / 31 = 2,640 / 31 = 85.16.
    for (word, due) in [("first", "80.00"), ("last", "90.00"), ("by-day", "85.16")] {
        let change = format!("fee_change = \"{word}\"");
        assert_eq!(net(&contract(&change, &both), SEAT), due, "{word}");
        let peak = two_versions("seat", "count = \"peak\"\npart_month = \"full\"");
        assert_eq!(net(&contract(&change, &peak), SEAT), due, "peak {word}");
        let fee = two_versions("recurring", "per = \"contract\"\npart_month = \"full\"");
        assert_eq!(net(&contract(&change, &fee), SEAT), due, "recurring {word}");
        let package = two_versions(
            "package",
            "part_month = \"full\"\nincludes = [{ seats = 1, of = \"S\" }]",
        );
        let seats = "[[seat]]\nname = \"S\"\nfee = 10\ncount = \"named\"\npart_month = \"full\"\n";
        let bill = bill(&plan(&contract(&change, &format!("{package}{seats}"))), SEAT);
        let of = |name: &str| bill.lines.iter().find(|line| line.name == name).expect("a line").net;
        assert_eq!(of("N").to_string(), due, "package {word}");
        // One seat is included, however the two versions share the month.
        assert_eq!(of("S").to_string(), "0.00", "package {word}");
    }
    // A minimum of ten is one for the cycle: ten times 85.16…, 851.61.
    let least = two_versions("seat", &format!("{named}\nminimum = 10"));
    assert_eq!(net(&contract("fee_change = \"by-day\"", &least), SEAT), "851.61");
    let by_day = "count = \"named\"\npart_month = \"by-day\"\nminimum = 10";
    assert_eq!(net(&contract("", &two_versions("seat", by_day)), SEAT), "851.61");
    // Fees by days share the month by themselves; thirtieths of a whole month are a whole fee.
    for rule in ["by-day", "30-day"] {
        let keys = format!("count = \"named\"\npart_month = \"{rule}\"");
        assert_eq!(net(&contract("", &two_versions("seat", &keys)), SEAT), "85.16", "{rule}");
    }
    // Two seats of which one ends on the 10th: by the last version's full fee, both bill.
    let gone = format!("{SEAT}seat,8002,2024-01-01,2024-10-10\n");
    assert_eq!(net(&contract("fee_change = \"last\"", &both), &gone), "180.00");
}

#[test]
fn versions_of_one_discount_are_one() {
    let fee = "[[recurring]]\nname = \"N\"\nfee = 310\nper = \"contract\"\n";
    let discount = |keys: &str| {
        let version = |percent: &str, valid: &str| {
            format!(
                "[[discount]]\nname = \"D\"\npercent = \"{percent}\"\non = [\"recurring\"]\n\
                 part_month = \"full\"\n{keys}\nvalid = {{ {valid} }}\n"
            )
        };
        let (first, last) =
            (version("10%", "until = 2024-10-15"), version("20%", "from = 2024-10-16"));
        format!("{fee}{first}{last}")
    };
    // By days: (15 · 10 + 16 · 20) / 31 = 15.16… %, of 310 it is 47.00.
    for (word, due) in [("first", "279.00"), ("last", "248.00"), ("by-day", "263.00")] {
        let change = format!("fee_change = \"{word}\"");
        assert_eq!(net(&contract(&change, &discount("")), SEAT), due, "{word}");
        let own = bill(&plan(&contract(&change, &discount("invoice = \"D\""))), SEAT);
        assert_eq!((own.lines.len(), own.total.to_string().as_str()), (2, due), "{word}");
    }
}

#[test]
fn a_change_of_fees_is_asked_where_one_falls_within_a_cycle() {
    let asked = |text: &str| -> Vec<&'static str> {
        plan(text).forks.iter().map(|fork| fork.key).collect()
    };
    let keys = "count = \"named\"\npart_month = \"full\"";
    let both = two_versions("seat", keys);
    assert_eq!(asked(&contract("", &both)), ["contract.fee_change"]);
    assert!(asked(&contract("fee_change = \"last\"", &both)).is_empty());
    let at_its_edge = both.replace("10-15", "09-30").replace("10-16", "10-01");
    assert!(asked(&contract("", &at_its_edge)).is_empty());
    let by_day = two_versions("seat", "count = \"named\"\npart_month = \"by-day\"");
    assert!(asked(&contract("", &by_day)).is_empty());
    // The readings are those of the words.
    let open = plan(&contract("", &both));
    let fork = &open.forks[0];
    let readings: Vec<String> = ["last", "first", "by-day"]
        .map(|word| bill(&open.reading(fork, word), SEAT).total.to_string())
        .to_vec();
    assert_eq!(readings, ["90.00", "80.00", "85.16"]);
}

#[test]
fn a_contract_that_begins_within_the_cycle() {
    let from = "valid = { from = 2024-10-16 }";
    let fee = |rule: &str| {
        format!("[[recurring]]\nname = \"N\"\nfee = 310\nper = \"contract\"\n{rule}\n")
    };
    // 16 of 31 days; 16 thirtieths are 165.33.
    for (rule, due) in [("full", "310.00"), ("by-day", "160.00"), ("30-day", "165.33")] {
        let keys = format!("part_month = \"{rule}\"");
        assert_eq!(net(&contract(from, &fee(&keys)), SEAT), due, "{rule}");
        let ordered = format!(
            "[[seat]]\nname = \"N\"\nfee = 31\ncount = \"ordered\"\nordered = 10\n{keys}\n"
        );
        assert_eq!(net(&contract(from, &ordered), SEAT), due, "ordered {rule}");
    }
    let forks = |more: &str| plan(&contract(more, &fee(""))).forks.len();
    assert_eq!(forks(from), 1);
    assert_eq!(forks("valid = { from = 2024-10-01 }"), 0);
    assert_eq!(forks(""), 0);
}

#[test]
fn stints_of_one_seat_are_one_seat() {
    let stints = "kind,id,from,until\nseat,8001,2024-01-01,2024-10-05\nseat,8001,2024-10-20,\n";
    let seat = |keys: &str| contract("", &format!("[[seat]]\nname = \"N\"\nfee = 31\n{keys}\n"));
    let named = |rule: &str| seat(&format!("count = \"named\"\npart_month = \"{rule}\""));
    assert_eq!(net(&named("full"), stints), "31.00");
    // 5 and 12 days.
    assert_eq!(net(&named("by-day"), stints), "17.00");
    // Twenty days of notice reach the 25th, when the seat has been back for five days.
    for (count, due) in [("named", "31.00"), ("average", "31.00"), ("peak", "31.00")] {
        let keys = format!("count = \"{count}\"\npart_month = \"by-day\"\nnotice_days = 20");
        assert_eq!(net(&seat(&keys), stints), due, "{count}");
    }
    // Two seats are two.
    let two = stints.replace("seat,8001,2024-10-20", "seat,8002,2024-10-20");
    assert_eq!(net(&named("full"), &two), "62.00");
}

#[test]
fn usage_within_a_trial_is_free() {
    let usage = "[[usage]]\nname = \"短信\"\nprice = 0.1\nunit = \"message\"\n\
                 trial_until = 2024-10-15\n";
    let heads = "kind,id,from,until,quantity\n";
    let dated = format!(
        "{heads}usage,短信,2024-10-01,2024-10-15,100\nusage,短信,2024-10-16,2024-10-31,50\n"
    );
    assert_eq!(net(&contract("", usage), &dated), "5.00");
    // A month's sum does not say what fell on the days after the trial.
    let whole = format!("{heads}usage,短信,,,150\n");
    assert_eq!(net(&contract("", usage), &whole), "unknown");
    assert_eq!(net(&contract("", &usage.replace("10-15", "09-30")), &whole), "15.00");
    // Before the contract began there was nothing to use.
    let later = usage.replace("trial_until = 2024-10-15\n", "");
    assert_eq!(net(&contract("valid = { from = 2024-10-16 }", &later), &whole), "15.00");
}

#[test]
fn tax_is_rounded_as_it_says() {
    let taxed = |rounding: &str| {
        let tax = "[tax]\nincluded = false\non = \"line\"\n\
                   rates = [{ class = \"c\", rate = \"9%\" }]\n";
        let fee = "[[recurring]]\nname = \"N\"\nfee = 10.01\nper = \"contract\"\n";
        plan(&format!("{HEAD}[rounding]\n{rounding}\n{tax}{fee}"))
    };
    let tax = |plan: &Plan| bill(plan, SEAT).tax.expect("tax").to_string();
    // 9 % of 10.01 are 0.9009.
    let line = "line = { to = \"0.01\", mode = \"half-up\" }";
    assert_eq!(tax(&taxed(line)), "0.90");
    let up = "tax = { to = \"0.01\", mode = \"up\" }";
    assert_eq!(tax(&taxed(&format!("{line}\n{up}"))), "0.91");
    assert_eq!(tax(&taxed(&format!("line = \"none\"\n{up}"))), "0.91");
    let open = taxed("line = \"none\"");
    let [fork] = open.forks.as_slice() else { panic!("{:#?}", open.forks) };
    assert_eq!((fork.key, tax(&open)), ("rounding.tax", "0.90".to_owned()));
    assert_eq!(tax(&open.reading(fork, "0.01 up")), "0.91");
    assert!(taxed(line).forks.is_empty());
}

/// Net and total of single fees under a reading of `tax.on`.
fn taxed_fees(on: &str, rate: &str, rounding: (&str, &str), fees: &[&str]) -> (String, String) {
    let (to, mode) = rounding;
    let fees = fees.iter().enumerate().map(|(index, fee)| {
        format!("[[recurring]]\nname = \"N{index}\"\nfee = \"{fee}\"\nper = \"contract\"\n")
    });
    let text = format!(
        "{HEAD}[rounding]\nline = {{ to = \"{to}\", mode = \"{mode}\" }}\n\
         [tax]\nincluded = false\non = \"{on}\"\nrates = [{{ class = \"c\", rate = \"{rate}\" }}]\n{}",
        fees.collect::<String>()
    );
    let bill = bill(&plan(&text), SEAT);
    let net: telbill::money::Amount = bill.lines.iter().map(|line| line.net).sum();
    (net.to_string(), bill.total.to_string())
}

#[test]
fn tax_is_a_share_of_lines_as_printed_or_before_rounding() {
    // 566 s at 0.0001 a minute are 0.00094333; 23 % more are 0.00116030 (Yeti's example).
    let call = |mode| taxed_fees("line-gross", "23%", ("0.0001", mode), &["0.00094333"]);
    assert_eq!(call("half-up"), ("0.0009".to_owned(), "0.0012".to_owned()));
    assert_eq!(call("up"), ("0.001".to_owned(), "0.0012".to_owned()));
    assert_eq!(call("down"), ("0.0009".to_owned(), "0.0011".to_owned()));
    let cents = |on, fees: &[&str]| taxed_fees(on, "9%", ("0.01", "half-up"), fees).1;
    // 9 % of 1.61 are 0.1449, of 1.614 they are 0.14526; 1.614 and 9 % are 1.75926.
    let totals = [("line", "1.75"), ("line-unrounded", "1.76"), ("line-gross", "1.76")];
    for (on, total) in totals {
        assert_eq!(cents(on, &["1.614"]), total, "{on}");
    }
    // 9 % of 1.62 are 0.1458, of 1.616 they are 0.14544; 1.616 and 9 % are 1.76144.
    let totals = [("line", "1.77"), ("line-unrounded", "1.77"), ("line-gross", "1.76")];
    for (on, total) in totals {
        assert_eq!(cents(on, &["1.616"]), total, "{on}");
    }
    // Of two of 1.614, printed 3.22: 9 % of that are 0.2898, of 3.228 they are 0.29052; together
    // 3.51852. By the line twice 0.14, 0.15 and 0.15.
    for (on, total) in [
        ("line", "3.50"),
        ("total", "3.51"),
        ("line-unrounded", "3.52"),
        ("total-unrounded", "3.51"),
        ("line-gross", "3.52"),
        ("total-gross", "3.52"),
    ] {
        assert_eq!(cents(on, &["1.614", "1.614"]), total, "{on}");
    }
}

#[test]
fn a_minimum_after_tax_is_met_with_the_tax_that_is_due() {
    let total = |on: &str| {
        let text = format!(
            "[tax]\nincluded = false\non = \"{on}\"\nrates = [{{ class = \"c\", rate = \"9%\" }}]\n\
             [[recurring]]\nname = \"N\"\nfee = \"1.614\"\nper = \"contract\"\n\
             [commitment]\nminimum = 10\ncovers = [\"recurring\"]\nmode = \"floor\"\n\
             tax = \"after\"\n"
        );
        let bill = bill(&plan(&contract("", &text)), SEAT);
        bill.lines.iter().find(|line| line.name == "commitment").expect("a line").net.to_string()
    };
    // 1.61 with 0.14 leave 8.25, less 9 % 7.5688; with 0.15 they leave 8.24, 7.5596.
    assert_eq!(total("line"), "7.57");
    assert_eq!(total("line-unrounded"), "7.56");
    assert_eq!(total("line-gross"), "7.56");
}

#[test]
fn a_minimum_after_tax_is_met_with_tax() {
    let with = |tax: &str| {
        format!(
            "[tax]\nincluded = false\non = \"line\"\nrates = [{{ class = \"c\", rate = \"9%\" }}]\n\
             [[recurring]]\nname = \"N\"\nfee = 1000\nper = \"contract\"\n\
             [commitment]\nminimum = 2000\ncovers = [\"recurring\"]\nmode = \"floor\"\n\
             tax = \"{tax}\"\n"
        )
    };
    let of = |tax: &str| {
        let bill = bill(&plan(&contract("", &with(tax))), SEAT);
        let short = bill.lines.iter().find(|line| line.name == "commitment").expect("a line").net;
        (short.to_string(), bill.total.to_string())
    };
    // Before tax 1,000 are short, and all together bears 9 %.
    assert_eq!(of("before"), ("1000.00".to_owned(), "2180.00".to_owned()));
    // After tax 2,000 - 1,090 = 910 are short: 834.86 and 75.14 of tax.
    assert_eq!(of("after"), ("834.86".to_owned(), "2000.00".to_owned()));
}

#[test]
fn tax_goes_by_the_day_on_which_a_supply_is_complete() {
    let text = contract(
        "",
        "[tax]\nincluded = false\non = \"line\"\nrates = [\
         { class = \"c\", rate = \"9%\", until = 2024-10-15 },\
         { class = \"c\", rate = \"6%\", from = 2024-10-16 }]\n\
         [[one_time]]\nname = \"O\"\nfee = 1000\ncharged_on = 2024-10-05\n\
         [[recurring]]\nname = \"N\"\nfee = 500\nper = \"contract\"\n",
    );
    let bill = bill(&plan(&text), SEAT);
    let tax: BTreeMap<&str, String> = bill
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.tax.expect("tax").amount.to_string()))
        .collect();
    assert_eq!(tax, BTreeMap::from([("O", "90.00".to_owned()), ("N", "30.00".to_owned())]));
}

#[test]
fn a_discount_that_begins_within_the_cycle() {
    let fee = "[[recurring]]\nname = \"N\"\nfee = 600\nper = \"contract\"\n";
    let discount = |keys: &str| {
        let text = format!(
            "{fee}[[discount]]\nname = \"D\"\non = [\"recurring\"]\n{keys}\n\
             valid = {{ from = 2024-10-16 }}\n"
        );
        contract("", &text)
    };
    let total = |keys: &str| bill(&plan(&discount(keys)), SEAT).total.to_string();
    // 10 % of 600.00 are 60.00; 16 of 31 days of them 30.97, and of a sum of 62.00 it is 32.00.
    let (percent, own) = ("percent = \"10%\"", "percent = \"10%\"\ninvoice = \"D\"");
    for keys in [percent, own] {
        assert_eq!(total(&format!("{keys}\npart_month = \"full\"")), "540.00");
        assert_eq!(total(&format!("{keys}\npart_month = \"by-day\"")), "569.03");
    }
    assert_eq!(total("amount = 62\npart_month = \"full\""), "538.00");
    assert_eq!(total("amount = 62\npart_month = \"by-day\""), "568.00");
    // Left open, it is asked, by days assumed; at the edge of a cycle it can't arise.
    let open = plan(&discount(percent));
    assert_eq!(open.forks.iter().map(|fork| fork.key).collect::<Vec<_>>(), ["discount.part_month"]);
    assert_eq!(bill(&open, SEAT).total.to_string(), "569.03");
    let full = open.reading(&open.forks[0], "full");
    assert_eq!(bill(&full, SEAT).total.to_string(), "540.00");
    let edge = discount(percent).replace("10-16", "10-01");
    assert!(plan(&edge).forks.is_empty());
    // A fee that begins with it is covered on all of its days.
    let both = discount(percent)
        .replace("per =", "valid = { from = 2024-10-16 }\npart_month = \"full\"\nper =");
    assert!(plan(&both).forks.is_empty());
    assert_eq!(bill(&plan(&both), SEAT).total.to_string(), "540.00");
}

#[test]
fn a_minimum_of_a_part_of_a_cycle() {
    let text = |key: &str| {
        contract(
            "valid = { from = 2024-10-16, until = 2025-09-30 }",
            &format!(
                "[[recurring]]\nname = \"N\"\nfee = 600\nper = \"contract\"\npart_month = \"full\"\n\
                 [commitment]\nminimum = 2000\ncovers = [\"recurring\"]\nmode = \"floor\"\n\
                 tax = \"before\"\n{key}\n"
            ),
        )
    };
    let total = |key: &str| bill(&plan(&text(key)), SEAT).total.to_string();
    assert_eq!(total("part_month = \"full\""), "2000.00");
    // 2,000.00 · 16 / 31 = 1,032.26.
    assert_eq!(total("part_month = \"by-day\""), "1032.26");
    let asked = |text: &str| plan(text).forks.iter().map(|f| f.key).collect::<Vec<_>>();
    assert_eq!(asked(&text("")), ["commitment.part_month"]);
    let edges = text("").replace("10-16", "10-01");
    assert!(asked(&edges).is_empty());
}

#[test]
fn most_seats_of_a_part_of_a_cycle() {
    let text = |keys: &str| {
        contract(
            "valid = { from = 2024-10-16, until = 2025-09-30 }",
            &format!("[[seat]]\nname = \"N\"\nfee = 100\n{keys}\n"),
        )
    };
    // One seat: 100.00, or 16 of 31 days, 51.61, or 16 thirtieths, 53.33.
    for (word, due) in [("full", "100.00"), ("by-day", "51.61"), ("30-day", "53.33")] {
        assert_eq!(net(&text(&format!("count = \"peak\"\npart_month = \"{word}\"")), SEAT), due);
    }
    let asked = |text: &str| plan(text).forks.iter().map(|f| f.key).collect::<Vec<_>>();
    assert_eq!(asked(&text("count = \"peak\"")), ["seat.part_month"]);
    assert!(asked(&text("count = \"peak\"").replace("10-16", "10-01")).is_empty());
    assert!(asked(&text("count = \"average\"")).is_empty());
}
