//! Findings, and what could not be checked.

use super::model::{Block, Cell, Sentence, Table, Told};
use crate::audit::{Audit, NotChecked};
use crate::checks::Finding;
use crate::reconcile::Fact;

/// Findings one by one, then as a table for programs.
pub(super) fn blocks(audit: &Audit) -> Vec<Block> {
    if audit.findings.is_empty() {
        // The table is for programs, which get its head all the same.
        return vec![Block::Says(Sentence::new("no-findings")), Block::Table(table(audit))];
    }
    let mut blocks: Vec<Block> = audit
        .findings
        .iter()
        .enumerate()
        .map(|(index, finding)| Block::Finding(Box::new(told(index + 1, finding))))
        .collect();
    blocks.push(Block::Table(table(audit)));
    blocks
}

pub(super) fn told(number: usize, finding: &Finding) -> Told {
    let mut facts = finding.facts.clone();
    // Every sentence may name these two.
    for (name, fact) in
        [("amount", Fact::Money(finding.amount.point)), ("count", Fact::Count(finding.count))]
    {
        if !facts.iter().any(|(known, _)| *known == name) {
            facts.push((name, fact));
        }
    }
    Told {
        number,
        code: finding.code,
        level: finding.level,
        grade: finding.grade,
        amount: finding.amount,
        claimed: finding.claimed,
        count: finding.count,
        facts,
        evidence: finding.evidence.clone(),
    }
}

fn table(audit: &Audit) -> Table {
    let rows = audit
        .findings
        .iter()
        .map(|finding| {
            vec![
                Cell::Code(finding.code),
                Cell::Code(finding.level.word()),
                Cell::Code(finding.grade.word()),
                Cell::Money(finding.amount.min),
                Cell::Money(finding.amount.point),
                Cell::Money(finding.amount.max),
                Cell::Count(finding.count),
                Cell::Title(finding.code),
            ]
        })
        .collect();
    Table {
        id: "findings",
        columns: vec!["code", "severity", "grade", "min", "point", "max", "count", "cause"],
        rows,
        totalled: false,
    }
}

/// What could not be checked, and which paper would settle it.
pub(super) fn unchecked(audit: &Audit) -> Vec<Block> {
    let said = if audit.not_checked.is_empty() {
        Block::Says(Sentence::new("all-checked"))
    } else {
        Block::List(audit.not_checked.iter().map(|one| sentence(audit, one)).collect())
    };
    let rows = audit
        .not_checked
        .iter()
        .map(|one| {
            vec![
                Cell::Code(one.code),
                Cell::Code(one.paper.word()),
                one.amount.map_or(Cell::Empty, Cell::Money),
                Cell::Code(if one.incomplete { "yes" } else { "no" }),
            ]
        })
        .collect();
    let columns = vec!["code", "paper", "amount", "incomplete"];
    vec![said, Block::Table(Table { id: "unchecked", columns, rows, totalled: false })]
}

/// The sentence of one.
#[must_use]
pub(super) fn sentence(audit: &Audit, one: &NotChecked) -> Sentence {
    let mut facts = one.facts.clone();
    let named = facts.iter().find_map(|(name, fact)| match fact {
        Fact::Text(clause) if *name == "clause" && !clause.is_empty() => Some(clause.clone()),
        _ => None,
    });
    facts.push(("of", Fact::Text(named.map_or(String::new(), |name| format!(" ({name})")))));
    let mut sentence = Sentence { facts, ..Sentence::new(format!("unchecked.{}", one.code)) };
    match (one.code, one.amount) {
        ("fork-open", Some(difference)) => {
            let other = audit.bill.total + difference;
            sentence.facts.push(("amount", Fact::Money(other)));
            sentence.amount = Some(difference);
        }
        (_, amount) => sentence.amount = amount,
    }
    sentence.then = Some(format!("paper.{}", one.paper.word()));
    sentence
}
