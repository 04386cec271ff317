//! The year of times that have none: the month that a file's name tells.

use crate::when::Day;

/// Days that times may lie from the midst of the month told: half of one month, and two besides.
const NEAR: i32 = 76;

/// Days that several months told may lie apart, and leave no doubt of the year.
const TOGETHER: i32 = 180;

/// A day near which times without a year are, by the file's name; `cells` are such times, each as its
/// month and day.
pub(super) fn told_by_name(name: &str, cells: &[(u32, u32)]) -> Option<Day> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let months = months_in(file);
    let (first, last) = (*months.iter().min()?, *months.iter().max()?);
    let near = *months.first()?;
    let fits = |(month, day): &(u32, u32)| nearest(*month, *day, near).is_some();
    (last.0 - first.0 <= TOGETHER && cells.iter().all(fits)).then_some(near)
}

/// A day of the leap year 2024 that a month and a day are: where nothing tells the year, times are
/// still told apart and in order.
pub(super) fn anywhere((month, day): (u32, u32)) -> Option<Day> {
    Day::from_ymd(2024, month, day)
}

/// The day nearest to another, if it is near.
fn nearest(month: u32, day: u32, near: Day) -> Option<Day> {
    use chrono::Datelike;
    let year = near.date().year();
    let days = [year - 1, year, year + 1].into_iter();
    days.filter_map(|year| Day::from_ymd(year, month, day))
        .find(|date| (date.0 - near.0).abs() <= NEAR)
}

/// The midst of each month that a text names: `2018-09`, `201809`, `20180901`, `2018年9月`.
fn months_in(text: &str) -> Vec<Day> {
    let mut months = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = &rest[begin..];
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        let month = match digits.len() {
            4 => {
                let next = after.strip_prefix(['-', '_', '.', '/', '年']).unwrap_or_default();
                let end = next.find(|c: char| !c.is_ascii_digit()).unwrap_or(next.len());
                (matches!(end, 1 | 2)).then(|| &next[..end])
            }
            6 | 8 => Some(&digits[4..6]),
            _ => None,
        };
        let number = |text: &str| text.parse::<u32>().ok();
        let year = digits.get(..4).and_then(number).filter(|year| (2000..2100).contains(year));
        let day = || {
            let year = i32::try_from(year?).ok()?;
            Day::from_ymd(year, number(month?)?, 15)
        };
        months.extend(day());
        rest = after;
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_found_in_names_and_lines() {
        let september = Day::from_ymd(2018, 9, 15).expect("a day");
        for text in [
            "2018-09.csv",
            "calls_201809.csv",
            "详单20180901.csv",
            "号码：13800000000  日期：2018年9月",
            "查询周期 2018/09/01",
        ] {
            assert_eq!(months_in(text).first(), Some(&september), "{text}");
        }
        for text in ["calls.csv", "13800000000", "2018.csv", "2018-13", "1018-09", "2018-091"] {
            assert!(months_in(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_tells_nothing() {
        let september = Day::from_ymd(2018, 9, 15).expect("a day");
        assert_eq!(told_by_name("a/2018-09.csv", &[(9, 1), (9, 30)]), Some(september));
        // A folder tells nothing.
        assert_eq!(told_by_name("2018-09/a.csv", &[(9, 1)]), None);
        assert_eq!(told_by_name("2018-09.csv", &[(9, 1), (3, 1)]), None);
        assert_eq!(told_by_name("2018-09 2019-09.csv", &[(9, 1)]), None);
    }
}
