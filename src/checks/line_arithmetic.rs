//! # Quantity times price is not the amount
//! # 数量乘单价与金额不符
//!
//! ## Says
//! "{line}" prints {quantity} at {price}, which is {product}, but bills {billed}.
//! ## Test
//! The amount lies above anything that the printed quantity and price can give, even if both have
//! more decimals than are printed; and above what the contract gives.
//! ## Money
//! The amount less quantity times price, as far as nothing else explains the difference on this
//! line. At least: the same with the highest price and quantity that round to the printed ones.
//! ## Often innocent
//! The amount contains a fee that is not part of the price, such as connect fees; then it agrees
//! with the contract, and nothing is reported.
//! ## Ask the provider
//! How the amount of this line was computed.
//!
//! ## 结论
//! "{line}"印明数量 {quantity}、单价 {price}, 相乘为 {product}, 实际计费 {billed}。
//! ## 判断
//! 即使数量与单价另有未印出的小数位, 二者相乘也得不到该金额; 且该金额高于合同应收。
//! ## 金额
//! 金额减去数量乘单价, 以该行尚无其他解释的差额为限;
//! 下限按四舍五入后仍为所印数字的最大数量和单价计算。
//! ## 常见正当原因
//! 金额中含有单价之外的费用, 如接通费; 此时金额与合同一致, 不会列出。
//! ## 请收费方说明
//! 该行金额的计算过程。

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::InvoiceLine;
use crate::money::Amount;
use crate::reconcile::{Fact, Row, RowKind};

/// The check.
pub static CHECK: Check = Check {
    id: "H05",
    code: "line-arithmetic",
    stage: Stage::Invoice,
    level: Level::Error,
    source: include_str!("line_arithmetic.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    for id in case.overcharged(RowKind::Pair) {
        let Some(tax) = tax_beside_product(case, case.row(id)) else { continue };
        for at in case.row(id).lines.clone() {
            let line = case.line(at);
            // What the calls themselves were charged is looked at call by call.
            let open = case.open_beyond_calls(id);
            let wrong = wrong(line, case.ledger.billed(line), tax);
            let Some(wrong) = wrong.filter(|_| open.is_positive()) else { continue };
            let product = case.to_line(wrong.product);
            let amount = open.min(wrong.billed - product);
            let mut finding = Finding::new(&CHECK, Grade::Proved)
                .claiming(amount, id)
                .with("line", Fact::Text(line.name.clone()))
                .with("quantity", Fact::Number(wrong.quantity))
                .with("price", Fact::Number(wrong.price))
                .with("product", Fact::Money(product))
                .with("billed", Fact::Money(wrong.billed))
                .showing(Evidence::Line(at));
            finding.amount.min = amount.min(wrong.least);
            case.claim(id, &CHECK, amount);
            case.push(finding);
        }
    }
}

/// The rate of tax that a sum with tax contains beside quantity times price; `None` if by the
/// contract the row is something else than quantity times price.
fn tax_beside_product(case: &Case<'_>, row: &Row) -> Option<Decimal> {
    let mut lines = case.bill_lines(row);
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let is_product = line.quantity?.times(line.price?) == line.exact;
    let included = case.papers.plan.tax.as_ref().is_some_and(|tax| tax.included);
    let beside = case.ledger.with_tax && !included;
    let rate = line.tax.filter(|_| beside).map_or(Decimal::ZERO, |tax| tax.rate);
    is_product.then_some(rate)
}

struct Wrong {
    quantity: Decimal,
    price: Decimal,
    product: Decimal,
    billed: Amount,
    least: Amount,
}

/// What a line bills beyond its own quantity and price.
fn wrong(line: &InvoiceLine, billed: Amount, tax: Decimal) -> Option<Wrong> {
    let (quantity, price) = (line.quantity?.value, line.price?.value);
    let adjusted = line.adjusted.map_or(Decimal::ZERO, |adjusted| adjusted.value.decimal());
    let half = |number: Decimal| Decimal::new(5, number.scale() + 1);
    // Units are counted in whole numbers; what has decimals was rounded.
    let hidden = if quantity.scale() == 0 { Decimal::ZERO } else { half(quantity) };
    let highest = (quantity + hidden) * (price + half(price)) + adjusted;
    let with_tax = Decimal::ONE + tax;
    let cent = |amount: Decimal| Decimal::new(1, amount.scale());
    let least = |printed: Amount, highest| printed.decimal() - highest - cent(printed.decimal());
    // The price may be with or without tax, whatever the amount is.
    let fits = |printed: Amount| least(printed, highest) <= Decimal::ZERO;
    let sure = least(billed, highest * with_tax);
    let innocent = line.amount.is_some_and(|amount| fits(amount.value)) || sure <= Decimal::ZERO;
    if quantity <= Decimal::ZERO || price <= Decimal::ZERO || innocent {
        return None;
    }
    let product = (quantity * price + adjusted) * with_tax;
    Some(Wrong { quantity, price, product, billed, least: Amount::new(sure) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invoice::Printed;
    use crate::money::parse_decimal;
    use crate::source::{SourceMap, Span};

    fn excess(quantity: &str, price: &str, amount: &str) -> Option<(String, String)> {
        let at = Span { file: SourceMap::default().add("", ""), start: 0, end: 0 };
        let number = |text| parse_decimal(text).expect("test text is a number");
        let printed = |text| Some(Printed { value: number(text), at });
        let line = InvoiceLine {
            name: String::new(),
            code: None,
            kind: None,
            quantity: printed(quantity),
            unit: None,
            price: printed(price),
            adjusted: None,
            amount: Some(Printed { value: Amount::new(number(amount)), at }),
            tax_rate: None,
            tax: None,
            gross: None,
            period: None,
            object: None,
            note: None,
            at,
        };
        let billed = line.net().expect("test line has an amount");
        wrong(&line, billed, Decimal::ZERO).map(|wrong| {
            (
                (wrong.billed.decimal() - wrong.product).normalize().to_string(),
                wrong.least.to_string(),
            )
        })
    }

    #[test]
    fn decimals_that_are_not_printed_explain_an_amount() {
        // 0.05 may be anything up to 0.055: 1,300 times that is 71.50, and a cent for rounding.
        assert_eq!(excess("1300", "0.05", "71.37"), None);
        assert_eq!(excess("1300", "0.05", "71.51"), None);
        assert_eq!(excess("1300", "0.05", "71.52"), Some(("6.52".into(), "0.01".into())));
        // 0.050 is at most 0.0505: 65.65.
        assert_eq!(excess("1300", "0.050", "71.37"), Some(("6.37".into(), "5.71".into())));
        // 10.5 may be 10.55.
        assert_eq!(excess("10.5", "10", "106.00"), None);
        assert_eq!(excess("10", "10", "106.00"), Some(("6".into(), "0.99".into())));
        assert_eq!(excess("10", "10", "90.00"), None);
    }
}
