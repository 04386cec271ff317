//! Minutes bought once.

use crate::source::Need::Required;
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::when::{Day, Validity};

pub(in crate::tariff) static PACK: Section = Section {
    name: "pack",
    about: [
        "Minutes, seconds or money bought once and used up until a day. What is left of a pack bought before the cycle is a `balance` of the roster, in minutes or money.",
        "一次性购买的分钟包或金额包; 在以前账期购买的, 账期初余额写在名册的 `balance` 行, 单位为分钟或金额。",
    ],
    keys: &[
        key(
            "bought",
            Kind::Date,
            Required,
            "the day of the purchase, from which it can be used and on which the fee is due",
            "购买日, 当日起可用, 费用于当日产生",
        ),
        key("until", Kind::Date, Required, "the day on which it ends", "到期日"),
        key(
            "last_day",
            Kind::Choice(&["included", "excluded"]),
            fork("included", &["excluded"]),
            "calls of the day on which it ends: still covered, or no longer",
            "到期日当天的通话: 仍可抵扣, 或不再抵扣",
        ),
    ],
};

/// When a pack was bought and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// The day of the purchase.
    pub bought: Day,
    /// The day on which it ends.
    pub until: Day,
    /// It can still be used on that day.
    pub last_day: bool,
}

impl Pack {
    /// The days on which it can be used.
    #[must_use]
    pub fn days(&self) -> Validity {
        let until = if self.last_day { self.until } else { self.until.previous() };
        Validity { from: Some(self.bought), until: Some(until) }
    }

    pub(in crate::tariff) fn read_as(&mut self, word: &str) {
        self.last_day = word == "included";
    }
}

impl Parser {
    /// A pack; what only a package of every cycle can have is of no use beside it.
    pub(in crate::tariff) fn pack(
        &mut self,
        table: &Cursor<'_>,
        package: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<Pack> {
        for key in
            ["rollover", "part_month", "part_minutes", "trial_until", "valid", "per", "window"]
        {
            self.unused(package, key, "pack");
        }
        let (bought, until) = (table.date("bought")?, table.date("until")?);
        let word = self.fork(table, "last_day", "package.pack.last_day", Some(id));
        let pack = Pack {
            bought: bought.value.into(),
            until: until.value.into(),
            last_day: word == "included",
        };
        let days = pack.days();
        if days.until < days.from {
            self.found.push(Diagnostic::error("dates-backwards", until.span).and(bought.span));
            return None;
        }
        Some(pack)
    }
}
