//! Days on which the clock changes, and calendars: calls are timed by instants, bands go by the
//! contract's clock. Figures are worked out by hand.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::Path;
use std::process::Command;

use telbill::when::holidays::announced;
use telbill::when::{Day, DayKind};

/// The last four columns that `rate` adds to the only call: billed seconds, charge, clause, remark.
fn rated(contract: &str, header: &str, row: &str, options: &[&str]) -> [String; 4] {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("contract.toml"), contract).expect("write");
    std::fs::write(path("calls.csv"), format!("{header}\n{row}\n")).expect("write");
    let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .current_dir(folder.path())
        .args(["rate", "-t", "contract.toml", "calls.csv", "-q"])
        .args(options)
        .output()
        .expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().nth(1).unwrap_or_else(|| panic!("{output:?}")).to_owned();
    let fields: Vec<&str> = line.split(',').collect();
    let added = &fields[fields.len() - 4..];
    [0, 1, 2, 3].map(|place| added[place].to_owned())
}

/// The hours before 02:30 cost 1.00 a minute, the hour from 02:30 to 03:00 costs 5.00, all others
/// 0.10.
fn contract(timezone: &str, band_rule: &str) -> String {
    format!(
        "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"EUR\"\ntimezone = \"{timezone}\"\n\
         [metering]\nbill_on = \"answer\"\nincrement = [\"1s\", \"1s\"]\nzero = \"free\"\n\
         subsecond = \"up\"\nscope = \"call\"\nband_rule = \"{band_rule}\"\n\
         [rounding]\ncall = {{ to = \"0.01\", mode = \"half-up\" }}\nline = {{ to = \"0.01\", mode = \"half-up\" }}\n\
         [[period]]\nname = \"early\"\nhours = \"00:00-02:30\"\n\
         [[period]]\nname = \"half\"\nhours = \"02:30-03:00\"\n\
         [[call]]\nname = \"calls\"\nperiod = \"early\"\nprice = \"1.00\"\nper = \"60s\"\n\
         [[call]]\nname = \"calls\"\nperiod = \"half\"\nprice = \"5.00\"\nper = \"60s\"\n\
         [[call]]\nname = \"calls\"\nprice = \"0.10\"\nper = \"60s\"\n"
    )
}

const INSTANTS: &str = "caller,callee,start_time,duration,direction";

fn at_instant(timezone: &str, start: &str, talk: u32) -> [String; 2] {
    let row = format!("0123456,0654321,{start},{talk},outbound");
    let [billed, charge, ..] = rated(&contract(timezone, "exact-split"), INSTANTS, &row, &[]);
    [billed, charge]
}

#[test]
fn bands_where_the_clock_is_put_forward() {
    for (timezone, start) in [
        // 01:30 in Vienna; at 02:00 it is 03:00.
        ("Europe/Vienna", "2025-03-30T00:30:00Z"),
        // 01:30 in New York; at 02:00 it is 03:00.
        ("America/New_York", "2025-03-09T06:30:00Z"),
    ] {
        // 30 minutes to 02:00 at 1.00, then 30 from 03:00 at 0.10; nothing at 02:30.
        assert_eq!(at_instant(timezone, start, 3_600), ["3600", "33.00"], "{timezone}");
    }
    // From the evening before: 23:30 to 03:30 are three hours, 150 minutes of them before 02:00.
    // 30 at 0.10, 120 at 1.00, 30 at 0.10.
    let [billed, charge] = at_instant("Europe/Vienna", "2025-03-29T22:30:00Z", 10_800);
    assert_eq!([billed, charge], ["10800", "126.00"]);
}

#[test]
fn bands_where_the_clock_is_put_back() {
    for (timezone, start, before) in [
        // 01:30 in Vienna, summer time; at 03:00 it is 02:00.
        ("Europe/Vienna", "2025-10-25T23:30:00Z", 0),
        // 00:30 in New York, summer time; at 02:00 it is 01:00.
        ("America/New_York", "2025-11-02T04:30:00Z", 1),
    ] {
        let talk = 10_800 + before * 3_600;
        let charge = match before {
            // Vienna, three hours: 01:30 to 02:30 at 1.00, to 03:00 at 5.00; again 02:00 to 02:30
            // and to 03:00; then 30 minutes at 0.10: 60 + 150 + 30 + 150 + 3.
            0 => "393.00",
            // New York, four hours: 00:30 to 02:00 and again 01:00 to 02:30 at 1.00, to 03:00 at
            // 5.00, and 30 minutes at 0.10: 90 + 90 + 150 + 3.
            _ => "333.00",
        };
        assert_eq!(at_instant(timezone, start, talk), [&talk.to_string(), charge], "{timezone}");
    }
    // Within the hour that comes twice, an instant says which one is meant: 02:15 summer time, 45
    // minutes later 02:00 winter time. 15 at 1.00, 30 at 5.00.
    let [_, charge] = at_instant("Europe/Vienna", "2025-10-26T00:15:00Z", 2_700);
    assert_eq!(charge, "165.00");
}

#[test]
fn length_by_instants_and_not_by_the_clock() {
    let timed = |start: &str, end: &str| {
        let row = format!("{start},{end}");
        let options = ["--columns", "start=start,end=end"];
        let [billed, charge, ..] =
            rated(&contract("America/New_York", "start"), "start,end", &row, &options);
        [billed, charge]
    };
    // One hour, though the clock shows two; it began before 02:30, at 1.00 a minute.
    let spring = ["3600", "60.00"];
    assert_eq!(timed("2025-03-09T01:30:00-05:00", "2025-03-09T03:30:00-04:00"), spring);
    assert_eq!(timed("2025-03-09 01:30:00", "2025-03-09 03:30:00"), spring);
    // Four hours, though it shows three.
    assert_eq!(timed("2025-11-02 00:30:00", "2025-11-02 03:30:00"), ["14400", "240.00"]);
}

/// China's calendar by name: 11 October 2025 is a Saturday that is worked, 8 October a Wednesday
/// off, and 2027 is not announced.
#[test]
fn kept_holidays_place_calls() {
    let contract = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
        [metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\nzero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\nband_rule = \"start\"\n\
        [rounding]\ncall = { to = \"0.01\", mode = \"half-up\" }\nline = { to = \"0.01\", mode = \"half-up\" }\n\
        [calendar]\ndays = \"china\"\nworkdays = [2025-10-08]\nyearly = [\"12-25\"]\n\
        [[period]]\nname = \"busy\"\ndays = \"workday\"\n\
        [[call]]\nname = \"busy\"\nperiod = \"busy\"\nprice = 0.30\nper = \"60s\"\n\
        [[call]]\nname = \"calls\"\nprice = 0.10\nper = \"60s\"\n";
    for (day, charge, clause, remark) in [
        ("2025-10-07", "0.10", "calls", ""),
        // The contract's own list goes before the one that is kept.
        ("2025-10-08", "0.30", "busy", ""),
        ("2025-10-09", "0.30", "busy", ""),
        ("2025-10-11", "0.30", "busy", ""),
        ("2025-10-12", "0.10", "calls", ""),
        ("2025-12-25", "0.10", "calls", ""),
        ("2026-02-14", "0.30", "busy", ""),
        ("2026-02-23", "0.10", "calls", ""),
        ("2027-01-04", "", "", "no-calendar"),
    ] {
        let row = format!("0123456,0654321,{day} 10:00:00,30,outbound");
        let added = rated(contract, INSTANTS, &row, &[]);
        assert_eq!(added[1..], [charge, clause, remark], "{day}");
    }
}

/// The kept days are those of their source, where that lies beside the project.
#[test]
fn kept_holidays_are_those_of_their_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/holidays");
    if !folder.is_dir() {
        eprintln!("skipped: this test reads files that lie outside the project");
        return;
    }
    for (year, mut kept) in announced("china") {
        let text = std::fs::read_to_string(folder.join(format!("cn-{year}.json"))).expect("year");
        let source: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(source["year"], year);
        let days = source["days"].as_array().expect("days").iter();
        let mut wanted: Vec<(Day, DayKind)> = days
            .map(|day| {
                let date = day["date"].as_str().and_then(telbill::when::parse_day).expect("a day");
                let off = day["isOffDay"].as_bool().expect("off or worked");
                (Day::from(date), if off { DayKind::Holiday } else { DayKind::Workday })
            })
            .collect();
        wanted.sort_unstable();
        kept.sort_unstable();
        assert_eq!(kept, wanted, "{year}");
    }
}
