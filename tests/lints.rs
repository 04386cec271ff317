//! Each lint of contracts has a case in `fixtures/lints`: the smallest contract that must raise it,
//! with the sentence and its figures worked out by hand, and a near twin that must not.
//!
//! A case gives `raises` and `silent` as contracts, to which the head, the metering and the rounding
//! that every contract needs are added where they are missing; `says`, the English sentence; `why`
//! where a figure wants to be explained; `level` where it is not the lint's own. Further cases of a
//! lint are `<code>--<way>.toml`.

use std::path::{Path, PathBuf};

use telbill::audit::{Checked, Observer, Request, check};
use telbill::checks::{Level, Part};
use telbill::lint::{ALL, Remark, find};
use telbill::reconcile::Fact;
use telbill::report::Spoken;
use telbill::source::{Severity, SourceMap};
use telbill::text::{Catalog, Language};

const HEAD: &str = "[contract]\nid = \"T\"\nprovider = \"P\"\ncurrency = \"CNY\"\ntimezone = \"Asia/Shanghai\"\n\n";
const METERING: &str = "[metering]\nbill_on = \"answer\"\nincrement = [\"6s\", \"6s\"]\nzero = \"free\"\nsubsecond = \"up\"\nscope = \"call\"\n\n";
const ROUNDING: &str = "[rounding]\ncall = { to = \"0.0001\", mode = \"half-up\" }\nline = { to = \"0.01\", mode = \"half-up\" }\n\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .expect(folder)
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
}

fn checked(path: &Path) -> Checked {
    let name = path.display().to_string();
    let mut sources = SourceMap::default();
    let request = Request::default();
    check(&name, &request, &mut sources, &Observer::default(), &mut |_, _| Ok(()))
        .unwrap_or_else(|found| panic!("{name}: {:#?}", found.sorted()))
}

fn of_text(text: &str) -> Checked {
    let mut whole = String::new();
    for (table, more) in [("[contract]", HEAD), ("[metering]", METERING), ("[rounding]", ROUNDING)]
    {
        if !text.contains(table) {
            whole.push_str(more);
        }
    }
    whole.push_str(text);
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("contract.toml");
    std::fs::write(&path, whole).expect("write");
    checked(&path)
}

/// Everything that is said with that code, as level and sentence.
fn said(checked: &Checked, code: &str, language: Language) -> Vec<(Level, String)> {
    let catalog = Catalog::new(language);
    let remarks = checked.remarks.iter().filter(|remark| remark.code == code);
    remarks.map(|remark| (remark.level, Spoken::remark(remark, &catalog).says)).collect()
}

#[test]
fn every_case_raises_its_lint_and_its_twin_does_not() {
    let mut wrong = Vec::new();
    for path in toml_files("fixtures/lints") {
        let name = path.file_stem().expect("named").to_string_lossy().into_owned();
        let code = name.split("--").next().unwrap_or(&name);
        let text = std::fs::read_to_string(&path).expect("reads");
        let case: toml::Table = text.parse().unwrap_or_else(|why| panic!("{name}: {why}"));
        let part = |key: &str| case.get(key).and_then(toml::Value::as_str);
        let lint = find(code).unwrap_or_else(|| panic!("{name}: no such lint"));
        let level = part("level").map_or(Some(lint.level), Level::from_word).expect("a level");
        let wanted = vec![(level, part("says").expect("says").to_owned())];
        for (key, wanted) in [("raises", wanted), ("silent", Vec::new())] {
            let checked = of_text(part(key).expect("a contract"));
            if checked.contract.is_none() {
                wrong.push(format!("{name} [{key}]: refused: {:#?}", checked.found));
                continue;
            }
            let found = said(&checked, code, Language::English);
            if found != wanted {
                wrong.push(format!("{name} [{key}]: {found:#?}"));
            }
            for language in [Language::English, Language::Chinese] {
                let catalog = Catalog::new(language);
                for spoken in checked.remarks.iter().map(|one| Spoken::remark(one, &catalog)) {
                    if spoken.says.contains(['{', '|']) || spoken.help.contains('{') {
                        wrong.push(format!("{name} [{key}]: not filled: {spoken:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lint_has_a_case_and_a_whole_page_of_its_own() {
    for (index, lint) in ALL.iter().enumerate() {
        let path = root().join(format!("fixtures/lints/{}.toml", lint.code));
        assert!(path.exists(), "no case {}", path.display());
        let page = lint.page();
        for language in [Language::English, Language::Chinese] {
            assert!(!page.title(language).is_empty(), "{}: title", lint.code);
            for part in [Part::Says, Part::Test, Part::Money, Part::Ask] {
                assert!(!page.part(part, language).is_empty(), "{}: {part:?}", lint.code);
            }
        }
        let twin = ALL[..index].iter().find(|other| other.code == lint.code || other.id == lint.id);
        assert!(twin.is_none(), "{}", lint.code);
        assert!(telbill::checks::find(lint.code).is_none(), "{} is a check too", lint.code);
        assert!(telbill::checks::find(lint.id).is_none(), "{} is a check's too", lint.id);
    }
}

/// What the linter says of each contract beside the document: codes in order, and the keys on which
/// it is silent. Chosen by reading the contracts: a clause that raises a lint stands beside it.
const OF_TARIFFS: [(&str, &[&str], &[&str]); 13] = [
    (
        "ai-outbound",
        // 60/60; robots in full months, and while suspended.
        &["coarse-increment", "suspension-charged", "whole-month-charged"],
        &["price", "end", "dispute", "records", "back", "fault", "tax", "longest"],
    ),
    (
        "call-back-two-legs",
        // Whole minutes, for both legs; no end is agreed that would need renewing.
        &["coarse-increment"],
        &["price", "end", "dispute", "records", "back", "tax", "longest"],
    ),
    (
        "call-back",
        // 60/60; numbers in full months, and while suspended.
        &["coarse-increment", "suspension-charged", "whole-month-charged"],
        &["price", "end", "dispute", "records", "back", "fault", "tax", "longest"],
    ),
    (
        "call-centre",
        // A first minute; three seconds as a cliff; the minimum on top; AI质检 by the month. The
        // seats are ordered, and the SIP lines pro-rated.
        &[
            "coarse-increment",
            "free-seconds-lost",
            "minimum-on-top",
            "suspension-charged",
            "whole-month-charged",
        ],
        &["price", "renewal", "end", "dispute", "records", "back", "fault", "longest"],
    ),
    // By the second, and nothing but calls.
    ("evenings", &[], &["price", "renewal", "end", "dispute", "records", "back", "tax", "longest"]),
    (
        "minute-package",
        // 450.00 for 5,000 minutes are 0.09, and 0.12 beyond; Hong Kong is priced by itself.
        &[
            "coarse-increment",
            "fee-uncapped",
            "late-charge-uncapped",
            "minutes-for-some-zones",
            "overage-above-package",
            "unused-minutes-lapse",
            "whole-month-charged",
            "zero-seconds-billed",
        ],
        &["price", "end", "dispute", "records", "back", "longest"],
    ),
    (
        "prepaid-pack",
        // 0.20 within the pack, 0.25 beyond it.
        &["coarse-increment", "fee-uncapped", "overage-above-package", "unused-minutes-lapse"],
        &["price", "end", "dispute", "records", "back", "longest"],
    ),
    (
        "seat-only",
        // Storage beyond 100 GB; ten seats at least; 智能质检 by the month.
        &[
            "fee-uncapped",
            "late-charge-uncapped",
            "minimum-seats",
            "suspension-charged",
            "whole-month-charged",
        ],
        &["price", "renewal", "end", "dispute", "back"],
    ),
    (
        "short-calls",
        &["fee-uncapped", "surcharge-of-few-calls", "zero-seconds-billed"],
        &["price", "end", "dispute", "records", "back", "tax", "longest"],
    ),
    (
        "six-second",
        // Service numbers 60/60; of the deck Taiwan 60/6, and Britain again 60/60.
        &["coarse-increment", "coarse-increment"],
        &["price", "renewal", "end", "dispute", "records", "back"],
    ),
    (
        "telesales",
        // Service numbers 60/60; storage beyond 10 GB; ten seats at least; numbers by the month.
        &[
            "coarse-increment",
            "fee-uncapped",
            "minimum-seats",
            "suspension-charged",
            "whole-month-charged",
        ],
        &["price", "renewal", "end", "dispute", "records", "back", "fault"],
    ),
    (
        "tencent-ai-agent",
        // 799.00 for 8,000 minutes are 0.0999, and 0.08 beyond.
        &["coarse-increment", "fee-uncapped", "unused-minutes-lapse"],
        &["price", "end", "dispute", "records", "back", "tax", "longest"],
    ),
    (
        "twilio-voice",
        &["coarse-increment", "suspension-charged", "whole-month-charged", "zero-seconds-billed"],
        &["price", "end", "dispute", "records", "back", "fault", "tax", "longest"],
    ),
];

/// The contracts that everybody begins with contradict nothing, leave nothing open, and raise just
/// the lints that their terms deserve.
#[test]
fn the_contracts_beside_the_document_raise_what_they_deserve() {
    let paths = toml_files("tariffs");
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.file_stem().expect("named").to_string_lossy().into())
        .collect();
    assert_eq!(names, OF_TARIFFS.map(|(name, _, _)| name));
    for (path, (name, codes, silent)) in paths.iter().zip(OF_TARIFFS) {
        let checked = checked(path);
        assert!(!checked.has_errors(), "{name}: {:#?}", checked.found);
        let contract = checked.contract.as_ref().expect("read");
        assert!(contract.plan.forks.is_empty(), "{name}");
        assert!(checked.found.iter().all(|one| one.severity != Severity::Error), "{name}");
        let code = "silent-on-term";
        let mut found: Vec<&str> =
            checked.remarks.iter().map(|one| one.code).filter(|found| *found != code).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{name}");
        let of = |remark: &Remark| match remark.facts.first() {
            Some(("term", Fact::Word(word))) => word.trim_start_matches("silent.").to_owned(),
            other => panic!("{name}: {other:?}"),
        };
        let remarks = checked.remarks.iter().filter(|remark| remark.code == code);
        assert_eq!(remarks.map(of).collect::<Vec<_>>(), silent, "{name}");
    }
}

#[test]
fn a_contract_sets_the_severity_of_remarks_itself() {
    let text = |word: &str| {
        format!(
            "[dispute]\npay_first = true\n\n[checks]\nseverity = {{ pay-before-dispute = \"{word}\" }}\n"
        )
    };
    let code = "pay-before-dispute";
    let level = |word: &str| {
        said(&of_text(&text(word)), code, Language::English).first().map(|(level, _)| *level)
    };
    assert_eq!(level("allow"), None);
    assert_eq!(level("info"), Some(Level::Info));
    assert_eq!(level("error"), Some(Level::Error));
}
