//! Papers other than call records: told from each other, read, and summed up.

use crate::cdr::{DIALECT, parse_dialect};
use crate::estimate::forecast::FORECAST;
use crate::input::{Encoding, InputFile, SmallFile, read_small};
use crate::invoice::{self, Form, INVOICE};
use crate::money::Amount;
use crate::roster::{self, EntryKind};
use crate::source::{Diagnostics, Document, FileId, Section, SourceMap, top_keys};
use crate::tariff::{self, Validity, keys::CONTRACT};
use crate::when::{Day, Period};

/// A paper that is no call records.
pub struct Paper {
    /// What it is.
    pub kind: PaperKind,
    /// Its encoding.
    pub encoding: Encoding,
    /// SHA-256 of the file on disk.
    pub sha256: String,
    /// What is wrong with it, or worth a warning.
    pub found: Diagnostics,
}

/// What a paper is, and what it says in short; nothing where it can't be read to its end.
pub enum PaperKind {
    /// `--tariff`.
    Contract(Option<ContractSays>),
    /// `--invoice`.
    Invoice(Option<InvoiceSays>),
    /// `--roster`: entries by kind.
    Roster(Vec<(EntryKind, u64)>),
    /// `--usage`.
    Forecast,
    /// `--dialect`: its name.
    Dialect(Option<String>),
}

/// A contract in short.
pub struct ContractSays {
    /// Its number.
    pub id: String,
    /// Who bills.
    pub provider: String,
    /// ISO 4217 code.
    pub currency: String,
    /// First and last day of validity.
    pub valid: Validity,
}

/// An invoice in short.
pub struct InvoiceSays {
    /// How it is written.
    pub form: Form,
    /// Its number.
    pub number: Option<String>,
    /// The period it bills.
    pub period: Option<Period>,
    /// When it was issued.
    pub issued: Option<Day>,
    /// Lines.
    pub lines: u64,
    /// What it comes to: with tax if that is printed, else without, else the sum of its lines.
    pub total: Amount,
    /// Sums that are printed: their names, and what they are.
    pub sums: Vec<(&'static str, Amount)>,
    /// ISO 4217 code, if printed.
    pub currency: Option<String>,
}

impl PaperKind {
    /// Its word, in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Contract(_) => "contract",
            Self::Invoice(_) => "invoice",
            Self::Roster(_) => "roster",
            Self::Forecast => "forecast",
            Self::Dialect(_) => "dialect",
        }
    }

    /// The option that takes it.
    #[must_use]
    pub fn option(&self) -> &'static str {
        match self {
            Self::Contract(_) => "--tariff",
            Self::Invoice(_) => "--invoice",
            Self::Roster(_) => "--roster",
            Self::Forecast => "--usage",
            Self::Dialect(_) => "--dialect",
        }
    }
}

/// A TOML file.
///
/// # Errors
/// If it can't be read, or is none of those that telbill knows.
pub(super) fn of_toml(input: &InputFile, sources: &mut SourceMap) -> Result<Paper, Diagnostics> {
    let SmallFile { text, sha256, encoding } =
        read_small(input, "contract").map_err(|why| Diagnostics::from(*why))?;
    let keys = top_keys(&text);
    let sections: [&'static Section; 4] = [&CONTRACT, &INVOICE, &FORECAST, &DIALECT];
    let known = |section: &Section| keys.iter().filter(|key| section.key(key).is_some()).count();
    // Of equals the first counts: a file of which nothing can be read is most likely a contract.
    let best = sections.into_iter().rev().max_by_key(|section| known(section));
    let is = |section: &'static Section| best.is_some_and(|best| std::ptr::eq(best, section));
    let (kind, found) = if is(&CONTRACT) {
        // It is opened anew: a contract names files beside it.
        match tariff::open(sources, &input.name) {
            Ok(contract) => {
                let head = &contract.plan.head;
                let says = ContractSays {
                    id: head.id.clone(),
                    provider: head.provider.clone(),
                    currency: head.currency.clone(),
                    valid: head.valid,
                };
                (PaperKind::Contract(Some(says)), contract.warnings)
            }
            Err(found) => (PaperKind::Contract(None), found),
        }
    } else {
        let file = sources.add(&input.name, text);
        if is(&INVOICE) {
            of_invoice(sources, file)
        } else if is(&FORECAST) {
            (PaperKind::Forecast, Document::read(sources, file, &FORECAST).1)
        } else {
            let (dialect, found) = parse_dialect(sources, file);
            (PaperKind::Dialect(dialect.map(|dialect| dialect.name)), found)
        }
    };
    Ok(Paper { kind, encoding, sha256, found })
}

fn of_invoice(sources: &SourceMap, file: FileId) -> (PaperKind, Diagnostics) {
    let (invoice, found) = invoice::read(sources, file);
    let says = invoice.map(|invoice| {
        let totals = invoice.totals;
        let printed = totals.gross.or(totals.net).map(|printed| printed.value);
        let lines = || invoice.lines.iter().filter_map(|line| line.with_tax().or(line.net()));
        let paid: Amount = invoice.payments.iter().map(|payment| payment.amount.value).sum();
        let printed_sums = [
            ("opening", invoice.opening),
            ("net", totals.net),
            ("tax", totals.tax),
            ("gross", totals.gross),
            ("due", invoice.amount_due),
        ];
        let sums = printed_sums.into_iter().filter_map(|(name, sum)| Some((name, sum?.value)));
        let paid = (!invoice.payments.is_empty()).then_some(("paid", paid));
        InvoiceSays {
            form: invoice::form(sources, file),
            sums: sums.chain(paid).collect(),
            number: invoice.number.clone(),
            period: invoice.period,
            issued: invoice.issued,
            lines: u64::try_from(invoice.lines.len()).unwrap_or(u64::MAX),
            total: printed.unwrap_or_else(|| lines().sum()),
            currency: invoice.currency.as_ref().map(|printed| printed.value.clone()),
        }
    });
    (PaperKind::Invoice(says), found)
}

/// A table that holds no calls: a roster, or an invoice; nothing if it is neither.
pub(super) fn of_table(input: &InputFile, sources: &mut SourceMap) -> Option<Paper> {
    let SmallFile { text, sha256, encoding } = read_small(input, "invoice").ok()?;
    let file = sources.add(&input.name, text);
    let (roster, found) = roster::read(sources, file);
    if !found.has_errors() && !roster.entries.is_empty() {
        let mut kinds: Vec<(EntryKind, u64)> = Vec::new();
        for entry in &roster.entries {
            match kinds.iter_mut().find(|(kind, _)| *kind == entry.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((entry.kind, 1)),
            }
        }
        return Some(Paper { kind: PaperKind::Roster(kinds), encoding, sha256, found });
    }
    let (kind, found) = of_invoice(sources, file);
    let is_invoice = !found.has_errors();
    is_invoice.then_some(Paper { kind, encoding, sha256, found })
}
