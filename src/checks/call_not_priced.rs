//! # Calls without a price in the contract
//! # 合同未定价的通话
//!
//! ## Says
//! {count} [call|calls] {why}; {charged} was charged.
//! ## Test
//! No clause names the direction, destination and time of these calls. Their charges are claimed
//! only if exactly that sum is open on one line of the bill.
//! ## Money
//! Their charges. At least nothing, for the contract is silent and another paper may not be, or the
//! number that would tell the price is masked or lost.
//! ## Often innocent
//! A list price may hold for what the contract leaves out. If the contract's `[calendar]` does not
//! cover the year, the contract file is incomplete and not the bill.
//! ## Ask the provider
//! On which price these calls were charged, and which paper agrees it.
//!
//! ## 结论
//! 有 {count} 条通话{why}, 共收费 {charged}。
//! ## 判断
//! 没有任何条款涵盖这些通话的方向, 区域与时段。仅当账单某一行恰好多出这一金额时, 才计入差异。
//! ## 金额
//! 这些通话的费用。最少为零: 合同未写, 其他文件可能另有约定; 或者决定价格的号码被隐去或丢失。
//! ## 常见正当原因
//! 合同未列的通话可能适用公布资费。若合同文件的 `[calendar]` 未覆盖该年份, 则是合同文件不全, 而非账单有误。
//! ## 请收费方说明
//! 这些通话按什么单价计费, 依据哪份文件。

use super::call_outside_period::the_row_open_by;
use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::money::{Amount, FixedSum};
use crate::rate::Unpriced;
use crate::reconcile::Fact;

/// The check.
pub static CHECK: Check = Check {
    id: "X03",
    code: "call-not-priced",
    stage: Stage::Amount,
    level: Level::Warning,
    source: include_str!("call_not_priced.rs"),
    hypotheses: None,
    run,
};

impl Case<'_> {
    /// What was charged for calls that no clause prices.
    pub(super) fn unpriced_charges(&self) -> Amount {
        let tallies = self.papers.tally.into_iter().flat_map(|tally| &tally.unpriced);
        tallies.map(|(_, unpriced)| unpriced.itemised).sum::<FixedSum>().amount()
    }
}

fn run(case: &mut Case<'_>) {
    let Some(unpriced) = case.papers.tally.map(|tally| &tally.unpriced) else { return };
    let charged = case.unpriced_charges();
    let has_charges =
        case.rows().any(|(_, row)| row.calls.as_ref().is_some_and(|part| part.itemised.is_some()));
    let talked = unpriced.values().any(|calls| calls.talk > 0);
    // Calls that were charged nothing need no price; without charges nobody can tell.
    if charged.is_zero() && (has_charges || !talked) {
        return;
    }
    let count = unpriced.values().map(|calls| calls.count).sum();
    let reasons: Vec<Unpriced> = unpriced.keys().copied().collect();
    let why = match reasons.as_slice() {
        [Unpriced::NoClause] => "unpriced.no-clause",
        [Unpriced::NoNumber] => "unpriced.no-number",
        [Unpriced::NoCalendar] => "unpriced.no-calendar",
        _ => "unpriced.several",
    };
    let mut finding = Finding::new(&CHECK, Grade::Suspect)
        .with("why", Fact::Word(why))
        .at_stake(Amount::ZERO, charged, charged)
        .counting(count)
        .with("count", Fact::Count(count))
        .with("charged", Fact::Money(charged));
    // Without a calendar it is the contract that is not whole.
    let by_contract = !unpriced.contains_key(&Unpriced::NoCalendar);
    if let Some(id) = the_row_open_by(case, &[charged]).filter(|_| by_contract) {
        let amount = case.row(id).in_terms(charged);
        let lines = case.row(id).lines.clone();
        case.claim(id, &CHECK, amount);
        finding = finding.claiming(amount, id).showing_all(lines.into_iter().map(Evidence::Line));
        finding.amount.min = Amount::ZERO;
    }
    if !unpriced.contains_key(&Unpriced::NoClause) {
        // The record or the contract file is to blame, and the audit says that it is incomplete.
        finding.level = Level::Info;
    }
    let samples = unpriced.values().flat_map(|calls| &calls.samples).take(5);
    let calls = samples.map(|sample| Evidence::Call {
        sample: *sample,
        seconds: 0,
        charged: None,
        expected: None,
    });
    case.push(finding.showing_all(calls));
}
