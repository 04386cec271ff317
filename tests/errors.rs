//! The error gallery: for each diagnostic the smallest input that raises it and exactly what is
//! then printed, in both languages. `fixtures/errors/README.md` shows all of them on one page.
//!
//! A case is `fixtures/errors/<code>.toml`: `arguments` for telbill, `[files]` by name (and
//! `[bytes]` in hex, for what is not text; `[long]` for a text with one part many times), `exit`, and
//! `en` and `zh`, the exact standard error. For each reason why a line is no call there is
//! `reject-<reason>.toml`, with what `inspect` lists of it on standard output.
//! `TELBILL_UPDATE=1 cargo test --test errors` writes `en`, `zh` and the page anew; read what it
//! wrote before it is kept. Further cases of a code are `<code>--<variant>.toml`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("fixtures/errors")
}

struct Case {
    code: String,
    path: PathBuf,
    text: String,
    table: toml::Table,
}

fn cases() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("fixtures/errors")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let code = path.file_stem().expect("named").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("reads");
            let table = text.parse().unwrap_or_else(|why| panic!("{code}: {why}"));
            Case { code, path, text, table }
        })
        .collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("hex");
            u8::from_str_radix(pair, 16).expect("hex")
        })
        .collect()
}

impl Case {
    fn strings(&self, key: &str) -> Vec<String> {
        let list = self.table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        list.map(|item| item.as_str().expect("text").to_owned()).collect()
    }

    /// What its code says of the diagnostic, without the variant.
    fn main(&self) -> &str {
        self.code.split("--").next().unwrap_or_default()
    }

    /// The reason why a line is no call, if that is what it shows.
    fn reject(&self) -> Option<&str> {
        let kinds = telbill::cdr::RejectKind::ALL.map(telbill::cdr::RejectKind::code);
        self.main().strip_prefix("reject-").filter(|reason| kinds.contains(reason))
    }

    fn run(&self, language: &str) -> (Option<i64>, String) {
        let folder = tempfile::tempdir().expect("folder");
        let entries = |key: &str| -> Vec<(String, String)> {
            let table = self.table.get(key).and_then(toml::Value::as_table).into_iter().flatten();
            table
                .map(|(name, text)| (name.clone(), text.as_str().expect("text").to_owned()))
                .collect()
        };
        for (name, text) in entries("files") {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
            std::fs::write(path, text).expect("write");
        }
        for (name, hex) in entries("bytes") {
            std::fs::write(folder.path().join(name), from_hex(&hex)).expect("write");
        }
        let long = self.table.get("long").and_then(toml::Value::as_table).into_iter().flatten();
        for (name, parts) in long {
            let text = |key: &str| parts.get(key).and_then(toml::Value::as_str).expect("text");
            let times = parts.get("times").and_then(toml::Value::as_integer).expect("a number");
            let middle = text("part").repeat(usize::try_from(times).expect("a number"));
            let whole = format!("{}{middle}{}", text("before"), text("after"));
            std::fs::write(folder.path().join(name), whole).expect("write");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
            .current_dir(folder.path())
            .args(self.strings("arguments"))
            .args(["--lang", language])
            .output()
            .expect("runs");
        let printed = if self.reject().is_some() { output.stdout } else { output.stderr };
        let printed = String::from_utf8_lossy(&printed).into_owned();
        (output.status.code().map(i64::from), printed)
    }
}

#[test]
fn each_case_prints_exactly_what_is_kept() {
    let update = std::env::var_os("TELBILL_UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let mut printed = Vec::new();
        for language in ["en", "zh"] {
            let (exit, stderr) = case.run(language);
            let wanted = case.table.get("exit").and_then(toml::Value::as_integer).unwrap_or(2);
            if exit != Some(wanted) {
                wrong.push(format!("{} [{language}]: exit {exit:?}\n{stderr}", case.code));
            }
            let raised = match case.reject() {
                Some(reason) => stderr.contains(&format!(",{reason},")),
                None => stderr.contains(&format!("[{}]", case.main())),
            };
            if !raised {
                wrong.push(format!("{} [{language}]: not raised\n{stderr}", case.code));
            }
            let kept = case.table.get(language).and_then(toml::Value::as_str).unwrap_or_default();
            if !update && kept.trim_start_matches('\n') != stderr {
                wrong.push(format!("{} [{language}]: kept\n{kept}\nprinted\n{stderr}", case.code));
            }
            if let Some(left) = unfilled(&stderr) {
                wrong.push(format!("{} [{language}]: {left} is not filled", case.code));
            }
            printed.push((language, stderr));
        }
        if update {
            let (files, above) = split_files(&case.text);
            let mut text =
                above.split("\nen = '''").next().unwrap_or_default().trim_end().to_owned();
            text.push('\n');
            for (language, stderr) in printed {
                assert!(!stderr.contains("'''"), "{}", case.code);
                write!(text, "\n{language} = '''\n{stderr}'''\n").expect("text");
            }
            text.push_str(&files);
            std::fs::write(&case.path, text).expect("write");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    // By this test, so that the page shows what was just written.
    if update {
        std::fs::write(folder().join("README.md"), page()).expect("write");
    }
}

/// A placeholder or a word's key that came through as it is.
fn unfilled(text: &str) -> Option<&str> {
    let name = |part: &str| {
        let end = part.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(part.len());
        (end, part[end..].chars().next())
    };
    for (at, mark) in text.match_indices(['{', '@']) {
        let (length, next) = name(&text[at + 1..]);
        if length > 0 && next == Some(if mark == "{" { '}' } else { '.' }) {
            return Some(&text[at..at + length + 2]);
        }
    }
    None
}

/// Tables must stand after plain keys in TOML, so the files of a case come last.
fn split_files(text: &str) -> (String, String) {
    let start =
        ["\n[files]", "\n[bytes]", "\n[long]"].iter().filter_map(|head| text.find(head)).min();
    match start {
        Some(at) => (text[at..].trim_end().to_owned() + "\n", text[..at].to_owned()),
        None => (String::new(), text.to_owned()),
    }
}

/// All cases on one page.
fn page() -> String {
    let mut text = String::from(
        "# What telbill says when something is wrong\n\n\
         Written by `TELBILL_UPDATE=1 cargo test --test errors` from the cases beside it: for each\n\
         diagnostic the smallest input, and what is printed; for each reason why a line is no call\n\
         what `telbill inspect` lists.\n",
    );
    for case in cases() {
        let arguments = case.strings("arguments").join(" ");
        write!(text, "\n## {}\n\n```console\n$ telbill {arguments}\n", case.code).expect("text");
        let kept = |language: &str| {
            let kept = case.table.get(language).and_then(toml::Value::as_str).unwrap_or_default();
            kept.trim_start_matches('\n').to_owned()
        };
        write!(text, "{}\n{}```\n", kept("en"), kept("zh")).expect("text");
    }
    text
}

#[test]
fn the_page_shows_all_cases() {
    if std::env::var_os("TELBILL_UPDATE").is_none() {
        let kept = std::fs::read_to_string(folder().join("README.md")).unwrap_or_default();
        assert!(kept == page(), "fixtures/errors/README.md is out of step");
    }
}

#[test]
fn every_diagnostic_has_a_case() {
    let catalog = telbill::text::Catalog::new(telbill::text::Language::English);
    let codes: BTreeSet<&str> = catalog
        .keys()
        .into_iter()
        .filter_map(|key| key.strip_prefix("diagnostic.")?.strip_suffix(".title"))
        .collect();
    let cases: BTreeSet<String> = cases().into_iter().map(|case| case.main().to_owned()).collect();
    let missing: Vec<&&str> =
        codes.iter().filter(|code| !cases.contains(**code) && !UNTESTABLE.contains(code)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn every_reason_why_a_line_is_no_call_has_a_case() {
    let cases: BTreeSet<String> =
        cases().iter().filter_map(|case| case.reject().map(str::to_owned)).collect();
    let kinds = telbill::cdr::RejectKind::ALL;
    let missing: Vec<&str> =
        kinds.iter().map(|kind| kind.code()).filter(|code| !cases.contains(*code)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// Raised only by a disk that is full, which no test should make (`tests/cli.rs` has a device that
/// is); by a library's caller without a contract, which the command line demands; and by contracts
/// too large to be kept here, which tests/tariffs.rs makes.
const UNTESTABLE: [&str; 5] =
    ["spill", "write-rejects", "stdout-write", "contract-missing", "contract-too-large"];

#[test]
fn every_wording_is_shown_by_a_case() {
    // The cases are just being written.
    if std::env::var_os("TELBILL_UPDATE").is_some() {
        return;
    }
    let catalog = telbill::text::Catalog::new(telbill::text::Language::English);
    let cases = cases();
    let mut unseen = Vec::new();
    for key in catalog.keys() {
        let Some((code, part)) = key.strip_prefix("diagnostic.").and_then(|k| k.split_once('.'))
        else {
            continue;
        };
        let of_code = |case: &&Case| case.main() == code;
        let mut printed = cases.iter().filter(of_code).filter_map(|case| case.table.get("en"));
        let shows = |text: &toml::Value| shows(text.as_str().unwrap_or_default(), catalog.get(key));
        if !UNTESTABLE.contains(&code) && !printed.any(shows) {
            unseen.push(format!("{code}: {part}"));
        }
    }
    assert!(unseen.is_empty(), "no case shows {unseen:#?}");
}

/// True if the text holds what stands between the placeholders of the wording, in order.
fn shows(text: &str, wording: &str) -> bool {
    let mut rest = text;
    wording.split('{').enumerate().all(|(index, part)| {
        let fixed = if index == 0 { part } else { part.split_once('}').map_or(part, |p| p.1) };
        match rest.find(fixed) {
            Some(at) => {
                rest = &rest[at + fixed.len()..];
                true
            }
            None => false,
        }
    })
}
