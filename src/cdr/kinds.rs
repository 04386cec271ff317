//! Exports of telephone companies mix calls with messages and data: words that tell them apart, and
//! columns of which the first rows decide what they hold.

use super::dialect::fold_header;
use super::habits::Cells;
use super::odd::Oddities;
use super::pattern::{Pattern, is_like};
use super::read::trim;
use super::{Layout, Reject, RejectKind};
use crate::input::{Encoding, decode_line};
use crate::tariff::Direction;

/// What is no call, folded.
const NO_CALL: &str = "sms*|*sms|mms*|*mms|fax*|*fax|gprs*|data|data usage|data session|\
    mobile data|internet|text message|message|短信*|*短信|彩信*|*彩信|传真*|*传真|流量*|*流量|\
    上网*|*上网|数据流量|数据业务|簡訊*|*簡訊|短訊*|*短訊|彩訊*|傳真*|*傳真|上網*|*上網";

/// What is one, where the others are told apart from it.
const VOICE: &str = "voice*|call|calls|语音*|語音*|video|视频*";

/// Headers of columns that tell the kinds of rows apart.
const KINDS: [&str; 25] = [
    "calltype",
    "type",
    "eventtype",
    "servicetype",
    "service",
    "recordtype",
    "usagetype",
    "cdrtype",
    "traffictype",
    "category",
    "kind",
    "通话类型",
    "呼叫类型",
    "业务类型",
    "通信类型",
    "通讯类型",
    "话单类型",
    "服务类型",
    "类型",
    "业务",
    "業務類型",
    "通話類型",
    "通信類型",
    "呼叫類型",
    "類型",
];

/// True of a word, as written, that names something other than a call.
pub(super) fn is_no_call(word: &str) -> bool {
    Pattern::parse(NO_CALL).holds(word)
}

/// A row that is none.
#[cold]
pub(super) fn no_call(cell: &[u8], encoding: Encoding) -> Box<Reject> {
    let found = decode_line(trim(cell), encoding).0;
    let shown: String = found.chars().take(40).collect();
    Reject::line(RejectKind::NotACall, shown)
}

/// Which way a call went of which the folded word says that nobody answered it.
pub(super) fn unanswered(word: &str) -> Option<Direction> {
    let inbound = [
        "missed*",
        "incomingmissed",
        "inboundmissed",
        "voicemail*",
        "rejected*",
        "blocked*",
        "未接",
        "未接来电",
        "来电未接",
        "呼入未接",
        "被叫未接",
        "拒接",
        "来电拒接",
        "语音信箱",
        "未接來電",
        "來電未接",
        "語音信箱",
    ];
    let outbound = [
        "outgoingmissed",
        "outboundmissed",
        "去电未接",
        "呼出未接",
        "外呼未接",
        "主叫未接",
        "去電未接",
    ];
    let is = |words: &[&str]| words.iter().any(|one| is_like(one, word));
    if is(&inbound) {
        Some(Direction::Inbound)
    } else {
        is(&outbound).then_some(Direction::Outbound)
    }
}

/// Skips the rows that are no calls, where the first rows show that a column tells.
pub(super) fn skip_other_kinds(layout: &mut Layout, head: &str) {
    let cells = Cells::new(layout, head);
    let (other, voice) = (Pattern::parse(NO_CALL), Pattern::parse(VOICE));
    let tells =
        |place: usize| cells.at(place).iter().any(|cell| other.holds(cell) || voice.holds(cell));
    let names = cells.names();
    let is_kind = |place: &usize| KINDS.contains(&fold_header(&names[*place]).as_str());
    let place = (0..names.len()).filter(is_kind).find(|place| tells(*place));
    // Under another name, or without any, a column that holds nothing else and both.
    let both = |place: &usize| {
        let kinds = cells.at(*place);
        kinds.iter().all(|cell| other.holds(cell) || voice.holds(cell))
            && kinds.iter().any(|cell| other.holds(cell))
            && kinds.iter().any(|cell| voice.holds(cell))
    };
    let free = |place: &usize| layout.columns.iter().all(|column| column.place != *place);
    let width = names.len().max(layout.fields).min(64);
    let place = place.or_else(|| (0..width).filter(free).find(both));
    if let Some(place) = place {
        layout.oddities.get_or_insert_with(Box::<Oddities>::default).skip_rows(place, other);
    }
}
