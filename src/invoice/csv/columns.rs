//! Which column of a bill holds what, and in which unit.

use rust_decimal::Decimal;

use super::heads::HEADS;
use crate::input::SheetCell;
use crate::invoice::names::currency_of;
use crate::text::fold;

/// What is paid, where what is charged and what is taken off stand beside it.
const PAID: [&str; 8] =
    ["实收金额", "实付金额", "实收", "实付", "折后金额", "折后总价", "优惠后金额", "应付"];
const TAKEN_OFF: [&str; 8] =
    ["优惠金额", "优惠", "折扣金额", "折扣", "减免金额", "减免", "discount", "discountamount"];

/// A head without case, width, spaces, underscores, and without what stands in brackets or behind a
/// stroke.
pub(in crate::invoice) fn fold_head(text: &str) -> String {
    split(text).0
}

/// The name of a head, and what stands in brackets or behind a stroke.
fn split(text: &str) -> (String, String) {
    let folded = fold(text).replace(['_', '-', '*'], "");
    match folded.find(['(', '[', '/']) {
        Some(at) if at > 0 => (folded[..at].to_owned(), folded[at..].to_owned()),
        _ => (folded, String::new()),
    }
}

/// What a remark of a head says.
fn remarks(text: &str) -> impl Iterator<Item = &str> {
    let marks = ['(', ')', '[', ']', '/', ',', '、', ';', ':', '，', '；', '·'];
    text.split(marks).filter(|word| !word.is_empty())
}

/// Heads that say that the tax is not in it, and those that by themselves say nothing of tax.
const BEFORE_TAX: [&str; 5] = ["不含税金额", "未税金额", "不含税费用", "net", "netamount"];
const OF_EITHER: [&str; 15] = [
    "amount",
    "charge",
    "金额",
    "费用",
    "费用金额",
    "应收金额",
    "本期费用",
    "本期金额",
    "消费金额",
    "出账金额",
    "合计",
    "合计金额",
    "总计",
    "总金额",
    "小计",
];
/// Heads of what all columns of a row come to: beside amounts and tax it contains both.
const IN_ALL: [&str; 5] = ["合计", "合计金额", "总计", "总金额", "小计"];

const WITH_TAX: [&str; 6] = ["含税", "含增值税", "价税合计", "gross", "inclvat", "incltax"];
const WITHOUT_TAX: [&str; 7] = ["不含税", "未税", "除税", "税前", "net", "exclvat", "excltax"];

fn says_with_tax(text: &str) -> bool {
    remarks(&split(text).1).any(|word| WITH_TAX.contains(&word))
}

/// True if a head says nothing of whether tax is in the amounts.
pub(super) fn is_of_either(text: &str) -> bool {
    OF_EITHER.contains(&fold_head(text).as_str()) && !says_with_tax(text)
}

pub(super) fn column_of(cells: &[SheetCell], name: &str) -> Option<usize> {
    let heads =
        |of: &str| HEADS.iter().find(|(n, _)| *n == of).map_or(&[][..], |(_, heads)| *heads);
    let folded: Vec<String> = cells.iter().map(|cell| fold_head(&cell.text)).collect();
    // The surest head first: 金额 before 费用.
    let first = |heads: &[&str], fits: &dyn Fn(usize) -> bool| {
        heads.iter().find_map(|head| (0..cells.len()).find(|at| folded[*at] == *head && fits(*at)))
    };
    let with_tax = |at: usize| says_with_tax(&cells[at].text);
    let without =
        |at: usize| remarks(&split(&cells[at].text).1).any(|word| WITHOUT_TAX.contains(&word));
    // Beside amounts that say that they are before tax, plain ones contain it.
    let before_tax =
        || first(&BEFORE_TAX, &|at| !with_tax(at)).or_else(|| first(heads("amount"), &without));
    let beside = || {
        let net = before_tax()?;
        first(&OF_EITHER, &|at| at != net && !without(at))
    };
    match name {
        "amount" => {
            let reduced = first(&TAKEN_OFF, &|_| true).is_some();
            let paid = || first(&PAID, &|at| !with_tax(at)).filter(|_| reduced);
            let plain = || first(heads("amount"), &|at| !with_tax(at));
            paid().or_else(before_tax).or_else(plain)
        }
        "gross" => first(heads("gross"), &|_| true)
            .or_else(|| first(heads("amount"), &with_tax))
            .or_else(beside)
            .or_else(|| first(heads("tax"), &|_| true).and_then(|_| first(&IN_ALL, &|_| true)))
            .filter(|at| column_of(cells, "amount") != Some(*at)),
        _ => first(heads(name), &|_| true),
    }
}

/// The unit of a column of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::invoice) struct Unit {
    /// What a figure is multiplied by.
    pub(in crate::invoice) factor: Decimal,
    /// The currency, if the head says it.
    pub(in crate::invoice) currency: Option<String>,
}

/// The unit that a head says: `金额(万元)`, `金额（分）`, `amount (USD)`.
///
/// # Errors
/// What stands in its brackets and means nothing.
pub(in crate::invoice) fn unit_of(column: &str, head: &str) -> Result<Unit, String> {
    let mut unit = Unit { factor: Decimal::ONE, currency: None };
    let remark = split(head).1;
    for (place, word) in remarks(&remark).enumerate() {
        // A price is for something: 元/分钟.
        if column == "price" && place > 0 {
            break;
        }
        if let Some((factor, currency)) = factor_of(word) {
            unit.factor = factor;
            unit.currency = currency.or(unit.currency);
            continue;
        }
        let tells_time = word.chars().all(|c| c.is_ascii_digit() || "年月日份度%.~至".contains(c));
        let harmless = ["小写", "本期", "本月", "当期", "当月", "合计", "vat", "tax", "gst"]
            .contains(&word)
            || WITH_TAX.contains(&word)
            || WITHOUT_TAX.contains(&word)
            || tells_time
            || column == "price";
        if let Some(code) = currency_of(word).filter(|_| !harmless) {
            unit.currency = Some(code);
        } else if !harmless {
            return Err(word.to_owned());
        }
    }
    Ok(unit)
}

/// `万元` is ten thousand; `元` says no currency by itself.
fn factor_of(word: &str) -> Option<(Decimal, Option<String>)> {
    let bare = word.strip_prefix("人民币").filter(|rest| !rest.is_empty());
    let currency = bare.map(|_| "CNY".to_owned());
    let factor = match bare.unwrap_or(word) {
        "元" | "yuan" => Decimal::ONE,
        "角" => Decimal::new(1, 1),
        "分" | "fen" => Decimal::new(1, 2),
        "厘" => Decimal::new(1, 3),
        "毫" => Decimal::new(1, 4),
        "百元" => Decimal::from(100),
        "千元" | "千" => Decimal::from(1000),
        "万元" | "万" => Decimal::from(10_000),
        "百万元" | "百万" => Decimal::from(1_000_000),
        "亿元" | "亿" => Decimal::from(100_000_000),
        _ => return None,
    };
    Some((factor, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units_of_heads() {
        for (head, factor, currency) in [
            ("金额", "1", None),
            ("金额（元）", "1", None),
            ("金额(万元)", "10000", None),
            ("金额/分", "0.01", None),
            ("费用(厘)", "0.001", None),
            ("金额(USD)", "1", Some("USD")),
            ("Amount (CNY)", "1", Some("CNY")),
            ("金额(人民币元)", "1", Some("CNY")),
            ("金额(元,含税)", "1", None),
            ("金额（2024年10月）", "1", None),
            ("金额(美元)", "1", Some("USD")),
        ] {
            let unit = unit_of("amount", head).expect(head);
            assert_eq!(unit.factor.to_string(), factor, "{head}");
            assert_eq!(unit.currency.as_deref(), currency, "{head}");
        }
        assert_eq!(unit_of("amount", "金额(两)"), Err("两".to_owned()));
        assert_eq!(unit_of("price", "单价(元/席/月)").map(|unit| unit.factor), Ok(Decimal::ONE));
        assert_eq!(unit_of("price", "单价(分/分钟)").map(|u| u.factor), Ok(Decimal::new(1, 2)));
    }
}
