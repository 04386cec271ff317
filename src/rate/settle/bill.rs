//! The bill and its parts.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::workings::Working;
use crate::money::{Amount, Exact};
use crate::rate::apart::{Apart, under};
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Tally};
use crate::roster::Roster;
use crate::source::Span;
use crate::tariff::{Clause, ClauseId};
use crate::when::{Day, Period};

/// What a cycle is settled from.
#[derive(Clone, Copy)]
pub struct Usage<'u> {
    /// The cycle.
    pub period: Period,
    /// Its calls, if there are call records.
    pub tally: Option<&'u Tally>,
    /// Its calls by time, if a package asks for them.
    pub ordered: &'u [OrderedCall],
    /// Seats, numbers, lines, services, other usage.
    pub roster: Option<&'u Roster>,
    /// Quantities to be taken on trust, by clause, where nothing else tells.
    pub given: &'u BTreeMap<ClauseId, Decimal>,
    /// What was paid late.
    pub overdue: &'u [Overdue],
    /// Calls that always count and those that do under some readings, if there are such.
    pub apart: Option<(&'u Apart, &'u [Apart])>,
}

impl Usage<'_> {
    /// The calls under a reading of the contract, if they may be others than these.
    #[must_use]
    pub fn under(&self, compiled: &Compiled) -> Option<Apart> {
        let (always, apart) = self.apart?;
        self.tally.map(|_| under(compiled, always, apart))
    }
}

/// A sum paid late.
#[derive(Clone, Copy, Debug)]
pub struct Overdue {
    /// With tax.
    pub amount: Amount,
    /// Before tax, if known.
    pub before_tax: Option<Amount>,
    /// Part of it in dispute, and part of it earlier late charges: neither bears a charge.
    pub exempt: Amount,
    /// Last day to pay.
    pub due: Day,
    /// When it was paid.
    pub paid: Day,
}

/// A bill.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Its lines.
    pub lines: Vec<BillLine>,
    /// Tax on all lines, if the contract's prices leave it out.
    pub tax: Option<Amount>,
    /// What rounding the total adds.
    pub rounding: Amount,
    /// What is to be paid.
    pub total: Amount,
}

/// Tax of a line.
#[derive(Clone, Copy, Debug)]
pub struct LineTax {
    /// 0.06 for 6 %.
    pub rate: Decimal,
    /// The tax of this line by itself; zero where prices contain it. The bill's tax may be rounded
    /// on totals instead.
    pub amount: Amount,
    /// Where the rate stands.
    pub at: Span,
}

/// Sums of the calls behind a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallSums {
    /// Billable calls.
    pub calls: u64,
    /// Billed seconds by the contract, over all of them; of a sum, rounded as it is.
    pub billed: u64,
    /// Seconds that packages cover.
    pub covered: u64,
    /// Charges of all calls, before packages, steps and discounts.
    pub gross: Amount,
}

/// How a number of seats, numbers or lines comes about.
#[derive(Clone, Debug, Default)]
pub struct UnitCount {
    /// There on at least one day of the cycle, notice included.
    pub present: u32,
    /// There, but not all of the cycle.
    pub partial: u32,
    /// Ended before the cycle began, notice included.
    pub ceased: u32,
    /// By the contract's way of counting, before minimum and included ones.
    pub counted: Option<Exact>,
    /// Included in packages.
    pub included: Exact,
    /// At least so many.
    pub minimum: Exact,
}

impl UnitCount {
    /// Units to pay for if so many are counted: at least the minimum, less what is included.
    #[must_use]
    pub fn due(&self, counted: Exact) -> Exact {
        (counted.at_least(self.minimum) - self.included).at_least(Exact::ZERO)
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct BillLine {
    /// Its name: that of its clauses.
    pub name: String,
    /// The clauses behind it.
    pub clauses: Vec<ClauseId>,
    /// Their kind's word.
    pub kind: &'static str,
    /// How many, where the contract counts.
    pub quantity: Option<Exact>,
    /// Of what: a key of the catalogue.
    pub unit: &'static str,
    /// Price of one, where it is the same for all.
    pub price: Option<Decimal>,
    /// Before rounding.
    pub exact: Exact,
    /// As it should be printed: before tax, or as the contract's prices are.
    pub net: Amount,
    /// Tax class.
    pub class: Option<String>,
    /// Tax, if the contract speaks of it.
    pub tax: Option<LineTax>,
    /// The quantity was taken from the invoice, for lack of anything else.
    pub trusted: bool,
    /// There is nothing to tell the quantity from, not even an invoice line.
    pub unknown: bool,
    /// Sums of the calls behind it.
    pub calls: Option<CallSums>,
    /// How its number of units comes about.
    pub units: Option<UnitCount>,
    /// Where its first clause stands.
    pub at: Span,
    /// How it comes to what it costs, where that is more than calls or units and their price.
    pub workings: Vec<Working>,
    /// The most that an unknown line can be, before tax as `net` is, where that can be told.
    pub most: Option<Amount>,
    /// What discounts that it contains took off it, before rounding.
    pub(super) within: Exact,
    /// What discounts with lines of their own take off it.
    pub(super) off: Vec<(ClauseId, Exact)>,
    /// Its calls on the days of discounts that hold on some days only, before rounding.
    pub(super) dated: Vec<(ClauseId, Exact)>,
    /// Nothing tells which of its calls those are.
    pub(super) undated: bool,
}

impl BillLine {
    pub(super) fn new(clause: &Clause, id: ClauseId) -> Self {
        Self {
            name: clause.name.clone(),
            clauses: vec![id],
            kind: clause.terms.kind(),
            quantity: None,
            unit: "unit.one",
            price: None,
            exact: Exact::ZERO,
            net: Amount::ZERO,
            class: clause.class.clone(),
            tax: None,
            trusted: false,
            unknown: false,
            calls: None,
            units: None,
            at: clause.at,
            workings: Vec::new(),
            most: None,
            within: Exact::ZERO,
            off: Vec::new(),
            dated: Vec::new(),
            undated: false,
        }
    }
}

impl Bill {
    /// The line that a clause is part of.
    #[must_use]
    pub fn line_of(&self, id: ClauseId) -> Option<&BillLine> {
        self.lines.iter().find(|line| line.clauses.contains(&id))
    }
}
