//! Rate decks: prices by prefix from a file. Charges are worked out by hand.

use std::fmt::Write as _;
use std::process::Command;

use telbill::audit::{Audit, Observer, Request, run};
use telbill::reconcile::Fact;
use telbill::source::SourceMap;

const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\
    valid = { from = 2024-01-01 }\n\
    [metering]\nbill_on = \"answer\"\nincrement = [\"60s\", \"60s\"]\nzero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\n\
    [rounding]\ncall = { to = \"0.0001\", mode = \"half-up\" }\nline = { to = \"0.01\", mode = \"half-up\" }\n";

const CALLS: &str = "主叫号码,被叫号码,开始时间,通话时长,呼叫方向";

/// Writes a contract of these clauses, its deck, and calls.
fn folder(clauses: &str, deck: &[u8], calls: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &[u8]| {
        std::fs::write(folder.path().join(name), text).expect("write");
    };
    write("contract.toml", format!("{HEAD}{clauses}").as_bytes());
    write("deck.csv", deck);
    write("calls.csv", format!("{CALLS}\n{}\n", calls.join("\n")).as_bytes());
    folder
}

/// Billed seconds, charge, clause and remark of each call.
fn rated(clauses: &str, deck: &[u8], calls: &[&str]) -> Vec<String> {
    rate(&folder(clauses, deck, calls))
}

/// The same of a folder.
fn rate(folder: &tempfile::TempDir) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .current_dir(folder.path())
        .args(["rate", "-t", "contract.toml", "calls.csv", "-q"])
        .output()
        .expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.is_empty(), "{output:?}");
    let added = |line: &str| line.splitn(6, ',').last().unwrap_or_default().to_owned();
    text.lines().skip(1).map(added).collect()
}

const ABROAD: &str = "[[deck]]\nname = \"abroad\"\nfile = \"deck.csv\"\nper = \"60s\"\n";

fn outbound(number: &str, day: &str, talk: u32) -> String {
    format!("057188880001,{number},{day} 10:00:00,{talk},呼出")
}

#[test]
fn the_longest_prefix_that_holds_on_the_day() {
    let deck = "Destination,Prefix,Rate,Effective Date,Increment,Connection fee\n\
        Britain,+44,0.30,,60/6,0.02\n\
        Britain mobile,+447,0.60,2024-01-01,60/6,\n\
        Britain mobile,+447,0.90,2024-07-01,60/60,\n\
        London,+4420,0.10,2024-03-01,1,\n\
        Old,+4420,0.70,2020-01-01,1,\n\
        France,0033,0.20,,,\n";
    let clauses = format!(
        "{ABROAD}[[zone]]\nname = \"jersey\"\nmatch = {{ prefix = \"+441534\" }}\n\
         [[call]]\nname = \"jersey\"\nzone = \"jersey\"\nprice = 1\nper = \"60s\"\n"
    );
    let cases = [
        // 61 s at 60/6: 66 s · 0.30/60 = 0.33, and 0.02.
        (outbound("00441210000001", "2024-02-01", 61), "66,0.35,abroad,"),
        // 66 s · 0.60/60; from July 120 s · 0.90/60.
        (outbound("00447700900001", "2024-06-30", 61), "66,0.66,abroad,"),
        (outbound("00447700900001", "2024-07-01", 61), "120,1.80,abroad,"),
        // London's price before the contract was 0.70 since 2020, from March 0.10, by the second:
        // 61 · 0.70/60 = 0.71166…, 61 · 0.10/60 = 0.10166…
        (outbound("00442079460001", "2024-02-29", 61), "61,0.7117,abroad,"),
        (outbound("00442079460001", "2024-03-01", 61), "61,0.1017,abroad,"),
        // A zone's longer prefix goes before the deck's: two minutes.
        (outbound("00441534000001", "2024-02-01", 61), "120,2.00,jersey,"),
        // The contract's increment, 60/60: 120 s · 0.20/60.
        (outbound("0033100000001", "2024-02-01", 61), "120,0.40,abroad,"),
        // No row, no price; and the deck prices outbound calls only.
        (outbound("0049300000001", "2024-02-01", 61), ",,,no-clause"),
        ("0033100000001,057188880001,2024-02-01 10:00:00,61,呼入".to_owned(), ",,,no-clause"),
    ];
    let calls: Vec<&str> = cases.iter().map(|(call, _)| call.as_str()).collect();
    let added = rated(&clauses, deck.as_bytes(), &calls);
    let wanted: Vec<&str> = cases.iter().map(|(_, wanted)| *wanted).collect();
    assert_eq!(added, wanted);
}

/// A column for the day and one for weekends beside the ordinary one: what a row leaves empty has its
/// ordinary price, and the day of a price rise holds for all of them.
#[test]
fn prices_by_part_of_the_week_stand_in_columns_of_their_own() {
    let deck = "Prefix,Off-peak,Peak,Weekend,Effective Date\n\
        +44,0.30,0.60,0.12,\n\
        +447,0.90,,0.45,\n\
        +44,0.36,0.66,0.18,2024-07-01\n";
    let clauses = "[[period]]\nname = \"day\"\ndays = \"mon..fri\"\nhours = \"08:00-18:00\"\n\
        [[period]]\nname = \"weekend\"\ndays = [\"sat\", \"sun\"]\n"
        .to_owned()
        + ABROAD
        + "columns = { price = \"Off-peak\" }\n\
           bands = [{ column = \"Peak\", period = \"day\" }, { column = \"weekend\", period = \"weekend\" }]\n";
    let call = |number: &str, moment: &str| format!("057188880001,{number},{moment},60,呼出");
    let cases = [
        // 2024-02-01 is a Thursday, 2024-02-03 a Saturday.
        (call("00441210000001", "2024-02-01 10:00:00"), "60,0.60,abroad,"),
        (call("00441210000001", "2024-02-01 18:00:00"), "60,0.30,abroad,"),
        (call("00441210000001", "2024-02-03 10:00:00"), "60,0.12,abroad,"),
        (call("00447700900001", "2024-02-01 10:00:00"), "60,0.90,abroad,"),
        (call("00447700900001", "2024-02-03 10:00:00"), "60,0.45,abroad,"),
        (call("00441210000001", "2024-07-01 10:00:00"), "60,0.66,abroad,"),
        (call("00441210000001", "2024-07-06 10:00:00"), "60,0.18,abroad,"),
    ];
    let calls: Vec<&str> = cases.iter().map(|(call, _)| call.as_str()).collect();
    let head = HEAD.replace("scope = \"call\"", "scope = \"call\"\nband_rule = \"start\"");
    let folder = folder("", deck.as_bytes(), &calls);
    std::fs::write(folder.path().join("contract.toml"), head + &clauses).expect("write");
    let wanted: Vec<&str> = cases.iter().map(|(_, wanted)| *wanted).collect();
    assert_eq!(rate(&folder), wanted);
}

/// Before its first day a row says nothing: a shorter prefix holds, or a zone without any.
#[test]
fn a_row_says_nothing_before_its_day() {
    let deck =
        "prefix,price,effective date\n+44,0.30,\n+4420,0.10,2024-03-01\n+33,0.20,2024-03-01\n";
    let clauses = format!(
        "{ABROAD}[[zone]]\nname = \"world\"\nmatch = {{ kind = \"international\" }}\n\
         [[call]]\nname = \"world\"\nzone = \"world\"\nprice = 2\nper = \"60s\"\n"
    );
    let calls = [
        outbound("00442079460001", "2024-02-29", 60),
        outbound("00442079460001", "2024-03-01", 60),
        outbound("0033100000001", "2024-02-29", 60),
        outbound("0033100000001", "2024-03-01", 60),
    ];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let wanted = ["60,0.30,abroad,", "60,0.10,abroad,", "60,2.00,world,", "60,0.20,abroad,"];
    assert_eq!(rated(&clauses, deck.as_bytes(), &calls), wanted);
}

/// Numbers at home have no country code where they are looked up, and +86 is all of them.
#[test]
fn rows_of_the_home_country() {
    let deck = "code,rate\n86,0.05\n8613,0.06\n8610,0.07\n861380571,0.08\n1,0.09\n";
    let clauses = format!("{ABROAD}prefixes = \"international\"\n");
    let calls = [
        outbound("15905710001", "2024-02-01", 60),
        outbound("13705710001", "2024-02-01", 60),
        outbound("01088880001", "2024-02-01", 60),
        outbound("+8613805710001", "2024-02-01", 60),
        outbound("075588880001", "2024-02-01", 60),
        outbound("4008001234", "2024-02-01", 60),
        outbound("0012125550123", "2024-02-01", 60),
        outbound("0085221234567", "2024-02-01", 60),
    ];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let charges: Vec<String> = rated(&clauses, deck.as_bytes(), &calls)
        .iter()
        .map(|added| added.split(',').nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(charges, ["0.05", "0.06", "0.07", "0.08", "0.05", "0.05", "0.09", ""]);
}

/// Chinese heads, a semicolon, GB18030, lines above the header, digits as they are dialled.
#[test]
fn a_deck_as_spreadsheets_save_it() {
    let deck = "费率表 2024;;;\n地区;前缀;单价;计费周期(秒)\n杭州;0571;0.10;6\n移动;1;¥0.12;60\n";
    let deck: Vec<u8> = gb18030(deck);
    let clauses = format!("{ABROAD}prefixes = \"dialled\"\nconnect = 0.01\n");
    let calls =
        [outbound("057188886666", "2024-02-01", 61), outbound("13805710001", "2024-02-01", 61)];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    // 66 s · 0.10/60 + 0.01; 120 s · 0.12/60 + 0.01.
    let wanted = ["66,0.12,abroad,", "120,0.25,abroad,"];
    assert_eq!(rated(&clauses, &deck, &calls), wanted);
}

/// The few characters above, as GB18030 writes them.
fn gb18030(text: &str) -> Vec<u8> {
    const CODES: [(char, [u8; 2]); 17] = [
        ('费', [0xB7, 0xD1]),
        ('率', [0xC2, 0xCA]),
        ('表', [0xB1, 0xED]),
        ('地', [0xB5, 0xD8]),
        ('区', [0xC7, 0xF8]),
        ('前', [0xC7, 0xB0]),
        ('缀', [0xD7, 0xBA]),
        ('单', [0xB5, 0xA5]),
        ('价', [0xBC, 0xDB]),
        ('计', [0xBC, 0xC6]),
        ('周', [0xD6, 0xDC]),
        ('期', [0xC6, 0xDA]),
        ('秒', [0xC3, 0xEB]),
        ('杭', [0xBA, 0xBC]),
        ('州', [0xD6, 0xDD]),
        ('移', [0xD2, 0xC6]),
        ('动', [0xB6, 0xAF]),
    ];
    let mut bytes = Vec::new();
    for character in text.chars().map(|c| if c == '¥' { '0' } else { c }) {
        match CODES.iter().find(|(known, _)| *known == character) {
            Some((_, code)) => bytes.extend(code),
            None => bytes.push(u8::try_from(character).expect("ASCII")),
        }
    }
    bytes
}

fn audited(folder: &tempfile::TempDir, invoice: &str) -> (Audit, SourceMap) {
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("invoice.csv"), invoice).expect("write");
    let request = Request {
        tariffs: vec![path("contract.toml")],
        calls: vec![path("calls.csv")],
        invoices: vec![path("invoice.csv")],
        period: Some("2024-02".to_owned()),
        ..Request::default()
    };
    let mut sources = SourceMap::default();
    let audit = run(&request, &mut sources, &Observer::default(), &mut |_, _| Ok(()));
    (audit.unwrap_or_else(|found| panic!("{:#?}", found.sorted())), sources)
}

/// A deck is one line of the bill, its file one input, and each of its prices a clause that stands
/// in its row.
#[test]
fn a_deck_is_one_line_and_its_rows_are_places() {
    let deck = "destination,prefix,price\nBritain,+44,0.30\nBritain,+4420,0.30\nFrance,+33,0.20\n";
    let calls = [
        outbound("00441210000001", "2024-02-01", 60),
        outbound("00442079460001", "2024-02-01", 60),
        outbound("0033100000001", "2024-02-01", 60),
    ];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let folder = folder(ABROAD, deck.as_bytes(), &calls);
    let (audit, sources) = audited(&folder, "项目,金额\nabroad,0.80\n");
    // 0.30 + 0.30 + 0.20.
    assert_eq!(audit.bill.total.to_string(), "0.80");
    assert_eq!(audit.bill.lines.len(), 1);
    let places: Vec<String> = audit
        .plan
        .clauses
        .iter()
        .map(|clause| {
            let place = sources.place(clause.at);
            place.rsplit('/').next().unwrap_or_default().to_owned()
        })
        .collect();
    // Rows of one destination at one price are one clause.
    assert_eq!(places, ["deck.csv:2:1", "deck.csv:4:1"]);
    assert_eq!(audit.inputs[1].rows, 3);
}

/// Of twenty thousand prices the one is found that gives what was charged: 2 · 1.3345 for two minutes and
/// 1.3345 for one, where 0.2014 and 0.1007 are due.
#[test]
fn calls_at_another_destinations_price_are_told_in_a_large_deck() {
    let mut deck = "destination,prefix,price\n".to_owned();
    for number in 0..20_000u32 {
        let (whole, rest) = ((1_000 + number) / 10_000, (1_000 + number) % 10_000);
        writeln!(deck, "D{number},+1{number:05},{whole}.{rest:04}").expect("a string");
    }
    let folder = folder(ABROAD, deck.as_bytes(), &[]);
    let calls = "主叫号码,被叫号码,开始时间,通话时长,费用\n\
        057188880001,00100007000001,2024-02-01 10:00:00,60,1.3345\n\
        057188880001,00100007000002,2024-02-01 11:00:00,61,2.6690\n\
        057188880001,00100007000003,2024-02-01 12:00:00,60,0.1007\n\
        057188880001,00112345000001,2024-02-01 13:00:00,60,1.3345\n";
    std::fs::write(folder.path().join("calls.csv"), calls).expect("write");
    // 1.3345 + 2.669 + 0.1007 + 1.3345 = 5.4387; due are 0.1007 + 0.2014 + 0.1007 + 1.3345 = 1.7373.
    let (audit, _) = audited(&folder, "项目,金额\nabroad,5.44\n");
    assert_eq!(audit.bill.total.to_string(), "1.74");
    let found = audit.findings.iter().find(|finding| finding.code == "wrong-destination");
    let found = found.unwrap_or_else(|| panic!("{:#?}", audit.findings));
    let fact = |name: &str| found.facts.iter().find(|(known, _)| *known == name).map(|(_, f)| f);
    assert_eq!(fact("used"), Some(&Fact::Text("D12345".to_owned())));
    assert_eq!(fact("agreed"), Some(&Fact::Text("D7".to_owned())));
    // 1.2338 + 2.4676.
    assert_eq!(found.amount.point.to_string(), "3.7014");
}

/// A hidden number may go anywhere: it is taken as the bill priced it, if a destination has that price,
/// and may cost as much more or less as any other. Of many destinations with four prices among them no
/// less can be told than of four.
#[test]
fn hidden_numbers_may_go_to_any_price_of_a_large_deck() {
    let audit_of = |destinations: u32| {
        let mut deck = "destination,prefix,price\n".to_owned();
        for number in 0..destinations {
            let price = 1 + number % 4;
            writeln!(deck, "D{number},+1{number:05},0.{price}0").expect("a string");
        }
        let folder = folder(ABROAD, deck.as_bytes(), &[]);
        let calls = "主叫号码,被叫号码,开始时间,通话时长,费用\n\
            057188880001,****,2024-02-01 10:00:00,60,0.30\n\
            057188880001,00100000000001,2024-02-01 11:00:00,60,0.10\n";
        std::fs::write(folder.path().join("calls.csv"), calls).expect("write");
        audited(&folder, "项目,金额\nabroad,0.40\n").0
    };
    let [few, many] = [4, 4_000].map(audit_of);
    for audit in [&few, &many] {
        assert_eq!(audit.bill.total.to_string(), "0.40");
        assert!(audit.findings.is_empty(), "{:#?}", audit.findings);
    }
    let said = |audit: &Audit| -> Vec<_> {
        let open = audit.not_checked.iter();
        open.map(|one| (one.code, one.amount.map(|sum| sum.to_string()))).collect()
    };
    assert_eq!(said(&few), said(&many));
    assert!(said(&few).iter().any(|(_, amount)| amount.is_some()), "{:?}", said(&few));
}
