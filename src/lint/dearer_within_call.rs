//! # A price that rises within a call
//! # 通话中途涨价
//!
//! ## Says
//! A call of "{name}" costs {after} a minute from {from} on, and {before} before.
//! ## Test
//! An entry of `after` has a dearer price than the one that holds before it.
//! ## Money
//! The difference, on all that is talked beyond that second.
//! ## Ask the provider
//! One price throughout, or one that falls with the length of a call.
//!
//! ## 结论
//! "{name}"的通话自 {from} 起每分钟 {after}, 此前每分钟 {before}。
//! ## 判断
//! `after` 中某条的单价高于此前的单价。
//! ## 金额
//! 该秒数之后全部通话的差价。
//! ## 请收费方说明
//! 全程同一单价, 或随通话时长降低。

use rust_decimal::Decimal;
use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::money::{Exact, Rounding, RoundingMode};
use crate::reconcile::Fact;
use crate::tariff::{After, CallTerms, Terms};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L17",
    code: "dearer-within-call",
    level: Level::Warning,
    source: include_str!("dearer_within_call.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let found = plan.calls().filter_map(|(id, clause, terms)| {
        let (before, after) = rises(terms).next()?;
        let minute = |(price, per): (Decimal, u32)| {
            Fact::Money(Exact::ratio(price, per).times(Decimal::from(60)).round(SHOWN))
        };
        let remark = LINT
            .at(after.at)
            .and(terms.price_at)
            .naming(&clause.name)
            .with("from", Fact::Seconds(u64::from(after.from)))
            .with("before", minute(before))
            .with("after", minute(after.price?));
        Some(remark.instead(move |plan| {
            if let Terms::Call(terms) = &mut plan.clauses[id.index()].terms {
                let mut held = (terms.price, terms.per);
                for after in &mut terms.after {
                    if let Some(price) = &mut after.price {
                        if is_dearer(*price, held) {
                            *price = held;
                        }
                        held = *price;
                    }
                }
            }
        }))
    });
    found.collect()
}

/// Entries with a dearer price than the one before, and that one.
fn rises(terms: &CallTerms) -> impl Iterator<Item = ((Decimal, u32), &After)> {
    let mut held = (terms.price, terms.per);
    let priced = terms.after.iter().filter_map(|after| Some((after, after.price?)));
    priced.filter_map(move |(after, price)| {
        let before = std::mem::replace(&mut held, price);
        is_dearer(price, before).then_some((before, after))
    })
}

fn is_dearer((price, per): (Decimal, u32), (other, of_other): (Decimal, u32)) -> bool {
    price * Decimal::from(of_other) > other * Decimal::from(per)
}

/// For reading; nothing is computed from it.
const SHOWN: Option<Rounding> = Some(Rounding::new(4, RoundingMode::HalfUp));
