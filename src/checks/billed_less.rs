//! # Less billed than agreed
//! # 少收
//!
//! ## Says
//! "{line}" is billed {less} lower than the contract gives.
//! ## Test
//! What is left of the difference after all other checks is in the customer's favour, and more
//! than rounding can be.
//! ## Money
//! What was billed less what is due: below zero.
//! ## Often innocent
//! A discount that the contract file does not have, usage that was not recorded, or charges that
//! follow in a later bill.
//! ## Ask the provider
//! Nothing; but expect it to be billed later.
//!
//! ## 结论
//! "{line}"比按合同应收少计 {less}。
//! ## 判断
//! 经其他各项检查后, 余下差额对付费方有利, 且超出取整所能解释的范围。
//! ## 金额
//! 实收减去应收, 为负数。
//! ## 常见正当原因
//! 合同文件未写明的优惠、未记录的用量, 或将在后续账单补收。
//! ## 请收费方说明
//! 无需说明; 但应预计日后可能补收。

use rust_decimal::Decimal;

use super::{Case, Check, Finding, Grade, Level, Stage};
use crate::money::Amount;
use crate::reconcile::{Fact, OpenGroup, RowId, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "X04",
    code: "billed-less",
    stage: Stage::Amount,
    level: Level::Info,
    source: include_str!("billed_less.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    if case.papers.nothing_billed() {
        return;
    }
    let rows: Vec<RowId> = case.rows().map(|(id, _)| id).collect();
    for id in rows {
        let row = case.row(id);
        // Tax follows the lines and has checks of its own.
        let beyond_rounding = row.open() + case.rounding_tolerance(row);
        if row.kind == RowKind::Tax || !beyond_rounding.is_negative() {
            continue;
        }
        let open = row.open();
        claim_calls(case, id);
        let beyond = case.open_beyond_calls(id);
        if beyond.is_negative() {
            case.claim(id, &CHECK, beyond);
        }
        let less = open - case.row(id).open();
        let row = case.row(id);
        // A total below its lines is no surer than the lines that it may leave out.
        let left_out = row.kind == RowKind::Total && case.sum_in_doubt() >= less.abs();
        let grade = if left_out { Grade::Suspect } else { case.row_grade(row) };
        let finding = Finding::new(&CHECK, grade)
            .claiming(less, id)
            .with("line", case.row_name(row))
            .with("less", Fact::Money(less.abs()))
            .showing_all(case.row_evidence(row));
        if !less.is_zero() {
            case.push(finding);
        }
    }
}

impl Case<'_> {
    /// What is claimed so far of which nothing is certain, with the tax that may be on it; zero
    /// if there is no such claim.
    fn sum_in_doubt(&self) -> Amount {
        let in_doubt = |finding: &&Finding| finding.claimed && finding.grade == Grade::Suspect;
        let claims: Amount =
            self.findings.iter().filter(in_doubt).map(|finding| finding.amount.point).sum();
        let tax = self.rows().filter(|(_, row)| row.kind == RowKind::Tax);
        let tax: Amount = tax.map(|(_, row)| row.open()).filter(|open| open.is_positive()).sum();
        if claims.is_positive() { claims + tax } else { Amount::ZERO }
    }
}

/// Claims what calls were charged less, group by group, so that calls charged too much stay open.
fn claim_calls(case: &mut Case<'_>, id: RowId) {
    let mine = case.ledger.groups.iter().filter(|group| group.row == Some(id));
    let places = mine.fold(0, |most, group| group.key.charge.places_above(most));
    let half = Decimal::new(5, places + 1);
    // A printed charge may be half a quantum off by rounding.
    let is_less = |group: &OpenGroup| {
        let open = group.open().amount().decimal();
        group.row == Some(id) && open < -half * Decimal::from(group.count)
    };
    for group in case.open_groups(is_less) {
        let open = case.ledger.groups[group].open();
        case.ledger.claim_group(group, CHECK.code, open);
    }
}
