//! The columns of a deck: by their usual heads, or as the contract names them.

use crate::input::{SheetCell, SheetForm, usual_heads};
use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Diagnostics, Field, FileId, Kind, Section, key};
use crate::tariff::companion::Companions;
use crate::text::fold;

/// Column heads, folded, by column.
const HEADS: [(&str, &[&str]); 8] = [
    (
        "prefix",
        &[
            "prefix",
            "code",
            "dialcode",
            "dialingcode",
            "diallingcode",
            "dialprefix",
            "destinationcode",
            "前缀",
            "号码前缀",
            "费率前缀",
            "地区前缀",
            "计费前缀",
            "目的码",
        ],
    ),
    (
        "price",
        &[
            "price",
            "rate",
            "perminutecharge",
            "priceperminute",
            "rateperminute",
            "price/min",
            "rate/min",
            "newrate",
            "rate_cost",
            "单价",
            "费率",
            "价格",
            "费率/分钟",
            "每分钟费率",
            "分钟单价",
            "资费",
        ],
    ),
    (
        "connect",
        &[
            "connect",
            "connectioncharge",
            "connectionfee",
            "connectcharge",
            "connectfee",
            "connectcost",
            "setupfee",
            "setup",
            "接通费",
            "每次接通费",
            "接续费",
        ],
    ),
    (
        "increment",
        &[
            "increment",
            "increments",
            "billingincrement",
            "interval",
            "billinginterval",
            "chargeperiod",
            "计费单位",
            "计费周期",
            "计费周期(秒)",
            "计费间隔",
        ],
    ),
    (
        "first",
        &[
            "first",
            "firstincrement",
            "initialincrement",
            "interval1",
            "firstinterval",
            "首时长",
            "首个计费单位",
            "首次计费单位",
        ],
    ),
    (
        "next",
        &[
            "next",
            "nextincrement",
            "subsequentincrement",
            "intervaln",
            "nextinterval",
            "后续时长",
            "后续计费单位",
        ],
    ),
    (
        "from",
        &[
            "from",
            "effectivedate",
            "effective",
            "effectivefrom",
            "validfrom",
            "startdate",
            "生效日期",
            "生效日",
            "启用日期",
            "起始日期",
        ],
    ),
    (
        "name",
        &[
            "name",
            "destination",
            "destinationname",
            "description",
            "country",
            "comment",
            "targetpatternname",
            "目的地",
            "名称",
            "地区",
            "国家",
            "国家/地区",
            "区域",
        ],
    ),
];

pub(super) const PREFIX: usize = 0;
pub(super) const PRICE: usize = 1;
pub(super) const CONNECT: usize = 2;
pub(super) const INCREMENT: usize = 3;
pub(super) const FIRST: usize = 4;
pub(super) const NEXT: usize = 5;
pub(super) const FROM: usize = 6;
pub(super) const NAME: usize = 7;

pub(super) static COLUMNS: Section = Section {
    name: "columns",
    about: [
        "Heads of the deck's columns, as the file writes them.",
        "费率表各列的表头, 按文件所写。",
    ],
    keys: &[
        key("prefix", Kind::Text, Optional, "prefix", "前缀"),
        key("price", Kind::Text, Optional, "price of one `per`", "单价"),
        key("connect", Kind::Text, Optional, "connection fee", "接通费"),
        key(
            "increment",
            Kind::Text,
            Optional,
            "increment: `60/6`, `60+6`, or `6` for both",
            "计费单位: `60/6`, `60+6`, 或 `6`",
        ),
        key("first", Kind::Text, Optional, "first increment, seconds", "首个计费单位, 秒"),
        key("next", Kind::Text, Optional, "each next increment, seconds", "后续计费单位, 秒"),
        key("from", Kind::Text, Optional, "effective date", "生效日期"),
        key("name", Kind::Text, Optional, "name of the destination", "目的地名称"),
    ],
};

/// Places of the columns, in the order of the constants above.
pub(super) type Places = [Option<usize>; HEADS.len()];

/// Heads that the contract names, by column.
pub(super) struct Columns([Option<Field<String>>; HEADS.len()]);

impl Columns {
    pub(super) fn named(table: Option<&Cursor<'_>>) -> Self {
        Self(HEADS.map(|(key, _)| table.and_then(|table| table.text(key))))
    }

    /// The place of a column among cells.
    fn find(&self, column: usize, cells: &[SheetCell]) -> Option<usize> {
        let texts = || cells.iter().map(|cell| fold(&cell.text));
        let known = || texts().position(|text| HEADS[column].1.contains(&text.as_str()));
        match &self.0[column] {
            Some(head) => texts().position(|text| text == fold(&head.value)).or_else(known),
            None => known(),
        }
    }
}

/// The table's form, the place of each column, and those of columns with prices of bands.
pub(super) fn form(
    named: &Columns,
    bands: &[Field<String>],
    files: &Companions<'_>,
    file: FileId,
    found: &mut Diagnostics,
) -> Option<(SheetForm, Places, Vec<usize>)> {
    let columns_of = |cells: &[SheetCell]| {
        std::array::from_fn::<_, { HEADS.len() }, _>(|column| named.find(column, cells))
    };
    let known = |cells: &[SheetCell]| {
        let columns = columns_of(cells);
        let needed = columns[PREFIX].is_some() && columns[PRICE].is_some();
        if needed { columns.iter().flatten().count() } else { 0 }
    };
    let form = match SheetForm::find(files.sources(), file, known) {
        Ok(form) => form,
        Err(why) => {
            let [english, chinese] = usual_heads(&HEADS);
            found.push(
                why.with("needed.en", "prefix, price")
                    .with("needed.zh", "前缀, 单价")
                    .with("columns.en", english)
                    .with("columns.zh", chinese),
            );
            return None;
        }
    };
    let columns = columns_of(&form.header.cells);
    let heads: Vec<&str> = form.header.cells.iter().map(|cell| cell.text.as_str()).collect();
    for head in named.0.iter().flatten().chain(bands) {
        if !heads.iter().any(|text| fold(text) == fold(&head.value)) {
            found.push(
                Diagnostic::error("deck-column", head.span)
                    .and(form.header.span)
                    .with("typed", &head.value)
                    .with("known", heads.join(", ")),
            );
        }
    }
    let of_band =
        |head: &Field<String>| heads.iter().position(|text| fold(text) == fold(&head.value));
    let bands: Vec<usize> = bands.iter().filter_map(of_band).collect();
    let used: Vec<Option<usize>> =
        columns.iter().copied().chain(bands.iter().copied().map(Some)).collect();
    if let Some(unread) = form.header.unread(&used, &HEADS) {
        found.push(unread);
    }
    Some((form, columns, bands))
}
