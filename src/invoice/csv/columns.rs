//! Which column of a bill holds what.

use crate::input::SheetCell;
use crate::text::fold;

/// Column heads, folded and without brackets, by column.
pub(super) const HEADS: [(&str, &[&str]); 14] = [
    (
        "name",
        &[
            "item",
            "name",
            "description",
            "service",
            "chargename",
            "line",
            "费用项目",
            "收费项目",
            "项目",
            "费用名称",
            "项目名称",
            "名称",
            "科目",
            "费用类型",
            "账单项目",
            "计费项目",
        ],
    ),
    ("code", &["code", "itemcode", "编码", "项目编码", "费用编码"]),
    ("kind", &["kind", "category", "类别", "种类"]),
    (
        "quantity",
        &[
            "quantity",
            "qty",
            "usage",
            "units",
            "数量",
            "用量",
            "计费量",
            "计费分钟",
            "分钟数",
            "计费分钟数",
            "使用量",
        ],
    ),
    ("unit", &["unit", "uom", "单位", "计量单位"]),
    ("price", &["price", "unitprice", "rate", "单价", "费率", "不含税单价"]),
    (
        "amount",
        &[
            "amount",
            "net",
            "netamount",
            "charge",
            "金额",
            "费用",
            "费用金额",
            "不含税金额",
            "应收金额",
            "小计金额",
            "计费费用",
        ],
    ),
    ("tax_rate", &["taxrate", "vatrate", "税率"]),
    ("tax", &["tax", "vat", "taxamount", "税额", "增值税额"]),
    (
        "gross",
        &[
            "gross",
            "total",
            "grossamount",
            "amountwithtax",
            "价税合计",
            "含税金额",
            "含税总额",
            "应付金额",
        ],
    ),
    ("from", &["from", "起始日期", "开始日期", "计费起始日"]),
    ("until", &["until", "to", "截止日期", "结束日期", "计费截止日"]),
    ("object", &["object", "subject", "对象", "号码", "业务号码", "坐席", "线路"]),
    ("note", &["note", "remark", "remarks", "备注", "说明"]),
];

/// A head without case, width, spaces, underscores, and without what stands in brackets.
pub(super) fn fold_head(text: &str) -> String {
    let folded = fold(text).replace(['_', '-', '*'], "");
    match folded.find('(') {
        Some(at) if at > 0 => folded[..at].to_owned(),
        _ => folded,
    }
}

pub(super) fn column_of(cells: &[SheetCell], name: &str) -> Option<usize> {
    let (_, heads) = HEADS.iter().find(|(n, _)| *n == name)?;
    // The surest head first: 金额 before 费用.
    heads.iter().find_map(|head| cells.iter().position(|cell| fold_head(&cell.text) == *head))
}
