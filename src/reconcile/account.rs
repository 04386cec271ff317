//! What a bill says is owed in all: what the bill before left, payments, the total, the sum due.
//!
//! Bills print these in several forms. The opening balance may stand before or after the payments
//! are taken off it, and the sum due may be the whole account or this month's total alone. The
//! figures themselves tell which form it is; where several are possible, nothing is held against
//! the bill that one of them allows.

use super::ledger::Ledger;
use super::totals::Totals;
use crate::invoice::{Invoice, Payment};
use crate::money::Amount;
use crate::tariff::Plan;

/// What a bill carries over, and what it may carry over by the bill before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// As printed.
    pub printed: Amount,
    /// By the bill before.
    pub carried: Amount,
}

/// A sum due that is not what the account comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumDue {
    /// As printed.
    pub printed: Amount,
    /// What it may be at most, in whichever form; at least, if less is asked for.
    pub owed: Amount,
    /// What balance, payments and total come to, if payments come off the balance.
    pub account: Amount,
    /// What it may be at most if payments were deducted from the printed balance already.
    pub deducted: Amount,
    /// The balance before is known: printed, or by the bill before.
    pub balance_known: bool,
}

impl SumDue {
    /// What is asked for beyond what is owed.
    #[must_use]
    pub fn beyond(&self) -> Amount {
        self.printed - self.owed
    }

    /// As much of it as there is in whichever form.
    #[must_use]
    pub fn at_least(&self) -> Amount {
        let beyond = self.printed - self.deducted.max(self.owed);
        if self.beyond().is_positive() { beyond.max(Amount::ZERO) } else { self.beyond() }
    }
}

fn paid(payments: &[Payment]) -> Amount {
    payments.iter().map(|payment| payment.amount.value).sum()
}

/// As the contract rounds what is asked for.
fn rounded(plan: &Plan, sum: Amount) -> Amount {
    plan.rounding.invoice.map_or(sum, |rounding| Amount::new(rounding.apply(sum.decimal())))
}

impl Ledger {
    /// What is carried over, and what may be, if the bill before is at hand.
    #[must_use]
    pub fn opening(&self, totals: &Totals<'_>) -> Option<Opening> {
        let invoices = totals.invoices.iter().enumerate();
        let (at, printed) = invoices
            .into_iter()
            .find_map(|(at, invoice)| Some((at, invoice.opening.as_ref()?.value)))?;
        let closing = totals.closing?;
        let paid_since: Amount =
            totals.invoices.iter().map(|invoice| paid(&invoice.payments)).sum();
        // The balance before payments is the whole of what the bill before asked for, or the sum
        // due deducts the payments from it.
        let deducted = totals.invoices[at].amount_due.is_some_and(|due| {
            let total = self.asked(totals, at);
            let is = |sum| due.value == sum || due.value == rounded(totals.plan, sum);
            is(total + printed - paid_since) && !is(total + printed) && !is(total)
        });
        let before_payments = printed == closing || deducted;
        let carried = if before_payments { closing } else { closing - paid_since };
        Some(Opening { printed, carried })
    }

    /// The charges that an invoice asks for: its printed total, or the sum of its lines.
    fn asked(&self, totals: &Totals<'_>, at: usize) -> Amount {
        let printed = self.printed_total(totals, &totals.invoices[at]);
        let sum = self.sum_above(totals, at);
        printed.unwrap_or_else(|| match totals.invoices[at].rounding {
            Some(rounding) => sum + rounding.value,
            None => rounded(totals.plan, sum),
        })
    }

    /// What a printed total contains beside the charges: some bills print as their total all that
    /// is owed.
    #[must_use]
    pub fn carried_in_total(&self, totals: &Totals<'_>, at: usize) -> Amount {
        let invoice = &totals.invoices[at];
        let total = invoice.totals.gross.or(invoice.totals.net).map(|total| total.value);
        let (Some(opening), Some(total)) = (invoice.opening, total) else { return Amount::ZERO };
        let says_otherwise = invoice.amount_due.is_some_and(|due| due.value != total);
        let rounding = invoice.rounding.map(|rounding| rounding.value).unwrap_or_default();
        let sum = self.sum_above(totals, at) + rounding;
        if says_otherwise || total == sum || total == rounded(totals.plan, sum) {
            return Amount::ZERO;
        }
        [opening.value - paid(&invoice.payments), opening.value]
            .into_iter()
            .find(|carried| {
                let all = sum + *carried;
                total == all || total == rounded(totals.plan, all)
            })
            .unwrap_or_default()
    }

    /// The sum due of an invoice, if it is in none of the forms in which it may be printed.
    #[must_use]
    pub fn sum_due(&self, totals: &Totals<'_>, at: usize) -> Option<SumDue> {
        let invoice = &totals.invoices[at];
        let rounding = invoice.rounding_due.map_or(Amount::ZERO, |rounding| rounding.value);
        let printed = invoice.amount_due?.value - rounding;
        if !self.is_comparable(totals, at) {
            return None;
        }
        let total = self.asked(totals, at);
        let paid = paid(&invoice.payments);
        let opening = invoice.opening.map(|opening| opening.value).unwrap_or_default();
        let account = total + opening - paid;
        let deducted_already = total + opening;
        // With the bill before at hand it is known whether payments are still to be deducted.
        let known = self.opening(totals).filter(|_| invoice.opening.is_some());
        let still = known.is_some_and(|known| {
            known.printed == known.carried && totals.closing == Some(known.carried)
        });
        let mut forms = if invoice.due_defined { vec![account] } else { vec![total, account] };
        if !still && !invoice.due_defined {
            forms.push(deducted_already);
        }
        // What the bill before left may be asked for without a row of its own.
        if let (Some(left), None, false) = (totals.closing, invoice.opening, invoice.due_defined) {
            forms.extend([total + left, total + left - paid]);
        }
        let fits = |sum: &Amount| printed == *sum || printed == rounded(totals.plan, *sum);
        if forms.iter().any(fits) {
            return None;
        }
        // A balance from which the payments were deducted already excuses only the sum due that
        // it comes to: any other one is measured by what the rows of the bill add up to.
        let shown = paid.is_positive() && totals.closing.is_none() && !invoice.due_defined;
        let measures = if shown { &forms[..2] } else { &forms[..] };
        let most = measures.iter().copied().max()?;
        let least = forms.iter().copied().min()?;
        let owed = match printed {
            more if more > most => most,
            less if less < least => least,
            _ => return None,
        };
        let owed = rounded(totals.plan, owed);
        let deducted = if shown { rounded(totals.plan, deducted_already) } else { owed };
        let balance_known =
            invoice.opening.is_some() || totals.closing.is_some() || invoice.due_defined;
        Some(SumDue {
            printed: printed + rounding,
            owed: owed + rounding,
            account: account + rounding,
            deducted: deducted + rounding,
            balance_known,
        })
    }

    /// A payment that is printed and, unless it was deducted from the opening balance already, is
    /// not deducted.
    #[must_use]
    pub fn payment_left_in(&self, totals: &Totals<'_>, at: usize) -> Option<SumDue> {
        let invoice = &totals.invoices[at];
        let (printed, opening) = (invoice.amount_due?.value, invoice.opening?.value);
        let paid = paid(&invoice.payments);
        if totals.closing.is_some() || !paid.is_positive() || !self.is_comparable(totals, at) {
            return None;
        }
        let total = self.asked(totals, at);
        let owed = total + opening;
        let left_in = opening.is_positive() && printed == owed;
        let account = owed - paid;
        left_in.then_some(SumDue { printed, owed, account, deducted: owed, balance_known: true })
    }

    /// False if the sum due may contain tax that nothing else on the invoice shows, or balances that
    /// were not read.
    fn is_comparable(&self, totals: &Totals<'_>, at: usize) -> bool {
        let excluded = totals.plan.tax.as_ref().is_some_and(|tax| !tax.included);
        let taxed = self.with_tax || self.tax_of(totals, at).is_some();
        taxed || !excluded
    }
}

/// What an invoice left to be paid.
#[must_use]
pub fn closing(invoice: &Invoice) -> Option<Amount> {
    invoice.amount_due.as_ref().map(|due| due.value).or_else(|| super::totals::payable(invoice))
}
