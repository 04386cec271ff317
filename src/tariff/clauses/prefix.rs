//! Prefixes of a deck, as numbers are looked up by.

use crate::number::Kind;

/// What a prefix without `+` or `00` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `44` is +44.
    International,
    /// Digits as they are dialled at home.
    Dialled,
}

/// Why a text is no prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not made of digits, or of too many.
    Digits,
    /// No country code begins with 0.
    CountryCode,
    /// It can be read in two ways, and the contract does not say in which.
    Form,
}

/// A prefix as a number: 1 and its digits, so that zeros in front count. With the kind of number
/// that it is for, if only one.
pub(super) type Spelled = (u64, Option<Kind>);

/// Most digits of a prefix: with `00` more than the longest number of E.164.
const MOST_DIGITS: u32 = 18;

/// The spellings of a prefix: international ones begin with `00`; those of +86 are spelled as
/// numbers at home are, which have no country code.
pub(super) fn spell(text: &str, form: Option<Form>, out: &mut Vec<Spelled>) -> Result<(), Wrong> {
    let text = text.trim_start_matches('\'');
    let abroad = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let digits = abroad.unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') {
        return Err(Wrong::Digits);
    }
    let form = match abroad {
        Some(_) => Form::International,
        None => form.ok_or(Wrong::Form)?,
    };
    let number = |start: u64, digits: &str| {
        let mut count = if start == 1 { 0 } else { 2 };
        let mut number = start;
        for digit in digits.bytes().filter(|byte| *byte != b' ') {
            count += 1;
            if count > MOST_DIGITS {
                return Err(Wrong::Digits);
            }
            number = number * 10 + u64::from(digit - b'0');
        }
        Ok(number)
    };
    if form == Form::Dialled {
        out.push((number(1, digits)?, None));
        return Ok(());
    }
    if digits.starts_with('0') {
        return Err(Wrong::CountryCode);
    }
    let Some(national) = digits.strip_prefix("86") else {
        out.push((number(100, digits)?, None));
        return Ok(());
    };
    let national: String = national.chars().filter(|c| *c != ' ').collect();
    let fixed = (number(10, &national)?, Some(Kind::Fixed));
    let as_it_is = number(1, &national)?;
    match national.as_bytes() {
        [] => {
            out.extend([fixed, (11, Some(Kind::Mobile))]);
            out.extend((11..20).map(|digit| (digit, Some(Kind::Service))));
        }
        [b'1'] => out.extend([fixed, (as_it_is, Some(Kind::Mobile))]),
        [b'1', b'3'..=b'9', ..] => out.push((as_it_is, Some(Kind::Mobile))),
        [b'4' | b'8', b'0', b'0', ..] => out.push((as_it_is, Some(Kind::Service))),
        _ => out.push(fixed),
    }
    Ok(())
}

/// The digits of a spelled prefix.
pub(super) fn digits_of(spelled: u64) -> String {
    let mut digits = spelled.to_string();
    digits.remove(0);
    digits
}

/// A prefix as it is shown: `+44`, `0571`.
pub(super) fn shown(digits: &str) -> String {
    digits.strip_prefix("00").map_or(digits.to_owned(), |abroad| format!("+{abroad}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str, form: Option<Form>) -> Result<Vec<(String, Option<Kind>)>, Wrong> {
        let mut out = Vec::new();
        spell(text, form, &mut out)?;
        Ok(out.into_iter().map(|(number, kind)| (digits_of(number), kind)).collect())
    }

    #[test]
    fn prefixes_are_spelled_as_numbers_are_looked_up() {
        let abroad = Some(Form::International);
        for (text, form, digits, kind) in [
            ("+44", None, "0044", None),
            ("0044", None, "0044", None),
            ("44", abroad, "0044", None),
            ("44 20", abroad, "004420", None),
            ("'1212", abroad, "001212", None),
            ("0571", Some(Form::Dialled), "0571", None),
            ("44", Some(Form::Dialled), "44", None),
            // Numbers at home are looked up without country code.
            ("+8613", None, "13", Some(Kind::Mobile)),
            ("+86571", None, "0571", Some(Kind::Fixed)),
            ("+8610", None, "010", Some(Kind::Fixed)),
            ("86400", abroad, "400", Some(Kind::Service)),
        ] {
            assert_eq!(spelled(text, form), Ok(vec![(digits.to_owned(), kind)]), "{text}");
        }
        assert_eq!(spelled("+86", None).map(|all| all.len()), Ok(11));
        assert_eq!(spelled("+861", None).map(|all| all.len()), Ok(2));
        for (text, form, wrong) in [
            ("44", None, Wrong::Form),
            ("0571", abroad, Wrong::CountryCode),
            ("+", abroad, Wrong::Digits),
            ("", abroad, Wrong::Digits),
            ("44-20", abroad, Wrong::Digits),
            ("4.4E+10", abroad, Wrong::Digits),
            ("+12345678901234567", abroad, Wrong::Digits),
        ] {
            assert_eq!(spelled(text, form), Err(wrong), "{text}");
        }
    }
}
