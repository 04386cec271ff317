//! Figures as people and spreadsheets write them.

/// Takes decoration off a figure: spaces, `¥`, `元`, full-width digits and signs, thousands
/// separators in threes, accounting brackets. The result is plain decimal text, to be read exactly;
/// `None` if the text stands for no figure (`-`, `--`, empty, `NULL`).
///
/// # Errors
/// If it is not a figure, such as a decimal comma.
pub fn plain_figure(text: &str) -> Result<Option<String>, NotAFigure> {
    let half: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '−' => '-',
            other => other,
        })
        .collect();
    let bare = half.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    if matches!(bare, "" | "-" | "--" | "NULL" | "null" | "无") {
        return Ok(None);
    }
    let (negative, bare) = match bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => match bare.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start_matches(['¥', '￥'])),
            None => (false, bare),
        },
    };
    let (whole, fraction) = match bare.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (bare, None),
    };
    let whole = if whole.contains(',') { join_thousands(whole)? } else { whole.to_owned() };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !fraction.is_none_or(digits) {
        return Err(NotAFigure);
    }
    let sign = if negative { "-" } else { "" };
    Ok(Some(match fraction {
        Some(fraction) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{whole}"),
    }))
}

/// The text is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAFigure;

/// Thousands must stand in threes, or the comma may be a decimal comma.
fn join_thousands(whole: &str) -> Result<String, NotAFigure> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let in_threes = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if in_threes { Ok(whole.replace(',', "")) } else { Err(NotAFigure) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_decoration_off() {
        for (text, plain) in [
            ("0.12", "0.12"),
            (" 0.12 ", "0.12"),
            ("¥1,234.50", "1234.50"),
            ("￥3", "3"),
            ("0.10元", "0.10"),
            ("-1,234", "-1234"),
            ("(12.30)", "-12.30"),
            ("１，２３４．５０", "1234.50"),
            ("-¥5", "-5"),
        ] {
            assert_eq!(plain_figure(text), Ok(Some(plain.to_owned())), "{text}");
        }
        for text in ["", "-", "--", "NULL", " "] {
            assert_eq!(plain_figure(text), Ok(None), "{text}");
        }
        for text in ["0,12", "12,34", "abc", "0.1 USD", "1.2.3", ",123", "5.", ".5", "1e3"] {
            assert_eq!(plain_figure(text), Err(NotAFigure), "{text}");
        }
    }
}
