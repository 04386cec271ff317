//! What is left of packages when it lapses.

use super::super::model::{Frozen, Model};
use super::super::price::settle_seen;
use super::super::run::Offer;
use crate::money::Exact;
use crate::rate::settle::{Bill, Usage, packages_left};
use crate::tariff::{ClauseId, PackageTerms, Plan, Terms};
use crate::when::Period;

/// What is left of one package, over all cycles.
pub(super) struct Unused {
    package: ClauseId,
    pub(super) name: String,
    /// Minutes, money or calls.
    pub(super) quantity: Exact,
    pub(super) money: bool,
    pub(super) calls: bool,
    /// The part of its fee that was paid for what lapses; `None` if its fee is for other things too.
    pub(super) worth: Option<Exact>,
    /// It does not lapse with the cycle.
    pub(super) carried: bool,
}

impl Unused {
    /// The contract with one of the package less, if it is bought by number.
    pub(super) fn one_less(&self, offer: &Offer) -> Option<Plan> {
        let mut plan = offer.contract.plan.clone();
        let Terms::Package(terms) = &mut plan.clauses[self.package.index()].terms else {
            return None;
        };
        if terms.per_seat || terms.count == 0 {
            return None;
        }
        terms.count -= 1;
        Some(plan)
    }
}

/// What is left of each package that has something left.
pub(super) fn unused(model: &Model, offer: &Offer, calls: &Frozen) -> Vec<Unused> {
    let plan = &offer.contract.plan;
    let mut found: Vec<Unused> = Vec::new();
    let mut sees = |usage: &Usage<'_>, bill: &Bill| {
        for left in packages_left(plan, &offer.compiled, usage) {
            let Terms::Package(terms) = &plan.clause(left.package).terms else { continue };
            if left.quantity.is_zero() {
                continue;
            }
            let unit = (left.package, left.money, left.calls);
            let same = |one: &&mut Unused| (one.package, one.money, one.calls) == unit;
            let paid = paid(bill, left.package, terms);
            let worth = paid.map(|paid| paid.by(left.quantity.share_of(left.whole)));
            match found.iter_mut().find(same) {
                Some(one) => {
                    one.quantity += left.quantity;
                    one.worth = one.worth.zip(worth).map(|(sum, more)| sum + more);
                }
                None => found.push(Unused {
                    package: left.package,
                    name: plan.clause(left.package).name.clone(),
                    quantity: left.quantity,
                    money: left.money,
                    calls: left.calls,
                    worth,
                    carried: terms.rollover.is_some() || terms.pack.is_some(),
                }),
            }
        }
    };
    let months = calls.months.first().map_or(&[][..], Vec::as_slice);
    let cycles: Vec<Period> = months.iter().map(|month| month.period).collect();
    let of = |period: Period| {
        let month = months.iter().find(|month| month.period == period);
        month.and_then(|month| month.calls.as_ref())
    };
    let roster = |period: Period| model.entries(period, Exact::ZERO);
    let _ = settle_seen(plan, &offer.compiled, &cycles, &of, &roster, &mut sees);
    found
}

/// Packages that have their own for each day.
pub(super) fn by_day(plan: &Plan) -> impl Iterator<Item = String> + '_ {
    let daily = plan.packages().filter(|(_, _, terms)| terms.each_day);
    daily.map(|(_, clause, _)| clause.name.clone())
}

/// What was paid for all that a package holds, if it holds but one thing for everybody.
fn paid(bill: &Bill, package: ClauseId, terms: &PackageTerms) -> Option<Exact> {
    let alone = terms.pools.len() == 1 && terms.units.is_empty();
    let shared = terms.per_number || terms.each_seat;
    let line = bill.line_of(package).filter(|line| line.clauses == [package])?;
    (alone && !shared).then_some(line.exact)
}
