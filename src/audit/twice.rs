//! Invoices that came twice, and invoices that another one takes back.

use crate::invoice::Invoice;

/// Invoices that came twice, and invoices that another one takes back.
#[derive(Debug, Default)]
pub struct Sorted {
    /// To be audited.
    pub billed: Vec<Invoice>,
    /// Those that bill once more what another one bills, with that one.
    pub repeated: Vec<(Invoice, Invoice)>,
    /// Pairs of which one takes back the other.
    pub reversed: Vec<(Invoice, Invoice)>,
    /// Copies of the same invoice, under its own number.
    pub copies: Vec<Invoice>,
}

/// Sorts the invoices of one period: reversals cancel first, then what is left may be twice.
#[must_use]
pub fn sort_out(invoices: Vec<Invoice>) -> Sorted {
    let mut sorted = Sorted::default();
    let mut left: Vec<Invoice> = Vec::new();
    for invoice in invoices {
        match left.iter().position(|other| reverses(other, &invoice)) {
            Some(at) => sorted.reversed.push((left.remove(at), invoice)),
            None => left.push(invoice),
        }
    }
    for invoice in left {
        let twin = sorted.billed.iter().find(|other| same_charges(other, &invoice));
        match twin {
            Some(twin) if invoice.number.is_some() && twin.number == invoice.number => {
                sorted.copies.push(invoice);
            }
            Some(twin) => sorted.repeated.push((invoice.clone(), twin.clone())),
            None => sorted.billed.push(invoice),
        }
    }
    sorted
}

/// Names and amounts, in an order of their own.
fn charges(invoice: &Invoice, sign: bool) -> Vec<(String, crate::money::Amount)> {
    let mut charges: Vec<_> = invoice
        .lines
        .iter()
        .map(|line| {
            let amount = line.net().or(line.with_tax()).unwrap_or_default();
            (crate::text::fold(&line.name), if sign { -amount } else { amount })
        })
        .collect();
    charges.sort();
    charges
}

fn same_charges(a: &Invoice, b: &Invoice) -> bool {
    let worth = charges(a, false);
    worth.iter().any(|(_, amount)| !amount.is_zero()) && worth == charges(b, false)
}

fn reverses(a: &Invoice, b: &Invoice) -> bool {
    let worth = charges(a, false);
    worth.iter().any(|(_, amount)| !amount.is_zero()) && worth == charges(b, true)
}
