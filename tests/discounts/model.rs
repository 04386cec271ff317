//! The same by a model that knows nothing of telbill's ways: every line is cut into what it costs on
//! each day, and each discount is taken off these pieces, one after the other.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{CALL, HEAD, METERING, Papers, fee};

/// The days on which discounts hold: any two of them lie in each other or apart.
const DAYS: [(u32, u32, &str); 4] = [
    (1, 31, ""),
    (1, 15, "valid = { until = 2024-10-15 }"),
    (16, 31, "valid = { from = 2024-10-16 }"),
    (20, 31, "valid = { from = 2024-10-20 }"),
];

const ON: [&[&str]; 4] = [&["F"], &["C"], &["F", "C"], &["F", "G", "C"]];

const PERCENT_OF: [&str; 3] = ["lines", "rest", "sums-first"];

/// What is taken off, in units or percent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Sum,
    Above,
    Own,
    InLine,
}

#[derive(Clone, Debug)]
struct Discount {
    kind: Kind,
    size: u32,
    on: usize,
    days: usize,
    of: usize,
}

impl Discount {
    fn is_sum(&self) -> bool {
        matches!(self.kind, Kind::Sum | Kind::Above)
    }

    /// Contained in the prices, before all others.
    fn in_price(&self) -> bool {
        self.kind == Kind::InLine && self.of == 0
    }

    /// After all sums.
    fn last(&self) -> bool {
        !self.is_sum() && self.of == 2
    }

    fn text(&self, at: usize) -> String {
        let (size, of, days) = (self.size, PERCENT_OF[self.of], DAYS[self.days].2);
        let keys = match self.kind {
            Kind::Sum => format!("amount = {}\nbeyond = \"lost\"", size * 10),
            Kind::Above => format!("above = {}", size * 30),
            Kind::Own => {
                format!("percent = \"{size}%\"\npercent_of = \"{of}\"\ninvoice = \"D{at}\"")
            }
            Kind::InLine => format!("percent = \"{size}%\"\npercent_of = \"{of}\""),
        };
        let part = if days.is_empty() { "" } else { "part_month = \"by-day\"\n" };
        format!("[[discount]]\nname = \"D{at}\"\non = {:?}\n{keys}\n{part}{days}\n", ON[self.on])
    }
}

/// What each piece of a line costs: the line, its day, and that.
fn pieces(fees: [u32; 2], calls: &[u32]) -> Vec<(&'static str, u32, Decimal)> {
    let mut pieces = Vec::new();
    for (name, fee) in ["F", "G"].into_iter().zip(fees) {
        pieces.extend((1..=31).map(|day| (name, day, Decimal::from(fee))));
    }
    pieces.extend(calls.iter().map(|day| ("C", *day, Decimal::from(310))));
    pieces
}

/// The total, and false where something is below zero, so that other ways of sharing a discount out
/// might be meant.
fn expected(fees: [u32; 2], calls: &[u32], discounts: &[Discount]) -> (Decimal, bool) {
    let pieces = pieces(fees, calls);
    let mine = |one: &Discount| -> Vec<usize> {
        let ((first, last, _), on) = (DAYS[one.days], ON[one.on]);
        let is_mine = |at: &usize| {
            let (line, day, _) = pieces[*at];
            on.contains(&line) && (first..=last).contains(&day)
        };
        (0..pieces.len()).filter(is_mine).collect()
    };
    let share = |one: &Discount| Decimal::new(one.size.into(), 2);
    let mut cost: Vec<Decimal> = pieces.iter().map(|(_, _, cost)| *cost).collect();
    for one in discounts.iter().filter(|one| one.in_price()) {
        mine(one).into_iter().for_each(|at| cost[at] *= Decimal::ONE - share(one));
    }
    let others = || discounts.iter().enumerate().filter(|(_, one)| !one.in_price());
    let in_order = others().filter(|(_, one)| !one.last());
    let mut taken: Vec<(bool, usize, BTreeMap<usize, Decimal>)> = Vec::new();
    let mut total: Decimal = cost.iter().sum();
    for (at, one) in in_order.chain(others().filter(|(_, one)| one.last())) {
        let left = |piece: usize| {
            let before = taken.iter().filter(|(sum, other, _)| *sum || *other < at);
            let off: Decimal = before.filter_map(|(_, _, off)| off.get(&piece)).sum();
            cost[piece] - off
        };
        let mine = mine(one);
        let rest: Decimal = mine.iter().map(|piece| left(*piece)).sum();
        let rest = rest.max(Decimal::ZERO);
        let days = DAYS[one.days].1 - DAYS[one.days].0 + 1;
        let of_days = |sum: u32| Decimal::from(sum * days) / Decimal::from(31);
        let whole = !one.is_sum() && one.of == 0;
        let weights: BTreeMap<usize, Decimal> =
            mine.iter().map(|at| (*at, if whole { cost[*at] } else { left(*at) })).collect();
        let weight: Decimal = weights.values().sum();
        let off = match one.kind {
            Kind::Sum => of_days(one.size * 10).min(rest),
            Kind::Above => (rest - of_days(one.size * 30)).max(Decimal::ZERO),
            Kind::Own | Kind::InLine if whole => weight * share(one),
            Kind::Own | Kind::InLine => rest * share(one),
        };
        total -= off;
        let bears =
            |(at, own)| (at, if weight.is_zero() { Decimal::ZERO } else { off * own / weight });
        taken.push((one.is_sum(), at, weights.into_iter().map(bears).collect()));
    }
    let off =
        |piece: usize| taken.iter().filter_map(|(_, _, off)| off.get(&piece)).sum::<Decimal>();
    let clear = (0..pieces.len()).all(|piece| off(piece) <= cost[piece]);
    (total, clear)
}

/// True if one for some days is followed by one for more of them and that by one for fewer: then it
/// depends on the way in which the second is shared out what the third finds.
fn tells_nothing(discounts: &[Discount]) -> bool {
    let order = discounts.iter().filter(|one| !one.in_price() && !one.last());
    let order: Vec<_> = order.chain(discounts.iter().filter(|one| one.last())).collect();
    let days = |one: &Discount| DAYS[one.days].1 - DAYS[one.days].0;
    (0..order.len()).any(|b| {
        order[..b].iter().any(|a| days(a) < days(order[b]))
            && order[b..].iter().any(|c| days(c) < days(order[b]))
    })
}

fn discount() -> impl Strategy<Value = Discount> {
    let kind = prop_oneof![Just(Kind::Sum), Just(Kind::Above), Just(Kind::Own), Just(Kind::InLine)];
    (kind, 1u32..40, 0..ON.len(), 0..DAYS.len(), 0..PERCENT_OF.len())
        .prop_map(|(kind, size, on, days, of)| Discount { kind, size, on, days, of })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn discounts_are_taken_piece_by_piece(
        fees in [1u32..20, 1u32..20],
        calls in proptest::collection::vec(1u32..=31, 0..8),
        discounts in proptest::collection::vec(discount(), 1..5),
    ) {
        let (due, clear) = expected(fees, &calls, &discounts);
        prop_assume!(clear && !tells_nothing(&discounts));
        let head = METERING.replace("{ to = \"0.01\", mode = \"half-up\" }", "\"none\"");
        let mut contract = format!("{HEAD}{head}{CALL}");
        contract += &(fee("F", fees[0] * 31) + &fee("G", fees[1] * 31));
        for (at, discount) in discounts.iter().enumerate() {
            write!(contract, "{}", discount.text(at)).expect("text");
        }
        let days: Vec<String> = calls.iter().map(|day| format!("2024-10-{day:02}")).collect();
        let mut calls: Vec<&str> = days.iter().map(String::as_str).collect();
        // Another month's call, so that there are records.
        calls.push("2024-09-05");
        let audit = Papers { contract: &contract, calls: &calls, ..Papers::default() }.audit();
        let total = audit.bill.total.decimal();
        prop_assert!((total - due).abs() < Decimal::new(1, 6), "{total} {due}\n{contract}");
    }
}
