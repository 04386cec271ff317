//! The house rules that a compiler does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use telbill::text::{Catalog, Language};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("reads");
                files.push((path, text));
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    files
}

/// The rooms from the top of the house down: a room may only use those below it, or beside it in
/// the same row.
const LAYERS: [&[&str]; 11] = [
    &["cli"],
    &["render"],
    &["report"],
    &["audit", "estimate", "inspect"],
    &["checks", "lint"],
    &["reconcile"],
    &["pipeline"],
    &["rate"],
    &["cdr", "invoice", "roster", "tariff"],
    &["input", "source"],
    &["money", "when", "text", "number"],
];

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn rooms_use_only_what_lies_below() {
    // Each exception says why.
    let allowed: BTreeSet<(&str, &str)> = BTreeSet::from([
        // A catalogue is a TOML file, and only `source` knows TOML.
        ("text", "source"),
    ]);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let relative = path.strip_prefix(root().join("src")).expect("in src");
        let room = relative.components().next().expect("a part").as_os_str().to_string_lossy();
        let Some(mine) = layer(&room) else { continue };
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String =
                    used.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let Some(other) = layer(&used) else { continue };
                if other < mine && !allowed.contains(&(&*room, used.as_str())) {
                    wrong.push(format!("{}: {}", relative.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "upward:\n{}", wrong.join("\n"));
}

/// The rooms of the contract that each of them names, by the file's stem.
fn rooms_of_the_contract() -> BTreeMap<String, BTreeSet<String>> {
    let files: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with(root().join("src/tariff")))
        .map(|(path, text)| (path.file_stem().expect("a stem").display().to_string(), text))
        .filter(|(room, _)| room != "mod")
        .collect();
    let rooms: BTreeSet<&str> = files.iter().map(|(room, _)| room.as_str()).collect();
    assert_eq!(rooms.len(), files.len(), "two rooms of the contract have one name");
    let mut uses = BTreeMap::new();
    for (room, text) in &files {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut used = BTreeSet::new();
        for path in ["super::", "crate::tariff::"] {
            for named in code.split(path).skip(1) {
                let named = named.split(';').next().unwrap_or_default();
                let words = named.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let of_rooms: Vec<&str> = words.filter(|word| rooms.contains(word)).collect();
                assert!(!of_rooms.is_empty(), "{room} names no room: {path}{named}");
                used.extend(of_rooms.into_iter().filter(|word| word != room).map(str::to_owned));
            }
        }
        uses.insert(room.clone(), used);
    }
    uses
}

/// The language grows; a room must be readable without the one that leans on it.
#[test]
fn rooms_of_the_contract_lean_on_each_other_without_circles() {
    let mut left = rooms_of_the_contract();
    assert!(left.len() > 20, "only {} rooms: is the search still right?", left.len());
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, used)| used.iter().all(|room| !left.contains_key(room)))
            .map(|(room, _)| room.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|room, _| !free.contains(room));
    }
    assert!(left.is_empty(), "in a circle, or leaning on one: {left:#?}");
}

#[test]
fn each_foreign_crate_has_one_address() {
    let addresses: [(&str, &[&str]); 11] = [
        ("clap", &["cli/"]),
        ("comfy_table", &["render/table.rs", "render/page.rs"]),
        ("annotate_snippets", &["render/diagnostic.rs"]),
        // The invoice's own modules are called `csv` and `toml` too.
        ("toml", &["source/", "invoice/mod.rs"]),
        ("csv", &["render/csv.rs", "cli/audit.rs", "invoice/mod.rs"]),
        ("csv_core", &["input/quotes.rs"]),
        ("chrono_tz", &["when/"]),
        ("encoding_rs", &["input/decode.rs"]),
        ("indicatif", &["cli/progress.rs"]),
        ("zip", &["input/archive.rs"]),
        (
            "schemars",
            &[
                "report/dialects.rs",
                "report/document/",
                "report/checked.rs",
                "report/derivation/document.rs",
                "report/estimated/",
                "report/inspected/",
                "report/reading/",
            ],
        ),
    ];
    for (path, text) in sources() {
        let path = path.strip_prefix(root().join("src")).expect("in src").display().to_string();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (name, places) in addresses {
            let used = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|l| l.contains(&format!("use {name}::")) || l.contains(&format!(" {name}::")));
            let at_home = places.iter().any(|place| path.starts_with(place));
            assert!(!used || at_home, "{name} is used in {path}");
        }
    }
}

/// Codes of diagnostics as they stand in the sources.
fn diagnostic_codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["::error(", "::warning(", "::error_without_place(", "failure(", "container("] {
            for rest in code.split(call).skip(1) {
                let rest = rest.trim_start();
                if let Some(literal) = rest.strip_prefix('"').and_then(|r| r.split('"').next()) {
                    codes.insert(literal.to_owned());
                }
            }
        }
        for literal in code.split("\"columns-").skip(1) {
            if path.ends_with("columns.rs") {
                codes.insert(format!("columns-{}", literal.split('"').next().unwrap_or_default()));
            }
        }
    }
    codes
}

#[test]
fn every_diagnostic_has_words_in_both_languages() {
    let catalogs = [Catalog::new(Language::English), Catalog::new(Language::Chinese)];
    let codes = diagnostic_codes();
    assert!(codes.len() > 80, "only {} codes found: is the search still right?", codes.len());
    for code in &codes {
        for catalog in &catalogs {
            let title = catalog.find(&format!("diagnostic.{code}.title"));
            assert!(title.is_some(), "{code} has no words in {:?}", catalog.language());
            let help = catalog.find(&format!("diagnostic.{code}.help"));
            assert!(help.is_some(), "{code} has no help in {:?}", catalog.language());
        }
    }
    let worded: BTreeSet<String> = catalogs[0]
        .keys()
        .iter()
        .filter_map(|key| key.strip_prefix("diagnostic.")?.strip_suffix(".title"))
        .map(str::to_owned)
        .collect();
    let unused: Vec<&String> = worded.iter().filter(|code| !all_text_mentions(code)).collect();
    assert!(unused.is_empty(), "words for diagnostics that nobody raises: {unused:?}");
}

#[test]
fn every_field_has_words_in_both_languages() {
    for catalog in [Catalog::new(Language::English), Catalog::new(Language::Chinese)] {
        for field in telbill::cdr::Field::ALL {
            let key = format!("field.{}", field.word());
            assert!(catalog.find(&key).is_some(), "{key} has no words in {:?}", catalog.language());
        }
    }
}

fn all_text_mentions(code: &str) -> bool {
    let literal = format!("\"{code}\"");
    sources().iter().any(|(_, text)| text.contains(&literal))
}

#[test]
fn words_that_reports_ask_for_exist() {
    let catalog = Catalog::new(Language::English);
    let mut missing = Vec::new();
    for section in telbill::report::SECTIONS {
        let key = format!("section.{section}");
        if catalog.find(&key).is_none() {
            missing.push(key);
        }
    }
    for step in telbill::report::derivation::STEPS {
        for part in ["title", "says"] {
            let key = format!("step.{step}.{part}");
            if catalog.find(&key).is_none() {
                missing.push(key);
            }
        }
    }
    // Keys that stand literally in the sources of report and audit.
    for (path, text) in sources() {
        let path = path.display().to_string();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if path.contains("/report/") || path.contains("/audit/") || path.contains("/checks/") {
            for (call, prefix) in [
                ("Sentence::new(\"", ""),
                ("Cell::Word(\"", ""),
                ("NotChecked::new(\"", "unchecked."),
                ("Evidence::Note(\"", ""),
                ("Fact::Word(\"", ""),
            ] {
                for rest in code.split(call).skip(1) {
                    let key = format!("{prefix}{}", rest.split('"').next().unwrap_or_default());
                    if catalog.find(&key).is_none() {
                        missing.push(format!("{key} ({path})"));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn top_level_is_as_on_the_card() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "src",
        "tariffs",
        "fixtures",
        "tests",
        "target",
    ];
    for entry in std::fs::read_dir(root()).expect("root") {
        let name = entry.expect("entry").file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || known.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn sources_name_no_machine_and_leave_nothing_undone() {
    // Sources name neither a machine nor a tool of whoever built them.
    for (path, text) in sources() {
        for word in ["/work/", "/root/", "TODO", "FIXME"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
