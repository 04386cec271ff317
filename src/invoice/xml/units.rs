//! Units as invoices in XML code them: UN/ECE recommendations 20 and 21.

/// The field's word for a code; the code itself where there is none.
pub(super) fn unit_of(code: &str) -> &str {
    match code {
        "MIN" => "minute",
        "SEC" => "second",
        "C26" => "millisecond",
        "HUR" => "hour",
        "DAY" => "day",
        "WEE" => "week",
        "MON" => "month",
        "QAN" => "quarter",
        "ANN" => "year",
        "EA" | "C62" | "H87" | "NAR" | "NMB" | "PCE" | "XPP" | "XNA" => "piece",
        "LS" => "lump sum",
        "IE" => "person",
        "AD" => "byte",
        "2P" => "kilobyte",
        "4L" => "megabyte",
        "E34" => "gigabyte",
        "E35" => "terabyte",
        "KGM" => "kilogram",
        "KWH" => "kilowatt hour",
        "P1" => "percent",
        other => other,
    }
}
