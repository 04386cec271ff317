//! What an audit says, as data: for people a [`Report`] of typed sections, for programs a
//! [`document`] with a schema. Neither is formatted here.

mod checked;
pub mod derivation;
mod dialects;
pub mod document;
mod estimated;
mod findings;
mod inspected;
pub mod model;
mod reading;
mod spoken;
mod usage;
pub mod words;

pub use crate::audit::Audit;
pub use checked::{CHECK_TABLES, CheckDocument, CheckWords, Question};
pub use dialects::{DialectsDocument, dialects_listing, dialects_told};
pub use document::Document;
pub use estimated::{
    Chart, ESTIMATE_SCHEMA, ESTIMATE_TABLES, EstimateDocument, EstimateWords, Listing, Value, cents,
};
pub use inspected::{INSPECT_SCHEMA, INSPECT_TABLES, InspectDocument, InspectWords};
pub use model::{Block, Cell, Report, Section, Sentence, Table, Told};
pub use reading::Read;
pub use spoken::{Place, Spoken};
pub use words::Words;

use crate::checks::Grade;
use crate::money::Amount;
use crate::reconcile::{BridgeLine, Fact, RowKind};

/// Names of the sections, in reading order.
pub const SECTIONS: [&str; 6] = ["summary", "bridge", "findings", "unchecked", "usage", "reading"];

/// Names of the tables, for CSV.
pub const TABLES: [&str; 8] =
    ["lines", "causes", "findings", "unchecked", "agents", "files", "rejects", "inputs"];

/// Builds the report of an audit.
#[must_use]
pub fn build(audit: &Audit) -> Report {
    let sections = vec![
        Section { id: "summary", blocks: vec![Block::Pairs(summary(audit))] },
        Section { id: "bridge", blocks: bridge(audit) },
        Section { id: "findings", blocks: findings::blocks(audit) },
        Section { id: "unchecked", blocks: findings::unchecked(audit) },
        Section { id: "usage", blocks: usage::blocks(audit) },
        Section { id: "reading", blocks: reading::blocks(audit) },
    ];
    Report { sections }
}

/// Who, when, how much.
fn summary(audit: &Audit) -> Vec<(&'static str, Cell)> {
    let head = &audit.plan.head;
    let text = |text: &str| Cell::Text(text.to_owned());
    let difference = audit.bridge.difference();
    let way = match (difference.is_positive(), difference.is_negative()) {
        (true, _) => "too-much",
        (_, true) => "too-little",
        _ => "difference",
    };
    let mut pairs = vec![
        ("contract", text(&head.id)),
        ("provider", text(&head.provider)),
        (
            "period",
            Cell::Word(
                "summary-period",
                vec![
                    ("period", Fact::Text(audit.period.to_string())),
                    ("first", Fact::Day(audit.period.first)),
                    ("last", Fact::Day(audit.period.last)),
                ],
            ),
        ),
        ("currency", text(&head.currency)),
    ];
    if audit.nothing_billed() {
        pairs.push(("expected", Cell::Money(audit.bridge.expected)));
        return pairs;
    }
    pairs.push(("billed", Cell::Money(audit.bridge.billed)));
    pairs.push(("expected", Cell::Money(audit.bridge.expected)));
    pairs.push((way, Cell::Signed(difference)));
    for grade in [Grade::Proved, Grade::Supported, Grade::Suspect] {
        let sum = of_grade(audit, grade);
        if !sum.is_zero() {
            pairs.push((grade.word(), Cell::Signed(sum)));
        }
    }
    pairs.push(("unexplained", Cell::Signed(audit.bridge.remainder)));
    pairs
}

/// Money in the bridge that is as sure as that.
#[must_use]
pub fn of_grade(audit: &Audit, grade: Grade) -> Amount {
    let claimed = audit.findings.iter().filter(|finding| finding.claimed && finding.grade == grade);
    claimed.map(|finding| finding.amount.point).sum()
}

/// What is due, where nothing was billed.
fn due(audit: &Audit) -> Vec<Block> {
    let lines = audit.bridge.lines.iter();
    let mut rows: Vec<Vec<Cell>> =
        lines.map(|line| vec![line_name(audit, line), Cell::Money(line.expected)]).collect();
    rows.push(vec![Cell::Word("total", Vec::new()), Cell::Money(audit.bridge.expected)]);
    let columns = vec!["line", "expected"];
    let lines = Table { id: "lines", columns, rows, totalled: true };
    vec![Block::Table(lines), Block::Table(causes(Vec::new()))]
}

fn causes(rows: Vec<Vec<Cell>>) -> Table {
    Table { id: "causes", columns: vec!["cause", "code", "amount"], rows, totalled: true }
}

/// The bridge: by line, then by cause.
fn bridge(audit: &Audit) -> Vec<Block> {
    if audit.nothing_billed() {
        return due(audit);
    }
    let mut rows: Vec<Vec<Cell>> = audit
        .bridge
        .lines
        .iter()
        .map(|line| {
            vec![
                line_name(audit, line),
                Cell::Money(line.billed),
                Cell::Money(line.expected),
                Cell::Signed(line.difference()),
            ]
        })
        .collect();
    let bridge = &audit.bridge;
    rows.push(vec![
        Cell::Word("total", Vec::new()),
        Cell::Money(bridge.billed),
        Cell::Money(bridge.expected),
        Cell::Signed(bridge.difference()),
    ]);
    let lines = Table {
        id: "lines",
        columns: vec!["line", "billed", "expected", "difference"],
        rows,
        totalled: true,
    };
    let mut rows: Vec<Vec<Cell>> = bridge
        .causes
        .iter()
        .map(|cause| {
            vec![Cell::Title(cause.code), Cell::Code(cause.code), Cell::Signed(cause.amount)]
        })
        .collect();
    rows.push(vec![
        Cell::Word("remainder", Vec::new()),
        Cell::Empty,
        Cell::Signed(bridge.remainder),
    ]);
    rows.push(vec![
        Cell::Word("difference", Vec::new()),
        Cell::Empty,
        Cell::Signed(bridge.difference()),
    ]);
    vec![Block::Table(lines), Block::Table(causes(rows))]
}

/// The name of a line of the bridge.
#[must_use]
pub fn line_name(audit: &Audit, line: &BridgeLine) -> Cell {
    let printed = !audit.ledger.rows[line.row.0].lines.is_empty();
    match line.kind {
        // The contract gives these no name.
        RowKind::Pair if !printed && line.name == "commitment" => {
            Cell::Word("row.commitment", Vec::new())
        }
        RowKind::Pair if !printed && line.name == "late" => Cell::Word("row.late", Vec::new()),
        RowKind::Pair | RowKind::Unmatched => Cell::Text(line.name.clone()),
        RowKind::Repeated => {
            Cell::Word("row.repeated", vec![("number", Fact::Text(line.name.clone()))])
        }
        RowKind::Tax => Cell::Word("row.tax", Vec::new()),
        RowKind::Total => Cell::Word("row.total", Vec::new()),
        RowKind::Opening => Cell::Word("row.opening", Vec::new()),
        RowKind::Due => Cell::Word("row.due", Vec::new()),
    }
}
