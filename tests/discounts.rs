//! Sums and limits that hold for part of a cycle, discounts one after the other, and what counts
//! towards a minimum: each sum is worked out by hand.

use telbill::audit::{Audit, Observer, Request, run};
use telbill::source::SourceMap;

const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\n\
                    timezone = \"Asia/Shanghai\"\n";

const CENTS: &str = "[rounding]\nline = { to = \"0.01\", mode = \"half-up\" }\n";

const METERING: &str = "[metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\n\
                        zero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\n\
                        [rounding]\ncall = \"none\"\n\
                        line = { to = \"0.01\", mode = \"half-up\" }\n";

/// 310.00 each minute.
const CALL: &str = "[[call]]\nname = \"C\"\nprice = 310\nper = \"60s\"\n";

/// A minute on each of two days, 310.00 each.
const TWO: [&str; 2] = ["2024-10-08", "2024-10-20"];

/// The papers of October 2024.
#[derive(Default)]
struct Papers<'p> {
    contract: &'p str,
    /// Days with a call of a minute each.
    calls: &'p [&'p str],
    roster: &'p str,
    invoice: &'p str,
}

impl Papers<'_> {
    fn audit(&self) -> Audit {
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("write");
            vec![path.display().to_string()]
        };
        let given = |name: &str, head: &str, rows: &str| match rows {
            "" => Vec::new(),
            rows => write(name, &format!("{head}\n{rows}")),
        };
        let mut calls = String::new();
        for (at, day) in self.calls.iter().enumerate() {
            calls += &format!("13700000001,1390000{at:04},{day} 09:00:00,已接通,60\n");
        }
        let request = Request {
            tariffs: write("contract.toml", self.contract),
            calls: given("calls.csv", "主叫号码,被叫号码,开始时间,通话状态,通话时长", &calls),
            roster: given("roster.csv", "kind,id,group,from,until,quantity", self.roster),
            invoices: given("invoice.csv", "费用项目,金额,税率,税额", self.invoice),
            period: Some("2024-10".to_owned()),
            ..Request::default()
        };
        let mut sources = SourceMap::default();
        run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
            .unwrap_or_else(|found| panic!("{}\n{:#?}", self.contract, found.sorted()))
    }
}

fn total(contract: &str, calls: &[&str]) -> String {
    let audit = Papers { contract, calls, ..Papers::default() }.audit();
    assert!(audit.bill.lines.iter().all(|line| !line.unknown), "{:#?}", audit.bill.lines);
    audit.bill.total.to_string()
}

fn is_unknown(contract: &str, calls: &[&str], line: &str) -> bool {
    let audit = Papers { contract, calls, ..Papers::default() }.audit();
    audit.bill.lines.iter().any(|known| known.name == line && known.unknown)
}

fn net(audit: &Audit, name: &str) -> String {
    let line = audit.bill.lines.iter().find(|line| line.name == name);
    line.map_or_else(String::new, |line| line.net.to_string())
}

fn fee(name: &str, fee: u32) -> String {
    format!("[[recurring]]\nname = \"{name}\"\nper = \"contract\"\nfee = {fee}\n")
}

fn discount(name: &str, on: &str, keys: &str) -> String {
    format!("[[discount]]\nname = \"{name}\"\non = [\"{on}\"]\n{keys}\n")
}

fn dated(name: &str, on: &str, keys: &str, days: &str) -> String {
    discount(name, on, &format!("{keys}\npart_month = \"by-day\"\nvalid = {{ {days} }}"))
}

#[test]
fn a_limit_from_a_day_on_limits_what_is_due_from_then() {
    let from = "from = 2024-10-16";
    let limit = |on: &str| dated("D", on, "above = 155", from);
    // 16 of 31 days of the fee are 160.00 and of the limit 80.00: 80.00 off. Taken in full, 155.00.
    let recurring = format!("{HEAD}{CENTS}{}{}", fee("F", 310), limit("recurring"));
    assert_eq!(total(&recurring, &[]), "230.00");
    assert_eq!(total(&recurring.replace("by-day", "full"), &[]), "155.00");
    // Of the calls only that of the 20th, 310.00 against 80.00: 230.00 off 620.00.
    let calls = format!("{HEAD}{METERING}{CALL}{}", limit("call"));
    assert_eq!(total(&calls, &TWO), "390.00");
    assert_eq!(total(&calls, &["2024-10-08", "2024-10-09"]), "620.00");
    // 1,000.00 · 16 / 31 = 516.13 off what is 310.00 on its days: the rest is lost, or credited.
    let sum = |beyond: &str| {
        let keys = format!("amount = 1000\nbeyond = \"{beyond}\"");
        format!("{HEAD}{METERING}{CALL}{}", dated("D", "call", &keys, from))
    };
    assert_eq!(total(&sum("lost"), &TWO), "310.00");
    assert_eq!(total(&sum("credited"), &TWO), "103.87");
}

#[test]
fn each_version_of_a_limit_is_held_against_its_own_days() {
    // 15 of 31 days of 62.00 are 30.00, 16 of them of 620.00 are 320.00: 310.00 - 30.00 off the
    // first call, nothing off the second.
    let versions = dated("D", "call", "above = 62", "until = 2024-10-15")
        + &dated("D", "call", "above = 620", "from = 2024-10-16");
    assert_eq!(total(&format!("{HEAD}{METERING}{CALL}{versions}"), &TWO), "340.00");
    // Sums the same: 10.00 of 15 days of 20.67 and 32.00 of 16 days of 62.00, each off one call.
    let sums = dated("D", "call", "amount = 31\nbeyond = \"lost\"", "until = 2024-10-15")
        + &dated("D", "call", "amount = 62\nbeyond = \"lost\"", "from = 2024-10-16");
    assert_eq!(total(&format!("{HEAD}{METERING}{CALL}{sums}"), &TWO), "573.00");
    // Both calls in the first half: the second sum has nothing to be taken off. 620.00 - 15.00.
    let early = ["2024-10-08", "2024-10-09"];
    assert_eq!(total(&format!("{HEAD}{METERING}{CALL}{sums}"), &early), "605.00");
}

#[test]
fn a_discount_before_bears_on_its_own_days() {
    // 100.00 off the first half leave the second as it is: 310.00 above 80.00 are 230.00 off;
    // 100.00 · 15 / 31 = 48.39 off the call of the 8th. 620.00 - 48.39 - 230.00.
    let first = dated("A", "call", "amount = 100\nbeyond = \"lost\"", "until = 2024-10-15");
    let then = dated("B", "call", "above = 155", "from = 2024-10-16");
    let both = format!("{HEAD}{METERING}{CALL}{first}{then}");
    assert_eq!(total(&both, &TWO), "341.61");
    // 100.00 off the whole cycle bear on each call by its part: 50.00. (310.00 - 50.00) - 80.00
    // are 180.00 off. 620.00 - 100.00 - 180.00.
    let whole = discount("A", "call", "amount = 100\nbeyond = \"lost\"");
    let both = format!("{HEAD}{METERING}{CALL}{whole}{then}");
    assert_eq!(total(&both, &TWO), "340.00");
    // Days that overlap by part tell nothing.
    let across = dated("A", "call", "amount = 100\nbeyond = \"lost\"", "from = 2024-10-10");
    let until = dated("B", "call", "above = 155", "until = 2024-10-15");
    let both = format!("{HEAD}{METERING}{CALL}{across}{until}");
    assert!(is_unknown(&both, &TWO, "B"));
    assert!(!is_unknown(&both, &TWO, "A"));
}

#[test]
fn shares_on_different_days_meet_on_none() {
    // 10 % of 15 days of 310.00 are 15.00, 20 % of 16 days 32.00, however they are printed.
    for print in ["", "invoice = \"D\"\npercent_of = \"lines\"\n"] {
        let share = |name: &str, percent: u32, days: &str| {
            let print = print.replace('D', name);
            dated(name, "recurring", &format!("percent = \"{percent}%\"\n{print}"), days)
        };
        let both = share("A", 10, "until = 2024-10-15") + &share("B", 20, "from = 2024-10-16");
        let of =
            |discounts: &str| total(&format!("{HEAD}{CENTS}{}{discounts}", fee("F", 310)), &[]);
        assert_eq!(of(&both), "263.00", "{print}");
    }
    // On the same 16 days 10 % and 20 % of the rest: 0.28 · 160.00 = 44.80 off.
    let share = |name: &str, percent: u32| {
        dated(name, "recurring", &format!("percent = \"{percent}%\""), "from = 2024-10-16")
    };
    let both = format!("{HEAD}{CENTS}{}{}{}", fee("F", 310), share("A", 10), share("B", 20));
    assert_eq!(total(&both, &[]), "265.20");
}

#[test]
fn whose_days_nobody_tells_is_unknown() {
    let limit = |on: &str| dated("D", on, "above = 155", "from = 2024-10-16");
    // Minutes of a package, and steps of the cycle, price calls together: which call was free, the
    // package does not say by days. The line itself is known all the same.
    let package = "[[package]]\nname = \"K\"\nfee = 10\nincludes = [{ minutes = 1 }]\n\
                   connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\n\
                   scope = \"pool\"\n";
    let of_package = format!("{HEAD}{METERING}{CALL}{package}{}", limit("call"));
    assert!(is_unknown(&of_package, &TWO, "D"));
    assert!(!is_unknown(&of_package, &TWO, "C"));
    let usage = "[[usage]]\nname = \"U\"\nunit = \"message\"\nprice = 1\n";
    let contract = format!("{HEAD}{CENTS}{usage}{}", limit("usage"));
    let roster = "usage,U,,2024-10-01,2024-10-31,310\n";
    let audit = Papers { contract: &contract, roster, ..Papers::default() }.audit();
    let unknown = |name: &str| audit.bill.lines.iter().any(|l| l.name == name && l.unknown);
    assert!(unknown("D") && !unknown("U"));
}

#[test]
fn a_minimum_of_a_year_whose_usage_nobody_tells() {
    let contract = format!(
        "{HEAD}{CENTS}{}[commitment]\nminimum = 4000\nwindow = \"year\"\nyear_from = 2023-11-01\n\
         covers = [\"recurring\"]\ntax = \"before\"\ninvoice = \"M\"\n",
        fee("F", 300)
    );
    let audit = |invoice: &str, roster: &str| {
        Papers { contract: &contract, invoice, roster, ..Papers::default() }.audit()
    };
    let asks = |audit: &Audit| {
        let asked = |one: &&telbill::audit::NotChecked| one.code == "commitment-before";
        audit.not_checked.iter().find(asked).map(|one| (one.incomplete, one.amount))
    };
    // Without a line for it nothing is said to be missing: 3,700.00 at most may be due.
    let without = audit("F,300,,\n", "");
    assert!(without.findings.iter().all(|finding| finding.code != "billed-less"));
    assert_eq!(without.bridge.expected.to_string(), "300.00");
    let (incomplete, amount) = asks(&without).expect("it is asked");
    assert_eq!((incomplete, amount.map(|sum| sum.to_string())), (true, Some("3700.00".to_owned())));
    // 3,700.00 may be right, 3,900.00 is 200.00 too much whatever was used before.
    let most = audit("F,300,,\nM,3700,,\n", "");
    assert_eq!(most.bridge.expected.to_string(), "4000.00");
    assert!(asks(&most).is_some());
    let above = audit("F,300,,\nM,3900,,\n", "");
    assert_eq!(above.bridge.expected.to_string(), "4000.00");
    assert_eq!(above.bridge.billed.to_string(), "4200.00");
    // With the roster's row it is settled: 4,000.00 - 3,200.00 - 300.00.
    let known = audit("F,300,,\nM,500,,\n", "usage,commitment,,2023-11-01,2024-09-30,3200\n");
    assert!(asks(&known).is_none() && known.findings.is_empty(), "{:#?}", known.findings);
}

/// A commitment of 300.00 over a fee of 100.00 with a discount.
fn committed(counts: &str, discount: &str) -> String {
    format!(
        "{HEAD}{CENTS}{}{discount}[commitment]\nminimum = 300\nmode = \"floor\"\n\
         covers = [\"recurring\"]\ntax = \"before\"\n{counts}\n",
        fee("F", 100)
    )
}

#[test]
fn a_minimum_counts_lines_before_or_after_their_discount() {
    let counts = |word: &str| format!("counts = \"{word}\"");
    let tenth = "percent = \"10%\"";
    // 90.00 count: 210.00 short, 300.00 in all. Or 100.00 count: 200.00 short, 290.00 in all;
    // however the tenth is printed, or said as a sum, a limit or a sum in the line.
    for keys in [
        tenth.to_owned(),
        format!("{tenth}\ninvoice = \"D\""),
        "amount = 10\nbeyond = \"lost\"".to_owned(),
        "amount = 10\nbeyond = \"lost\"\nspread = true".to_owned(),
        "above = 90".to_owned(),
    ] {
        let discount = discount("D", "recurring", &keys);
        let of = |counts: &str| total(&committed(counts, &discount), &[]);
        assert_eq!(of(&counts("after-discount")), "300.00", "{keys}");
        assert_eq!(of(&counts("before-discount")), "290.00", "{keys}");
        // Left out, it is asked, and the higher bill assumed.
        assert_eq!(of(""), "300.00", "{keys}");
        let contract = committed("", &discount);
        let audit = Papers { contract: &contract, ..Papers::default() }.audit();
        let [reading] = audit.readings.as_slice() else { panic!("{:#?}", audit.readings) };
        assert_eq!((reading.fork.key, reading.word), ("commitment.counts", "before-discount"));
        assert_eq!(reading.difference.to_string(), "-10.00");
    }
    // Where nothing is taken off a covered line, nothing is asked.
    let plain = committed("", "");
    let audit = Papers { contract: &plain, ..Papers::default() }.audit();
    assert!(audit.plan.forks.is_empty());
}

#[test]
fn a_credit_is_not_lost_where_lines_come_to_nothing() {
    let keys = "amount = 10\nbeyond = \"credited\"\nspread = true";
    let contract = format!("{HEAD}{CENTS}{}{}", fee("F", 0), discount("D", "recurring", keys));
    // 10.00 off nothing are credited, on a line of their own; lost, nothing is.
    assert_eq!(total(&contract, &[]), "-10.00");
    assert_eq!(total(&contract.replace("credited", "lost"), &[]), "0.00");
    // Off 4.00, the line is 6.00 below zero.
    assert_eq!(total(&contract.replace("fee = 0", "fee = 4"), &[]), "-6.00");
}

#[test]
fn where_lines_are_not_rounded_no_cent_is_assumed() {
    // 10.00 in proportion to 1 : 2 are 3.333… and 6.666…, to the ninth decimal.
    let keys = "amount = 10\nbeyond = \"lost\"\nspread = true";
    let contract = format!(
        "{HEAD}[rounding]\nline = \"none\"\n{}{}{}",
        fee("F", 100),
        fee("G", 200),
        discount("D", "recurring", keys)
    );
    let audit = Papers { contract: &contract, ..Papers::default() }.audit();
    assert_eq!(net(&audit, "F"), "96.666666667");
    assert_eq!(net(&audit, "G"), "193.333333333");
    // A sum finer than a cent stays what it is: 300.00 - 0.005.
    let fine = contract.replace("amount = 10", "amount = \"0.005\"");
    assert_eq!(total(&fine, &[]), "299.995");
}

#[test]
fn a_penalty_is_the_sum_that_is_fixed() {
    // 500.00 instead of a shortfall of 700.00, whatever the tax that the minimum counts: the line is
    // 500.00, and bears 6 % as any line. (300.00 + 500.00) · 1.06.
    let contract = format!(
        "{HEAD}{CENTS}{}[tax]\nincluded = false\non = \"line\"\n\
         rates = [{{ class = \"c\", rate = \"6%\" }}]\n\
         [commitment]\nminimum = 1000\nmode = \"floor\"\ncovers = [\"recurring\"]\n\
         tax = \"after\"\npenalty = 500\n",
        fee("F", 300)
    );
    assert_eq!(total(&contract, &[]), "848.00");
    // The shortfall itself leaves its tax out: 1,000.00 with tax.
    assert_eq!(total(&contract.replace("penalty = 500\n", ""), &[]), "1000.00");
}

#[test]
fn a_sum_then_a_share_of_the_rest() {
    let sum = discount("A", "recurring", "amount = 30\nbeyond = \"lost\"");
    let share = |keys: &str| discount("B", "recurring", &format!("percent = \"10%\"\n{keys}"));
    let of = |discounts: &str| total(&format!("{HEAD}{CENTS}{}{discounts}", fee("F", 100)), &[]);
    let own = "invoice = \"B\"\n";
    for print in ["", own] {
        let said = |word: &str| share(&format!("{print}percent_of = \"{word}\""));
        // 30.00 off, then a tenth of 70.00: 63.00; or of 100.00: 60.00.
        assert_eq!(of(&(sum.clone() + &said("rest"))), "63.00", "{print}");
        assert_eq!(of(&(sum.clone() + &said("lines"))), "60.00", "{print}");
        // Written the other way round, a tenth and then 30.00: 60.00, unless sums come first.
        assert_eq!(of(&(said("rest") + &sum)), "60.00", "{print}");
        assert_eq!(of(&(said("sums-first") + &sum)), "63.00", "{print}");
        assert_eq!(of(&(sum.clone() + &said("sums-first"))), "63.00", "{print}");
        // It is asked wherever both kinds bear on one line.
        for text in [sum.clone() + &share(print), share(print) + &sum] {
            let contract = format!("{HEAD}{CENTS}{}{text}", fee("F", 100));
            let audit = Papers { contract: &contract, ..Papers::default() }.audit();
            assert_eq!(audit.bill.total.to_string(), "60.00");
            let first = audit.readings.iter().find(|reading| reading.word == "sums-first");
            assert_eq!(first.map(|one| one.difference.to_string()).as_deref(), Some("3.00"));
        }
    }
    // In the line: it has 93.00, and the sum is printed whole.
    let text = format!("{HEAD}{CENTS}{}{sum}{}", fee("F", 100), share("percent_of = \"rest\""));
    let audit = Papers { contract: &text, ..Papers::default() }.audit();
    assert_eq!((net(&audit, "F"), net(&audit, "A")), ("93.00".to_owned(), "-30.00".to_owned()));
    // A sum spread over the lines, and a limit, are sums as well: 70.00, then 63.00. A tenth that the
    // line contains is in its price, and a limit of 70.00 is held against 90.00.
    let (spread, limit) =
        (sum.replace("beyond", "spread = true\nbeyond"), discount("A", "recurring", "above = 70"));
    for (first, print, lines) in [
        (&spread, "", "60.00"),
        (&spread, own, "60.00"),
        (&limit, "", "70.00"),
        (&limit, own, "60.00"),
    ] {
        let said = |word: &str| share(&format!("{print}percent_of = \"{word}\""));
        assert_eq!(of(&(first.clone() + &said("rest"))), "63.00", "{first}{print}");
        assert_eq!(of(&(first.clone() + &said("lines"))), lines, "{first}{print}");
    }
    // Two lines, one of them with the share: 30.00 off 100.00 + 200.00 are 10.00 off the first; a
    // tenth of 90.00 is 9.00. 300.00 - 30.00 - 9.00.
    let one = share("percent_of = \"rest\"").replace("[\"recurring\"]", "[\"F\"]");
    let two = format!("{HEAD}{CENTS}{}{}{sum}{one}", fee("F", 100), fee("G", 200));
    assert_eq!(total(&two, &[]), "261.00");
    // Other lines' sums do not bear on it, and then nothing is asked.
    let apart =
        sum.replace("[\"recurring\"]", "[\"G\"]") + &one.replace("percent_of = \"rest\"", "");
    let text = format!("{HEAD}{CENTS}{}{}{apart}", fee("F", 100), fee("G", 200));
    let audit = Papers { contract: &text, ..Papers::default() }.audit();
    assert!(audit.plan.forks.is_empty());
}

const TAX: &str = "[tax]\nincluded = false\non = \"line\"\n\
                   rates = [{ class = \"c\", rate = \"6%\" }]\n";

/// A fee of 100.00 with 6 % of tax, and discounts.
fn taxed(discounts: &str) -> String {
    format!("{HEAD}{CENTS}{TAX}{}{discounts}", fee("F", 100))
}

#[test]
fn a_discount_is_taken_off_before_or_after_tax() {
    let sum = |keys: &str| {
        taxed(&discount("D", "recurring", &format!("amount = 10\nbeyond = \"lost\"\n{keys}")))
    };
    let share = |keys: &str| {
        taxed(&discount("D", "recurring", &format!("percent = \"10%\"\ninvoice = \"D\"\n{keys}")))
    };
    let of = |contract: &str| {
        let audit = Papers { contract, ..Papers::default() }.audit();
        let tax = audit.bill.tax.expect("tax is added").to_string();
        (net(&audit, "D"), tax, audit.bill.total.to_string())
    };
    let texts = |(d, tax, total): (&str, &str, &str)| (d.into(), tax.into(), total.into());
    let (before, after) = ("tax = \"before\"", "tax = \"after\"");
    // (100.00 - 10.00) · 1.06; 106.00 - 10.00.
    assert_eq!(of(&sum(before)), texts(("-10.00", "5.40", "95.40")));
    assert_eq!(of(&sum(after)), texts(("-10.00", "6.00", "96.00")));
    // A tenth of 100.00, with its tax; of 106.00, and no tax.
    assert_eq!(of(&share(before)), texts(("-10.00", "5.40", "95.40")));
    assert_eq!(of(&share(after)), texts(("-10.60", "6.00", "95.40")));
    let on_total = sum(after).replace("on = \"line\"", "on = \"total\"");
    assert_eq!(of(&on_total), texts(("-10.00", "6.00", "96.00")));
    // No more than 100.00 with tax: 6.00 off.
    let limit = taxed(&discount("D", "recurring", &format!("above = 100\n{after}")));
    assert_eq!(of(&limit), texts(("-6.00", "6.00", "100.00")));
    // 20.00 off before tax leave 84.80 with it; a tenth of that is 8.48.
    let both = discount("A", "recurring", &format!("amount = 20\nbeyond = \"lost\"\n{before}"))
        + &discount(
            "D",
            "recurring",
            &format!("percent = \"10%\"\ninvoice = \"D\"\npercent_of = \"lines\"\n{after}"),
        );
    assert_eq!(of(&taxed(&both)), texts(("-8.48", "4.80", "76.32")));
    // Of calls with 6 % that of the 20th: 328.60 - 80.00 off 657.20.
    let dated = dated("D", "call", &format!("above = 155\n{after}"), "from = 2024-10-16");
    assert_eq!(total(&format!("{HEAD}{METERING}{TAX}{CALL}{dated}"), &TWO), "408.60");
}

#[test]
fn tax_of_a_discount_is_asked_where_it_is_added_on_top() {
    let keys = "amount = 10\nbeyond = \"lost\"";
    let forks = |contract: &str| {
        let audit = Papers { contract, ..Papers::default() }.audit();
        let of = |one: &telbill::rate::forks::Reading| (one.fork.key, one.difference.to_string());
        audit.readings.iter().map(of).collect::<Vec<_>>()
    };
    // 95.40 is assumed; after tax, 96.00.
    let open = taxed(&discount("D", "recurring", keys));
    assert_eq!(forks(&open), [("discount.tax", "0.60".to_owned())]);
    let none: Vec<(&str, String)> = Vec::new();
    // A tax class tells; in a line it bears on the line's tax; prices with tax have none on top.
    assert_eq!(forks(&open.replace("beyond", "class = \"c\"\nbeyond")), none);
    assert_eq!(forks(&open.replace("beyond", "spread = true\nbeyond")), none);
    assert_eq!(forks(&open.replace("included = false\non = \"line\"", "included = true")), none);
    assert_eq!(forks(&open.replace(TAX, "")), none);
    assert_eq!(forks(&taxed(&discount("D", "recurring", "percent = \"10%\""))), none);
}

#[test]
fn a_bill_with_a_discount_after_tax_is_held_against_the_contract() {
    let keys = "amount = 10\nbeyond = \"lost\"\ntax = \"after\"\ninvoice = \"D\"";
    let contract = taxed(&discount("D", "recurring", keys));
    let audit =
        |invoice: &str| Papers { contract: &contract, invoice, ..Papers::default() }.audit();
    let sums = |audit: &Audit| {
        assert!(audit.bridge.remainder.is_zero(), "{:#?}", audit.bridge);
        (audit.bridge.billed.to_string(), audit.bridge.expected.to_string())
    };
    // 106.00 - 10.00, as agreed.
    let right = audit("F,100,6%,6.00\nD,-10,,\n合计,96,,\n");
    assert_eq!(sums(&right), ("96.00".to_owned(), "96.00".to_owned()));
    assert!(right.findings.is_empty(), "{:#?}", right.findings);
    // Without it, 10.00 too much and no tax on that.
    let dropped = audit("F,100,6%,6.00\n合计,106,,\n");
    assert_eq!(sums(&dropped), ("106.00".to_owned(), "96.00".to_owned()));
    let causes: Vec<_> = dropped.bridge.causes.iter().map(|cause| cause.code).collect();
    assert_eq!(causes, ["discount-dropped"]);
}
