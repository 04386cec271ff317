//! Every clause that can put a line on a bill, and the order in which they are read.

use super::clauses::call::CallTerms;
use super::clauses::commitment::CommitmentTerms;
use super::clauses::discount::{DiscountTerms, OtherDiscounts};
use super::clauses::head::FeeChange;
use super::clauses::late::LateTerms;
use super::clauses::metering::Metering;
use super::clauses::one_time::{OneTimeTerms, one_time};
use super::clauses::package::PackageTerms;
use super::clauses::recurring::RecurringTerms;
use super::clauses::seat::{SeatCount, SeatTerms};
use super::clauses::surcharge::SurchargeTerms;
use super::clauses::usage::UsageTerms;
use super::names::id_of;
use super::parser::{Parser, patterns};
use super::part_month::PartMonth;
use super::pattern::Pattern;
use crate::source::{Cursor, Diagnostic, Field, Span};
use crate::when::{Day, Validity};

/// A clause that can put a line on a bill.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: Span,
    /// How it appears on the bill.
    pub invoice: Vec<Pattern>,
    /// Tax class.
    pub class: Option<String>,
    /// Where the tax class stands; the clause, if it names none.
    pub class_at: Span,
    /// When it holds.
    pub valid: Validity,
    /// Last day of a free trial.
    pub trial_until: Option<Day>,
    /// What it says.
    pub terms: Terms,
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum Terms {
    /// A price for calls.
    Call(Box<CallTerms>),
    /// A fee with something included.
    Package(PackageTerms),
    /// A fee for each seat.
    Seat(SeatTerms),
    /// A fee that comes every cycle.
    Recurring(RecurringTerms),
    /// A price for other usage.
    Usage(UsageTerms),
    /// A fee for too many short or unanswered calls, or too many from one number.
    Surcharge(SurchargeTerms),
    /// A fee charged once.
    OneTime(OneTimeTerms),
    /// A minimum.
    Commitment(CommitmentTerms),
    /// A reduction.
    Discount(DiscountTerms),
    /// The charge for paying late.
    Late(LateTerms),
}

impl Terms {
    /// The kind's word, as in `covers` and `on`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Package(_) => "package",
            Self::Seat(_) => "seat",
            Self::Recurring(_) => "recurring",
            Self::Usage(_) => "usage",
            Self::Surcharge(_) => "surcharge",
            Self::OneTime(_) => "one_time",
            Self::Commitment(_) => "commitment",
            Self::Discount(_) => "discount",
            Self::Late(_) => "late",
        }
    }

    /// Takes another reading of one open question; false if `key` is none that the clause leaves.
    pub(super) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match self {
            Self::Call(terms) => terms.read_as(key, word),
            Self::Package(terms) => terms.read_as(key, word),
            Self::Seat(terms) => terms.read_as(key, word),
            Self::Recurring(terms) => terms.read_as(key, word),
            Self::Commitment(terms) => terms.read_as(key, word),
            Self::Late(terms) => terms.read_as(key, word),
            Self::Discount(terms) => terms.read_as(key, word),
            Self::Surcharge(terms) => terms.read_as(key, word),
            Self::Usage(terms) => terms.read_as(key, word),
            Self::OneTime(_) => false,
        }
    }
}

impl Parser {
    /// All clauses, in a fixed order: those that others refer to by number come first.
    pub(super) fn clauses(
        &mut self,
        root: &Cursor<'_>,
        metering: Option<Metering>,
        decks: Vec<Clause>,
    ) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        let calls = root.tables("call");
        let packages = root.tables("package");
        let prices_calls = !calls.is_empty()
            || root.has("deck")
            || packages.iter().any(|package| package.has("overage"));
        if prices_calls && !root.has("metering") {
            let at = calls.first().or(packages.first()).map_or(root.span(), Cursor::span);
            self.found.push(Diagnostic::error("metering-missing", at));
        }
        for table in &calls {
            let id = self.next_id();
            let terms = metering.and_then(|metering| self.call(table, metering, id));
            self.add(&mut clauses, table, "call", terms.map(|terms| Terms::Call(Box::new(terms))));
        }
        self.clauses.extend(decks.iter().map(|clause| ("call", clause.name.clone())));
        clauses.extend(decks);
        for table in root.tables("seat") {
            let id = self.next_id();
            let terms = self.seat(&table, id).map(Terms::Seat);
            self.add(&mut clauses, &table, "seat", terms);
        }
        for table in root.tables("recurring") {
            let id = self.next_id();
            let terms = self.recurring(&table, id).map(Terms::Recurring);
            self.add(&mut clauses, &table, "recurring", terms);
        }
        for table in root.tables("usage") {
            let id = self.next_id();
            let terms = self.usage(&table, id).map(Terms::Usage);
            self.add(&mut clauses, &table, "usage", terms);
        }
        for table in root.tables("one_time") {
            let terms = one_time(&table).map(Terms::OneTime);
            self.add(&mut clauses, &table, "one_time", terms);
        }
        for table in &packages {
            let id = self.next_id();
            let terms = self.package(table, id).map(Terms::Package);
            let zones: Vec<_> = match &terms {
                Some(Terms::Package(terms)) => {
                    terms.pools.iter().flat_map(|pool| pool.zones.clone()).collect()
                }
                _ => Vec::new(),
            };
            self.add(&mut clauses, table, "package", terms);
            if let (Some(overage), Some(metering)) = (table.table("overage"), metering) {
                let terms = self.overage(&overage, metering, zones, id);
                let clause = terms.and_then(|terms| self.overage_clause(table, &overage, terms));
                self.clauses.extend(clause.iter().map(|call| ("call", call.name.clone())));
                clauses.extend(clause);
            }
        }
        for table in root.tables("surcharge") {
            let id = self.next_id();
            let bill_on = metering.map(|metering| metering.bill_on);
            let terms = self.surcharge(&table, bill_on, id).map(Terms::Surcharge);
            self.add(&mut clauses, &table, "surcharge", terms);
        }
        let sum = |table: &Cursor<'_>| table.has("amount") || table.has("above");
        let sums = root.tables("discount").into_iter().filter(sum);
        let sums = sums.map(|table| self.meant(&table, "on")).collect();
        let adds_tax =
            root.table("tax").is_some_and(|tax| tax.flag("included").is_none_or(|f| !f.value));
        let mut others = OtherDiscounts { adds_tax, sums, before: Vec::new() };
        for table in root.tables("discount") {
            let id = self.next_id();
            // A trial's days are not billed, and nothing is taken off them.
            let after_trial =
                |clause: &Clause| Validity { from: clause.trial_until.map(Day::next), until: None };
            let held: Vec<_> =
                clauses.iter().map(|clause| clause.valid.and(after_trial(clause))).collect();
            let terms = self.discount(&table, id, &held, &others);
            let own_line = terms.as_ref().filter(|terms| !terms.in_lines());
            others.before.extend(own_line.map(|terms| terms.on.clone()));
            self.add(&mut clauses, &table, "discount", terms.map(Terms::Discount));
        }
        if let Some(table) = root.table("commitment") {
            let id = self.next_id();
            let discounts =
                clauses.iter().enumerate().filter_map(|(at, clause)| match &clause.terms {
                    Terms::Discount(terms) if !terms.after_tax => {
                        Some((id_of(at), terms.on.as_slice()))
                    }
                    _ => None,
                });
            let discounts: Vec<_> = discounts.collect();
            let terms = self.commitment(&table, id, &discounts).map(Terms::Commitment);
            self.add(&mut clauses, &table, "commitment", terms);
        }
        if let Some(table) = root.table("late") {
            let id = self.next_id();
            let terms = self.late(&table, id).map(Terms::Late);
            self.add(&mut clauses, &table, "late", terms);
        }
        clauses
    }

    fn add(
        &mut self,
        clauses: &mut Vec<Clause>,
        table: &Cursor<'_>,
        kind: &'static str,
        terms: Option<Terms>,
    ) {
        let Some(terms) = terms else {
            let name = table.key("name").and_then(|_| table.text("name"));
            self.refused.push((kind, name.map(|name| name.value).unwrap_or_default()));
            return;
        };
        // Commitment and late charge are single and need no name of their own.
        let name = match &terms {
            Terms::Commitment(_) => Field { value: "commitment".to_owned(), span: table.span() },
            Terms::Late(_) => Field { value: "late".to_owned(), span: table.span() },
            _ => match table.text("name") {
                Some(name) => name,
                None => return,
            },
        };
        let one_time_or_late =
            matches!(terms, Terms::OneTime(_) | Terms::Late(_) | Terms::Commitment(_));
        let class = table.text("class");
        self.clauses.push((kind, name.value.clone()));
        clauses.push(Clause {
            name: name.value,
            at: name.span,
            invoice: patterns(table),
            class_at: class.as_ref().map_or(name.span, |class| class.span),
            class: class.map(|class| class.value),
            valid: match &terms {
                _ if one_time_or_late => Validity::default(),
                // From the purchase to the day on which it ends.
                Terms::Package(PackageTerms { pack: Some(pack), .. }) => {
                    Validity { from: Some(pack.bought), until: Some(pack.until) }
                }
                _ => self.validity(table),
            },
            trial_until: match terms {
                Terms::Package(_) | Terms::Seat(_) | Terms::Recurring(_) | Terms::Usage(_) => {
                    table.date("trial_until").map(|day| day.value.into())
                }
                _ => None,
            },
            terms,
        });
    }

    /// Covered calls beyond a package's minutes are a price for calls, with a line of its own.
    fn overage_clause(
        &mut self,
        package: &Cursor<'_>,
        table: &Cursor<'_>,
        terms: CallTerms,
    ) -> Option<Clause> {
        let named = table.text("name").map(|name| name.value);
        let package_name = package.text("name")?.value;
        let class = table.text("class").or_else(|| package.text("class"));
        Some(Clause {
            name: named.unwrap_or_else(|| format!("{package_name} overage")),
            at: table.span(),
            invoice: patterns(table),
            class_at: class.as_ref().map_or(table.span(), |class| class.span),
            class: class.map(|class| class.value),
            valid: self.validity(package),
            trial_until: None,
            terms: Terms::Call(Box::new(terms)),
        })
    }

    /// What a whole fee costs where its price changes within a cycle: asked if one does.
    pub(super) fn fee_change(&mut self, table: &Cursor<'_>, clauses: &[Clause]) -> FeeChange {
        let Some((contract, cycle)) = self.dates else { return FeeChange::Last };
        let whole = |clause: &Clause| match &clause.terms {
            Terms::Seat(terms) => {
                terms.count != SeatCount::Average && terms.part_month == PartMonth::Full
            }
            Terms::Recurring(terms) => {
                terms.count != SeatCount::Average && terms.part_month == PartMonth::Full
            }
            Terms::Package(terms) => terms.part_month == PartMonth::Full,
            Terms::Discount(terms) => terms.part_month == PartMonth::Full,
            _ => false,
        };
        let follows = |before: &Clause, after: &Clause| {
            let (before, after) = (before.valid.and(contract), after.valid.and(contract));
            let (Some(last), Some(first)) = (before.until, after.from) else { return false };
            last < first && cycle.index_of(last) == cycle.index_of(first)
        };
        let fees = || clauses.iter().filter(|clause| whole(clause));
        let arises = fees()
            .any(|after| fees().any(|before| before.name == after.name && follows(before, after)));
        if !arises && !table.has("fee_change") {
            return FeeChange::Last;
        }
        FeeChange::pick(self.fork(table, "fee_change", "contract.fee_change", None))
    }
}
