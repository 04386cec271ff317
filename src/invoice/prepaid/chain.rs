//! A prepaid balance row by row: balance before, less or plus what the row moves, is the balance
//! after. Which rows add and which take off, and whether the newest row is the first or the last, is
//! told by the balances themselves; words decide only where these are silent.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::money::Amount;
use crate::source::Span;
use crate::when::Day;

/// A row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Its account and its type, by index.
    pub(super) account: usize,
    pub(super) kind: usize,
    /// As printed, with whatever sign.
    pub(super) amount: Amount,
    /// After it.
    pub(super) balance: Option<Amount>,
    pub(super) day: Option<Day>,
    pub(super) at: Span,
    pub(super) balance_at: Span,
}

/// What the name of a type says that its rows do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// Money comes in.
    In,
    /// A charge is taken back.
    Back,
    /// Nothing, or a charge.
    Out,
    /// Nothing at all, for want of a name: each row's own balance tells.
    Unsaid,
    /// Money is set aside: balances tell whether they count it.
    Held,
    /// What was set aside is free again.
    Freed,
}

/// A balance that does not follow from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Break {
    pub(super) at: Span,
    pub(super) printed: Amount,
    pub(super) sum: Amount,
}

/// Rows in their order, with what each moves.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// Above zero if the balance grows, in the order in which it happened.
    pub(super) moves: Vec<(Entry, Amount)>,
    /// Balance before the first row and after the last, of all accounts, and where they stand.
    pub(super) opening: Option<(Amount, Span)>,
    pub(super) closing: Option<(Amount, Span)>,
    pub(super) breaks: Vec<Break>,
    /// Rows whose balance could be followed.
    pub(super) followed: usize,
    /// Balances are printed with fewer decimals than amounts: they may be off by so much.
    pub(super) cut: Amount,
}

/// How often amounts of a type were seen to add and to take off.
type Votes = BTreeMap<usize, [usize; 2]>;

impl Chain {
    /// Follows the rows, which are in the order of the file.
    pub(super) fn of(mut entries: Vec<Entry>, says: &[Says]) -> Self {
        let cut = cut(&entries);
        let forward = votes(&entries, cut);
        entries.reverse();
        let backward = votes(&entries, cut);
        let score =
            |votes: &Votes| votes.values().filter_map(|vote| vote.iter().max()).sum::<usize>();
        // Where balances do not tell, days do.
        let newest_first = match score(&forward).cmp(&score(&backward)) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            std::cmp::Ordering::Equal => {
                let days = || entries.iter().filter_map(|entry| entry.day);
                days().next() < days().next_back()
            }
        };
        let votes = if newest_first { backward } else { forward };
        if !newest_first {
            entries.reverse();
        }
        let adds: Vec<bool> =
            (0..says.len()).map(|kind| adds(kind, says[kind], &votes, &entries)).collect();
        let counts_holds = counts_holds(&entries, says);
        let mut chain = Self { cut, ..Self::default() };
        let mut running: BTreeMap<usize, Amount> = BTreeMap::new();
        let mut first: BTreeMap<usize, Amount> = BTreeMap::new();
        for entry in entries {
            let before = running.get(&entry.account).copied();
            let by_type = if adds[entry.kind] { entry.amount } else { -entry.amount };
            let by_balance = before.zip(entry.balance).map(|(before, after)| after - before);
            let fits = |moved: &Amount| (moved.abs() - entry.amount.abs()).abs() <= cut;
            let moved = match says[entry.kind] {
                Says::Unsaid => by_balance.filter(fits).map_or(by_type, |moved| {
                    if moved.is_positive() { entry.amount.abs() } else { -entry.amount.abs() }
                }),
                Says::Held | Says::Freed => match by_balance {
                    Some(moved) => Some(moved).filter(fits).unwrap_or_default(),
                    // The first row is like the others.
                    None if counts_holds && says[entry.kind] == Says::Held => -entry.amount.abs(),
                    None if counts_holds => entry.amount.abs(),
                    None => Amount::ZERO,
                },
                Says::In | Says::Back | Says::Out => by_type,
            };
            chain.moves.push((entry, moved));
            let Some(printed) = entry.balance else {
                // Before the first balance it is counted back.
                let started = before.unwrap_or_default();
                running.insert(entry.account, started + moved);
                continue;
            };
            chain.closing = Some((Amount::ZERO, entry.balance_at));
            chain.opening = chain.opening.or(Some((Amount::ZERO, entry.balance_at)));
            match first.contains_key(&entry.account) {
                false => {
                    let moved_so_far = before.unwrap_or_default() + moved;
                    first.insert(entry.account, printed - moved_so_far);
                }
                true => {
                    chain.followed += 1;
                    let sum = before.unwrap_or_default() + moved;
                    if (sum - printed).abs() > cut {
                        chain.breaks.push(Break { at: entry.balance_at, printed, sum });
                    }
                }
            }
            running.insert(entry.account, printed);
        }
        // Of accounts without a balance nothing is known.
        let known = |sums: &BTreeMap<usize, Amount>| -> Amount {
            sums.iter().filter(|(one, _)| first.contains_key(one)).map(|(_, sum)| *sum).sum()
        };
        let (opening, closing) = (known(&first), known(&running));
        chain.opening = chain.opening.map(|(_, at)| (opening, at));
        chain.closing = chain.closing.map(|(_, at)| (closing, at));
        chain
    }

    /// True if balances follow from amounts at all: a filtered export's do not.
    pub(super) fn holds(&self) -> bool {
        self.breaks.len() <= 3 || self.breaks.len() * 5 <= self.followed
    }
}

/// What balances hide of amounts that have more decimals.
fn cut(entries: &[Entry]) -> Amount {
    let scale = |amount: Amount| amount.decimal().normalize().scale();
    let amounts = entries.iter().map(|entry| scale(entry.amount)).max().unwrap_or_default();
    let balances = entries.iter().filter_map(|entry| entry.balance).map(scale);
    let balances = balances.max().unwrap_or_default();
    if amounts > balances { Amount::new(Decimal::new(1, balances)) } else { Amount::ZERO }
}

/// How often the balance moved by the amount, up and down, by type.
fn votes(entries: &[Entry], cut: Amount) -> Votes {
    let mut votes = Votes::new();
    let mut last: BTreeMap<usize, Amount> = BTreeMap::new();
    for entry in entries {
        let before = match entry.balance {
            Some(balance) => last.insert(entry.account, balance),
            None => {
                last.remove(&entry.account);
                None
            }
        };
        let (Some(before), Some(after)) = (before, entry.balance) else { continue };
        let moved = after - before;
        let [up, down] = [(moved - entry.amount).abs(), (moved + entry.amount).abs()];
        if up != down && up.min(down) <= cut {
            votes.entry(entry.kind).or_default()[usize::from(down < up)] += 1;
        }
    }
    votes
}

/// True if balances go down by what is set aside.
fn counts_holds(entries: &[Entry], says: &[Says]) -> bool {
    let mut last: BTreeMap<usize, Amount> = BTreeMap::new();
    entries.iter().any(|entry| {
        let before = entry.balance.and_then(|balance| last.insert(entry.account, balance));
        let is_hold = matches!(says[entry.kind], Says::Held | Says::Freed);
        let moved = before.zip(entry.balance).map(|(before, after)| (after - before).abs());
        is_hold && !entry.amount.is_zero() && moved == Some(entry.amount.abs())
    })
}

/// True if amounts of a type, as they are printed, add to the balance.
fn adds(kind: usize, says: Says, votes: &Votes, entries: &[Entry]) -> bool {
    let [up, down] = votes.get(&kind).copied().unwrap_or_default();
    if up != down {
        return up > down;
    }
    let sum: Amount =
        entries.iter().filter(|entry| entry.kind == kind).map(|entry| entry.amount).sum();
    // Amounts below zero with a name of a charge take off already.
    let takes_off = matches!(says, Says::Out | Says::Unsaid);
    takes_off == sum.is_negative()
}

/// Sums by type, the largest first, each with the place of its first row.
pub(super) fn by_kind<'m>(
    moves: impl Iterator<Item = &'m (Entry, Amount)>,
    kinds: usize,
) -> Vec<(usize, Amount, Span)> {
    let mut sums: Vec<Option<(usize, Amount, Span)>> = vec![None; kinds];
    for (entry, moved) in moves {
        if let Some(sum) = sums.get_mut(entry.kind) {
            let (_, so_far, at) = sum.unwrap_or((entry.kind, Amount::ZERO, entry.at));
            *sum = Some((entry.kind, so_far + *moved, at));
        }
    }
    let mut sums: Vec<(usize, Amount, Span)> = sums.into_iter().flatten().collect();
    sums.sort_by_key(|(kind, sum, _)| (Reverse(sum.abs()), *kind));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;
    use crate::source::SourceMap;

    fn amount(text: &str) -> Amount {
        Amount::new(parse_decimal(text).expect("a number"))
    }

    /// Rows as `kind amount balance`, each at a place of its own.
    fn chain(rows: &[(usize, &str, &str)], says: &[Says]) -> Chain {
        let file = SourceMap::default().add("", "");
        let entries = rows.iter().zip(0u32..).map(|((kind, sum, balance), row)| {
            let at = Span { file, start: row, end: row };
            let balance = (!balance.is_empty()).then(|| amount(balance));
            let sum = amount(sum);
            Entry { account: 0, kind: *kind, amount: sum, balance, day: None, at, balance_at: at }
        });
        Chain::of(entries.collect(), says)
    }

    fn shown(chain: &Chain) -> (Vec<String>, Option<String>, Option<String>, Vec<u32>) {
        let text = |one: &Option<(Amount, Span)>| one.map(|(sum, _)| sum.to_string());
        let moves = chain.moves.iter().map(|(_, moved)| moved.to_string()).collect();
        let breaks = chain.breaks.iter().map(|one| one.at.start).collect();
        (moves, text(&chain.opening), text(&chain.closing), breaks)
    }

    #[test]
    fn balances_tell_what_adds_and_what_comes_first() {
        let says = [Says::Out, Says::In];
        let rows =
            [(0, "0.24", "9.76"), (1, "5", "14.76"), (0, "0.12", "14.64"), (0, "1.00", "13.64")];
        let moves = ["-0.24", "5.00", "-0.12", "-1.00"].map(str::to_owned).to_vec();
        let expected = (moves, Some("10.00".to_owned()), Some("13.64".to_owned()), Vec::new());
        assert_eq!(shown(&chain(&rows, &says)), expected);
        // The newest row first; charges below zero; words that say nothing.
        let mut newest_first = rows;
        newest_first.reverse();
        assert_eq!(shown(&chain(&newest_first, &says)), expected);
        let signed = rows.map(|(kind, sum, balance)| match kind {
            0 => (0, ["-", sum].concat(), balance),
            _ => (1, sum.to_owned(), balance),
        });
        let signed = signed.each_ref().map(|(kind, sum, balance)| (*kind, sum.as_str(), *balance));
        assert_eq!(shown(&chain(&signed, &[Says::Out, Says::Out])), expected);
    }

    #[test]
    fn a_break_is_at_its_row() {
        let rows = [(0, "1", "9"), (0, "1", "8"), (0, "1", "6.50"), (0, "1", "5.50")];
        let chain = chain(&rows, &[Says::Out]);
        let (_, opening, closing, breaks) = shown(&chain);
        assert_eq!((opening.as_deref(), closing.as_deref()), (Some("10.00"), Some("5.50")));
        assert_eq!(breaks, [2]);
        assert_eq!((chain.breaks[0].printed, chain.breaks[0].sum), (amount("6.50"), amount("7")));
        assert!(chain.holds());
    }

    #[test]
    fn balances_may_have_fewer_decimals_than_amounts_and_gaps() {
        let rows = [(0, "0.0045", "10.00"), (0, "0.0045", "9.99"), (0, "0.0045", "9.99")];
        assert!(chain(&rows, &[Says::Out]).breaks.is_empty());
        let rows = [(0, "1", "9"), (0, "1", ""), (0, "1", "7"), (0, "1", "6")];
        assert!(chain(&rows, &[Says::Out]).breaks.is_empty());
        // Every other row is not in the export.
        let rows: Vec<(usize, &str, &str)> =
            ["9", "7", "5", "3", "1", "0"].map(|balance| (0, "1", balance)).to_vec();
        assert!(!chain(&rows, &[Says::Out]).holds());
    }
}
