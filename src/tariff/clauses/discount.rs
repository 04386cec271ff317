//! A reduction.

use rust_decimal::Decimal;

use crate::money::Amount;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::PartMonth;
use crate::tariff::valid::VALID;
use crate::when::Validity;

pub(in crate::tariff) static DISCOUNT: Section = Section {
    name: "discount",
    about: [
        "A reduction. A `percent` without `invoice` is contained in the lines already; with `invoice` it is a line of its own, and so are an `amount` and what goes `above` a limit, unless they are spread over the lines. Discounts with lines of their own, and sums, are taken one after the other in the order in which they are written.",
        "折扣。写了 `invoice` 则单列; 未写时, 按比例 (`percent`) 的已含在各行金额中, 固定金额 (`amount`) 与封顶 (`above`) 的仍单列, 除非分摊到各行 (`spread`)。单列的折扣与固定金额按书写先后依次减免。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "percent",
            Kind::Percent,
            Optional,
            "share taken off; or `amount`, or `above`",
            "折扣比例; 或写 `amount`, `above`",
        ),
        key(
            "amount",
            Kind::Price,
            Optional,
            "sum taken off each cycle; or `percent`, or `above`",
            "每期减免金额; 或写 `percent`, `above`",
        ),
        key(
            "above",
            Kind::Price,
            Optional,
            "the most that the lines cost together each cycle: what goes above it is taken off; or `percent`, or `amount`",
            "各行每期合计的封顶金额, 超出部分减免; 或写 `percent`, `amount`",
        ),
        key(
            "calls_to",
            Kind::Choice(&["most-called"]),
            Optional,
            "`most-called`: a `percent` of what answered calls cost to the one number that most answered calls of the cycle went to, before packages; always a line of its own; left out, of all calls",
            "`most-called`: 只减免账期内接通次数最多的那一个被叫号码的通话费 (套餐之前), 总是单列; 不写则为全部通话",
        ),
        key(
            "tie",
            Kind::Choice(&["highest-number", "lowest-number"]),
            fork("highest-number", &["lowest-number"]),
            "of numbers called equally often: the highest or the lowest; asked with `calls_to`",
            "接通次数相同时取号码最大或最小者; 写了 `calls_to` 时询问",
        ),
        key(
            "percent_of",
            Kind::Choice(&["lines", "rest", "sums-first"]),
            fork("lines", &["rest", "sums-first"]),
            "what a `percent` is a share of: what the lines cost (one that they contain is then in their prices, before any sum); what is left of that after the discounts written before it (`rest`); the same, but all sums are taken off first, wherever they are written (`sums-first`). A sum is an `amount`, or what goes `above`; asked where one bears on the same lines, or a discount before it on the same lines has a line of its own",
            "折扣比例 (`percent`) 的基数: 各行金额 (lines, 含在行内的折扣即在单价之中, 先于一切固定减免); 书写在前的折扣减免后的余额 (rest); 同上, 但不论书写先后, 固定减免均先行扣除 (sums-first)。固定减免指 `amount` 与 `above`; 仅在相同各行另有固定减免, 或此前另有单列的折扣时询问",
        ),
        key(
            "beyond",
            Kind::Choice(&["lost", "credited"]),
            fork("lost", &["credited"]),
            "what is left of an `amount` that is larger than what it is taken off: lost, or credited all the same; asked of an `amount`",
            "减免金额超过适用项目金额时, 超出部分: 作废 (lost) 或照减 (credited); 仅就 `amount` 询问",
        ),
        key(
            "spread",
            Kind::Flag,
            Optional,
            "`true`: an `amount`, or what goes `above`, is spread over the lines in proportion to them, to the quantum of lines, the largest remainders first; left out, a line of its own",
            "`true`: 将 `amount` 或 `above` 的减免按各行金额比例分摊到各行, 取整到行的取整单位, 尾差按最大余数分配; 不写则单列",
        ),
        key(
            "on",
            Kind::Texts,
            Required,
            "what it is taken off: kinds or clause names",
            "适用项目: `call`, `seat` 等种类, 或条款名",
        ),
        key(
            "part_month",
            Kind::Choice(&["full", "by-day"]),
            fork("by-day", &["full"]),
            "what it takes off in a cycle of which it holds for some days only: `full`, as if it held for the whole cycle; `by-day`, by its days among those of the fee, and for calls and one-time fees off those of its days alone; a sum or a limit by its days among those of the cycle, taken off or held against what is due on these days alone; asked where a date falls within a cycle",
            "折扣仅在账期中部分日期有效时的减免: `full` 视同整期有效; `by-day` 按其有效天数占费用天数折算, 通话与一次性费用只减有效日内的; 固定金额与封顶金额按有效天数占账期天数折算, 且只对有效日内的应付金额减免; 仅在有日期落在账期中间时询问",
        ),
        key(
            "tax",
            Kind::Choice(&["before", "after"]),
            fork("before", &["after"]),
            "taken off before tax, so that its line bears tax as the others do; or after tax: off what its lines come to with tax, after all discounts before tax and the minimum, and without tax of its own. Asked of a line of its own without a `class`, where tax is added on top",
            "在税前减免 (before), 该行与其他各行一样计税; 或在税后减免 (after): 从各行价税合计中减除, 排在税前折扣与保底之后, 本身不计税。仅就单列且未写 `class` 的折扣, 在价外计税时询问",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how it appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
    ],
};

/// Terms of a discount.
#[derive(Clone, Debug)]
pub struct DiscountTerms {
    /// What is taken off.
    pub reduction: Reduction,
    /// Off which clauses.
    pub on: Vec<ClauseId>,
    /// A line of its own on the bill, if it is a share.
    pub own_line: bool,
    /// Only for calls to the number called most; what decides among several.
    pub most_called: Option<Tie>,
    /// What a share is a share of.
    pub percent_of: PercentOf,
    /// What is left of a sum larger than what it is taken off is credited all the same.
    pub credits_rest: bool,
    /// A sum is spread over the lines.
    pub spread: bool,
    /// Taken off what is to be paid with tax.
    pub after_tax: bool,
    /// What it takes off in a cycle of which it holds for some days only.
    pub part_month: PartMonth,
}

impl DiscountTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "discount.part_month" => self.part_month = PartMonth::pick(word),
            "discount.tie" => self.most_called = Some(Tie::pick(word)),
            "discount.percent_of" => self.percent_of = PercentOf::pick(word),
            "discount.tax" => self.after_tax = word == "after",
            "discount.beyond" => self.credits_rest = word == "credited",
            _ => return false,
        }
        true
    }

    /// True if the prices of lines contain it.
    #[must_use]
    pub fn in_price(&self) -> bool {
        self.percent_of == PercentOf::Lines && self.in_lines() && !self.spread
    }

    /// True if it has no line of its own.
    #[must_use]
    pub fn in_lines(&self) -> bool {
        match self.reduction {
            Reduction::Percent(_) => !self.own_line,
            Reduction::Sum(_) | Reduction::Above(_) => self.spread,
        }
    }
}

/// What a share is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentOf {
    /// What the lines cost.
    Lines,
    /// What discounts written before it left of that.
    Rest,
    /// What these and all sums left.
    SumsFirst,
}

impl PercentOf {
    fn pick(word: &str) -> Self {
        match word {
            "rest" => Self::Rest,
            "sums-first" => Self::SumsFirst,
            _ => Self::Lines,
        }
    }
}

/// Which of several numbers called equally often is the one called most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

impl Tie {
    fn pick(word: &str) -> Self {
        if word == "lowest-number" { Self::Lowest } else { Self::Highest }
    }
}

/// What other discounts are taken off, and whether tax is added on top.
#[derive(Debug, Default)]
pub(in crate::tariff) struct OtherDiscounts {
    /// The contract's prices leave out tax.
    pub(in crate::tariff) adds_tax: bool,
    /// Sums and limits, wherever they are written.
    pub(in crate::tariff) sums: Vec<Vec<ClauseId>>,
    /// Those written before that have lines of their own.
    pub(in crate::tariff) before: Vec<Vec<ClauseId>>,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug)]
pub enum Reduction {
    /// A share.
    Percent(Decimal),
    /// A sum each cycle.
    Sum(Amount),
    /// What goes above a sum each cycle.
    Above(Amount),
}

impl Parser {
    /// Reads a discount; `held` are the days of the clauses that it may be taken off, `others` what
    /// those discounts are taken off that decide what it is a share of.
    pub(in crate::tariff) fn discount(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
        held: &[Validity],
        others: &OtherDiscounts,
    ) -> Option<DiscountTerms> {
        let (share, sum) = (table.percent("percent"), table.decimal("amount"));
        let reduction = match (share, sum, table.decimal("above")) {
            (Some(share), None, None) if share.value <= Decimal::ONE => {
                Reduction::Percent(share.value)
            }
            (Some(share), None, None) => {
                self.found.push(Diagnostic::error("discount-whole", share.span));
                return None;
            }
            (None, Some(sum), None) => Reduction::Sum(Amount::new(sum.value)),
            (None, None, Some(sum)) => Reduction::Above(Amount::new(sum.value)),
            _ => {
                let given = ["percent", "amount", "above"].map(|key| table.has(key));
                if given.into_iter().filter(|given| *given).count() != 1 {
                    self.found.push(Diagnostic::error("discount-one", table.span()));
                }
                return None;
            }
        };
        let beyond = if matches!(reduction, Reduction::Sum(_)) {
            self.fork(table, "beyond", "discount.beyond", Some(id))
        } else {
            self.unused(table, "beyond", "discount-sum");
            "lost"
        };
        let spread = table.flag("spread").is_some_and(|flag| flag.value);
        if spread {
            let why = "discount-spread";
            self.unused(table, "invoice", why);
        }
        if matches!(reduction, Reduction::Percent(_)) {
            self.unused(table, "spread", "discount-sum");
        }
        let on = self.clause_list(table, "on", "discount-nothing");
        if let Some(share) = table.percent("percent") {
            self.unusual(table, "percent", share, Decimal::new(5, 1), "help-discount");
        }
        let share = matches!(reduction, Reduction::Percent(_));
        let most_called = if share && table.choice("calls_to").is_some() {
            Some(Tie::pick(self.fork(table, "tie", "discount.tie", Some(id))))
        } else {
            self.unused(table, "calls_to", "discount-percent");
            self.unused(table, "tie", "discount-percent");
            None
        };
        let own_line = table.has("invoice") || most_called.is_some();
        let bears = |list: &[Vec<ClauseId>]| list.iter().flatten().any(|of| on.contains(of));
        let arises = bears(&others.sums) || (own_line && bears(&others.before));
        let in_lines = spread || (share && !own_line);
        let tax = if in_lines || !others.adds_tax {
            self.unused(table, "tax", if in_lines { "discount-in-lines" } else { "discount-tax" });
            "before"
        } else if table.has("class") && !table.has("tax") {
            "before"
        } else {
            self.fork(table, "tax", "discount.tax", Some(id))
        };
        if tax == "after" {
            self.unused(table, "class", "discount-after-tax");
        }
        let of_lines = share && most_called.is_none();
        let percent_of = if of_lines && (arises || table.has("percent_of")) {
            self.fork(table, "percent_of", "discount.percent_of", Some(id))
        } else {
            self.unused(table, "percent_of", "discount-share");
            "lines"
        };
        let in_parts = match reduction {
            Reduction::Percent(_) => {
                let covered = on.iter().filter_map(|of| held.get(of.index()));
                covered.into_iter().any(|days| self.begins_or_ends_within(table, *days))
            }
            Reduction::Sum(_) | Reduction::Above(_) => self.held_in_parts(table),
        };
        let part_month = if in_parts || table.has("part_month") {
            self.fork(table, "part_month", "discount.part_month", Some(id))
        } else {
            "full"
        };
        Some(DiscountTerms {
            reduction,
            on,
            own_line,
            most_called,
            percent_of: PercentOf::pick(percent_of),
            credits_rest: beyond == "credited",
            spread: spread && !matches!(reduction, Reduction::Percent(_)),
            after_tax: tax == "after",
            part_month: PartMonth::pick(part_month),
        })
    }
}
