//! Contracts from files.

use std::path::Path;

use super::companion::Companion;
use super::keys;
use super::parse::parse;
use super::plan::Plan;
use crate::input::{InputFile, SmallFile, read_small};
use crate::source::{Diagnostic, Diagnostics, Document, SourceMap};
use crate::when::Period;

/// A contract and the file it came from.
#[derive(Debug)]
pub struct Contract {
    /// What it says.
    pub plan: Plan,
    /// The file, as typed.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// What it leaves open or says to no effect.
    pub warnings: Diagnostics,
}

/// Reads a contract. Files that it names are looked for beside it; if it comes from standard input,
/// in the working directory.
///
/// # Errors
/// Everything wrong with it, at once.
pub fn open(sources: &mut SourceMap, name: &str) -> Result<Contract, Diagnostics> {
    let input = InputFile::new(name);
    let small = read_small(&input, "contract").map_err(|why| Diagnostics::from(*why))?;
    let file = sources.add(name, small.text);
    let beside = input.path().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
    let load = |path: &str, what: &'static str| {
        // A file of that name, not standard input.
        let path = if path == "-" { "./-" } else { path };
        let name = beside.join(path).display().to_string();
        let SmallFile { text, sha256, .. } = read_small(&InputFile::new(&name), what)?;
        Ok(Companion { name, text, sha256 })
    };
    let (plan, found) = parse(sources, file, &load);
    match plan {
        Some(plan) => {
            let sha256 = small.sha256;
            Ok(Contract { plan, name: name.to_owned(), sha256, warnings: found })
        }
        None => Err(found),
    }
}

/// Paths of the files that a contract names, as far as it can be read; what is wrong with it is said
/// where it is opened. That on standard input, which is read once, names none.
#[must_use]
pub fn named_files(name: &str) -> Vec<String> {
    let input = InputFile::new(name);
    let Some(path) = input.path() else { return Vec::new() };
    let Ok(small) = read_small(&input, "contract") else { return Vec::new() };
    let beside = path.parent().unwrap_or(Path::new(""));
    let mut sources = SourceMap::default();
    let file = sources.add(name, small.text);
    let (document, _) = Document::of(sources.text(file), file, &keys::CONTRACT);
    let root = document.root();
    let decks = root.tables("deck").into_iter().filter_map(|deck| deck.text("file"));
    let segments = root.table("numbers").and_then(|numbers| numbers.text("segments"));
    let all = decks.chain(segments).map(|named| beside.join(named.value).display().to_string());
    all.collect()
}

/// Two contracts may not hold on one day.
///
/// # Errors
/// A diagnostic that shows both.
pub fn no_overlap(contracts: &[Contract]) -> Result<(), Box<Diagnostic>> {
    for (index, contract) in contracts.iter().enumerate() {
        let head = &contract.plan.head;
        for other in contracts[..index].iter().map(|other| &other.plan.head) {
            if head.valid.meets(other.valid) {
                return Err(Box::new(
                    Diagnostic::error("contracts-overlap", head.at)
                        .and(other.at)
                        .with("id", &head.id)
                        .with("other", &other.id),
                ));
            }
        }
    }
    Ok(())
}

/// The contract that holds in a period.
///
/// # Errors
/// A diagnostic if none holds, or if another takes over within the period.
pub fn in_force(contracts: Vec<Contract>, period: Period) -> Result<Contract, Box<Diagnostic>> {
    let known: Vec<String> = contracts
        .iter()
        .map(|contract| format!("{}: {}", contract.plan.head.id, contract.plan.head.valid))
        .collect();
    let mut holding: Vec<Contract> = contracts
        .into_iter()
        .filter(|contract| contract.plan.head.valid.within(period).is_some())
        .collect();
    if let [first, second, ..] = holding.as_slice() {
        return Err(Box::new(
            Diagnostic::error("contract-changes", second.plan.head.at)
                .and(first.plan.head.at)
                .with("period", period)
                .with("id", &second.plan.head.id)
                .with("other", &first.plan.head.id),
        ));
    }
    let Some(contract) = holding.pop() else {
        return Err(Box::new(
            Diagnostic::error_without_place("contract-none")
                .with("period", period)
                .with("known", known.join(", ")),
        ));
    };
    Ok(contract)
}
