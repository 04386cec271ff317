//! Records and headers that are written on more lines than one: they are the same calls.

use std::path::Path;

use proptest::prelude::*;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Calls as `(caller, callee, talk, agent)`, and what a file of them is read as at a block size:
/// the calls, and the lines that each stands on.
fn read_calls(path: &Path, block: usize) -> Vec<(String, u64)> {
    use telbill::cdr::{ColumnSpec, LineReader, Row, Wishes, built_in};
    use telbill::input::{Lines, Progress, expand};
    use telbill::when::Zone;

    let zone = Zone::Fixed(28_800);
    let columns = ColumnSpec::default();
    let dialects = built_in();
    let opening = telbill::pipeline::Opening {
        wishes: Wishes {
            dialect: None,
            columns: &columns,
            zone: None,
            source: None,
            contract_zone: zone,
            currency: "CNY",
            near: None,
        },
        dialects: &dialects,
        keep_stdin: false,
        progress: Progress::default(),
    };
    let inputs = expand(&[path.display().to_string()]).expect("is there");
    let (mut files, _) = telbill::pipeline::open_files(&inputs, &opening).expect("understood");
    let file = &mut files[0];
    let mut cutter = file.blocks(0, block).expect("opens");
    let (layout, encoding) = (file.layout.clone(), file.encoding);
    let mut reader = LineReader::new(&layout, encoding, zone, telbill::tariff::Subsecond::Up);
    let mut lines = Lines::new(layout.delimiter, layout.quote, layout.fields);
    let (mut calls, mut number, mut below) = (Vec::new(), 0, layout.header_lines);
    while let Some(block) = cutter.next_block(number, Vec::new()).expect("reads") {
        number += 1;
        let mut seen = 0;
        lines.each(block.text(), |line, at| {
            seen = u64::from(at) + 1;
            if reader.is_blank(&line) {
                return;
            }
            let call = match reader.read(&line, Row { block: 0, line: at }) {
                Ok(call) => format!(
                    "{} {} {} {} {}",
                    text(call.caller),
                    text(call.callee),
                    call.second,
                    call.talk,
                    text(call.agent).split_whitespace().collect::<String>()
                ),
                Err(reject) => format!("{} {}", reject.kind.code(), text(line.text)),
            };
            calls.push((call, below + u64::from(at) + 1));
        });
        below += seen;
    }
    calls
}

/// Names of agents, some with delimiters, quotes and line breaks in them.
fn agent() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            4 => Just("张三".to_owned()),
            2 => Just("\n".to_owned()),
            1 => Just("\r\n".to_owned()),
            1 => Just("\"".to_owned()),
            1 => Just(", ".to_owned()),
            1 => Just("x".to_owned()),
        ],
        0..6,
    )
    .prop_map(|parts| parts.concat().trim_matches([' ', '\r', '\n', '"', ',']).to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever line breaks quoted cells hold, in whichever column, the calls are those of the same
    /// table without, at any block size, and each is named by the line that it begins on.
    #[test]
    fn line_breaks_in_cells_change_no_call(
        agents in proptest::collection::vec(agent(), 1..30),
        column in 0usize..5,
        broken_header in any::<bool>(),
        crlf in any::<bool>(),
        sizes in proptest::collection::vec(1usize..600, 3),
    ) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let end = if crlf { "\r\n" } else { "\n" };
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let flat = |cell: &str| cell.replace("\r\n", " ").replace('\n', " ");
        let table = |breaks: bool| {
            let mut heads = vec!["主叫号码", "被叫号码", "开始时间", "通话时长(秒)"];
            heads.insert(column, "坐席");
            let mut heads: Vec<String> = heads.into_iter().map(str::to_owned).collect();
            if breaks && broken_header {
                let head = heads.iter_mut().find(|head| *head == "被叫号码").expect("is there");
                *head = quoted("被叫\n号码");
            }
            let mut rows = vec![heads.join(",")];
            for (index, agent) in agents.iter().enumerate() {
                let mut cells = vec![
                    "13800000001".to_owned(),
                    format!("138000001{index:02}"),
                    format!("2024-10-01 08:{:02}:00", index % 60),
                    (60 + index).to_string(),
                ];
                cells.insert(column, quoted(&if breaks { agent.clone() } else { flat(agent) }));
                rows.push(cells.join(","));
            }
            rows.join(end) + end
        };
        let (one, other) = (folder.path().join("one.csv"), folder.path().join("other.csv"));
        let broken = table(true);
        std::fs::write(&one, table(false)).expect("write");
        std::fs::write(&other, &broken).expect("write");
        let expected: Vec<String> = read_calls(&one, 1 << 16).into_iter().map(|(c, _)| c).collect();
        prop_assert_eq!(expected.len(), agents.len());
        // Lines on which records begin, counted here: a record ends where no quote is open.
        let mut begins = Vec::new();
        let mut open = false;
        for (number, line) in broken.split_inclusive('\n').enumerate() {
            if !open {
                begins.push(number as u64 + 1);
            }
            open ^= line.matches('"').count() % 2 == 1;
        }
        for size in sizes.into_iter().chain([1 << 16]) {
            let read = read_calls(&other, size);
            let calls: Vec<String> = read.iter().map(|(call, _)| call.clone()).collect();
            prop_assert_eq!(&calls, &expected, "block size {}", size);
            let lines: Vec<u64> = read.iter().map(|(_, line)| *line).collect();
            prop_assert_eq!(&lines, &begins[1..], "block size {}", size);
        }
    }

    /// Quotes that are never closed lose no call, whatever stands around them.
    #[test]
    fn stray_quotes_lose_no_call(
        strays in proptest::collection::vec((0usize..30, 0usize..5), 1..6),
        size in 1usize..600,
    ) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut rows: Vec<Vec<String>> = (0..30)
            .map(|index| {
                ["13800000001", &format!("138000001{index:02}"), "2024-10-01 08:00:00", "60", "甲"]
                    .map(str::to_owned)
                    .to_vec()
            })
            .collect();
        for (row, place) in strays {
            // Before or behind the agent's name, or alone.
            rows[row][4] = ["\"甲", "甲\"", "\"", "\"甲\"\"", "甲\"乙"][place].to_owned();
        }
        let rows: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        let text = format!("主叫号码,被叫号码,开始时间,通话时长(秒),坐席\n{}\n", rows.join("\n"));
        let path = folder.path().join("calls.csv");
        std::fs::write(&path, text).expect("write");
        let read = read_calls(&path, size);
        prop_assert_eq!(read.len(), 30);
        for (index, (call, line)) in read.iter().enumerate() {
            let begins = format!("13800000001 138000001{index:02} 28800 60 ");
            prop_assert!(call.starts_with(&begins), "{}", call);
            prop_assert_eq!(*line, index as u64 + 2);
        }
    }
}

#[test]
fn a_header_on_two_lines_is_read_as_one() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("calls.csv");
    let rows = "13800000001,13800000101,2024-10-01 08:00:00,60,甲\n\
                13800000001,13800000102,2024-10-01 08:01:00,61,乙\n";
    for (header, agent) in [
        ("主叫号码,被叫号码,通话信息,,坐席\n,,开始时间,通话时长(秒),\n", true),
        ("号码信息,,通话信息,,人员\n主叫号码,被叫号码,开始时间,通话时长(秒),坐席\n", true),
        ("主叫,被叫,开始,通话,坐席\n号码,号码,时间,时长,姓名\n", true),
        ("主叫,被叫,通话,,坐席\n号码,号码,开始时间,时长,\n", true),
        ("Title of it,,,,\n\n主叫号码,被叫号码,通话信息,,坐席\n,,开始时间,通话时长(秒),\n", true),
    ] {
        std::fs::write(&path, format!("{header}{rows}")).expect("write");
        let first = header.lines().count() as u64 + 1;
        let names = if agent { ["甲", "乙"] } else { ["", ""] };
        assert_eq!(
            read_calls(&path, 1 << 16),
            [
                (format!("13800000001 13800000101 28800 60 {}", names[0]), first),
                (format!("13800000001 13800000102 28860 61 {}", names[1]), first + 1),
            ],
            "{header}"
        );
    }
    // Units below the names.
    let text = "主叫号码,被叫号码,开始时间,通话时长,坐席\n,,,(分),\n";
    std::fs::write(&path, format!("{text}{}", rows.replace(",60,", ",2,"))).expect("write");
    let read = read_calls(&path, 1 << 16);
    assert_eq!(read[0], ("13800000001 13800000101 28800 120 甲".to_owned(), 3));
    let text = text.replace("(分)", "分钟");
    std::fs::write(&path, format!("{text}{}", rows.replace(",60,", ",2,"))).expect("write");
    assert_eq!(read_calls(&path, 1 << 16)[0].0, "13800000001 13800000101 28800 120 甲");
    // A record below a header is none of its lines.
    std::fs::write(&path, "主叫号码,被叫号码,开始时间,通话时长(秒),坐席\na,b,c,d,e\n")
        .expect("write");
    assert_eq!(read_calls(&path, 1 << 16).len(), 1);
}
