//! The month that an export is of, where it says so.

use crate::when::Day;

/// The midst of the months that lines above the header name: `查询月份:2024年05月`.
pub(super) fn month_in<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Day> {
    let mut days: Vec<i32> = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices("20") {
            let joined = at > 0 && line.as_bytes()[at - 1].is_ascii_digit();
            let Some(year) = line.get(at..at + 4).filter(|_| !joined) else { continue };
            let rest = line[at + 4..].trim_start_matches(['年', '-', '/', '.']);
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let month = rest.get(..digits.min(2)).and_then(|month| month.parse().ok());
            let (Ok(year), Some(month)) = (year.parse(), month) else { continue };
            // `20240501` and `202405` are days and months, longer figures are something else.
            if matches!(digits, 1 | 2 | 4) {
                days.extend(Day::from_ymd(year, month, 15).map(|day| day.0));
            }
        }
    }
    let (first, last) = (*days.iter().min()?, *days.iter().max()?);
    // Farther apart they are not one period.
    (last - first < 200).then(|| Day(first + (last - first) / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_above_the_header() {
        let day = |year, month, day| Day::from_ymd(year, month, day);
        let of = |text: &str| month_in(text.lines());
        assert_eq!(of("中国移动\n查询月份:2024年05月\n"), day(2024, 5, 15));
        assert_eq!(of("账期,202405"), day(2024, 5, 15));
        // Between 15 May and 15 June lie 31 days.
        assert_eq!(of("2024-05-01 至 2024-06-30"), day(2024, 5, 30));
        assert_eq!(of("Statement 20240501 to 20240531"), day(2024, 5, 15));
        assert_eq!(of("客户号 13802024050, 版本 2.0"), None);
        assert_eq!(of("2014-05-01 至 2024-06-30"), None);
    }
}
