//! # Connect fees beside included minutes
//! # 套餐内通话仍收接通费
//!
//! ## Says
//! Calls within the minutes of "{name}" still cost a connect fee of {fee} each.
//! ## Test
//! A package charges connect fees (`connect = "charged"`, said by the contract) and covered calls
//! have one.
//! ## Money
//! The fee times all answered calls: 0.02 on calls of a minute is 0.02 a minute.
//! ## Ask the provider
//! `connect = "covered"`.
//!
//! ## 结论
//! "{name}"内的通话每次仍收接通费 {fee}。
//! ## 判断
//! 套餐写明 `connect = "charged"`, 且所覆盖的通话有接通费。
//! ## 金额
//! 接通费乘以接通次数: 平均一分钟的通话, 0.02 即每分钟多 0.02。
//! ## 请收费方说明
//! 改为 `connect = "covered"`。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::tariff::CallTerms;

/// The lint.
pub static LINT: Lint = Lint {
    id: "L24",
    code: "connect-beside-package",
    level: Level::Warning,
    source: include_str!("connect_beside_package.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let mut remarks = Vec::new();
    for (id, clause, terms) in plan.packages() {
        let said = !terms.connect_covered && !plan.is_open("package.connect", Some(id));
        let covered = |call: &CallTerms| terms.pools.iter().any(|pool| pool.covers(call));
        let fees = plan.calls().filter(|(_, other, call)| {
            !call.connect.is_zero() && covered(call) && other.valid.meets(clause.valid)
        });
        let dearest = fees.max_by_key(|(_, _, call)| call.connect);
        if let Some((_, other, call)) = dearest.filter(|_| said) {
            remarks.push(
                LINT.at(plan.place(clause, "connect"))
                    .and(plan.place(other, "connect"))
                    .naming(&clause.name)
                    .with("fee", Fact::Number(call.connect)),
            );
        }
    }
    remarks
}
