//! The contract language as one list: every key, what it may hold, whether it may be left out.
//!
//! The parser, its did-you-mean, the open forks and `tariffs/README.md` all go by this list; a
//! test holds the document against it. The keys of a table stand in its own room, beside what they
//! mean and how they are read.

use super::clauses::calendar::CALENDAR;
use super::clauses::call::CALL;
use super::clauses::checks::CHECKS;
use super::clauses::commitment::COMMITMENT;
use super::clauses::deck::DECK;
use super::clauses::discount::DISCOUNT;
use super::clauses::dispute::DISPUTE;
use super::clauses::head::HEAD;
use super::clauses::late::LATE;
use super::clauses::metering::METERING;
use super::clauses::notice::NOTICE;
use super::clauses::numbers::NUMBERS;
use super::clauses::one_time::ONE_TIME;
use super::clauses::package::PACKAGE;
use super::clauses::period::PERIOD;
use super::clauses::recurring::RECURRING;
use super::clauses::renewal::RENEWAL;
use super::clauses::rounding::ROUNDINGS;
use super::clauses::seat::SEAT;
use super::clauses::surcharge::SURCHARGE;
use super::clauses::suspension::SUSPENSION;
use super::clauses::tax::TAX;
use super::clauses::usage::USAGE;
use super::clauses::zone::ZONE;
use crate::source::Need::{Optional, Required};
use crate::source::{Kind, Section, key};

/// The whole contract file.
pub static CONTRACT: Section = Section {
    name: "",
    about: ["the contract", "合同"],
    keys: &[
        key(
            "contract",
            Kind::Table(&HEAD),
            Required,
            "who, when, which currency and clock",
            "合同首部: 双方, 期限, 币种, 时区",
        ),
        key(
            "metering",
            Kind::Table(&METERING),
            Optional,
            "how a call becomes billed seconds; needed if there are call prices",
            "计费口径; 有通话单价时必填",
        ),
        key(
            "rounding",
            Kind::Table(&ROUNDINGS),
            Optional,
            "where and how money is rounded",
            "金额取整",
        ),
        key(
            "tax",
            Kind::Table(&TAX),
            Optional,
            "value-added tax; left out, the tax printed on the bill is taken as it is",
            "增值税; 不写则以账单所印税额为准",
        ),
        key("numbers", Kind::Table(&NUMBERS), Optional, "how dialled numbers are read", "号码识别"),
        key(
            "calendar",
            Kind::Table(&CALENDAR),
            Optional,
            "public holidays and make-up working days",
            "节假日与调休",
        ),
        key("zone", Kind::Tables(&ZONE), Optional, "a class of destinations", "被叫区域"),
        key("period", Kind::Tables(&PERIOD), Optional, "a part of the week", "时段"),
        key("call", Kind::Tables(&CALL), Optional, "a price for calls", "通话费"),
        key("deck", Kind::Tables(&DECK), Optional, "prices by prefix from a file", "费率表"),
        key("package", Kind::Tables(&PACKAGE), Optional, "a fee with something included", "套餐"),
        key("seat", Kind::Tables(&SEAT), Optional, "a fee for each agent seat", "坐席费"),
        key(
            "recurring",
            Kind::Tables(&RECURRING),
            Optional,
            "a fee that comes every cycle",
            "周期性费用: 系统服务费, 线路费, 号码月租",
        ),
        key(
            "usage",
            Kind::Tables(&USAGE),
            Optional,
            "a price for what is used other than calls",
            "用量费用: 短信, 语音信箱, 录音存储, AI 分钟",
        ),
        key(
            "surcharge",
            Kind::Tables(&SURCHARGE),
            Optional,
            "a fee for too many short or unanswered calls, or too many from one number",
            "附加费: 短通话, 未接通, 高频",
        ),
        key("one_time", Kind::Tables(&ONE_TIME), Optional, "a fee charged once", "一次性费用"),
        key(
            "commitment",
            Kind::Table(&COMMITMENT),
            Optional,
            "a minimum for the cycle",
            "保底 / 低消",
        ),
        key("discount", Kind::Tables(&DISCOUNT), Optional, "a reduction", "折扣"),
        key("late", Kind::Table(&LATE), Optional, "the charge for paying late", "滞纳金 / 违约金"),
        key("notice", Kind::Table(&NOTICE), Optional, "what must be announced before", "通知义务"),
        key(
            "renewal",
            Kind::Table(&RENEWAL),
            Optional,
            "how the contract ends or goes on",
            "到期, 续约与解除",
        ),
        key(
            "suspension",
            Kind::Table(&SUSPENSION),
            Optional,
            "faults and banned numbers",
            "故障与封号",
        ),
        key("dispute", Kind::Table(&DISPUTE), Optional, "objections to a bill", "账单异议"),
        key("checks", Kind::Table(&CHECKS), Optional, "settings of the audit itself", "审计设置"),
    ],
};

/// Every section of the language, with the path under which it is found, outermost first.
#[must_use]
pub fn sections() -> Vec<(String, &'static Section)> {
    sections_of(&CONTRACT)
}

/// A language's tables, each with its path, such as that of a forecast.
#[must_use]
pub fn sections_of(file: &'static Section) -> Vec<(String, &'static Section)> {
    fn walk(path: &str, section: &'static Section, list: &mut Vec<(String, &'static Section)>) {
        list.push((path.to_owned(), section));
        for key in section.keys {
            if let Kind::Table(below) | Kind::TableOr(below, _) | Kind::Tables(below) = key.kind {
                let path = if path.is_empty() {
                    key.name.to_owned()
                } else {
                    format!("{path}.{}", key.name)
                };
                walk(&path, below, list);
            }
        }
    }
    let mut list = Vec::new();
    walk("", file, &mut list);
    list
}
