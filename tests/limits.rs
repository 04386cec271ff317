//! Fees for months and years, cycles of weeks and quarters, discounts with limits, minima of a year:
//! each sum is worked out by hand.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;
use telbill::money::{Rounding, RoundingMode};
use telbill::rate::Compiled;
use telbill::rate::settle::{Bill, Usage, settle};
use telbill::source::SourceMap;
use telbill::tariff::{Plan, parse};

fn plan(head: &str, clauses: &str) -> Plan {
    let text = format!(
        "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\n\
         timezone = \"Asia/Shanghai\"\n{head}\n\
         [rounding]\nline = {{ to = \"0.01\", mode = \"half-up\" }}\n{clauses}"
    );
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", text.clone());
    let (plan, found) = parse(&mut sources, file, &|_, _| Ok("".into()));
    plan.unwrap_or_else(|| panic!("{text}\n{:#?}", found.sorted()))
}

fn bill(plan: &Plan, period: &str, rows: &str) -> Bill {
    let mut sources = SourceMap::default();
    let file = sources.add("roster.csv", format!("kind,id,group,from,until,quantity\n{rows}"));
    let (roster, found) = telbill::roster::read(&sources, file);
    assert!(rows.is_empty() || !found.has_errors(), "{:#?}", found.sorted());
    let usage = Usage {
        period: plan.head.cycle.parse_period(period).expect("a period"),
        tally: None,
        ordered: &[],
        roster: Some(&roster),
        given: &BTreeMap::new(),
        overdue: &[],
    };
    settle(plan, &Compiled::new(plan).expect("compiles"), &usage)
}

fn total(plan: &Plan, period: &str, rows: &str) -> String {
    bill(plan, period, rows).total.to_string()
}

fn fee(keys: &str) -> String {
    format!("[[recurring]]\nname = \"N\"\nper = \"contract\"\n{keys}\n")
}

#[test]
fn a_fee_for_a_year() {
    let of = |keys: &str, period: &str| {
        total(&plan("", &fee(&format!("fee = 3660\nfee_for = \"year\"\n{keys}"))), period, "")
    };
    // A twelfth; 31 of 366 days; 31 of 365 days.
    assert_eq!(of("year = \"twelfths\"", "2024-10"), "305.00");
    assert_eq!(of("year = \"by-day\"", "2024-10"), "310.00");
    assert_eq!(of("year = \"365-day\"", "2024-10"), "310.85");
    // From the 16th: 16 of 31 days of a twelfth; 16 of 366 days.
    let from = "part_month = \"by-day\"\nvalid = { from = 2024-10-16 }";
    assert_eq!(of(&format!("year = \"twelfths\"\n{from}"), "2024-10"), "157.42");
    assert_eq!(of(&format!("year = \"by-day\"\n{from}"), "2024-10"), "160.00");
    let whole = from.replace("by-day", "full");
    assert_eq!(of(&format!("year = \"by-day\"\n{whole}"), "2024-10"), "310.00");
    let open = plan("", &fee("fee = 3660\nfee_for = \"year\""));
    assert_eq!(open.forks[0].key, "recurring.year");
    assert_eq!(total(&open.reading(&open.forks[0], "by-day"), "2024-10", ""), "310.00");
    // A cycle over the new year: 16 days of 366, 15 of 365: 160.00 + 150.41.
    let late = plan(
        "cycle = { starts_on_day = 16 }",
        &fee("fee = 3660\nfee_for = \"year\"\nyear = \"by-day\""),
    );
    assert_eq!(total(&late, "2024-12-16..2025-01-15", ""), "310.41");
}

#[test]
fn quarters_and_weeks() {
    let quarter = "cycle = { from = 2024-01-01, months = 3 }";
    let of = |keys: &str| {
        total(&plan(quarter, &fee(&format!("fee = 91\n{keys}"))), "2024-04-01..2024-06-30", "")
    };
    // One fee a quarter; one a month, by the days of the first of 30: 91 · 91 / 30.
    assert_eq!(of(""), "91.00");
    assert_eq!(of("fee_for = \"month\""), "273.00");
    assert_eq!(of("fee_for = \"month\"\npart_month = \"first-month\""), "276.03");
    // From 16 May: 46 of 91 days; of the month's fee 16/31 and 1; thirtieths of the quarter: 46/90;
    // months of thirty days: 15 and 30.
    let from = "valid = { from = 2024-05-16 }";
    assert_eq!(of(&format!("part_month = \"by-day\"\n{from}")), "46.00");
    assert_eq!(of(&format!("fee_for = \"month\"\npart_month = \"by-day\"\n{from}")), "137.97");
    assert_eq!(of(&format!("part_month = \"30-day\"\n{from}")), "46.51");
    assert_eq!(of(&format!("part_month = \"30/360\"\n{from}")), "45.50");
    let week = "cycle = { from = 2024-10-07, weeks = 2 }";
    let weekly = |keys: &str| {
        total(&plan(week, &fee(&format!("fee = 62\n{keys}"))), "2024-10-21..2024-11-03", "")
    };
    assert_eq!(weekly(""), "62.00");
    // Of a month's fee 11 days of October and 3 of November: 22.00 + 6.20.
    assert_eq!(weekly("fee_for = \"month\""), "28.20");
    let cycle = plan(week, "").head.cycle;
    assert!(cycle.parse_period("2024-10").is_err());
}

#[test]
fn months_of_thirty_days() {
    let of = |valid: &str, period: &str| {
        let keys = format!("fee = 30\npart_month = \"30/360\"\nvalid = {{ {valid} }}");
        total(&plan("", &fee(&keys)), period, "")
    };
    for (valid, period, due) in [
        ("from = 2024-10-05", "2024-10", "26.00"),
        ("from = 2024-10-31", "2024-10", "0.00"),
        ("from = 2023-02-05", "2023-02", "26.00"),
        ("from = 2023-02-28", "2023-02", "3.00"),
        ("until = 2024-02-10", "2024-02", "10.00"),
        ("until = 2024-02-29", "2024-02", "30.00"),
        ("from = 2024-10-02, until = 2024-10-30", "2024-10", "29.00"),
    ] {
        assert_eq!(of(valid, period), due, "{valid}");
    }
}

#[test]
fn a_discount_takes_no_more_than_there_is() {
    let text = |discounts: &str| format!("{}{discounts}", fee("fee = 100"));
    let of = |discounts: &str| total(&plan("", &text(discounts)), "2024-10", "");
    let sum = |name: &str, sum: u32, beyond: &str| {
        format!(
            "[[discount]]\nname = \"{name}\"\namount = {sum}\non = [\"recurring\"]\n\
             beyond = \"{beyond}\"\n"
        )
    };
    assert_eq!(of(&(sum("a", 80, "lost") + &sum("b", 50, "lost"))), "0.00");
    assert_eq!(of(&(sum("a", 80, "lost") + &sum("b", 50, "credited"))), "-30.00");
    assert_eq!(of(&sum("a", 80, "lost")), "20.00");
    let open = plan("", &text(&sum("a", 130, "lost").replace("beyond = \"lost\"\n", "")));
    assert_eq!(open.forks[0].key, "discount.beyond");
    assert_eq!(total(&open, "2024-10", ""), "0.00");
    assert_eq!(total(&open.reading(&open.forks[0], "credited"), "2024-10", ""), "-30.00");
    // A limit of 60, after 30 were taken off: 10 more.
    let above = "[[discount]]\nname = \"c\"\nabove = 60\non = [\"recurring\"]\n";
    assert_eq!(of(above), "60.00");
    assert_eq!(of(&(sum("a", 30, "lost") + above)), "60.00");
    assert_eq!(of(&(sum("a", 50, "lost") + above)), "50.00");
    // Versions of a limit: 15 days of 31, 16 days of 62 are 14.52 + 32.00.
    let dated = |most: u32, days: &str| {
        above.replace("60", &most.to_string())
            + &format!("part_month = \"by-day\"\nvalid = {{ {days} }}\n")
    };
    let both = dated(30, "until = 2024-10-15") + &dated(62, "from = 2024-10-16");
    assert_eq!(of(&both), "46.52");
}

#[test]
fn a_share_of_the_lines_or_of_the_rest() {
    let share = |name: &str, percent: u32, of: &str| {
        format!(
            "[[discount]]\nname = \"{name}\"\npercent = \"{percent}%\"\non = [\"recurring\"]\n\
             invoice = \"{name}\"\n{of}"
        )
    };
    let sum = "[[discount]]\nname = \"a\"\namount = 30\non = [\"recurring\"]\nbeyond = \"lost\"\n";
    let due = |discounts: &str| {
        let plan = plan("", &format!("{}{discounts}", fee("fee = 100")));
        (total(&plan, "2024-10", ""), plan.forks.len())
    };
    let of = |word: &str| format!("percent_of = \"{word}\"\n");
    // 30 off, then a tenth: of 100, or of the 70 left.
    let then = |word: &str| due(&(sum.to_owned() + &share("b", 10, &of(word))));
    assert_eq!(then("lines"), ("60.00".to_owned(), 0));
    assert_eq!(then("rest"), ("63.00".to_owned(), 0));
    // A quarter, then a tenth: 100 - 25 - 10, or 75 - 7.50. The first has nothing before it.
    let both = |of: &str| due(&(share("b", 25, "") + &share("c", 10, of)));
    assert_eq!(both(&of("lines")), ("65.00".to_owned(), 0));
    assert_eq!(both(&of("rest")), ("67.50".to_owned(), 0));
    assert_eq!(both(""), ("65.00".to_owned(), 1));
}

#[test]
fn a_minimum_of_a_year() {
    let text = |overage: &str| {
        format!(
            "{}[commitment]\nminimum = 1000\nwindow = \"year\"\nyear_from = 2024-03-01\n\
             covers = [\"recurring\"]\ntax = \"before\"\n{overage}",
            fee("fee = 100")
        )
    };
    let plain = plan("", &text(""));
    let used = |until: &str, sum: u32| format!("usage,commitment,,2024-03-01,{until},{sum}\n");
    // Within the year only what is used; in its last month what is short of 1,000: 850 + 100.
    assert_eq!(total(&plain, "2024-03", ""), "100.00");
    assert_eq!(total(&plain, "2024-10", &used("2024-09-30", 700)), "100.00");
    assert_eq!(total(&plain, "2025-02", &used("2025-01-31", 850)), "150.00");
    assert_eq!(total(&plain, "2025-02", &used("2025-01-31", 950)), "100.00");
    // Half as much again for what goes beyond: 950 + 100 - 1,000 = 50, and all 100 after 1,050.
    let dear = plan("", &text("overage = \"1.5\"\n"));
    assert_eq!(total(&dear, "2024-12", &used("2024-11-30", 950)), "125.00");
    assert_eq!(total(&dear, "2025-01", &used("2024-12-31", 1050)), "150.00");
    assert_eq!(total(&dear, "2024-10", &used("2024-09-30", 500)), "100.00");
    // Where nobody says what was used before, the year's end is unknown, and what goes beyond the
    // minimum; within the year nothing else falls due, and a new year begins at nothing.
    let known = |plan: &Plan, period: &str, rows: &str| {
        bill(plan, period, rows).lines.iter().all(|line| !line.unknown)
    };
    assert!(!known(&plain, "2025-02", ""));
    assert!(!known(&dear, "2024-10", ""));
    assert!(known(&plain, "2024-10", ""));
    assert!(known(&dear, "2024-10", &used("2024-09-30", 700)));
    assert!(known(&plain, "2025-03", ""));
    // A fixed sum instead of the 50 that are short, and none where nothing is.
    let fixed = plan("", &text("penalty = \"0.99\"\n"));
    assert_eq!(total(&fixed, "2025-02", &used("2025-01-31", 850)), "100.99");
    assert_eq!(total(&fixed, "2025-02", &used("2025-01-31", 900)), "100.00");
    // Each cycle: 100 beyond 60 at half as much again.
    let cycle = text("overage = \"1.5\"\n")
        .replace("1000\nwindow = \"year\"\nyear_from = 2024-03-01", "60\nmode = \"floor\"");
    assert_eq!(total(&plan("", &cycle), "2024-10", ""), "120.00");
}

/// Lines of fees in cents, and a sum spread over them.
fn spread(fees: &[u32], off: Decimal) -> Vec<Decimal> {
    let mut clauses = String::new();
    for (index, fee) in fees.iter().enumerate() {
        clauses += &format!(
            "[[recurring]]\nname = \"N{index}\"\nper = \"contract\"\nfee = \"{}\"\n",
            Decimal::new((*fee).into(), 2)
        );
    }
    clauses += &format!(
        "[[discount]]\nname = \"D\"\namount = \"{off}\"\non = [\"recurring\"]\nbeyond = \"lost\"\n\
         spread = true\n"
    );
    let bill = bill(&plan("", &clauses), "2024-10", "");
    bill.lines.iter().map(|line| line.net.decimal()).collect()
}

#[test]
fn a_sum_is_spread_over_lines() {
    let d = |text: &str| text.parse::<Decimal>().expect("test text is a number");
    assert_eq!(spread(&[6000, 4000], d("10")), [d("54"), d("36")]);
    // A cent for each of three, and one left over for the first of equal remainders.
    assert_eq!(spread(&[100, 100, 100], d("0.04")), [d("0.98"), d("0.99"), d("0.99")]);
    // Of 1.00 the parts are 66.67 and 33.33 cents: the larger remainder gets the cent.
    assert_eq!(spread(&[200, 100], d("1")), [d("1.33"), d("0.67")]);
}

#[test]
fn a_discount_bears_on_each_line_by_its_part() {
    let fees = "[[recurring]]\nname = \"N\"\nper = \"contract\"\nfee = 900\n\
                [[recurring]]\nname = \"M\"\nper = \"contract\"\nfee = 100\n";
    let sum = |name: &str, sum: u32, on: &str| {
        format!("[[discount]]\nname = \"{name}\"\namount = {sum}\non = {on}\nbeyond = \"lost\"\n")
    };
    // 500 off both leave 50 of the lesser: 50 more can be taken off it, and not 60.
    let of = |second| {
        let both = sum("A", 500, "[\"N\", \"M\"]") + &sum("B", second, "[\"M\"]");
        total(&plan("", &format!("{fees}{both}")), "2024-10", "")
    };
    assert_eq!((of(50), of(60)), ("450.00".to_owned(), "450.00".to_owned()));
}

#[test]
fn a_spread_sum_is_rounded_as_lines_are() {
    // 10.006 off: rounded down as the lines, 10.00; half up, 10.01.
    let text = format!(
        "{}[[discount]]\nname = \"A\"\namount = \"10.006\"\non = [\"recurring\"]\n\
         beyond = \"lost\"\nspread = true\n",
        fee("fee = 100")
    );
    let of = |mode| {
        let mut plan = plan("", &text);
        plan.rounding.line = Some(Rounding::new(2, mode));
        total(&plan, "2024-10", "")
    };
    assert_eq!(of(RoundingMode::Down), "90.00");
    assert_eq!(of(RoundingMode::HalfUp), "89.99");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// What is spread adds up to the sum, and no line bears a cent more or less than its part.
    #[test]
    fn a_spread_adds_up(fees in proptest::collection::vec(1u32..100_000, 1..9), off in 0u32..200_000) {
        let all: u32 = fees.iter().sum();
        let sum = Decimal::new(off.min(all).into(), 2);
        let left = spread(&fees, Decimal::new(off.into(), 2));
        let cent = Decimal::new(1, 2);
        prop_assert_eq!(left.iter().sum::<Decimal>(), Decimal::new(all.into(), 2) - sum);
        for (fee, left) in fees.iter().zip(left) {
            let fee = Decimal::new((*fee).into(), 2);
            let part = sum * fee / Decimal::new(all.into(), 2);
            prop_assert!((fee - left - part).abs() < cent, "{fee} {left} {part}");
            prop_assert!(left >= Decimal::ZERO);
        }
    }
}
