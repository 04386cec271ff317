//! What files are and how they are understood, without an audit: the reading that `audit` would take,
//! what became of every line, and how to pin that reading for next month. Nothing is printed here.

mod calls;
mod facts;
mod paper;

pub use calls::{CallsSeen, Examined, ZoneHow};
pub use facts::{Distinct, Facts};
pub use paper::{ContractSays, InvoiceSays, Paper, PaperKind};

use crate::audit::{Observer, Reading, Running, typed_period};
use crate::cdr::RejectKind;
use crate::input::{InputFile, expand};
use crate::source::{Diagnostic, Diagnostics, SourceMap};
use crate::tariff::{self, Contract};
use crate::when::Cycle;

/// What is to be looked at.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files, as typed: paths, patterns, `-`.
    pub files: Vec<String>,
    /// How call files are written, where the user says so.
    pub reading: Reading,
    /// The billing period, for times without a year and dates in doubt, as typed.
    pub period: Option<String>,
    /// The contract, for the zone of times and the currency; it may be left out.
    pub tariff: Option<String>,
    /// How to run.
    pub running: Running,
}

/// All files looked at.
pub struct Inspected {
    /// In the order given.
    pub files: Vec<Seen>,
    /// The contract, if one was given.
    pub contract: Option<Contract>,
    /// Parts of files that hold no calls, by name.
    pub warnings: Diagnostics,
}

/// One file, or part of one, looked at.
pub struct Seen {
    /// As typed, or as the pattern found it.
    pub name: String,
    /// What it is.
    pub what: What,
}

/// What a file is.
pub enum What {
    /// Call records.
    Calls(Box<CallsSeen>),
    /// Another paper that telbill reads.
    Paper(Box<Paper>),
    /// It can't be used, and why.
    Refused(Diagnostics),
}

impl Seen {
    /// The call records in it, if it holds some.
    #[must_use]
    pub fn calls(&self) -> Option<&CallsSeen> {
        match &self.what {
            What::Calls(calls) => Some(calls),
            What::Paper(_) | What::Refused(_) => None,
        }
    }

    /// True if nothing can be done with it.
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        match &self.what {
            What::Calls(calls) => {
                let rejected = &calls.counts.rejected;
                calls.counts.records == 0 || rejected.contains_key(&RejectKind::Contradicted)
            }
            What::Paper(paper) => paper.found.has_errors(),
            What::Refused(_) => true,
        }
    }

    /// True if lines that may be calls could not be read.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.calls().is_some_and(|calls| calls.missing() > 0)
    }
}

/// Looks at all files.
///
/// # Errors
/// What is wrong with what was typed, or with the contract. What is wrong with a file is its finding.
pub fn inspect(
    request: &Request,
    sources: &mut SourceMap,
    observer: &Observer,
) -> Result<Inspected, Diagnostics> {
    let contract = match &request.tariff {
        Some(name) => Some(tariff::open(sources, name)?),
        None => None,
    };
    let cycle = contract.as_ref().map_or(Cycle::monthly(1), |contract| contract.plan.head.cycle);
    let period = request.period.as_deref().map(|typed| typed_period(typed, cycle)).transpose()?;
    let understood = request.reading.understand(sources)?.of_period(period).of_any_year();
    let single = |why: Box<Diagnostic>| Diagnostics::from(*why);
    let inputs = expand(&request.files).map_err(single)?;
    let sizes = inputs.iter().filter_map(InputFile::size).sum();
    observer.size.store(sizes, std::sync::atomic::Ordering::Relaxed);
    let by = calls::By {
        typed: &request.reading,
        understood: &understood,
        head: contract.as_ref().map(|contract| &contract.plan.head),
        subsecond: contract.as_ref().map(|contract| crate::audit::subsecond(&contract.plan)),
        running: request.running,
        observer,
    };
    let mut warnings = Diagnostics::default();
    let see = |input| see(input, by, sources, &mut warnings);
    let files = inputs.iter().flat_map(see).collect();
    Ok(Inspected { files, contract, warnings })
}

/// Looks at one file: call records if it reads as such, each part by itself, else another paper if it
/// is one.
fn see(
    input: &InputFile,
    by: calls::By<'_>,
    sources: &mut SourceMap,
    warnings: &mut Diagnostics,
) -> Vec<Seen> {
    let seen = |what| vec![Seen { name: input.name.clone(), what }];
    if input.name.to_ascii_lowercase().ends_with(".toml") {
        return seen(match paper::of_toml(input, sources) {
            Ok(paper) => What::Paper(Box::new(paper)),
            Err(found) => What::Refused(found),
        });
    }
    let calls = calls::read(input, by, warnings);
    let paper = |sources: &mut SourceMap| {
        let paper = paper::of_table(input, sources).filter(|_| !input.is_stdin());
        paper.map(|paper| seen(What::Paper(Box::new(paper))))
    };
    match calls {
        Ok(parts) => {
            let holds = |(_, part): &calls::ReadPart| {
                part.as_ref().is_ok_and(|calls| calls.counts.records > 0)
            };
            let paper = if parts.iter().any(holds) { None } else { paper(sources) };
            let of_part = |(name, part): calls::ReadPart| {
                let what = part.map_or_else(What::Refused, |calls| What::Calls(Box::new(calls)));
                Seen { name, what }
            };
            paper.unwrap_or_else(|| parts.into_iter().map(of_part).collect())
        }
        Err(found) => paper(sources).unwrap_or_else(|| seen(What::Refused(found))),
    }
}
