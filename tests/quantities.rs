//! Quantities and what they cost: price steps, blocks, rounding, buckets of time, minima of one
//! clause. Sums are worked out by hand, or by a reference that goes unit by unit.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::Decimal;
use telbill::rate::Compiled;
use telbill::rate::settle::{Bill, Usage, settle};
use telbill::source::SourceMap;
use telbill::tariff::{Plan, parse};
use telbill::when::Cycle;

const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\n\
                    timezone = \"Asia/Shanghai\"\n[rounding]\nline = \"none\"\n";

fn plan(clauses: &str) -> Plan {
    let text = format!("{HEAD}{clauses}");
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", text.clone());
    let (plan, found) = parse(&mut sources, file, &|_, _| Ok("".into()));
    plan.unwrap_or_else(|| panic!("{text}\n{:#?}", found.sorted()))
}

/// The bill for October 2024.
fn bill(plan: &Plan, roster: &str) -> Bill {
    let mut sources = SourceMap::default();
    let file = sources.add("roster.csv", roster);
    let (roster, found) = telbill::roster::read(&sources, file);
    assert!(!found.has_errors(), "{:#?}", found.sorted());
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

/// What the lines come to, `None` if a quantity can't be told.
fn total(clauses: &str, roster: &str) -> Option<Decimal> {
    let bill = bill(&plan(clauses), roster);
    let known = bill.lines.iter().all(|line| !line.unknown);
    known.then(|| bill.total.decimal().normalize())
}

fn d(text: &str) -> Decimal {
    text.parse().expect("test text is a number")
}

/// A roster of quantities used on days of October.
fn used(rows: &[(&str, u32, &str, &str)]) -> String {
    let mut text = "kind,id,group,from,until,time,quantity\n".to_owned();
    for (id, day, time, quantity) in rows {
        let day = format!("2024-10-{day:02}");
        writeln!(text, "usage,{id},units,{day},{day},{time},{quantity}").expect("text");
    }
    text
}

fn usage(keys: &str) -> String {
    format!("[[usage]]\nname = \"units\"\nunit = \"item\"\n{keys}\n")
}

fn cost(keys: &str, quantity: &str) -> Decimal {
    total(&usage(keys), &used(&[("u", 1, "", quantity)])).expect("known")
}

#[test]
fn a_price_for_a_thousand() {
    let keys =
        |blocks: &str| format!("price = 10\nper = 1000\nblocks = \"{blocks}\"\nrounds = \"sum\"");
    // 1,500 are 1.5 of a thousand, 2,500 are 2.5.
    for (blocks, due) in [
        ("up", ["20", "30"]),
        ("down", ["10", "20"]),
        ("half-up", ["20", "30"]),
        ("half-even", ["20", "20"]),
        ("exact", ["15", "25"]),
    ] {
        let keys = keys(blocks).replace(
            "\nrounds = \"sum\"",
            if blocks == "exact" { "" } else { "\nrounds = \"sum\"" },
        );
        assert_eq!([cost(&keys, "1500"), cost(&keys, "2500")], due.map(d), "{blocks}");
    }
    // Two rows of 600: together 1,200, two blocks; each by itself, two blocks as well; three rows of
    // 400 are 1,200 together, and three blocks each by itself.
    let rows = used(&[("a", 1, "", "400"), ("a", 2, "", "400"), ("b", 2, "", "400")]);
    for (word, due) in [("sum", "20"), ("row", "30")] {
        let keys = keys("up").replace("\"sum\"", &format!("\"{word}\""));
        assert_eq!(total(&usage(&keys), &rows), Some(d(due)), "{word}");
    }
    // Left open, all of it is asked.
    let open = plan(&usage("price = 10\nper = 1000\nincluded = 500"));
    let asked: Vec<&str> = open.forks.iter().map(|fork| fork.key).collect();
    assert_eq!(asked, ["usage.blocks", "usage.rounds", "usage.included_from"]);
    // 1,400 less 500 are 900: one block; or two blocks less a half.
    let rows = used(&[("u", 1, "", "1400")]);
    assert_eq!(bill(&open, &rows).total.to_string(), "10.00");
    let other = open.reading(&open.forks[2], "rounded");
    assert_eq!(bill(&other, &rows).total.to_string(), "15.00");
    let exact = open.reading(&open.forks[0], "exact");
    assert_eq!(bill(&exact, &rows).total.to_string(), "9.00");
    // Whole blocks included, or one unit a price: nothing to ask.
    assert!(plan(&usage("price = 10\nincluded = 500")).forks.is_empty());
    let whole = usage("price = 10\nper = 1000\nblocks = \"up\"\nrounds = \"sum\"\nincluded = 2000");
    assert!(plan(&whole).forks.is_empty());
}

#[test]
fn rows_are_rounded_after_what_is_included_comes_off() {
    let keys = |from: &str| {
        format!(
            "price = 10\nper = 1000\nblocks = \"up\"\nrounds = \"row\"\nincluded = 500\n\
             included_from = \"{from}\""
        )
    };
    let of = |from: &str, rows: &[(&str, u32, &str, &str)]| total(&usage(&keys(from)), &used(rows));
    // 600 less 500 are 100, a begun thousand; or a thousand less 500, of which half is charged.
    let one = [("u", 1, "", "600")];
    assert_eq!(of("measured", &one), Some(d("10")));
    assert_eq!(of("rounded", &one), Some(d("5")));
    // 400 are free, and 100 of the 700 after it: 600, one block. The other way round 200 and 400 are
    // left: two. Of what is rounded, two thousand less 500.
    let first = [("u", 2, "", "700"), ("u", 1, "", "400")];
    let last = [("u", 1, "", "700"), ("u", 2, "", "400")];
    assert_eq!([of("measured", &first), of("measured", &last)], [Some(d("10")), Some(d("20"))]);
    assert_eq!([of("rounded", &first), of("rounded", &last)], [Some(d("15")), Some(d("15"))]);
    // Blocks of the steps' own are counted within each step: rows have nothing to round.
    let own = "blocks = \"up\"\nincluded = 500\ntiers = { mode = \"volume\", \
               steps = [{ price = 10, per = 1000 }] }";
    assert!(plan(&usage(own)).forks.is_empty());
}

#[test]
fn what_is_kept_is_asked_for_its_largest() {
    // 3 GB in the first half of the month and 5 in the second: together 8, at most 5.
    let rows = "kind,id,group,from,until,quantity\nusage,A,R,2024-10-01,2024-10-15,3\n\
                usage,A,R,2024-10-16,2024-10-31,5\n";
    let open = plan("[[usage]]\nname = \"R\"\nunit = \"gb-month\"\nprice = 2\n");
    let [fork] = open.forks.as_slice() else { panic!("{:?}", open.forks) };
    assert_eq!((fork.key, fork.assumed, fork.others), ("usage.measure", "sum", &["max"][..]));
    assert_eq!(bill(&open, rows).total.to_string(), "16.00");
    assert_eq!(bill(&open.reading(fork, "max"), rows).total.to_string(), "10.00");
    // Messages are used up, and added up.
    assert!(plan("[[usage]]\nname = \"R\"\nunit = \"message\"\nprice = 2\n").forks.is_empty());
}

#[test]
fn the_largest_of_each_span_of_time() {
    let rows = used(&[
        ("a", 1, "09:00", "3"),
        ("a", 1, "09:59:59", "7"),
        ("a", 1, "10:00", "5"),
        ("b", 1, "09:30", "4"),
        ("a", 2, "09:00", "2"),
    ]);
    let by = |keys: &str| total(&usage(&format!("price = 1\n{keys}")), &rows);
    // All: 21. By the hour: a 7, 5 and 2, b 4. By the day: a 7 and 2, b 4. In the cycle: a 7, b 4.
    assert_eq!(by(""), Some(d("21")));
    assert_eq!(by("measure = \"max\"\nbucket = \"1h\""), Some(d("18")));
    assert_eq!(by("measure = \"max\"\nbucket = \"24h\""), Some(d("13")));
    assert_eq!(by("measure = \"max\""), Some(d("11")));
    // Sums of each day are rounded by themselves: a 15 and 2, b 4, to tens 20, 10, 10.
    let tens = "bucket = \"24h\"\nrounding = { to = 10, mode = \"up\" }\nrounds = \"sum\"";
    assert_eq!(by(tens), Some(d("40")));
    // Free in each bucket: 15 - 3, 4 - 3, and none of 2.
    assert_eq!(by("bucket = \"24h\"\nincluded = 3"), Some(d("13")));
    // Without an hour nothing tells the hour; a row of two days has no day.
    let no_hour = used(&[("a", 1, "", "3")]);
    let hourly = usage("price = 1\nbucket = \"1h\"");
    assert_eq!(total(&hourly, &no_hour), None);
    let daily = usage("price = 1\nbucket = \"24h\"");
    assert_eq!(total(&daily, &no_hour), Some(d("3")));
    assert_eq!(
        total(&daily, &no_hour.replacen("10-01,", "10-02,", 2).replacen("10-02,", "10-01,", 1)),
        None
    );
}

#[test]
fn a_minimum_of_one_clause() {
    let keys = |commitment: &str| format!("price = 2\ncommitment = {{ {commitment} }}");
    let charged = "units = 10, overage = \"1.5\", shortfall = \"charged\"";
    // 10 units are 20; below, 20 all the same; 12 units are 20 and 4 · 1.5.
    for (quantity, due) in [("4", "20"), ("10", "20"), ("12", "26")] {
        assert_eq!(cost(&keys(charged), quantity), d(due), "{quantity}");
        let sum = charged.replace("units = 10", "amount = 20");
        assert_eq!(cost(&keys(&sum), quantity), d(due), "{quantity}");
    }
    let free = charged.replace("charged", "free");
    assert_eq!(cost(&keys(&free), "4"), d("8"));
    assert_eq!(cost(&keys(&free), "12"), d("26"));
    let open = plan(&usage(&keys("units = 10")));
    assert_eq!(open.forks[0].key, "usage.commitment.shortfall");
    // By steps: 10 at 2 and 10 at 1 are committed, 30; 25 units cost 20 + 15 = 35.
    let steps = "tiers = { mode = \"graduated\", steps = [{ up_to = 10, price = 2 }, { price = 1 }] }\n\
                 commitment = { units = 20, overage = 3, shortfall = \"charged\" }";
    assert_eq!(cost(steps, "25"), d("45"));
    assert_eq!(cost(steps, "1"), d("30"));
}

#[test]
fn channels_at_the_price_of_their_band() {
    // 1-5 channels at 800, 6-10 at 720, 11-100 at 640, all of them at the price of their number.
    let lines = |count: u32| -> String {
        let row = |n: u32| format!("line,L{n},2024-01-01,\n");
        "kind,id,from,until\n".to_owned() + &(1..=count).map(row).collect::<String>()
    };
    let keys = "[[recurring]]\nname = \"通路\"\nper = \"line\"\nsuspended = \"charged\"\n\
                part_month = \"full\"\ntiers = { mode = \"volume\", steps = [\
                { up_to = 5, price = 800 }, { up_to = 10, price = 720 }, { price = 640 }] }\n";
    for (count, due) in [(5, "4000"), (6, "4320"), (10, "7200"), (11, "7040")] {
        assert_eq!(total(keys, &lines(count)), Some(d(due)), "{count}");
    }
}

#[test]
fn a_flat_fee_is_due_once_whatever_versions_share_the_month() {
    // 100.00 flat under each of two versions, 15 and 16 days of 31: 48.39 and 51.61.
    let version = |valid: &str, by: &str| {
        format!(
            "[[seat]]\nname = \"S\"\ncount = \"ordered\"\nordered = 10\npart_month = \"by-day\"\n\
             valid = {{ {valid} }}\ntiers = {{ mode = \"graduated\", by = \"{by}\", \
             at_zero = \"due\", steps = [{{ flat = 100, price = 0 }}] }}\n"
        )
    };
    for by in ["whole", "billed"] {
        let both = version("until = 2024-10-15", by) + &version("from = 2024-10-16", by);
        assert_eq!(total(&both, "kind,id,from,until\nseat,1,,\n"), Some(d("100")), "{by}");
    }
}

#[test]
fn steps_by_whole_seats_or_by_parts() {
    // Two seats all month, a third for 10 of 31 days: up to two at 31, then 62.
    let roster = "kind,id,from,until\nseat,1,,\nseat,2,,\nseat,3,2024-10-22,\n";
    let seat = |keys: &str| format!("[[seat]]\nname = \"S\"\n{keys}\n");
    let steps = |mode: &str, by: &str| {
        seat(&format!(
            "count = \"named\"\npart_month = \"by-day\"\ntiers = {{ mode = \"{mode}\", by = \"{by}\", \
             at_zero = \"due\", steps = [{{ up_to = 2, price = 31, flat = 1 }}, {{ price = 62, flat = 5 }}] }}"
        ))
    };
    let of = |mode, by| total(&steps(mode, by), roster);
    // 2 · 31 + 62 · 10/31 = 82, and both flat fees; the parts, 2 + 10/31, come to the same.
    assert_eq!(of("graduated", "whole"), Some(d("88")));
    assert_eq!(of("graduated", "billed"), Some(d("88")));
    // All at 62: (2 + 10/31) · 62 = 144, and the second flat fee.
    assert_eq!(of("volume", "whole"), Some(d("149")));
    assert_eq!(of("volume", "billed"), Some(d("149")));
    // Where the second seat makes room for the third, two are there: 31 + 31; by parts too.
    let relay = "kind,id,from,until\nseat,1,,\nseat,2,,2024-10-21\nseat,3,2024-10-22,\n";
    assert_eq!(total(&steps("volume", "whole"), relay), Some(d("63")));
    // Half the month with three is 1.5 in parts but three in whole: 15/31 of 3.
    let half = "kind,id,from,until\nseat,1,2024-10-17,\nseat,2,2024-10-17,\nseat,3,2024-10-17,\n";
    // 15 · (31 + 31 + 62)/31 = 60 and 6; in parts 45/31 of 31 = 45 and 1.
    assert_eq!(total(&steps("graduated", "whole"), half), Some(d("66")));
    assert_eq!(total(&steps("graduated", "billed"), half), Some(d("46")));
    // By the average of the days the same.
    let average = steps("graduated", "whole")
        .replace("named", "average")
        .replace("part_month = \"by-day\"\n", "");
    assert_eq!(total(&average, half), Some(d("66")));
    // At least four are billed: 2 · 31 + 2 · 62, of which the third and fourth are there all month.
    let four = steps("graduated", "whole").replace("count", "minimum = 4\ncount");
    assert_eq!(total(&four, roster), Some(d("192")));
    // The number is rounded before it is priced: 2.32 seats are two.
    let down = seat("count = \"average\"\nfee = 31\nrounding = { to = 1, mode = \"down\" }");
    assert_eq!(total(&down, roster), Some(d("62")));
    // Where seats are billed whole there is nothing to ask.
    let asked = |keys: &str| plan(&seat(keys)).forks.iter().map(|f| f.key).collect::<Vec<_>>();
    let tiers =
        "tiers = { mode = \"volume\", steps = [{ up_to = 2, price = 31 }, { price = 62 }] }";
    assert!(asked(&format!("count = \"named\"\npart_month = \"full\"\n{tiers}")).is_empty());
    assert_eq!(asked(&format!("count = \"average\"\n{tiers}")), ["seat.tiers.by"]);
}

#[test]
fn a_table_of_one_step_costs_what_a_plain_fee_does() {
    // Two seats that overlap by five days, 1 to 20 and 16 to 31 October: 20/30 and 16/30 of 30.
    let roster = "kind,id,from,until\nseat,a,2024-01-01,2024-10-20\nseat,b,2024-10-16,\n";
    let seat = |keys: &str| {
        format!("[[seat]]\nname = \"S\"\ncount = \"named\"\npart_month = \"30-day\"\n{keys}\n")
    };
    let steps = |mode: &str, steps: &str| {
        seat(&format!("tiers = {{ mode = \"{mode}\", by = \"whole\", steps = [{steps}] }}"))
    };
    assert_eq!(total(&seat("fee = 30"), roster), Some(d("36")));
    for mode in ["graduated", "volume"] {
        let one = "{ price = 30 }";
        assert_eq!(total(&steps(mode, one), roster), Some(d("36")), "{mode}");
        let two = "{ up_to = 5, price = 30 }, { price = 30 }";
        assert_eq!(total(&steps(mode, two), roster), Some(d("36")), "{mode}");
    }
    // From the second seat on 60: on the five days of both, b, which is there for fewer days, is
    // the second. a 20/30 of 30, b 11/30 of 30 and 5/30 of 60: 20 + 11 + 10.
    let dearer = steps("graduated", "{ up_to = 1, price = 30 }, { price = 60 }");
    assert_eq!(total(&dearer, roster), Some(d("41")));
    // A seat of all 31 days is one whole fee, one of 30 days too: 30 + 60.
    let long = "kind,id,from,until\nseat,a,2024-01-01,\nseat,b,2024-10-02,\n";
    assert_eq!(total(&dearer, long), Some(d("90")));
}

#[test]
fn parts_rounded_to_a_hundredth_are_no_whole_units() {
    let asked = |to: &str, keys: &str| {
        let tiers =
            "tiers = { mode = \"volume\", steps = [{ up_to = 2, price = 31 }, { price = 62 }] }";
        let rounding = format!("rounding = {{ to = \"{to}\", mode = \"half-up\" }}");
        let forks = plan(&format!("{keys}\n{rounding}\n{tiers}\n")).forks;
        forks.iter().map(|fork| fork.key).collect::<Vec<_>>()
    };
    let seat = "[[seat]]\nname = \"S\"\ncount = \"average\"";
    assert_eq!(asked("0.01", seat), ["seat.tiers.by"]);
    assert!(asked("1", seat).is_empty());
    let line = "[[recurring]]\nname = \"L\"\nper = \"line\"\ncount = \"average\"\n\
                suspended = \"charged\"";
    assert_eq!(asked("0.01", line), ["recurring.tiers.by"]);
    assert!(asked("1", line).is_empty());
    // Two seats all month and one for 10 of 31 days: 72/31 = 2.3225… are 2.32, and each part bears
    // its share of that. From the third on at 62: (2 · 31 + 10/31 · 62) · 2.32 · 31/72 =
    // 82 · 71.92/72 = 81.90888…
    let roster = "kind,id,from,until\nseat,1,,\nseat,2,,\nseat,3,2024-10-22,\n";
    let whole = |price: &str| {
        format!(
            "{seat}\nrounding = {{ to = \"0.01\", mode = \"half-up\" }}\ntiers = {{ mode = \
             \"graduated\", by = \"whole\", steps = [{{ up_to = 2, price = 31 }}, {{ price = {price} }}] }}\n"
        )
    };
    // One price for all: 2.32 · 31.
    assert_eq!(total(&whole("31"), roster), Some(d("71.92")));
    assert_eq!(total(&whole("62"), roster), Some(d("81.908888889")));
}

#[test]
fn the_units_of_a_step_cost_at_most_so_much() {
    // Up to 10 units at 2, at most 15 and 1 flat; further ones at 1, at most 4.
    let steps = |mode: &str| {
        format!(
            "tiers = {{ mode = \"{mode}\", at_zero = \"free\", steps = [\
             {{ up_to = 10, price = 2, flat = 1, most = 15 }}, {{ price = 1, most = 4 }}] }}"
        )
    };
    for (units, graduated, volume) in [
        ("5", "11", "11"),
        ("8", "16", "16"),
        ("10", "16", "16"),
        ("12", "18", "4"),
        ("30", "20", "4"),
    ] {
        assert_eq!(cost(&steps("graduated"), units), d(graduated), "{units}");
        assert_eq!(cost(&steps("volume"), units), d(volume), "{units}");
    }
    // Two seats all month and one for half of 30 days: three at 10, at most 24, so 8 each; 2.5 of it.
    let seats = |mode: &str| {
        format!(
            "[[seat]]\nname = \"S\"\ncount = \"named\"\npart_month = \"30-day\"\ntiers = {{ mode = \
             \"{mode}\", by = \"whole\", steps = [{{ price = 10, most = 24 }}] }}\n"
        )
    };
    let roster = "kind,id,from,until\nseat,1,,\nseat,2,,\nseat,3,2024-10-17,\n";
    assert_eq!(total(&seats("volume"), roster), Some(d("20")));
    // The third reaches the limit after 4 of its 10: 10 + 10 + 4/2.
    assert_eq!(total(&seats("graduated"), roster), Some(d("22")));
}

/// Steps as plain numbers: widths, prices, flat fees; and whether edges begin the next step.
#[derive(Clone, Debug)]
struct Steps {
    widths: Vec<u32>,
    prices: Vec<u32>,
    flats: Vec<u32>,
    below: bool,
    at_zero: bool,
}

fn steps() -> impl Strategy<Value = Steps> {
    let of = |most: u32| proptest::collection::vec(0u32..most, 4);
    (
        1usize..5,
        proptest::collection::vec(1u32..40, 4),
        of(30),
        of(20),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(count, widths, prices, flats, below, at_zero)| Steps {
            widths: widths[..count - 1].to_vec(),
            prices: prices[..count].to_vec(),
            flats: flats[..count].to_vec(),
            below,
            at_zero,
        })
}

impl Steps {
    fn keys(&self, mode: &str) -> String {
        let mut edge = 0;
        let step = |index: usize| {
            let bound = self.widths.get(index).map_or(String::new(), |width| {
                edge += width;
                format!("{} = {edge}, ", if self.below { "below" } else { "up_to" })
            });
            format!("{{ {bound}price = {}, flat = {} }}", self.prices[index], self.flats[index])
        };
        let list: Vec<String> = (0..self.prices.len()).map(step).collect();
        let at_zero = if self.at_zero { "due" } else { "free" };
        format!(
            "tiers = {{ mode = \"{mode}\", at_zero = \"{at_zero}\", steps = [{}] }}",
            list.join(", ")
        )
    }

    /// The step of the unit of that number, from 1; and the step reached by so many.
    fn step_of(&self, unit: u32) -> usize {
        let mut edge = 0;
        self.widths
            .iter()
            .take_while(|width| {
                edge += **width;
                edge < unit
            })
            .count()
    }

    fn reached(&self, units: u32) -> usize {
        self.step_of(if self.below { units + 1 } else { units })
    }

    /// Unit by unit.
    fn cost(&self, units: u32, volume: bool) -> u32 {
        let top = self.reached(units);
        let flats = if units == 0 && !self.at_zero {
            0
        } else if volume {
            self.flats[top]
        } else {
            self.flats[..=top].iter().sum()
        };
        let price = |unit| self.prices[if volume { top } else { self.step_of(unit) }];
        flats + (1..=units).map(price).sum::<u32>()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Steps cost what their units cost one by one, however the quantity is listed; each at its own
    /// step, more never costs less.
    #[test]
    fn steps_are_the_sum_of_their_units(
        steps in steps(),
        units in 0u32..160,
        cut in 0u32..160,
        volume in any::<bool>(),
    ) {
        let keys = usage(&steps.keys(if volume { "volume" } else { "graduated" }));
        let first = cut.min(units);
        let parts = used(&[("a", 3, "", &first.to_string()), ("b", 9, "", &(units - first).to_string())]);
        let due = total(&keys, &parts).expect("known");
        prop_assert_eq!(due, Decimal::from(steps.cost(units, volume)));
        if !volume {
            let more = used(&[("a", 3, "", &(units + 1).to_string())]);
            prop_assert!(total(&keys, &more).expect("known") >= due);
        }
    }

    /// Seats there for part of the month, at their whole number's steps: the sum over the days of
    /// what that day's seats cost in 31 parts, and the flat fees of the fullest day.
    #[test]
    fn whole_seats_cost_the_mean_of_their_days(
        steps in steps(),
        stints in proptest::collection::vec((1u32..32, 0u32..31), 1..30),
    ) {
        let mut roster = "kind,id,from,until\n".to_owned();
        let mut on_day = [0u32; 32];
        for (seat, (from, more)) in stints.iter().enumerate() {
            let until = (from + more).min(31);
            writeln!(roster, "seat,{seat},2024-10-{from:02},2024-10-{until:02}").expect("text");
            (*from..=until).for_each(|day| on_day[day as usize] += 1);
        }
        let keys = steps.keys("graduated").replace("mode", "by = \"whole\", mode");
        let seat = format!("[[seat]]\nname = \"S\"\ncount = \"named\"\npart_month = \"by-day\"\n{keys}\n");
        let most = on_day.into_iter().max().unwrap_or(0);
        let flats: u32 = steps.flats[..=steps.reached(most)].iter().sum();
        let without = Steps { flats: vec![0; steps.flats.len()], ..steps };
        let days: u32 = on_day[1..].iter().map(|seats| without.cost(*seats, false)).sum();
        // In 10⁻⁹, as a line that is not rounded is cut there.
        let due = total(&seat, &roster).expect("known");
        let reference = Decimal::from(days) / Decimal::from(31) + Decimal::from(flats);
        prop_assert!((due - reference).abs() <= Decimal::new(1, 9), "{due} {reference}");
    }

    /// Blocks rounded up never cost less than their parts do, and less than one block more.
    #[test]
    fn blocks_hold_the_quantity(quantity in 0u32..100_000, per in 2u32..3_000, price in 1u32..50) {
        let keys = |blocks: &str| format!("price = {price}\nper = {per}\nblocks = \"{blocks}\"\nrounds = \"sum\"");
        let of = |blocks| cost(&keys(blocks), &quantity.to_string());
        let (up, down) = (of("up"), of("down"));
        prop_assert_eq!(up, Decimal::from(quantity.div_ceil(per) * price));
        prop_assert_eq!(down, Decimal::from(quantity / per * price));
    }
}
