//! Types of rows: what their names say, and the lines of the bill that they become.

use super::chain::Says;
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
    let folded = fold(name);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match () {
        () if has(&BACK) => Says::Back,
        () if has(&IN) => Says::In,
        () => Says::Out,
    }
}
