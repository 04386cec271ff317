//! Lists of calls that are given as an invoice: they are call records, and are read as such better.

use super::csv::fold_head;
use crate::input::{SheetCell, SheetForm};
use crate::source::{Diagnostic, FileId, SourceMap};

const CALLEE: [&str; 18] = [
    "被叫号码",
    "被叫",
    "对方号码",
    "对端号码",
    "对方手机号码",
    "被叫手机号",
    "客户号码",
    "callee",
    "calleenumber",
    "called",
    "callednumber",
    "calledparty",
    "destinationnumber",
    "destinationdialed",
    "dialednumber",
    "dnis",
    "dst",
    "to",
];
const LENGTH: [&str; 21] = [
    "通话时长",
    "时长",
    "通信时长",
    "通话秒数",
    "计费时长",
    "拨打秒数",
    "duration",
    "durationseconds",
    "callduration",
    "billduration",
    "billedseconds",
    "billingseconds",
    "billsec",
    "talktime",
    "talkseconds",
    "calltime",
    "holdtime",
    "feetime",
    "seconds",
    "lengthinsec",
    "minutes",
];
const START: [&str; 20] = [
    "开始时间",
    "起始时间",
    "通话开始时间",
    "通话起始时间",
    "呼叫开始时间",
    "呼叫时间",
    "拨打时间",
    "通话时间",
    "start",
    "starttime",
    "startedat",
    "startstamp",
    "calldate",
    "callstart",
    "calltime",
    "calldatetime",
    "datetime",
    "timestamp",
    "time",
    "setuptime",
];

/// Counts the columns of a list of calls among cells; none if it is no header of one.
fn known(cells: &[SheetCell]) -> usize {
    let heads: Vec<String> = cells.iter().map(|cell| fold_head(&cell.text)).collect();
    let has = |known: &[&str]| heads.iter().any(|head| known.contains(&head.as_str()));
    let of_calls = has(&CALLEE) && has(&LENGTH) && has(&START);
    if of_calls { heads.iter().filter(|head| !head.is_empty()).count() } else { 0 }
}

/// What is said of a file that lists calls.
pub(super) fn refused(sources: &SourceMap, file: FileId) -> Option<Diagnostic> {
    let form = SheetForm::find(sources, file, known).ok()?;
    Some(Diagnostic::error("invoice-of-calls", form.header.span))
}
