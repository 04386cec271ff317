//! Price steps by quantity: minutes of calls, units of usage, seats and what else recurs.
//!
//! One list of steps for all of them. What differs is who counts (`scope`, for calls), whether a
//! step may have a block size of its own (usage), and by which units a step is chosen where units
//! are there for part of a cycle (seats and recurring fees).

use super::steps::{Edge, Step, TierScope, Tiers, UnitPrice};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Key, Kind, Need, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::{Parser, plain};

const MODE: Key = key(
    "mode",
    Kind::Choice(&["graduated", "volume"]),
    fork("graduated", &["volume"]),
    "`graduated`: each unit at its own step; `volume`: all units at the step reached",
    "`graduated` 分段计价; `volume` 全量按所达档计价",
);

const AT_ZERO: Key = key(
    "at_zero",
    Kind::Choice(&["due", "free"]),
    fork("due", &["free"]),
    "the flat fee of the first step where nothing was used: due, or free; asked where the first step has one",
    "用量为零时首档固定费: 照收 (due) 或免收 (free); 仅在首档有固定费时询问",
);

const UP_TO: Key = key(
    "up_to",
    Kind::Quantity,
    Optional,
    "units (of calls: minutes) up to which it holds, included; or `below`",
    "上限, 含 (通话按分钟); 或写 `below`",
);

const BELOW: Key = key(
    "below",
    Kind::Quantity,
    Optional,
    "units (of calls: minutes) below which it holds: exactly so many already begin the next step; or `up_to`",
    "上限, 不含: 恰为此数已属下一档; 或写 `up_to`",
);

const PRICE: Key = key(
    "price",
    Kind::Price,
    Optional,
    "price of one `per`; left out, the step has a flat fee only",
    "单价; 不写则该档只有固定费",
);

const FLAT: Key = key(
    "flat",
    Kind::Price,
    Optional,
    "flat fee of the step, due once it is reached: `graduated`, with those of all steps before it; `volume`, by itself; left out, none",
    "该档固定费, 达到该档即收: `graduated` 时与之前各档的一并收取, `volume` 时只收所达档的",
);

const MOST: Key = key(
    "most",
    Kind::Price,
    Optional,
    "most that the units of the step cost together, beside its flat fee; left out, no limit",
    "该档用量费用封顶, 不含固定费; 不写则不限",
);

const fn steps(section: &'static Section) -> Key {
    key(
        "steps",
        Kind::Tables(section),
        Required,
        "steps from the first unit up; the last has neither `up_to` nor `below`",
        "各档, 最后一档不写 `up_to` 与 `below`",
    )
}

pub(in crate::tariff) static CALL_TIERS: Section = Section {
    name: "tiers",
    about: [
        "Price steps by billed minutes of the clause in the cycle.",
        "按账期内计费分钟数的阶梯。",
    ],
    keys: &[
        MODE,
        key(
            "scope",
            Kind::Choice(&["pool", "number", "day"]),
            fork("pool", &["number"]),
            "steps counted over all calls of the clause in the cycle together, by each calling number, or by each day on which calls begin",
            "按条款下账期内全部通话合计分档, 按每个主叫号码分档, 或按通话开始之日逐日分档",
        ),
        AT_ZERO,
        steps(&STEP),
    ],
};

pub(in crate::tariff) static USAGE_TIERS: Section = Section {
    name: "tiers",
    about: ["Price steps by units used.", "按用量的阶梯。"],
    keys: &[MODE, AT_ZERO, steps(&BLOCK_STEP)],
};

pub(in crate::tariff) static UNIT_TIERS: Section = Section {
    name: "tiers",
    about: [
        "Fee steps by seats, lines, numbers or services.",
        "按坐席, 线路, 号码或服务数量的阶梯。",
    ],
    keys: &[
        MODE,
        key(
            "by",
            Kind::Choice(&["whole", "billed"]),
            fork("whole", &["billed"]),
            "units that are billed for part of a cycle: the step is chosen by the whole units there on each day (`volume`: on the fullest day) and priced by their parts, or chosen by the parts as billed; asked where fees are pro-rated",
            "按部分账期计费时: `whole` 按每日在册的整数量定档 (`volume` 按最多的一日), 再按折算量计价; `billed` 直接按折算后的量定档; 仅在按天折算时询问",
        ),
        AT_ZERO,
        steps(&STEP),
    ],
};

static STEP: Section = Section {
    name: "steps",
    about: ["One step.", "一档。"],
    keys: &[UP_TO, BELOW, PRICE, FLAT, MOST],
};

static BLOCK_STEP: Section = Section {
    name: "steps",
    about: ["One step.", "一档。"],
    keys: &[
        UP_TO,
        BELOW,
        PRICE,
        key(
            "per",
            Kind::Quantity,
            Optional,
            "units that the step's price is for; left out, those of the clause",
            "该档单价对应的数量; 不写则同条款",
        ),
        FLAT,
        MOST,
    ],
};

/// The names of the questions that steps leave open, by the clause's kind.
pub(in crate::tariff) struct Forks {
    mode: &'static str,
    scope: &'static str,
    by: &'static str,
    at_zero: &'static str,
}

macro_rules! forks {
    ($kind:literal) => {
        Forks {
            mode: concat!($kind, ".tiers.mode"),
            scope: concat!($kind, ".tiers.scope"),
            by: concat!($kind, ".tiers.by"),
            at_zero: concat!($kind, ".tiers.at_zero"),
        }
    };
}

/// Of `[call.tiers]`.
pub(in crate::tariff) static OF_CALLS: Forks = forks!("call");
/// Of `[usage.tiers]`.
pub(in crate::tariff) static OF_USAGE: Forks = forks!("usage");
/// Of `[seat.tiers]`.
pub(in crate::tariff) static OF_SEATS: Forks = forks!("seat");
/// Of `[recurring.tiers]`.
pub(in crate::tariff) static OF_RECURRING: Forks = forks!("recurring");

impl Parser {
    /// Reads steps. `in_part` is true where units may be billed for part of a cycle.
    pub(in crate::tariff) fn tiers(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
        forks: &Forks,
        in_part: bool,
    ) -> Option<Tiers> {
        let volume = self.fork(table, "mode", forks.mode, Some(id)) == "volume";
        let asked = |name| table.key(name).is_some_and(|key| matches!(key.need, Need::Fork(_)));
        let scope = if asked("scope") {
            TierScope::pick(self.fork(table, "scope", forks.scope, Some(id)))
        } else {
            TierScope::Pool
        };
        let by = asked("by") && (in_part || table.has("by"));
        let by_whole = by && self.fork(table, "by", forks.by, Some(id)) == "whole";
        let mut steps: Vec<Step> = Vec::new();
        let tables = table.tables("steps");
        for (index, step) in tables.iter().enumerate() {
            let before = steps.last().and_then(|step| step.edge);
            let edge = self.edge(step, before, index + 1 == tables.len());
            if !step.has("price") && !step.has("flat") {
                self.found.push(Diagnostic::error("tier-price", step.span()));
            }
            let per = step.key("per").and_then(|_| step.decimal("per"));
            if let Some(per) = per.filter(|per| per.value.is_zero()) {
                self.found.push(Diagnostic::error("per-zero", per.span));
            }
            let per = per.map(|per| per.value).filter(|per| !per.is_zero());
            let (price, flat) = (plain(step, "price"), plain(step, "flat"));
            let most = step.decimal("most").map(|most| most.value);
            steps.push(Step { edge, price, per, flat, most });
        }
        let flat = steps.first()?.flat;
        let at_zero = if flat.is_zero() && !table.has("at_zero") {
            "due"
        } else {
            self.fork(table, "at_zero", forks.at_zero, Some(id))
        };
        Some(Tiers { volume, scope, by_whole, flat_at_zero: at_zero == "due", steps })
    }

    fn edge(&mut self, step: &Cursor<'_>, before: Option<Edge>, last: bool) -> Option<Edge> {
        let (up_to, below) = (step.decimal("up_to"), step.decimal("below"));
        if let (Some(_), Some(below)) = (&up_to, &below) {
            self.found.push(Diagnostic::error("tier-two-edges", below.span));
        }
        let edge = up_to.or(below);
        match &edge {
            Some(edge) if before.is_some_and(|before| edge.value <= before.units()) => {
                self.found.push(Diagnostic::error("tier-order", edge.span));
            }
            Some(edge) if last => self.found.push(Diagnostic::error("tier-end", edge.span)),
            None if !last => self.found.push(Diagnostic::error("tier-open", step.span())),
            _ => {}
        }
        let is_below = step.has("below");
        edge.map(|edge| if is_below { Edge::Below(edge.value) } else { Edge::UpTo(edge.value) })
    }

    /// A price of one under `key`, or steps: exactly one of them.
    pub(in crate::tariff) fn unit_price(
        &mut self,
        table: &Cursor<'_>,
        key: &'static str,
        id: ClauseId,
        forks: &Forks,
        in_part: bool,
    ) -> Option<UnitPrice> {
        let tiers = table.table("tiers");
        match (table.decimal(key), tiers) {
            (Some(price), None) => Some(UnitPrice::One(price.value)),
            (None, Some(tiers)) if !table.has(key) => {
                self.tiers(&tiers, id, forks, in_part).map(UnitPrice::Steps)
            }
            (Some(price), Some(_)) => {
                let other = table.place("tiers");
                self.found.push(Diagnostic::error("price-and-tiers", price.span).and(other));
                None
            }
            _ => {
                if !table.has(key) && !table.has("tiers") {
                    let missing = Diagnostic::error("price-missing", table.span());
                    self.found.push(missing.with("key", key));
                }
                None
            }
        }
    }
}
