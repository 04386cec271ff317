//! Figures, days and words of an invoice in XML, each with its place.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::tree::Element;
use crate::invoice::Printed;
use crate::money::{Amount, DecimalError, is_currency_code, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, FileId, Span};
use crate::when::{Day, Period, parse_day};

/// An invoice that is being read.
pub(super) struct Reading {
    pub(super) file: FileId,
    /// It is a credit note: what it prints is taken off.
    pub(super) credit: bool,
    /// Its currency.
    pub(super) currency: Option<Printed<String>>,
    /// It lists no lines, only what they come to.
    pub(super) sum_alone: bool,
    pub(super) found: Diagnostics,
}

impl Reading {
    /// Text down a path, unless it is empty.
    #[must_use]
    pub(super) fn text(of: Element<'_>, path: &str) -> Option<Printed<String>> {
        let (text, at) = of.find(path)?.text();
        (!text.is_empty()).then(|| Printed { value: text.to_owned(), at })
    }

    /// An element that the format demands is missing.
    pub(super) fn missing(&mut self, of: Element<'_>, path: &str) {
        let name = path.split('|').next().unwrap_or(path);
        self.found.push(
            Diagnostic::error("xml-missing", of.place())
                .with("element", name)
                .with("of", of.name()),
        );
    }

    /// Reads the document's currency.
    pub(super) fn read_currency(&mut self, of: Element<'_>, path: &str) {
        self.currency = Self::text(of, path);
        if let Some(code) = self.currency.as_ref().filter(|code| !is_currency_code(&code.value)) {
            self.found.push(Diagnostic::error("currency-code", code.at).with("typed", &code.value));
        }
    }

    /// A figure down a path.
    fn figure(&mut self, of: Element<'_>, path: &str) -> Option<Printed<Decimal>> {
        let (text, at) = of.find(path)?.text();
        // An empty element says nothing.
        if text.is_empty() {
            return None;
        }
        let read = decimal(text);
        if read.is_none() {
            self.found.push(Diagnostic::error("figure", at).with("typed", text));
        }
        read.map(|value| Printed { value, at })
    }

    /// An amount down a path, in the currency of the document, as it is printed.
    fn plain(&mut self, of: Element<'_>, path: &str) -> Option<Printed<Amount>> {
        let element = of.find(path)?;
        let figure = self.figure(of, path)?;
        // More decimals than any currency has would be cut.
        let exact = parse_decimal(&figure.value.to_string()).ok();
        if exact.is_none() {
            let typed = element.text().0;
            self.found.push(Diagnostic::error("figure", figure.at).with("typed", typed));
        }
        if let (Some(own), Some(known)) = (element.attribute("currencyID"), &self.currency)
            && own != known.value.as_str()
        {
            self.found.push(
                Diagnostic::error("invoice-currencies", figure.at)
                    .and(known.at)
                    .with("found", own)
                    .with("other", &known.value),
            );
        }
        exact.map(|value| Printed { value: Amount::new(value), at: figure.at })
    }

    /// An amount, below zero if it is one of a credit note.
    pub(super) fn amount(&mut self, of: Element<'_>, path: &str) -> Option<Printed<Amount>> {
        let printed = self.plain(of, path)?;
        let value = if self.credit { -printed.value } else { printed.value };
        Some(Printed { value, ..printed })
    }

    /// An amount that is demanded.
    pub(super) fn needed(&mut self, of: Element<'_>, path: &str) -> Option<Printed<Amount>> {
        if Self::text(of, path).is_none() {
            self.missing(of, path);
        }
        self.amount(of, path)
    }

    /// A quantity and its unit's code; below zero if it is one of a credit note.
    pub(super) fn quantity<'t>(
        &mut self,
        of: Element<'t>,
        path: &str,
    ) -> (Option<Printed<Decimal>>, Option<Cow<'t, str>>) {
        let unit = of.find(path).and_then(|element| element.attribute("unitCode"));
        let figure = self.figure(of, path).map(|figure| Printed {
            value: if self.credit { -figure.value } else { figure.value },
            ..figure
        });
        (figure, unit.filter(|unit| !unit.trim().is_empty()))
    }

    /// A price for one unit, where it may be printed for several.
    pub(super) fn price(
        &mut self,
        of: Element<'_>,
        [price, base]: [&str; 2],
        unit: Option<&str>,
    ) -> Option<Printed<Decimal>> {
        let printed = self.figure(of, price)?;
        let per = self.figure(of, base);
        let per_unit = of.find(base).and_then(|element| element.attribute("unitCode"));
        // For another unit than that of the quantity it says nothing of the amount.
        if per_unit.as_deref().zip(unit).is_some_and(|(per, unit)| per != unit) {
            return None;
        }
        let value = match per.map(|per| per.value) {
            Some(per) if per.is_zero() => return None,
            Some(per) if per != Decimal::ONE => {
                printed.value.checked_div(per)?.round_dp(9).normalize()
            }
            _ => printed.value,
        };
        let value = if value.scale() > 9 { value.round_dp(9).normalize() } else { value };
        parse_decimal(&value.to_string()).ok().map(|value| Printed { value, at: printed.at })
    }

    /// A share printed as a percentage.
    pub(super) fn percent(&mut self, of: Element<'_>, path: &str) -> Option<Printed<Decimal>> {
        let printed = self.figure(of, path)?;
        let hundred = Decimal::from(100);
        if printed.value.is_sign_negative() || printed.value > hundred {
            let typed = printed.value;
            self.found.push(Diagnostic::error("tax-rate", printed.at).with("typed", typed));
            return None;
        }
        Some(Printed { value: (printed.value / hundred).normalize(), at: printed.at })
    }

    /// A day down a path: `2024-10-31`, `2024-10-31+01:00`, `20241031`.
    pub(super) fn day(&mut self, of: Element<'_>, path: &str) -> Option<(Day, Span)> {
        let (text, at) = of.find(path)?.text();
        if text.is_empty() {
            return None;
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        // A week or a month, as `format` says, is no day.
        let format = of.find(path).and_then(|element| element.attribute("format"));
        if format.is_some_and(|format| matches!(format.as_ref(), "616" | "610")) {
            return None;
        }
        // A zone or a time of day may follow.
        let length = if digits { 8 } else { 10 };
        let day = parse_day(text.get(..length).unwrap_or(text));
        if day.is_none() {
            self.found.push(Diagnostic::error("invoice-day", at).with("typed", text));
        }
        day.map(|day| (day.into(), at))
    }

    /// A period of which both ends are printed.
    pub(super) fn period(
        &mut self,
        of: Option<Element<'_>>,
        [from, until]: [&str; 2],
    ) -> Option<Period> {
        let of = of?;
        let (first, last) = (self.day(of, from), self.day(of, until));
        let ((first, from), (last, until)) = (first?, last?);
        if last < first {
            self.found.push(Diagnostic::error("dates-backwards", until).and(from));
            return None;
        }
        Some(Period { first, last })
    }

    /// Charges less allowances in it: each is above zero and says which of them it is.
    pub(super) fn sum_of(
        &mut self,
        adjustments: &[(Element<'_>, &str)],
    ) -> Option<Printed<Amount>> {
        let mut sum: Option<Printed<Amount>> = None;
        for (element, path) in adjustments {
            let Some(amount) = self.needed(*element, path) else { continue };
            let value = if self.is_charge(*element) { amount.value } else { -amount.value };
            let before = sum.map_or(Amount::ZERO, |sum| sum.value);
            sum = Some(Printed { value: before + value, at: sum.map_or(amount.at, |sum| sum.at) });
        }
        sum
    }

    /// True if an allowance or charge is a charge.
    pub(super) fn is_charge(&mut self, of: Element<'_>) -> bool {
        let indicator = of.find("ChargeIndicator/Indicator").or(of.find("ChargeIndicator"));
        let Some(indicator) = indicator else {
            self.missing(of, "ChargeIndicator");
            return false;
        };
        match indicator.text() {
            ("true" | "1", _) => true,
            ("false" | "0", _) => false,
            (typed, at) => {
                self.found.push(Diagnostic::error("xml-charge", at).with("typed", typed));
                false
            }
        }
    }
}

/// A decimal as XML Schema writes it: `+1.5`, `.5` and `5.` too.
fn decimal(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let whole = if digits.starts_with('.') { "0" } else { "" };
    let plain = format!("{sign}{whole}{digits}");
    match parse_decimal(&plain) {
        Ok(value) => Some(value),
        // Prices may be printed as computed.
        Err(DecimalError::TooPrecise) => {
            Decimal::from_str_exact(&plain).ok().filter(|_| !plain.contains(['e', 'E']))
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_as_schemas_write_them() {
        let read = |text| decimal(text).map(|value| value.to_string());
        for (text, value) in [("+1.50", "1.50"), (".5", "0.5"), ("5.", "5"), ("-.25", "-0.25")] {
            assert_eq!(read(text).as_deref(), Some(value));
        }
        assert_eq!(read("4.16666666667").as_deref(), Some("4.16666666667"));
        for text in ["", ".", "1,5", "1 000", "INF", "0x10", "1e-20"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
