//! What a row of a bill is: a charge, or a sum of others, a balance, a heading.

use super::balances::balance;
use crate::invoice::names::bare;
use crate::text::fold;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A charge or credit.
    Line,
    /// The total; its name may say of what.
    Total(Of),
    /// What is owed in all.
    Due,
    /// A sum of lines.
    Subtotal,
    /// A name that a sum of the lines above may have, and a charge, too: the figure decides.
    Section,
    /// What was owed before.
    Opening,
    /// What was paid since.
    Payment,
    /// A name that a payment may have, and a charge or credit, too: a payment if the bill carries a
    /// balance over.
    PerhapsPayment,
    /// A name of this month's charges in all: their total if its figure is it.
    Current,
    /// Some other balance, or what was paid in: no charge, unless the total counts it.
    Balance,
    /// A heading or a remark, if it has no figures.
    Remark,
    /// A sum in words.
    InWords,
}

/// What a total is a sum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Its column decides.
    Column,
    /// Amounts before tax.
    Net,
    /// Taxes.
    Tax,
    /// Amounts with tax.
    Gross,
}

/// Words of which names of sums are made, longest first where one begins another, and what they say.
const WORDS: [(&str, Word); 81] = {
    use Word::{Due, Gross, Less, Net, Part, Plain, Sum, Tax};
    [
        ("不含税", Net),
        ("未税", Net),
        ("税前", Net),
        ("价税", Gross),
        ("含税", Gross),
        ("税额", Tax),
        ("税款", Tax),
        ("增值税", Tax),
        ("合计", Sum),
        ("总计", Sum),
        ("共计", Sum),
        ("总和", Sum),
        ("总金额", Sum),
        ("总费用", Sum),
        ("总额", Sum),
        ("小计", Part),
        ("应付", Due),
        ("应收", Due),
        ("应缴", Due),
        ("应交", Due),
        ("应支付", Due),
        ("实收", Due),
        ("实付", Due),
        ("实缴", Due),
        ("待付", Due),
        ("待缴", Due),
        ("已付", Less),
        ("本账期", Plain),
        ("本月", Plain),
        ("本期", Plain),
        ("本次", Plain),
        ("本页", Plain),
        ("当月", Plain),
        ("当期", Plain),
        ("账期", Plain),
        ("账单", Plain),
        ("帐单", Plain),
        ("全部", Plain),
        ("以上", Plain),
        ("各项", Plain),
        ("费用", Plain),
        ("金额", Plain),
        ("款项", Plain),
        ("款", Plain),
        ("小写", Plain),
        ("大写", Plain),
        ("人民币", Plain),
        ("元", Plain),
        ("额", Plain),
        ("subtotal", Part),
        ("totals", Sum),
        ("total", Sum),
        ("sum", Sum),
        ("due", Due),
        ("payable", Due),
        ("grand", Plain),
        ("invoice", Plain),
        ("bill", Plain),
        ("amount", Plain),
        ("charges", Plain),
        ("this", Plain),
        ("month", Plain),
        ("period", Plain),
        ("current", Plain),
        ("net", Net),
        ("gross", Gross),
        ("inclusive", Gross),
        ("including", Gross),
        ("incl", Gross),
        ("inc", Gross),
        ("exclusive", Net),
        ("excluding", Net),
        ("excl", Net),
        ("ex", Net),
        ("topay", Due),
        ("balancedue", Due),
        ("gst", Tax),
        ("vat", Tax),
        ("tax", Tax),
        ("before", Net),
        ("of", Plain),
    ]
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Sum,
    Part,
    Due,
    Less,
    Net,
    Tax,
    Gross,
    Plain,
}

/// Names of this month's charges, which beside balances are their total.
const CURRENT: [&str; 12] = [
    "本期费用",
    "本期消费",
    "本期新增",
    "本期发生额",
    "本期账单",
    "本期金额",
    "本月费用",
    "本月消费",
    "本月账单",
    "本月金额",
    "currentcharges",
    "newcharges",
];

/// What a row is by its name.
pub(super) fn kind_of(name: &str) -> Kind {
    let folded = fold(name).replace(['_', '*'], "");
    if in_words(&folded) {
        return Kind::InWords;
    }
    if is_remark(&folded) {
        return Kind::Remark;
    }
    let plain = bare(name);
    if let Some(kind) = balance(&plain) {
        return kind;
    }
    // What stands in brackets says of what the sum is: 合计(含税).
    let whole = folded.replace(['(', ')', '[', ']', ':', '：', '.', '-', '/', ','], "");
    if let Some(kind) = sum(&whole).or_else(|| sum(&plain)) {
        return kind;
    }
    if plain.ends_with("小计") || plain.starts_with("小计:") || plain.ends_with("subtotal") {
        return Kind::Subtotal;
    }
    if CURRENT.contains(&plain.as_str()) {
        return Kind::Current;
    }
    let section = ["合计", "总计", "共计", "total"].into_iter().any(|word| plain.ends_with(word));
    if section { Kind::Section } else { Kind::Line }
}

/// True if a name says of nothing in particular that it is a sum: 小计, 本页小计.
pub(super) fn is_plain_sum(name: &str) -> bool {
    sum(&bare(name)).is_some()
}

/// True if a name that a payment may have is one of a balance, too.
pub(super) fn is_held(name: &str) -> bool {
    matches!(bare(name).as_str(), "充值" | "本期充值" | "预存")
}

/// A name that is made of words of sums alone.
fn sum(name: &str) -> Option<Kind> {
    let (mut said, mut rest) = (Vec::new(), name);
    while !rest.is_empty() {
        // Dates are part of the name of a sum: 10月合计.
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        match word {
            Some((word, meaning)) => {
                said.push(*meaning);
                rest = &rest[word.len()..];
            }
            None => {
                let first = rest.chars().next()?;
                if !first.is_ascii_digit() && !"年月日份度".contains(first) {
                    return None;
                }
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    let says = |word| said.contains(&word);
    match () {
        () if says(Word::Less) => None,
        () if says(Word::Part) => Some(Kind::Subtotal),
        () if says(Word::Due) => Some(Kind::Due),
        () if !says(Word::Sum) => None,
        () if says(Word::Net) => Some(Kind::Total(Of::Net)),
        () if says(Word::Gross) => Some(Kind::Total(Of::Gross)),
        () if says(Word::Tax) => Some(Kind::Total(Of::Tax)),
        () => Some(Kind::Total(Of::Column)),
    }
}

/// 合计(大写): 伍佰叁拾贰元玖角捌分.
fn in_words(folded: &str) -> bool {
    const FIGURES: &str = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正";
    let digits = folded.chars().filter(|c| "壹贰叁肆伍陆柒捌玖拾佰仟".contains(*c)).count();
    let all = folded.trim_start_matches("人民币").chars().all(|c| FIGURES.contains(c));
    folded.contains("大写") || (digits > 1 && all)
}

/// 一、通信费; (二)月租费; 备注: ….
fn is_remark(folded: &str) -> bool {
    const COUNTS: &str = "一二三四五六七八九十";
    const BEGINNINGS: [&str; 17] = [
        "备注",
        "注:",
        "注：",
        "说明",
        "其中",
        "制表",
        "经办",
        "审核",
        "复核",
        "盖章",
        "开户行",
        "开户银行",
        "收款单位",
        "收款账号",
        "客服电话",
        "note:",
        "remark",
    ];
    let opened = folded.trim_start_matches(['(', '[', '第']);
    let counted = opened.trim_start_matches(|c| COUNTS.contains(c));
    let is_counted = counted.len() < opened.len()
        && (counted.starts_with(['、', '.', ')', ']', ',']) || counted.starts_with("部分"));
    let titled = folded.starts_with('[') && folded.ends_with(']');
    is_counted || titled || BEGINNINGS.iter().any(|begins| folded.starts_with(begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_sums_by_their_names() {
        for name in [
            "合计",
            "合计：",
            "合 计",
            "合计(元)",
            "费用合计",
            "合计金额",
            "账单总额",
            "总额",
            "小写合计",
            "Sum",
            "Totals",
            "Grand Total",
            "总金额",
            "本期费用合计",
            "2024年10月合计",
        ] {
            assert_eq!(kind_of(name), Kind::Total(Of::Column), "{name}");
        }
        for name in [
            "应付合计",
            "应收合计",
            "本月应缴费用合计",
            "本期应付",
            "实收",
            "本期应缴",
            "应付金额",
            "Total due",
            "应付总额(小写)",
        ] {
            assert_eq!(kind_of(name), Kind::Due, "{name}");
        }
        assert_eq!(kind_of("价税合计"), Kind::Total(Of::Gross));
        assert_eq!(kind_of("合计（含税）"), Kind::Total(Of::Gross));
        assert_eq!(kind_of("不含税合计"), Kind::Total(Of::Net));
        assert_eq!(kind_of("税额合计"), Kind::Total(Of::Tax));
        for name in ["小计", "通信费小计", "本页小计", "Subtotal"] {
            assert_eq!(kind_of(name), Kind::Subtotal, "{name}");
        }
        assert_eq!(kind_of("通信费合计"), Kind::Section);
        for name in [
            "上期余额",
            "上期应付未付",
            "上期结转余额",
            "期初余额",
            "上期未结清",
            "以前月份欠费",
            "上月未缴费用",
            "上期账单余额",
        ] {
            assert_eq!(kind_of(name), Kind::Opening, "{name}");
        }
        // Of all months, this one perhaps included; or what is held in advance.
        for name in ["累计欠费", "预存款", "账户余额", "本月充值", "期末余额", "本期欠费"]
        {
            assert_eq!(kind_of(name), Kind::Balance, "{name}");
        }
        assert_eq!(kind_of("本期已付"), Kind::Payment);
        assert_eq!(kind_of("上期已缴"), Kind::Payment);
        assert_eq!(kind_of("充值"), Kind::PerhapsPayment);
        assert_eq!(kind_of("本期费用"), Kind::Current);
        assert_eq!(kind_of("Current charges"), Kind::Current);
        assert_eq!(kind_of("本期费用合计"), Kind::Total(Of::Column));
        assert_eq!(kind_of("一、通信费"), Kind::Remark);
        assert_eq!(kind_of("（二）月租费"), Kind::Remark);
        assert_eq!(kind_of("大写：伍佰叁拾贰元玖角捌分"), Kind::InWords);
    }

    #[test]
    fn charges_stay_charges() {
        for name in [
            "增值服务费",
            "税控服务费",
            "合计服务费",
            "总机月租",
            "总部管理费",
            "小计费",
            "余额管理费",
            "预存款管理费",
            "充值服务费",
            "累计通话附加费",
            "月结服务费",
            "折扣服务费",
            "费用",
            "金额",
            "VAT service",
            "税额",
            "增值税",
            "通话费",
            "万元套餐",
            "一号通",
            "十分钟套餐",
            "分机费",
            "其他费用",
        ] {
            assert_eq!(kind_of(name), Kind::Line, "{name}");
        }
    }
}
