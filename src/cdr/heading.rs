//! A header read apart: its name, and the unit, currency or zone it remarks on it.

use super::dialect::fold_header;
use super::{Field, Unit};
use crate::money::is_currency_code;
use crate::text::is_sign_of;
use crate::when::Zone;

/// A folded header without what it remarks: `通话时长(秒)`, `duration_ms`, `费用(分)`, `Start (UTC)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// Its name, folded.
    pub(super) name: String,
    /// Unit of plain numbers.
    pub(super) unit: Option<Unit>,
    /// How far left the point of a charge moves.
    pub(super) point: Option<u32>,
    /// Zone of the times below it.
    pub(super) zone: Option<Zone>,
}

impl Heading {
    pub(super) fn parse(header: &str, currency: &str) -> Self {
        let folded = fold_header(header);
        if let Some((name, remark)) = remark_of(&folded) {
            // How a length is spelled says that it is one.
            let spelled = matches!(remark, "hh:mm:ss" | "h:mm:ss" | "mm:ss" | "m:ss" | "min:sec");
            let unit = Unit::from_word(remark).or(spelled.then_some(Unit::Seconds));
            let zone = zone_of(header, remark);
            // Without a contract `sec` and `utc` might be currencies.
            let money = unit.is_none() && zone.is_none();
            let point = point_of(remark, currency).filter(|_| money || currency_unit(remark));
            let known = Self { name: name.to_owned(), unit, point, zone };
            if known.unit.is_some() || known.point.is_some() || known.zone.is_some() {
                return known;
            }
        }
        // `通话时长-秒`, of which the hyphen was folded away.
        for (suffix, unit) in
            [("秒", Unit::Seconds), ("分钟", Unit::Minutes), ("分", Unit::Minutes)]
        {
            if let Some(name) = folded.strip_suffix(suffix).filter(|name| name.ends_with("时长"))
            {
                return Self { name: name.to_owned(), unit: Some(unit), ..Self::default() };
            }
        }
        for (suffix, unit) in [("ms", Unit::Millis), ("msec", Unit::Millis), ("毫秒", Unit::Millis)]
        {
            if let Some(name) = folded.strip_suffix(suffix).filter(|name| name.len() > 3) {
                return Self { name: name.to_owned(), unit: Some(unit), ..Self::default() };
            }
        }
        let unit = match folded.as_str() {
            "计费分钟" | "计费分钟数" => Some(Unit::Minutes),
            "计费6秒数" => Some(Unit::SixSeconds),
            _ => None,
        };
        Self { name: folded, unit, ..Self::default() }
    }
}

impl Heading {
    /// False if the unit says that the column is something else: 通话时间(秒) is no time of day.
    pub(super) fn may_be(&self, field: Field) -> bool {
        let (length, money) = (self.unit.is_some(), self.point.is_some());
        match field {
            Field::Start | Field::Answer | Field::End | Field::Date => !length && !money,
            _ if field.is_length() => length || !money,
            _ if field.is_money() => money || !length,
            _ => true,
        }
    }
}

/// What a folded header remarks on its name: `费用(分)`, `费用/分`, `费用(单位:分)`.
pub(super) fn remark_of(folded: &str) -> Option<(&str, &str)> {
    // What is in brackets at the end goes before a stroke in the name: `date/time start (utc)`.
    let (name, remark) = match folded.strip_suffix([')', ']']) {
        Some(open) => open.rsplit_once(['(', '['])?,
        None => folded.split_once(['(', '[', ':', '/'])?,
    };
    let remark = remark.trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
    let remark = remark.strip_prefix("单位").unwrap_or(remark);
    Some((name.trim_end_matches([':', '/']), remark.trim_start_matches([':', '为'])))
}

/// True of 分, which is a part of a yuan and a minute too.
fn currency_unit(remark: &str) -> bool {
    point_of(remark, "?").is_some()
}

/// How far left the point of a charge moves by the unit its header remarks: 分 are hundredths.
pub(super) fn point_of(remark: &str, currency: &str) -> Option<u32> {
    if is_sign_of(remark, currency) {
        return Some(0);
    }
    // Without a contract any currency may be the contract's.
    if currency.is_empty() && is_currency_code(&remark.to_ascii_uppercase()) {
        return Some(0);
    }
    let bare = remark.strip_prefix("人民币").filter(|rest| !rest.is_empty()).unwrap_or(remark);
    Some(match bare {
        "元" | "yuan" | "cny" | "rmb" | "人民币" | "¥" | "￥" => 0,
        "角" => 1,
        "分" | "fen" => 2,
        "厘" => 3,
        "毫" => 4,
        _ => return None,
    })
}

/// The zone that a header names: `(UTC)`, `(GMT+8)`, `(+08:00)`, `(北京时间)`, `(Europe/London)`.
fn zone_of(header: &str, remark: &str) -> Option<Zone> {
    if matches!(remark, "北京时间" | "东八区" | "中国标准时间") {
        return Some(Zone::Fixed(28_800));
    }
    // A hyphen was folded away, so that what stands in the brackets is looked at as it is written.
    let (_, written) = header
        .trim_end()
        .strip_suffix([')', ']', '）', '】'])?
        .rsplit_once(['(', '[', '（', '【'])?;
    let written = written.trim();
    let upper = written.to_ascii_uppercase();
    let offset =
        upper.starts_with(['+', '-']) || upper.starts_with("UTC") || upper.starts_with("GMT");
    if offset {
        Zone::parse(&upper)
    } else {
        Zone::parse(written).filter(|_| written.contains('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_in_headers() {
        let read = |header: &str| {
            let heading = Heading::parse(header, "CNY");
            (heading.name, heading.zone)
        };
        let utc = Some(Zone::Fixed(0));
        assert_eq!(read("Date/Time Start (UTC)"), ("date/timestart".into(), utc));
        assert_eq!(read("开始时间（北京时间）"), ("开始时间".into(), Some(Zone::Fixed(28_800))));
        assert_eq!(read("Start [GMT-5]"), ("start".into(), Some(Zone::Fixed(-18_000))));
        assert_eq!(read("Start (Europe/London)").1, Zone::parse("Europe/London"));
        assert_eq!(read("Duration (s)"), ("duration".into(), None));
        assert_eq!(read("Start (local)"), ("start(local)".into(), None));
        assert_eq!(read("Start (Cuba)"), ("start(cuba)".into(), None));
        // Without a contract any currency may be meant, but this is none.
        let start = Heading::parse("datetime (UTC)", "");
        assert_eq!((start.point, start.zone), (None, utc));
        assert_eq!(Heading::parse("Price (USD)", "").point, Some(0));
    }
}
