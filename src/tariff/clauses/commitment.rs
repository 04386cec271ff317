//! A minimum for the cycle (保底).

use crate::money::Amount;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::PartMonth;

pub(in crate::tariff) static COMMITMENT: Section = Section {
    name: "commitment",
    about: ["A minimum for the cycle.", "保底。"],
    keys: &[
        key(
            "minimum",
            Kind::Price,
            Required,
            "the least that the covered lines cost together",
            "最低金额",
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
    /// Minimum plus usage, instead of the larger.
    pub on_top: bool,
    /// Usage measured after tax.
    pub after_tax: bool,
    /// What is left of the minimum in a cycle of which the contract holds for some days only.
    pub part_month: PartMonth,
}

impl CommitmentTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "commitment.mode" => self.on_top = word == "on-top",
            "commitment.tax" => self.after_tax = word == "after",
            "commitment.part_month" => self.part_month = PartMonth::pick(word),
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn commitment(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<CommitmentTerms> {
        let covers = self.clause_list(table, "covers", "covers-nothing");
        let on_top = self.fork(table, "mode", "commitment.mode", Some(id)) == "on-top";
        let after_tax = self.fork(table, "tax", "commitment.tax", Some(id)) == "after";
        let in_parts = self.dates.is_some_and(|(contract, cycle)| contract.cuts(cycle));
        let part_month = if in_parts || table.has("part_month") {
            self.fork(table, "part_month", "commitment.part_month", Some(id))
        } else {
            "full"
        };
        Some(CommitmentTerms {
            minimum: Amount::new(table.decimal("minimum")?.value),
            covers,
            on_top,
            after_tax,
            part_month: PartMonth::pick(part_month),
        })
    }
}
