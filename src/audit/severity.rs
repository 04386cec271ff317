//! How grave findings are, by the contract's `[checks]`.

use crate::checks::{self, Finding, Level};
use crate::lint;
use crate::source::{Diagnostic, Diagnostics, suggestion};
use crate::tariff::Plan;
/// Codes under `[checks] severity` must exist.
pub(super) fn severity_codes(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::default();
    for (code, _, at) in &plan.checks.severity {
        if checks::find(code).is_none() && lint::find(code).is_none() {
            let codes = checks::ALL.iter().map(|check| check.code);
            let codes = codes.chain(lint::ALL.iter().map(|lint| lint.code));
            found.push(
                Diagnostic::warning("severity-code", *at)
                    .with("typed", code)
                    .meaning(suggestion(code, codes)),
            );
        }
    }
    found
}

/// The one place where severities are changed, and findings put in order.
pub(super) fn apply_severity(plan: &Plan, findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        let said = plan
            .checks
            .severity
            .iter()
            .find(|(code, _, _)| code == finding.code || code.eq_ignore_ascii_case(finding.id));
        if let Some(level) = said.and_then(|(_, word, _)| Level::from_word(word)) {
            finding.level = level;
        }
    }
    findings.sort_by(|a, b| {
        let rank = |f: &Finding| (f.claimed, f.amount.point.abs(), f.level, f.grade);
        rank(b).cmp(&rank(a)).then(a.code.cmp(b.code)).then(a.row.cmp(&b.row))
    });
}
