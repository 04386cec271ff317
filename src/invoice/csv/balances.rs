//! Names of rows that are balances and payments.

use super::kinds::Kind;

/// What was owed before, and what was paid since.
pub(super) fn balance(name: &str) -> Option<Kind> {
    const BEFORE: [&str; 12] = [
        "上期",
        "上月",
        "上个月",
        "上次",
        "往期",
        "往月",
        "前期",
        "以前",
        "此前",
        "前月",
        "历史",
        "期初",
    ];
    // Owed, or owned: which one, and of when, other words say.
    const OWED: [&str; 11] =
        ["余额", "结转", "欠费", "欠款", "未付", "未缴", "未交", "未结清", "未结", "结余", "未清"];
    const HELD: [&str; 5] = ["预存款", "预存", "充值", "累计", "期末"];
    const BESIDE: [&str; 17] = [
        "账户", "帐户", "账单", "帐单", "费用", "话费", "金额", "总额", "款项", "款", "额", "应付",
        "月份", "本月", "本期", "当前", "当月",
    ];
    const PAID: [&str; 20] = [
        "上期已缴",
        "上期缴费",
        "本期缴费",
        "已收",
        "已付",
        "已缴",
        "已支付",
        "已付款",
        "已付金额",
        "已缴金额",
        "本期已付",
        "本期付款",
        "本期已缴",
        "上期已付",
        "上期付款",
        "上月付款",
        "收到付款",
        "已收款",
        "paymentreceived",
        "paymentsreceived",
    ];
    let english = ["openingbalance", "previousbalance", "balanceforward", "balancebroughtforward"];
    if english.contains(&name) {
        return Some(Kind::Opening);
    }
    const PERHAPS: [&str; 10] = [
        "充值",
        "本期充值",
        "收款",
        "payment",
        "payments",
        "预存",
        "预存抵扣",
        "预付款抵扣",
        "余额抵扣",
        "账户抵扣",
    ];
    if PERHAPS.contains(&name) {
        return Some(Kind::PerhapsPayment);
    }
    if PAID.contains(&name) {
        return Some(Kind::Payment);
    }
    let groups: [&[&str]; 4] = [&BEFORE, &OWED, &HELD, &BESIDE];
    let (mut said, mut rest) = ([false; 4], name);
    while !rest.is_empty() {
        let (group, word) = groups.iter().enumerate().find_map(|(group, words)| {
            words.iter().find(|word| rest.starts_with(**word)).map(|word| (group, *word))
        })?;
        said[group] = true;
        rest = &rest[word.len()..];
    }
    match said {
        [true, true, false, _] => Some(Kind::Opening),
        [_, true, _, _] | [_, _, true, _] => Some(Kind::Balance),
        _ => None,
    }
}

/// True if a name is one of what an account holds before or after its rows.
pub(super) fn opening_or_closing(name: &str) -> bool {
    const ENGLISH: [&str; 10] = [
        "openingbalance",
        "closingbalance",
        "previousbalance",
        "startingbalance",
        "endingbalance",
        "balanceforward",
        "balancebroughtforward",
        "balancecarriedforward",
        "balanceb/f",
        "balancec/f",
    ];
    let of_balances = ["余额", "结转", "结余"].iter().any(|word| name.contains(word));
    let stands = matches!(balance(name), Some(Kind::Opening | Kind::Balance));
    ENGLISH.contains(&name) || (of_balances && stands)
}
