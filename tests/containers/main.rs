//! One month saved in every container reads as the same calls; what is odd about containers is
//! answered.

mod packed;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rust_decimal::Decimal;

use packed::{containers, gzip, records, zipped};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/containers")
}

fn calls() -> String {
    std::fs::read_to_string(fixtures().join("calls.csv")).expect("reads")
}

fn rows() -> Vec<Vec<String>> {
    records(&calls(), b',')
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telbill"));
    command.args(arguments).args(["--lang", "en"]).current_dir(fixtures());
    command
}

fn rate(path: &Path) -> Output {
    let path = path.display().to_string();
    command(&["rate", "-t", "tariff.toml", &path]).output().expect("runs")
}

fn rate_stdin(bytes: &[u8]) -> Output {
    let mut child = command(&["rate", "-t", "tariff.toml", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // It may stop reading before the end.
    let _ = child.stdin.take().expect("piped").write_all(bytes);
    child.wait_with_output().expect("ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What was rated: the calls, and what each costs. Figures as figures: `0.00` is 0 in a workbook.
fn rated(output: &Output, delimiter: u8, what: &str) -> Vec<Vec<String>> {
    assert_eq!(output.status.code(), Some(0), "{what}: {}", text(&output.stderr));
    let mut rows = records(&text(&output.stdout), delimiter);
    let figures = ["通话时长(秒)", "计费时长(秒)", "费用(元)", "telbill_charge"];
    let heads = rows[0].clone();
    for row in &mut rows[1..] {
        for (cell, head) in row.iter_mut().zip(&heads) {
            if figures.contains(&head.as_str()) {
                let figure: Decimal = cell.parse().unwrap_or_else(|_| panic!("{what}: {cell}"));
                *cell = figure.normalize().to_string();
            }
        }
    }
    rows
}

#[test]
fn the_same_calls_come_out_of_every_container() {
    let folder = tempfile::tempdir().expect("folder");
    let plain = rated(&rate(&fixtures().join("calls.csv")), b',', "calls.csv");
    assert_eq!(plain.len(), 81);
    let old = std::fs::read(fixtures().join("calls.xls")).expect("reads");
    for (name, bytes, delimiter) in
        containers(&calls()).into_iter().chain([("calls.xls", old, b',')])
    {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).expect("writes");
        assert_eq!(rated(&rate(&path), delimiter, name), plain, "{name}");
        assert_eq!(rated(&rate_stdin(&bytes), delimiter, name), plain, "{name} by standard input");
    }
}

/// Auditing reads files twice: what is held back as a duplicate comes again from where it was.
#[test]
fn duplicates_are_found_in_every_container() {
    let folder = tempfile::tempdir().expect("folder");
    let doubled: String = calls().lines().next().expect("a header").to_owned()
        + "\n"
        + &calls().lines().skip(1).flat_map(|line| [line, "\n", line, "\n"]).collect::<String>();
    let found = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        std::fs::write(&path, bytes).expect("writes");
        let path = path.display().to_string();
        let mut child = command(&["audit", "-t", "tariff.toml", "--format", "json", "-c", &path])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let stdin = child.stdin.take();
        drop(stdin);
        let output = child.wait_with_output().expect("ends");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        report["findings"].clone()
    };
    let plain = found("calls.csv", doubled.as_bytes());
    assert!(plain.to_string().contains("duplicate"), "{plain}");
    let without_names =
        |value: &serde_json::Value, name: &str| value.to_string().replace(name, "*");
    for (name, bytes) in [
        ("calls.csv.gz", gzip(doubled.as_bytes())),
        ("calls.zip", zipped(&[("calls.csv", doubled.as_bytes())])),
    ] {
        let same = found(name, &bytes);
        let (a, b) =
            (without_names(&plain, "calls.csv"), without_names(&same, "calls.zip::calls.csv"));
        let b = b.replace("calls.csv.gz", "*");
        assert_eq!(a, b, "{name}");
    }
}

#[test]
fn a_folder_is_the_files_in_it() {
    let folder = tempfile::tempdir().expect("folder");
    let all = calls();
    let (head, body) = all.split_once('\n').expect("a header");
    let lines: Vec<&str> = body.lines().collect();
    let half = |lines: &[&str]| format!("{head}\n{}\n", lines.join("\n"));
    std::fs::write(folder.path().join("1.csv"), half(&lines[..40])).expect("writes");
    std::fs::create_dir(folder.path().join("older")).expect("folder");
    std::fs::write(folder.path().join("older/2.csv.gz"), gzip(half(&lines[40..]).as_bytes()))
        .expect("writes");
    std::fs::write(folder.path().join("0.pdf"), "%PDF-1.7\n").expect("writes");
    std::fs::write(folder.path().join("readme.md"), "# October\n").expect("writes");
    std::fs::write(folder.path().join(".DS_Store"), "\0\0").expect("writes");
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("runs").success());
        std::os::unix::fs::symlink("nowhere", folder.path().join("broken")).expect("links");
        std::os::unix::fs::symlink(".", folder.path().join("circle")).expect("links");
    }
    let output = rate(folder.path());
    let plain = rated(&rate(&fixtures().join("calls.csv")), b',', "calls.csv");
    assert_eq!(rated(&output, b',', "folder"), plain);
    let said = text(&output.stderr);
    for name in ["0.pdf", "readme.md", "pipe", "broken", "circle"] {
        assert!(cfg!(not(unix)) || said.contains(&format!("/{name}")), "{name}: {said}");
    }
    assert!(!said.contains("DS_Store"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_pipe_by_name_is_a_stream() {
    let folder = tempfile::tempdir().expect("folder");
    let plain = rated(&rate(&fixtures().join("calls.csv")), b',', "calls.csv");
    for (name, bytes) in [("plain", calls().into_bytes()), ("book", packed::xlsx(&rows()))] {
        let pipe = folder.path().join(name);
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("runs").success());
        let to = pipe.clone();
        let writing = std::thread::spawn(move || std::fs::write(to, bytes).expect("writes"));
        assert_eq!(rated(&rate(&pipe), b',', name), plain, "{name}");
        writing.join().expect("wrote");
    }
}

/// Parquet is read if telbill is built for it.
#[test]
fn parquet_is_read_or_said_to_be_left_out() {
    let output = rate(&fixtures().join("calls.parquet"));
    if cfg!(feature = "parquet") {
        let plain = rated(&rate(&fixtures().join("calls.csv")), b',', "calls.csv");
        assert_eq!(rated(&output, b',', "calls.parquet"), plain);
        let bytes = std::fs::read(fixtures().join("calls.parquet")).expect("reads");
        assert_eq!(rated(&rate_stdin(&bytes), b',', "by standard input"), plain);
        assert_eq!(rated(&rate_stdin(&gzip(&bytes)), b',', "in gzip"), plain);
    } else {
        assert!(text(&output.stderr).contains("[file-parquet]"), "{}", text(&output.stderr));
    }
}

/// A workbook by hand: times from 1904, no shared texts, places left out, prefixed names, formulas.
fn odd_xlsx(cells: &str) -> Vec<u8> {
    let rels = |body: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{body}</Relationships>"
        )
    };
    let rel = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    zipped(&[
        ("_rels/.rels", rels(&rel("a", "officeDocument", "/book/workbook.xml")).as_bytes()),
        (
            "book/workbook.xml",
            b"<x:workbook xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
              xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
              <x:workbookPr date1904=\"1\"/><x:sheets><x:sheet name=\"A &amp; B\" sheetId=\"1\" \
              r:id=\"s\" state=\"veryHidden\"/></x:sheets></x:workbook>",
        ),
        (
            "book/_rels/workbook.xml.rels",
            rels(&(rel("s", "worksheet", "one.xml") + &rel("t", "styles", "look.xml"))).as_bytes(),
        ),
        (
            "book/look.xml",
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; h:mm\"/></numFmts>\
              <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"21\"/><xf numFmtId=\"10\"/></cellXfs></styleSheet>".as_bytes(),
        ),
        ("book/one.xml", format!("<worksheet><sheetData>{cells}</sheetData></worksheet>").as_bytes()),
    ])
}

#[test]
fn cells_are_what_excel_shows_and_exactly_what_it_stores() {
    let head = "<row r=\"3\"><c t=\"inlineStr\"><is><t>被叫号码</t><rPh><t>no</t></rPh></is></c>\
                <c t=\"inlineStr\"><is><r><t>开始</t></r><r><t>时间</t></r></is></c><c t=\"str\"><v>通话时长</v></c>\
                <c t=\"str\"><v>费用(元)</v></c><c t=\"str\"><v>备注_x000D_1</v></c></row>";
    // 44111.375752314816 days after 1904-01-01 is 2024-10-08 09:01:05; 83 s is 83/86400 of a day.
    let row = "<row><c><v>1.3800138000999999E10</v></c><c s=\"1\"><v>44111.375752314816</v></c>\
               <c s=\"2\"><v>9.6064814814814819E-4</v></c><c s=\"3\"><f>A1*0.1</f><v>0.30000000000000004</v></c>\
               <c r=\"E4\" t=\"e\"><v>#N/A</v></c></row>";
    let uncalculated = "<row r=\"5\"><c r=\"A5\"><v>13800138000</v></c><c r=\"B5\" s=\"1\"><v>44111.5</v></c>\
                        <c r=\"C5\"><v>10</v></c><c r=\"D5\"><f>C5*0.1</f></c></row>";
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("odd.xlsx");
    std::fs::write(&path, odd_xlsx(&format!("{head}{row}"))).expect("writes");
    let output = rate(&path);
    let said = records(&text(&output.stdout).replace("\n\n", "\n"), b',');
    assert_eq!(said[1][..5], ["13800138001", "2024-10-08 09:01:05", "00:01:23", "0.3", "#N/A"]);
    // A formula that was never calculated is no charge, and no charge of nothing either.
    std::fs::write(&path, odd_xlsx(&format!("{head}{uncalculated}"))).expect("writes");
    let output = rate(&path);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("=C5*0.1"), "{}", text(&output.stdout));
}

/// Rejected rows are named by the rows that the workbook shows, and by the records of JSON.
#[test]
fn rows_are_numbered_as_the_user_sees_them() {
    let cell = |text: &str| format!("<c t=\"str\"><v>{text}</v></c>");
    let row = |number: u32, cells: [&str; 3]| {
        format!("<row r=\"{number}\">{}</row>", cells.map(cell).concat())
    };
    let bad = ["13800138000", "soon", "5"];
    let good = ["13800138000", "2024-10-08 09:00:00", "5"];
    let sheet = row(2, ["被叫号码", "开始时间", "通话时长(秒)"]) + &row(7, good) + &row(9, bad);
    let json =
        "{\"被叫号码\":\"13800138000\",\"开始时间\":\"2024-10-08 09:00:00\",\"通话时长(秒)\":5}\n";
    let lines = format!("{json}{}{json}", json.replace("2024-10-08", "soon"));
    let folder = tempfile::tempdir().expect("folder");
    for (name, bytes, place) in [
        ("a.xlsx", odd_xlsx(&sheet), "a.xlsx::A & B:9"),
        ("a.jsonl", lines.into_bytes(), "a.jsonl:2"),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("writes");
        let rejects = folder.path().join("rejects.csv").display().to_string();
        let tariff = fixtures().join("tariff.toml").display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .current_dir(folder.path())
            .args([
                "audit",
                "-t",
                &tariff,
                "-c",
                name,
                "--lang",
                "en",
                "--format",
                "json",
                "--rejects",
                &rejects,
            ])
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(3), "{name}: {}", text(&output.stderr));
        let written = std::fs::read_to_string(&rejects).expect("written");
        let (file, line) = place.rsplit_once(':').expect("a line");
        assert_eq!(records(&written, b',')[1][..2], [file, line], "{name}: {written}");
    }
}

#[test]
fn invoices_and_rosters_come_out_of_containers() {
    let folder = tempfile::tempdir().expect("folder");
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/clean-month");
    let invoice = std::fs::read(scenario.join("invoice.csv")).expect("reads");
    let audit = |path: &Path| {
        let path = path.display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .current_dir(&scenario)
            .args([
                "audit",
                "-t",
                "tariff.toml",
                "-c",
                "calls.csv",
                "-r",
                "roster.csv",
                "--format",
                "json",
            ])
            .args(["--lang", "en", "-i", &path])
            .output()
            .expect("runs");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{path}: {}", text(&output.stderr)));
        report["bridge"].clone()
    };
    let plain = audit(&scenario.join("invoice.csv"));
    let mut book = rust_xlsxwriter::Workbook::new();
    // Notes on another sheet are named and left out; an empty one is nothing.
    book.add_worksheet().write(0, 0, "请于月底前付款").expect("written");
    book.add_worksheet();
    let sheet = book.add_worksheet();
    for (line, row) in (0u32..).zip(records(&text(&invoice), b',')) {
        for (column, cell) in (0u16..).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(line, column, number).expect("written"),
                Err(_) => sheet.write(line, column, cell).expect("written"),
            };
        }
    }
    for (name, bytes) in [
        ("invoice.csv.gz", gzip(&invoice)),
        ("invoice.zip", zipped(&[("invoice.csv", &invoice)])),
        ("invoice.xlsx", book.save_to_buffer().expect("saves")),
        (
            "invoice.txt",
            [b"\xFF\xFE".to_vec(), packed::utf16(&text(&invoice), u16::to_le_bytes)].concat(),
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        assert_eq!(audit(&path), plain, "{name}");
    }
}

#[test]
fn what_is_boundless_is_refused_and_what_is_damaged_too() {
    let folder = tempfile::tempdir().expect("folder");
    let refused = |name: &str, bytes: &[u8], code: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        let output = rate(&path);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(&format!("[{code}]")), "{name}: {said}");
    };
    let csv = calls();
    // A line of more than a gibibyte after the calls, in a few kilobytes.
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).expect("begins");
    bomb.write_all(csv.as_bytes()).expect("compresses");
    let chunk = vec![b'x'; 1 << 20];
    for _ in 0..1100 {
        bomb.write_all(&chunk).expect("compresses");
    }
    refused("bomb.zst", &bomb.finish().expect("compresses"), "file-limit");
    // A member of which more comes out than its directory says: the size stands 22 bytes behind
    // the signature of the local header and 24 behind that of the directory.
    let mut lying = zipped(&[("calls.csv", csv.as_bytes())]);
    let directory = lying.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a directory");
    for at in [22, directory + 24] {
        lying[at..at + 4].copy_from_slice(&100u32.to_le_bytes());
    }
    refused("lying.zip", &lying, "file-limit");
    let mut torn = zipped(&[("calls.csv", csv.as_bytes())]);
    torn[60] ^= 0x55;
    refused("torn.zip", &torn, "file-damaged");
    let cell = "x".repeat(3 << 20);
    refused(
        "cell.xlsx",
        &odd_xlsx(&format!("<row><c t=\"str\"><v>{cell}</v></c></row>")),
        "file-limit",
    );
    let deep = "<a>".repeat(100_000);
    refused("deep.xlsx", &odd_xlsx(&deep), "file-limit");
    refused("row.xlsx", &odd_xlsx("<row r=\"4294967295\"/>"), "file-limit");
    refused(
        "column.xlsx",
        &odd_xlsx("<row><c r=\"ZZZZ1\" t=\"str\"><v>x</v></c></row>"),
        "file-limit",
    );
    refused("deep.json", format!("[{{\"a\":{}", "[".repeat(1 << 20)).as_bytes(), "file-limit");
    let wide: Vec<String> = (0..100_000).map(|n| format!("\"k{n}\":1")).collect();
    refused("wide.json", format!("[{{{}}}]", wide.join(",")).as_bytes(), "file-limit");
    refused(
        "wide.html",
        format!("<table><tr>{}", "<td>1</td>".repeat(100_000)).as_bytes(),
        "file-limit",
    );
    refused("wide.csv", format!("{}\n", "a,".repeat(100_000)).as_bytes(), "cdr-too-wide");
    refused(
        "text.json",
        format!("[{{\"a\":\"{}\"}}]", "x".repeat(2 << 20)).as_bytes(),
        "file-limit",
    );
    refused("half.json", b"[{\"a\":1},{\"a\"", "file-container");
    refused(
        "word.xls",
        &[&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 600]].concat(),
        "file-container",
    );
    // A billion laughs: none is expanded.
    let laughs = "<!DOCTYPE x [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>";
    let book = format!(
        "{laughs}{}",
        packed::excel_xml(&rows()).replace("<?xml version=\"1.0\"?>\n", "").replacen(
            "话单ID",
            "话单ID&c;",
            1
        )
    );
    let path = folder.path().join("laughs.xls");
    std::fs::write(&path, book).expect("writes");
    let output = rate(&path);
    assert!(text(&output.stdout).starts_with("话单ID&c;"), "{}", text(&output.stderr));
}

/// No bytes make reading panic or go on for ever: damaged copies of every container.
#[test]
fn damaged_copies_are_answered() {
    let folder = tempfile::tempdir().expect("folder");
    let mut seed = 0x2545_F491u32;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed as usize
    };
    for (name, bytes, _) in containers(&calls()) {
        for _ in 0..4 {
            let mut damaged = bytes.clone();
            for _ in 0..1 + random() % 8 {
                let at = random() % damaged.len();
                damaged[at] = (random() >> 7) as u8;
            }
            if random() % 3 == 0 {
                damaged.truncate(random() % bytes.len());
            }
            let path = folder.path().join(name);
            std::fs::write(&path, &damaged).expect("writes");
            let output = rate(&path);
            let code = output.status.code();
            let answered = matches!(code, Some(0 | 2 | 3));
            if !answered {
                let kept = std::env::temp_dir().join(format!("telbill-damaged-{name}"));
                std::fs::write(&kept, &damaged).expect("writes");
                panic!("{name}: {code:?}, kept as {}\n{}", kept.display(), text(&output.stderr));
            }
        }
    }
}
