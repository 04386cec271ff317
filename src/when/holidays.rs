//! Public holidays that are kept with the program, by country and year.

use super::{Day, DayKind};

/// Countries of which holidays are kept.
pub const COUNTRIES: [&str; 1] = ["china"];

/// Holidays and make-up working days of mainland China, as announced each November.
const CHINA: &str = include_str!("holidays/china.txt");

/// The years that are kept for a country, with the days that are not what their weekday says;
/// empty for a country of which none are kept.
///
/// A year that is not among them has not been announced, or the data is older than it.
#[must_use]
pub fn announced(country: &str) -> Vec<(u32, Vec<(Day, DayKind)>)> {
    let text = if country == COUNTRIES[0] { CHINA } else { "" };
    let mut years: Vec<(u32, Vec<(Day, DayKind)>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let year = words.next().and_then(|year| year.parse::<u32>().ok());
        let kind = match words.next() {
            Some("holiday") => DayKind::Holiday,
            _ => DayKind::Workday,
        };
        let Some(year) = year else { continue };
        let days = words.filter_map(|day| Some((day_of(year, day)?, kind)));
        match years.last_mut().filter(|(last, _)| *last == year) {
            Some((_, known)) => known.extend(days),
            None => years.push((year, days.collect())),
        }
    }
    years
}

/// The day of a year that `05-01` names.
#[must_use]
pub fn day_of(year: u32, text: &str) -> Option<Day> {
    let (month, day) = text.split_once('-')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse().ok()).flatten();
    Day::from_ymd(i32::try_from(year).ok()?, two(month)?, two(day)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn china_is_read_whole() {
        let years = announced("china");
        // Counted by hand in the announcements: days off and working days in exchange.
        let counts: Vec<(u32, usize, usize)> = years
            .iter()
            .map(|(year, days)| {
                let off = days.iter().filter(|(_, kind)| *kind == DayKind::Holiday).count();
                (*year, off, days.len() - off)
            })
            .collect();
        assert_eq!(counts, [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)]);
        let (_, days) = &years[0];
        let national = (day_of(2024, "10-01").expect("a day"), DayKind::Holiday);
        let worked = (day_of(2024, "10-12").expect("a day"), DayKind::Workday);
        assert!(days.contains(&national) && days.contains(&worked));
        assert!(announced("atlantis").is_empty());
    }
}
