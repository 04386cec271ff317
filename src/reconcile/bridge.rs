//! The bridge: billed − expected = named causes + remainder, by line and in total.

use std::collections::BTreeMap;

use super::ledger::{Claim, Ledger, RowId, RowKind};
use crate::money::Amount;

/// One line of the bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeLine {
    /// The ledger's row.
    pub row: RowId,
    /// What it is about.
    pub kind: RowKind,
    /// Its name; empty for tax, total and opening balance, which the language names.
    pub name: String,
    /// Billed.
    pub billed: Amount,
    /// Expected.
    pub expected: Amount,
    /// Causes, dearest first.
    pub causes: Vec<Claim>,
    /// What no cause explains.
    pub remainder: Amount,
}

impl BridgeLine {
    /// Billed less expected.
    #[must_use]
    pub fn difference(&self) -> Amount {
        self.billed - self.expected
    }
}

/// The whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Billed.
    pub billed: Amount,
    /// Expected.
    pub expected: Amount,
    /// Causes over all lines, dearest first.
    pub causes: Vec<Claim>,
    /// What no cause explains.
    pub remainder: Amount,
    /// By line.
    pub lines: Vec<BridgeLine>,
}

impl Bridge {
    /// Builds the bridge and proves that it adds up. `expected` and `billed` are the totals as the
    /// bill and the invoices state them, where they do.
    ///
    /// # Panics
    /// If it does not: then the program is wrong, and must not state a figure.
    #[must_use]
    pub fn build(ledger: &Ledger, billed: Option<Amount>, expected: Amount) -> Self {
        let lines: Vec<BridgeLine> = ledger
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| BridgeLine {
                row: RowId(index),
                kind: row.kind,
                name: row.name.clone(),
                billed: row.billed,
                expected: row.expected,
                causes: dearest_first(row.claims.clone()),
                remainder: row.open(),
            })
            .collect();
        let mut sums: BTreeMap<&'static str, Amount> = BTreeMap::new();
        for claim in lines.iter().flat_map(|line| &line.causes) {
            *sums.entry(claim.code).or_default() += claim.amount;
        }
        let bridge = Self {
            billed: lines.iter().map(|line| line.billed).sum(),
            expected: lines.iter().map(|line| line.expected).sum(),
            causes: dearest_first(
                sums.into_iter().map(|(code, amount)| Claim { code, amount }).collect(),
            ),
            remainder: lines.iter().map(|line| line.remainder).sum(),
            lines,
        };
        bridge.assert_adds_up(billed, expected);
        bridge
    }

    /// Billed less expected.
    #[must_use]
    pub fn difference(&self) -> Amount {
        self.billed - self.expected
    }

    fn assert_adds_up(&self, billed: Option<Amount>, expected: Amount) {
        let adds_up = |difference: Amount, causes: &[Claim], remainder: Amount| {
            difference == causes.iter().map(|claim| claim.amount).sum::<Amount>() + remainder
        };
        for line in &self.lines {
            assert!(
                adds_up(line.difference(), &line.causes, line.remainder),
                "the causes of `{}` do not add up to its difference",
                line.name
            );
        }
        assert!(
            adds_up(self.difference(), &self.causes, self.remainder),
            "the causes do not add up to the difference"
        );
        assert_eq!(self.expected, expected, "the expected lines do not add up to the bill");
        if let Some(billed) = billed {
            assert_eq!(self.billed, billed, "the billed lines do not add up to the invoices");
        }
    }
}

/// By size; of equals by code, so that the order is the same in every run.
fn dearest_first(mut causes: Vec<Claim>) -> Vec<Claim> {
    causes.retain(|claim| !claim.amount.is_zero());
    causes.sort_by_key(|claim| (std::cmp::Reverse(claim.amount.abs()), claim.code));
    causes
}
