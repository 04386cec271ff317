//! A price that falls with the volume of the cycle.

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;

pub(in crate::tariff) static TIERS: Section = Section {
    name: "tiers",
    about: [
        "Price steps by billed minutes of the clause in the cycle.",
        "按账期内计费分钟数的阶梯。",
    ],
    keys: &[
        key(
            "mode",
            Kind::Choice(&["graduated", "volume"]),
            fork("graduated", &["volume"]),
            "`graduated`: each minute at its own step; `volume`: all minutes at the step reached",
            "`graduated` 分段计价; `volume` 全量按所达档计价",
        ),
        key(
            "scope",
            Kind::Choice(&["pool", "number"]),
            fork("pool", &["number"]),
            "steps counted over all calls of the clause together, or by each calling number",
            "按条款下全部通话合计分档, 或按每个主叫号码分档",
        ),
        key(
            "steps",
            Kind::Tables(&STEP),
            Required,
            "steps from the first minute up; the last has no `up_to`",
            "各档, 最后一档不写 `up_to`",
        ),
    ],
};

static STEP: Section = Section {
    name: "steps",
    about: ["One step.", "一档。"],
    keys: &[
        key(
            "up_to",
            Kind::Quantity,
            Optional,
            "minutes up to which it holds, included",
            "上限分钟数, 含",
        ),
        key("price", Kind::Price, Required, "price of one `per`", "单价"),
    ],
};

/// Price steps.
#[derive(Clone, Debug)]
pub struct Tiers {
    /// All minutes at the step reached, instead of each at its own.
    pub volume: bool,
    /// Steps are counted by each calling number.
    pub per_number: bool,
    /// Steps from the first minute up.
    pub steps: Vec<Step>,
}

/// One step: minutes up to and including, and the price.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Minutes; `None` on the last.
    pub up_to: Option<Decimal>,
    /// Price of one `per`.
    pub price: Decimal,
}

impl Tiers {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "call.tiers.mode" => self.volume = word == "volume",
            "call.tiers.scope" => self.per_number = word == "number",
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn tiers(&mut self, table: &Cursor<'_>, id: ClauseId) -> Option<Tiers> {
        let volume = self.fork(table, "mode", "call.tiers.mode", Some(id)) == "volume";
        let per_number = self.fork(table, "scope", "call.tiers.scope", Some(id)) == "number";
        let mut steps: Vec<Step> = Vec::new();
        let tables = table.tables("steps");
        for (index, step) in tables.iter().enumerate() {
            let price = step.decimal("price")?.value;
            let up_to = step.decimal("up_to");
            let last = index + 1 == tables.len();
            let before = steps.last().and_then(|step| step.up_to);
            match &up_to {
                Some(edge) if before.is_some_and(|before| edge.value <= before) => {
                    self.found.push(Diagnostic::error("tier-order", edge.span));
                }
                Some(edge) if last => {
                    self.found.push(Diagnostic::error("tier-end", edge.span));
                }
                None if !last => self.found.push(Diagnostic::error("tier-open", step.span())),
                _ => {}
            }
            steps.push(Step { up_to: up_to.map(|edge| edge.value), price });
        }
        Some(Tiers { volume, per_number, steps })
    }
}
