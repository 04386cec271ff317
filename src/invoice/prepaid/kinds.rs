//! Types of rows: what their names say, and the lines of the bill that they become.

use super::chain::Says;
use crate::invoice::csv::opening_or_closing;
use crate::invoice::{InvoiceLine, Printed};
use crate::money::Amount;
use crate::source::Span;
use crate::text::fold;

/// A type.
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) says: Says,
    /// Its rows name calls.
    pub(super) of_calls: bool,
}

/// A line of what was deducted under one name.
pub(super) fn charge(kind: &Kind, amount: Amount, at: Span) -> InvoiceLine {
    const CALLS: [&str; 5] = ["呼叫", "通话", "话费", "call", "voice"];
    let folded = fold(&kind.name);
    let of_calls = kind.of_calls || CALLS.iter().any(|word| folded.contains(word));
    InvoiceLine {
        name: kind.name.clone(),
        code: None,
        kind: of_calls.then(|| "call".to_owned()),
        quantity: None,
        unit: None,
        price: None,
        adjusted: None,
        amount: Some(Printed { value: amount, at }),
        tax_rate: None,
        tax: None,
        gross: None,
        period: None,
        object: None,
        note: None,
        at,
    }
}

/// What the name of a type says.
pub(super) fn says(name: &str) -> Says {
    const BACK: [&str; 14] = [
        "退",
        "返还",
        "冲正",
        "冲销",
        "冲红",
        "红冲",
        "冲减",
        "减免",
        "补偿",
        "refund",
        "reversal",
        "rebate",
        "creditnote",
        "chargeback",
    ];
    const IN: [&str; 18] = [
        "充值", "缴费", "缴款", "付款", "存入", "存款", "入账", "入款", "预存", "转入", "赠送",
        "收款", "recharge", "topup", "top-up", "deposit", "payment", "bonus",
    ];
    const FREED: [&str; 4] = ["解冻", "解除冻结", "unfreeze", "unfrozen"];
    const HELD: [&str; 4] = ["冻结", "预授权", "freeze", "frozen"];
    let folded = fold(name);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match () {
        () if has(&FREED) => Says::Freed,
        () if has(&HELD) => Says::Held,
        () if has(&BACK) => Says::Back,
        () if has(&IN) => Says::In,
        () => Says::Out,
    }
}

/// True if a type is that of a row that only says what is there: 期初余额, 上期结转.
pub(super) fn is_balance(name: &str) -> bool {
    opening_or_closing(name)
}

/// Which way money goes by a word that says nothing else: in, or out.
pub(super) fn direction(word: &str) -> Option<bool> {
    match fold(word).as_str() {
        "收入" | "入" | "入账" | "转入" | "增加" | "存入" | "贷" | "+" | "in" | "credit" | "cr"
        | "income" => Some(true),
        "支出" | "出" | "出账" | "转出" | "减少" | "扣减" | "扣除" | "借" | "-" | "out"
        | "debit" | "dr" | "expense" => Some(false),
        _ => None,
    }
}

/// A name for a type that is a number, out of the remark beside it: 通话扣费 of `通话扣费:C1`.
pub(super) fn of_remark(remark: &str) -> &str {
    let end = remark.find(|c: char| c.is_ascii_digit() || " ,;:，；：(（[#".contains(c));
    remark[..end.unwrap_or(remark.len())].trim()
}
