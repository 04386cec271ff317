//! Signs, words and codes of currencies beside a figure: `$0.24`, `0.24 USD`, `-£1.20`.

use super::cell::half_width;

/// Signs and words, folded to capitals, with the currencies that write themselves so.
const SIGNS: [(&str, &[&str]); 52] = [
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("CN¥", &["CNY"]),
    ("JP¥", &["JPY"]),
    ("元", &["CNY", "HKD", "TWD", "MOP"]),
    ("人民币", &["CNY"]),
    ("RMB", &["CNY"]),
    ("円", &["JPY"]),
    ("日元", &["JPY"]),
    ("$", &["USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "COP", "ARS"]),
    ("US$", &["USD"]),
    ("USD$", &["USD"]),
    ("$US", &["USD"]),
    ("美元", &["USD"]),
    ("HK$", &["HKD"]),
    ("HKD$", &["HKD"]),
    ("港币", &["HKD"]),
    ("港元", &["HKD"]),
    ("NT$", &["TWD"]),
    ("新台币", &["TWD"]),
    ("S$", &["SGD"]),
    ("MOP$", &["MOP"]),
    ("A$", &["AUD"]),
    ("AU$", &["AUD"]),
    ("C$", &["CAD"]),
    ("CA$", &["CAD"]),
    ("NZ$", &["NZD"]),
    ("MX$", &["MXN"]),
    ("R$", &["BRL"]),
    ("£", &["GBP"]),
    ("￡", &["GBP"]),
    ("英镑", &["GBP"]),
    ("€", &["EUR"]),
    ("欧元", &["EUR"]),
    ("₩", &["KRW"]),
    ("￦", &["KRW"]),
    ("₹", &["INR"]),
    ("RS", &["INR", "PKR", "LKR", "NPR"]),
    ("RS.", &["INR", "PKR", "LKR", "NPR"]),
    ("₽", &["RUB"]),
    ("РУБ", &["RUB"]),
    ("РУБ.", &["RUB"]),
    ("₺", &["TRY"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("₱", &["PHP"]),
    ("₪", &["ILS"]),
    ("₴", &["UAH"]),
    ("RM", &["MYR"]),
    ("RP", &["IDR"]),
    ("ZŁ", &["PLN"]),
    ("KR", &["SEK", "NOK", "DKK"]),
];

/// Codes that are known without a contract in them: other words of three letters are no currency.
const CODES: [&str; 44] = [
    "USD", "EUR", "GBP", "CNY", "CNH", "HKD", "TWD", "MOP", "JPY", "KRW", "SGD", "MYR", "THB",
    "VND", "IDR", "PHP", "INR", "PKR", "LKR", "BDT", "AUD", "NZD", "CAD", "MXN", "BRL", "ARS",
    "CLP", "COP", "PEN", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "RUB", "UAH",
    "TRY", "ILS", "AED", "SAR", "ZAR",
];

/// A figure with a currency beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedFigure {
    /// The currency, as it is written.
    pub mark: String,
    /// The rest, with its sign and brackets.
    pub figure: String,
    words: Vec<String>,
}

impl MarkedFigure {
    /// Takes a text apart; `None` if no currency stands beside its digits, or something else does.
    /// The code is the currency that is reckoned in, and may be empty.
    #[must_use]
    pub fn of(text: &str, code: &str) -> Option<Self> {
        let half: String = text.chars().map(half_width).collect();
        let half = half.trim();
        let is_digit = |c: char| c.is_ascii_digit();
        let (before, digits, behind) = match (half.find(is_digit), half.rfind(is_digit)) {
            (Some(first), Some(last)) => (&half[..first], &half[first..=last], &half[last + 1..]),
            // A spreadsheet writes nothing as `$ -`.
            _ => (half, "", ""),
        };
        let of_figure = |c: char| matches!(c, '-' | '+' | '(' | ')' | ' ' | '=' | '"' | '\'');
        let mut words = Vec::new();
        for word in [before, behind].iter().flat_map(|part| part.split(of_figure)) {
            if !word.is_empty() {
                let folded = word.to_uppercase();
                let known = folded == code || is_sign_of(&folded, "");
                known.then(|| words.push(folded))?;
            }
        }
        let rest = |part: &str| part.chars().filter(|c| of_figure(*c)).collect::<String>();
        let figure = format!("{}{digits}{}", rest(before), rest(behind)).trim().to_owned();
        let bare = [before, behind].map(|part| part.trim_matches(of_figure));
        let mark = bare.join(" ").trim().to_owned();
        (!words.is_empty() && !figure.is_empty()).then_some(Self { mark, figure, words })
    }

    /// True if the currency can be this one; any can, where none is reckoned in.
    #[must_use]
    pub fn is_in(&self, code: &str) -> bool {
        code.is_empty() || self.words.iter().all(|word| is_sign_of(word, code))
    }
}

/// True if a sign, word or code, in any case, can mean the currency of this code, or any at all
/// where that is empty.
#[must_use]
pub fn is_sign_of(sign: &str, code: &str) -> bool {
    let folded = sign.to_uppercase();
    let any = code.is_empty();
    folded == code
        || (any && CODES.contains(&folded.as_str()))
        || SIGNS.iter().any(|(known, codes)| *known == folded && (any || codes.contains(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_beside_figures() {
        for (text, code, figure, mark) in [
            ("$0.24", "USD", "0.24", "$"),
            ("＄0.24", "USD", "0.24", "$"),
            ("US$ 0.24", "USD", "0.24", "US$"),
            ("USD 0.24", "USD", "0.24", "USD"),
            ("0.24 usd", "USD", "0.24", "usd"),
            ("$0.24 USD", "USD", "0.24", "$ USD"),
            ("-$1.20", "USD", "-1.20", "$"),
            ("$-1.20", "USD", "-1.20", "$"),
            ("($1.20)", "USD", "(1.20)", "$"),
            ("$(1.20)", "USD", "(1.20)", "$"),
            ("$1,234.50", "USD", "1,234.50", "$"),
            ("$ -", "USD", "-", "$"),
            ("£0.24", "GBP", "0.24", "£"),
            ("0,24 €", "EUR", "0,24", "€"),
            ("HK$0.24", "HKD", "0.24", "HK$"),
            ("$0.24", "AUD", "0.24", "$"),
            ("¥24", "JPY", "24", "¥"),
            ("Rs.24", "INR", "24", "Rs."),
            ("0.24 XOF", "XOF", "0.24", "XOF"),
        ] {
            let marked = MarkedFigure::of(text, code).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((marked.figure.as_str(), marked.mark.as_str()), (figure, mark), "{text}");
            assert!(marked.is_in(code) && marked.is_in(""), "{text}");
        }
        for (text, code) in [
            ("$0.24", "CNY"),
            ("¥0.24", "USD"),
            ("0.24元", "EUR"),
            ("£0.24", "EUR"),
            ("US$0.24", "HKD"),
            ("$0.24 CAD", "USD"),
        ] {
            let marked = MarkedFigure::of(text, code).unwrap_or_else(|| panic!("{text}"));
            assert!(!marked.is_in(code), "{text}");
        }
        for text in [
            "",
            "0.24",
            "-",
            "$",
            "0.24 MIN",
            "0.24 元/分钟",
            "$0.24/min",
            "abc",
            "1E5",
            "Total $1",
        ] {
            assert_eq!(MarkedFigure::of(text, "USD"), None, "{text}");
        }
    }
}
