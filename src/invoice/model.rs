//! An invoice as printed: nothing here is computed.

use rust_decimal::Decimal;

use super::names::is_rounding;
use crate::money::Amount;
use crate::source::{FileId, Span};
use crate::text::fold;
use crate::when::{Day, Period};

/// A figure and where it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed<T> {
    /// The figure.
    pub value: T,
    /// Its place.
    pub at: Span,
}

/// One invoice.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// The file.
    pub file: FileId,
    /// Its number.
    pub number: Option<String>,
    /// The period it bills.
    pub period: Option<Period>,
    /// It names that period by a month alone, which says nothing of a cycle that begins mid-month.
    pub by_month: bool,
    /// When it was issued.
    pub issued: Option<Day>,
    /// When it must be paid.
    pub due: Option<Day>,
    /// ISO 4217 code, if printed.
    pub currency: Option<Printed<String>>,
    /// Owed before this invoice.
    pub opening: Option<Printed<Amount>>,
    /// Paid since the invoice before.
    pub payments: Vec<Payment>,
    /// Owed in all.
    pub amount_due: Option<Printed<Amount>>,
    /// Its lines; credit notes are lines with negative amounts.
    pub lines: Vec<InvoiceLine>,
    /// Its totals.
    pub totals: Totals,
    /// Sums of some of its lines.
    pub subtotals: Vec<Subtotal>,
    /// What a row of its own adds to round the total.
    pub rounding: Option<Printed<Amount>>,
    /// What rounds the sum due alone, below the total.
    pub rounding_due: Option<Printed<Amount>>,
    /// Its format says what the sum due is: the total less what was paid, and rounding.
    pub due_defined: bool,
    /// Balances of a prepaid account that do not follow from the rows before.
    pub odd_balances: Vec<OddBalance>,
    /// Its tax by rate.
    pub tax_sums: Vec<TaxSum>,
    /// It prints totals alone: its one line is all that it bills.
    pub totals_only: bool,
    /// What was paid late.
    pub overdue: Vec<Overdue>,
}

/// A payment.
#[derive(Clone, Copy, Debug)]
pub struct Payment {
    /// When.
    pub on: Option<Day>,
    /// How much.
    pub amount: Printed<Amount>,
}

/// Totals as printed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Before tax.
    pub net: Option<Printed<Amount>>,
    /// Tax.
    pub tax: Option<Printed<Amount>>,
    /// With tax.
    pub gross: Option<Printed<Amount>>,
}

/// The tax at one rate as printed.
#[derive(Clone, Copy, Debug)]
pub struct TaxSum {
    /// 0.06 for 6 %; none if nothing is taxed.
    pub rate: Option<Decimal>,
    /// The sum of what is taxed at it.
    pub base: Option<Printed<Amount>>,
    /// The tax on that.
    pub tax: Printed<Amount>,
}

/// A balance that is not what the balance before and its own row come to.
#[derive(Clone, Copy, Debug)]
pub struct OddBalance {
    /// As printed.
    pub printed: Printed<Amount>,
    /// What it should be.
    pub sum: Amount,
}

/// A printed sum of some of the lines, which is asked for only with the total.
#[derive(Clone, Debug)]
pub struct Subtotal {
    /// Its name.
    pub name: String,
    /// Before tax, or whatever the amounts of the lines are.
    pub amount: Option<Printed<Amount>>,
    /// With tax.
    pub gross: Option<Printed<Amount>>,
    /// How many lines stand above it.
    pub above: usize,
}

impl Subtotal {
    /// True if it is the sum of lines right above or right below it.
    #[must_use]
    pub fn is_sum(&self, lines: &[InvoiceLine]) -> bool {
        let (above, below) = lines.split_at(self.above.min(lines.len()));
        let printed = self.amount.or(self.gross).map(|printed| printed.value);
        let ends = |lines: &mut dyn Iterator<Item = Amount>| {
            let mut sum = Amount::ZERO;
            for amount in lines {
                sum += amount;
                if Some(sum) == printed {
                    return true;
                }
            }
            false
        };
        let net = |line: &InvoiceLine| line.net().or(line.with_tax()).unwrap_or_default();
        let gross = |line: &InvoiceLine| line.with_tax().unwrap_or_default();
        ends(&mut above.iter().rev().map(net))
            || ends(&mut below.iter().map(net))
            || ends(&mut above.iter().rev().map(gross))
            || ends(&mut below.iter().map(gross))
    }
}

/// Something owed that was or is paid after its due date.
#[derive(Clone, Debug)]
pub struct Overdue {
    /// The invoice it is from.
    pub invoice: Option<String>,
    /// Unpaid, with tax.
    pub amount: Printed<Amount>,
    /// Unpaid, before tax.
    pub before_tax: Option<Amount>,
    /// Part of it that is in dispute.
    pub disputed: Option<Amount>,
    /// Earlier late charges that are part of it.
    pub late_charges: Option<Amount>,
    /// When it was due.
    pub due: Day,
    /// When it was paid, or up to when the charge is computed.
    pub paid: Day,
}

/// One line.
#[derive(Clone, Debug)]
pub struct InvoiceLine {
    /// What it is for.
    pub name: String,
    /// The provider's code for it.
    pub code: Option<String>,
    /// What kind of line the invoice says it is.
    pub kind: Option<String>,
    /// How many.
    pub quantity: Option<Printed<Decimal>>,
    /// Of what.
    pub unit: Option<String>,
    /// For how much each.
    pub price: Option<Printed<Decimal>>,
    /// Charges less allowances that the amount contains beside quantity times price.
    pub adjusted: Option<Printed<Amount>>,
    /// Before tax, or whatever the contract's prices are.
    pub amount: Option<Printed<Amount>>,
    /// 0.06 for 6 %.
    pub tax_rate: Option<Printed<Decimal>>,
    /// Tax.
    pub tax: Option<Printed<Amount>>,
    /// With tax.
    pub gross: Option<Printed<Amount>>,
    /// Days it is for.
    pub period: Option<Period>,
    /// The number, seat or line it is for.
    pub object: Option<String>,
    /// Whatever else is printed.
    pub note: Option<String>,
    /// Where it stands.
    pub at: Span,
}

impl InvoiceLine {
    /// The amount before tax, as printed or as the difference of what is printed.
    #[must_use]
    pub fn net(&self) -> Option<Amount> {
        match (&self.amount, &self.gross, &self.tax) {
            (Some(amount), _, _) => Some(amount.value),
            (None, Some(gross), Some(tax)) => Some(gross.value - tax.value),
            _ => None,
        }
    }

    /// The amount with tax, as printed or as the sum of what is printed.
    #[must_use]
    pub fn with_tax(&self) -> Option<Amount> {
        match (&self.gross, &self.amount, &self.tax) {
            (Some(gross), _, _) => Some(gross.value),
            (None, Some(amount), Some(tax)) => Some(amount.value + tax.value),
            (None, Some(amount), None) => Some(amount.value),
            _ => None,
        }
    }
}

impl InvoiceLine {
    /// What two lines have in common if one of them bills the same object, named on both, for the
    /// same days once more; none if it names no object.
    #[must_use]
    pub fn sameness(&self) -> Option<Sameness> {
        let object = self.object.clone()?;
        let figures = [
            self.quantity.map(|printed| printed.value),
            self.amount.map(|printed| printed.value.decimal()),
            self.gross.map(|printed| printed.value.decimal()),
        ];
        let days = self.period.map(|days| (days.first, days.last));
        Some(Sameness { name: fold(&self.name), code: self.code.clone(), object, days, figures })
    }

    /// True if it bills the same object, named on both lines, for the same days once more.
    #[must_use]
    pub fn repeats(&self, other: &Self) -> bool {
        self.object.is_some() && self.object == other.object && self.sameness() == other.sameness()
    }
}

/// See [`InvoiceLine::sameness`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sameness {
    name: String,
    code: Option<String>,
    object: String,
    days: Option<(Day, Day)>,
    figures: [Option<Decimal>; 3],
}

impl Invoice {
    /// An invoice with nothing on it.
    #[must_use]
    pub fn empty(file: FileId) -> Self {
        Self {
            file,
            number: None,
            period: None,
            by_month: false,
            issued: None,
            due: None,
            currency: None,
            opening: None,
            payments: Vec::new(),
            amount_due: None,
            lines: Vec::new(),
            totals: Totals::default(),
            subtotals: Vec::new(),
            rounding: None,
            rounding_due: None,
            due_defined: false,
            odd_balances: Vec::new(),
            tax_sums: Vec::new(),
            totals_only: false,
            overdue: Vec::new(),
        }
    }

    /// Sets rows that round the total apart from the lines: they are no charge by themselves.
    pub(super) fn set_rounding_apart(&mut self) {
        let most = Amount::new(Decimal::TEN);
        let value = |line: &InvoiceLine| line.amount.or(line.gross);
        let rounds = |line: &InvoiceLine| {
            is_rounding(&line.name) && value(line).is_some_and(|one| one.value.abs() < most)
        };
        let (rounding, lines): (Vec<InvoiceLine>, Vec<InvoiceLine>) =
            std::mem::take(&mut self.lines).into_iter().partition(rounds);
        self.lines = lines;
        let figures = || rounding.iter().filter_map(value);
        let sum = figures().map(|one| one.value).sum();
        self.rounding = figures().next().map(|first| Printed { value: sum, at: first.at });
    }

    /// Makes its totals, which stand alone, its one line; false if it prints none.
    pub(super) fn bill_totals(&mut self, service: Option<String>) -> bool {
        let totals = self.totals;
        let difference = || {
            let (gross, tax) = (totals.gross?, totals.tax?);
            Some(Printed { value: gross.value - tax.value, at: gross.at })
        };
        let net = totals.net.or_else(difference);
        let Some(first) = net.or(totals.gross) else { return false };
        let gross = if net.is_none() { Some(first) } else { None };
        self.totals_only = true;
        self.lines = vec![InvoiceLine {
            name: service.or(self.number.clone()).unwrap_or_else(|| "total".to_owned()),
            code: None,
            kind: None,
            quantity: None,
            unit: None,
            price: None,
            adjusted: None,
            amount: net,
            tax_rate: None,
            tax: None,
            gross,
            period: None,
            object: None,
            note: None,
            at: first.at,
        }];
        true
    }

    /// Takes its amounts as amounts with tax.
    pub fn take_as_with_tax(&mut self) {
        for line in &mut self.lines {
            line.gross = line.gross.or(line.amount.take());
        }
        for sum in &mut self.subtotals {
            sum.gross = sum.gross.or(sum.amount.take());
        }
        self.totals.gross = self.totals.gross.or(self.totals.net.take());
    }

    /// True if some line prints tax.
    #[must_use]
    pub fn shows_tax(&self) -> bool {
        self.totals.tax.is_some() || self.lines.iter().any(|line| line.tax.is_some())
    }
}
