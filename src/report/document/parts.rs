//! The parts of that document.

use super::{
    AgentPart, BridgePart, CausePart, EvidencePart, FindingPart, LinePart, Money, NotCheckedPart,
    RangePart, UsagePart,
};
use crate::audit::NotChecked;
use crate::checks::{Evidence, Finding, find};
use crate::rate::AgentTally;
use crate::reconcile::{BridgeLine, Claim, RowKind};
use crate::report::words::Words;
use crate::report::{Cell, findings, line_name, usage};

pub(super) fn bridge(words: &Words<'_>) -> BridgePart {
    let bridge = &words.audit.bridge;
    BridgePart {
        billed: bridge.billed.into(),
        expected: bridge.expected.into(),
        difference: bridge.difference().into(),
        causes: bridge.causes.iter().map(cause).collect(),
        remainder: bridge.remainder.into(),
        lines: bridge.lines.iter().map(|one| line(words, one)).collect(),
    }
}

fn cause(claim: &Claim) -> CausePart {
    CausePart { code: claim.code, amount: claim.amount.into() }
}

fn line(words: &Words<'_>, line: &BridgeLine) -> LinePart {
    let name = match line_name(words.audit, line) {
        Cell::Word(key, facts) => words.says(key, &facts),
        _ => line.name.clone(),
    };
    LinePart {
        name,
        kind: match line.kind {
            RowKind::Pair => "clause",
            RowKind::Unmatched => "unmatched",
            RowKind::Repeated => "repeated",
            RowKind::Tax => "tax",
            RowKind::Total => "total",
            RowKind::Opening => "opening",
            RowKind::Due => "due",
        },
        billed: line.billed.into(),
        expected: line.expected.into(),
        difference: line.difference().into(),
        causes: line.causes.iter().map(cause).collect(),
        remainder: line.remainder.into(),
        taken_as_billed: words.audit.ledger.rows[line.row.0].taken,
    }
}

pub(super) fn finding(words: &Words<'_>, finding: &Finding) -> FindingPart {
    let told = findings::told(0, finding);
    FindingPart {
        code: finding.code,
        id: finding.id,
        severity: finding.level.word(),
        grade: finding.grade.word(),
        amount: RangePart {
            min: finding.amount.min.into(),
            point: finding.amount.point.into(),
            max: finding.amount.max.into(),
        },
        claimed: finding.claimed,
        count: finding.count,
        title: words.title(finding.code),
        says: find(finding.code)
            .map_or_else(String::new, |check| words.finding(&check.page(), &told.facts)),
        evidence: finding.evidence.iter().map(|one| evidence(words, one)).collect(),
    }
}

fn evidence(words: &Words<'_>, evidence: &Evidence) -> EvidencePart {
    match evidence {
        Evidence::Clause(id) => {
            let (at, name) = words.clause(*id);
            EvidencePart::Clause { at, name }
        }
        Evidence::Line(line) => {
            let (at, name) = words.line(*line);
            EvidencePart::Line { at, name }
        }
        Evidence::Place(span) => {
            EvidencePart::Place { at: words.place(*span), text: words.excerpt(*span) }
        }
        Evidence::Call { sample, seconds, charged, expected } => {
            let calls = words.audit.calls.as_ref();
            let at = calls.map(|calls| calls.rows.locus(sample.row)).unwrap_or_default();
            let file = calls.and_then(|calls| calls.files.get(at.file as usize));
            EvidencePart::Call {
                file: file.map_or_else(String::new, |file| file.name.clone()),
                line: at.line,
                start: words.moment(sample.start),
                caller: words.person(&sample.caller.to_string()),
                callee: words.person(&sample.callee.to_string()),
                seconds: *seconds,
                charged: charged.map(Money::from),
                expected: expected.map(Money::from),
            }
        }
        Evidence::Note(key, facts) => EvidencePart::Note { text: words.says(key, facts) },
    }
}

pub(super) fn not_checked(words: &Words<'_>, one: &NotChecked) -> NotCheckedPart {
    let sentence = findings::sentence(words.audit, one);
    NotCheckedPart {
        code: one.code,
        paper: one.paper.word(),
        amount: one.amount.map(Money::from),
        incomplete: one.incomplete,
        says: words.says(&sentence.key, &sentence.facts),
    }
}

pub(super) fn usage(words: &Words<'_>) -> Option<UsagePart> {
    let audit = words.audit;
    let tally = audit.tally()?;
    let agent = |(name, tally): (&[u8], &AgentTally)| AgentPart {
        agent: words.agent(&String::from_utf8_lossy(name)),
        attempts: tally.calls,
        answered: tally.answered,
        talk_seconds: tally.talk,
        cost: tally.expected.amount().into(),
        short_calls: tally.short.calls,
        long_calls: tally.long.calls,
    };
    Some(UsagePart {
        attempts: tally.calls,
        answered: tally.answered,
        talk_seconds: tally.talk,
        cost: usage::call_cost(audit).into(),
        agents: tally.agents.iter().map(|(name, tally)| agent((name, tally))).collect(),
    })
}
