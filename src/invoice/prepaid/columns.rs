//! The columns of a ledger, by their heads.

use crate::input::SheetCell;
use crate::invoice::csv::fold_head;

/// Column heads by column.
pub(super) const HEADS: [(&str, &[&str]); 9] = [
    (
        "time",
        &[
            "time",
            "date",
            "datetime",
            "timestamp",
            "createdat",
            "createtime",
            "transactiontime",
            "transactiondate",
            "创建时间",
            "时间",
            "日期",
            "交易时间",
            "交易日期",
            "发生时间",
            "扣费时间",
            "扣款时间",
            "变动时间",
            "记账时间",
            "入账时间",
            "流水时间",
            "操作时间",
        ],
    ),
    (
        "account",
        &["account", "accountname", "账户名", "账户名称", "账户", "账号", "账户号码", "账户编号"],
    ),
    (
        "kind",
        &[
            "type",
            "kind",
            "transactiontype",
            "description",
            "category",
            "item",
            "流水类型",
            "交易类型",
            "变动类型",
            "扣费类型",
            "收支类型",
            "业务类型",
            "费用类型",
            "费用项目",
            "类型",
            "项目",
            "摘要",
            "科目",
        ],
    ),
    ("call", &["callid", "呼叫id", "通话id", "话单id", "话单号"]),
    (
        "amount",
        &[
            "amount",
            "value",
            "change",
            "扣费金额",
            "扣款金额",
            "变动金额",
            "交易金额",
            "发生金额",
            "发生额",
            "流水金额",
            "金额",
            "费用",
        ],
    ),
    (
        "in",
        &[
            "in",
            "credit",
            "deposit",
            "paidin",
            "收入",
            "收入金额",
            "充值金额",
            "存入",
            "入账金额",
            "增加",
        ],
    ),
    ("out", &["out", "debit", "withdrawal", "paidout", "支出", "支出金额", "消费金额", "减少"]),
    (
        "before",
        &["balancebefore", "期前余额", "变动前余额", "交易前余额", "扣费前余额", "操作前余额"],
    ),
    (
        "balance",
        &[
            "balance",
            "balanceafter",
            "runningbalance",
            "期后余额",
            "变动后余额",
            "交易后余额",
            "扣费后余额",
            "操作后余额",
            "账户余额",
            "当前余额",
            "剩余金额",
            "余额",
            "结余",
        ],
    ),
];

/// Columns by [`HEADS`].
pub(super) type Columns = [Option<usize>; HEADS.len()];

/// The place of a column in [`HEADS`].
pub(super) fn place(name: &str) -> usize {
    HEADS.iter().position(|(known, _)| *known == name).unwrap_or_default()
}

/// The columns that a header has.
pub(super) fn columns(cells: &[SheetCell]) -> Columns {
    HEADS.map(|(_, heads)| {
        let folded = |cell: &SheetCell| heads.contains(&fold_head(&cell.text).as_str());
        cells.iter().position(folded)
    })
}

/// Counts the columns of a ledger among cells; none if it is no header of one.
pub(super) fn known(cells: &[SheetCell]) -> usize {
    let columns = columns(cells);
    let has = |name| columns[place(name)].is_some();
    let moves = has("amount") || has("in") || has("out");
    let is_ledger = has("time") && has("balance") && moves;
    if is_ledger { columns.iter().flatten().count() } else { 0 }
}
