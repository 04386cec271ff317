//! Where and how money is rounded.

use rust_decimal::Decimal;

use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Need, Section, fork, key};
use crate::tariff::parser::Parser;

pub(in crate::tariff) static ROUNDINGS: Section = Section {
    name: "rounding",
    about: ["Where and how money is rounded.", "金额在哪一步, 如何取整。"],
    keys: &[
        key(
            "increment",
            Kind::Table(&ROUNDING),
            Optional,
            "the price of one block, before it is multiplied by their number; a part of a block is rounded by itself; not in sums of the cycle; left out, nothing is rounded there",
            "每个计费单位的价格, 先取整再乘以个数, 不足一个单位的部分另行取整; 不适用于账期累计; 不写则不取整",
        ),
        key(
            "call",
            Kind::TableOr(&ROUNDING, "none"),
            fork("0.0001 half-up", &["0.01 half-up", "0.01 up"]),
            "each call's charge, of which its fees are whole multiples; `\"none\"` if charges stay as they come out",
            "单次通话金额, 每次的费用须是其整数倍; `\"none\"` 表示不取整",
        ),
        key(
            "line",
            Kind::TableOr(&ROUNDING, "none"),
            fork("0.01 half-up", &["0.01 up", "none"]),
            "each line of the bill; with `\"none\"` only decimals without end are cut, after the ninth, half up",
            "账单每行金额; `\"none\"` 时仅无限小数在第九位后四舍五入",
        ),
        key(
            "tax",
            Kind::Table(&ROUNDING),
            fork("0.01 half-up", &["0.01 up", "0.01 down"]),
            "tax, on each line or total; left out, as each line; asked where tax is added and lines are not rounded",
            "税额, 逐行或合计; 不写则与每行相同; 仅在价外计税且各行不取整时询问",
        ),
        key(
            "invoice",
            Kind::TableOr(&ROUNDING, "none"),
            Optional,
            "the total; left out, the lines simply add up",
            "账单合计; 不写则各行相加",
        ),
    ],
};

/// The words of rounding modes.
const MODES: [&str; 8] =
    ["half-up", "half-down", "half-even", "up", "down", "half-ceiling", "ceiling", "floor"];

pub(super) static ROUNDING: Section = Section {
    name: "rounding",
    about: ["One rounding boundary.", "一处取整。"],
    keys: &[
        key(
            "to",
            Kind::Price,
            Required,
            "the quantum: `\"0.01\"`, `\"0.0001\"`, `\"1\"`, `\"0.05\"`, `\"100\"`",
            "取整到其整数倍: `\"0.01\"`, `\"1\"`, `\"0.05\"`, `\"100\"` 等",
        ),
        key(
            "mode",
            Kind::Choice(&MODES),
            Required,
            "half-up (四舍五入), half-down, half-even, up (away from zero, 进位), down (towards zero, 抹零): negative amounts mirror positive ones; half-ceiling, ceiling, floor: towards the larger or smaller number on both sides of zero, so that -0.5 becomes 0, 0 and -1",
            "half-up 四舍五入, half-down 五舍六入, half-even 四舍六入五成双, up 进位, down 抹零: 负数与正数对称; half-ceiling, ceiling, floor 在零两侧同向 (偏大或偏小), 如 -0.5 分别得 0, 0, -1",
        ),
    ],
};

/// The rounding boundaries; `None` is no rounding.
#[derive(Clone, Copy, Debug)]
pub struct Roundings {
    /// The price of one block.
    pub increment: Option<Rounding>,
    /// One call.
    pub call: Option<Rounding>,
    /// One line.
    pub line: Option<Rounding>,
    /// Tax, if it is not rounded as lines are.
    pub tax: Option<Rounding>,
    /// The total.
    pub invoice: Option<Rounding>,
}

impl Roundings {
    /// How tax is rounded: by its own boundary, else as lines are. A contract that leaves both open
    /// was asked for the first.
    #[must_use]
    pub fn of_tax(&self) -> Rounding {
        self.tax.or(self.line).unwrap_or(Rounding::new(2, RoundingMode::HalfUp))
    }

    /// The tax on a sum at a rate.
    #[must_use]
    pub fn tax_on(&self, net: Amount, rate: Decimal) -> Amount {
        Exact::amount(net).times(rate).round(Some(self.of_tax()))
    }

    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "rounding.call" => self.call = pick::rounding(word),
            "rounding.line" => self.line = pick::rounding(word),
            "rounding.tax" => self.tax = pick::rounding(word),
            _ => return false,
        }
        true
    }
}

/// The words of a rounding as values.
pub mod pick {
    use crate::money::{Rounding, RoundingMode, parse_decimal};

    /// `"0.01 half-up"` as a rounding boundary; `"none"` as none.
    #[must_use]
    pub fn rounding(words: &str) -> Option<Rounding> {
        let (quantum, mode) = words.split_once(' ')?;
        Rounding::to(parse_decimal(quantum).ok()?, rounding_mode(mode))
    }

    /// A rounding mode's word.
    #[must_use]
    pub fn rounding_mode(word: &str) -> RoundingMode {
        match word {
            "half-down" => RoundingMode::HalfDown,
            "half-even" => RoundingMode::HalfEven,
            "half-ceiling" => RoundingMode::HalfCeiling,
            "ceiling" => RoundingMode::Ceiling,
            "floor" => RoundingMode::Floor,
            "up" => RoundingMode::Up,
            "down" => RoundingMode::Down,
            _ => RoundingMode::HalfUp,
        }
    }
}

impl Parser {
    pub(in crate::tariff) fn roundings(&mut self, root: &Cursor<'_>) -> Roundings {
        let table = root.table("rounding");
        // Without [rounding] the warning stands at the contract's head.
        let head = root.table("contract").map_or(root.span(), |head| head.span());
        let rounds_calls = !root.tables("call").is_empty()
            || root.tables("package").iter().any(|package| package.has("overage"));
        let tax = root.table("tax");
        let adds_tax = tax.is_some_and(|tax| tax.flag("included").is_none_or(|flag| !flag.value));
        let mut boundary = |name: &'static str, key: &'static str, arises: bool| {
            if let Some(table) = table.filter(|table| table.has(name)) {
                return self.rounding(&table, name);
            }
            let Some(Need::Fork(fork)) = ROUNDINGS.key(name).map(|key| key.need) else {
                return None;
            };
            if !arises {
                return None;
            }
            let at = table.map_or(head, |table| table.span());
            self.open(key, None, at, fork);
            pick::rounding(fork.assumed)
        };
        let increment = boundary("increment", "rounding.increment", false);
        // A contract without call prices has no call to round.
        let call = boundary("call", "rounding.call", rounds_calls);
        let line = boundary("line", "rounding.line", true);
        // Rounded lines say how tax on them is rounded.
        let tax = boundary("tax", "rounding.tax", adds_tax && line.is_none());
        let invoice = boundary("invoice", "rounding.invoice", false);
        Roundings { increment, call, line, tax, invoice }
    }

    /// One boundary; `None` for none, and for one that is wrong.
    pub(super) fn rounding(&mut self, table: &Cursor<'_>, name: &str) -> Option<Rounding> {
        let boundary = table.table(name)?;
        let (quantum, mode) = (boundary.decimal("to")?, boundary.choice("mode")?);
        let rounding = Rounding::to(quantum.value, pick::rounding_mode(mode.value));
        if rounding.is_none() {
            self.found.push(
                Diagnostic::error("rounding-quantum", quantum.span).with("typed", quantum.value),
            );
        }
        rounding
    }
}
