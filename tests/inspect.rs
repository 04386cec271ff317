//! `telbill inspect` as a user meets it: what files are, how they are read, and that the reading it
//! writes down is the reading that is taken next time.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use telbill::cli::exit;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("write");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telbill"));
        command.current_dir(self.0.path()).arg("inspect").args(arguments);
        command.env_remove("TELBILL_LANG").env("LC_ALL", "C.UTF-8").output().expect("runs")
    }

    fn code(&self, arguments: &[&str]) -> Option<u8> {
        self.run(arguments).status.code().and_then(|code| u8::try_from(code).ok())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {output:?}"))
    }

    fn said(&self, arguments: &[&str], language: &str) -> String {
        let output = self.run(&[arguments, &["--lang", language]].concat());
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const CALLS: &str = "\
导出时间: 2024-11-01
流水号,坐席工号,主叫号码,被叫号码,开始时间,通话时长(秒),费用(元),状态,备注
a1,8001,057188880001,13800000001,2024-10-01 08:00:00,60,0.10,已接通,回访 13800000001
a2,8002,057188880002,13800000002,2024-10-01 09:30:00,0,0.00,无人接听,
a3,8001,057188880001,13800000003,2024-10-02 10:00:00,90,0.20,已接通,

a4,8001,057188880001,13800000004,2024-10-02 25:00:00,30,0.10,已接通,
a5,8001,057188880001,13800000005,2024-10-02 11:00:00,半分钟,0.10,已接通,
合计,,,,,150,0.30,,
";

/// By hand: three calls are read, two of them answered, 60 + 90 s, 0.10 + 0.20.
#[test]
fn calls_are_told_column_by_column_and_line_by_line() {
    let folder = Folder::new(&[("calls.csv", CALLS)]);
    let file = &folder.json(&["calls.csv"])["files"][0];
    assert_eq!(file["kind"], "calls");
    let calls = &file["calls"];
    assert_eq!((&calls["header_line"], &calls["delimiter"]), (&2.into(), &"comma".into()));
    assert_eq!(calls["whose"], "provider");
    assert_eq!(calls["zone"]["known"], "unknown");
    let columns = calls["columns"].as_array().expect("columns");
    let read: Vec<&str> =
        columns.iter().map(|column| column["field"].as_str().unwrap_or("-")).collect();
    assert_eq!(read, ["id", "agent", "caller", "callee", "start", "talk", "charge", "status", "-"]);
    assert_eq!(columns[5]["unit"], "s");
    assert_eq!(columns[3]["examples"][0], "138****0001");
    // A column that is not read may hold numbers too.
    assert_eq!(columns[8]["examples"][0], "回访 138****0001");
    let lines = &calls["lines"];
    for (key, count) in [("all", 9), ("header", 2), ("records", 3), ("blank", 1)] {
        assert_eq!(lines[key], count, "{key}");
    }
    let rejected = serde_json::json!({ "summary-row": 1, "bad-time": 1, "bad-duration": 1 });
    assert_eq!(lines["rejected"], rejected);
    let facts = &calls["facts"];
    assert_eq!((&facts["answered"], &facts["unanswered"]), (&2.into(), &1.into()));
    assert_eq!((&facts["talk_seconds"], &facts["charges"]), (&150.into(), &"0.30".into()));
    assert_eq!(facts["first"], "2024-10-01 08:00:00");
    assert_eq!(facts["last"], "2024-10-02 10:00:00");
    assert_eq!(facts["agents"], 2);
    let rejects: Vec<(u64, &str)> = calls["rejects"]
        .as_array()
        .expect("rejects")
        .iter()
        .map(|row| (row["line"].as_u64().expect("a line"), row["code"].as_str().expect("a code")))
        .collect();
    assert_eq!(rejects, [(7, "bad-time"), (8, "bad-duration"), (9, "summary-row")]);
    let whole = folder.json(&["calls.csv", "--show-numbers"]);
    assert_eq!(whole["files"][0]["calls"]["columns"][3]["examples"][0], "13800000001");
}

#[test]
fn pages_are_at_most_eighty_columns_wide_but_for_what_is_typed() {
    let folder = Folder::new(&[("calls.csv", CALLS)]);
    for language in ["en", "zh"] {
        let page = folder.said(&["calls.csv"], language);
        for line in page.lines().filter(|line| !line.contains("--columns")) {
            let width: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            // Rules and dashes are one cell wide, and not ASCII.
            let thin = line.chars().filter(|c| matches!(c, '─' | '–' | '•')).count();
            assert!(width - thin <= 80, "{line}");
        }
    }
    let page = words(&folder.said(&["calls.csv"], "en"));
    assert!(page.contains("9 = header 2 + calls 3 + blank 1 + no calls 3"), "{page}");
    assert!(page.contains("2.5 minutes, 75.0 s an answered call"), "{page}");
    assert!(page.contains("7 bad-time no date and time start"), "{page}");
    let page = words(&folder.said(&["calls.csv"], "zh"));
    assert!(page.contains("bad-duration 不是时长"), "{page}");
}

#[test]
fn exit_codes() {
    let whole: String = CALLS
        .lines()
        .filter(|line| !line.starts_with(['a', '合']))
        .fold(String::new(), |text, line| text + line + "\n");
    let fine = format!("{whole}a1,8001,1,2,2024-10-01 08:00:00,60,0.10,已接通,\n");
    let none = format!("{whole}a1,8001,1,2,2024-10-01 28:00:00,60,0.10,已接通,\n");
    let folder = Folder::new(&[
        ("calls.csv", CALLS),
        ("fine.csv", &fine),
        ("none.csv", &none),
        ("other.csv", "a,b\n1,2\n"),
    ]);
    for (arguments, code) in [
        (&["fine.csv"][..], exit::FINE),
        (&["calls.csv"], exit::INCOMPLETE),
        (&["fine.csv", "calls.csv"], exit::INCOMPLETE),
        (&["none.csv"], exit::UNUSABLE),
        (&["other.csv", "fine.csv"], exit::UNUSABLE),
        (&["absent.csv"], exit::UNUSABLE),
        (&["fine.csv", "--dialect", "asterix"], exit::UNUSABLE),
        (&["fine.csv", "--save", "fine.csv"], exit::UNUSABLE),
        (&["fine.csv", "calls.csv", "--save", "both.toml"], exit::INCOMPLETE),
        (&[], exit::UNUSABLE),
    ] {
        let output = folder.run(arguments);
        assert_eq!(folder.code(arguments), Some(code), "{arguments:?} {output:?}");
    }
    // A file that can't be used hides none of the others.
    let all = folder.json(&["other.csv", "fine.csv"]);
    assert_eq!(all["files"][0]["problems"][0]["code"], "cdr-unknown");
    assert_eq!(all["files"][1]["kind"], "calls");
    assert_eq!(all["complete"], false);
}

#[test]
fn papers_are_told_apart() {
    let month = root().join("fixtures/scenarios/buyers-guide");
    let named = |name: &str| month.join(name).display().to_string();
    let forecast = root().join("fixtures/estimate/forecast.toml").display().to_string();
    let toml = root().join("fixtures/scenarios/seats-and-lines/invoice.toml").display().to_string();
    let (calls, invoice, roster, tariff) =
        (named("calls.csv"), named("invoice.csv"), named("roster.csv"), named("tariff.toml"));
    let folder = Folder::new(&[("d.toml", "name = \"mine\"\n[columns]\nstart = 1\nend = 2\n")]);
    let all = folder.json(&[&calls, &invoice, &roster, &tariff, &forecast, &toml, "d.toml"]);
    let kinds: Vec<&str> = all["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| file["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["calls", "invoice", "roster", "contract", "forecast", "invoice", "dialect"]);
    // The month's own README: 3,520.10 with tax.
    assert_eq!(all["files"][1]["says"]["total"], "3520.10");
    assert_eq!(all["files"][2]["says"]["seat"], "16");
    assert_eq!(all["files"][3]["says"]["currency"], "CNY");
    assert_eq!(all["complete"], true);
}

#[test]
fn the_zone_is_told_with_its_reason() {
    let contract = root().join("fixtures/offer.toml").display().to_string();
    let folder = Folder::new(&[("calls.csv", CALLS)]);
    let zone = |arguments: &[&str]| {
        let all = folder.json(&[&["calls.csv"], arguments].concat());
        let zone = all["files"][0]["calls"]["zone"].clone();
        (zone["name"].as_str().map(str::to_owned), zone["known"].as_str().map(str::to_owned))
    };
    let told = |name: &str, known: &str| (Some(name.to_owned()), Some(known.to_owned()));
    assert_eq!(zone(&[]), (None, Some("unknown".to_owned())));
    assert_eq!(zone(&["--tariff", &contract]), told("Asia/Shanghai", "contract"));
    assert_eq!(zone(&["--cdr-zone", "UTC"]), told("UTC", "given"));
    let page = words(&folder.said(&["calls.csv"], "en"));
    assert!(page.contains("not known: nothing tells it"), "{page}");
    // 08:00 by a clock in London in October is 15:00 in Shanghai.
    let moved = folder.json(&["calls.csv", "--cdr-zone", "Europe/London", "-t", &contract]);
    assert_eq!(moved["files"][0]["calls"]["facts"]["first"], "2024-10-01 15:00:00");
}

#[test]
fn a_currency_in_a_header_needs_no_contract() {
    let folder = Folder::new(&[(
        "calls.csv",
        "Start Time,Duration,Charge (USD)\n2024-10-01 08:00:00,60,0.10\n",
    )]);
    let all = folder.json(&["calls.csv"]);
    assert_eq!(all["files"][0]["calls"]["facts"]["charges"], "0.10");
    let contract = root().join("fixtures/offer.toml").display().to_string();
    let all = folder.json(&["calls.csv", "-t", &contract]);
    assert_eq!(all["files"][0]["problems"][0]["code"], "cdr-charge-unit");
}

/// What of a reading must be the same under its pin: all but how it came about.
fn reading(file: &Value) -> Value {
    let mut calls = file["calls"].clone();
    let parts = calls.as_object_mut().unwrap_or_else(|| panic!("no calls: {file}"));
    parts.remove("dialect");
    parts.remove("pin");
    // What its dialect remarks goes with the dialect.
    parts.remove("notes");
    let known = parts.remove("known").expect("how it is known");
    parts.insert("dates".to_owned(), known["dates"].clone());
    parts["zone"].as_object_mut().expect("a zone").remove("known");
    calls
}

/// What is not the same in two readings.
fn apart(first: &Value, second: &Value) -> Vec<String> {
    let [first, second] = [reading(first), reading(second)];
    let keys = first.as_object().expect("parts").keys();
    let apart = keys.filter(|key| first[*key] != second[*key]);
    apart.map(|key| format!("{key}: {} became {}", first[key], second[key])).collect()
}

/// Files by name, and what is typed with them.
fn samples() -> Vec<(String, Vec<u8>, Vec<&'static str>)> {
    let kept = |path: &str| std::fs::read(root().join(path)).expect(path);
    let text = |name: &str, text: &str, typed: &[&'static str]| {
        (name.to_owned(), text.as_bytes().to_vec(), typed.to_vec())
    };
    let asterisk = "\"\",\"1002\",\"13800000000\",\"ctx\",\"\"\"A\"\" <1002>\",\"SIP/1\",\"\",\"Dial\",\"\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:51\",27,27,\"ANSWERED\",\"DOCUMENTATION\",\"1706368044.0\",\"\"\n";
    let mut all = vec![
        text("calls.csv", CALLS, &[]),
        text("zoned.csv", CALLS, &["--cdr-zone", "Asia/Tokyo", "--calls-are", "own"]),
        text("Master.csv", asterisk, &[]),
        text(
            "minutes.csv",
            "开始时间;计费分钟;计费6秒数;费用（分）;主叫\n2024-10-01 08:00:00;2;11;20;1\n",
            &[],
        ),
        text(
            "words.csv",
            "when,long,st\n2024-10-01 08:00:00,61000,S\n2024-10-01 09:00:00,0,N\n",
            &["--columns", "start=when,talk=long:ms,status=st,answered=S,unanswered=N|NA"],
        ),
        text(
            "bare.csv",
            "1,2,2024-10-01 08:00:00,61\n",
            &["--columns", "start=#3,talk=#4,callee=#2"],
        ),
        text("twice.csv", "start,duration,cost,duration\n2024-10-01 08:00:00,61,0.1,62\n", &[]),
        text(
            "legs.csv",
            "开始时间,主叫通话时长,被叫通话时长,主叫费用,被叫费用\n2024-10-01 08:00:00,61,50,0.1,0.2\n",
            &[],
        ),
        text(
            "quoted.csv",
            "\"Start, local\",\"a=b\"\n2024-10-01 08:00:00,61\n",
            &["--columns", "start=#1,talk=#2"],
        ),
        ("rate.csv".to_owned(), kept("fixtures/rate.csv"), Vec::new()),
    ];
    for month in ["clean-month", "package-month", "seats-and-lines", "buyers-guide"] {
        let calls = kept(&format!("fixtures/scenarios/{month}/calls.csv"));
        all.push((format!("{month}.csv"), calls, Vec::new()));
    }
    // Every built-in dialect has a file of its own.
    let mut kept: Vec<PathBuf> = std::fs::read_dir(root().join("fixtures/dialects"))
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "calls"))
        .collect();
    kept.sort();
    all.extend(kept.into_iter().map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read(path).expect("reads"), Vec::new())
    }));
    all
}

#[test]
fn a_reading_is_pinned_by_its_dialect_file_and_by_its_options() {
    let (mut pinned, mut wrong) = (0, Vec::new());
    for (name, bytes, typed) in samples() {
        let folder = Folder::new(&[]);
        std::fs::write(folder.path(&name), &bytes).expect("write");
        let arguments = [&[name.as_str()], typed.as_slice(), &["--save", "pin.toml"]].concat();
        let first = folder.json(&arguments);
        let found = &first["files"][0];
        // What is refused, as events and ledgers are, can't be pinned.
        if found["calls"].is_null() {
            assert!(!folder.path("pin.toml").exists(), "{name}: {first}");
            continue;
        }
        pinned += 1;
        assert!(folder.path("pin.toml").exists(), "{name}: {first}");
        let again = folder.json(&[&name, "--dialect", "pin.toml", "--save", "twin.toml"]);
        let pin = || std::fs::read_to_string(folder.path("pin.toml")).unwrap_or_default();
        if again["files"][0]["calls"].is_null() {
            wrong.push(format!("{name}: {}\n{}", again["files"][0], pin()));
            continue;
        }
        let changed = apart(found, &again["files"][0]);
        if !changed.is_empty() {
            wrong.push(format!("{name}: {changed:#?}\n{}", pin()));
        }
        let text = |path: &str| std::fs::read_to_string(folder.path(path)).expect("reads");
        // What was typed by place is pinned by place, and then known by its header.
        if !typed.iter().any(|option| option.contains('#')) && text("twin.toml") != pin() {
            wrong.push(format!("{name}: a pin pins itself\n{}\n{}", pin(), text("twin.toml")));
        }
        let options = found["calls"]["pin"]["options"].as_array().expect("options");
        let options: Vec<&str> = options.iter().map(|one| one.as_str().expect("text")).collect();
        let again = folder.json(&[&[name.as_str()], options.as_slice()].concat());
        let again = &again["files"][0];
        if again["calls"].is_null() || !apart(found, again).is_empty() {
            wrong.push(format!("{name} {options:?}: {again}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    assert!(pinned > 60, "only {pinned} readings were pinned");
}

#[test]
fn a_pin_takes_no_other_column_and_misses_none() {
    let folder = Folder::new(&[
        ("october.csv", "开始时间,通话时长(秒),费用\n2024-10-01 08:00:00,61,0.2\n"),
        ("wider.csv", "开始时间,计费时长,通话时长(秒),费用\n2024-10-01 08:00:00,120,61,0.2\n"),
        ("other-unit.csv", "开始时间,通话时长(毫秒),费用\n2024-10-01 08:00:00,61,0.2\n"),
        ("narrower.csv", "开始时间,通话时长(秒)\n2024-10-01 08:00:00,61\n"),
    ]);
    folder.json(&["october.csv", "--save", "pin.toml"]);
    let wider = folder.json(&["wider.csv", "--dialect", "pin.toml"]);
    let calls = &wider["files"][0]["calls"];
    assert_eq!(
        (&calls["columns"][1]["field"], &calls["columns"][2]["field"]),
        (&Value::Null, &"talk".into())
    );
    // Without the pin the column would be read.
    let free = folder.json(&["wider.csv"]);
    assert_eq!(free["files"][0]["calls"]["columns"][1]["field"], "billed");
    for name in ["other-unit.csv", "narrower.csv"] {
        let refused = folder.json(&[name, "--dialect", "pin.toml"]);
        assert_eq!(refused["files"][0]["problems"][0]["code"], "cdr-no-column", "{name}");
    }
}

#[test]
fn only_one_reading_is_saved() {
    let folder = Folder::new(&[
        ("a.csv", CALLS),
        ("b.csv", CALLS),
        ("c.csv", "Start Time,Duration\n2024-10-01 08:00:00,60\n"),
    ]);
    folder.run(&["a.csv", "b.csv", "--save", "same.toml"]);
    assert!(folder.path("same.toml").exists());
    let output = folder.run(&["a.csv", "c.csv", "--save", "none.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("[save-several]"), "{output:?}");
    assert!(!folder.path("none.toml").exists());
}

#[test]
fn tables_for_spreadsheets() {
    let folder = Folder::new(&[("calls.csv", CALLS)]);
    let csv = |section: &str| {
        let output = folder.run(&["calls.csv", "--format", "csv", "--section", section]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let columns = csv("columns");
    assert!(columns.starts_with("file,place,head,field,unit,examples\n"), "{columns}");
    assert!(columns.contains("calls.csv,6,通话时长(秒),talk,s,60 | 0 | 90\n"), "{columns}");
    let files = csv("files");
    assert!(files.contains("calls.csv,calls,UTF-8,generic,,9,3,1,3,2,1,0,150,0.30\n"), "{files}");
    assert!(csv("rejects").contains("calls.csv,7,bad-time,"), "{}", csv("rejects"));
}

#[test]
fn the_document_follows_its_schema() {
    let folder = Folder::new(&[("calls.csv", CALLS), ("other.csv", "a,b\n1,2\n")]);
    let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .args(["generate", "schema", "inspect"])
        .output()
        .expect("runs");
    let schema = String::from_utf8(output.stdout).expect("UTF-8");
    let kept = root().join("tests/inspect.schema.json");
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&kept, &schema).expect("writes");
    }
    assert_eq!(schema, std::fs::read_to_string(kept).expect("the schema is kept"));
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let tariff = root().join("fixtures/offer.toml").display().to_string();
    for files in [&["calls.csv", "other.csv"][..], &[&tariff]] {
        let document = folder.json(files);
        let wrong: Vec<String> =
            validator.iter_errors(&document).map(|why| why.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "schema": 1 })));
}

/// An encoding that nothing shows is the one that is said.
#[test]
fn an_encoding_that_is_told() {
    // 主叫號碼 in Big5, an o with an accent in Windows-1252.
    let big5 = b"\xA5D\xA5s\xB8\xB9\xBDX,start,talk\n0912000001,2024-10-08 09:00:05,83\n";
    let latin = b"Duraci\xF3n,start,talk\n1,2024-10-08 09:00:05,83\n";
    for (bytes, encoding, head) in
        [(&big5[..], "big5", "主叫號碼"), (&latin[..], "windows-1252", "Duración")]
    {
        let folder = Folder::new(&[]);
        std::fs::write(folder.0.path().join("calls.csv"), bytes).expect("writes");
        let calls =
            folder.json(&["calls.csv", "--encoding", encoding])["files"][0]["calls"].clone();
        assert_eq!(calls["columns"][0]["header"], head, "{calls}");
        assert_eq!(calls["facts"]["answered"], 1, "{calls}");
    }
}
