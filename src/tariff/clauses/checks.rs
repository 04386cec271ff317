//! Settings of the audit itself.

use crate::source::Need::Optional;
use crate::source::{Cursor, Kind, Section, Span, key};

pub(in crate::tariff) static CHECKS: Section = Section {
    name: "checks",
    about: ["Settings of the audit itself.", "审计设置。"],
    keys: &[
        key(
            "short_call",
            Kind::Seconds,
            Optional,
            "calls shorter than this are counted as very short; left out, `6s`",
            "极短通话上限, 默认 `6s`",
        ),
        key(
            "long_call",
            Kind::Seconds,
            Optional,
            "calls of at least this are counted as over-long; left out, `10m`",
            "超长通话下限, 默认 `10m`",
        ),
        key(
            "shift",
            Kind::Seconds,
            Optional,
            "most talk time one agent can have on one day; left out, `12h`",
            "单坐席每日通话上限, 默认 `12h`",
        ),
        key(
            "severity",
            Kind::Words(&["allow", "info", "warning", "error"]),
            Optional,
            "severity of findings by code; `allow` drops them from the exit code",
            "按代码设定严重程度",
        ),
    ],
};

/// Settings of the audit itself.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// Calls shorter than this are very short, seconds.
    pub short_call: u32,
    /// Calls of at least this are over-long, seconds.
    pub long_call: u32,
    /// Most talk time of one agent on one day, seconds.
    pub shift: u32,
    /// Severity by code, with the place.
    pub severity: Vec<(String, &'static str, Span)>,
}

pub(in crate::tariff) fn check_settings(root: &Cursor<'_>) -> CheckSettings {
    let table = root.table("checks");
    let seconds = |key: &str, default: u32| {
        table.and_then(|table| table.seconds(key)).map_or(default, |field| field.value)
    };
    let words: &'static [&'static str] =
        match table.and_then(|table| table.key("severity")).map(|key| key.kind) {
            Some(Kind::Words(words)) => words,
            _ => &[],
        };
    let severity = table.map(|table| table.words("severity")).unwrap_or_default();
    let severity = severity
        .into_iter()
        .filter_map(|(code, word)| {
            let word = words.iter().find(|known| **known == word.value)?;
            Some((code.value, *word, code.span))
        })
        .collect();
    CheckSettings {
        short_call: seconds("short_call", 6),
        long_call: seconds("long_call", 600),
        shift: seconds("shift", 43_200),
        severity,
    }
}
