//! # Included minutes for some destinations only
//! # 套餐分钟不适用于全部被叫
//!
//! ## Says
//! The minutes of "{name}" do not cover {zones}: calls there cost their price from the first
//! minute.
//! ## Test
//! Minutes of a package name their zones, and the contract has a price for outbound calls to
//! others.
//! ## Money
//! All calls to the other destinations, though minutes are left.
//! ## Ask the provider
//! Minutes for all destinations, or a package sized without these.
//!
//! ## 结论
//! "{name}"的分钟不适用于{zones}: 至这些被叫的通话自第一分钟起收费。
//! ## 判断
//! 套餐分钟写明了适用区域, 而合同对其他区域的呼出通话另有单价。
//! ## 金额
//! 至其他区域的全部通话费, 即使套餐尚有剩余。
//! ## 请收费方说明
//! 分钟适用于全部被叫, 或按不含这些被叫的用量选套餐。

use std::collections::BTreeSet;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::{CallTerms, Direction, ZoneId};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L22",
    code: "minutes-for-some-zones",
    level: Level::Warning,
    source: include_str!("minutes_for_some_zones.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let outbound = |terms: &CallTerms| terms.directions.contains(&Direction::Outbound);
    let mut remarks = Vec::new();
    for (_, clause, terms) in plan.packages() {
        let everywhere = terms.pools.iter().any(|pool| pool.zones.is_empty());
        let Some(pool) = terms.pools.first().filter(|_| !everywhere) else { continue };
        let covered = |zone: &ZoneId| terms.pools.iter().any(|pool| pool.zones.contains(zone));
        let priced = plan.calls().filter(|(_, _, terms)| outbound(terms));
        let others: BTreeSet<ZoneId> =
            priced.flat_map(|(_, _, terms)| &terms.zones).filter(|z| !covered(z)).copied().collect();
        if others.is_empty() {
            continue;
        }
        let names: Vec<&str> =
            others.iter().map(|zone| plan.zones[zone.index()].name.as_str()).collect();
        remarks.push(
            LINT.at(plan.places.of(pool.at, "zones"))
                .naming(&clause.name)
                .with("zones", Fact::Text(names.join(", "))),
        );
    }
    remarks
}
