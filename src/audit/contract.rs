//! One contract by itself: what is wrong with it, which of its terms hurt, what it leaves open, and
//! what that is worth on given calls.

use super::period::period_before_calls;
use super::reading::RejectSink;
use super::request::{Observer, Request};
use super::run::{Audit, under};
use super::severity::severity_codes;
use crate::lint::{Remark, Subject, run_all};
use crate::rate::Compiled;
use crate::rate::forks::Spread;
use crate::source::{Diagnostic, Diagnostics, Severity, SourceMap};
use crate::tariff::{Contract, open};

/// What there is to say of a contract.
pub struct Checked {
    /// The file, as typed.
    pub name: String,
    /// The contract, unless it was refused.
    pub contract: Option<Contract>,
    /// Errors, and warnings other than of questions left open, in file order.
    pub found: Vec<Diagnostic>,
    /// What the linter remarks.
    pub remarks: Vec<Remark>,
    /// What open questions are worth, if there are papers to tell by.
    pub worth: Option<Worth>,
}

/// What open questions are worth on given calls or a given roster.
pub struct Worth {
    /// The bill under the readings assumed, and the other readings.
    pub audit: Audit,
    /// How far the bill goes.
    pub spread: Spread,
}

impl Checked {
    /// True if the contract can't be relied on: it was refused, or contradicts itself.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        let wrong = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        self.contract.is_none()
            || self.found.iter().any(wrong)
            || self.remarks.iter().any(|remark| remark.level == crate::checks::Level::Error)
    }
}

/// Checks a contract. `request` names call records and a roster to price open questions by; its
/// own contracts and invoices are not looked at.
///
/// # Errors
/// What is wrong with call records and roster; what is wrong with the contract is a result.
pub fn check(
    name: &str,
    request: &Request,
    sources: &mut SourceMap,
    observer: &Observer,
    sink: RejectSink<'_>,
) -> Result<Checked, Diagnostics> {
    let refused = |found: Diagnostics| Checked {
        name: name.to_owned(),
        contract: None,
        found: found.sorted(),
        remarks: Vec::new(),
        worth: None,
    };
    let mut contract = match open(sources, name) {
        Ok(contract) => contract,
        Err(found) => return Ok(refused(found)),
    };
    let mut found = std::mem::take(&mut contract.warnings);
    let compiled = match Compiled::new(&contract.plan) {
        Ok(compiled) => compiled,
        Err(wrong) => {
            wrong.into_iter().for_each(|one| found.push(one));
            return Ok(refused(found));
        }
    };
    found.append(severity_codes(&contract.plan));
    let mut remarks = run_all(&Subject { plan: &contract.plan, compiled: &compiled });
    let mut found = found.sorted();
    // Questions are listed by themselves, each with what it is worth.
    found.retain(|diagnostic| diagnostic.code != "fork-open");
    let worth = if request.calls.is_empty() && request.roster.is_empty() {
        // Nothing is priced, but what was typed must be a cycle of the contract all the same.
        period_before_calls(request.period.as_deref(), contract.plan.head.cycle, &[])?;
        None
    } else {
        let Contract { plan, name, sha256, .. } = &contract;
        let same = Contract {
            plan: plan.clone(),
            name: name.clone(),
            sha256: sha256.clone(),
            warnings: Diagnostics::default(),
        };
        let audit = under(vec![same], request, sources, observer, sink)?;
        for remark in &mut remarks {
            let other = remark.instead.as_ref().map(|instead| instead.of(&contract.plan));
            remark.costs = other.and_then(|other| audit.beyond(&other));
        }
        let spread = audit.spread();
        Some(Worth { audit, spread })
    };
    Ok(Checked { name: name.to_owned(), contract: Some(contract), found, remarks, worth })
}
