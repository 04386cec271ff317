//! The rate of tax that a line of an invoice may bear.

use rust_decimal::Decimal;

use crate::invoice::InvoiceLine;
use crate::money::Amount;
use crate::rate::settle::BillLine;
use crate::source::Span;
use crate::tariff::Plan;
use crate::when::Period;

/// A rate that the contract allows for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedRate {
    /// 0.06 for 6 %.
    pub rate: Decimal,
    /// Where it stands.
    pub at: Span,
    /// The rate by the day on which the supply is complete, if the line bears another one of a cycle
    /// in which rates change: the day on which the tax arose may be another.
    pub instead_of: Option<Decimal>,
}

/// The rate that a line may bear as the line of a clause: by its own days if it prints some, by the
/// clause's if not; in a cycle in which the rate of its class changes, either one.
#[must_use]
pub fn allowed_rate(
    plan: &Plan,
    period: Period,
    of: &BillLine,
    line: &InvoiceLine,
    net: Amount,
) -> Option<AllowedRate> {
    let (tax, due) = (plan.tax.as_ref()?, of.tax?);
    let class = of.class.as_deref();
    let due_rate = AllowedRate { rate: due.rate, at: due.at, instead_of: None };
    // Days that are the whole cycle say nothing that the invoice does not say.
    if let Some(days) = line.period.filter(|days| *days != period) {
        let own = tax.rate(class, days.last);
        return Some(own.map_or(due_rate, |own| AllowedRate {
            rate: own.rate,
            at: own.at,
            ..due_rate
        }));
    }
    let fits = |rate: Decimal| match (line.tax_rate, line.tax) {
        (Some(printed), _) => printed.value == rate,
        (None, Some(printed)) => {
            let right = rate == due.rate && net == of.net && printed.value == due.amount;
            right || printed.value == plan.rounding.tax_on(net, rate)
        }
        (None, None) => false,
    };
    let other = tax.rates_in(class, period).find(|other| fits(other.rate));
    Some(match other.filter(|_| !fits(due.rate)) {
        Some(other) => AllowedRate { rate: other.rate, at: other.at, instead_of: Some(due.rate) },
        None => due_rate,
    })
}
