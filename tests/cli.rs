//! The program as a user meets it: exit codes, streams, and bad input of every kind.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use telbill::cli::exit;

const TARIFF: &str = concat!(
    include_str!("head.toml"),
    r#"
[[call]]
name = "通话费"
price = 0.10
per = "60s"
"#
);

const CALLS: &str = "主叫号码,被叫号码,开始时间,通话时长,费用
057188880001,13800000001,2024-10-08 09:00:00,61,0.20
";
const INVOICE: &str = "费用项目,金额\n通话费,0.20\n";

/// A folder with a small month in it.
struct Month {
    folder: tempfile::TempDir,
}

impl Month {
    fn new() -> Self {
        let month = Self { folder: tempfile::tempdir().expect("folder") };
        month.write("tariff.toml", TARIFF.as_bytes());
        month.write("calls.csv", CALLS.as_bytes());
        month.write("invoice.csv", INVOICE.as_bytes());
        month
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).expect("write");
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(name, bytes.as_ref());
        self
    }

    fn run(&self, arguments: &[&str]) -> Output {
        command(self.folder.path(), arguments).output().expect("runs")
    }

    fn audit(&self, extra: &[&str]) -> Output {
        let mut arguments = vec!["audit", "-t", "tariff.toml", "-c", "calls.csv"];
        arguments.extend(["-i", "invoice.csv", "--lang", "en"]);
        arguments.extend(extra);
        self.run(&arguments)
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telbill"));
    command.current_dir(folder).args(arguments).env_remove("TELBILL_LANG");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The audit must end as unusable, with that diagnostic, and print no result.
#[track_caller]
fn refused(month: &Month, extra: &[&str], code: &str) {
    let output = month.audit(extra);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()), "{stderr}");
    assert!(stderr.contains(&format!("[{code}]")), "{code} expected:\n{stderr}");
    assert!(stderr.contains("help: "), "{stderr}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
}

#[test]
fn exit_0_if_nothing_is_wrong() {
    let output = Month::new().audit(&[]);
    assert_eq!(output.status.code(), Some(exit::FINE.into()), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("Nothing in the bill contradicts"));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn exit_1_if_something_was_found() {
    let month = Month::new()
        .with("calls.csv", CALLS.replace("0.20", "0.40"))
        .with("invoice.csv", INVOICE.replace("0.20", "0.40"));
    let output = month.audit(&[]);
    assert_eq!(output.status.code(), Some(exit::FOUND.into()), "{}", text(&output.stdout));
    assert_eq!(month.audit(&["--fail-on", "never"]).status.code(), Some(exit::FINE.into()));
}

#[test]
fn exit_2_if_the_command_line_is_wrong() {
    let month = Month::new();
    for arguments in [
        &["audit"][..],
        &["audit", "-t", "tariff.toml"],
        &["frobnicate"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "--format", "pdf"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "--threads", "0"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "-o", "result.pdf"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "--incomplete-above", "much"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "-p", "October"],
        &["explain", "no-such-check"],
    ] {
        let output = month.run(arguments);
        assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn exit_3_if_the_contract_leaves_something_open() {
    // Without `scope`, one call of 61 s could be billed once over the cycle: the same here. Two
    // calls of 61 s are 4 minutes each by itself, 3 minutes together.
    let month = Month::new()
        .with("tariff.toml", TARIFF.replace("scope = \"call\"\n", ""))
        .with("calls.csv", format!("{CALLS}057188880001,13800000002,2024-10-08 10:00:00,61,0.20\n"))
        .with("invoice.csv", INVOICE.replace("0.20", "0.40"));
    let output = month.audit(&["--format", "json"]);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(exit::INCOMPLETE.into()), "{stdout}");
    // 122 s are 3 minutes, 0.30 instead of 0.40.
    assert!(stdout.contains("Under cycle the bill would be 0.30"), "{stdout}");
    let output = month.audit(&["--incomplete-above", "0.10"]);
    assert_eq!(output.status.code(), Some(exit::FINE.into()));
    assert_eq!(month.audit(&["--incomplete-above", "0.09"]).status.code(), Some(3));
}

#[test]
fn exit_3_if_lines_were_rejected() {
    let month = Month::new().with("calls.csv", format!("{CALLS}a,b,2024-15-01 09:00:00,1,0.10\n"));
    let output = month.audit(&["--rejects", "rejects.csv"]);
    assert_eq!(output.status.code(), Some(exit::INCOMPLETE.into()), "{}", text(&output.stdout));
    let rejects =
        std::fs::read_to_string(month.folder.path().join("rejects.csv")).expect("rejects.csv");
    assert_eq!(
        rejects,
        "file,line,kind,field,found,text\n\
         calls.csv,3,bad-time,start,2024-15-01 09:00:00,\"a,b,2024-15-01 09:00:00,1,0.10\"\n"
    );
}

#[test]
fn exit_101_is_what_a_failed_assertion_gives() {
    // The bridge asserts that it adds up. A ledger that claims more than there is can only come
    // from a bug; here one is made by hand.
    use telbill::money::Amount;
    use telbill::reconcile::{Bridge, Ledger};
    let broken =
        std::panic::catch_unwind(|| Bridge::build(&Ledger::default(), None, Amount::new(1.into())));
    assert!(broken.is_err());
    assert_eq!(exit::BUG, 101);
}

#[test]
fn results_go_to_stdout_or_to_files_by_ending() {
    let month = Month::new();
    let output = month.audit(&["-o", "a.json", "-o", "a.txt", "-o", "a.csv"]);
    assert!(output.stdout.is_empty());
    let read = |name: &str| std::fs::read_to_string(month.folder.path().join(name)).expect(name);
    let json: serde_json::Value = serde_json::from_str(&read("a.json")).expect("JSON");
    assert_eq!(json["bridge"]["billed"], "0.20");
    assert_eq!(json["schema"], 1);
    assert!(read("a.txt").starts_with("Audit\n"));
    assert_eq!(
        read("a.csv"),
        "line,billed,expected,difference\n通话费,0.20,0.20,0.00\nTotal,0.20,0.20,0.00\n"
    );
    refused(&month, &["-o", "no/such/folder/a.json"], "file-write");
}

/// Whatever name the input goes by, and whichever input it is.
#[test]
fn no_result_is_written_over_an_input() {
    let month = Month::new();
    let path = |name: &str| month.folder.path().join(name);
    std::fs::create_dir(path("sub")).expect("folder");
    std::fs::hard_link(path("calls.csv"), path("linked.csv")).expect("link");
    let whole = path("invoice.csv").display().to_string();
    for extra in [
        &["-o", "calls.csv"][..],
        &["-o", "sub/../calls.csv"],
        &["-o", &whole],
        &["-o", "linked.csv"],
        &["--rejects", "tariff.toml"],
        &["-c", "c*.csv", "--rejects", "calls.csv"],
    ] {
        let mut arguments = vec!["audit", "-t", "tariff.toml", "-i", "invoice.csv", "--lang", "en"];
        if !extra.contains(&"-c") {
            arguments.extend(["-c", "calls.csv"]);
        }
        arguments.extend(extra);
        let output = month.run(&arguments);
        let stderr = text(&output.stderr);
        assert!(stderr.contains("[output-input]"), "{extra:?}: {stderr}");
        assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()), "{extra:?}");
    }
    let output = month.run(&["rate", "-t", "tariff.toml", "calls.csv", "-o", "linked.csv"]);
    assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()));
    for (name, content) in [("calls.csv", CALLS), ("tariff.toml", TARIFF), ("invoice.csv", INVOICE)]
    {
        assert_eq!(std::fs::read_to_string(path(name)).expect(name), content);
    }
    // Another file of the same name is another file; and so is a device.
    let output = month.audit(&["-o", "sub/calls.csv", "--rejects", "/dev/null"]);
    assert_eq!(output.status.code(), Some(exit::FINE.into()), "{}", text(&output.stderr));
    refused(&month, &["-o", "a.json", "-o", "sub/../a.json"], "output-twice");
}

/// A disk that is full is said to be full, wherever the text goes.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_takes_no_more_is_named() {
    let month = Month::new();
    for arguments in [
        &["audit", "--help"][..],
        &["--version"],
        &["explain"],
        &["generate", "schema"],
        &["audit", "-t", "tariff.toml", "-c", "calls.csv", "-i", "invoice.csv"],
        &["rate", "-t", "tariff.toml", "calls.csv"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("device");
        let output = command(month.folder.path(), arguments).stdout(full).output().expect("starts");
        let stderr = text(&output.stderr);
        assert!(stderr.contains("[stdout-write]"), "{arguments:?}: {stderr}");
        assert!(stderr.contains("standard output"), "{arguments:?}: {stderr}");
        assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()), "{arguments:?}");
    }
    // The rejected lines are lost if they can't be written, and that is no success either.
    let month = month.with("calls.csv", format!("{CALLS}x,y,when,z,1\n"));
    refused(&month, &["--rejects", "/dev/full"], "file-write");
}

#[test]
fn a_dash_is_no_file() {
    let month = Month::new();
    refused(&month, &["--rejects", "-"], "rejects-stdout");
    let output = month.run(&["rate", "-t", "tariff.toml", "calls.csv", "-o", "-"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("13800000001"));
    assert!(!month.folder.path().join("-").exists());
}

#[test]
fn threads_are_counted_within_bounds() {
    let month = Month::new();
    for (many, option) in [
        ("99999999999", "--threads"),
        ("0", "--threads"),
        ("-1", "--threads"),
        ("257", "--threads"),
        ("99999999999", "--block-size"),
    ] {
        let output = month.audit(&[&format!("{option}={many}")]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()), "{stderr}");
        assert!(stderr.contains(option) && stderr.contains("1.."), "{stderr}");
    }
    let output = month.audit(&["--threads", "256"]);
    assert_eq!(output.status.code(), Some(exit::FINE.into()), "{}", text(&output.stderr));
}

/// Numbers of the roster and agents who are known by their mobile are masked as callees are.
#[test]
fn numbers_are_masked_wherever_they_stand() {
    let month = Month::new();
    let calls = "坐席,主叫号码,被叫号码,开始时间,通话时长,费用
13911112222,057188880001,13800000001,2024-10-20 09:00:00,61,0.20
8001,057188880001,13800000002,2024-10-08 09:00:00,61,0.20
";
    let roster = "类型,编号,启用日期,停用日期
号码,057188880001,2024-01-01,2024-10-10
";
    let month = month.with("calls.csv", calls).with("roster.csv", roster);
    let month = month.with("invoice.csv", "费用项目,金额\n通话费,0.40\n");
    for format in ["table", "json"] {
        let shown = |extra: &[&str]| {
            let fixed = ["-r", "roster.csv", "--format", format, "--fail-on", "never"];
            let output = month.audit(&[&fixed, extra].concat());
            text(&output.stdout)
        };
        let masked = shown(&[]);
        assert!(masked.contains("outside-service-dates"), "{masked}");
        for number in ["057188880001", "13911112222", "13800000001"] {
            assert!(!masked.contains(number), "{number}: {masked}");
        }
        assert!(masked.contains("139****2222") && masked.contains("8001"), "{masked}");
        assert!(masked.contains("2024-10-10"), "{masked}");
        let whole = shown(&["--show-numbers"]);
        for number in ["057188880001", "13911112222"] {
            assert!(whole.contains(number), "{number}: {whole}");
        }
    }
}

#[test]
fn chinese_is_spoken() {
    let month = Month::new();
    let arguments = ["audit", "-t", "tariff.toml", "-c", "calls.csv", "-i", "invoice.csv"];
    let output = command(month.folder.path(), &arguments)
        .env("LC_ALL", "zh_CN.UTF-8")
        .output()
        .expect("runs");
    assert!(text(&output.stdout).starts_with("审计\n"), "{}", text(&output.stdout));
    let page = month.run(&["explain", "duplicate-call", "--lang", "zh"]);
    assert!(text(&page.stdout).contains("判断"));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let month = Month::new();
    let mut rows = String::from(CALLS);
    for index in 0..200_000 {
        rows.push_str(&format!("057188880001,138{index:08},2024-10-09 09:00:00,61,0.20\n"));
    }
    month.write("calls.csv", rows.as_bytes());
    let mut child = command(month.folder.path(), &["rate", "-t", "tariff.toml", "calls.csv", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

/// What was found stands, though nobody reads the rest of it.
#[test]
fn a_report_cut_short_keeps_its_exit_code() {
    let month = Month::new();
    let whole = month.audit(&[]).status.code();
    let arguments = ["audit", "-t", "tariff.toml", "-c", "calls.csv", "-i", "invoice.csv"];
    let mut child = command(month.folder.path(), &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdout.take());
    let cut = child.wait_with_output().expect("ends");
    assert_eq!(cut.status.code(), whole, "{}", text(&cut.stderr));
}

#[test]
fn a_run_that_fails_leaves_the_report_before_it() {
    let month = Month::new();
    let good = month.audit(&["-o", "report.json"]);
    assert_ne!(good.status.code(), Some(2), "{}", text(&good.stderr));
    let report = month.folder.path().join("report.json");
    let before = std::fs::read(&report).expect("written");
    month.write("invoice.csv", b"nothing of an invoice\n");
    assert_eq!(month.audit(&["-o", "report.json"]).status.code(), Some(2));
    assert_eq!(std::fs::read(&report).expect("still there"), before);
    let left = std::fs::read_dir(month.folder.path()).expect("folder");
    let parts = left.filter(|entry| {
        let name = entry.as_ref().expect("entry").file_name();
        name.to_string_lossy().starts_with(".telbill-")
    });
    assert_eq!(parts.count(), 0, "what was begun is taken away");
}

/// The reader looks for a while, so that all workers are ahead and wait, and then goes.
#[test]
fn a_reader_that_looks_and_then_goes_away_ends_the_work() {
    use std::io::Read;
    let month = Month::new();
    let mut rows = String::from(CALLS);
    for index in 0..400_000 {
        rows.push_str(&format!("057188880001,138{index:08},2024-10-09 09:00:00,61,0.20\n"));
    }
    month.write("calls.csv", rows.as_bytes());
    let arguments = ["rate", "-q", "-t", "tariff.toml", "calls.csv", "--threads", "2"];
    let mut child = command(month.folder.path(), &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut [0]).expect("the first byte");
    std::thread::sleep(std::time::Duration::from_millis(1000));
    drop(stdout);
    let patience = std::time::Instant::now();
    while child.try_wait().expect("waits").is_none() {
        if patience.elapsed().as_secs() >= 20 {
            child.kill().expect("ends");
            panic!("it waits for ever");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn rate_passes_rows_through() {
    let month = Month::new().with(
        "calls.csv",
        "导出,2024\r\n主叫号码,被叫号码,开始时间,通话时长\r\n\r\n057188880001,13800000001,2024-10-08 09:00:00,61\r\n\"a\",b,c,1\r\n",
    );
    let output = month.run(&["rate", "-t", "tariff.toml", "calls.csv", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(exit::INCOMPLETE.into()));
    assert_eq!(
        text(&output.stdout),
        "导出,2024\r\n主叫号码,被叫号码,开始时间,通话时长,telbill_billed,telbill_charge,telbill_clause,telbill_remark\r\n\r\n057188880001,13800000001,2024-10-08 09:00:00,61,120,0.20,通话费,\r\n\"a\",b,c,1,,,,bad-time\r\n"
    );
    assert!(text(&output.stderr).contains("1 lines that are no calls (bad-time 1)"));
}

#[test]
fn standard_input_and_compression() {
    let month = Month::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(CALLS.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let zstd = zstd::encode_all(CALLS.as_bytes(), 1).expect("memory");
    for bytes in [CALLS.as_bytes(), &gzip, &zstd] {
        let mut child = command(
            month.folder.path(),
            &["audit", "-t", "tariff.toml", "-c", "-", "-i", "invoice.csv", "--lang", "en"],
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
        child.stdin.take().expect("piped").write_all(bytes).expect("write");
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let truncated = &gzip[..gzip.len() - 12];
    refused(&Month::new().with("calls.csv", truncated), &[], "file-damaged");
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    let month = Month::new;
    refused(&month().with("calls.csv", ""), &[], "file-empty");
    refused(
        &month().with("calls.csv", CALLS.lines().next().unwrap_or_default()),
        &[],
        "calls-none",
    );
    refused(&month().with("calls.csv", b"a,b\xFF\xFF\n"), &[], "file-encoding");
    refused(&month().with("calls.csv", b"a\0b,c\n1,2\n"), &[], "file-nul");
    refused(&month().with("calls.csv", b"PK\x03\x04abcd"), &[], "file-container");
    refused(&month().with("calls.csv", "a,b,c\n1,2,3\n"), &[], "cdr-unknown");
    refused(&month().with("invoice.csv", "a,b\n1,2\n"), &[], "sheet-no-header");
    refused(&month(), &["-c", "calls.csv"], "file-twice");
    refused(&month(), &["-c", "missing.csv"], "file-read");
    refused(&month(), &["-c", "."], "file-twice");
    refused(&month(), &["-c", "*.txt"], "file-no-match");
    refused(&month(), &["-c", "-", "-r", "-"], "stdin-twice");
    refused(&month(), &["--dialect", "asterix"], "dialect-unknown");
    refused(&month(), &["--columns", "start"], "columns-no-equals");
    refused(&month(), &["--cdr-zone", "Beijing"], "zone-unknown");
    refused(&month(), &["-p", "2024-10-02..2024-10-09"], "period-not-cycle");
    refused(&month().with("tariff.toml", "[contract]\nid = "), &[], "toml-syntax");
    refused(&month().with("tariff.toml", TARIFF.replace("0.10", "1e30")), &[], "value-number");
    refused(
        &month().with("other.toml", TARIFF.replace("\"T\"", "\"U\"")),
        &["-t", "other.toml"],
        "contracts-overlap",
    );
    refused(
        &month().with("invoice.csv", "").with(
            "invoice.toml",
            "[invoice]\ncurrency = \"USD\"\n[[line]]\nname = \"a\"\namount = 1\n",
        ),
        &["-i", "invoice.toml"],
        "file-empty",
    );
    let foreign = month()
        .with("invoice.csv", "[invoice]\ncurrency = \"USD\"\n[[line]]\nname = \"a\"\namount = 1\n");
    refused(&foreign, &[], "invoice-currency");
}

/// Rows that can't be read are counted by kind and reported; nothing else is lost.
#[test]
fn bad_rows_are_rejected_one_by_one() {
    let long = "x".repeat(2 << 20);
    let rows = [
        ("field-count", "1,2,3\n".to_owned()),
        ("field-count", "1,2,2024-10-08 09:00:00,4,5,6,7\n".to_owned()),
        ("bad-time", "1,2,2024-15-08 09:00:00,4,0.10\n".to_owned()),
        ("negative-duration", "1,2,2024-10-08 09:00:00,-4,0.10\n".to_owned()),
        ("bad-duration", "1,2,2024-10-08 09:00:00,four,0.10\n".to_owned()),
        ("bad-amount", "1,2,2024-10-08 09:00:00,4,ten\n".to_owned()),
        ("field-missing", "1,2,,4,0.10\n".to_owned()),
        ("nul-byte", "1,2,2024-10-08\0 09:00:00,4,0.10\n".to_owned()),
        ("line-too-long", format!("1,2,{long}\n")),
    ];
    for (kind, row) in rows {
        let month = Month::new().with("calls.csv", format!("{CALLS}{row}"));
        let output = month.audit(&["--format", "json"]);
        // A length below zero is itself a finding about the provider's records.
        let wanted = if kind == "negative-duration" { exit::FOUND } else { exit::INCOMPLETE };
        assert_eq!(output.status.code(), Some(wanted.into()), "{kind}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let file = &json["reading"]["files"][0];
        assert_eq!(file["rejected_by_kind"][kind], 1, "{kind}: {file}");
        assert_eq!(file["records"], 1, "{kind}");
        assert_eq!(file["lines"], 3, "{kind}");
        assert_eq!(json["bridge"]["expected"], "0.20", "{kind}");
        assert_eq!(json["complete"], false, "{kind}");
    }
    // A quote that is never closed is text, and swallows no row.
    let stray = "057188880001,\"13800000002,2024-10-08 10:00:00,61,0.20\n057188880001,13800000003,2024-10-08 11:00:00,61,0.20\n";
    let month = Month::new()
        .with("calls.csv", format!("{CALLS}{stray}"))
        .with("invoice.csv", INVOICE.replace("0.20", "0.60"));
    let output = month.audit(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["reading"]["files"][0]["records"], 3);
    assert_eq!(json["bridge"]["difference"], "0.00");
}

#[test]
fn a_line_of_100_mb_is_one_rejected_line() {
    let mut bytes = CALLS.as_bytes().to_vec();
    bytes.resize(bytes.len() + (100 << 20), b'7');
    bytes.extend_from_slice(b"\n057188880001,13800000003,2024-10-08 11:00:00,61,0.20\n");
    let month = Month::new().with("calls.csv", bytes);
    let output = month.audit(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["reading"]["files"][0]["rejected_by_kind"]["line-too-long"], 1);
    assert_eq!(json["reading"]["files"][0]["records"], 2);
}

#[test]
fn the_schema_is_as_committed_and_every_fixture_month_fits_it() {
    let month = Month::new();
    let schema = text(&month.run(&["generate", "schema"]).stdout);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/audit.schema.json");
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        std::fs::write(&path, &schema).expect("write");
    }
    let committed = std::fs::read_to_string(&path).expect("tests/audit.schema.json");
    assert_eq!(schema, committed, "run with TELBILL_UPDATE=1 if the change is meant");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let document: serde_json::Value =
        serde_json::from_slice(&month.audit(&["--format", "json"]).stdout).expect("JSON");
    assert!(validator.is_valid(&document));
    let mut wrong = document;
    wrong["bridge"]["billed"] = 0.2.into();
    assert!(!validator.is_valid(&wrong), "a number is no amount");
}

#[test]
fn completions_and_man_page_are_generated() {
    let month = Month::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = month.run(&["generate", "completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("fail-on"), "{shell}");
    }
    assert!(text(&month.run(&["generate", "man"]).stdout).starts_with(".ie"));
}

#[test]
fn a_day_and_a_time_in_two_columns_make_a_start() {
    // 61 s at 60/60 are two minutes: 0.20. What is no day, or no time of day, is not guessed.
    let month = Month::new().with(
        "calls.csv",
        "主叫号码,被叫号码,日期,时间,通话时长\n\
         057188880001,13800000001,2024-10-08,09:00:00,61\n\
         057188880001,13800000002,20241008,9:10,61\n\
         057188880001,13800000002,tomorrow,9:10:00,61\n\
         057188880001,13800000002,2024/10/8,0910,61\n",
    );
    let output = month.run(&["rate", "-t", "tariff.toml", "calls.csv"]);
    let stdout = text(&output.stdout);
    let rows: Vec<&str> = stdout.lines().skip(1).collect();
    assert!(rows[0].ends_with(",120,0.20,通话费,"), "{stdout}");
    assert!(rows[1].ends_with(",120,0.20,通话费,"), "{stdout}");
    assert!(rows[2].ends_with(",,,,bad-time"), "{stdout}");
    assert!(rows[3].ends_with(",,,,bad-time"), "{stdout}");
    assert_eq!(output.status.code(), Some(exit::INCOMPLETE.into()));
    // 时间 beside 通话时间 is the one that has no other meaning.
    let month = month
        .with("calls.csv", "被叫号码,日期,通话时间,时长\n13800000001,2024-10-08,23:59:59,61\n");
    let stdout = text(&month.run(&["rate", "-t", "tariff.toml", "calls.csv"]).stdout);
    assert!(stdout.contains(",120,0.20,通话费,"), "{stdout}");
}

#[test]
fn the_month_of_a_csv_invoice_is_its_period() {
    let known = |invoice: &str, tariff: String| {
        let month = Month::new().with("invoice.csv", invoice).with("tariff.toml", tariff);
        let output = month.audit(&["--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let period = json["period"]["first"].as_str().map(str::to_owned);
        (period, json["period"]["known_by"].as_str().map(str::to_owned), text(&output.stderr))
    };
    for month in ["2024-10", "2024年10月", "202410", "2024-10-01至2024-10-31"] {
        let invoice = format!("费用项目,金额,账期\n通话费,0.20,{month}\n合计,0.20,\n");
        let (first, known, said) = known(&invoice, TARIFF.to_owned());
        assert_eq!(known.as_deref(), Some("invoice"), "{month}: {said}");
        assert_eq!(first.as_deref(), Some("2024-10-01"));
        assert!(said.is_empty(), "{said}");
    }
    // A month says nothing of cycles from the 26th on: the calls tell.
    let late = format!("{TARIFF}\n[contract.cycle]\nstarts_on_day = 26\n");
    let (first, known, said) = known("费用项目,金额,账期\n通话费,0.20,2024-10\n", late);
    assert_eq!((first.as_deref(), known.as_deref()), (Some("2024-09-26"), Some("calls")), "{said}");
}

#[test]
fn a_fee_finer_than_calls_are_rounded_is_no_price() {
    let tariff = |attempt: &str, rounding: &str| {
        TARIFF
            .replace("0.01\", mode", &format!("{rounding}\", mode"))
            .replace("per = \"60s\"\n", &format!("per = \"60s\"\nattempt = {attempt}\n"))
    };
    refused(&Month::new().with("tariff.toml", tariff("0.005", "0.01")), &[], "fee-finer-than-call");
    // Two minutes and one attempt: 0.20 + 0.005.
    let month = Month::new().with("tariff.toml", tariff("0.005", "0.001"));
    let stdout = text(&month.run(&["rate", "-t", "tariff.toml", "calls.csv"]).stdout);
    assert!(stdout.contains(",120,0.205,通话费,"), "{stdout}");
}

#[test]
fn help_and_usage_errors_are_in_chinese() {
    let month = Month::new();
    let help = text(&month.run(&["--lang", "zh", "audit", "--help"]).stdout);
    for part in
        ["用法: telbill audit", "合同; 给出多份时", "读取话单:", "[默认: warning]", "-h, --help"]
    {
        assert!(help.contains(part), "{part}: {help}");
    }
    assert!(!help.contains("Usage"), "{help}");
    for (arguments, said) in [
        (&["audit"][..], "错误: 缺少必需的参数: --tariff <FILE>..."),
        (&["frobnicate"], "错误: 不认识的命令 'frobnicate'"),
        (&["audit", "--cdrr", "x"], "错误: 不认识的参数 '--cdrr'"),
        (&["explain", "--color", "red"], "错误: '--color <WHEN>' 的取值 'red' 无效"),
        (&["rate", "-t", "a", "-t", "b", "c"], "错误: '--tariff <FILE>' 只能给一次"),
    ] {
        let output = month.run(&[arguments, &["--lang=zh"]].concat());
        let stderr = text(&output.stderr);
        assert!(stderr.starts_with(said), "{stderr}");
        assert!(!stderr.contains("Usage") && !stderr.contains("try"), "{stderr}");
        assert_eq!(output.status.code(), Some(exit::UNUSABLE.into()));
        assert!(text(&month.run(arguments).stderr).starts_with("error: "));
    }
    // An invoice alone is enough, and help says so.
    let help = text(&month.run(&["audit", "--help"]).stdout);
    assert!(help.contains("<--cdr <FILE>...|--invoice <FILE>...>"), "{help}");
}

#[test]
fn every_table_has_its_head_in_csv() {
    let month = Month::new();
    for (section, head) in [
        ("findings", "code,severity,grade,min,point,max,count,cause\n"),
        ("rejects", "row,code,field,found\n"),
        ("agents", "agent,attempts,answer-rate,minutes,cost,short-calls,long-calls\n"),
    ] {
        let arguments = ["--format", "csv", "--section", section];
        assert_eq!(text(&month.audit(&arguments).stdout), head, "{section}");
    }
    let report = text(&month.audit(&[]).stdout);
    assert!(!report.contains("severity"), "{report}");
    let without = ["audit", "-t", "tariff.toml", "-i", "invoice.csv", "-p", "2024-10"];
    for (section, head) in [
        ("files", "file,lines,header,records,blank,rejected\n"),
        ("rejects", "row,code,field,found\n"),
    ] {
        let output =
            month.run(&[&without[..], &["--format", "csv", "--section", section]].concat());
        assert_eq!(text(&output.stdout), head, "{section}");
    }
}

#[test]
fn rows_of_a_slow_pipe_come_out_block_by_block() {
    use std::io::{BufRead, BufReader};
    let month = Month::new();
    let mut child = command(
        month.folder.path(),
        &["rate", "-t", "tariff.toml", "--block-size", "4096", "--threads", "1", "-"],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .spawn()
    .expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let (sent, came) = std::sync::mpsc::channel();
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    std::thread::spawn(move || {
        let mut lines = 0;
        let mut line = String::new();
        while stdout.read_line(&mut line).is_ok_and(|read| read > 0) {
            lines += 1;
            line.clear();
            let _ = sent.send(lines);
        }
    });
    // Enough to know the form of the file, and some blocks more; then the producer pauses.
    let (head, row) = CALLS.split_once('\n').expect("two lines");
    let text = format!("{head}\n{}", row.repeat(2_000));
    stdin.write_all(text.as_bytes()).expect("writes");
    stdin.flush().expect("flushes");
    let mut seen = 0;
    while seen < 1_000 {
        let wait = std::time::Duration::from_secs(60);
        seen = came.recv_timeout(wait).expect("rows come while the producer pauses");
    }
    drop(stdin);
    assert!(child.wait().expect("ends").success());
    assert_eq!(came.iter().last().unwrap_or(seen), 2_001);
}
