//! Columns whose names do not tell what they hold: the first rows do, or it is asked, or said.

use super::read;

/// What a file is read as, or why not; a row's lines without what they all have.
fn of(text: &str) -> Vec<String> {
    let rows = read(text.as_bytes(), "", None).expect("understood");
    rows.into_iter()
        .map(|row| row.replace("057188880001 1380000000", "").replace(" 2024-10-08", ""))
        .collect()
}

fn asked(text: &str, columns: &str) -> Option<&'static str> {
    read(text.as_bytes(), columns, None).err()
}

const ROWS: [(&str, &str, &str); 4] = [
    ("09:00:05", "83", "0.24"),
    ("09:10:00", "0", "0.00"),
    ("09:20:00", "17", "0.12"),
    ("09:30:00", "100", "0.24"),
];

/// The same calls with their charges under another name.
fn charged(head: &str, sign: &str) -> String {
    let mut text = format!("主叫号码,被叫号码,开始时间,通话时长,{head}\n");
    for (index, (clock, talk, charge)) in ROWS.iter().enumerate() {
        let sign = if *talk == "0" { "" } else { sign };
        text += &format!(
            "057188880001,1380000000{},2024-10-08 {clock},{talk},{sign}{charge}\n",
            index + 1
        );
    }
    text
}

const CALLS: [&str; 4] = [
    "1 09:00:05 83 - 0.24 answered",
    "2 09:10:00 0 - 0.00 unanswered",
    "3 09:20:00 17 - 0.12 answered",
    "4 09:30:00 100 - 0.24 answered",
];

fn calls_and(mentions: &[&str]) -> Vec<String> {
    CALLS.iter().chain(mentions).map(|text| (*text).to_owned()).collect()
}

#[test]
fn what_grows_with_the_call_is_its_charge() {
    for head in ["Price", "Total", "总价", "合计(元)", "Sell"] {
        let found = format!("note.charge-found {head}");
        assert_eq!(of(&charged(head, "")), calls_and(&[&found]), "{head}");
    }
    for head in ["费用", "实收费用", "Total Price", "Call Cost", "Salesprice", "Betrag"] {
        assert_eq!(of(&charged(head, "")), calls_and(&[]), "{head}");
    }
}

#[test]
fn money_that_is_not_read_is_named() {
    let without = |mentions: &[&str]| -> Vec<String> {
        let calls = ["1 09:00:05 83", "2 09:10:00 0", "3 09:20:00 17"].iter();
        let end = |call: &&str| if call.ends_with(" 0") { "unanswered" } else { "answered" };
        let calls = calls.map(|call| format!("{call} - - {}", end(call)));
        calls.chain(mentions.iter().map(|text| (*text).to_owned())).collect()
    };
    let rows = |head: &str, prices: [&str; 3]| {
        let mut text = format!("主叫号码,被叫号码,开始时间,通话时长,{head}\n");
        for (index, (clock, talk, _)) in ROWS[..3].iter().enumerate() {
            let price = prices[index];
            text += &format!(
                "057188880001,1380000000{},2024-10-08 {clock},{talk},{price}\n",
                index + 1
            );
        }
        text
    };
    // What a minute costs does not know how long the call was.
    assert_eq!(of(&rows("Price", ["0.12", "0.12", "0.12"])), without(&["note.money-unread Price"]));
    // No minutes, though they grow with the call.
    assert_eq!(of(&rows("Total", ["1.38", "0.00", "0.28"])), without(&["note.money-unread Total"]));
    assert_eq!(
        of(&rows("长途费", ["0.24", "0.00", "0.12"])),
        without(&["note.money-unread 长途费"])
    );
    assert_eq!(of(&rows("单价", ["0.12", "0.12", "0.12"])), without(&[]));
    // Two that differ: it is the user who knows.
    let two = rows("Price,Total", ["0.20,0.24", "0.00,0.00", "0.10,0.12"]);
    assert_eq!(of(&two), without(&["note.money-unread Price, Total"]));
    // What was received goes before what was due.
    let due = of(
        "主叫号码,被叫号码,开始时间,通话时长,通话费(元),优惠(元),实收(元)\n057188880001,13800000001,2024-10-08 09:00:05,83,0.24,-0.12,0.12\n",
    );
    assert_eq!(due, ["1 09:00:05 83 - 0.12 answered", "note.money-unread 通话费(元), 优惠(元)"]);
}

#[test]
fn charges_all_below_zero_are_the_exports_sign() {
    assert_eq!(of(&charged("费用", "-")), calls_and(&["note.sign-turned 费用"]));
    // A credit among charges is one.
    let credit = charged("费用", "").replace(",17,0.12", ",17,-0.12");
    assert_eq!(of(&credit)[2], "3 09:20:00 17 - -0.12 answered");
    assert_eq!(of(&credit).len(), 4);
    // A single one may be a credit.
    let single = charged("费用", "").replace("0.24", "0").replace(",17,0.12", ",17,-0.12");
    assert_eq!(of(&single)[2], "3 09:20:00 17 - -0.12 answered");
}

#[test]
fn charges_above_any_price_are_asked_about() {
    let small =
        charged("费用", "").replace("0.24", "240").replace("0.12", "120").replace("0.00", "0");
    assert_eq!(asked(&small, ""), Some("cdr-charge-scale"));
    let said = |unit: &str| {
        let columns = format!("charge=费用:{unit}");
        read(small.as_bytes(), &columns, None).expect("said")[0].clone()
    };
    assert!(said("1/1000").ends_with(" 83 - 0.24 answered"));
    assert!(said("厘").ends_with(" 83 - 0.24 answered"));
    assert!(said("1/1").ends_with(" 83 - 240.00 answered"));
    // Nine yuan a minute are dear, and possible; a decimal says that units are whole.
    let dear = small.replace("240", "18").replace("120", "9");
    assert_eq!(asked(&dear, ""), None);
    assert_eq!(asked(&small.replace(",17,120", ",17,120.5"), ""), None);
}

#[test]
fn numbers_cut_and_expanded_again_are_told_by_chance() {
    let with = |caller: &dyn Fn(usize) -> String, rows: usize| {
        let mut text = "主叫号码,被叫号码,开始时间,通话时长\n".to_owned();
        for row in 0..rows {
            text += &format!("{},13800100000,2024-10-08 09:00:{row:02},60\n", caller(row));
        }
        let rows = read(text.as_bytes(), "", None).expect("understood");
        rows.last().expect("rows").clone()
    };
    assert_eq!(with(&|_| "057188880001".into(), 10), "damaged 138****0000 10");
    assert!(with(&|_| "057188880001".into(), 9).contains("13800100000"));
    // The company's own number, called by many.
    assert!(with(&|row| format!("1380013{row:04}"), 12).contains("13800100000"));
}

#[test]
fn an_empty_talk_is_none_whatever_the_clock_says() {
    let text = "caller,callee,start,end,talk\n1,2,2024-10-08 09:00:05,2024-10-08 09:00:35,\n1,3,2024-10-08 09:10:00,2024-10-08 09:10:30,20\n";
    assert_eq!(
        read(text.as_bytes(), "", None).expect("understood"),
        ["1 2 2024-10-08 09:00:05 0 - - unanswered", "1 3 2024-10-08 09:10:00 20 - - answered"]
    );
}

#[test]
fn a_duration_from_start_to_end_is_the_total() {
    let mut text = "caller,callee,start,answer,end,duration\n".to_owned();
    for row in 0..3 {
        text += &format!(
            "1,{row},2024-10-08 0{row}:00:00,2024-10-08 0{row}:00:10,2024-10-08 0{row}:01:33,93\n"
        );
    }
    let rows = read(text.as_bytes(), "", None).expect("understood");
    assert_eq!(rows[0], "1 0 2024-10-08 00:00:00 83 - - answered");
    // From the answer on it is the talk.
    let talk = text.replace(",93", ",83");
    assert_eq!(read(talk.as_bytes(), "", None).expect("understood").len(), 3);
}

#[test]
fn units_that_nothing_tells_are_asked() {
    let head = "caller,callee,start,duration\n";
    let rows = |lengths: [&str; 3]| {
        let row = |(at, length): (usize, &&str)| format!("1,2,2024-10-08 0{at}:00:00,{length}\n");
        format!(
            "{head}{}",
            lengths.iter().cycle().take(10).enumerate().map(row).collect::<String>()
        )
    };
    assert_eq!(asked(&rows(["2.0", "1.0", "20.2"]), ""), Some("cdr-length-unit"));
    assert_eq!(asked(&rows(["2.0", "1.0", "20.2"]), "talk=duration:min"), None);
    // Some last longer than a minute: they are seconds.
    assert_eq!(asked(&rows(["2.5", "61.0", "20.2"]), ""), None);
    // Whole numbers that went through a spreadsheet, and milliseconds.
    assert_eq!(asked(&rows(["83.0", "17.0", "0.0"]), ""), None);
    assert_eq!(asked(&rows(["83.125", "17.25", "0"]), ""), None);
    // Whole minutes are rounded up.
    let minutes = rows(["2", "1", "21"]).replace("duration", "duration(min)");
    let read = read(minutes.as_bytes(), "", None).expect("understood");
    assert_eq!(read[0], "1 2 2024-10-08 00:00:00 120 120 - answered");
}

#[test]
fn short_times_of_a_spreadsheet_have_an_exponent() {
    // 0.0547569444 × 86400 = 4731 s, 0.0006944444 is a minute, 5.78704e-05 × 86400 = 5 s.
    let text = "主叫号码,被叫号码,开始时间,通话时长\n1,2,2024-10-08 09:00:00,0.0547569444\n1,3,2024-10-08 10:00:00,0.0006944444\n1,4,2024-10-08 11:00:00,5.78704e-05\n";
    let rows = read(text.as_bytes(), "", None).expect("understood");
    let talk: Vec<&str> = rows.iter().map(|row| row.split(' ').nth(4).expect("talk")).collect();
    assert_eq!(talk, ["4731", "60", "5"]);
}

#[test]
fn words_for_totals_among_the_numbers() {
    let rows = of(
        "主叫号码,被叫号码,开始时间,通话时长,费用\n057188880001,13800000001,2024-10-08 09:00:05,83,0.24\n合计,,2024-10-31 00:00:00,83,0.24\n总计部张三,13800000002,2024-10-08 09:10:00,x5,0.18\n",
    );
    assert_eq!(rows, ["1 09:00:05 83 - 0.24 answered", "summary-row -", "bad-duration talk"]);
    let rows = read(b"From,To,Start,Duration,Cost\n1001,1002,2024-10-08 09:00:05,83,.24\nTotal,1 call,2024-10-31 00:00:00,83,.24\n", "", None);
    assert_eq!(
        rows.expect("understood"),
        ["1001 1002 2024-10-08 09:00:05 83 - 0.24 answered", "summary-row -"]
    );
}

#[test]
fn what_is_understood_and_what_is_missing() {
    assert_eq!(asked("Caller,Called,Date,Duration\n1,2,2024-10-08,83\n", ""), Some("cdr-unknown"));
    assert_eq!(asked("Caller,Called,Start,Duration\n1,2,2024-10-08,83\n", ""), Some("cdr-unknown"));
    // Midnight is a time of day where the name says nothing of days.
    assert_eq!(asked("Caller,Called,Start,Duration\n1,2,2024-10-08 00:00:00,83\n", ""), None);
    let no_callee = read(b"Caller,Start,Duration\n1,2024-10-08 09:00:05,83\n", "", None);
    assert_eq!(no_callee.expect("understood")[1], "note.no-callee");
}

#[test]
fn bills_in_other_languages() {
    let expected = "910000001 600000010 2024-05-13 02:18:15 120 - 0.12 answered";
    for text in [
        "Data;Hora;Origem;Destino;Duração;Valor\n13/05/2024;02:18:15;910000001;600000010;00:02:00;0,12\n",
        "Fecha;Hora;Número origen;Número destino;Duración (seg);Importe (€)\n13/05/2024;02:18:15;910000001;600000010;120;0,12\n",
        "Datum;Uhrzeit;Eigene Rufnummer;Zielrufnummer;Dauer;Betrag\n13.05.2024;02:18:15;910000001;600000010;00:02:00;0,12\n",
        "Date;Heure;Appelant;Numéro appelé;Durée;Montant\n13/05/2024;02:18:15;910000001;600000010;00:02:00;0,12\n",
    ] {
        let read = super::read_in("EUR", text.as_bytes(), "", None).expect("understood");
        assert_eq!(read, [expected], "{text}");
    }
}

#[test]
fn a_fax_is_no_call() {
    let rows = "Direction,Type,From,To,Start Time,Duration,Action Result\n\
                Outgoing,Voice,2079460000,5550100010,2024-10-08 09:00:05,0:00:42,Call connected\n\
                Outgoing,Fax,2079460000,5550100011,2024-10-08 09:10:05,0:01:05,Sent\n";
    let read = read(rows.as_bytes(), "", None).expect("understood");
    assert_eq!(read.len(), 2);
    assert!(read[0].ends_with(" 42 - - answered"), "{read:?}");
    assert!(read[1].starts_with("not-a-call"), "{read:?}");
}
