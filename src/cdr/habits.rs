//! What the first rows of a file show of how its cells are written: what no cell shows by itself.

use super::counts::day_of_serial;
use super::dialect::{Dialect, fold_header};
use super::duration::without_exponent;
use super::months::month_in;
use super::spelled::{day_without_year, lacks_year, time_of_day};
use super::time::Times;
use super::{Column, ColumnSpec, DateOrder, Field, Layout, Unit, YearKnown, year};
use crate::input::Lines;
use crate::number::{ReExpanded, is_exponent, re_expanded_column};
use crate::source::Diagnostic;
use crate::text::{Comma, bare_cell, fold, says_nothing};
use crate::when::{Day, Zone};

/// How the cells of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The comma is the decimal sign.
    pub decimal_comma: bool,
    /// The numbers of the caller and of the callee were cut to a few digits by a spreadsheet, and
    /// expanded with zeros again.
    pub re_expanded: [ReExpanded; 2],
    /// Some numbers were cut by a spreadsheet.
    pub damaged_numbers: bool,
    /// A day near which times without a year are.
    pub near: Option<Day>,
}

/// Rows looked at.
const MOST_ROWS: usize = 2_000;

/// Looks at the rows below the header; lengths that a spreadsheet turned into fractions of a day get
/// that unit. Of what is not said, the dialect knows the decimal sign, and the contract's period a
/// day near times without a year.
///
/// # Errors
/// A diagnostic if cells can be read in two ways that differ, and nothing tells which is meant.
pub(super) fn look(
    layout: &mut Layout,
    name: &str,
    head: &str,
    said: &ColumnSpec,
    (decimal_comma, near): (Option<bool>, Option<Day>),
) -> Result<(), Box<Diagnostic>> {
    let cells = Cells::new(layout, head);
    let above = head.lines().take(usize::try_from(layout.header_lines).unwrap_or(0));
    let above = month_in(above);
    let problem = |code: &'static str, column: &Column, found: &str| {
        let header = match column.header.as_str() {
            "" => format!("#{}", column.place + 1),
            header => header.to_owned(),
        };
        let found: String = found.chars().take(40).collect();
        let problem = Diagnostic::error_without_place(code).with("path", name);
        Box::new(problem.with("column", header).with("found", found))
    };
    let mut year_known = YearKnown::Written;
    let mut habits = Habits { near: said.near().or(near).or(above), ..Habits::default() };
    if let Some((column, found)) = cells.without_year() {
        let days = cells.days_without_year(column);
        let told = match (said.year, above, near) {
            (Some(year), ..) => Some((said.near(), YearKnown::Given(year))),
            // What the user says goes before what a title says.
            (None, _, Some(_)) => Some((near, YearKnown::Period)),
            (None, Some(_), None) => Some((above, YearKnown::Above)),
            (None, None, None) => match year::told_by_name(name, &days) {
                Some(near) => Some((Some(near), YearKnown::Name)),
                // It is only looked at.
                None if said.any_year => {
                    Some((days.first().copied().and_then(year::anywhere), YearKnown::Unknown))
                }
                None => None,
            },
        };
        let Some((near, known)) = told else { return Err(problem("cdr-year", column, &found)) };
        (habits.near, year_known) = (near, known);
    }
    habits.decimal_comma = match said.decimal_comma.or(decimal_comma) {
        Some(said) => said,
        None => {
            cells.decimal_comma().map_err(|(column, found)| problem("cdr-comma", column, &found))?
        }
    };
    let numbers = [Field::Caller, Field::Callee].map(|field| cells.of(field));
    habits.re_expanded = re_expanded(&numbers);
    habits.damaged_numbers = habits.re_expanded.iter().any(|cut| *cut != ReExpanded::No)
        || numbers.iter().flatten().any(|cell| is_exponent(bare_cell(cell.as_bytes())));
    if let Some((column, other)) = cells.same_head(said) {
        let twice = problem("cdr-head-twice", column, "");
        return Err(Box::new(twice.with("other", format!("#{}", other + 1))));
    }
    let units = said.columns.iter().any(|said| said.unit.is_some());
    let mut in_days = Vec::new();
    let lengths = layout.columns.iter().filter(|column| column.field.is_length());
    for column in lengths.filter(|column| column.unit == Unit::Seconds && !units) {
        match fractions_of_a_day(&cells.of(column.field)) {
            Fractions::None => {}
            Fractions::Days => in_days.push(column.field),
            Fractions::Cut(found) => return Err(problem("cdr-day-fractions", column, &found)),
        }
    }
    for column in &mut layout.columns {
        if in_days.contains(&column.field) {
            column.unit = Unit::Days;
        }
    }
    layout.habits = habits;
    layout.known.year = year_known;
    Ok(())
}

/// Rows in which one number alone tells that it was cut.
const LONE: usize = 10;

/// What became of the numbers of the caller and of the callee.
fn re_expanded(numbers: &[Vec<String>; 2]) -> [ReExpanded; 2] {
    let column = |side: usize, lone| {
        let bare = numbers[side].iter().map(|cell| bare_cell(cell.as_bytes()));
        re_expanded_column(bare, lone)
    };
    let differ = |side: usize| numbers[side].iter().any(|number| *number != numbers[side][0]);
    // One callee of many callers is the company's own number, and may be chosen for its zeros.
    let lone = [None, Some(LONE).filter(|_| !differ(0))];
    let cut = [0, 1].map(|side| column(side, lone[side]));
    let proved = cut.iter().any(|cut| matches!(cut, ReExpanded::From(_)));
    // What was cut in one column was cut in the other.
    [0, 1].map(|side| match (cut[side], proved) {
        (ReExpanded::Perhaps, true) => column(side, Some(1)),
        (cut @ ReExpanded::From(_), _) => cut,
        _ => ReExpanded::No,
    })
}

/// What follows so many lines.
fn after_lines(head: &str, lines: u64) -> &str {
    let mut rest = head;
    for _ in 0..lines {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// The cells of the first rows.
#[derive(Clone, Copy)]
pub(super) struct Cells<'c> {
    layout: &'c Layout,
    body: &'c [u8],
}

impl<'c> Cells<'c> {
    pub(super) fn new(layout: &'c Layout, head: &'c str) -> Self {
        Self { layout, body: after_lines(head, layout.header_lines).as_bytes() }
    }

    /// Those of a field that hold anything, in rows that have all fields.
    fn of(&self, field: Field) -> Vec<String> {
        self.layout.column(field).map(|column| self.at(column.place)).unwrap_or_default()
    }

    /// Those at a place.
    pub(super) fn at(&self, place: usize) -> Vec<String> {
        let mut cells = Vec::new();
        let Layout { delimiter, quote, fields, .. } = *self.layout;
        Lines::new(delimiter, quote, fields).each(self.body, |line, number| {
            if (number as usize) < MOST_ROWS && (fields == 0 || line.len() >= fields) {
                let cell = String::from_utf8_lossy(line.field(place));
                if !says_nothing(&cell) {
                    cells.push(cell.trim().to_owned());
                }
            }
        });
        cells
    }

    /// Those at some places, of rows where all hold something.
    pub(super) fn beside<const N: usize>(&self, places: [usize; N]) -> Vec<[String; N]> {
        let mut rows = Vec::new();
        let Layout { delimiter, quote, fields, .. } = *self.layout;
        Lines::new(delimiter, quote, fields).each(self.body, |line, number| {
            if (number as usize) < MOST_ROWS && (fields == 0 || line.len() >= fields) {
                let cell = |place| String::from_utf8_lossy(line.field(place)).trim().to_owned();
                let row = places.map(cell);
                if !row.iter().any(|cell| says_nothing(cell)) {
                    rows.push(row);
                }
            }
        });
        rows
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        Lines::new(self.layout.delimiter, self.layout.quote, 0).each(
            &self.layout.header,
            |line, _| {
                let name = |place| String::from_utf8_lossy(line.field(place)).into_owned();
                names = (0..line.len()).map(name).collect();
            },
        );
        names
    }

    /// A column that is used though another has the same name and other contents, with the other's
    /// place.
    fn same_head(&self, said: &ColumnSpec) -> Option<(&'c Column, usize)> {
        let names: Vec<String> = self.names().iter().map(|name| fold(name)).collect();
        self.layout.columns.iter().find_map(|column| {
            let mine = names.get(column.place).filter(|name| !name.is_empty())?;
            let used = |place: usize| self.layout.columns.iter().any(|c| c.place == place);
            let other = names
                .iter()
                .enumerate()
                .find(|(place, name)| *name == mine && !used(*place))
                .map(|(place, _)| place)?;
            let is_said = said.says(column.field);
            let differs = self.at(other) != self.at(column.place);
            (differs && !is_said).then_some((column, other))
        })
    }

    /// The column with times that have no year, and one of them.
    fn without_year(&self) -> Option<(&'c Column, String)> {
        [(Field::Start, ""), (Field::Date, " 00:00")].into_iter().find_map(|(field, clock)| {
            let cells = self.of(field);
            let found = cells.iter().find(|cell| lacks_year(&format!("{cell}{clock}")))?;
            Some((self.layout.column(field)?, found.clone()))
        })
    }

    /// Month and day of the times of a column that have no year.
    fn days_without_year(&self, column: &Column) -> Vec<(u32, u32)> {
        let cells = self.of(column.field);
        cells.iter().filter_map(|cell| day_without_year(cell, self.layout.dates)).collect()
    }

    /// True if the comma is the decimal sign: of charges or, where they have none, of lengths.
    fn decimal_comma(&self) -> Result<bool, (&'c Column, String)> {
        let columns = || self.layout.columns.iter();
        let charges: Vec<&Column> = columns()
            .filter(|c| matches!(c.field, Field::Charge | Field::CallerLegCharge))
            .collect();
        let lengths: Vec<&Column> = columns().filter(|column| column.field.is_length()).collect();
        for columns in [charges, lengths] {
            let (mut decimal, mut other, mut either) = (false, false, None);
            for column in columns {
                for cell in self.of(column.field) {
                    match Comma::of(&cell) {
                        Comma::Absent => {}
                        Comma::Decimal => decimal = true,
                        Comma::Thousands | Comma::Point => other = true,
                        Comma::Either => either = either.or(Some((column, cell))),
                    }
                }
            }
            match (decimal, other, either) {
                // Where both occur, each cell is left to itself, and those with the comma to reject.
                (true, other, _) => return Ok(!other),
                (false, true, _) => return Ok(false),
                (false, false, Some(either)) => return Err(either),
                (false, false, None) => {}
            }
        }
        Ok(false)
    }
}

/// A start that is only a time of day gets the day from another column, and one that is only a day
/// the time, where the first rows show which column that is.
pub(super) fn pair_day_and_time(layout: &mut Layout, head: &str) {
    let cells = Cells::new(layout, head);
    let Some(start) = layout.column(Field::Start).filter(|_| layout.column(Field::Date).is_none())
    else {
        return;
    };
    let starts = cells.at(start.place);
    let names = cells.names();
    let all = |cells: &[String], is: fn(&str) -> bool| {
        !cells.is_empty() && cells.iter().all(|cell| is(cell))
    };
    let free = |place: &usize| {
        let mut columns = layout.columns.iter().filter(|column| column.place == *place);
        // 通话时间 and call time may be a length, but beside a day alone they are none.
        columns.all(|column| column.field == Field::Total && is_clock_name(&column.header))
    };
    let mut free = (0..names.len()).filter(free);
    let (day, time) = if all(&starts, is_clock) {
        let day = free.find(|place| all(&cells.at(*place), is_day));
        (day, Some(start.place))
    } else if all(&starts, is_day) {
        let time =
            free.find(|place| is_clock_name(&names[*place]) && all(&cells.at(*place), is_clock));
        (Some(start.place), time)
    } else {
        return;
    };
    let (Some(day), Some(time)) = (day, time) else { return };
    layout.columns.retain(|column| column.place != day && column.place != time);
    for (field, place) in [(Field::Start, time), (Field::Date, day)] {
        let header = names.get(place).map_or("", |name| name.trim()).to_owned();
        layout.unused.retain(|name| *name != header);
        layout.columns.push(Column { field, place, header, unit: Unit::Seconds, point: 0 });
    }
    layout.columns.sort_by_key(|column| column.field);
}

/// The first of the days, if the start is read from a column of days and the first rows name no time
/// of day there; midnight is one where the column's name does not say that it holds days.
pub(super) fn day_alone(layout: &Layout, head: &str, generic: &Dialect) -> Option<String> {
    let start = layout.column(Field::Start).filter(|_| layout.column(Field::Date).is_none())?;
    let name = fold_header(&start.header);
    let days = generic.aliases.get(&Field::Date).is_some_and(|days| days.contains(&name));
    let cells = Cells::new(layout, head).at(start.place);
    let alone = |cell: &String| is_day(cell) && (days || !cell.contains(':'));
    cells.iter().all(alone).then(|| cells.first().cloned())?
}

/// True of the name of a column of times of day.
fn is_clock_name(name: &str) -> bool {
    let name = fold(name);
    ["time", "时间", "时刻", "hora", "heure", "uhrzeit"].iter().any(|word| name.contains(word))
        && !["duration", "total", "talk", "时长"].iter().any(|word| name.contains(word))
}

/// True of a time of day alone.
fn is_clock(cell: &str) -> bool {
    let cell = bare_text(cell);
    time_of_day(&cell).is_some_and(|clock| is_time(&format!("2024-01-01 {clock}")))
}

/// True of a day alone.
fn is_day(cell: &str) -> bool {
    let cell = bare_text(cell);
    let cell = cell.trim_end_matches(" 00:00:00").trim_end_matches(" 0:00");
    let serial = cell.parse().ok().filter(|_| cell.len() == 5).and_then(day_of_serial);
    !is_time(cell) && (serial.is_some() || is_time(&format!("{cell} 00:00:00")))
}

fn bare_text(cell: &str) -> String {
    String::from_utf8_lossy(bare_cell(cell.as_bytes())).into_owned()
}

/// True of a time in whichever order its date is written.
fn is_time(text: &str) -> bool {
    let zone = Zone::Fixed(0);
    [DateOrder::Year, DateOrder::Day, DateOrder::Month].into_iter().any(|order| {
        let mut times = Times::new(zone, zone).ordered(order).near(Some(Day(19_900)));
        matches!(times.read(text.as_bytes()), Ok(Some(_)))
    })
}

/// What a column of lengths shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fractions {
    /// Nothing of the kind.
    None,
    /// Fractions of a day, to the second.
    Days,
    /// Perhaps fractions of a day, cut so far that the seconds are lost; one of them.
    Cut(String),
}

/// A spreadsheet makes `0.00096` of `0:01:23`. All of the column are then below 1; five decimals tell
/// the second; and as seconds, the shortest would be too short for any call.
fn fractions_of_a_day(cells: &[String]) -> Fractions {
    let (mut count, mut most_decimals, mut shortest) = (0, 0, None::<String>);
    for cell in cells {
        let cell = bare_cell(cell.as_bytes());
        let Ok(cell) = std::str::from_utf8(cell) else { return Fractions::None };
        let spelled = without_exponent(cell);
        let cell = spelled.as_deref().unwrap_or(cell);
        if cell.bytes().all(|byte| byte == b'0') {
            continue;
        }
        let plain = without_exponent(cell);
        let cell = plain.as_deref().unwrap_or(cell);
        let fraction = cell.strip_prefix("0.").or_else(|| cell.strip_prefix('.'));
        let Some(fraction) = fraction.filter(|f| f.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            return Fractions::None;
        };
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            count += 1;
            most_decimals = most_decimals.max(fraction.len());
            // Below 1, texts of decimals order as the numbers do.
            let fraction = fraction.to_owned();
            shortest = Some(shortest.map_or(fraction.clone(), |shortest| shortest.min(fraction)));
        }
    }
    match shortest {
        Some(shortest) if most_decimals >= 5 && shortest.as_str() < "02" => Fractions::Days,
        Some(shortest) if count >= 3 => Fractions::Cut(format!("0.{shortest}")),
        _ => Fractions::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_day_are_known_by_the_whole_column() {
        let of = |text: &str| {
            let cells: Vec<String> = text.split(' ').map(str::to_owned).collect();
            fractions_of_a_day(&cells)
        };
        assert_eq!(of("0.00096 0 0.0121527777777778"), Fractions::Days);
        assert_eq!(of("0.00096"), Fractions::Days);
        assert_eq!(of("0.0547569444 0.0006944444 5.78704e-05"), Fractions::Days);
        // Seconds with their fraction.
        assert_eq!(of("0.00096 7.5"), Fractions::None);
        assert_eq!(of("0.512345 0.7"), Fractions::None);
        assert_eq!(of("0 0 0"), Fractions::None);
        assert_eq!(of("00:01:23 0.001"), Fractions::None);
        assert_eq!(of("0.001 0.002 0.01"), Fractions::Cut("0.001".into()));
    }
}
