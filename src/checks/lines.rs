//! Prices that invoice lines print.

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade};
use crate::money::Amount;
use crate::reconcile::{Fact, Row, RowId, RowKind};
use crate::tariff::ClauseId;
use crate::text::fold;

/// A unit price that all lines of a row print, above the contract's.
pub(super) struct PrintedPrice {
    pub(super) clause: ClauseId,
    pub(super) printed: Decimal,
    pub(super) agreed: Decimal,
    /// What it adds to the quantity printed.
    excess: Amount,
}

/// Further values of a finding's sentence.
pub(super) type Facts = Vec<(&'static str, Fact)>;

impl Case<'_> {
    /// Claims what a printed price of a minute adds, where records carry no charges to read it off,
    /// if the check wants it.
    pub(super) fn claim_printed_price(
        &mut self,
        check: &'static Check,
        wanted: impl Fn(&Self, &PrintedPrice) -> Option<Facts>,
    ) {
        let rows: Vec<(RowId, PrintedPrice, Facts)> = self
            .rows()
            .filter(|(_, row)| row.open().is_positive())
            .filter_map(|(id, row)| {
                let price = self.printed_price(row)?;
                let facts = wanted(self, &price)?;
                Some((id, price, facts))
            })
            .collect();
        for (id, price, facts) in rows {
            let row = self.row(id);
            let amount = row.in_terms(price.excess).min(row.open());
            let lines = row.lines.clone();
            self.claim(id, check, amount);
            let mut finding = Finding::new(check, Grade::Proved)
                .claiming(amount, id)
                .counting(u64::try_from(lines.len()).unwrap_or(u64::MAX))
                .with("clause", Fact::Text(self.papers.plan.clause(price.clause).name.clone()))
                .with("used", Fact::Number(price.printed))
                .with("agreed", Fact::Number(price.agreed))
                .showing(Evidence::Clause(price.clause))
                .showing_all(lines.into_iter().map(Evidence::Line));
            finding.facts.extend(facts);
            self.push(finding);
        }
    }

    fn printed_price(&self, row: &Row) -> Option<PrintedPrice> {
        let itemised = row.calls.as_ref().is_some_and(|part| part.itemised.is_some());
        let mut bill = self.bill_lines(row);
        let (Some(line), None) = (bill.next(), bill.next()) else { return None };
        if itemised
            || row.kind != RowKind::Pair
            || line.kind != "call"
            || line.unit != "unit.minute"
        {
            return None;
        }
        let (mut quantity, mut printed) = (Decimal::ZERO, None);
        for at in &row.lines {
            let one = self.line(*at);
            let price = one.price?.value;
            let minutes = one.unit.as_deref().is_none_or(is_minute);
            if !minutes || printed.is_some_and(|known| known != price) {
                return None;
            }
            let count = one.quantity?.value;
            // A price shown with fewer decimals than it was computed with is no other price.
            let amount = one.amount.or(one.gross)?.value;
            if amount != self.to_line(count * price) {
                return None;
            }
            printed = Some(price);
            quantity += count;
        }
        let (printed, agreed) = (printed?, line.price?);
        let excess = self.to_line(quantity * printed) - self.to_line(quantity * agreed);
        let clause = *line.clauses.first()?;
        (printed > agreed).then_some(PrintedPrice { clause, printed, agreed, excess })
    }
}

fn is_minute(unit: &str) -> bool {
    matches!(fold(unit).as_str(), "分钟" | "分" | "min" | "minute" | "minutes")
}
