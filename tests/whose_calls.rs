//! Which calls count, for whom and at which price: the cycle of a call that runs over its end, calls
//! that were never sent, one's own number, balances of packages that nothing tells. Figures by hand.

use std::fmt::Write;

use telbill::audit::{Audit, Observer, Request, run};
use telbill::source::SourceMap;

const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\n\
                    timezone = \"Asia/Shanghai\"\n";

const METERING: &str = "[metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\n\
                        zero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\n\
                        [rounding]\ncall = \"none\"\nline = \"none\"\n";

const CALL: &str = "[[call]]\nname = \"C\"\nprice = 1\nper = \"60s\"\n";

/// Caller, start, status, seconds.
type Row<'r> = (&'r str, &'r str, &'r str, u32);

fn audit(contract: &str, calls: &[Row<'_>], roster: &str, period: &str) -> Audit {
    let mut rows = String::new();
    for (at, (caller, start, status, seconds)) in calls.iter().enumerate() {
        writeln!(rows, "{caller},1390000{at:04},{start},{status},{seconds}").expect("text");
    }
    audit_of(contract, &rows, roster, period)
}

fn audit_of(contract: &str, calls: &str, roster: &str, period: &str) -> Audit {
    let rows = format!("主叫号码,被叫号码,开始时间,通话状态,通话时长\n{calls}");
    audit_of_records(contract, &rows, roster, period)
}

fn audit_of_records(contract: &str, rows: &str, roster: &str, period: &str) -> Audit {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("write");
        vec![path.display().to_string()]
    };
    let request = Request {
        tariffs: write("contract.toml", contract),
        calls: write("calls.csv", rows),
        roster: if roster.is_empty() { Vec::new() } else { write("roster.csv", roster) },
        period: Some(period.to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
        .unwrap_or_else(|found| panic!("{contract}\n{:#?}", found.sorted()))
}

fn total(audit: &Audit) -> String {
    audit.bill.total.to_string()
}

fn asks(audit: &Audit, code: &str) -> bool {
    audit.not_checked.iter().any(|one| one.code == code && one.incomplete)
}

#[test]
fn a_call_over_the_end_of_the_cycle() {
    // Five minutes before November began and seven after; one more that ends with October's last
    // second, and one that begins with November's first.
    let calls = [
        ("13700000001", "2024-10-31 23:55:00", "已接通", 720),
        ("13700000001", "2024-10-31 23:59:00", "已接通", 60),
        ("13700000001", "2024-11-01 00:00:00", "已接通", 60),
    ];
    // 0.60 a minute.
    let call = CALL.replace("price = 1", "price = 0.60");
    let of =
        |key: &str, month: &str| audit(&format!("{HEAD}{key}{METERING}{call}"), &calls, "", month);
    for (key, october, november) in [
        ("call_cycle = \"start\"\n", "7.80", "0.60"),
        ("call_cycle = \"end\"\n", "0.60", "7.80"),
        ("call_cycle = \"exact-split\"\n", "3.60", "4.80"),
        ("", "7.80", "0.60"),
    ] {
        let months = ["2024-10", "2024-11"].map(|month| of(key, month));
        assert_eq!(months.each_ref().map(total), [october, november]);
        // A contract that does not say is asked, where there is such a call: under other readings its
        // twelve minutes are November's, or seven of them.
        let others = [["0.60", "3.60", "3.60", "3.60"], ["7.80", "4.80", "4.80", "4.80"]];
        for (month, others) in months.iter().zip(others) {
            assert_eq!(asks(month, "fork-open"), key.is_empty());
            let readings = month.readings.iter().filter(|one| one.fork.key == CALL_CYCLE);
            let totals: Vec<String> =
                readings.map(|one| one.total.expect("priced").to_string()).collect();
            assert_eq!(totals, if key.is_empty() { others.to_vec() } else { vec![] });
        }
    }
    // Who was not answered runs over no edge, however long it rang.
    let ringing = [("13700000001", "2024-10-31 23:59:50", "未接通", 0)];
    let month = audit(&format!("{HEAD}{METERING}{CALL}"), &ringing, "", "2024-10");
    assert!(month.readings.iter().all(|one| one.fork.key != CALL_CYCLE));
}

#[test]
fn a_price_that_changes_while_a_call_lasts() {
    let version = |days: &str, price: &str| {
        format!("[[call]]\nname = \"C\"\nprice = {price}\nper = \"60s\"\nvalid = {{ {days} }}\n")
    };
    let prices = version("until = 2024-10-15", "0.60") + &version("from = 2024-10-16", "1.20");
    // 90 s before midnight at 0.01 a second, 40 s after it at 0.02.
    let calls = [("13700000001", "2024-10-15 23:58:30", "已接通", 130)];
    let of = |said: &str| {
        let metering = METERING.replace("scope = ", &format!("{said}scope = "));
        audit(&format!("{HEAD}{metering}{prices}"), &calls, "", "2024-10")
    };
    for (word, sum) in [
        // Three minutes.
        ("start", "1.80"),
        // 0.90, and 90 of the 180 s billed at 0.02.
        ("exact-split", "2.70"),
        // Minutes begin at 0, 60 and 120 s: two before midnight.
        ("each-increment", "2.40"),
        // Two minutes, and one.
        ("each-piece", "2.40"),
    ] {
        let said = of(&format!("band_rule = \"{word}\"\n"));
        assert_eq!((total(&said).as_str(), said.readings.len()), (sum, 0), "{word}");
    }
    // A contract that does not say is asked.
    let silent = of("");
    assert_eq!(total(&silent), "1.80");
    assert!(asks(&silent, "fork-open"));
    let readings = silent.readings.iter();
    let readings: Vec<String> =
        readings.map(|one| format!("{} {}", one.word, one.total.expect("priced"))).collect();
    assert_eq!(readings, ["each-increment 2.40", "exact-split 2.70", "each-piece 2.40"]);
    // Only where a call crosses the midnight.
    let calls = [("13700000001", "2024-10-15 23:58:00", "已接通", 120)];
    let before = audit(&format!("{HEAD}{METERING}{prices}"), &calls, "", "2024-10");
    assert!(before.readings.is_empty());
}

#[test]
fn a_call_cut_at_the_end_of_the_cycle() {
    // 90 s of October and 40 s of November at 0.01 a second, by the minute, 0.50 for the connection.
    let calls = [("13700000001", "2024-10-31 23:58:30", "已接通", 130)];
    let call = CALL.replace("price = 1", "price = 0.60\nconnect = 0.50");
    for (word, months) in [
        // Three minutes.
        ("start", ["2.30", "0.00"]),
        ("end", ["0.00", "2.30"]),
        // 90 s; the other 90 of the 180 s billed.
        ("exact-split", ["1.40", "0.90"]),
        // Minutes begin at 0, 60 and 120 s: two of October.
        ("each-increment", ["1.70", "0.60"]),
        // Two minutes, and one.
        ("each-piece", ["1.70", "0.60"]),
    ] {
        let contract = format!("{HEAD}call_cycle = \"{word}\"\n{METERING}{call}");
        let of = |month: &str| total(&audit(&contract, &calls, "", month));
        assert_eq!(["2024-10", "2024-11"].map(of), months, "{word}");
        // A package takes minutes of each month: one of October, and of November what is left.
        let package = "[[package]]\nname = \"P\"\nfee = 1\nincludes = [{ minutes = 1 }]\n\
                       connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\n\
                       scope = \"pool\"\n";
        let contract = format!("{contract}{package}");
        let of = |month: &str| total(&audit(&contract, &calls, "", month));
        let with = match word {
            // 0.50 + 1.20 - the minute's 0.60 + 1.00, and so on.
            "start" => ["2.70", "1.00"],
            "end" => ["1.00", "2.70"],
            "exact-split" => ["1.80", "1.30"],
            _ => ["2.10", "1.00"],
        };
        assert_eq!(["2024-10", "2024-11"].map(of), with, "{word}");
    }
    // Cycles of a week: a call of eight days and an hour is of three of them, 3,600 s with 0.50,
    // 604,800 s, and 86,400 s.
    let long = [("13700000001", "2024-10-13 23:00:00", "已接通", 8 * 86_400 + 3_600)];
    let head =
        format!("{HEAD}call_cycle = \"exact-split\"\ncycle = {{ from = 2024-10-07, weeks = 1 }}\n");
    let of = |week: &str| total(&audit(&format!("{head}{METERING}{call}"), &long, "", week));
    let weeks = ["2024-10-07..2024-10-13", "2024-10-14..2024-10-20", "2024-10-21..2024-10-27"];
    assert_eq!(weeks.map(of), ["36.50", "6048.00", "864.00"]);
}

const CALL_CYCLE: &str = "contract.call_cycle";

/// An audit of records that hold both legs: to the caller, and to the called number.
fn audit_of_legs(contract: &str, rows: &str) -> Audit {
    let head = "主叫号码,被叫号码,开始时间,主叫通话时长,被叫通话时长";
    audit_of_records(contract, &format!("{head}\n{rows}"), "", "2024-10")
}

#[test]
fn both_legs_in_one_record() {
    let legs = |said: &str| METERING.replace("scope = ", &format!("{said}scope = "));
    // 65 s to the caller and 61 s to the called number, two minutes each; 125 s and 120 s, three and
    // two; 30 s to the caller, and the called number did not answer: one and none.
    let rows = "13700000001,13900000001,2024-10-08 09:00:00,65,61\n\
                13700000001,13900000002,2024-10-08 10:00:00,125,120\n\
                13700000001,13900000003,2024-10-08 11:00:00,30,0\n";
    let of =
        |said: &str, more: &str| audit_of_legs(&format!("{HEAD}{}{CALL}{more}", legs(said)), rows);
    assert_eq!(total(&of("legs = \"one\"\n", "")), "4.00");
    assert_eq!(total(&of("legs = \"each\"\n", "")), "10.00");
    // A contract that does not say is asked, and both readings are priced.
    let silent = of("", "");
    assert_eq!(total(&silent), "4.00");
    assert!(asks(&silent, "fork-open"));
    let readings: Vec<String> =
        silent.readings.iter().map(|one| format!("{} {}", one.fork.key, one.word)).collect();
    assert_eq!(readings, ["metering.legs each"]);
    assert_eq!(silent.readings[0].total.expect("priced").to_string(), "10.00");
    // Of ten minutes a package gives seven, in order of time, of each call the leg to the called
    // number first: three are left.
    let package = "[[package]]\nname = \"P\"\nfee = 10\nincludes = [{ minutes = 7 }]\n\
                   connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\n\
                   scope = \"pool\"\n";
    assert_eq!(total(&of("legs = \"each\"\n", package)), "13.00");
    // Sums are of all legs: 61 + 65 + 120 + 125 + 30 = 401 s are seven minutes.
    let sum = METERING.replace("scope = \"call\"", "scope = \"cycle\"\nlegs = \"each\"");
    assert_eq!(total(&audit_of_legs(&format!("{HEAD}{sum}{CALL}"), rows)), "7.00");
    // 0.50 a minute to the caller: 4 and 6 · 0.50.
    let apart = CALL.replace("price", "leg = \"called\"\nprice")
        + "[[call]]\nname = \"D\"\nleg = \"caller\"\nprice = 0.50\nper = \"60s\"\n";
    let each = legs("legs = \"each\"\n");
    assert_eq!(total(&audit_of_legs(&format!("{HEAD}{each}{apart}"), rows)), "7.00");
    // Records of one leg ask nothing.
    let one = [("13700000001", "2024-10-08 09:00:00", "已接通", 61)];
    let plain = audit(&format!("{HEAD}{METERING}{CALL}"), &one, "", "2024-10");
    assert!(plain.readings.is_empty());
}

#[test]
fn what_was_never_sent_is_no_attempt() {
    let call = CALL.replace("per =", "attempt = \"0.10\"\nper =");
    let rows = |status| [("13700000001", "2024-10-08 09:00:00", status, 0)];
    let due = |status: &'static str| {
        total(&audit(&format!("{HEAD}{METERING}{call}"), &rows(status), "", "2024-10"))
    };
    assert_eq!(due("未接通"), "0.10");
    assert_eq!(due("路由拒绝"), "0.00");
    // Nor does it count among the calls of which a share were not answered.
    let surcharge = "[[surcharge]]\nname = \"S\"\ntrigger = \"unanswered\"\nshare = \"50%\"\n\
                     at_limit = \"due\"\nbase = \"all\"\nwindow = \"cycle\"\nfee = 1\n";
    let with = |status| {
        let calls = [
            ("13700000001", "2024-10-08 09:00:00", "已接通", 60),
            ("13700000001", "2024-10-08 09:10:00", "已接通", 60),
            ("13700000001", "2024-10-08 09:20:00", "未接通", 0),
            ("13700000001", "2024-10-08 09:30:00", status, 0),
        ];
        total(&audit(&format!("{HEAD}{METERING}{CALL}{surcharge}"), &calls, "", "2024-10"))
    };
    // Two of four: four fees beside two minutes; one of three: none.
    assert_eq!((with("忙"), with("路由拒绝")), ("6.00".to_owned(), "2.00".to_owned()));
}

#[test]
fn ones_own_number_decides_the_price() {
    let zones = "[[zone]]\nname = \"A\"\nmatch = { prefix = \"137\" }\n\
                 [[zone]]\nname = \"B\"\nmatch = { prefix = \"138\" }\n";
    let prices = "[[call]]\nname = \"from A\"\nfrom_zone = \"A\"\nprice = 2\nper = \"60s\"\n\
                  [[call]]\nname = \"from B\"\nfrom_zone = \"B\"\nprice = 3\nper = \"60s\"\n";
    let of = |caller| {
        let calls = [(caller, "2024-10-08 09:00:00", "已接通", 60)];
        audit(&format!("{HEAD}{METERING}{zones}{prices}"), &calls, "", "2024-10")
    };
    assert_eq!(total(&of("13700000001")), "2.00");
    assert_eq!(total(&of("13800000001")), "3.00");
    // No price for another number; a hidden one could be of either zone.
    let unpriced = |caller| {
        let audit = of(caller);
        let tally = audit.tally().expect("calls");
        (tally.unpriced.values().map(|u| u.count).sum::<u64>(), asks(&audit, "numbers-illegible"))
    };
    assert_eq!(unpriced("13500000001"), (1, false));
    assert_eq!(unpriced("***"), (1, true));
}

#[test]
fn what_stood_at_the_beginning_is_asked_where_it_matters() {
    let package = "[[package]]\nname = \"P\"\nfee = 10\nincludes = [{ minutes = 10 }]\n\
                   connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\n\
                   scope = \"pool\"\nrollover = { most = 5 }\n";
    let contract = format!("{HEAD}{METERING}{CALL}{package}");
    let of = |minutes: u32, roster: &str| {
        let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", minutes * 60)];
        audit(&contract, &calls, roster, "2024-10")
    };
    let stood = |minutes: u32| {
        format!("kind,id,group,from,until,quantity\nbalance,all,P,2024-10-01,,{minutes}\n")
    };
    // Ten minutes are there in any case.
    let within = of(10, "");
    assert_eq!((total(&within), asks(&within, "package-opening")), ("10.00".to_owned(), false));
    assert!(asks(&of(11, ""), "package-opening"));
    // 20 minutes less 10 less 3; more than 5 are never carried on.
    for (minutes, due) in [(3, "17.00"), (0, "20.00"), (5, "15.00"), (9, "15.00")] {
        let known = of(20, &stood(minutes));
        assert_eq!((total(&known), asks(&known, "package-opening")), (due.to_owned(), false));
    }
    // A balance of another month says nothing of this one; one that began in October had none.
    assert!(asks(&of(11, &stood(3).replace("10-01", "09-01")), "package-opening"));
    let begun = contract.replace("rollover", "valid = { from = 2024-10-01 }\nrollover");
    let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", 660)];
    let begun = audit(&begun, &calls, "", "2024-10");
    assert_eq!((total(&begun), asks(&begun, "package-opening")), ("11.00".to_owned(), false));
}

#[test]
fn one_package_for_each_seat() {
    let package = "[[package]]\nname = \"P\"\nfee = 10\nper = \"seat\"\n\
                   includes = [{ minutes = 10 }]\nconnect = \"charged\"\nburn = \"billed\"\n\
                   last_call = \"split\"\nscope = \"pool\"\npart_month = \"full\"\n\
                   part_minutes = \"full\"\n";
    let contract = format!("{HEAD}{METERING}{CALL}{package}");
    let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", 2_400)];
    // Three seats, one of them for a day: 30 minutes pooled, 10 more; 3 × 10 + 10.
    let roster = "kind,id,from,until\nseat,1,2024-01-01,\nseat,2,2024-01-01,\n\
                  seat,3,2024-10-31,2024-10-31\n";
    assert_eq!(total(&audit(&contract, &calls, roster, "2024-10")), "40.00");
    // By the day: 2 + 1/31 packages, 20.32…; 20 minutes and 19.35… s of them in whole seconds.
    let by_day = contract
        .replace("= \"full\"", "= \"by-day\"")
        .replace("line = \"none\"", "line = { to = \"0.01\", mode = \"half-up\" }");
    // 2,400 - 1,219 = 1,181 s at 1 a minute are 19.68; 20.32 + 19.68.
    assert_eq!(total(&audit(&by_day, &calls, roster, "2024-10")), "40.00");
    // Without a roster nothing tells how many there are.
    assert!(audit(&contract, &calls, "", "2024-10").bill.lines.iter().all(|line| line.unknown));
}

#[test]
fn minutes_that_each_seat_has_for_itself() {
    // Ten minutes each: the first seat talks for fifteen, the second for five, both together for
    // twenty, which a pool of twenty covers. By themselves five of the first are beyond its ten.
    let text = |scope: &str| {
        format!(
            "{HEAD}{METERING}{CALL}[[package]]\nname = \"P\"\nfee = 0\nper = \"seat\"\n\
             includes = [{{ minutes = 10 }}]\nconnect = \"charged\"\nburn = \"billed\"\n\
             last_call = \"split\"\n{scope}part_month = \"full\"\npart_minutes = \"by-day\"\n"
        )
    };
    let of = |scope: &str, calls: &str, roster: &str| {
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("write");
            vec![path.display().to_string()]
        };
        let head = "坐席工号,主叫号码,被叫号码,开始时间,通话状态,通话时长";
        let request = Request {
            tariffs: write("contract.toml", &text(scope)),
            calls: write("calls.csv", &format!("{head}\n{calls}")),
            roster: write("roster.csv", &format!("kind,id,from,until\n{roster}")),
            period: Some("2024-10".to_owned()),
            ..Request::default()
        };
        let mut sources = SourceMap::default();
        run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
            .unwrap_or_else(|found| panic!("{:#?}", found.sorted()))
    };
    let calls = "A1,13700000001,13900000001,2024-10-08 09:00:00,已接通,480\n\
                 A1,13700000001,13900000002,2024-10-08 10:00:00,已接通,420\n\
                 a2,13700000001,13900000003,2024-10-08 11:00:00,已接通,300\n";
    let roster = "seat,A1,2024-01-01,\nseat,A2,2024-01-01,\n";
    let each = "scope = \"seat\"\n";
    assert_eq!(total(&of("scope = \"pool\"\n", calls, roster)), "0.00");
    assert_eq!(total(&of(each, calls, roster)), "5.00");
    // The second seat is there from the 16th on, 16 of 31 days: 309 s of its 600, and its call of
    // 300 s on the 20th fits; one of six minutes does not: 51 s at one a minute are 0.85.
    let late = "seat,A1,2024-01-01,\nseat,A2,2024-10-16,\n";
    let calls_late = calls
        .replace("a2,13700000001,13900000003,2024-10-08", "a2,13700000001,13900000003,2024-10-20");
    assert_eq!(total(&of(each, &calls_late, late)), "5.00");
    assert_eq!(total(&of(each, &calls_late.replace(",300\n", ",360\n"), late)), "5.85");
    // Left open it is tried, beside one for each calling number: ten of twenty minutes.
    let open = of("", calls, roster);
    let told: Vec<_> = open
        .readings
        .iter()
        .map(|reading| (reading.fork.key, reading.word, reading.total.map(|sum| sum.to_string())))
        .collect();
    let key = "package.scope";
    let sum = |sum: &str| Some(sum.to_owned());
    assert_eq!(told, [(key, "number", sum("10.00")), (key, "seat", sum("5.00"))]);
    // Of an agent that is no seat of the roster nothing tells what it has.
    let strange = of(each, &calls.replace("a2", "a3"), roster);
    assert!(strange.bill.lines.iter().any(|line| line.name == "C" && line.unknown));
}

const PACKAGE: &str = "[[package]]\nname = \"P\"\nfee = 0\nconnect = \"charged\"\n";

const IN_TIME: &str = "burn = \"billed\"\nlast_call = \"split\"\n";

/// The total without zeros at its end.
fn plain(audit: &Audit) -> String {
    audit.bill.total.decimal().normalize().to_string()
}

#[test]
fn a_package_of_each_day() {
    let of = |keys: &str, calls: &[Row<'_>]| {
        audit(&format!("{HEAD}{METERING}{CALL}{PACKAGE}{keys}"), calls, "", "2024-10")
    };
    let pool = "window = \"day\"\nscope = \"pool\"\nincludes = [{ minutes = 10 }]\n";
    let minutes = format!("{pool}{IN_TIME}");
    // Not in order of time: 13 minutes on the 14th, the last call of which runs into the 15th, 12 on
    // the 15th, 4 on the 16th. Of each day ten are free: 3 + 2.
    let calls = [
        ("13700000001", "2024-10-15 10:00:00", "已接通", 720),
        ("13700000002", "2024-10-14 23:58:00", "已接通", 300),
        ("13700000001", "2024-10-14 10:00:00", "已接通", 450),
        ("13700000001", "2024-10-16 10:00:00", "已接通", 240),
    ];
    assert_eq!(plain(&of(&minutes, &calls)), "5");
    assert!(of(&minutes, &calls).readings.is_empty());
    // Of the cycle ten: 29 - 10. Two packages of each day: twenty.
    assert_eq!(plain(&of(&minutes.replace("\"day\"", "\"cycle\""), &calls)), "19");
    assert_eq!(plain(&of(&format!("{minutes}count = 2\n"), &calls)), "0");
    // Each number by itself: only the twelve of the 15th go beyond ten.
    assert_eq!(plain(&of(&minutes.replace("\"pool\"", "\"number\""), &calls)), "2");
    // By time talked the 14th has 750 s: of the second call 150 s are taken, 150 s left are three
    // minutes. Eight units of money a day instead: 5 + 4.
    assert_eq!(plain(&of(&minutes.replace("billed", "talk"), &calls)), "5");
    let money = pool.replace("minutes = 10", "money = 8") + "last_call = \"split\"\n";
    assert_eq!(plain(&of(&money, &calls)), "9");
    // From the 15th on, its first day has all of its minutes: 13 + 2 + 0.
    let dated = format!("{minutes}part_month = \"full\"\nvalid = {{ from = 2024-10-15 }}\n");
    assert_eq!(plain(&of(&dated, &calls)), "15");
    assert!(of(&dated, &calls).readings.is_empty());
    // The call that needs more than is left: all of it, or none.
    assert_eq!(plain(&of(&minutes.replace("split", "covered"), &calls)), "0");
    assert_eq!(plain(&of(&minutes.replace("split", "charged"), &calls)), "17");
    // Where seconds are added up by the day: 13 minutes (750 s), 12 and 4.
    let summed = METERING.replace("\"call\"", "\"day\"");
    let by_day = format!("{HEAD}{summed}{CALL}{PACKAGE}{minutes}");
    assert_eq!(plain(&audit(&by_day, &calls, "", "2024-10")), "5");
    // Nothing is left of a day to carry on.
    let carried = of(&format!("{minutes}rollover = {{ cycles = 1 }}\n"), &calls);
    assert_eq!(plain(&carried), "5");
    assert!(!asks(&carried, "package-opening"));
}

#[test]
fn a_package_of_so_many_calls() {
    let calls: Vec<Row<'_>> = [
        ("13700000001", "2024-10-08 09:00:00", "已接通", 0),
        ("13700000001", "2024-10-08 09:05:00", "未接通", 0),
        ("13700000001", "2024-10-08 10:00:00", "已接通", 60),
        ("13700000001", "2024-10-08 11:00:00", "已接通", 60),
        ("13700000002", "2024-10-08 12:00:00", "已接通", 60),
        ("13700000001", "2024-10-09 10:00:00", "已接通", 50),
        ("13700000001", "2024-10-09 11:00:00", "已接通", 600),
    ]
    .into();
    let of = |keys: &str, price: &str, roster: &str| {
        let text = format!("{HEAD}{METERING}{price}{PACKAGE}includes = [{{ calls = 3 }}]\n{keys}");
        audit(&text, &calls, roster, "2024-10")
    };
    // What is free uses none up; three calls of a minute are covered, 1 + 10 minutes are left.
    let pool = "scope = \"pool\"\n";
    assert_eq!(plain(&of(pool, CALL, "")), "11");
    assert!(of(pool, CALL, "").readings.is_empty());
    // The first number's third call is that of 50 s; twice three cover all five.
    assert_eq!(plain(&of("scope = \"number\"\n", CALL, "")), "10");
    assert_eq!(plain(&of("scope = \"pool\"\ncount = 2\n", CALL, "")), "0");
    // Each day three: 3 on the 8th, 2 on the 9th.
    assert_eq!(plain(&of("scope = \"pool\"\nwindow = \"day\"\n", CALL, "")), "0");
    // Connecting costs 0.5 each of five calls, or of the two that are not covered.
    let connected = format!("{CALL}connect = \"0.5\"\n");
    assert_eq!(plain(&of(pool, &connected, "")), "13.5");
    let text = format!("{HEAD}{METERING}{connected}{PACKAGE}includes = [{{ calls = 3 }}]\n{pool}");
    let covered = text.replace("\"charged\"", "\"covered\"");
    assert_eq!(plain(&audit(&covered, &calls, "", "2024-10")), "12");
    // Of those of September one is carried on: four.
    let carried = of(
        "scope = \"pool\"\nrollover = { cycles = 1 }\n",
        CALL,
        "kind,id,group,from,until,quantity\nbalance,all,P,2024-10-01,,1\n",
    );
    assert_eq!(plain(&carried), "10");
}

#[test]
fn the_last_day_of_a_pack_is_asked() {
    let pack = "[[package]]\nname = \"P\"\nfee = 10\ncount = 2\nincludes = [{ minutes = 10 }]\n\
                connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\n";
    let of = |more: &str| {
        let contract = format!(
            "{HEAD}{METERING}{CALL}{pack}pack = {{ bought = 2024-10-02, until = 2024-10-08{more} }}\n"
        );
        let calls = [
            ("13700000001", "2024-10-01 09:00:00", "已接通", 60),
            ("13700000001", "2024-10-02 00:00:00", "已接通", 600),
            ("13700000001", "2024-10-08 23:59:59", "已接通", 600),
            ("13700000001", "2024-10-09 00:00:00", "已接通", 60),
        ];
        audit(&contract, &calls, "", "2024-10")
    };
    // Two packs for 20.00; a minute before and one after it, and ten of the last day.
    assert_eq!(total(&of(", last_day = \"included\"")), "22.00");
    assert_eq!(total(&of(", last_day = \"excluded\"")), "32.00");
    let open = of("");
    let [reading] = open.readings.as_slice() else { panic!("{:?}", open.readings) };
    let told = (reading.fork.key, reading.total.map(|total| total.to_string()));
    assert_eq!(
        (total(&open), told),
        ("22.00".to_owned(), ("package.pack.last_day", Some("32.00".to_owned())))
    );
}

#[test]
fn the_number_called_most() {
    // Two minutes in two calls to …01, five in one to …02, and three calls that nobody answered.
    let calls = "13700000001,13900000001,2024-10-08 09:00:00,已接通,60\n\
                 13700000001,13900000002,2024-10-08 10:00:00,已接通,300\n\
                 13700000001,13900000003,2024-10-08 11:00:00,未接通,0\n\
                 13700000001,13900000003,2024-10-08 11:10:00,未接通,0\n\
                 13700000001,13900000003,2024-10-08 11:20:00,未接通,0\n\
                 13700000001,13900000001,2024-10-08 12:00:00,已接通,30\n";
    let discount = "[[discount]]\nname = \"D\"\npercent = \"50%\"\non = [\"call\"]\n\
                    calls_to = \"most-called\"\ntie = \"highest-number\"\n";
    let run = |call: &str, discount: &str, calls: &str| {
        audit_of(&format!("{HEAD}{METERING}{call}{discount}"), calls, "", "2024-10")
    };
    // 7 less half of 2.
    assert_eq!(total(&run(CALL, discount, calls)), "6.00");
    // Once more to …02 (one minute): as often, and the highest is …02 with 6 minutes of 8.
    let tied = format!("{calls}13700000001,13900000002,2024-10-08 13:00:00,已接通,60\n");
    assert_eq!(total(&run(CALL, discount, &tied)), "5.00");
    let lowest = discount.replace("highest", "lowest");
    assert_eq!(total(&run(CALL, &lowest, &tied)), "7.00");
    let open = run(CALL, &discount.replace("tie = \"highest-number\"\n", ""), &tied);
    assert_eq!(total(&open), "5.00");
    // Where steps of the cycle price calls together, none has a cost of its own.
    let steps = CALL.replace(
        "price = 1\n",
        "tiers = { mode = \"graduated\", scope = \"pool\", steps = [{ price = 1 }] }\n",
    );
    let unknown = run(&steps, discount, calls);
    assert!(unknown.bill.lines.iter().any(|line| line.name == "D" && line.unknown));
}

const SURCHARGE: &str =
    "[[surcharge]]\nname = \"S\"\nat_limit = \"due\"\nbase = \"offending\"\nfee = 1\n";

#[test]
fn short_is_what_was_talked_however_long_it_rang() {
    // From dialling 30 s are billed of each call, of which 5 s were talked; the second runs from
    // the busy hours into the others. Two minutes and two fees.
    let contract = format!(
        "{HEAD}{}band_rule = \"exact-split\"\n\
         [rounding]\ncall = {{ to = \"0.01\", mode = \"half-up\" }}\nline = \"none\"\n\
         [[period]]\nname = \"busy\"\nhours = \"09:00-18:00\"\n{CALL}\
         [[call]]\nname = \"B\"\nperiod = \"busy\"\nprice = 1\nper = \"60s\"\n\
         {SURCHARGE}trigger = \"short\"\nseconds = \"10s\"\nseconds_edge = \"excluded\"\n\
         share = \"50%\"\namong = \"answered\"\nwindow = \"cycle\"\n",
        METERING.split("[rounding]").next().expect("a head").replace("answer", "ring"),
    );
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("write");
        vec![path.display().to_string()]
    };
    let rows = "主叫号码,被叫号码,开始时间,通话状态,总时长,通话时长\n\
                13700000001,13900000001,2024-10-08 10:00:00,已接通,30,5\n\
                13700000001,13900000002,2024-10-08 17:59:50,已接通,30,5\n";
    let request = Request {
        tariffs: write("contract.toml", &contract),
        calls: write("calls.csv", rows),
        period: Some("2024-10".to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
        .unwrap_or_else(|found| panic!("{contract}\n{:#?}", found.sorted()));
    assert_eq!(total(&audit), "4.00");
}

#[test]
fn an_average_at_the_limit_is_due_for_calls_of_that_length() {
    let contract = format!(
        "{HEAD}{METERING}{CALL}{SURCHARGE}trigger = \"average\"\nseconds = \"30s\"\nwindow = \"cycle\"\n"
    );
    let calls = [
        ("13700000001", "2024-10-08 09:00:00", "已接通", 30),
        ("13700000001", "2024-10-08 09:10:00", "已接通", 30),
    ];
    // Two minutes, two fees.
    assert_eq!(total(&audit(&contract, &calls, "", "2024-10")), "4.00");
}

#[test]
fn hidden_numbers_do_not_tell_which_of_them_called_how_often() {
    let contract = format!(
        "{HEAD}{METERING}{CALL}{SURCHARGE}trigger = \"frequency\"\ncalls = 2\namong = \"answered\"\n"
    );
    let of = |caller: &'static str| {
        let calls = ["09:00", "09:10", "09:20"]
            .map(|at| (caller, format!("2024-10-08 {at}:00"), "已接通", 60));
        let calls: Vec<Row<'_>> = calls
            .iter()
            .map(|(caller, at, state, talk)| (*caller, at.as_str(), *state, *talk))
            .collect();
        let audit = audit(&contract, &calls, "", "2024-10");
        audit.bill.lines.iter().find(|line| line.name == "S").expect("a line").unknown
    };
    assert!(!of("13700000001"));
    assert!(of("137****0001"));
}

#[test]
fn a_sum_of_money_never_gets_back_what_another_paid() {
    // A minute and a connect fee are 1.50. The first sum pays 1.20 of both; what the second would
    // pay for, the minute, is paid already. 0.30 are left.
    let package = |name: &str, money: &str, connect: &str| {
        format!(
            "[[package]]\nname = \"{name}\"\nfee = 0\nincludes = [{{ money = \"{money}\" }}]\n\
             connect = \"{connect}\"\nscope = \"pool\"\n"
        )
    };
    let call = CALL.replace("per =", "connect = \"0.50\"\nper =");
    let contract = format!(
        "{HEAD}{METERING}{call}{}{}",
        package("P", "1.20", "covered"),
        package("Q", "0.10", "charged"),
    );
    let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", 60)];
    assert_eq!(total(&audit(&contract, &calls, "", "2024-10")), "0.30");
}

#[test]
fn money_runs_out_as_minutes_do() {
    // Calls of 0.15, 0.30 and 0.30 and a sum of 0.50: 0.05 are left for the third.
    let of = |keys: &str, connect: &str| {
        let contract = format!(
            "{HEAD}{METERING}[[call]]\nname = \"C\"\nprice = 0.15\nper = \"60s\"\n{connect}\
             [[package]]\nname = \"P\"\nfee = 0\nincludes = [{{ money = 0.50 }}]\n\
             scope = \"pool\"\n{keys}\n"
        );
        let calls = [
            ("13700000001", "2024-10-08 09:00:00", "已接通", 60),
            ("13700000001", "2024-10-08 10:00:00", "已接通", 120),
            ("13700000001", "2024-10-08 11:00:00", "已接通", 120),
        ];
        audit(&contract, &calls, "", "2024-10")
    };
    for (word, due) in [("split", "0.25"), ("covered", "0.00"), ("charged", "0.30")] {
        let keys = format!("connect = \"charged\"\nlast_call = \"{word}\"");
        assert_eq!(total(&of(&keys, "")), due, "{word}");
    }
    // Left out, it is asked as of minutes.
    let open = of("connect = \"charged\"", "");
    let asked: Vec<_> =
        open.readings.iter().map(|reading| (reading.fork.key, reading.word)).collect();
    let key = "package.last_call";
    assert_eq!(asked, [(key, "covered"), (key, "charged")]);
    // A connect fee of 0.02 is taken from the sum too, or stays. Covered: 0.17, 0.32, and of the
    // third's 0.32 one cent is left; if none of it is paid, all of it. Charged beside: 3 · 0.02
    // more, and of 0.30 five cents are paid.
    let fee = "connect = 0.02\n";
    for (connect, last, due) in [
        ("covered", "split", "0.31"),
        ("covered", "charged", "0.32"),
        ("covered", "covered", "0.00"),
        ("charged", "split", "0.31"),
        ("charged", "charged", "0.36"),
        ("charged", "covered", "0.06"),
    ] {
        let keys = format!("connect = \"{connect}\"\nlast_call = \"{last}\"");
        assert_eq!(total(&of(&keys, fee)), due, "{connect} {last}");
    }
}

#[test]
fn a_charge_is_rounded_with_its_fees() {
    // 6 s at 0.15 a minute are 0.015, half of a cent; the fee of one cent makes it 0.025, of which
    // the even cent is 0.02. With both fees 0.035 become 0.04.
    let of = |keys: &str, more: &str, seconds: u32| {
        let metering = METERING
            .replace("60s", "6s")
            .replace("call = \"none\"", "call = { to = \"0.01\", mode = \"half-even\" }");
        let contract = format!(
            "{HEAD}{metering}[[call]]\nname = \"C\"\nprice = 0.15\nper = \"60s\"\n{keys}\n{more}"
        );
        let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", seconds)];
        total(&audit(&contract, &calls, "", "2024-10"))
    };
    assert_eq!(of("", "", 6), "0.02");
    assert_eq!(of("connect = 0.01", "", 6), "0.02");
    assert_eq!(of("attempt = 0.01", "", 6), "0.02");
    assert_eq!(of("connect = 0.01\nattempt = 0.01", "", 6), "0.04");
    assert_eq!(of("after = [{ from = \"3s\", fee = 0.01 }]", "", 6), "0.02");
    // With `least` and `most` out of reach the same.
    assert_eq!(of("connect = 0.01\nmost = 9\nbounds = \"with-connect\"", "", 6), "0.02");
    // Twelve seconds, of which a package covers six: what is left costs the same as six would.
    let package = |connect: &str| {
        format!(
            "[[package]]\nname = \"P\"\nfee = 0\nincludes = [{{ seconds = 6 }}]\nscope = \"pool\"\n\
             connect = \"{connect}\"\nburn = \"billed\"\nlast_call = \"split\"\n"
        )
    };
    assert_eq!(of("connect = 0.01", &package("charged"), 12), "0.02");
    // Without its fee 0.015 are 0.02 again.
    assert_eq!(of("connect = 0.01", &package("covered"), 12), "0.02");
    assert_eq!(of("connect = 0.02", &package("charged"), 12), "0.04");
}

#[test]
fn a_limit_asks_whether_it_holds_for_the_fee_of_another_band() {
    // From 17:59:30 61 s, two minutes: 30 s at 0.60 and, in the evening, 90 s at 0.30 are 0.75, and
    // the evening's fee of 0.02. At most 0.50 with the fee, or for time alone and the fee on top.
    let of = |bounds: &str| {
        let contract = format!(
            "{HEAD}{}band_rule = \"exact-split\"\nband_connect = \"each-band\"\n\
             [rounding]\ncall = {{ to = \"0.01\", mode = \"half-up\" }}\nline = \"none\"\n\
             [[period]]\nname = \"day\"\nhours = \"09:00-18:00\"\n\
             [[call]]\nname = \"D\"\nperiod = \"day\"\nprice = 0.60\nper = \"60s\"\nmost = 0.50\n{bounds}\
             [[call]]\nname = \"E\"\nprice = 0.30\nper = \"60s\"\nconnect = 0.02\n",
            METERING.split("[rounding]").next().expect("a head"),
        );
        audit(&contract, &[("13700000001", "2024-10-08 17:59:30", "已接通", 61)], "", "2024-10")
    };
    assert_eq!(total(&of("bounds = \"with-connect\"\n")), "0.50");
    assert_eq!(total(&of("bounds = \"time\"\n")), "0.52");
    let open = of("");
    let [reading] = open.readings.as_slice() else { panic!("{:?}", open.readings) };
    assert_eq!((reading.fork.key, reading.word), ("call.bounds", "time"));
    assert_eq!(
        (total(&open), reading.total.map(|sum| sum.to_string())),
        ("0.50".to_owned(), Some("0.52".to_owned()))
    );
}

#[test]
fn a_connect_fee_where_all_seconds_are_free() {
    // A cent a second and a connect fee of 0.05; ten seconds are free.
    let of = |free: &str, seconds: u32| {
        let metering = METERING
            .replace("[\"60s\", \"60s\"]", "[\"6s\", \"6s\"]")
            .replace("[rounding]", &format!("free = {{ seconds = 10, {free} }}\n[rounding]"));
        let call = "[[call]]\nname = \"C\"\nprice = 0.60\nper = \"60s\"\nconnect = 0.05\n";
        let calls = [("13700000001", "2024-10-08 09:00:00", "已接通", seconds)];
        audit(&format!("{HEAD}{metering}{call}"), &calls, "", "2024-10")
    };
    let due = |how: &str, connect: &str, seconds| {
        total(&of(&format!("how = \"{how}\", connect = \"{connect}\""), seconds))
    };
    // Ten seconds, all free; eleven, of which one is billed as six; none at all.
    assert_eq!(due("subtract", "charged", 10), "0.05");
    assert_eq!(due("subtract", "free", 10), "0.00");
    assert_eq!(due("subtract", "charged", 11), "0.11");
    assert_eq!(due("subtract", "charged", 0), "0.00");
    // Five seconds are six, less ten; seven are twelve, of which two are billed.
    assert_eq!(due("after-rounding", "charged", 5), "0.05");
    assert_eq!(due("after-rounding", "free", 5), "0.00");
    assert_eq!(due("after-rounding", "charged", 7), "0.07");
    let open = of("how = \"subtract\"", 10);
    let [reading] = open.readings.as_slice() else { panic!("{:?}", open.readings) };
    let told = (reading.fork.key, reading.total.map(|total| total.to_string()));
    assert_eq!(told, ("metering.free.connect", Some("0.05".to_owned())));
    // A call shorter than the cliff is free altogether, and nothing is asked.
    assert!(of("how = \"cliff\"", 9).readings.is_empty());
}

#[test]
fn steps_counted_by_the_day() {
    // Ten minutes at one, further ones at a half. 8 and 4 minutes on the 8th: 10 + 2 · 0.50; 8 on the
    // 9th: 8. Together 20 minutes: 10 + 10 · 0.50.
    let text = |scope: &str, more: &str| {
        format!(
            "{HEAD}{METERING}[[call]]\nname = \"C\"\nper = \"60s\"\ntiers = {{ mode = \"graduated\", \
             scope = \"{scope}\", steps = [{{ up_to = 10, price = 1 }}, {{ price = 0.50 }}] }}\n{more}"
        )
    };
    let calls = [
        ("13700000001", "2024-10-08 09:00:00", "已接通", 480),
        ("13700000002", "2024-10-08 23:59:00", "已接通", 240),
        ("13700000001", "2024-10-09 09:00:00", "已接通", 480),
    ];
    let of = |text: &str| total(&audit(text, &calls, "", "2024-10"));
    assert_eq!(of(&text("day", "")), "19.00");
    assert_eq!(of(&text("pool", "")), "15.00");
    // By number: 16 minutes are 13, four are four.
    assert_eq!(of(&text("number", "")), "17.00");
    // Five minutes are covered, of the first call: 3 + 4 on the 8th, 8 on the 9th.
    let package = "[[package]]\nname = \"P\"\nfee = 0\nincludes = [{ minutes = 5 }]\n\
                   connect = \"charged\"\nburn = \"billed\"\nlast_call = \"split\"\nscope = \"pool\"\n";
    assert_eq!(of(&text("day", package)), "15.00");
    // Seconds of a day are added up and rounded: 61 s twice are 122 s, three minutes.
    let daily = text("day", "")
        .replace("scope = \"call\"", "scope = \"day\"")
        .replace("up_to = 10", "up_to = 2");
    let short = [
        ("13700000001", "2024-10-08 09:00:00", "已接通", 61),
        ("13700000002", "2024-10-08 10:00:00", "已接通", 61),
        ("13700000001", "2024-10-09 09:00:00", "已接通", 61),
    ];
    // 2 + 0.50 on the 8th, two minutes on the 9th.
    assert_eq!(total(&audit(&daily, &short, "", "2024-10")), "4.50");
}
