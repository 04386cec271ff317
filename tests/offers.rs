//! Whole months under contracts of `tariffs/`, and calls where a month adds nothing. Every figure is
//! worked out by hand from the contract's text.

use std::fmt::Write;
use std::path::Path;

use telbill::audit::{Observer, Request, run};
use telbill::source::SourceMap;

/// The lines of a month's bill, and its total.
fn billed(contract: &str, period: &str, calls: &[String], roster: &str) -> (Vec<String>, String) {
    billed_of(contract, period, ("主叫号码,被叫号码,开始时间,通话时长,呼叫方向", calls), roster)
}

fn billed_of(
    contract: &str,
    period: &str,
    (head, calls): (&str, &[String]),
    roster: &str,
) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let tariffs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tariffs");
    let mut request = Request {
        tariffs: vec![tariffs.join(contract).with_extension("toml").display().to_string()],
        period: Some(period.to_owned()),
        ..Request::default()
    };
    if !calls.is_empty() {
        std::fs::write(path("calls.csv"), format!("{head}\n{}\n", calls.join("\n")))
            .expect("write");
        request.calls = vec![path("calls.csv")];
    }
    if !roster.is_empty() {
        let text = format!("kind,id,group,from,until,quantity\n{roster}");
        std::fs::write(path("roster.csv"), text).expect("write");
        request.roster = vec![path("roster.csv")];
    }
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
    let audit = audit.unwrap_or_else(|found| panic!("{:#?}", found.sorted()));
    let lines = audit.bill.lines.iter().map(|line| format!("{} {}", line.name, line.net));
    (lines.collect(), audit.bill.total.to_string())
}

fn call(number: &str, start: &str, talk: u32) -> String {
    format!("057188880001,{number},{start},{talk},呼出")
}

fn received(number: &str, start: &str, talk: u32) -> String {
    format!("{number},057188880001,{start},{talk},呼入")
}

#[test]
fn six_second_billing_and_its_deck() {
    let calls = [
        // 66 s · 0.10/60 = 0.11; 6 s: 0.01.
        call("13805710001", "2025-06-30 10:00:00", 61),
        call("01088880001", "2025-06-30 10:00:00", 1),
        // Two minutes at 0.15.
        call("4008001234", "2025-06-30 10:00:00", 61),
        // Hong Kong: 66 s · 0.60/60 = 0.66; its mobiles 66 s · 0.75/60 = 0.825, from July
        // 66 s · 0.66/60 = 0.726.
        call("0085221234567", "2025-06-30 10:00:00", 61),
        call("0085251234567", "2025-06-30 10:00:00", 61),
        // Taiwan, a minute and then six seconds, and 0.05: 66 s · 0.90/60 + 0.05 = 1.04.
        call("00886221234567", "2025-06-30 10:00:00", 61),
        // A British mobile, whole minutes: 2 · 1.80.
        call("00447700900001", "2025-06-30 10:00:00", 61),
    ];
    let (lines, total) = billed("six-second", "2025-06", &calls, "");
    // Abroad 0.66 + 0.825 + 1.04 + 3.60 = 6.125, half up 6.13.
    let wanted = ["国内通话费 0.12", "服务号码通话费 0.30", "国际及港澳台通话费 6.13"];
    assert_eq!(lines, wanted);
    assert_eq!(total, "6.55");
    let july = [call("0085251234567", "2025-07-01 00:00:00", 61)];
    // 0.726.
    assert_eq!(billed("six-second", "2025-07", &july, "").1, "0.73");
}

#[test]
fn seats_alone() {
    // Eleven seats all October; one came on the 16th: 16 of 31 days; one left on the 10th and costs
    // five days more: 15 of 31. 300 · (11 + 16/31 + 15/31) = 3,600.
    let mut roster = String::new();
    for seat in 1..=11 {
        writeln!(roster, "seat,S{seat:02},,2025-01-01,,").expect("text");
    }
    roster.push_str("seat,S12,,2025-10-16,,\nseat,S13,,2025-01-01,2025-10-10,\n");
    roster.push_str(
        "service,Q1,智能质检,2025-05-01,,\nusage,R1,录音存储,2025-10-01,2025-10-31,130\n",
    );
    let (lines, total) = billed("seat-only", "2025-10", &[], &roster);
    // 130 - 100 gigabytes at 1.50.
    let wanted = ["坐席月租 3600.00", "平台服务费 500.00", "智能质检 800.00", "录音存储 45.00"];
    assert_eq!(lines, wanted);
    assert_eq!(total, "4945.00");
    // Nine seats are billed as ten.
    let nine: String = (1..=9).map(|seat| format!("seat,S{seat:02},,2025-01-01,,\n")).collect();
    assert_eq!(billed("seat-only", "2025-10", &[], &nine).0[0], "坐席月租 3000.00");
}

#[test]
fn channels_at_the_price_of_their_band() {
    // 5 · 800, 6 · 720, 8 · 720, 10 · 720, 11 · 640.
    for (channels, rent) in
        [(5, "4000.00"), (6, "4320.00"), (8, "5760.00"), (10, "7200.00"), (11, "7040.00")]
    {
        let mut roster: String =
            (0..channels).map(|n| format!("line,T{n:02},robot,2025-04-01,,\n")).collect();
        roster.push_str("usage,M1,机器人分钟,2025-06-01,2025-06-30,1000\n");
        let (lines, _) = billed("ai-outbound", "2025-06", &[], &roster);
        assert!(lines.contains(&format!("机器人通路 {rent}")), "{channels}: {lines:?}");
        // 1,000 minutes at 0.20.
        assert!(lines.contains(&"机器人分钟 200.00".to_owned()), "{lines:?}");
    }
}

#[test]
fn both_connections_of_a_call_back() {
    // 65 s to the agent and 61 s to the customer: two minutes each at 0.18.
    let calls = [
        call("13805710001", "2025-07-01 10:00:00", 65),
        call("13905710002", "2025-07-01 10:00:04", 61),
    ];
    // Two numbers, one of them issued on the 31st: whole months.
    let roster = "number,057188880001,,2025-01-01,,\nnumber,057188880002,,2025-07-31,,\n";
    let (lines, total) = billed("call-back", "2025-07", &calls, roster);
    assert_eq!(lines, ["语音回呼 0.72", "号码月租 60.00"]);
    assert_eq!(total, "60.72");
}

#[test]
fn both_legs_of_a_call_back_in_one_record() {
    let head = "主叫号码,被叫号码,开始时间,主叫通话时长,被叫通话时长";
    let row = |start: &str, caller: u32, called: u32| {
        format!("13805710001,13905710002,{start},{caller},{called}")
    };
    let calls = [
        // 65 s to the agent, 2 · 0.06; 61 s to the customer, 2 · 0.12.
        row("2026-07-01 10:00:00", 65, 61),
        // 1 · 0.06 and 1 · 0.12.
        row("2026-07-01 11:00:00", 59, 30),
        // The customer did not answer: 1 · 0.06 for the agent.
        row("2026-07-01 12:00:00", 20, 0),
    ];
    // 0.12 + 0.06 + 0.06; 0.24 + 0.12.
    let (lines, total) = billed_of("call-back-two-legs", "2026-07", (head, &calls), "");
    assert_eq!(lines, ["双呼主叫路 0.24", "双呼被叫路 0.36"]);
    assert_eq!(total, "0.60");
}

#[test]
fn a_pack_of_minutes_bought_once() {
    // In the month of purchase its price is due, and 2 minutes are taken from it.
    let september = [call("13805710001", "2024-09-12 10:00:00", 61)];
    assert_eq!(billed("prepaid-pack", "2024-09", &september, "").1, "10000.00");
    // Later one minute is left of it: of a call of two minutes one costs 0.25, the next call 0.50.
    let later = [
        call("13805710001", "2025-03-03 10:00:00", 61),
        call("13805710001", "2025-03-03 11:00:00", 61),
    ];
    let left = "balance,all,五万分钟包,2025-03-01,,1\n";
    assert_eq!(billed("prepaid-pack", "2025-03", &later, left).1, "0.75");
}

#[test]
fn minutes_in_a_month_of_an_ai_agent() {
    // 100 calls of 95 minutes are 9,500: 799 + 1,500 · 0.08 = 919.00; 84 of them are 7,980.
    let calls = |count: u32| -> Vec<String> {
        (0..count)
            .map(|n| {
                call(
                    "13805710001",
                    &format!("2025-05-{:02} {:02}:00:00", n / 10 + 1, n % 10),
                    5_700,
                )
            })
            .collect()
    };
    let (lines, total) = billed("tencent-ai-agent", "2025-05", &calls(100), "");
    assert_eq!(lines, ["AI agent, further minutes 120.00", "AI agent 799.00"]);
    assert_eq!(total, "919.00");
    assert_eq!(billed("tencent-ai-agent", "2025-05", &calls(84), "").1, "799.00");
}

#[test]
fn prices_finer_than_a_cent() {
    // 80 s are two minutes: 0.026; 1 s is one: 0.013; 20 s received: 0.0085.
    let calls = [
        call("12125550123", "2025-05-01 10:00:00", 80),
        call("12125550123", "2025-05-01 11:00:00", 1),
        received("12125550123", "2025-05-01 12:00:00", 20),
    ];
    let roster = "number,12125550100,,2025-01-01,,\n";
    let (lines, total) = billed("twilio-voice", "2025-05", &calls, roster);
    // 0.039 and 0.0085, half up; 1.15.
    assert_eq!(lines, ["Outbound minutes 0.04", "Inbound minutes 0.01", "Local numbers 1.15"]);
    assert_eq!(total, "1.20");
    let short: Vec<String> =
        (0..10).map(|n| call("12125550123", &format!("2025-05-02 1{n}:00:00"), 20)).collect();
    assert_eq!(billed("twilio-voice", "2025-05", &short, "").0[0], "Outbound minutes 0.13");
}

#[test]
fn bands_and_holidays_by_name() {
    let one = |start: &str, talk: u32| {
        let month = &start[..7];
        billed("evenings", month, &[call("13805710001", start, talk)], "").0[0].clone()
    };
    // A workday at ten, an hour: 60 · 0.15. A worked Saturday; a holiday on a Wednesday: 60 · 0.10.
    assert_eq!(one("2025-10-09 10:00:00", 3_600), "通话费 9.00");
    assert_eq!(one("2025-10-11 10:00:00", 3_600), "通话费 9.00");
    assert_eq!(one("2025-10-08 10:00:00", 3_600), "通话费 6.00");
    // The contract's own holiday, a Tuesday.
    assert_eq!(one("2026-08-18 10:00:00", 3_600), "通话费 6.00");
    // 17:30 to 18:30: 30 · 0.15 + 30 · 0.10. 21:30 to 22:30: 30 · 0.10 + 30 · 0.06.
    assert_eq!(one("2025-10-09 17:30:00", 3_600), "通话费 7.50");
    assert_eq!(one("2025-10-09 21:30:00", 3_600), "通话费 4.80");
}

#[test]
fn short_calls_once_they_are_many() {
    // 17 calls of a minute and some of six seconds on one day.
    let day = |short: usize| -> Vec<String> {
        let at = |n: usize| format!("2025-05-06 {:02}:{:02}:00", n / 60 + 1, n % 60);
        let long = (0..17).map(|n| call(&format!("1202555{n:04}"), &at(n), 60));
        let short = (17..17 + short).map(|n| call(&format!("1202555{n:04}"), &at(n), 6));
        long.chain(short).collect()
    };
    // Three of 20 are 15 %: 17 · 0.01 + 3 · 0.001 = 0.173.
    let (lines, total) = billed("short-calls", "2025-05", &day(3), "");
    assert_eq!(lines, ["Outbound minutes 0.17", "Short duration 0.00"]);
    assert_eq!(total, "0.17");
    // Four of 21: 0.174, and four cents.
    let (lines, total) = billed("short-calls", "2025-05", &day(4), "");
    assert_eq!(lines, ["Outbound minutes 0.17", "Short duration 0.04"]);
    assert_eq!(total, "0.21");
}
