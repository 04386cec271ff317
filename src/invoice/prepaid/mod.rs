//! The ledger of a prepaid account (扣费流水): what was there, what was paid in, what was deducted,
//! and the balance after each row. Deductions by type are the lines of the bill.

mod chain;

use std::collections::BTreeMap;

use crate::input::{SheetCell, SheetForm, SheetLine};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use crate::text::{fold, plain_figure};
use crate::when::{Day, parse_day};
use chain::{Chain, Entry, Says, by_kind};
use rust_decimal::Decimal;

use super::csv::{fold_head, sum_row, unit_of};
use super::{Invoice, InvoiceLine, OddBalance, Payment, Printed};

/// Column heads by column.
const HEADS: [(&str, &[&str]); 9] = [
    (
        "time",
        &[
            "time",
            "date",
            "datetime",
            "timestamp",
            "createdat",
            "createtime",
            "transactiontime",
            "transactiondate",
            "创建时间",
            "时间",
            "日期",
            "交易时间",
            "交易日期",
            "发生时间",
            "扣费时间",
            "扣款时间",
            "变动时间",
            "记账时间",
            "入账时间",
            "流水时间",
            "操作时间",
        ],
    ),
    (
        "account",
        &["account", "accountname", "账户名", "账户名称", "账户", "账号", "账户号码", "账户编号"],
    ),
    (
        "kind",
        &[
            "type",
            "kind",
            "transactiontype",
            "description",
            "category",
            "item",
            "流水类型",
            "交易类型",
            "变动类型",
            "扣费类型",
            "收支类型",
            "业务类型",
            "费用类型",
            "费用项目",
            "类型",
            "项目",
            "摘要",
            "科目",
        ],
    ),
    ("call", &["callid", "呼叫id", "通话id", "话单id", "话单号"]),
    (
        "amount",
        &[
            "amount",
            "value",
            "change",
            "扣费金额",
            "扣款金额",
            "变动金额",
            "交易金额",
            "发生金额",
            "发生额",
            "流水金额",
            "金额",
            "费用",
        ],
    ),
    (
        "in",
        &[
            "in",
            "credit",
            "deposit",
            "paidin",
            "收入",
            "收入金额",
            "充值金额",
            "存入",
            "入账金额",
            "增加",
        ],
    ),
    ("out", &["out", "debit", "withdrawal", "paidout", "支出", "支出金额", "消费金额", "减少"]),
    (
        "before",
        &["balancebefore", "期前余额", "变动前余额", "交易前余额", "扣费前余额", "操作前余额"],
    ),
    (
        "balance",
        &[
            "balance",
            "balanceafter",
            "runningbalance",
            "期后余额",
            "变动后余额",
            "交易后余额",
            "扣费后余额",
            "操作后余额",
            "账户余额",
            "当前余额",
            "剩余金额",
            "余额",
            "结余",
        ],
    ),
];

/// Types beyond these are remarks that differ from row to row.
const MOST_KINDS: usize = 1000;
/// Most days that one bill is about.
const LONGEST: i32 = 31;

type Columns = [Option<usize>; HEADS.len()];

fn place(name: &str) -> usize {
    HEADS.iter().position(|(known, _)| *known == name).unwrap_or_default()
}

fn columns(cells: &[SheetCell]) -> Columns {
    HEADS.map(|(_, heads)| {
        let folded = |cell: &SheetCell| heads.contains(&fold_head(&cell.text).as_str());
        cells.iter().position(folded)
    })
}

/// Counts the columns of a ledger among cells; none if it is no header of one.
fn known(cells: &[SheetCell]) -> usize {
    let columns = columns(cells);
    let has = |name| columns[place(name)].is_some();
    let moves = has("amount") || has("in") || has("out");
    let is_ledger = has("time") && has("balance") && moves;
    if is_ledger { columns.iter().flatten().count() } else { 0 }
}

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

struct Kind {
    name: String,
    says: Says,
    /// Its rows name calls.
    of_calls: bool,
}

impl Rows {
    fn new(form: &SheetForm) -> Self {
        let columns = columns(&form.header.cells);
        let mut found = Diagnostics::default();
        let factors = std::array::from_fn(|at| {
            let money = ["amount", "in", "out", "before", "balance"].contains(&HEADS[at].0);
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
        let name = self.text(line, "kind").to_owned();
        let first = (0..self.columns.len()).find_map(|at| {
            let text = line.text(Some(at));
            (!text.is_empty()).then(|| text.to_owned())
        });
        let first = first.unwrap_or_default();
        if sum_row(&name) || sum_row(&first) {
            self.unused.push((line.span(), first));
            return;
        }
        let [amount, paid_in, taken] = ["amount", "in", "out"].map(|name| self.figure(line, name));
        let balance = self.figure(line, "balance");
        if [amount, paid_in, taken, balance].iter().all(Option::is_none) {
            // A remark below the table.
            self.unused.push((line.span(), first));
            return;
        }
        // Two columns say by themselves which way money went: as one amount that adds.
        let by_column = self.columns[place("in")].is_some() || self.columns[place("out")].is_some();
        let (moved, says) = if by_column {
            let taken = taken.or(amount.filter(|_| self.columns[place("out")].is_none()));
            let moved = paid_in.unwrap_or_default().abs() - taken.unwrap_or_default().abs();
            (moved, if moved.is_positive() { Says::In } else { Says::Out })
        } else {
            (amount.unwrap_or_default(), says(&name))
        };
        let kind = self.kind_of(&name, by_column, says);
        self.kinds[kind].of_calls |= !matches!(self.text(line, "call"), "" | "-" | "--");
        let (account, next) = (self.text(line, "account").to_owned(), self.accounts.len());
        let account = *self.accounts.entry(account).or_insert(next);
        self.entries.push(Entry {
            account,
            kind,
            amount: moved,
            balance,
            day: day_of(self.text(line, "time")),
            at: line.span(),
            balance_at: line.place(self.columns[place("balance")]),
        });
    }

    /// The type of a row, by index.
    fn kind_of(&mut self, name: &str, by_column: bool, said: Says) -> usize {
        let named = if name.is_empty() { self.unnamed.as_str() } else { name };
        // What comes in under the name of a charge takes it back.
        let says = match (by_column, said, says(named)) {
            (true, Says::In, Says::Out) if !name.is_empty() => Says::Back,
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

    /// Makes the ledger a bill.
    fn settle(self, invoice: &mut Invoice, found: &mut Diagnostics) {
        let says: Vec<Says> = self.kinds.iter().map(|kind| kind.says).collect();
        let chain = Chain::of(self.entries, &says);
        for (kind, sum, at) in by_kind(&chain.moves, self.kinds.len()) {
            let kind = &self.kinds[kind];
            if kind.says != Says::In {
                invoice.lines.push(charge(kind, -sum, at));
            }
        }
        for (entry, moved) in &chain.moves {
            if self.kinds[entry.kind].says == Says::In && !moved.is_zero() {
                let amount = Printed { value: *moved, at: entry.at };
                invoice.payments.push(Payment { on: entry.day, amount });
            }
        }
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
        invoice.due_defined = true;
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

/// A line of what was deducted under one name.
fn charge(kind: &Kind, amount: Amount, at: Span) -> InvoiceLine {
    const CALLS: [&str; 5] = ["呼叫", "通话", "话费", "call", "voice"];
    let folded = fold(&kind.name);
    let of_calls = kind.of_calls || CALLS.iter().any(|word| folded.contains(word));
    InvoiceLine {
        name: kind.name.clone(),
        code: None,
        kind: of_calls.then(|| "call".to_owned()),
        quantity: None,
        unit: None,
        price: None,
        adjusted: None,
        amount: Some(Printed { value: amount, at }),
        tax_rate: None,
        tax: None,
        gross: None,
        period: None,
        object: None,
        note: None,
        at,
    }
}

/// What the name of a type says.
fn says(name: &str) -> Says {
    const BACK: [&str; 14] = [
        "退",
        "返还",
        "冲正",
        "冲销",
        "冲红",
        "红冲",
        "冲减",
        "减免",
        "补偿",
        "refund",
        "reversal",
        "rebate",
        "creditnote",
        "chargeback",
    ];
    const IN: [&str; 18] = [
        "充值", "缴费", "缴款", "付款", "存入", "存款", "入账", "入款", "预存", "转入", "赠送",
        "收款", "recharge", "topup", "top-up", "deposit", "payment", "bonus",
    ];
    let folded = fold(name);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match () {
        () if has(&BACK) => Says::Back,
        () if has(&IN) => Says::In,
        () => Says::Out,
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
