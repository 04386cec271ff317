//! A minimum for the cycle (保底).

use rust_decimal::Decimal;

use crate::money::Amount;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::PartMonth;
use crate::when::Day;

pub(in crate::tariff) static COMMITMENT: Section = Section {
    name: "commitment",
    about: ["A minimum for the cycle, or for a year.", "保底 (每期或每年)。"],
    keys: &[
        key(
            "minimum",
            Kind::Price,
            Required,
            "the least that the covered lines cost together",
            "最低金额",
        ),
        key(
            "window",
            Kind::Choice(&["cycle", "year"]),
            Optional,
            "what the minimum is for; of a year, the shortfall falls due in the cycle in which it ends; left out, each cycle",
            "保底的周期: 每期 (cycle) 或每年 (year, 差额在年度结束的账期收取); 不写则每期",
        ),
        key(
            "year_from",
            Kind::Date,
            Optional,
            "first day of the first year, for `window = \"year\"`: that of a cycle; what was used of a year before the cycle stands in the roster: kind usage, id `commitment`",
            "首个年度的第一天, 须为账期首日, 用于 `window = \"year\"`; 本期之前的年内用量写在名册中: 类型为用量, 编号为 `commitment`",
        ),
        key(
            "overage",
            Kind::Quantity,
            Optional,
            "factor on what covered lines cost beyond the minimum, such as 1.5; left out, one",
            "超出保底部分的加价倍数, 如 1.5; 不写则为 1",
        ),
        key(
            "penalty",
            Kind::Price,
            Optional,
            "a fixed sum due instead of the shortfall where the lines cost less than the minimum: its line is this sum whatever `tax` says of the minimum, and bears tax as any line; left out, the shortfall itself",
            "未达保底时收取的固定金额, 代替差额: 无论 `tax` 如何约定, 该行即为此金额, 并与其他各行一样计税; 不写则收差额",
        ),
        key(
            "covers",
            Kind::Texts,
            Required,
            "which lines count: `call`, `package`, `seat`, `recurring`, `usage`, or clause names",
            "计入保底的项目: `call`, `package`, `seat`, `recurring`, `usage`, 或条款名",
        ),
        key(
            "mode",
            Kind::Choice(&["floor", "on-top"]),
            fork("floor", &["on-top"]),
            "`floor`: the larger of usage and minimum; `on-top`: minimum plus usage",
            "`floor` 取较大者; `on-top` 叠加",
        ),
        key(
            "tax",
            Kind::Choice(&["before", "after"]),
            fork("before", &["after"]),
            "minimum and usage are sums before or after tax; after tax, the line of the shortfall leaves out the tax that it bears itself",
            "保底与用量按税前或税后口径; 税后口径时差额行为不含税金额, 税额另计",
        ),
        key(
            "counts",
            Kind::Choice(&["after-discount", "before-discount"]),
            fork("after-discount", &["before-discount"]),
            "covered lines count with what they cost after their discounts or before, whether the bill prints these in the lines or as lines of their own; a discount that `covers` names counts by itself; asked where a covered line has a discount",
            "计入保底的各行按折后 (after-discount) 或折前 (before-discount) 金额计, 不论账单将折扣含在行内还是单列; `covers` 点名的折扣按其本身计入; 仅在计入保底的项目有折扣时询问",
        ),
        key(
            "part_month",
            Kind::Choice(&["full", "by-day"]),
            fork("full", &["by-day"]),
            "minimum of a cycle in which the contract holds for some days only: whole, or by days of this cycle; asked where the contract begins or ends within a cycle",
            "合同在账期中间生效或终止时的保底: 全额, 或按当期天数折算; 仅在合同于账期中间生效或终止时询问",
        ),
        key("class", Kind::Text, Optional, "tax class of the shortfall", "差额的税收类别"),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how the shortfall appears on the bill",
            "账单上的名称",
        ),
    ],
};

/// Terms of a minimum.
#[derive(Clone, Debug)]
pub struct CommitmentTerms {
    /// The least the covered lines cost together.
    pub minimum: Amount,
    /// Clauses that count.
    pub covers: Vec<ClauseId>,
    /// First day of the first year, if the minimum is for a year.
    pub year: Option<Day>,
    /// A fixed sum due instead of the shortfall.
    pub penalty: Option<Amount>,
    /// Factor on what goes beyond the minimum.
    pub overage: Decimal,
    /// Minimum plus usage, instead of the larger.
    pub on_top: bool,
    /// Usage measured after tax.
    pub after_tax: bool,
    /// Lines count with what they cost before discounts.
    pub before_discounts: bool,
    /// What is left of the minimum in a cycle of which the contract holds for some days only.
    pub part_month: PartMonth,
}

impl CommitmentTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "commitment.mode" => self.on_top = word == "on-top",
            "commitment.tax" => self.after_tax = word == "after",
            "commitment.counts" => self.before_discounts = word == "before-discount",
            "commitment.part_month" => self.part_month = PartMonth::pick(word),
            _ => return false,
        }
        true
    }
}

impl Parser {
    /// Reads the minimum; `discounts` are taken off these clauses.
    pub(in crate::tariff) fn commitment(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
        discounts: &[(ClauseId, &[ClauseId])],
    ) -> Option<CommitmentTerms> {
        let covers = self.clause_list(table, "covers", "covers-nothing");
        let of_year = table.choice("window").is_some_and(|word| word.value == "year");
        if of_year && !table.has("year_from") {
            let missing = Diagnostic::error("year-from-missing", table.place("window"));
            self.found.push(missing);
        }
        let year = table.date("year_from").filter(|_| of_year).map(|day| Day::from(day.value));
        if let (Some(from), Some((_, cycle))) = (year, self.dates)
            && [from, from.after_months(12)].iter().any(|day| cycle.period_of(*day).first != *day)
        {
            let place = table.place("year_from");
            self.found.push(Diagnostic::error("year-from-within", place).with("day", from));
        }
        if of_year {
            self.unused(table, "mode", "commitment-year");
            self.unused(table, "part_month", "commitment-year");
        } else {
            self.unused(table, "year_from", "commitment-cycle");
        }
        let on_top = !of_year && self.fork(table, "mode", "commitment.mode", Some(id)) == "on-top";
        if on_top {
            self.unused(table, "overage", "commitment-on-top");
            self.unused(table, "penalty", "commitment-on-top");
        }
        let discounted = discounts.iter().any(|(discount, on)| {
            !covers.contains(discount) && on.iter().any(|of| covers.contains(of))
        });
        let counts = if on_top {
            self.unused(table, "counts", "commitment-on-top");
            "after-discount"
        } else if discounted || table.has("counts") {
            self.fork(table, "counts", "commitment.counts", Some(id))
        } else {
            "after-discount"
        };
        let after_tax = self.fork(table, "tax", "commitment.tax", Some(id)) == "after";
        let in_parts = self.dates.is_some_and(|(contract, cycle)| contract.cuts(cycle));
        let part_month = if !of_year && (in_parts || table.has("part_month")) {
            self.fork(table, "part_month", "commitment.part_month", Some(id))
        } else {
            "full"
        };
        Some(CommitmentTerms {
            minimum: Amount::new(table.decimal("minimum")?.value),
            covers,
            year,
            penalty: table.decimal("penalty").map(|sum| Amount::new(sum.value)),
            overage: table.decimal("overage").map_or(Decimal::ONE, |factor| factor.value),
            on_top,
            after_tax,
            before_discounts: counts == "before-discount",
            part_month: PartMonth::pick(part_month),
        })
    }
}
