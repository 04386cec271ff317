//! Reading one row.

use rust_decimal::Decimal;

use super::columns::unit_of;
use super::heads::{HEADS, place};
use super::shape::Shape;
use super::sum_row;
use crate::input::{SheetCell, SheetRow};
use crate::invoice::names::is_tax;
use crate::invoice::{InvoiceLine, Printed, Totals};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, Span};
use crate::text::{fold, plain_figure};
use crate::when::{Day, Period, PrintedPeriod, parse_day};

pub(super) struct RowReader<'r> {
    pub(super) row: &'r SheetRow,
    pub(super) columns: [Option<usize>; HEADS.len()],
    /// What figures of a column are multiplied by.
    pub(super) factors: [Decimal; HEADS.len()],
    /// What the table is.
    pub(super) shape: Shape,
    pub(super) found: &'r mut Diagnostics,
}

impl RowReader<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        self.columns[place(name)]
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.row.text(self.column(name))
    }

    pub(super) fn place(&self, name: &str) -> Span {
        self.row.place(self.column(name))
    }

    /// What the row is for. Where rows have no names they bill calls, unless one says that it sums
    /// the others, by a word or by naming no account.
    pub(super) fn name(&self) -> String {
        if self.shape.categories && fold(self.text("code")) == "totalprice" {
            return "total".to_owned();
        }
        let sum = self.row.cells.iter().find(|cell| sum_row(&cell.text));
        if self.shape.totals {
            let sum = sum.map(|cell| cell.text.clone());
            let whose = ["period", "object"].map(|column| self.text(column));
            let whose = whose.into_iter().find(|text| !text.is_empty()).unwrap_or("bill");
            return sum.unwrap_or_else(|| whose.to_owned());
        }
        if !self.shape.nameless {
            let name = self.text("name");
            // Of merged cells only the first one holds what all say; a sum may stand in any.
            let tax = || self.row.cells.iter().find(|cell| is_tax(&cell.text));
            let odd = || sum.or_else(tax);
            let beside = || odd().map_or_else(|| self.text("kind"), |cell| cell.text.as_str());
            return if name.is_empty() { beside() } else { name }.to_owned();
        }
        let of_all = self.column("object").is_some() && self.text("object").is_empty();
        match sum {
            Some(sum) => sum.text.clone(),
            None if of_all => "合计".to_owned(),
            None => "通话费".to_owned(),
        }
    }

    pub(super) fn line(&mut self) -> Option<InvoiceLine> {
        let name = self.name();
        if name.is_empty() {
            self.found.push(Diagnostic::error("invoice-no-name", self.place("name")));
            return None;
        }
        let amount = self.amount("amount");
        let gross = self.amount("gross");
        let both_empty = self.text("amount").is_empty() && self.text("gross").is_empty();
        if both_empty {
            let column = if self.column("amount").is_some() { "amount" } else { "gross" };
            let at = self.place(column);
            self.found.push(Diagnostic::error("invoice-no-amount", at).with("name", &name));
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(InvoiceLine {
            code: some(self.text("code")),
            kind: if self.shape.nameless { some("call") } else { some(self.text("kind")) },
            quantity: self.quantity(),
            unit: some(self.text("unit"))
                .or_else(|| some(self.counted().1))
                .or(self.shape.unit.map(str::to_owned)),
            price: self.price(),
            adjusted: None,
            amount,
            tax_rate: self.rate(),
            tax: self.amount("tax"),
            gross,
            period: self.period(),
            object: some(self.text("object")),
            note: some(self.text("note")),
            at: self.row.span,
            name,
        })
    }

    /// The lines of a row of which each column bills something: those that are not zero.
    pub(super) fn across(&mut self, columns: &[usize], heads: &[SheetCell]) -> Vec<InvoiceLine> {
        let with_tax = self.column("gross").is_some();
        let base = if with_tax { "gross" } else { "amount" };
        let of_all = self.factors[place(base)];
        let object = Some(self.text("object").to_owned()).filter(|text| !text.is_empty());
        let mut lines = Vec::new();
        for at in columns {
            let plain = plain_figure(self.row.text(Some(*at))).ok().flatten();
            let Some(value) = plain.and_then(|plain| parse_decimal(&plain).ok()) else { continue };
            let head = heads.get(*at).map_or("", |head| head.text.as_str());
            let (name, unit) = match head.find(['(', '（', '/']) {
                Some(end) => (head[..end].trim(), unit_of("amount", head).ok()),
                None => (head.trim(), None),
            };
            let factor = unit.map_or(of_all, |unit| unit.factor);
            let Some(value) = value.checked_mul(factor).filter(|value| !value.is_zero()) else {
                continue;
            };
            let place = self.row.place(Some(*at));
            let printed = Some(Printed { value: Amount::new(value), at: place });
            lines.push(InvoiceLine {
                name: name.to_owned(),
                code: None,
                kind: None,
                quantity: None,
                unit: None,
                price: None,
                adjusted: None,
                amount: printed.filter(|_| !with_tax),
                tax_rate: None,
                tax: None,
                gross: printed.filter(|_| with_tax),
                period: None,
                object: object.clone(),
                note: None,
                at: place,
            });
        }
        lines
    }

    /// The sums of a row of totals.
    pub(super) fn sums(&mut self) -> Totals {
        Totals { net: self.amount("amount"), tax: self.amount("tax"), gross: self.amount("gross") }
    }

    /// True if nothing is printed in any column of figures.
    pub(super) fn has_no_figures(&self) -> bool {
        let columns = ["quantity", "price", "amount", "tax_rate", "tax", "gross"];
        columns.into_iter().all(|column| matches!(self.text(column), "" | "-" | "--"))
    }

    /// The currency of the row, if there is a column for it.
    pub(super) fn currency(&self) -> Option<Printed<String>> {
        let text = self.text("currency");
        let printed = !matches!(text, "" | "-" | "--");
        printed.then(|| Printed { value: text.to_owned(), at: self.place("currency") })
    }

    /// True if an amount is printed, and it is a figure.
    pub(super) fn has_amount(&self) -> bool {
        ["amount", "gross"].into_iter().any(|column| {
            matches!(plain_figure(self.text(column)), Ok(Some(plain)) if parse_decimal(&plain).is_ok())
        })
    }

    fn amount(&mut self, name: &'static str) -> Option<Printed<Amount>> {
        let figure = self.figure(name)?;
        self.in_units(name, figure)
            .map(|value| Printed { value: Amount::new(value), at: figure.at })
    }

    /// A figure in units of the currency: the column's head may say 万元 or 分.
    fn in_units(&mut self, name: &'static str, figure: Printed<Decimal>) -> Option<Decimal> {
        let place = place(name);
        // A figure that says 元 itself is in 元.
        if self.factors[place] == Decimal::ONE || self.text(name).ends_with('元') {
            return Some(figure.value);
        }
        let product = figure.value.checked_mul(self.factors[place]);
        let fits = product.and_then(|value| parse_decimal(&value.normalize().to_string()).ok());
        if fits.is_none() {
            let wrong = Diagnostic::error("figure", figure.at);
            self.found.push(wrong.with("typed", self.text(name)));
        }
        fits
    }

    /// The figure of the quantity and the unit that may stand behind it: `1234分钟`.
    fn counted(&self) -> (&str, &str) {
        let text = self.text("quantity").trim();
        let is_unit = |c: char| !c.is_ascii_digit() && !".,()-+=\"'¥￥$".contains(c);
        let end = text.trim_end_matches(is_unit).len();
        let (figure, unit) = text.split_at(end);
        if figure.is_empty() { (text, "") } else { (figure, unit.trim()) }
    }

    fn quantity(&mut self) -> Option<Printed<Decimal>> {
        let (figure, unit) = self.counted();
        if unit.is_empty() {
            return self.figure("quantity");
        }
        let plain = plain_figure(figure).ok().flatten();
        match plain.and_then(|plain| parse_decimal(&plain).ok()) {
            Some(value) => Some(Printed { value, at: self.place("quantity") }),
            None => self.figure("quantity"),
        }
    }

    fn price(&mut self) -> Option<Printed<Decimal>> {
        let figure = self.figure("price")?;
        self.in_units("price", figure).map(|value| Printed { value, at: figure.at })
    }

    fn figure(&mut self, name: &'static str) -> Option<Printed<Decimal>> {
        let at = self.place(name);
        let text = self.text(name);
        let plain = plain_figure(text).map(|plain| plain.map(|plain| parse_decimal(&plain)));
        match plain {
            Ok(None) => None,
            Ok(Some(Ok(value))) => Some(Printed { value, at }),
            _ => {
                self.found.push(Diagnostic::error("figure", at).with("typed", self.text(name)));
                None
            }
        }
    }

    /// `6%`, `0.06` or `6`, which on a tax rate means the same; `免税` and `不征税` are none.
    fn rate(&mut self) -> Option<Printed<Decimal>> {
        let at = self.place("tax_rate");
        let text = self.text("tax_rate").trim();
        let stars = text.bytes().all(|byte| byte == b'*');
        if stars || matches!(text, "" | "-" | "--" | "/" | "免税" | "不征税" | "免征" | "零税率")
        {
            return None;
        }
        let bare = text.trim_end_matches(['%', '％']);
        match parse_decimal(bare.trim()) {
            Ok(number) if !number.is_sign_negative() && number < Decimal::from(100) => {
                let is_share = bare.len() == text.len() && number < Decimal::ONE;
                let value = if is_share { number } else { number / Decimal::from(100) };
                Some(Printed { value: value.normalize(), at })
            }
            _ => {
                let typed = text.to_owned();
                self.found.push(Diagnostic::error("tax-rate", at).with("typed", typed));
                None
            }
        }
    }

    /// The billing period that the row names.
    pub(super) fn billed_in(&mut self) -> Option<(PrintedPeriod, Span)> {
        let at = self.place("period");
        let text = self.text("period");
        if matches!(text, "" | "-" | "--") {
            return None;
        }
        let period = PrintedPeriod::read(text);
        if period.is_none() {
            self.found.push(Diagnostic::warning("invoice-period", at).with("typed", text));
        }
        period.map(|period| (period, at))
    }

    fn period(&mut self) -> Option<Period> {
        let mut day = |name: &'static str| -> Option<Day> {
            let text = self.text(name);
            let stars = text.bytes().all(|byte| byte == b'*');
            if stars || matches!(text, "" | "-" | "--") {
                return None;
            }
            let day = parse_day(text);
            if day.is_none() {
                let wrong = Diagnostic::error("invoice-day", self.place(name));
                self.found.push(wrong.with("typed", self.text(name)));
            }
            day.map(Day::from)
        };
        let (first, last) = (day("from")?, day("until")?);
        if last < first {
            let wrong = Diagnostic::error("dates-backwards", self.place("until"));
            self.found.push(wrong.and(self.place("from")));
            return None;
        }
        Some(Period { first, last })
    }
}
