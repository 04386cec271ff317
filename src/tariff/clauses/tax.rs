//! Value-added tax: dated rates by class.

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Diagnostics, Kind, Need, Section, Span, fork, key};
use crate::tariff::parser::{Parser, patterns};
use crate::tariff::pattern::Pattern;
use crate::when::{Day, Period, Validity};

pub(in crate::tariff) static TAX: Section = Section {
    name: "tax",
    about: ["Value-added tax.", "增值税。"],
    keys: &[
        key(
            "included",
            Kind::Flag,
            fork("false", &["true"]),
            "`true` if the prices of the contract already contain the tax",
            "合同单价是否含税",
        ),
        key(
            "on",
            Kind::Choice(&[
                "line",
                "total",
                "line-unrounded",
                "total-unrounded",
                "line-gross",
                "total-gross",
            ]),
            fork("line", &["total", "line-unrounded", "line-gross"]),
            "tax rounded on each line, or once on the total of each class; of the lines as printed, or `-unrounded` of what they were before rounding, or `-gross`: what they were before rounding is rounded together with its tax, and tax is what that is more than the lines as printed",
            "逐行计税, 或按类合计后计税; 以账单所列金额为基数, 或 (`-unrounded`) 以取整前的金额为基数, 或 (`-gross`) 取整前的金额连税一并取整, 税额为其与账单所列金额之差",
        ),
        key(
            "rates",
            Kind::Tables(&TAX_RATE),
            Required,
            "rates by class, dated",
            "税率表, 按类别与日期",
        ),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how a tax line appears on the bill, if it is a line of its own",
            "税额单列时账单上的名称",
        ),
    ],
};

static TAX_RATE: Section = Section {
    name: "rates",
    about: ["The rate of one class in one span of time.", "某一类别在某段时间的税率。"],
    keys: &[
        key(
            "class",
            Kind::Text,
            Required,
            "the class that clauses name, e.g. `basic-telecom`",
            "类别名, 供条款引用",
        ),
        key("rate", Kind::Percent, Required, "the rate, e.g. `\"9%\"`", "税率, 如 `\"9%\"`"),
        key("from", Kind::Date, Optional, "first day of this rate", "起用日"),
        key("until", Kind::Date, Optional, "last day of this rate, included", "停用日, 含当日"),
    ],
};

/// Value-added tax.
#[derive(Clone, Debug)]
pub struct Tax {
    /// Prices contain it.
    pub included: bool,
    /// Rounded once on each class's total instead of on each line.
    pub on_total: bool,
    /// What it is a share of.
    pub base: TaxBase,
    /// Dated rates.
    pub rates: Vec<TaxRate>,
    /// How a tax line appears on the bill.
    pub invoice: Vec<Pattern>,
    /// Where `[tax]` stands.
    pub at: Span,
}

/// What tax is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxBase {
    /// Lines as printed.
    Printed,
    /// Lines before they are rounded.
    Unrounded,
    /// The same, rounded with its tax: tax is what that is more than the lines as printed.
    Gross,
}

/// One dated rate.
#[derive(Clone, Debug)]
pub struct TaxRate {
    /// The class.
    pub class: String,
    /// 0.09 for 9 %.
    pub rate: Decimal,
    /// When it holds.
    pub valid: Validity,
    /// Where it stands.
    pub at: Span,
}

impl Tax {
    /// The rates of a class that hold on some day of a period.
    pub fn rates_in<'t>(
        &'t self,
        class: Option<&'t str>,
        period: Period,
    ) -> impl Iterator<Item = &'t TaxRate> {
        let class = class.or_else(|| self.only_class());
        self.rates.iter().filter(move |rate| {
            Some(rate.class.as_str()) == class && rate.valid.within(period).is_some()
        })
    }

    /// The rate of a class on a day. A contract with a single class means it for every clause.
    #[must_use]
    pub fn rate(&self, class: Option<&str>, day: Day) -> Option<&TaxRate> {
        let class = class.or_else(|| self.only_class())?;
        self.rates.iter().find(|rate| rate.class == class && rate.valid.contains(day))
    }

    /// The class, if there is only one.
    #[must_use]
    pub fn only_class(&self) -> Option<&str> {
        let first = self.rates.first()?.class.as_str();
        self.rates.iter().all(|rate| rate.class == first).then_some(first)
    }

    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "tax.included" => self.included = word == "true",
            "tax.on" => (self.on_total, self.base) = on(word),
            _ => return false,
        }
        true
    }
}

/// A word of `on`: whether tax is rounded on totals, and what it is a share of.
fn on(word: &str) -> (bool, TaxBase) {
    let base = match word.split_once('-') {
        Some((_, "unrounded")) => TaxBase::Unrounded,
        Some((_, "gross")) => TaxBase::Gross,
        _ => TaxBase::Printed,
    };
    (word.starts_with("total"), base)
}

impl Parser {
    pub(in crate::tariff) fn tax(&mut self, table: &Cursor<'_>) -> Tax {
        let included = match table.flag("included") {
            Some(flag) => flag.value,
            None => {
                if let (false, Some(Need::Fork(fork))) =
                    (table.has("included"), table.key("included").map(|key| key.need))
                {
                    self.open("tax.included", None, table.span(), fork);
                }
                false
            }
        };
        let (on_total, base) =
            if included { on("line") } else { on(self.fork(table, "on", "tax.on", None)) };
        let rates = table.tables("rates");
        let rates = rates
            .iter()
            .filter_map(|rate| {
                let class = rate.text("class")?.value;
                let share = rate.percent("rate")?;
                self.unusual(rate, "rate", share, Decimal::new(30, 2), "help");
                Some(TaxRate { class, rate: share.value, valid: self.dates(rate), at: rate.span() })
            })
            .collect();
        Tax { included, on_total, base, rates, invoice: patterns(table), at: table.span() }
    }
}

/// Two rates of a class on one day.
pub(in crate::tariff) fn rates_overlap(tax: &Tax, found: &mut Diagnostics) {
    for (index, rate) in tax.rates.iter().enumerate() {
        let clash = tax.rates[..index]
            .iter()
            .find(|other| other.class == rate.class && other.valid.meets(rate.valid));
        if let Some(other) = clash {
            found.push(
                Diagnostic::error("tax-rates-overlap", rate.at)
                    .and(other.at)
                    .with("class", &rate.class),
            );
        }
    }
}

/// Days of the contract between two rates of a class, or before its first or after its last: on
/// them lines of the class would bear no tax.
pub(in crate::tariff) fn rate_gaps(tax: &Tax, contract: Validity, found: &mut Diagnostics) {
    for class in known_classes(tax) {
        let mut rates: Vec<_> = tax.rates.iter().filter(|rate| rate.class == class).collect();
        rates.sort_by_key(|rate| rate.valid.from);
        let mut gaps: Vec<(Validity, Span)> = Vec::new();
        for (index, rate) in rates.iter().enumerate() {
            if let (0, Some(first), Some(begin)) = (index, rate.valid.from, contract.from) {
                gaps.push((days(begin, first.previous()), rate.at));
            }
            let next = rates
                .get(index + 1)
                .map_or(contract.until, |next| next.valid.from.map(Day::previous));
            if let (Some(last), Some(next)) = (rate.valid.until, next) {
                gaps.push((days(last.next(), next), rate.at));
            }
        }
        let gap = gaps.into_iter().find(|(gap, _)| gap.from <= gap.until && gap.meets(contract));
        if let Some((gap, at)) = gap {
            found
                .push(Diagnostic::error("tax-rate-gap", at).with("class", class).with("days", gap));
        }
    }
}

fn days(from: Day, until: Day) -> Validity {
    Validity { from: Some(from), until: Some(until) }
}

/// Each class once.
pub(in crate::tariff) fn known_classes(tax: &Tax) -> Vec<&str> {
    let mut classes: Vec<&str> = tax.rates.iter().map(|rate| rate.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}
