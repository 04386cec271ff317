//! A fee that is due once too many calls are short, unanswered, or made from one number.

use rust_decimal::Decimal;

use super::metering::BillOn;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::valid::VALID;

pub(in crate::tariff) static SURCHARGE: Section = Section {
    name: "surcharge",
    about: [
        "A fee that is due once too many calls are short, unanswered, or made from one number in a day.",
        "附加费: 短通话, 未接通或单号单日呼叫过多时产生。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "on",
            Kind::Texts,
            Optional,
            "names of the `[[call]]` clauses whose calls are looked at; left out, all",
            "所考察通话的 `[[call]]` 条款名, 不写则全部",
        ),
        key(
            "trigger",
            Kind::Choice(&["short", "unanswered", "answered", "average", "frequency"]),
            Required,
            "what brings it about: the share of calls shorter than `seconds`, or of unanswered ones, is as high as `share`; the share of answered ones as low as `share`; answered calls last as little as `seconds` on average; or a number makes as many as `calls` on one day",
            "触发条件: 短于 `seconds` 的通话占比达到 `share`, 未接通占比达到 `share`, 接通率低至 `share`, 平均通话时长低至 `seconds`, 或单号单日呼叫数达到 `calls`",
        ),
        key(
            "seconds",
            Kind::Seconds,
            Optional,
            "for `short`: what is short; for `average`: the limit",
            "`short` 的短通话时长, 或 `average` 的界限",
        ),
        key(
            "seconds_edge",
            Kind::Choice(&["included", "excluded"]),
            fork("included", &["excluded"]),
            "a call of exactly `seconds`: short, or not; asked for `short`",
            "恰为 `seconds` 的通话: 算短通话或不算; 仅 `short` 时询问",
        ),
        key(
            "share",
            Kind::Percent,
            Optional,
            "for `short`, `unanswered`, `answered`: the limit",
            "`short`, `unanswered`, `answered` 的界限",
        ),
        key(
            "calls",
            Kind::Count(1, 1_000_000),
            Optional,
            "for `frequency`: the limit, in calls of a number and day",
            "`frequency` 的界限, 单号单日呼叫数",
        ),
        key(
            "at_limit",
            Kind::Choice(&["due", "free"]),
            fork("due", &["free"]),
            "a share, an average or, for `frequency`, the call exactly at the limit: due, or not yet",
            "恰在界限上时 (`frequency` 为第 `calls` 次呼叫): 收取或不收取",
        ),
        key(
            "among",
            Kind::Choice(&["answered", "all"]),
            fork("answered", &["all"]),
            "what is counted: answered calls, or all; asked for `short` and `frequency`; an `average` is of answered calls, unless `all` is written",
            "计数范围: 接通的通话或全部呼叫; 仅 `short`, `frequency` 时询问; `average` 不写则为接通的通话",
        ),
        key(
            "base",
            Kind::Choice(&["offending", "all"]),
            fork("offending", &["all"]),
            "what the fee is for: the calls that offend (short or unanswered ones, those below the average asked for, those of a number from the limit on), or all that are counted",
            "计费范围: 违反条件的通话 (短通话, 未接通, 低于平均值者, 单号超出界限者), 或计数范围内全部",
        ),
        key(
            "window",
            Kind::Choice(&["cycle", "day"]),
            fork("cycle", &["day"]),
            "whether the cycle is judged as one, or each day for itself; `frequency` is always by the day",
            "按整个账期判断, 或逐日判断; `frequency` 一律逐日",
        ),
        key(
            "least_calls",
            Kind::Count(1, 100_000_000),
            Optional,
            "not before so many calls are counted; left out, from the first",
            "计数达到此数才触发, 不写则不限",
        ),
        key(
            "fee",
            Kind::Price,
            Optional,
            "fee of one call; not with `percent`",
            "每次呼叫的附加费",
        ),
        key(
            "percent",
            Kind::Percent,
            Optional,
            "share of what these calls cost, before packages and discounts; not with `fee`",
            "按通话费的百分比, 套餐与折扣之前; 不与 `fee` 并用",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
    ],
};

/// Terms of a surcharge.
#[derive(Clone, Debug)]
pub struct SurchargeTerms {
    /// The prices of the calls that are looked at; empty is all.
    pub on: Vec<ClauseId>,
    /// What brings it about.
    pub trigger: Trigger,
    /// What is exactly at the limit is due.
    pub at_limit: bool,
    /// Unanswered calls are counted too.
    pub among_all: bool,
    /// It is for all calls that are counted, instead of those that offend.
    pub on_all: bool,
    /// Each day is judged for itself.
    pub by_day: bool,
    /// Not before so many calls are counted.
    pub least_calls: u64,
    /// What it costs.
    pub fee: SurchargeFee,
}

/// What brings a surcharge about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The share of calls shorter than so many seconds, or just as long.
    Short {
        /// What is short.
        seconds: u32,
        /// A call of exactly so many seconds is short.
        edge: bool,
        /// The limit.
        share: Decimal,
    },
    /// The share of unanswered calls.
    Unanswered(Decimal),
    /// A low share of answered calls.
    Answered(Decimal),
    /// A low average of seconds talked.
    Average(u32),
    /// Calls of one number on one day.
    Frequency(u32),
}

/// What a surcharge costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurchargeFee {
    /// For each call.
    Call(Decimal),
    /// A share of what the calls cost.
    Percent(Decimal),
}

impl SurchargeTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "surcharge.seconds_edge" => {
                if let Trigger::Short { edge, .. } = &mut self.trigger {
                    *edge = word == "included";
                }
            }
            "surcharge.at_limit" => self.at_limit = word == "due",
            "surcharge.among" => self.among_all = word == "all",
            "surcharge.base" => self.on_all = word == "all",
            "surcharge.window" => self.by_day = word == "day",
            _ => return false,
        }
        true
    }

    /// True if it can't be told without records of unanswered calls.
    #[must_use]
    pub fn needs_unanswered(&self) -> bool {
        self.among_all || matches!(self.trigger, Trigger::Unanswered(_) | Trigger::Answered(_))
    }
}

impl Parser {
    pub(in crate::tariff) fn surcharge(
        &mut self,
        table: &Cursor<'_>,
        bill_on: Option<BillOn>,
        id: ClauseId,
    ) -> Option<SurchargeTerms> {
        let on = self.surcharged(table);
        let word = table.choice("trigger")?.value;
        let needs: &[&'static str] = match word {
            "short" => &["seconds", "share"],
            "average" => &["seconds"],
            "frequency" => &["calls"],
            _ => &["share"],
        };
        for key in ["seconds", "share", "calls"] {
            match (needs.contains(&key), table.has(key)) {
                (true, false) => {
                    let missing = Diagnostic::error("surcharge-limit", table.place("trigger"));
                    self.found.push(missing.with("trigger", word).with("key", key));
                }
                (false, true) => self.unused(table, key, "surcharge-trigger"),
                _ => {}
            }
        }
        let seconds = || table.seconds("seconds").map(|seconds| seconds.value);
        let share = || table.percent("share").map(|share| share.value);
        let counts = matches!(word, "short" | "frequency");
        // An average is of answered calls, unless the contract says `among = "all"`.
        let may_count = counts || (word == "average" && table.has("among"));
        let mut asked = |when: bool, name: &'static str, key: &'static str, quiet| {
            if when {
                return self.fork(table, name, key, Some(id));
            }
            self.unused(table, name, "surcharge-trigger");
            quiet
        };
        let edge =
            asked(word == "short", "seconds_edge", "surcharge.seconds_edge", "") == "included";
        let at_limit = asked(true, "at_limit", "surcharge.at_limit", "") == "due";
        let among = asked(may_count, "among", "surcharge.among", "");
        let on_all = asked(true, "base", "surcharge.base", "") == "all";
        let window = asked(word != "frequency", "window", "surcharge.window", "day");
        let trigger = match word {
            "short" => Trigger::Short { seconds: seconds()?, edge, share: share()? },
            "unanswered" => Trigger::Unanswered(share()?),
            "answered" => Trigger::Answered(share()?),
            "average" => Trigger::Average(seconds()?),
            _ => Trigger::Frequency(table.count("calls")?.value),
        };
        self.limit(table, trigger);
        let fee = match (table.decimal("fee"), table.percent("percent")) {
            (Some(fee), None) => SurchargeFee::Call(fee.value),
            (None, Some(percent)) => {
                // The charge of a call counted from ringing does not follow from its talk time.
                let by_number = matches!(trigger, Trigger::Frequency(_));
                if by_number || bill_on.is_some_and(|on| on != BillOn::Answer) {
                    self.found.push(Diagnostic::error("surcharge-percent", percent.span));
                }
                SurchargeFee::Percent(percent.value)
            }
            _ => {
                if table.has("fee") == table.has("percent") {
                    self.found.push(Diagnostic::error("surcharge-fee", table.span()));
                }
                return None;
            }
        };
        Some(SurchargeTerms {
            on,
            trigger,
            at_limit,
            among_all: among == "all" || matches!(word, "unanswered" | "answered"),
            on_all,
            by_day: window == "day",
            least_calls: table.count("least_calls").map_or(0, |count| count.value.into()),
            fee,
        })
    }

    /// No share of calls is more than all of them. A limit that all calls or none pass can be meant,
    /// and is left to the linter.
    fn limit(&mut self, table: &Cursor<'_>, trigger: Trigger) {
        let (share, due) = match trigger {
            Trigger::Short { share, .. } | Trigger::Unanswered(share) => (share, "@due.never"),
            Trigger::Answered(share) => (share, "@due.always"),
            Trigger::Average(_) | Trigger::Frequency(_) => return,
        };
        if share > Decimal::ONE {
            let wrong = Diagnostic::error("surcharge-due", table.place("share"));
            self.found.push(wrong.with("key", "share").with("due", due));
        }
    }

    /// The prices of calls that `on` names.
    fn surcharged(&mut self, table: &Cursor<'_>) -> Vec<ClauseId> {
        if !table.has("on") {
            return Vec::new();
        }
        let on = self.clause_list(table, "on", "surcharge-nothing");
        let other = on.iter().find(|id| self.clauses[id.index()].0 != "call");
        if other.is_some() {
            self.found.push(
                Diagnostic::error("surcharge-nothing", table.place("on"))
                    .with("typed", &self.clauses[other.map_or(0, |id| id.index())].1)
                    .with("known", "call"),
            );
        }
        on
    }
}
