//! # Days on which calls have no price
//! # 通话无单价的日期
//!
//! ## Says
//! Calls to {zone} have a price on other days, and none on {days}.
//! ## Test
//! Versions of a price are laid side by side over the days on which the contract holds. A day
//! between two of them, before the first or after the last, on which no other clause prices the
//! same calls, is a gap. Ends that the contract leaves open are not looked at.
//! ## Money
//! Unknown: nothing says what calls on these days cost.
//! ## Ask the provider
//! What calls on these days cost, or which date is meant.
//!
//! ## 结论
//! 至{zone}的通话在其他日期有单价, 在 {days} 没有。
//! ## 判断
//! 将同一单价的各版本与合同有效期对照。两版之间, 首版之前或末版之后, 若无其他条款为同样的通话定价,
//! 即为空档。合同未写明的起止日不检查。
//! ## 金额
//! 无从计算: 合同未写这些日期的通话如何收费。
//! ## 请收费方说明
//! 这些日期的通话如何收费, 或日期应为哪天。

use std::collections::BTreeMap;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::rate::{RuleId, ZoneSlot};
use crate::reconcile::Fact;
use crate::tariff::Validity;
use crate::when::Day;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L02",
    code: "days-without-price",
    level: Level::Error,
    source: include_str!("days_without_price.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let Subject { plan, compiled } = subject;
    let contract = plan.head.valid;
    let mut priced: BTreeMap<_, Vec<RuleId>> = BTreeMap::new();
    let mut gaps: BTreeMap<_, Vec<Validity>> = BTreeMap::new();
    for cell in compiled.cells().filter(|cell| super::can_occur(subject, cell)) {
        let place = (cell.origin, cell.direction, cell.zone, cell.part);
        let days = cell.days.and(contract);
        match cell.rule {
            Some(rule) => priced.entry(place).or_default().push(rule),
            None if !cell.days.meets(contract) => {}
            None => {
                let gaps = gaps.entry(place).or_default();
                match gaps.last_mut() {
                    // Versions of other clauses may begin within it.
                    Some(gap) if follows(*gap, days) => gap.until = days.until,
                    _ => gaps.push(days),
                }
            }
        }
    }
    let rest = if plan.zones.is_empty() { "zone-all" } else { "zone-rest" };
    let mut said: Vec<(ZoneSlot, Validity)> = Vec::new();
    let mut remarks = Vec::new();
    let gaps = gaps.into_iter().flat_map(|(place, gaps)| gaps.into_iter().map(move |gap| (place, gap)));
    for (place, days) in gaps {
        let rules = priced.get(&place).map_or(&[][..], Vec::as_slice);
        let bounded = days.from.is_some() && days.until.is_some();
        let (Some(rule), true) = (nearest(subject, rules, days), bounded) else { continue };
        let (_, _, zone, _) = place;
        if said.contains(&(zone, days)) {
            continue;
        }
        said.push((zone, days));
        let name = compiled.zone_id(zone).map(|zone| &plan.zones[zone.index()].name);
        let clause = plan.clause(compiled.rule(rule).clause);
        remarks.push(
            LINT.at(plan.place(clause, "valid"))
                .with("zone", name.map_or(Fact::Word(rest), |name| Fact::Text(name.clone())))
                .with("days", Fact::Text(days.to_string())),
        );
    }
    remarks
}

fn follows(gap: Validity, days: Validity) -> bool {
    gap.until.map(Day::next) == days.from
}

/// The price that ends last before the gap, or else begins first after it.
fn nearest(subject: &Subject<'_>, rules: &[RuleId], gap: Validity) -> Option<RuleId> {
    let held = |rule: &RuleId| subject.plan.clause(subject.compiled.rule(*rule).clause).valid;
    let before = rules.iter().filter(|rule| held(rule).until < gap.from && held(rule).until.is_some());
    let after = rules.iter().filter(|rule| held(rule).from > gap.until);
    let before = before.max_by_key(|rule| held(rule).until);
    before.or_else(|| after.min_by_key(|rule| held(rule).from)).copied()
}
