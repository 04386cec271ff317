//! `telbill inspect` on what is odd: times without a year or with their own offsets, several files, pins
//! with odd names, numbers that must not be seen, and the list of dialects.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use telbill::cli::exit;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
    folder
}

fn run(at: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telbill"));
    command.current_dir(at).args(arguments).env_remove("TELBILL_LANG");
    command.env("LC_ALL", "C.UTF-8").output().expect("runs")
}

fn json(at: &Path, arguments: &[&str]) -> Value {
    let output = run(at, &[&["inspect"], arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
}

fn page(at: &Path, arguments: &[&str]) -> String {
    let output = run(at, &[&["inspect", "--lang", "en"], arguments].concat());
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const NO_YEAR: &str = "主叫号码,被叫号码,开始时间,通话时长(秒),费用(元)\n\
    057188880001,13800000001,12-31 23:59:00,60,0.10\n\
    057188880001,13800000002,01-02 09:00:00,30,0.05\n";

/// By hand: the first call is on the last day of a year, the second two days later.
#[test]
fn times_without_a_year_are_read_and_it_is_said_what_tells_the_year() {
    let above = format!("账期：2024-12\n{NO_YEAR}");
    let folder = folder(&[
        ("calls.csv", NO_YEAR.as_bytes()),
        ("calls-202412.csv", NO_YEAR.as_bytes()),
        ("above.csv", above.as_bytes()),
        ("calls-202406.csv", NO_YEAR.as_bytes()),
    ]);
    let at = folder.path();
    let told = |arguments: &[&str]| {
        let calls = json(at, arguments)["files"][0]["calls"].clone();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        assert_eq!(calls["facts"]["answered"], 2, "{arguments:?}");
        (
            text(&calls["known"]["year"]),
            text(&calls["facts"]["first"]),
            text(&calls["facts"]["last"]),
        )
    };
    let is =
        |year: &str, first: &str, last: &str| (year.to_owned(), first.to_owned(), last.to_owned());
    let (first, last) = ("2024-12-31 23:59:00", "2025-01-02 09:00:00");
    assert_eq!(told(&["calls-202412.csv"]), is("name", first, last));
    assert_eq!(told(&["above.csv"]), is("above", first, last));
    assert_eq!(told(&["calls.csv", "--period", "2024-12"]), is("period", first, last));
    let given = told(&["calls.csv", "--columns", "year=2024"]);
    assert_eq!(given, is("given", "2024-01-02 09:00:00", first));
    // Nothing tells it; half a year away, a name tells nothing.
    for name in ["calls.csv", "calls-202406.csv"] {
        assert_eq!(told(&[name]), is("unknown", "12-31 23:59:00", "01-02 09:00:00"), "{name}");
    }
    let said = words(&page(at, &["calls.csv"]));
    assert!(said.contains("Year not known") && said.contains("--period"), "{said}");
    assert!(said.contains("12-31 23:59:00 to 01-02 09:00:00"), "{said}");
    let wrong = run(at, &["inspect", "calls.csv", "--period", "December"]);
    assert_eq!(wrong.status.code(), Some(i32::from(exit::UNUSABLE)));
    // The audit reads it too, where something tells the year, and else asks.
    let contract = root().join("fixtures/offer.toml").display().to_string();
    let audit = |name: &str| {
        let output = run(at, &["rate", "-t", &contract, name, "--lang", "en"]);
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(audit("calls-202412.csv").contains("the file's name tells the month"));
    assert!(audit("calls.csv").contains("[cdr-year]"), "{}", audit("calls.csv"));
}

/// 09:00:01 at eight hours east is 01:00:01 UTC; so is 10:00:01 at nine hours east.
#[test]
fn times_that_name_their_offset_are_shown_in_it() {
    let one = "Start,Duration\n2024-05-06T09:00:01+08:00,60\n2024-05-06T09:05:00+08:00,30\n";
    let two = "Start,Duration\n2024-05-06T09:00:01+08:00,60\n2024-05-06T10:00:01+09:00,30\n";
    let epoch = "Start,Duration\n1714957201,60\n";
    let folder = folder(&[
        ("one.csv", one.as_bytes()),
        ("two.csv", two.as_bytes()),
        ("epoch.csv", epoch.as_bytes()),
    ]);
    let at = folder.path();
    let of = |name: &str| {
        let calls = json(at, &[name])["files"][0]["calls"].clone();
        let facts = &calls["facts"];
        (calls["zone"]["offsets"].to_string(), facts["first"].clone(), facts["shown_in"].clone())
    };
    let one = ("[\"+08:00\"]".into(), "2024-05-06 09:00:01".into(), "+08:00".into());
    assert_eq!(of("one.csv"), one);
    let utc: (String, Value, Value) =
        ("[\"+08:00\",\"+09:00\"]".into(), "2024-05-06 01:00:01".into(), "UTC".into());
    assert_eq!(of("two.csv"), utc);
    assert_eq!(of("epoch.csv").1, "2024-05-06 01:00:01");
    let said = words(&page(at, &["two.csv"]));
    assert!(said.contains("every time names its own: +08:00, +09:00; shown in UTC"), "{said}");
    assert!(words(&page(at, &["one.csv"])).contains("+08:00 (every time names it)"));
}

/// Each odd name must be typed and written so that it is read back as itself.
#[test]
fn odd_columns_are_pinned_by_a_shell_line_and_by_a_file() {
    let name = |header: &str| format!("\"{}\"", header.replace('"', "\"\""));
    let odd: [(&str, &str); 12] = [
        ("Start time", "Talk time"),
        ("开始 时间", "时长（秒）"),
        ("a=b", "c,d"),
        ("it's", "say \"so\""),
        ("#2", "3"),
        ("$HOME", "`x`"),
        ("a:s", "b:min"),
        ("!x", "*"),
        ("back\\slash", "semi;colon"),
        ("pipe|d", "tab-less"),
        ("13800000001", "x"),
        ("-v", "--columns"),
    ];
    for (start, talk) in odd {
        let text = format!(
            "{},{}\n2024-10-01 08:00:00,61\n2024-10-01 09:00:00,5\n",
            name(start),
            name(talk)
        );
        let folder = folder(&[("calls.csv", text.as_bytes())]);
        let at = folder.path();
        let typed = ["calls.csv", "--columns", "start=#1,talk=#2:s"];
        let first = json(at, &[&typed[..], &["--save", "pin.toml"]].concat());
        let calls = &first["files"][0]["calls"];
        assert_eq!(calls["facts"]["talk_seconds"], 66, "{start} {talk}: {first}");
        let pinned = json(at, &["calls.csv", "--dialect", "pin.toml"]);
        let same = |again: &Value, how: &str| {
            let again = &again["files"][0]["calls"];
            for key in ["facts", "lines"] {
                assert_eq!(again[key], calls[key], "{start} {talk} {how}: {again}");
            }
        };
        same(&pinned, "pin");
        // The line as a shell takes it: it is printed last, on one line of its own.
        let said = page(at, &typed);
        let line = said.lines().rfind(|line| line.trim_start().starts_with("--columns"));
        let line = line.unwrap_or_else(|| panic!("no line: {said}")).trim();
        let typed =
            format!("{} inspect calls.csv --format json {line}", env!("CARGO_BIN_EXE_telbill"));
        let mut shell = Command::new("sh");
        let output = shell.current_dir(at).arg("-c").arg(&typed).output().expect("a shell");
        let again = serde_json::from_slice(&output.stdout);
        same(&again.unwrap_or_else(|why| panic!("{why}: {line} {output:?}")), line);
    }
}

#[test]
fn odd_readings_are_pinned() {
    let gb = telbill::input::encode_text(
        "开始时间;通话时长;费用\n1/10/2024 08:00:00;1,5;0,10\n13/10/2024 08:00:00;2,5;1.000,50\n",
        telbill::input::Encoding::Gb18030,
    );
    let folder = folder(&[
        ("comma.csv", &gb),
        ("noyear.csv", b"start,talk\n12-31 08:00:00,60\n"),
        ("bare.csv", b"1,2024-10-01 08:00:00,61\n2,2024-10-01 09:00:00,5\n"),
    ]);
    let at = folder.path();
    // 1.5 min + 2.5 min, and 0.10 + 1000.50, by hand.
    let typed = ["comma.csv", "--columns", "talk=通话时长:min"];
    for (typed, talk) in [
        (&typed[..], 240),
        (&["noyear.csv", "--columns", "year=2023"], 60),
        (&["bare.csv", "--columns", "start=#2,talk=#3"], 66),
    ] {
        let first = json(at, &[typed, &["--save", "pin.toml"]].concat());
        let calls = &first["files"][0]["calls"];
        assert_eq!(calls["facts"]["talk_seconds"], talk, "{first}");
        let options = calls["pin"]["options"].as_array().expect("options");
        let options: Vec<&str> = options.iter().map(|one| one.as_str().expect("text")).collect();
        let again = json(at, &[&[typed[0]], options.as_slice()].concat());
        assert_eq!(again["files"][0]["calls"]["facts"], calls["facts"], "{options:?}");
        let year: &[&str] =
            if typed[0] == "noyear.csv" { &["--columns", "year=2023"] } else { &[] };
        let again = json(at, &[&[typed[0], "--dialect", "pin.toml"], year].concat());
        assert_eq!(again["files"][0]["calls"]["facts"], calls["facts"], "{first}");
    }
    let first = json(at, &["comma.csv", "--columns", "talk=通话时长:min"]);
    let calls = &first["files"][0]["calls"];
    assert_eq!(
        (&calls["facts"]["charges"], &calls["known"]["dates"]),
        (&"1000.60".into(), &"dmy".into())
    );
}

/// What must not be seen: numbers in identifiers, in free text, in a header that is none, however written.
#[test]
fn numbers_are_masked_in_every_output_and_in_what_is_saved() {
    let calls = "流水号,主叫号码,被叫号码,开始时间,通话时长(秒),状态,备注\n\
        13800138000-1,057188886666,13800138000,2024-10-01 08:00:00,60,已接通,客户 138 0013 8000 回电\n\
        13800138000-2,０５７１８８８８６６６６,+86 138-0013-8000,2024-10-01 09:00:00,60,转13800138000,(0571)88886666\n\
        13800138000-3,057188886666,13800138000,2024-10-01 25:00:00 13800138000,60,已接通,无\n";
    let unknown = "13800138000,057188886666,x\n13800138000,057188886666,y\n";
    let folder = folder(&[
        ("calls.csv", calls.as_bytes()),
        ("unknown.csv", unknown.as_bytes()),
        ("13800138000.csv", calls.as_bytes()),
    ]);
    let at = folder.path();
    let digits = |text: &str| -> String {
        let narrow = |c: char| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        };
        text.chars().map(narrow).filter(|c| !matches!(c, '-' | ' ' | '(' | ')' | '+')).collect()
    };
    let seen = |text: &str| {
        let text = digits(text);
        text.contains("13800138000") || text.contains("057188886666")
    };
    assert!(seen(calls), "the test would see them");
    for arguments in [
        &["calls.csv"][..],
        &["unknown.csv"],
        &["calls.csv", "--columns", "id=备注"],
        &["calls.csv", "--format", "json"],
        &["unknown.csv", "--format", "json"],
        &["calls.csv", "--format", "csv"],
        &["calls.csv", "--format", "csv", "--section", "rejects"],
        &["calls.csv", "--format", "csv", "--section", "files"],
        &["unknown.csv", "--columns", "start=when,talk=long"],
    ] {
        for language in ["en", "zh"] {
            let output = run(at, &[&["inspect", "--lang", language], arguments].concat());
            for stream in [output.stdout, output.stderr] {
                let text = String::from_utf8(stream).expect("UTF-8");
                assert!(!seen(&text), "{arguments:?}: {text}");
            }
        }
    }
    for file in ["calls.csv", "13800138000.csv"] {
        run(at, &["inspect", file, "--save", "pin.toml"]);
        let pin = std::fs::read_to_string(at.join("pin.toml")).expect("saved");
        assert!(!seen(&pin), "{pin}");
    }
    assert!(seen(&page(at, &["calls.csv", "--show-numbers"])));
}

#[test]
fn each_file_and_part_is_answered_and_then_all() {
    let good = "Start,Duration\n2024-10-01 08:00:00,60\n";
    let doubtful = "Start,Duration\n1/2/2024 08:00:00,60\n3/4/2024 08:00:00,60\n";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("a.csv", good), ("b.csv", doubtful), ("readme.txt", "no table at all\n")]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("written");
    }
    let zip = zip.finish().expect("made").into_inner();
    let folder = folder(&[
        ("month.zip", &zip),
        ("in/a.csv", good.as_bytes()),
        ("in/b.csv", good.as_bytes()),
        ("other.csv", b"a,b\n1,2\n"),
    ]);
    let at = folder.path();
    let kinds = |arguments: &[&str]| -> Vec<(String, String)> {
        let all = json(at, arguments);
        let files = all["files"].as_array().expect("files").iter();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        files.map(|file| (text(&file["file"]), text(&file["kind"]))).collect()
    };
    // The doubtful part is refused by itself and hides not the other.
    let of_zip = kinds(&["month.zip"]);
    let names: Vec<&str> = of_zip.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(names, ["calls", "refused"], "{of_zip:?}");
    assert!(of_zip[1].0.ends_with("b.csv"), "{of_zip:?}");
    let warned = run(at, &["inspect", "month.zip", "--lang", "en"]);
    assert!(String::from_utf8_lossy(&warned.stderr).contains("readme.txt"), "{warned:?}");
    assert_eq!(kinds(&["in", "other.csv"]).len(), 3);
    let code = |arguments: &[&str]| {
        run(at, &[&["inspect"], arguments].concat()).status.code().map(|code| code as u8)
    };
    assert_eq!(code(&["month.zip"]), Some(exit::UNUSABLE));
    assert_eq!(code(&["in"]), Some(exit::FINE));
    assert_eq!(code(&["in", "other.csv"]), Some(exit::UNUSABLE));
    let said = words(&page(at, &["in", "other.csv"]));
    assert!(said.contains("3 files: 2 calls, 2 of them answered"), "{said}");
    assert!(said.contains("files that can't be used: 1"), "{said}");
    let rows = page(at, &["in", "other.csv", "--format", "csv", "--section", "files"]);
    assert_eq!(rows.lines().count(), 4, "{rows}");
}

/// Every dialect's own file, with the widest that is in them: 80 columns, but for what is typed.
#[test]
fn no_page_is_wider_than_eighty_columns() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("fixtures/dialects"))
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "calls"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    let names: Vec<String> = files.iter().map(name).collect();
    let arguments: Vec<&str> = names.iter().map(String::as_str).collect();
    for language in ["en", "zh"] {
        for arguments in [&arguments[..], &["--dialects"]] {
            let all = [&["inspect", "--lang", language], arguments].concat();
            let output = run(&root().join("fixtures/dialects"), &all);
            let page = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(page.lines().count() > 70, "{page}");
            // What is typed, and diagnostics with their advice, are not wrapped.
            let whole = ["--", "error[", "错误[", "= help:", "= 建议:"];
            let wrapped =
                |line: &&str| !whole.iter().any(|mark| line.trim_start().starts_with(mark));
            for line in page.lines().filter(wrapped) {
                let wide = |c: char| {
                    usize::from(
                        u32::from(c) >= 0x1100 && !matches!(c, '–' | '─' | '•' | '…' | '‐'..='⋿'),
                    ) + 1
                };
                let width: usize = line.chars().map(wide).sum();
                assert!(width <= 80, "{width}: {line}");
            }
        }
    }
}

#[test]
fn dialects_are_listed_for_people_and_programs() {
    let json: Value = {
        let output = run(root(), &["inspect", "--dialects", "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let schema = run(root(), &["generate", "schema", "dialects"]).stdout;
    let schema: Value = serde_json::from_slice(&schema).expect("JSON");
    assert!(jsonschema::validator_for(&schema).expect("a schema").is_valid(&json));
    let all = json["dialects"].as_array().expect("dialects");
    let kept = std::fs::read_dir(root().join("src/cdr/dialects")).expect("dialects").count();
    assert_eq!(all.len(), kept);
    // As Asterisk's documentation has it: billsec is the time from the answer on.
    let asterisk = all.iter().find(|one| one["name"] == "asterisk-cdr-csv").expect("Asterisk");
    assert_eq!(asterisk["talk"][0], "billsec");
    assert!(all.iter().any(|one| one["refused"].is_string()));
    let page = page(root(), &["--dialects"]);
    let csv = run(root(), &["inspect", "--dialects", "--format", "csv"]).stdout;
    let csv = String::from_utf8(csv).expect("UTF-8");
    for one in all {
        let name = one["name"].as_str().expect("a name");
        assert!(page.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}");
        assert!(csv.lines().any(|line| line.starts_with(&format!("{name},"))), "{name}");
    }
    assert_eq!(run(root(), &["inspect"]).status.code(), Some(2));
}

/// What a bill is, and what it comes to.
#[test]
fn bills_are_told_in_short() {
    let bill = "费用项目,数量,单价,金额\n坐席月租,2,50,100.00\n通话费,100,0.10,10.00\n";
    let folder = folder(&[("bill.csv", bill.as_bytes())]);
    let all = json(folder.path(), &["bill.csv"]);
    let bill = &all["files"][0];
    assert_eq!((&bill["kind"], &bill["option"]), (&"invoice".into(), &"--invoice".into()));
    assert_eq!((&bill["says"]["form"], &bill["says"]["lines"]), (&"table".into(), &"2".into()));
    // 100.00 + 10.00.
    assert_eq!(bill["says"]["total"], "110.00");
}

/// The audit, the estimate and the prices of rows say how each file was read.
#[test]
fn commands_say_how_files_were_read() {
    let month = root().join("fixtures/scenarios/buyers-guide");
    let named = |name: &str| month.join(name).display().to_string();
    let (tariff, calls, invoice) = (named("tariff.toml"), named("calls.csv"), named("invoice.csv"));
    let read = |arguments: &[&str]| -> Value {
        let output = run(root(), &[arguments, &["--format", "json", "-q"]].concat());
        let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        all["reading"]["files"][0].clone()
    };
    let audit = read(&["audit", "-t", &tariff, "-c", &calls, "-i", &invoice]);
    let estimate = read(&["estimate", "-t", &tariff, "-c", &calls]);
    for reading in [&audit, &estimate] {
        assert_eq!(reading["dialect"], "generic", "{reading}");
        assert_eq!(reading["known"]["score"], 100);
        assert_eq!(
            (&reading["zone_known"], &reading["whose"]),
            (&"contract".into(), &"provider".into())
        );
        assert_eq!(
            (&reading["units"]["talk"], &reading["columns"]["charge"]),
            (&"s".into(), &"费用(元)".into())
        );
        assert_eq!((&reading["records"], &reading["lines"]), (&20_000.into(), &20_001.into()));
    }
    let output = run(root(), &["rate", "-t", &tariff, &calls, "--lang", "en"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("UTF-8, dialect generic; times in Asia/Shanghai"), "{said}");
    assert!(run(root(), &["rate", "-t", &tariff, &calls, "-q"]).stderr.is_empty());
    // A zip with a remark of its dialect.
    let vos = std::fs::read_dir(root().join("fixtures/dialects")).expect("fixtures");
    let mut vos: Vec<PathBuf> = vos.map(|entry| entry.expect("an entry").path()).collect();
    vos.retain(|path| {
        path.to_string_lossy().contains("vos3000-export")
            && path.extension().is_some_and(|e| e != "calls")
    });
    vos.sort();
    let said = run(
        root(),
        &[
            "estimate",
            "-t",
            "fixtures/offer.toml",
            "-c",
            &vos[0].display().to_string(),
            "--lang",
            "en",
        ],
    );
    let said = words(&String::from_utf8_lossy(&said.stdout));
    assert!(said.contains("rows with fee 0 may have been left out"), "{said}");
}
