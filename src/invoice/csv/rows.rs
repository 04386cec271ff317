//! Reading one row.

use rust_decimal::Decimal;

use super::columns::HEADS;
use crate::input::SheetRow;
use crate::invoice::{Invoice, InvoiceLine, Printed};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, Span};
use crate::text::plain_figure;
use crate::when::{Day, Period, parse_day};

pub(super) struct RowReader<'r> {
    pub(super) row: &'r SheetRow,
    pub(super) columns: [Option<usize>; HEADS.len()],
    pub(super) found: &'r mut Diagnostics,
}

impl RowReader<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        HEADS.iter().position(|(n, _)| *n == name).and_then(|index| self.columns[index])
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.row.text(self.column(name))
    }

    fn place(&self, name: &str) -> Span {
        self.row.place(self.column(name))
    }

    pub(super) fn line(&mut self) -> Option<InvoiceLine> {
        let name = self.text("name").to_owned();
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
            kind: some(self.text("kind")),
            quantity: self.figure("quantity"),
            unit: some(self.text("unit")),
            price: self.figure("price"),
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

    pub(super) fn totals(&mut self, invoice: &mut Invoice) {
        let totals = &mut invoice.totals;
        // A later row of totals says more: 合计 of the lines, then 应付金额.
        let (net, tax, gross) = (self.amount("amount"), self.amount("tax"), self.amount("gross"));
        totals.net = net.or(totals.net);
        totals.tax = tax.or(totals.tax);
        totals.gross = gross.or(totals.gross);
    }

    fn amount(&mut self, name: &'static str) -> Option<Printed<Amount>> {
        let figure = self.figure(name)?;
        Some(Printed { value: Amount::new(figure.value), at: figure.at })
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
        if matches!(text, "" | "-" | "--" | "免税" | "不征税" | "***") {
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

    fn period(&mut self) -> Option<Period> {
        let mut day = |name: &'static str| -> Option<Day> {
            let text = self.text(name);
            if matches!(text, "" | "-" | "--") {
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
