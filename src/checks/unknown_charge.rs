//! # A charge that the contract does not have
//! # 合同外收费
//!
//! ## Says
//! "{line}" is billed; no clause of the contract in force provides for it.
//! ## Test
//! No clause is meant by the line's name, code or kind; or the clause that is meant does not hold
//! in this cycle.
//! ## Money
//! The whole line. At least nothing for a charge for paying late, which the law may grant without
//! a clause; for a line that is the sum of those above or below it; or for one that is called a
//! balance or a payment. Where clauses are due that the bill does not show, the line may be one of
//! them under another name: at least what is beyond them, and nothing if that clause's quantity is
//! not known.
//! ## Often innocent
//! An annex or an order that is not in the contract file.
//! ## Ask the provider
//! The clause or order on which the charge rests.
//!
//! ## 结论
//! 账单列有"{line}", 现行合同条款均未约定该项收费。
//! ## 判断
//! 按名称、编码、类别均对不上合同条款; 或对应条款在本账期无效。
//! ## 金额
//! 该行全额; 滞纳金即使合同未约定也可能依法收取, 金额恰为上方或下方各行之和的可能只是合计,
//! 名称为余额、欠费、充值等的可能只是账户往来, 下限均为零; 另有应收条款而账单未列的, 该行可能即指此项,
//! 下限为超出该条款应收的部分, 该条款数量不明的则为零。
//! ## 常见正当原因
//! 另有附件或订单, 未写入合同文件。
//! ## 请收费方说明
//! 该项收费所依据的条款或订单。

use super::late_rate_above_contract::lawful;
use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::rate::settle::BillLine;
use crate::reconcile::{Fact, LineRef, Row, RowKind, kind_of};
use crate::tariff::ClauseId;

/// The check.
pub static CHECK: Check = Check {
    id: "H14",
    code: "unknown-charge",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("unknown_charge.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    let mut rows = case.overcharged(RowKind::Unmatched);
    // A clause that does not hold now has no line on the expected bill.
    let not_in_force = case.overcharged(RowKind::Pair);
    rows.extend(not_in_force.into_iter().filter(|id| case.row(*id).bill.is_empty()));
    for id in rows {
        let row = case.row(id);
        // Above what the law grants, a late charge is another check's.
        let lawful = row.lines.first().and_then(|at| lawful(case, *at));
        let amount = lawful.map_or(row.open(), |lawful| row.open().min(lawful));
        let is_late = row.lines.iter().any(|at| kind_of(case.line(*at)) == Some("late"));
        if !amount.is_positive() {
            continue;
        }
        let perhaps = perhaps_due(case, row);
        let unbilled: Amount = perhaps.iter().map(|(_, due)| *due).sum();
        let uncounted = uncounted(case, row);
        let is_sum = row.lines.iter().any(|at| is_sum_of_others(case, *at));
        let is_balance = row.lines.iter().any(|at| names_balance(&case.line(*at).name));
        let left_out = row.lines.iter().any(|at| total_leaves_out(case, *at));
        let in_doubt =
            is_sum || is_balance || left_out || !uncounted.is_empty() || unbilled >= amount;
        // What is beyond the clauses that it may be is sure, whatever it is called.
        let grade = match in_doubt {
            true => Grade::Suspect,
            false if unbilled.is_positive() => Grade::Supported,
            false => Grade::Proved,
        };
        let mut finding = Finding::new(&CHECK, grade)
            .claiming(amount, id)
            .with("line", case.row_name(row))
            .showing_all(case.row_evidence(row));
        if is_late || in_doubt {
            finding.amount.min = Amount::ZERO;
        } else {
            finding.amount.min = amount - unbilled;
        }
        if is_sum {
            finding = finding.showing(Evidence::Note("note.sum-above", Vec::new()));
        }
        for clause in perhaps.into_iter().map(|(clause, _)| clause).chain(uncounted) {
            let name = Fact::Text(case.papers.plan.clause(clause).name.clone());
            let facts = vec![("clause", name), ("line", case.row_name(case.row(id)))];
            finding = finding.showing(Evidence::Note("note.invoice-pattern", facts));
        }
        case.claim(id, &CHECK, amount);
        case.push(finding);
    }
}

/// Clauses that are due and on no line of the bill, and what is due for each: an unknown line may be
/// one of them under another name, unless it says that it is of another kind.
fn perhaps_due(case: &Case<'_>, row: &Row) -> Vec<(ClauseId, Amount)> {
    let kinds: Vec<Option<&str>> = row.lines.iter().map(|at| kind_of(case.line(*at))).collect();
    let unbilled = case.rows().filter(|(_, other)| {
        other.kind == RowKind::Pair && other.lines.is_empty() && other.expected.is_positive()
    });
    let of_kind = |line: &&BillLine| kinds.iter().all(|kind| kind.is_none_or(|k| k == line.kind));
    unbilled
        .filter_map(|(_, other)| {
            let line = case.bill_lines(other).find(of_kind)?;
            Some((*line.clauses.first()?, other.expected))
        })
        .collect()
}

/// Clauses of a line's kind that are on no line of the bill, and nothing tells how much of them was
/// used.
fn uncounted(case: &Case<'_>, row: &Row) -> Vec<ClauseId> {
    let kinds: Vec<Option<&str>> = row.lines.iter().map(|at| kind_of(case.line(*at))).collect();
    let rows: Vec<&Row> = case.rows().map(|(_, row)| row).collect();
    let lines = case.papers.bill.lines.iter().enumerate();
    lines
        .filter(|(_, line)| line.unknown && kinds.contains(&Some(line.kind)))
        .filter(|(at, _)| !rows.iter().any(|row| row.bill.contains(at) && !row.lines.is_empty()))
        .filter_map(|(_, line)| line.clauses.first().copied())
        .collect()
}

/// True if a name speaks of a balance or of what was paid in: perhaps no charge at all.
fn names_balance(name: &str) -> bool {
    ["余额", "结余", "欠费", "欠款", "未缴", "未结", "结转", "期初", "预存", "充值"]
        .into_iter()
        .any(|word| name.contains(word))
}

/// True if the printed total is the sum of the other lines, or of those that clauses provide for:
/// what it leaves out may be no charge but a figure for the reader.
fn total_leaves_out(case: &Case<'_>, at: LineRef) -> bool {
    let invoice = &case.papers.invoices[at.invoice];
    let Some(printed) = invoice.totals.net.or(invoice.totals.gross) else { return false };
    let unmatched: Vec<LineRef> = case
        .rows()
        .filter(|(_, row)| row.kind == RowKind::Unmatched)
        .flat_map(|(_, row)| row.lines.iter().copied())
        .collect();
    let without = |left_out: &[LineRef]| -> Amount {
        let all = (0..invoice.lines.len()).map(|line| LineRef { line, ..at });
        let counted = all.filter(|one| !left_out.contains(one));
        counted.map(|one| case.ledger.billed(case.line(one))).sum()
    };
    [&[at][..], &unmatched].into_iter().any(|left_out| without(left_out) == printed.value)
}

/// True if a line bills what the lines right above it, or right below it, two or more, come to: it
/// may be their sum, as its end or as its heading, whatever it is called.
fn is_sum_of_others(case: &Case<'_>, at: LineRef) -> bool {
    let billed = |line: usize| case.ledger.billed(case.line(LineRef { line, ..at }));
    let ends = |lines: &mut dyn Iterator<Item = usize>| {
        let mut sum = Amount::ZERO;
        lines.enumerate().any(|(before, line)| {
            sum += billed(line);
            before > 0 && sum == billed(at.line)
        })
    };
    let lines = case.papers.invoices[at.invoice].lines.len();
    ends(&mut (0..at.line).rev()) || ends(&mut (at.line + 1..lines))
}
