//! The ledger of a prepaid account (扣费流水): what was there, what was paid in, what was deducted,
//! and the balance after each row. Deductions by type are the lines of the bill.

mod chain;
mod columns;
mod kinds;

use std::collections::BTreeMap;

use crate::input::{SheetForm, SheetLine};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use crate::text::plain_figure;
use crate::when::{Day, parse_day};
use chain::{Chain, Entry, Says, by_kind};
use columns::{Columns, HEADS, columns, known, place};
use kinds::{Kind, charge, direction, is_balance, of_remark, says};
use rust_decimal::Decimal;

use super::csv::{sum_row, unit_of};
use super::{Invoice, OddBalance, Payment, Printed};

/// Types beyond these are remarks that differ from row to row.
const MOST_KINDS: usize = 1000;
/// Most days that one bill is about.
const LONGEST: i32 = 31;

/// The form of the file if it is the ledger of a prepaid account.
pub(super) fn form(sources: &SourceMap, file: FileId) -> Option<SheetForm> {
    SheetForm::find(sources, file, known).ok()
}

/// Reads a ledger.
pub(super) fn read_prepaid(
    sources: &SourceMap,
    file: FileId,
    form: &SheetForm,
) -> (Option<Invoice>, Diagnostics) {
    let mut rows = Rows::new(form);
    let mut wide = None;
    form.each(sources, |line| {
        wide = wide.take().or_else(|| line.too_wide(&form.header));
        rows.read(&line);
    });
    let mut found = std::mem::take(&mut rows.found);
    found.append(wide.map(Diagnostics::from).unwrap_or_default());
    if rows.entries.is_empty() && !found.has_errors() {
        let nothing = Diagnostic::error_without_place("invoice-no-lines");
        found.push(nothing.with("path", sources.name(file)));
    }
    rows.check_days(&mut found);
    if found.has_errors() {
        return (None, found);
    }
    let mut invoice = Invoice::empty(file);
    rows.settle(&mut invoice, &mut found);
    (Some(invoice), found)
}

struct Rows {
    columns: Columns,
    factors: [Decimal; HEADS.len()],
    /// The header's words.
    heads: Vec<String>,
    /// The name of charges where no column names them.
    unnamed: String,
    accounts: BTreeMap<String, usize>,
    kinds: Vec<Kind>,
    kind_at: BTreeMap<(String, Says), usize>,
    entries: Vec<Entry>,
    /// Rows that sum others.
    unused: Vec<(Span, String)>,
    found: Diagnostics,
}

impl Rows {
    fn new(form: &SheetForm) -> Self {
        let columns = columns(&form.header.cells);
        let mut found = Diagnostics::default();
        let factors = std::array::from_fn(|at| {
            let money = ["amount", "in", "out", "before", "balance", "gift"].contains(&HEADS[at].0);
            let cell = columns[at].and_then(|column| form.header.cells.get(column));
            let Some(cell) = cell.filter(|_| money) else { return Decimal::ONE };
            unit_of("amount", &cell.text).map_or_else(
                |typed| {
                    let wrong = Diagnostic::error("invoice-unit", cell.span);
                    found.push(wrong.with("typed", typed));
                    Decimal::ONE
                },
                |unit| unit.factor,
            )
        });
        let charges = columns[place("out")].or(columns[place("amount")]);
        let head = charges.and_then(|column| form.header.cells.get(column));
        let unnamed = head.map_or_else(String::new, |cell| {
            cell.text.split(['(', '（', '/']).next().unwrap_or_default().trim().to_owned()
        });
        Self {
            columns,
            factors,
            heads: form.header.cells.iter().map(|cell| cell.text.clone()).collect(),
            unnamed,
            accounts: BTreeMap::new(),
            kinds: Vec::new(),
            kind_at: BTreeMap::new(),
            entries: Vec::new(),
            unused: Vec::new(),
            found,
        }
    }

    fn text<'l>(&self, line: &'l SheetLine<'_>, name: &str) -> &'l str {
        let column = self.columns[place(name)];
        column.map_or("", |_| line.text(column))
    }

    fn figure(&mut self, line: &SheetLine<'_>, name: &str) -> Option<Amount> {
        let at = place(name);
        let text = self.text(line, name);
        let plain = plain_figure(text.strip_prefix(['+', '＋']).unwrap_or(text));
        let value = match plain {
            Ok(None) => return None,
            Ok(Some(plain)) => parse_decimal(&plain).ok(),
            Err(_) => None,
        };
        let product = value.and_then(|value| value.checked_mul(self.factors[at]));
        let exact = product.and_then(|value| parse_decimal(&value.normalize().to_string()).ok());
        if exact.is_none() {
            let wrong = Diagnostic::error("figure", line.place(self.columns[at]));
            self.found.push(wrong.with("typed", text));
        }
        exact.map(Amount::new)
    }

    fn read(&mut self, line: &SheetLine<'_>) {
        let name = self.name(line);
        let first = (0..self.columns.len()).find_map(|at| {
            let text = line.text(Some(at));
            (!text.is_empty()).then(|| text.to_owned())
        });
        let first = first.unwrap_or_default();
        if sum_row(&name) || sum_row(&first) || self.repeats_header(line) {
            self.unused.push((line.span(), first));
            return;
        }
        let [amount, paid_in, taken] = ["amount", "in", "out"].map(|name| self.figure(line, name));
        let own = self.figure(line, "balance");
        let given = self.figure(line, "gift");
        let balance = own.map(|own| own + given.unwrap_or_default());
        if [amount, paid_in, taken, balance].iter().all(Option::is_none) {
            // A remark below the table.
            self.unused.push((line.span(), first));
            return;
        }
        let entry = |account, kind, amount, balance, columns: &Columns| Entry {
            account,
            kind,
            amount,
            balance,
            day: day_of(columns[place("time")].map_or("", |at| line.text(Some(at)))),
            at: line.span(),
            balance_at: line.place(columns[place("balance")]),
        };
        let (account, next) = (self.text(line, "account").to_owned(), self.accounts.len());
        let account = *self.accounts.entry(account).or_insert(next);
        // What is there before all rows or after them moves nothing.
        if is_balance(&name) {
            let kind = self.kind_of(&name, true, Says::In);
            let balance = balance.or(amount);
            self.entries.push(entry(account, kind, Amount::ZERO, balance, &self.columns));
            return;
        }
        // Two columns say by themselves which way money went, as a word does: as one amount that adds.
        let by_column = self.columns[place("in")].is_some() || self.columns[place("out")].is_some();
        let told = self.direction(line);
        let (moved, says) = if by_column {
            let taken = taken.or(amount.filter(|_| self.columns[place("out")].is_none()));
            let moved = paid_in.unwrap_or_default().abs() - taken.unwrap_or_default().abs();
            (moved, if moved.is_positive() { Says::In } else { Says::Out })
        } else if let Some(comes_in) = told {
            let amount = amount.unwrap_or_default().abs();
            if comes_in { (amount, Says::In) } else { (-amount, Says::Out) }
        } else if name.is_empty() {
            (amount.unwrap_or_default(), Says::Unsaid)
        } else {
            (amount.unwrap_or_default(), says(&name))
        };
        let kind = self.kind_of(&name, by_column || told.is_some(), says);
        self.kinds[kind].of_calls |= !matches!(self.text(line, "call"), "" | "-" | "--");
        self.entries.push(entry(account, kind, moved, balance, &self.columns));
    }

    /// The name of a row's type; none if a word there says no more than which way money went. Of a
    /// type that is a number the remark beside it tells.
    fn name(&self, line: &SheetLine<'_>) -> String {
        let name = self.text(line, "kind");
        if direction(name).is_some() {
            return String::new();
        }
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { of_remark(self.text(line, "note")).to_owned() } else { name.to_owned() }
    }

    /// Which way money went, if a word says nothing else.
    fn direction(&self, line: &SheetLine<'_>) -> Option<bool> {
        direction(self.text(line, "direction")).or_else(|| direction(self.text(line, "kind")))
    }

    /// True for a header once more, as exports of several pages have it.
    fn repeats_header(&self, line: &SheetLine<'_>) -> bool {
        let name = |at: usize| line.text(Some(at));
        let used = || self.columns.iter().flatten();
        used().all(|at| self.heads.get(*at).is_some_and(|head| head == name(*at)))
    }

    /// The type of a row, by index.
    fn kind_of(&mut self, name: &str, by_column: bool, said: Says) -> usize {
        let named = if name.is_empty() { self.unnamed.as_str() } else { name };
        // What comes in under the name of a charge takes it back.
        let says = match (by_column, said, says(named)) {
            (_, _, by_name @ (Says::Held | Says::Freed)) => by_name,
            (true, Says::In, Says::Out) if !name.is_empty() && !is_balance(name) => Says::Back,
            (true, Says::In, by_name) => {
                if by_name == Says::Back {
                    by_name
                } else {
                    Says::In
                }
            }
            (_, said, _) => said,
        };
        let named = if self.kinds.len() < MOST_KINDS { named } else { self.unnamed.as_str() };
        let (named, next) = (named.to_owned(), self.kinds.len());
        let at = *self.kind_at.entry((named.clone(), says)).or_insert(next);
        if at == next {
            self.kinds.push(Kind { name: named, says, of_calls: false });
        }
        at
    }

    /// Rows of more days than one bill has would be several bills.
    fn check_days(&self, found: &mut Diagnostics) {
        let days = || self.entries.iter().filter_map(|entry| Some((entry.day?, entry.at)));
        let first = days().min_by_key(|(day, _)| *day);
        let last = days().max_by_key(|(day, _)| *day);
        let (Some((first, from)), Some((last, until))) = (first, last) else { return };
        if last.0 - first.0 >= LONGEST {
            found.push(
                Diagnostic::error("ledger-months", until)
                    .and(from)
                    .with("from", first)
                    .with("to", last),
            );
        }
    }

    /// Charges by type, and what was paid in.
    fn settle_charges(&self, chain: &Chain, invoice: &mut Invoice, found: &mut Diagnostics) {
        let says = |entry: &Entry| self.kinds[entry.kind].says;
        // Where nothing says what a row is for, money that comes in is a payment.
        let unsaid =
            |entry: &Entry, moved: Amount| says(entry) == Says::Unsaid && moved.is_positive();
        let charged = chain.moves.iter().filter(|(entry, moved)| !unsaid(entry, *moved));
        let mut held = None;
        for (kind, sum, at) in by_kind(charged, self.kinds.len()) {
            let kind = &self.kinds[kind];
            match kind.says {
                Says::In => {}
                Says::Held | Says::Freed => {
                    let (first, so_far) = held.unwrap_or(((kind, at), Amount::ZERO));
                    held = Some((first, so_far + sum));
                }
                Says::Back | Says::Out | Says::Unsaid => {
                    invoice.lines.push(charge(kind, -sum, at));
                }
            }
        }
        // What is frozen and set free again cost nothing.
        if let Some(((kind, at), sum)) = held.filter(|(_, sum)| !sum.is_zero()) {
            invoice.lines.push(charge(kind, -sum, at));
        }
        for (entry, moved) in &chain.moves {
            if unsaid(entry, *moved) || (says(entry) == Says::In && !moved.is_zero()) {
                let amount = Printed { value: *moved, at: entry.at };
                invoice.payments.push(Payment { on: entry.day, amount });
            }
        }
        let mut unnamed = chain.moves.iter().filter(|(entry, moved)| unsaid(entry, *moved));
        if let Some((first, moved)) = unnamed.next() {
            let (rows, sum) =
                unnamed.fold((1_usize, *moved), |(rows, sum), (_, moved)| (rows + 1, sum + *moved));
            let warning = Diagnostic::warning("ledger-unsaid", first.at);
            found.push(warning.with("rows", rows).with("sum", sum));
        }
    }

    /// Makes the ledger a bill.
    fn settle(mut self, invoice: &mut Invoice, found: &mut Diagnostics) {
        let says: Vec<Says> = self.kinds.iter().map(|kind| kind.says).collect();
        let chain = Chain::of(std::mem::take(&mut self.entries), &says);
        self.settle_charges(&chain, invoice, found);
        if let Some((at, _)) = self.unused.first() {
            let names: Vec<&str> = self.unused.iter().map(|(_, name)| name.as_str()).collect();
            let unread = Diagnostic::warning("invoice-rows-unread", *at);
            found.push(unread.with("names", names.join(", ")));
        }
        if !chain.holds() {
            if let Some(first) = chain.breaks.first() {
                found.push(
                    Diagnostic::warning("ledger-chain", first.at)
                        .with("breaks", chain.breaks.len())
                        .with("rows", chain.followed),
                );
            }
            return;
        }
        // What is held is owed the other way round.
        let owed = |(held, at): (Amount, Span)| Printed { value: -held, at };
        invoice.opening = chain.opening.map(owed);
        invoice.amount_due = chain.closing.map(owed);
        invoice.due_defined = invoice.amount_due.is_some();
        if !chain.cut.is_zero() {
            // Balances that hide decimals come to the sum of the rows but for those.
            let moved: Amount = chain.moves.iter().map(|(_, moved)| *moved).sum();
            let ends = chain.opening.zip(chain.closing);
            let drift = ends.map(|((before, _), (after, _))| (before + moved - after).abs());
            if drift.is_some_and(|drift| drift <= chain.cut) {
                invoice.amount_due = None;
            }
        }
        invoice.odd_balances = chain
            .breaks
            .iter()
            .map(|one| OddBalance {
                printed: Printed { value: one.printed, at: one.at },
                sum: one.sum,
            })
            .collect();
    }
}

/// The day of a moment, without its time.
fn day_of(text: &str) -> Option<Day> {
    let date = text.split([' ', 'T', '\u{3000}']).next().unwrap_or_default();
    let digits = date.bytes().all(|byte| byte.is_ascii_digit());
    // 20241008093000 begins with its day; seconds since 1970 have ten digits or thirteen.
    let date = match date.len() {
        14 if digits => &date[..8],
        _ => date,
    };
    parse_day(date).map(Day::from)
}
