//! Contracts, invoices and roster: opened, and held against each other.

use crate::input::{InputFile, expand, read_parts};
use crate::invoice::{self, Invoice, InvoiceLine};
use crate::roster::{self, EntryKind, Roster};
use crate::source::{Diagnostic, Diagnostics, FileId, Severity, SourceMap};
use crate::tariff::{self, Contract, Plan, RecurringPer, Terms};
/// What a file is to the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The contract.
    Contract,
    /// A file that the contract names.
    Companion,
    /// Call records.
    Calls,
    /// An invoice.
    Invoice,
    /// Seats, numbers, lines, services.
    Roster,
}

impl Role {
    /// Its word, in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Companion => "companion",
            Self::Calls => "calls",
            Self::Invoice => "invoice",
            Self::Roster => "roster",
        }
    }
}

/// One input file.
#[derive(Clone, Debug)]
pub struct Input {
    /// What it is.
    pub role: Role,
    /// As typed.
    pub name: String,
    /// SHA-256 of the file on disk.
    pub sha256: String,
    /// Records, lines, entries or clauses in it.
    pub rows: u64,
}
/// Opens all contracts. Of several no two may hold on one day.
///
/// # Errors
/// Everything wrong with the first that is wrong.
pub fn contracts(names: &[String], sources: &mut SourceMap) -> Result<Vec<Contract>, Diagnostics> {
    let mut contracts = Vec::new();
    for file in expand(names).map_err(|why| Diagnostics::from(*why))? {
        contracts.push(tariff::open(sources, &file.name)?);
    }
    tariff::no_overlap(&contracts).map_err(|why| Diagnostics::from(*why))?;
    Ok(contracts)
}

/// Opens all invoices.
///
/// # Errors
/// Everything wrong with all of them.
pub fn invoices(
    names: &[String],
    sources: &mut SourceMap,
    inputs: &mut Vec<Input>,
    warnings: &mut Diagnostics,
) -> Result<Vec<Invoice>, Diagnostics> {
    let mut found = Diagnostics::default();
    let mut invoices = Vec::new();
    for file in expand(names).map_err(|why| Diagnostics::from(*why))? {
        let read = |sources: &SourceMap, id| {
            let (invoice, wrong) = invoice::read(sources, id);
            let rows = invoice.as_ref().map_or(0, |invoice| invoice.lines.len());
            (invoice, rows, wrong)
        };
        let of_file = paper(&file, Role::Invoice, sources, inputs, &mut found, read)?;
        // A summary and its details, or two months: added up they may be too much.
        if of_file.len() > 1 {
            let names: Vec<&str> = of_file.iter().map(|(name, _)| name.as_str()).collect();
            found.push(
                Diagnostic::error_without_place("parts-several")
                    .with("path", &file.name)
                    .with("names", names.join(", ")),
            );
        }
        invoices.extend(of_file.into_iter().map(|(_, invoice)| invoice));
    }
    unless_wrong(found, warnings).map(|()| invoices)
}

/// Reads each part of a file: of several those without a header are named, and left out.
fn paper<T>(
    file: &InputFile,
    role: Role,
    sources: &mut SourceMap,
    inputs: &mut Vec<Input>,
    found: &mut Diagnostics,
    read: impl Fn(&SourceMap, FileId) -> (Option<T>, usize, Diagnostics),
) -> Result<Vec<(String, T)>, Diagnostics> {
    let parts = read_parts(file, role.word()).map_err(|why| Diagnostics::from(*why))?;
    let sha256 = parts.first().map_or("", |(_, small)| small.sha256.as_str());
    if let Some(twice) = file_twice(inputs, role, &file.name, sha256) {
        found.push(twice);
        return Ok(Vec::new());
    }
    let several = parts.len() > 1;
    let (mut values, mut headless) = (Vec::new(), Vec::new());
    let mut none = Diagnostics::default();
    for (name, small) in parts {
        let id = sources.add(&name, small.text);
        let (value, rows, wrong) = read(sources, id);
        const NO_PAPER: [&str; 2] = ["sheet-no-header", "invoice-of-calls"];
        let is_headless =
            several && wrong.clone().sorted().iter().any(|one| NO_PAPER.contains(&one.code));
        if is_headless {
            headless.push(name);
            none.append(wrong);
            continue;
        }
        found.append(wrong);
        inputs.push(Input {
            role,
            name: name.clone(),
            sha256: small.sha256,
            rows: u64::try_from(rows).unwrap_or(u64::MAX),
        });
        values.extend(value.map(|value| (name, value)));
    }
    if values.is_empty() {
        found.append(none);
    } else if !headless.is_empty() {
        let warning = Diagnostic::error_without_place("parts-unread")
            .with("path", &file.name)
            .with("why", "@unread.columns")
            .with("names", headless.join(", "));
        found.push(Diagnostic { severity: Severity::Warning, ..warning });
    }
    Ok(values)
}

/// Errors come to nothing; warnings are kept.
fn unless_wrong(found: Diagnostics, warnings: &mut Diagnostics) -> Result<(), Diagnostics> {
    if found.has_errors() {
        return Err(found);
    }
    warnings.append(found);
    Ok(())
}

/// A file given twice would count twice.
fn file_twice(inputs: &[Input], role: Role, name: &str, sha256: &str) -> Option<Diagnostic> {
    let twin = inputs.iter().find(|other| other.role == role && other.sha256 == sha256)?;
    Some(Diagnostic::error_without_place("file-twice").with("path", name).with("other", &twin.name))
}

/// Opens all rosters as one.
///
/// # Errors
/// Everything wrong with all of them.
pub fn roster(
    names: &[String],
    sources: &mut SourceMap,
    inputs: &mut Vec<Input>,
    warnings: &mut Diagnostics,
) -> Result<Option<Roster>, Diagnostics> {
    let mut found = Diagnostics::default();
    let mut all: Option<Roster> = None;
    for file in expand(names).map_err(|why| Diagnostics::from(*why))? {
        let read = |sources: &SourceMap, id| {
            let (roster, wrong) = roster::read(sources, id);
            let rows = roster.entries.len();
            (Some(roster), rows, wrong)
        };
        for (_, roster) in paper(&file, Role::Roster, sources, inputs, &mut found, read)? {
            all.get_or_insert_default().entries.extend(roster.entries);
        }
    }
    if let Some(all) = &all {
        found.append(roster::no_twins(all));
    }
    unless_wrong(found, warnings).map(|()| all)
}

/// Warns of what is in the roster and in no clause, once for each name: a service or a usage that
/// the contract prices under another name would go uncounted.
#[must_use]
pub fn uncounted(plan: &Plan, roster: &Roster) -> Diagnostics {
    let counts = |per| match per {
        RecurringPer::Contract => None,
        RecurringPer::Number => Some(EntryKind::Number),
        RecurringPer::Line => Some(EntryKind::Line),
        RecurringPer::Seat => Some(EntryKind::Seat),
        RecurringPer::Service => Some(EntryKind::Service),
    };
    let mut found = Diagnostics::default();
    let mut seen: Vec<(EntryKind, &str)> = Vec::new();
    for entry in &roster.entries {
        let names: Vec<Option<&str>> = plan
            .clauses
            .iter()
            .filter_map(|clause| match &clause.terms {
                Terms::Usage(_) if entry.kind == EntryKind::Usage => Some(Some(&*clause.name)),
                Terms::Commitment(terms)
                    if entry.kind == EntryKind::Usage && terms.year.is_some() =>
                {
                    Some(Some(&*clause.name))
                }
                Terms::Recurring(terms) if counts(terms.per) == Some(entry.kind) => {
                    Some(terms.of.as_deref())
                }
                Terms::Package(terms) if entry.kind == EntryKind::Balance => {
                    let carries = terms.rollover.is_some() || terms.pack.is_some();
                    carries.then_some(Some(&*clause.name))
                }
                _ => None,
            })
            .collect();
        // A clause without `of` counts all entries of its kind. Numbers and lines may be there
        // only for their dates.
        let counted = names
            .iter()
            .any(|name| name.is_none_or(|name| entry.group == name || entry.id == name));
        let priced =
            matches!(entry.kind, EntryKind::Usage | EntryKind::Service | EntryKind::Balance);
        if counted || (names.is_empty() && !priced) {
            continue;
        }
        let name = if entry.group.is_empty() { &entry.id } else { &entry.group };
        if !seen.contains(&(entry.kind, name)) {
            seen.push((entry.kind, name));
            let known: Vec<&str> = names.into_iter().flatten().collect();
            let help = if known.is_empty() { "help-none" } else { "help" };
            found.push(
                Diagnostic::warning("roster-uncounted", entry.at)
                    .with("name", name)
                    .with("known", known.join(", "))
                    .helped_by(help),
            );
        }
    }
    found
}

/// The invoices' currency must be the contract's: nothing is converted.
///
/// # Errors
/// A diagnostic at each invoice's currency that is another.
pub fn one_currency(plan: &Plan, invoices: &[Invoice]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    for currency in invoices.iter().filter_map(|invoice| invoice.currency.as_ref()) {
        if currency.value != plan.head.currency {
            found.push(
                Diagnostic::error("invoice-currency", currency.at)
                    .and(plan.head.at)
                    .with("found", &currency.value)
                    .with("expected", &plan.head.currency),
            );
        }
    }
    if found.has_errors() { Err(found) } else { Ok(()) }
}

/// Where the contract does not speak of tax, sums that are printed with tax only can't be held
/// against its prices: how much of them is tax?
///
/// # Errors
/// For each invoice of the cycle with such a line.
pub fn tax_is_known(plan: &Plan, invoices: &[Invoice]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    for invoice in invoices.iter().filter(|_| plan.tax.is_none()) {
        let only_with_tax = |line: &&InvoiceLine| line.net().is_none();
        let Some(line) = invoice.lines.iter().find(only_with_tax) else { continue };
        let at = line.gross.map_or(line.at, |gross| gross.at);
        found.push(
            Diagnostic::error("invoice-with-tax", at).and(plan.head.at).with("name", &line.name),
        );
    }
    if found.has_errors() { Err(found) } else { Ok(()) }
}
