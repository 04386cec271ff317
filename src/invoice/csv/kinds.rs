//! What a row of a bill is: a charge, a total, a subtotal.

/// How a row of totals begins.
pub(super) const TOTALS: [&str; 12] = [
    "合计",
    "总计",
    "总金额",
    "本期合计",
    "本期费用合计",
    "价税合计",
    "应付金额",
    "账单合计",
    "total",
    "grandtotal",
    "invoicetotal",
    "totaldue",
];

/// Rows that sum other rows and are not charges themselves.
pub(super) const SUBTOTALS: [&str; 3] = ["小计", "subtotal", "本页小计"];
