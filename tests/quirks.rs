//! Exports as they are: cells, rows and encodings that spreadsheets, databases and people left in
//! them. What each file must be read as was written down by hand beside it: in `expected`, a line for
//! each call (caller, callee, start in Shanghai, talk, billed, charge, answered), then the notes and
//! rejects that the reading must name.

use std::fmt::Write;
use std::io::Read;

use telbill::cdr::{Call, ColumnSpec, LineReader, Outcome, Row, Wishes, built_in, detect};
use telbill::input::{LineEnds, Lines, decode_line, has_bare_returns, mark, sniff};
use telbill::tariff::Subsecond;
use telbill::when::{Day, Zone};

const SHANGHAI: Zone = Zone::Fixed(28_800);

/// What a file is read as: calls, and rejects by kind; or the code of why it is not read.
fn read(bytes: &[u8], columns: &str, near: Option<Day>) -> Result<Vec<String>, &'static str> {
    read_in("CNY", bytes, columns, near)
}

/// The same with a contract in this currency, or with none.
fn read_in(
    currency: &str,
    bytes: &[u8],
    columns: &str,
    near: Option<Day>,
) -> Result<Vec<String>, &'static str> {
    let mut ended = bytes.to_vec();
    if has_bare_returns(bytes) {
        ended.clear();
        LineEnds::new(bytes).read_to_end(&mut ended).expect("reads");
    }
    let bytes = ended;
    let encoding = sniff(&bytes).map_err(|_| "file-encoding")?;
    let body = &bytes[mark(&bytes)..];
    let head = decode_line(body, encoding).0;
    let columns = ColumnSpec::parse(columns).expect("columns");
    let wishes = Wishes {
        dialect: None,
        columns: &columns,
        zone: None,
        source: None,
        contract_zone: SHANGHAI,
        currency,
        near,
    };
    let layout = detect("calls.csv", &head, wishes, &built_in()).map_err(|why| why.code)?;
    let mut reader = LineReader::new(&layout, encoding, SHANGHAI, Subsecond::Up);
    let mut lines = Lines::new(layout.delimiter, layout.quote, layout.fields);
    let mut shown = Vec::new();
    let begun: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(usize::try_from(layout.header_lines).expect("few"))
        .map(<[u8]>::len)
        .sum();
    lines.each(&body[begun..], |line, number| {
        if reader.is_blank(&line) {
            return;
        }
        shown.push(match reader.read(&line, Row { block: 0, line: number }) {
            Ok(call) => show(&call),
            Err(reject) => format!("{} {}", reject.kind.code(), reject.field.unwrap_or("-")),
        });
    });
    for (mask, count) in &reader.notes.damaged_numbers.words {
        shown.push(format!("damaged {mask} {count}"));
    }
    Ok(shown)
}

fn show(call: &Call<'_>) -> String {
    let text = |bytes: &[u8]| decode_line(bytes, telbill::input::Encoding::Ascii).0.into_owned();
    let (hour, minute, second) = (call.second / 3600, call.second / 60 % 60, call.second % 60);
    let mut shown = format!("{} {}", text(call.caller), text(call.callee));
    write!(shown, " {} {hour:02}:{minute:02}:{second:02}", call.day).expect("text");
    write!(shown, " {}", call.talk).expect("text");
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    write!(shown, " {}", or_dash(call.billed.map(|billed| billed.to_string()))).expect("text");
    write!(shown, " {}", or_dash(call.charge.map(|c| c.amount().to_string()))).expect("text");
    let answered = call.outcome == Outcome::Answered;
    shown.push_str(if answered { " answered" } else { " unanswered" });
    shown
}

fn gb(text: &str) -> Vec<u8> {
    telbill::input::encode_text(text, telbill::input::Encoding::Gb18030)
}

const HEAD: &str = "主叫号码,被叫号码,开始时间,通话时长,费用\n";

/// The calls of a file with the usual header.
fn of(rows: &str) -> Vec<String> {
    read(format!("{HEAD}{rows}").as_bytes(), "", None).expect("understood")
}

#[test]
fn cells_in_every_decoration_are_one_call() {
    let expected = ["057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered"];
    for row in [
        "057188880001,13800000001,2024-10-08 09:00:05,83,1.20\n",
        "'057188880001,'13800000001,'2024-10-08 09:00:05,'83,'1.20\n",
        "=\"057188880001\",=\"13800000001\",=\"2024-10-08 09:00:05\",=\"83\",=\"1.20\"\n",
        "057188880001\t,13800000001\t,2024-10-08 09:00:05\t,83\t,1.20\t\n",
        "\"057188880001\", \"13800000001\", \"2024-10-08 09:00:05\", \"83\", \"1.20\"\n",
        "057188880001,13800000001,2024年10月8日 9:00:05,1分23秒,￥1.20\n",
        "057188880001,13800000001,2024/10/8 9:00:05,0:01:23,1.20元\n",
        "'057188880001','13800000001','2024-10-08 09:00:05','83','1.20'\n",
        "057188880001,13800000001,2024/10/8 上午9:00:05,83,1.20 CNY\n",
        "057188880001,13800000001,20241008090005,1m 23s,\"¥1.20 元\"\n",
        "057188880001,13800000001,1728349205,00:01:23,1．20\n",
        "057188880001,13800000001,1728349205000,８３,+1.20\n",
        "057188880001,13800000001,45573.37505787037,83秒,1.20\n",
        "057188880001,13800000001,2024-10-08T01:00:05Z,83.0,1.2\n",
        "057188880001,13800000001,2024-10-08 09:00:05,83,1.20,,,\n",
        "\"057188880001,13800000001,2024-10-08 09:00:05,83,1.20\"\n",
    ] {
        assert_eq!(of(row), expected, "{row}");
    }
}

#[test]
fn what_says_nothing_is_nothing() {
    for nothing in ["", "-", "--", "NULL", "[None]", "N/A", "无"] {
        let row = format!("{nothing},13800000001,2024-10-08 09:00:05,{nothing},{nothing}\n");
        assert_eq!(of(&row), [" 13800000001 2024-10-08 09:00:05 0 - 0.00 unanswered"], "{nothing}");
    }
}

#[test]
fn negative_charges_and_prices() {
    for (cell, charge) in
        [("(12.30)", "-12.30"), ("－12.30", "-12.30"), ("12.30-", "-12.30"), ("-¥12.30", "-12.30")]
    {
        let row = format!("057188880001,13800000001,2024-10-08 09:00:05,83,{cell}\n");
        let call = format!("057188880001 13800000001 2024-10-08 09:00:05 83 - {charge} answered");
        assert_eq!(of(&row), [call], "{cell}");
    }
    let row = "057188880001,13800000001,2024-10-08 09:00:05,83,12.30 元/分钟\n";
    assert_eq!(of(row), ["bad-amount charge"]);
}

/// Two calls whose charges are these cells.
fn charged(currency: &str, cells: [&str; 2]) -> Result<Vec<String>, &'static str> {
    let [first, second] = cells;
    let file = format!(
        "Caller,Callee,Start Time,Duration (s),Cost\n\
         5550100,5550101,2024-10-08 09:00:05,83,\"{first}\"\n\
         5550100,5550102,2024-10-08 09:02:05,7,\"{second}\"\n"
    );
    read_in(currency, file.as_bytes(), "", None)
}

#[test]
fn charges_with_their_currency() {
    for (currency, cells, charges) in [
        ("USD", ["$0.24", "$0.12"], ["0.24", "0.12"]),
        ("USD", ["USD 0.24", "usd 0.12"], ["0.24", "0.12"]),
        ("USD", ["0.24 USD", "0.12USD"], ["0.24", "0.12"]),
        ("USD", ["US$0.24", "$1,000.12"], ["0.24", "1000.12"]),
        ("USD", ["-$1.20", "($1.20)"], ["-1.20", "-1.20"]),
        ("USD", ["$0.24", " $ - "], ["0.24", "0.00"]),
        ("USD", ["$0.24", "0.12"], ["0.24", "0.12"]),
        ("GBP", ["£0.24", "GBP 0.12"], ["0.24", "0.12"]),
        ("EUR", ["€0.24", "0.12 €"], ["0.24", "0.12"]),
        ("EUR", ["0,24 €", "1.000,12 EUR"], ["0.24", "1000.12"]),
        ("HKD", ["HK$0.24", "$0.12"], ["0.24", "0.12"]),
        ("JPY", ["¥24", "12円"], ["24.00", "12.00"]),
        ("CNY", ["¥0.24", "0.12元"], ["0.24", "0.12"]),
        // Without a contract, any.
        ("", ["$0.24", "0.12 EUR"], ["0.24", "0.12"]),
    ] {
        let [first, second] = charges;
        let calls = [
            format!("5550100 5550101 2024-10-08 09:00:05 83 - {first} answered"),
            format!("5550100 5550102 2024-10-08 09:02:05 7 - {second} answered"),
        ];
        assert_eq!(charged(currency, cells).as_deref(), Ok(&calls[..]), "{currency} {cells:?}");
    }
    for (currency, cells) in [
        ("CNY", ["$0.24", "$0.12"]),
        ("CNY", ["0.00", "0.12 USD"]),
        ("USD", ["¥0.24", "-"]),
        ("USD", ["£0.24", "£0.12"]),
        ("HKD", ["US$0.24", "US$0.12"]),
        ("GBP", ["€0.24", "$0.12"]),
    ] {
        assert_eq!(charged(currency, cells), Err("cdr-currency"), "{currency} {cells:?}");
    }
    // Where some are in the contract's, the others are rejected row by row; prices are no charges.
    for (cells, reject) in [
        (["0.24", "$0.12"], "other-currency charge"),
        (["¥0.24", "0.12 EUR"], "other-currency charge"),
        (["0.24", "0.12 MIN"], "bad-amount charge"),
        (["0.24", "$0.12/min"], "bad-amount charge"),
    ] {
        let call = "5550100 5550101 2024-10-08 09:00:05 83 - 0.24 answered".to_owned();
        assert_eq!(charged("CNY", cells), Ok(vec![call, reject.to_owned()]), "{cells:?}");
    }
}

#[test]
fn a_total_with_a_day_is_no_call() {
    let call = "057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered";
    let header = "主叫号码,被叫号码,开始时间,通话时长,费用,备注\n";
    let first = "057188880001,13800000001,2024-10-08 09:00:05,83,1.20,\n";
    for (line, reading) in [
        (",,2024-10-31 00:00:00,83,1.20,合计", "summary-row -"),
        ("-,--,2024-10-31 00:00:00,83,1.20,总计(元)：", "summary-row -"),
        (",,2024-10-31 00:00:00,83,1.20,Total", "summary-row -"),
        (",,2024-10-31 00:00:00,83,1.20,Sum: 1 call", "summary-row -"),
        // Nobody's number, and a number.
        (",,2024-10-31 00:00:00,83,1.20,Summer sale", "  2024-10-31 00:00:00 83 - 1.20 answered"),
        (",,2024-10-31 00:00:00,83,1.20,", "  2024-10-31 00:00:00 83 - 1.20 answered"),
        (
            ",13800000002,2024-10-31 00:00:00,83,1.20,合计",
            " 13800000002 2024-10-31 00:00:00 83 - 1.20 answered",
        ),
    ] {
        let file = format!("{header}{first}{line}\n");
        assert_eq!(
            read(file.as_bytes(), "", None),
            Ok(vec![call.to_owned(), reading.to_owned()]),
            "{line}"
        );
    }
}

#[test]
fn damaged_numbers_are_nobodys() {
    // Digits lost; one damaged, one whole.
    assert_eq!(
        of("4.20775E+11,1.38E+10,2024-10-08 09:00:05,83,1.20\n\
            057188880001,13800000001,2024-10-08 09:01:05,7,0.20\n"),
        [
            "  2024-10-08 09:00:05 83 - 1.20 answered",
            "057188880001 13800000001 2024-10-08 09:01:05 7 - 0.20 answered",
            "damaged 1.38E+10 1",
            "damaged 4.2****E+11 1",
        ]
    );
    // A whole column cut and expanded again; the callers are whole.
    assert_eq!(
        of("13812345678,923310000000,2024-10-08 09:00:05,83,1.20\n\
            13812345679,923450000000,2024-10-08 09:00:06,83,1.20\n\
            13812345680,923330000000,2024-10-08 09:00:07,83,1.20\n"),
        [
            "13812345678  2024-10-08 09:00:05 83 - 1.20 answered",
            "13812345679  2024-10-08 09:00:06 83 - 1.20 answered",
            "13812345680  2024-10-08 09:00:07 83 - 1.20 answered",
            "damaged 923****0000 3",
        ]
    );
}

#[test]
fn totals_footers_and_headers_again_are_no_calls() {
    let rows = "057188880001,13800000001,2024-10-08 09:00:05,83,1.20\n\
                \n\
                ,,,,\n\
                \"\",\"\",\"\",\"\",\"\"\n\
                主叫号码,被叫号码,开始时间,通话时长,费用\n\
                \"主叫号码\",\"被叫号码\",\"开始时间\",\"通话时长\",\"费用\"\n\
                057188880001,13800000002,2024-10-08 09:02:05,7,0.20\n\
                本页小计,,,90,1.40\n\
                ,,合计：,90,1.40\n\
                ,,,90,1.40\n\
                共导出 2 条话单记录\n\
                共2条\n\
                (2 rows)\n\
                数据来源: vos_api\n\
                导出时间: 2024-11-08 10:20:30\n";
    let header = "repeated-header -";
    let sum = "summary-row -";
    assert_eq!(
        of(rows),
        [
            "057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered",
            header,
            header,
            "057188880001 13800000002 2024-10-08 09:02:05 7 - 0.20 answered",
            sum,
            sum,
            sum,
            sum,
            sum,
            sum,
            sum,
            sum,
        ]
    );
}

#[test]
fn a_charge_with_no_call_is_none() {
    assert_eq!(of("--,--,2024-10-31 23:59:59,--,1.00\n"), ["charge-without-call charge"]);
}

#[test]
fn a_row_cut_off_inside_quotes_is_named() {
    let rows = "\"057188880001\",\"13800000001\",\"2024-10-08 09:00:05\",83,1.20\n\
                \"057188880001\",\"13800000001\",\"2024-10-0";
    assert_eq!(
        of(rows),
        ["057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered", "unbalanced-quote -"]
    );
}

#[test]
fn line_ends_of_every_kind() {
    let rows = ["057188880001,13800000001,2024-10-08 09:00:05,83,1.20"; 2];
    let call = "057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered";
    for ends in [["\r", "\r", "\r"], ["\r\n", "\n", "\r"], ["\r\r\n", "\r\r\n", "\r\r\n"]] {
        let text = [HEAD.trim_end(), ends[0], rows[0], ends[1], rows[1], ends[2]].concat();
        assert_eq!(read(text.as_bytes(), "", None), Ok(vec![call.to_owned(); 2]), "{ends:?}");
    }
}

#[test]
fn encodings_with_strays() {
    let row = "057188880001,13800000001,2024年10月8日 9:00:05,1分23秒,￥1.20元\n";
    let call = ["057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered".to_owned()];
    let text = format!("{HEAD}{row}");
    assert_eq!(read(&gb(&text), "", None).as_deref(), Ok(&call[..]));
    // With a byte-order mark.
    assert_eq!(read(format!("\u{feff}{text}").as_bytes(), "", None).as_deref(), Ok(&call[..]));
    // A UTF-8 file with a row in GB18030, and the other way about a few bad bytes.
    let both = [text.as_bytes(), &gb(row)].concat();
    let twice = [call[0].clone(), call[0].clone()];
    assert_eq!(read(&both, "", None).as_deref(), Ok(&twice[..]));
    let head = "主叫号码,被叫号码,开始时间,通话时长,费用,客户姓名\n";
    let body = "057188880001,13800000001,2024-10-08 09:00:05,83,1.20,";
    let bad = [gb(head), gb(body), b"\xFF\x80\n".to_vec()].concat();
    assert_eq!(read(&bad, "", None).as_deref(), Ok(&call[..]));
    // Two bytes that could be a letter of GB18030 in a file that is otherwise ASCII.
    let ascii = b"clid,src,dst,start,billsec,cost\n\
                  \"\xA5\xA5\" <101>,057188880001,13800000001,2024-10-08 09:00:05,83,1.20\n";
    assert_eq!(read(ascii, "", None).as_deref(), Ok(&call[..]));
}

#[test]
fn the_comma_is_what_the_column_shows() {
    let head = "主叫号码;被叫号码;开始时间;通话时长;费用\n";
    let row = |cost: &str| format!("057188880001;13800000001;2024-10-08 09:00:05;83;{cost}\n");
    let charges = |costs: &[&str], columns: &str| {
        let rows: String = costs.iter().map(|cost| row(cost)).collect();
        let calls = read(format!("{head}{rows}").as_bytes(), columns, None)?;
        let charge = |call: &String| call.split(' ').nth(6).unwrap_or_default().to_owned();
        Ok::<Vec<String>, &str>(calls.iter().map(charge).collect())
    };
    let texts = |texts: &[&str]| Ok(texts.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(charges(&["100,00", "0,5", "1.234,50"], ""), texts(&["100.00", "0.50", "1234.50"]));
    assert_eq!(charges(&["1,234", "0.50"], ""), texts(&["1234.00", "0.50"]));
    assert_eq!(charges(&["1,234", "0,50"], ""), texts(&["1.234", "0.50"]));
    assert_eq!(charges(&["1,234", "7"], ""), Err("cdr-comma"));
    assert_eq!(charges(&["1,234", "7"], "decimal=comma"), texts(&["1.234", "7.00"]));
    assert_eq!(charges(&["1,234", "7"], "decimal=point"), texts(&["1234.00", "7.00"]));
}

#[test]
fn times_without_year_are_of_the_audited_period() {
    let text = format!("{HEAD}057188880001,13800000001,09-18 14:07:37,83,1.20\n");
    assert_eq!(read(text.as_bytes(), "", None), Err("cdr-year"));
    let call = ["057188880001 13800000001 2018-09-18 14:07:37 83 - 1.20 answered".to_owned()];
    assert_eq!(read(text.as_bytes(), "year=2018", None).as_deref(), Ok(&call[..]));
    let near = Day::from_ymd(2018, 9, 15);
    assert_eq!(read(text.as_bytes(), "", near).as_deref(), Ok(&call[..]));
}

#[test]
fn a_day_and_a_time_of_day_in_two_columns() {
    let call = "057188880001 13800000001 2024-10-08 21:49:51 83 - 1.20 answered";
    for (day, time) in [
        ("2024-10-08", "21:49:51"),
        ("2024年10月8日", "21:49:51"),
        ("20241008", "214951"),
        ("2024/10/8 0:00", "21:49:51"),
        ("2024-10-08 00:00:00", "21时49分51秒"),
        // 78591 s of 86400.
        ("45573", "0.909618055555556"),
    ] {
        let text = format!(
            "主叫号码,被叫号码,通话日期,通话时间,通话时长,费用\n\
             057188880001,13800000001,{day},{time},83,1.20\n"
        );
        assert_eq!(read(text.as_bytes(), "", None), Ok(vec![call.to_owned()]), "{day} {time}");
        let spec = "date=通话日期,start=通话时间";
        assert_eq!(read(text.as_bytes(), spec, None), Ok(vec![call.to_owned()]), "{day} {time}");
    }
    // By the cells alone, whatever the columns are called; the numbers have a guard too.
    let text = "Customer CLI, Telephone Number, Call Date, Call Time, Duration,UK National\r\
                _057188880001,_13800000001,23/10/2024,21:49:51,00:01:23,UK Mobile\r";
    let call = call.replace("10-08", "10-23");
    let spec = "caller=Customer CLI,callee=Telephone Number";
    let call = call.replace("057188880001 13800000001", "_057188880001 _13800000001");
    let call = call.replace("83 - 1.20", "83 - -");
    assert_eq!(read(text.as_bytes(), spec, None), Ok(vec![call]));
    // The end is a time of day too, after midnight.
    let text = "主叫号码,被叫号码,日期,开始时间,结束时间\n\
                057188880001,13800000001,2024-10-08,23:59:30,00:00:53\n";
    let call = "057188880001 13800000001 2024-10-08 23:59:30 83 - - answered";
    assert_eq!(read(text.as_bytes(), "", None), Ok(vec![call.to_owned()]));
}

#[test]
fn lengths_that_a_spreadsheet_made_fractions_of_a_day() {
    // 83 s and 7 s of 86400.
    let rows = "057188880001,13800000001,2024-10-08 09:00:05,0.00096,1.20\n\
                057188880001,13800000002,2024-10-08 09:02:05,0.000081018518518,0.20\n\
                057188880001,13800000003,2024-10-08 09:03:05,0,0\n";
    assert_eq!(
        of(rows),
        [
            "057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered",
            "057188880001 13800000002 2024-10-08 09:02:05 7 - 0.20 answered",
            "057188880001 13800000003 2024-10-08 09:03:05 0 - 0.00 unanswered",
        ]
    );
}

#[test]
fn lines_above_the_header() {
    let text = format!(
        "客户名称：某某公司\n账期：2024-10\n导出时间: 2024-11-08 10:20:30\n\n{HEAD}\
         057188880001,13800000001,2024-10-08 09:00:05,83,1.20\n"
    );
    let call = ["057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered".to_owned()];
    assert_eq!(read(text.as_bytes(), "", None).as_deref(), Ok(&call[..]));
}

#[test]
fn names_with_quotes_that_nobody_doubled() {
    let text = "AcctId,tenant,clid,src,dst,calldate,billsec,billamount\n\
                1,NULL,\"\"Some Name\" <1115>\",1115,5550100,2024-10-08 09:00:05,83,1.20\n\
                2,NULL,\"\"Name, Some\" <1115>\",1115,5550101,2024-10-08 09:02:05,7,0.20\n";
    assert_eq!(
        read(text.as_bytes(), "charge=billamount", None),
        Ok(vec![
            "1115 5550100 2024-10-08 09:00:05 83 - 1.20 answered".to_owned(),
            "1115 5550101 2024-10-08 09:02:05 7 - 0.20 answered".to_owned(),
        ])
    );
}

#[test]
fn two_columns_of_one_name_are_not_chosen_between() {
    let text = |other: u32| {
        format!(
            "主叫号码,被叫号码,开始时间,通话时长(秒),通话时长（秒）,费用\n\
             057188880001,13800000001,2024-10-08 09:00:05,{other},83,1.20\n"
        )
    };
    let call = ["057188880001 13800000001 2024-10-08 09:00:05 83 - 1.20 answered".to_owned()];
    assert_eq!(read(text(92).as_bytes(), "", None), Err("cdr-head-twice"));
    assert_eq!(read(text(92).as_bytes(), "talk=#5", None).as_deref(), Ok(&call[..]));
    // They say the same.
    assert_eq!(read(text(83).as_bytes(), "", None).as_deref(), Ok(&call[..]));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// A value written in any of the decorations reads back to itself.
    #[test]
    fn decorated_cells_read_back(
        cents in 1_u32..10_000_000,
        talk in 1_u32..36_000,
        number in 13_000_000_000_u64..19_999_999_999,
        form in 0_usize..6,
    ) {
        let (whole, part) = (cents / 100, cents % 100);
        let (hours, minutes, seconds) = (talk / 3600, talk / 60 % 60, talk % 60);
        let thousands = if whole < 1000 {
            whole.to_string()
        } else {
            format!("{},{:03}", whole / 1000, whole % 1000)
        };
        let charge = [
            format!("{whole}.{part:02}"),
            format!("¥{whole}.{part:02}"),
            format!("{whole}.{part:02} 元"),
            format!("\"{thousands}.{part:02}\""),
            format!("=\"{whole}.{part:02}\""),
            format!("CNY {whole}．{part:02}"),
        ];
        let length = [
            talk.to_string(),
            format!("{hours}:{minutes:02}:{seconds:02}"),
            format!("{hours}小时{minutes}分{seconds}秒"),
            format!("{hours}h {minutes}m {seconds}s"),
            format!("{talk}秒"),
            format!("{talk}.0"),
        ];
        let row = format!(
            "057188880001,{number},2024-10-08 09:00:05,{},{}\n",
            length[form], charge[(form + cents as usize) % 6],
        );
        let call = format!(
            "057188880001 {number} 2024-10-08 09:00:05 {talk} - {whole}.{part:02} answered"
        );
        proptest::prop_assert_eq!(of(&row), [call]);
    }

    /// No bytes make the reading panic.
    #[test]
    fn any_bytes_are_read_or_refused(rows: Vec<u8>, gb18030: bool) {
        let head = if gb18030 { gb(HEAD) } else { HEAD.as_bytes().to_vec() };
        let _ = read(&[head, rows].concat(), "", None);
    }
}

/// Without a column that says whether a call was answered: an empty length is that it was not, though
/// the end tells how long it rang.
#[test]
fn an_empty_length_is_no_talk() {
    let rows = "被叫号码,开始时间,结束时间,通话时长\n\
                13800000001,2024-10-08 09:00:00,2024-10-08 09:01:00,50\n\
                13800000002,2024-10-08 09:02:00,2024-10-08 09:02:30,\n\
                13800000003,2024-10-08 09:03:00,2024-10-08 09:03:30,--\n";
    assert_eq!(
        read(rows.as_bytes(), "", None).expect("understood"),
        [
            " 13800000001 2024-10-08 09:00:00 50 - - answered",
            " 13800000002 2024-10-08 09:02:00 0 - - unanswered",
            " 13800000003 2024-10-08 09:03:00 0 - - unanswered",
        ]
    );
    // Where nothing else tells a length, the end does.
    let ends = rows.replace(",通话时长", ",备注");
    let first = &read(ends.as_bytes(), "", None).expect("understood")[0];
    assert_eq!(first, " 13800000001 2024-10-08 09:00:00 60 - - answered");
}

#[test]
fn amounts_as_databases_write_them() {
    for (cell, amount) in [(".5", "0.50"), ("-.25", "-0.25"), ("1 234.50", "1234.50")] {
        let rows = format!("057188880001,13800000001,2024-10-08 09:00:05,83,{cell}\n");
        let call = format!("057188880001 13800000001 2024-10-08 09:00:05 83 - {amount} answered");
        assert_eq!(of(&rows), [call], "{cell}");
    }
    let price = of("057188880001,13800000001,2024-10-08 09:00:05,83,.\n");
    assert_eq!(price, ["bad-amount charge"]);
}

#[test]
fn a_total_where_a_number_belongs_is_no_call() {
    for total in
        ["合计,,2024-10-31 00:00:00,120,0.20\n", "Total,2 calls,2024-10-31 00:00:00,120,0.20\n"]
    {
        assert_eq!(of(total), ["summary-row -"], "{total}");
    }
    let name = of("Total Care,100,2024-10-31 00:00:00,120,0.20\n");
    assert_eq!(name, ["Total Care 100 2024-10-31 00:00:00 120 - 0.20 answered"]);
}
