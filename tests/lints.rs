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
use telbill::lint::{ALL, find};
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

/// The contracts that everybody begins with contradict nothing and leave nothing open.
#[test]
fn the_contracts_beside_the_document_are_without_errors() {
    let paths = toml_files("tariffs");
    assert!(paths.len() >= 3);
    for path in paths {
        let checked = checked(&path);
        assert!(!checked.has_errors(), "{}: {:#?}", path.display(), checked.found);
        let contract = checked.contract.expect("read");
        assert!(contract.plan.forks.is_empty(), "{}", path.display());
        let wrong = |level: &Severity| *level == Severity::Error;
        assert!(!checked.found.iter().map(|one| one.severity).any(|level| wrong(&level)));
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
