//! Dates that don't begin with the year: `1/9/2017`, `26 Aug 2023`, `Wed, 17 Oct 2018`.
//!
//! Which of two numbers is the month can't be seen in one date. It is settled for the whole file,
//! see `detect/evidence.rs`; until then such a date is none.

use super::spelled::{Wall, two_and_clock};

/// Which number of a date comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// The year, as in `2017-09-01`; a date that begins otherwise is none.
    #[default]
    Year,
    /// The day: `1/9/2017` is 1 September.
    Day,
    /// The month: `9/1/2017` is 1 September.
    Month,
    /// The year in two digits: `17/09/01` is 1 September.
    ShortYear,
}

impl DateOrder {
    /// Its word, in dialect files and `--columns dates=…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Year | Self::ShortYear => "ymd",
            Self::Day => "dmy",
            Self::Month => "mdy",
        }
    }

    /// The order that a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Year, Self::Day, Self::Month].into_iter().find(|order| order.word() == word)
    }

    /// True if a text's date exists only in the other order of day and month.
    pub(super) fn is_contradicted_by(self, text: &str) -> bool {
        let other = match self {
            Self::Year | Self::ShortYear => return false,
            Self::Day => Self::Month,
            Self::Month => Self::Day,
        };
        two_numbers(date_of(text)).is_some_and(|numbers| {
            let exists = |order| {
                let date = numbers.under(order);
                date.is_some_and(|(y, m, d)| crate::when::Day::from_ymd(y, m, d).is_some())
            };
            !exists(self) && exists(other)
        })
    }
}

/// The two numbers of a date before its year, as written, and the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TwoNumbers {
    pub(super) first: u32,
    pub(super) second: u32,
    year: i32,
    /// Two digits of the year, which may stand first then: `24/05/06`.
    pub(super) last: Option<u32>,
    /// `1.9.2017`: with points the day comes first everywhere.
    points: bool,
    /// `09-18`: so the month comes first everywhere, if that is one.
    hyphen_alone: bool,
}

/// Reads `1/9/2017`, `01-09-2017`, `1.9.2017` and `1/9/17`.
pub(super) fn two_numbers(date: &str) -> Option<TwoNumbers> {
    let separator = date.bytes().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'-' | b'.') {
        return None;
    }
    let mut parts = date.split(char::from(separator));
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let short = |part: &str| matches!(part.len(), 1 | 2) && digits(part);
    if parts.next().is_some() || !short(first) || !short(second) || !digits(year) {
        return None;
    }
    let last = (year.len() == 2).then(|| year.parse()).transpose().ok()?;
    let year = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i32>().ok()?,
        _ => return None,
    };
    let (first, second) = (first.parse().ok()?, second.parse().ok()?);
    let points = separator == b'.';
    Some(TwoNumbers { first, second, year, last, points, hyphen_alone: false })
}

/// The numbers of `09-18 14:07:37` and `18/09 14:07`, in some year.
pub(super) fn without_year(text: &str, year: i32) -> Option<TwoNumbers> {
    let (first, second, separator) = two_and_clock(text)?;
    let hyphen_alone = separator == '-';
    let two = TwoNumbers { first, second, year, last: None, points: false, hyphen_alone };
    // A word tells the month from the day.
    (separator != '月').then_some(two)
}

impl TwoNumbers {
    /// Year, month and day under an order; `None` if the order is not known.
    pub(super) fn under(self, order: DateOrder) -> Option<(i32, u32, u32)> {
        match order {
            DateOrder::Month => Some((self.year, self.first, self.second)),
            DateOrder::Day => Some((self.year, self.second, self.first)),
            DateOrder::Year if self.points => Some((self.year, self.second, self.first)),
            DateOrder::ShortYear => {
                Some((2000 + self.first.cast_signed(), self.second, self.last?))
            }
            DateOrder::Year => None,
        }
    }

    /// True if it has to be known which number is the month.
    pub(super) fn asks(self) -> bool {
        !self.points
    }

    /// True if the month comes first unless something tells otherwise.
    pub(super) fn is_usually_month_first(self) -> bool {
        self.hyphen_alone
    }
}

/// The date of a text that holds a date and a time, or a date alone; a weekday may stand before it.
pub(super) fn date_of(text: &str) -> &str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(letters);
    let text = if letters > 2 && is_weekday(word) {
        rest.trim_start_matches([' ', ',', '.'])
    } else {
        text
    };
    text.split([' ', 'T', ',']).next().unwrap_or_default()
}

/// A text without the weekday in it: `2024-05-01(周三) 10:16:50`, `2024-05-01 星期三 10:16`.
pub(super) fn without_weekday(text: &str) -> Option<String> {
    let (before, rest) = match text.split_once(['(', '（']) {
        Some((before, rest)) => (before, rest),
        None => text.split_at(text.find(['周', '星', '礼'])?),
    };
    let (day, after) = match rest.split_once([')', '）']) {
        Some(parts) => parts,
        None => rest.split_at(rest.find(char::is_whitespace)?),
    };
    let chinese = ["周", "星期", "礼拜"].iter().any(|week| {
        day.strip_prefix(week)
            .is_some_and(|day| ["一", "二", "三", "四", "五", "六", "日", "天"].contains(&day))
    });
    (chinese || is_weekday(day)).then(|| format!("{} {}", before.trim_end(), after.trim_start()))
}

/// Reads a date and time in a spelling that does not begin with the year.
pub(super) fn written(text: &str, order: DateOrder) -> Option<Wall> {
    let mut date: Option<(i32, u32, u32)> = None;
    let (mut day, mut month, mut year) = (None, None, None);
    let (mut clock, mut noon) = (None, None);
    for part in text.split([' ', ',', '\u{a0}', '\u{202f}']).filter(|part| !part.is_empty()) {
        let number = || part.parse::<u32>().ok().filter(|_| part.len() <= 4);
        if part.contains(':') {
            let (bare, half) = split_half(part);
            clock = Some(time_of_day(bare)?);
            noon = half.or(noon);
        } else if let Some(half) = half_of_day(part) {
            noon = Some(half);
        } else if is_weekday(part) {
            continue;
        } else if let Some(named) = month_named(part) {
            month = Some(named);
        } else if let Some(numbers) = two_numbers(part) {
            date = Some(numbers.under(order)?);
        } else if let Some((y, m, d)) = with_name(part) {
            date = Some((y, m, d));
        } else if let Some(begins) = crate::when::parse_day(part) {
            use chrono::Datelike;
            date = Some((begins.year(), begins.month(), begins.day()));
        } else {
            let number = number()?;
            let year_like = part.len() == 4;
            let slot = if year_like { &mut year } else { &mut day };
            if slot.replace(number).is_some() {
                return None;
            }
        }
    }
    let (hour, minute, second) = clock?;
    let hour = match noon {
        None => hour,
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(after) => hour % 12 + if after { 12 } else { 0 },
    };
    let (year, month, day) = match (date, year, month, day) {
        (Some(date), None, None, None) => date,
        (None, Some(year), Some(month), Some(day)) => (i32::try_from(year).ok()?, month, day),
        _ => return None,
    };
    Wall::new(year, month, day, (hour, minute, second))
}

/// `26-Aug-2023`, `26/Aug/23`.
fn with_name(text: &str) -> Option<(i32, u32, u32)> {
    let mut parts = text.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, month_named(parts.next()?)?, parts.next()?);
    let year = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i32>().ok()?,
        _ => return None,
    };
    if parts.next().is_some() { None } else { Some((year, month, day.parse().ok()?)) }
}

/// `9:05`, `09:05:07`, `09:05:07.250`.
fn time_of_day(text: &str) -> Option<(u32, u32, Option<u32>)> {
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut parts = text.split(':');
    let mut two = || -> Option<Option<u32>> {
        parts.next().map_or(Some(None), |part| {
            let fits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| part.parse().ok())
        })
    };
    let (hour, minute, second) = (two()??, two()??, two()?);
    if two()?.is_some() { None } else { Some((hour, minute, second)) }
}

/// `9:05AM` as `9:05` and that it is before noon.
fn split_half(text: &str) -> (&str, Option<bool>) {
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
    match half_of_day(&text[digits.len()..]) {
        Some(half) => (digits, Some(half)),
        None => (text, None),
    }
}

/// True after noon.
fn half_of_day(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["AM", "A.M.", "上午"]) {
        Some(false)
    } else if is(["PM", "P.M.", "下午"]) {
        Some(true)
    } else {
        None
    }
}

fn is_weekday(text: &str) -> bool {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    begins_one(text, &DAYS).is_some()
}

fn month_named(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    begins_one(text, &MONTHS).and_then(|place| u32::try_from(place + 1).ok())
}

/// The place of the name that a text of three letters or more begins, or is.
fn begins_one(text: &str, names: &[&str]) -> Option<usize> {
    let text = text.strip_suffix('.').unwrap_or(text).as_bytes();
    if text.len() < 3 {
        return None;
    }
    names.iter().position(|name| {
        name.as_bytes().get(..text.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: DateOrder) -> Option<(i32, u32, u32, u32)> {
        written(text, order).map(|wall| (wall.year, wall.month, wall.day, wall.second))
    }

    #[test]
    fn one_moment_in_many_spellings() {
        // 2018-10-17 15:52:04 is second 15 × 3600 + 52 × 60 + 4 = 57124 of its day.
        let expected = Some((2018, 10, 17, 57_124));
        for text in [
            "Wed, 17 Oct 2018 15:52:04",
            "17 Oct 2018 15:52:04",
            "October 17, 2018 3:52:04 PM",
            "Oct 17 2018 03:52:04PM",
            "17-Oct-2018 15:52:04",
            "17/Oct/18 15:52:04",
            "2018-10-17 3:52:04 PM",
            "17.10.2018 15:52:04",
            "17.10.2018, 15:52:04",
        ] {
            assert_eq!(read(text, DateOrder::Year), expected, "{text}");
        }
        for text in ["17/10/2018 15:52:04", "17-10-18 3:52:04 pm"] {
            assert_eq!(read(text, DateOrder::Day), expected, "{text}");
            assert_eq!(read(text, DateOrder::Year), None, "{text}");
        }
        assert_eq!(read("10/17/2018 3:52:04 p.m.", DateOrder::Month), expected);
        assert_eq!(read("5/6/24 12:05 AM", DateOrder::Month), Some((2024, 5, 6, 300)));
        assert_eq!(read("5/6/24 12:05 PM", DateOrder::Day), Some((2024, 6, 5, 43_500)));
    }

    #[test]
    fn what_is_no_such_text() {
        for text in [
            "17 Oct 2018",
            "Oct 2018 15:52:04",
            "17 18 Oct 2018 15:52:04",
            "13:05 PM 17 Oct 2018",
            "1/2/3/2018 15:52:04",
            "Tomorrow 15:52:04",
            "Ma 17 2018 15:52:04",
            "17/10/2018 15:52:04 7",
        ] {
            assert_eq!(read(text, DateOrder::Day), None, "{text}");
        }
    }
}
