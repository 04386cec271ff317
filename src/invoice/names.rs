//! What names on a bill say by themselves: tax, rounding, balances, sums, currencies.

use crate::money::is_currency_code;
use crate::text::fold;

/// The ISO 4217 code that a text means: `USD`, `RMB`, `人民币`, `美元`, `HK$`.
#[must_use]
pub fn currency_of(text: &str) -> Option<String> {
    let folded = fold(text);
    let code = match folded.as_str() {
        "cny" | "rmb" | "人民币" | "人民币元" | "元" | "¥" | "￥" | "cn¥" => "CNY",
        "usd" | "美元" | "美金" | "$" | "us$" => "USD",
        "hkd" | "港元" | "港币" | "hk$" => "HKD",
        "eur" | "欧元" | "€" => "EUR",
        "gbp" | "英镑" | "£" => "GBP",
        "jpy" | "日元" => "JPY",
        "mop" | "澳门元" => "MOP",
        "twd" | "新台币" | "nt$" => "TWD",
        "sgd" | "新加坡元" | "s$" => "SGD",
        _ => {
            let upper = folded.to_uppercase();
            return is_currency_code(&upper).then_some(upper);
        }
    };
    Some(code.to_owned())
}

/// True if a line's name says that it is the tax of other lines: `增值税(9%)`, `销项税额`, `VAT 6%`.
#[must_use]
pub fn is_tax(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "增值税",
        "增值税额",
        "增值税税额",
        "增值税款",
        "增值税销项税",
        "增值税销项税额",
        "税额",
        "税金",
        "税款",
        "销项税",
        "销项税额",
        "应纳税额",
        "应交税额",
        "vat",
        "tax",
        "salestax",
        "gst",
        "mwst",
        "tva",
        "iva",
    ];
    let folded = fold(name);
    let bare = folded.split(['(', '[']).next().unwrap_or_default();
    // A rate may follow: 增值税9%.
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || "%.:-_@".contains(c));
    NAMES.contains(&bare)
}

/// True if a line's name says that it rounds the total: `抹零`, `尾差调整`.
#[must_use]
pub fn is_rounding(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "抹零",
        "抹零金额",
        "抹零优惠",
        "尾差",
        "尾差调整",
        "尾数",
        "尾数调整",
        "尾数差异",
        "零头",
        "去零头",
        "零头减免",
        "四舍五入",
        "四舍五入调整",
        "取整",
        "rounding",
        "roundingadjustment",
        "roundoff",
    ];
    NAMES.contains(&bare(name).as_str())
}

/// A name without case, width, spaces, brackets and a colon at its end.
#[must_use]
pub fn bare(name: &str) -> String {
    let folded = fold(name).replace(['_', '*'], "");
    let cut = match folded.find(['(', '[']) {
        Some(at) if at > 0 => &folded[..at],
        _ => &folded,
    };
    cut.trim_matches([':', '：', '.', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_tax_by_its_name() {
        for name in ["增值税", "增值税9%", "增值税(6%)", "销项税额", "税款", "VAT 6%", "Tax"]
        {
            assert!(is_tax(name), "{name}");
        }
        for name in ["增值服务费", "税控服务费", "VAT service", "增值业务费", "税务咨询费"]
        {
            assert!(!is_tax(name), "{name}");
        }
    }

    #[test]
    fn knows_currencies() {
        assert_eq!(currency_of("RMB").as_deref(), Some("CNY"));
        assert_eq!(currency_of("usd").as_deref(), Some("USD"));
        assert_eq!(currency_of("两"), None);
    }
}
