//! # A price that no call can reach
//! # 任何通话都用不到的单价
//!
//! ## Says
//! No call can ever cost what "{name}" says: other clauses take every call it could be for.
//! ## Test
//! The contract's tables are searched for a direction, zone, part of the week and day on which the
//! clause is the one that prices a call. A clause that names a zone goes before one that does not;
//! then one that names a period.
//! ## Money
//! None by itself; whoever reads the contract takes a price for agreed that will never be billed.
//! ## Ask the provider
//! Which calls this price is meant for.
//!
//! ## 结论
//! 任何通话都不会按"{name}"计费: 其适用的通话已全部由其他条款定价。
//! ## 判断
//! 在合同的价目表中查找由该条款定价的方向, 区域, 时段与日期。指定区域的条款优先, 其次为指定时段的条款。
//! ## 金额
//! 本身不产生金额; 但读合同的人会以为该单价已约定, 而它永远不会用于计费。
//! ## 请收费方说明
//! 该单价适用于哪些通话。

use std::collections::BTreeSet;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::tariff::{CallTerms, Clause, ClauseId, Direction};

/// Clauses shown that take the calls.
const SHOWN: usize = 3;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L01",
    code: "price-never-reached",
    level: Level::Error,
    source: include_str!("price_never_reached.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let Subject { plan, compiled } = subject;
    let contract = plan.head.valid;
    let reached: BTreeSet<ClauseId> = compiled
        .cells()
        .filter(|cell| cell.days.meets(contract) && super::can_occur(subject, cell))
        .filter_map(|cell| Some(compiled.rule(cell.rule?).clause))
        .collect();
    // The leg to the caller is in no cell: those are of calls.
    let of_leg = |id| compiled.rules_of(id).any(|(_, rule)| rule.direction == Direction::ToCaller);
    let unreached = plan.calls().filter(|(id, _, _)| !reached.contains(id) && !of_leg(*id));
    unreached
        .map(|(_, clause, terms)| {
            let takes = |(_, other, others): &(ClauseId, &Clause, &CallTerms)| {
                let zones = terms.zones.is_empty()
                    || others.zones.iter().any(|zone| terms.zones.contains(zone));
                other.at != clause.at
                    && zones
                    && others.directions.iter().any(|way| terms.directions.contains(way))
                    && other.valid.meets(clause.valid)
            };
            let others = plan.calls().filter(takes).map(|(_, other, _)| other.at);
            let remark = LINT.at(terms.price_at).naming(&clause.name);
            others.take(SHOWN).fold(remark, Remark::and)
        })
        .collect()
}
