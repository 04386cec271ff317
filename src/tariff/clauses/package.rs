//! A fee with something included.

use rust_decimal::Decimal;

use super::includes::{INCLUDES, IncludedUnits, MinutePool, PoolSize};
use super::overage::OVERAGE;
use super::pack::{PACK, Pack};
use super::rollover::{ROLLOVER, Rollover};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Fork, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::{FeeTerm, PartMonth};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static PACKAGE: Section = Section {
    name: "package",
    about: ["A fee with something included.", "套餐。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "fee",
            Kind::Price,
            Required,
            "fee of one package a cycle; of a pack, once",
            "每份月费; 一次性购买的分钟包为一次性价格",
        ),
        key(
            "count",
            Kind::Count(1, 1_000_000),
            Optional,
            "how many are taken; left out, one",
            "份数, 不写则一份",
        ),
        key(
            "per",
            Kind::Choice(&["package", "seat"]),
            Optional,
            "`seat`: one package for each seat of the roster, by `part_month`; whose its minutes are says `scope`; left out, `package`: as many as `count`",
            "`seat` 按名册坐席数计份 (依 `part_month`), 分钟归谁使用见 `scope`; 不写则按 `count`",
        ),
        key("includes", Kind::Tables(&INCLUDES), Required, "what is in it", "包含内容"),
        key(
            "overage",
            Kind::Table(&OVERAGE),
            Optional,
            "price of covered calls beyond the minutes; left out, the `[[call]]` price",
            "超出分钟的单价, 不写则按 `[[call]]`",
        ),
        key(
            "connect",
            Kind::Choice(&["charged", "covered"]),
            fork("charged", &["covered"]),
            "connect fees of calls inside the minutes: due, or not; of calls that money pays for: due beside it, or taken from it too",
            "套餐内通话的接通费: 照收或免收; 以金额抵扣的通话: 另收, 或一并自金额中抵扣",
        ),
        key(
            "burn",
            Kind::Choice(&["billed", "talk"]),
            fork("billed", &["talk"]),
            "minutes are used up by billed seconds, or by seconds talked, the rest of a call being rounded up afresh; either way from its start, and a call that is free uses none; not asked of money, which charges use up",
            "按计费时长扣减, 或按实际时长扣减且一次通话的剩余部分重新进位; 均自通话开头扣起, 免费的通话不扣; 金额按话费扣减, 不询问",
        ),
        key(
            "steps",
            Kind::Choice(&["continue", "afresh"]),
            fork("continue", &["afresh"]),
            "what the minutes leave of a call is priced by `after` as its time goes on, or as if the call began with it; asked where prices change within a call",
            "一次通话抵扣后剩余的部分, `after` 按通话时间连续计算, 或从剩余部分重新计算; 仅在单价随通话时长变化时询问",
        ),
        key(
            "last_call",
            Kind::Choice(&["split", "covered", "charged"]),
            fork("split", &["covered", "charged"]),
            "the call that needs more minutes or money than is left: what is left comes off it; all of it is covered; or none of it, and what is left waits for a shorter or cheaper call",
            "余量 (分钟或金额) 不足以抵扣整次通话时: 抵扣余量, 其余照收; 整次免收; 或整次照收, 余量留待较短或较便宜的通话",
        ),
        key(
            "scope",
            Kind::Choice(&["pool", "number", "seat"]),
            fork("pool", &["number"]),
            "one pool for all, for each calling number one allowance, whatever the `count`, or, of a package for each seat, for each seat its own, used up by the calls of the agent of that name; `seat` is tried too where such a package leaves it open",
            "共享, 每个主叫号码各一份 (与份数无关), 或 (按坐席计份的套餐) 每个坐席各用各的, 由通话记录中同名坐席的通话抵扣; 按坐席计份而未写明时亦试算 `seat`",
        ),
        key(
            "window",
            Kind::Choice(&["cycle", "day"]),
            Optional,
            "`day`: minutes, money or calls are those of each day, by the start of a call, and lapse at its end; left out, `cycle`: those of each cycle",
            "`day`: 分钟, 金额或次数按日给予, 以通话开始日计, 当日用完为止; 不写则 `cycle`, 按账期给予",
        ),
        key(
            "part_month",
            Kind::Choice(&["full", "by-day", "30-day"]),
            fork("full", &["by-day", "30-day"]),
            "fee of a cycle in which it, the contract or the end of its trial leaves only some days: whole, by days of this cycle, or thirtieths; asked where a date falls within a cycle",
            "套餐, 合同生效或试用结束在账期中间时的月费: 全额, 按当期天数, 或按 30 天; 仅在有日期落在账期中间时询问",
        ),
        key(
            "part_minutes",
            Kind::Choice(&["full", "by-day"]),
            fork("by-day", &["full"]),
            "minutes of such a cycle: all, or by days of this cycle, in whole seconds; calls on other days are never covered",
            "此种账期的包含分钟: 全部, 或按当期天数折算到整秒; 有效期之外的通话一律不抵扣",
        ),
        key(
            "rollover",
            Kind::Table(&ROLLOVER),
            Optional,
            "what is unused at the end of a cycle is carried on; left out, it lapses",
            "未用完的部分结转; 不写则到期作废",
        ),
        key(
            "pack",
            Kind::Table(&PACK),
            Optional,
            "bought once and used up over several cycles; left out, a package of every cycle",
            "一次性购买, 跨账期使用; 不写则为每期套餐",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the fee appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key(
            "trial_until",
            Kind::Date,
            Optional,
            "last day of a free trial: the fee is not due before",
            "免费试用末日",
        ),
    ],
};

/// Terms of a package.
#[derive(Clone, Debug)]
pub struct PackageTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How many.
    pub count: u32,
    /// One for each seat of the roster, instead of `count`.
    pub per_seat: bool,
    /// Minutes or money included.
    pub pools: Vec<MinutePool>,
    /// Seats and messages included: how many, off which clause.
    pub units: Vec<IncludedUnits>,
    /// Connect fees of covered calls are waived.
    pub connect_covered: bool,
    /// Seconds talked are used up, instead of billed seconds.
    pub burn_talk: bool,
    /// What is left of a call is priced as if the call began with it.
    pub steps_afresh: bool,
    /// The call that needs more than is left.
    pub last_call: LastCall,
    /// One allowance for each calling number.
    pub per_number: bool,
    /// One allowance for each seat, of those that a package for each seat brings.
    pub each_seat: bool,
    /// The fee of part of a cycle.
    pub part_month: PartMonth,
    /// Minutes of part of a cycle are those of its days, instead of all.
    pub minutes_by_day: bool,
    /// Each day has all of it, instead of the cycle.
    pub each_day: bool,
    /// What is unused is carried on.
    pub rollover: Option<Rollover>,
    /// It is bought once, and used up over several cycles.
    pub pack: Option<Pack>,
}

/// What becomes of the call that needs more than is left of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastCall {
    /// What is left comes off it.
    Split,
    /// All of it is covered, and nothing is left.
    Covered,
    /// Nothing of it is covered, and what is left stays.
    Charged,
}

impl LastCall {
    fn pick(word: &str) -> Self {
        match word {
            "covered" => Self::Covered,
            "charged" => Self::Charged,
            _ => Self::Split,
        }
    }
}

impl PackageTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "package.connect" => self.connect_covered = word == "covered",
            "package.burn" => self.burn_talk = word == "talk",
            "package.steps" => self.steps_afresh = word == "afresh",
            "package.last_call" => self.last_call = LastCall::pick(word),
            "package.pack.last_day" => {
                if let Some(pack) = &mut self.pack {
                    pack.read_as(word);
                }
            }
            "package.scope" => {
                (self.per_number, self.each_seat) = (word == "number", word == "seat");
            }
            "package.part_month" => self.part_month = PartMonth::pick(word),
            "package.part_minutes" => self.minutes_by_day = word == "by-day",
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn package(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<PackageTerms> {
        let mut pools = Vec::new();
        let mut units = Vec::new();
        let includes = table.tables("includes");
        for included in &includes {
            let keys = ["minutes", "seconds", "money", "calls", "seats", "messages"];
            let given = keys.map(|key| included.has(key));
            if given.iter().filter(|given| **given).count() != 1 {
                self.found.push(Diagnostic::error("includes-one", included.span()));
                continue;
            }
            let of_calls = given[..4].contains(&true);
            self.unused(included, if of_calls { "of" } else { "zones" }, "includes");
            if of_calls {
                let size = self.pool_size(included);
                let zones = self.zone_ids(included, "zones");
                pools.extend(size.map(|size| MinutePool { size, zones, at: included.span() }));
                continue;
            }
            let (key, kind) = if given[4] { ("seats", "seat") } else { ("messages", "usage") };
            let quantity = included.decimal(key)?.value;
            let of = self.included_clauses(included, kind);
            if !of.is_empty() {
                units.push(IncludedUnits { quantity, of });
            }
        }
        let covers_calls = !pools.is_empty();
        let in_time = pools.iter().any(|pool| matches!(pool.size, PoolSize::Time(_)));
        let steps_change = self.steps_change;
        // What is wrong in it might have been for calls.
        let all_read = !includes.is_empty() && pools.len() + units.len() == includes.len();
        let in_money = pools.iter().any(|pool| matches!(pool.size, PoolSize::Money(_)));
        let why = match (covers_calls, in_money) {
            (false, _) => "package-calls",
            (true, true) => "package-money",
            (true, false) => "package-whole-calls",
        };
        let mut asked = |name: &'static str, key: &'static str, matters: bool, arises: bool| {
            if !matters && all_read {
                self.unused(table, name, why);
            }
            let asks = matters && (arises || table.has(name));
            asks.then(|| self.fork(table, name, key, Some(id)))
        };
        let connect = asked("connect", "package.connect", covers_calls, true);
        let burn = asked("burn", "package.burn", in_time, true);
        let last_call = asked("last_call", "package.last_call", in_time || in_money, true);
        let steps = asked("steps", "package.steps", in_time, steps_change);
        let per_seat = table.choice("per").is_some_and(|word| word.value == "seat");
        let scope = if covers_calls { Some(self.scope(table, id, per_seat)) } else { None };
        if !covers_calls && all_read {
            self.unused(table, "scope", "package-calls");
        }
        let pack = table.table("pack").and_then(|pack| self.pack(&pack, table, id));
        let each_day = pack.is_none() && self.each_day(table, covers_calls, per_seat);
        let rollover = table.table("rollover").map(|rollover| self.rollover(&rollover));
        // What a part of a cycle costs and includes is asked where there can be one.
        if per_seat {
            self.unused(table, "count", "package-per-seat");
        }
        let (fee_in_parts, minutes_in_parts) = match pack {
            Some(_) => (false, false),
            None => {
                let (fee, minutes) = self.in_parts(table);
                // Seats come and go.
                (fee || per_seat, minutes || per_seat)
            }
        };
        self.thirtieths(table, FeeTerm::Cycle);
        let part_month = if fee_in_parts || table.has("part_month") {
            self.fork(table, "part_month", "package.part_month", Some(id))
        } else {
            "full"
        };
        let asks = minutes_in_parts && covers_calls || table.has("part_minutes");
        let minutes = if asks && !each_day {
            self.fork(table, "part_minutes", "package.part_minutes", Some(id))
        } else {
            "full"
        };
        Some(PackageTerms {
            fee: table.decimal("fee")?.value,
            count: table.count("count").map_or(1, |count| count.value),
            per_seat,
            pools,
            units,
            connect_covered: connect == Some("covered"),
            burn_talk: burn == Some("talk"),
            steps_afresh: steps == Some("afresh"),
            last_call: LastCall::pick(last_call.unwrap_or_default()),
            per_number: scope == Some("number"),
            each_seat: scope == Some("seat"),
            part_month: PartMonth::pick(part_month),
            minutes_by_day: minutes == "by-day",
            each_day,
            rollover: rollover.filter(|_| !each_day),
            pack,
        })
    }

    /// Whether each day has its own; then nothing is left to carry on, and no day is a part.
    fn each_day(&mut self, table: &Cursor<'_>, covers_calls: bool, per_seat: bool) -> bool {
        if !covers_calls {
            self.unused(table, "window", "package-calls");
        }
        let each_day = table.choice("window").is_some_and(|word| word.value == "day");
        if !each_day || !covers_calls {
            return false;
        }
        for key in ["rollover", "part_minutes"] {
            self.unused(table, key, "package-day");
        }
        if per_seat {
            self.found.push(Diagnostic::error("package-day-seat", table.place("window")));
        }
        true
    }

    /// Whose the minutes are.
    fn scope(&mut self, table: &Cursor<'_>, id: ClauseId, per_seat: bool) -> &'static str {
        let others: &[&str] = if per_seat { &["number", "seat"] } else { &["number"] };
        let fork = Fork { assumed: "pool", others };
        let scope = self.fork_among(table, "scope", "package.scope", Some(id), fork);
        if scope == "seat" && !per_seat {
            self.found.push(Diagnostic::error("package-seat", table.place("scope")));
        }
        scope
    }
}
