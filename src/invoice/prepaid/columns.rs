//! The columns of a ledger, by their heads: of several that fit, the surest comes first in its list.

use crate::input::SheetCell;
use crate::invoice::csv::fold_head;

/// Column heads by column.
pub(super) const HEADS: [(&str, &[&str]); 12] = [
    (
        "time",
        &[
            "datetime",
            "timestamp",
            "createdat",
            "createtime",
            "transactiontime",
            "transactiondate",
            "交易时间",
            "发生时间",
            "扣费时间",
            "扣款时间",
            "变动时间",
            "记账时间",
            "入账时间",
            "流水时间",
            "消费时间",
            "操作时间",
            "创建时间",
            "交易日期",
            "扣费日期",
            "date",
            "日期",
            "time",
            "时间",
        ],
    ),
    (
        "account",
        &[
            "account",
            "accountid",
            "accountno",
            "accountnumber",
            "accountname",
            "账号",
            "账户",
            "账户id",
            "账户号码",
            "账户编号",
            "客户账号",
            "客户编号",
            "用户账号",
            "用户编号",
            "用户id",
            "账户名",
            "账户名称",
            "客户名称",
            "用户名",
            "customer",
            "customerid",
            "userid",
            "username",
        ],
    ),
    (
        "kind",
        &[
            "transactiontype",
            "type",
            "kind",
            "category",
            "交易类型",
            "流水类型",
            "变动类型",
            "扣费类型",
            "业务类型",
            "费用类型",
            "操作类型",
            "费用项目",
            "类型",
            "项目",
            "科目",
            "摘要",
            "description",
            "item",
        ],
    ),
    ("direction", &["收支类型", "收支方向", "收支", "资金流向", "借贷", "direction", "drcr"]),
    ("note", &["备注", "说明", "摘要", "描述", "note", "remark", "remarks", "memo", "description"]),
    ("call", &["callid", "呼叫id", "通话id", "话单id", "话单号", "呼叫唯一标识", "通话唯一标识"]),
    (
        "amount",
        &[
            "amount",
            "change",
            "扣费金额",
            "扣款金额",
            "变动金额",
            "交易金额",
            "发生金额",
            "发生额",
            "流水金额",
            "消费金额",
            "金额",
            "费用",
            "value",
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
            "可用余额",
            "availablebalance",
            "本金余额",
            "现金余额",
            "充值余额",
            "主账户余额",
        ],
    ),
    ("gift", &["赠送余额", "赠金余额", "赠款余额", "赠送金余额", "bonusbalance", "giftbalance"]),
];

/// A balance that is not all that is held: what was given stands beside it.
const OF_OWN_MONEY: [&str; 4] = ["本金余额", "现金余额", "充值余额", "主账户余额"];
/// Heads that no bill has, only a ledger.
const OF_LEDGERS: [&str; 14] = [
    "变动金额",
    "交易金额",
    "扣费金额",
    "扣款金额",
    "流水金额",
    "发生金额",
    "发生额",
    "流水类型",
    "交易类型",
    "变动类型",
    "扣费类型",
    "收支类型",
    "收支",
    "transactiontype",
];

/// Columns by [`HEADS`].
pub(super) type Columns = [Option<usize>; HEADS.len()];

/// The place of a column in [`HEADS`]. No other name takes that of another column.
pub(super) fn place(name: &str) -> usize {
    HEADS.iter().position(|(known, _)| *known == name).expect("a column of the table")
}

/// The columns that a header has.
pub(super) fn columns(cells: &[SheetCell]) -> Columns {
    let folded: Vec<String> = cells.iter().map(|cell| fold_head(&cell.text)).collect();
    let mut columns: Columns = HEADS
        .map(|(_, heads)| heads.iter().find_map(|head| folded.iter().position(|one| one == head)));
    let head = |column: Option<usize>| column.map_or("", |at| folded[at].as_str());
    // What is a column of its own for the amount is none of what went out.
    if columns[place("out")] == columns[place("amount")] {
        let by_sides = columns[place("in")].is_some();
        columns[place(if by_sides { "amount" } else { "out" })] = None;
    }
    if columns[place("note")] == columns[place("kind")] {
        columns[place("note")] = None;
    }
    if !OF_OWN_MONEY.contains(&head(columns[place("balance")])) {
        columns[place("gift")] = None;
    }
    columns
}

/// Counts the columns of a ledger among cells; none if it is no header of one. Without balances it
/// must have a type, and a head that only ledgers have.
pub(super) fn known(cells: &[SheetCell]) -> usize {
    let columns = columns(cells);
    let has = |name| columns[place(name)].is_some();
    let moves = has("amount") || has("in") || has("out");
    let typed = has("kind") || has("direction");
    let of_ledgers = || {
        let is = |cell: &SheetCell| OF_LEDGERS.contains(&fold_head(&cell.text).as_str());
        cells.iter().any(is) || (has("in") && has("out"))
    };
    let is_ledger = has("time") && moves && (has("balance") || (typed && of_ledgers()));
    if is_ledger { columns.iter().flatten().count() } else { 0 }
}
