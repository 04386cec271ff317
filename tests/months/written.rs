//! A month written by a template.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::form::{Clock, LengthForm, TimeForm};
use super::month::{Expected, Made, Style};
use super::template::{Template, bare, folded, words};

/// A month as a table.
pub struct Written {
    pub rows: Vec<Vec<String>>,
    pub calls: Vec<Expected>,
    pub told_zone: Option<String>,
    /// The order of dates, where it has to be told if it is asked.
    pub dates: Option<&'static str>,
    delimiter: u8,
    quote: Option<u8>,
    every: bool,
    crlf: bool,
}

impl Written {
    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for (place, cell) in row.iter().enumerate() {
                if place > 0 {
                    text.push(char::from(self.delimiter));
                }
                let Some(quote) = self.quote.map(char::from) else {
                    text.push_str(cell);
                    continue;
                };
                let special = [char::from(self.delimiter), quote, '\n'];
                if cell.contains(special) || (self.every && !cell.is_empty()) {
                    let doubled = cell.replace(quote, &format!("{quote}{quote}"));
                    text.push_str(&format!("{quote}{doubled}{quote}"));
                } else {
                    text.push_str(cell);
                }
            }
            text.push_str(if self.crlf { "\r\n" } else { "\n" });
        }
        text
    }
}

impl Template {
    /// The month written anew.
    pub fn write(&self, calls: &[Made], style: Style) -> Written {
        let epoch = self.facts.epoch.as_ref().and_then(|name| {
            let names = self.header.clone().unwrap_or_else(|| self.order());
            Self::place(&names, name)
        });
        let form = |place: usize| {
            let form = self.cells(place).into_iter().find_map(TimeForm::of)?;
            let dmy = match self.facts.dates.as_deref() {
                Some("dmy") => true,
                Some("mdy") => false,
                _ => style.dmy,
            };
            Some(form.ordered(dmy))
        };
        let mut times: BTreeMap<usize, (&str, TimeForm)> = BTreeMap::new();
        for field in ["start", "answer", "end", "date", "caller_leg_answer"] {
            for place in self.fields.get(field).into_iter().flatten() {
                if let Some(form) = form(*place) {
                    let first = self.first(field) == Some(*place);
                    if first || !times.contains_key(place) {
                        times.insert(*place, (field, form));
                    }
                }
            }
        }
        let main: Vec<usize> = ["start", "answer", "end", "date"]
            .iter()
            .filter_map(|field| self.first(field))
            .collect();
        let open =
            main.iter().any(|place| times.get(place).is_some_and(|(_, form)| form.is_open()));
        let minutes = times.values().any(|(_, form)| form.minutes_only());
        let needs_zone = times.values().all(|(_, form)| form.needs_zone());
        let zoned =
            self.header.iter().flatten().any(|name| name.contains("UTC") || name.contains("GMT"));
        let own = self.facts.zone.as_deref().filter(|zone| *zone != "contract");
        let other = ["", "UTC", "-03:00"][style.zone];
        let (zone, told_zone) = match own {
            Some(zone) => (zone.to_owned(), None),
            None if zoned && self.dialect != "aircall" => ("UTC".to_owned(), None),
            None if !needs_zone || other.is_empty() => (self.zone.clone(), None),
            // What identifiers prove need not be told.
            None if epoch.is_some() => (other.to_owned(), None),
            None => (other.to_owned(), Some(other.to_owned())),
        };
        let clock = Clock::parse(&zone);
        let month = clock.midnight(&format!("{}-01", style.month()));
        let shared = |a: &str, b: &str| {
            let first = self.first(a);
            first.is_some() && first == self.first(b)
        };
        let has = |field: &str| self.first(field).is_some();
        let always = shared("start", "answer");
        let no_ring = always
            || minutes
            || shared("talk", "total")
            || (!has("talk") && !has("answer"))
            || (has("total") && !has("end"));
        let same_billed = shared("talk", "billed") || !(has("talk") || has("answer") && has("end"));
        let whole = |field: &str| {
            self.first(field).map_or(1000, |place| {
                let form = LengthForm::of(&self.cells(place));
                if form == LengthForm::Number { self.unit(field, place).max(1000) } else { 1000 }
            })
        };
        let step =
            [whole("talk"), whole("total"), if same_billed { whole("billed") } else { 1000 }]
                .into_iter()
                .max()
                .expect("some")
                / 1000;
        let charges = self.first("charge").map(|place| self.cells(place));
        let comma = charges.is_some_and(|cells| cells.iter().any(|cell| cell.contains(',')));
        let mut rows = Vec::new();
        let mut expected = Vec::new();
        for (number, made) in calls.iter().enumerate() {
            let mut row = self.rows[made.any % self.rows.len()].clone();
            let mut start = month + made.at;
            if minutes {
                start -= start.rem_euclid(60);
            }
            let ring = if no_ring { 0 } else { made.ring };
            let talk = (made.talk + step - 1) / step * step;
            let answered = if has("status") {
                made.answered
            } else if always {
                true
            } else if has("answer") {
                made.answered
            } else {
                made.answered && talk > 0
            };
            let talk = if answered { talk } else { 0 };
            let answer = start + ring;
            let end = answer + talk;
            let billed_step = whole("billed") / 1000;
            let billed = if same_billed {
                talk
            } else {
                ((talk + 5) / 6 * 6 + billed_step - 1) / billed_step * billed_step
            };
            let leg = answered.then_some(start + ring / 2);
            for (place, (field, form)) in &times {
                let instant = match *field {
                    "answer" if always => Some(start),
                    "answer" => answered.then_some(answer),
                    "end" => Some(end),
                    "caller_leg_answer" => leg,
                    _ => Some(start),
                };
                let text = instant.map_or(String::new(), |at| form.write(at, &clock));
                put(&mut row, *place, text);
            }
            if let Some(place) = epoch {
                put(&mut row, place, format!("{start}.{number}"));
            }
            for (field, seconds) in [("total", ring + talk), ("billed", billed), ("talk", talk)] {
                for place in self.fields.get(field).into_iter().flatten().rev() {
                    if *place == self.first(field).expect("one") || !self.is_first(*place) {
                        let form = LengthForm::of(&self.cells(*place));
                        put(&mut row, *place, form.write(seconds, self.unit(field, *place)));
                    }
                }
            }
            let charge = if answered { made.charge } else { 0 };
            let (one, two) =
                if has("charge_more") { (charge / 3, charge - charge / 3) } else { (charge, 0) };
            let minus = self.facts.charge_sign.as_deref() == Some("minus");
            for (field, part) in [("charge", one), ("charge_more", two)] {
                let Some(place) = self.first(field) else { continue };
                let text = Decimal::new(if minus { -part } else { part }, 4).to_string();
                put(&mut row, place, if comma { text.replace('.', ",") } else { text });
            }
            if let Some(place) = self.first("currency") {
                put(&mut row, place, self.currency.clone());
            }
            let any = |words: &[String]| words[made.any % words.len()].clone();
            if let Some(place) = self.first("status") {
                put(
                    &mut row,
                    place,
                    any(&self.said("status", if answered { "answered" } else { "unanswered" })),
                );
            }
            let mut inbound = None;
            if let Some(place) = self.first("direction") {
                let words =
                    self.said("direction", if made.inbound { "inbound" } else { "outbound" });
                if !words.is_empty() {
                    inbound = Some(made.inbound);
                    put(&mut row, place, any(&words));
                }
            }
            // None ends with zeros, as what a spreadsheet damaged does.
            let callee = format!("1380001{:04}", made.number * 10 + 1);
            let caller = format!("5550100{:03}", number * 10 + 1);
            for (field, text) in [("callee", &callee), ("caller", &caller)] {
                if let Some(place) = self.first(field) {
                    put(&mut row, place, text.clone());
                }
            }
            if let Some(place) =
                self.first("id").filter(|place| Some(*place) != epoch && !times.contains_key(place))
            {
                put(&mut row, place, format!("k{number}x"));
            }
            rows.push(row);
            let seconds = |seconds: i64| Some(u32::try_from(seconds).expect("positive"));
            expected.push(Expected {
                start,
                talk: seconds(talk).expect("some"),
                total: seconds(ring + talk).filter(|_| has("total") && !shared("talk", "total")),
                billed: seconds(billed).filter(|_| has("billed") && !has("caller_leg_answer")),
                charge: has("charge").then(|| Decimal::new(charge, 4).normalize().to_string()),
                answered,
                inbound,
                caller: has("caller").then_some(caller),
                callee: has("callee").then_some(callee),
                caller_leg: leg
                    .filter(|_| has("caller_leg_answer"))
                    .and_then(|leg| seconds(end - leg))
                    .filter(|leg| *leg > 0),
            });
        }
        let (quote, every) = match self.quote {
            Some(b'\'') => (self.quote, true),
            quote => (quote, style.quote == 1),
        };
        Written {
            rows: self.laid_out(rows, style),
            calls: expected,
            told_zone,
            dates: open
                .then_some(if style.dmy { "dmy" } else { "mdy" })
                .filter(|_| self.facts.dates.is_none()),
            delimiter: self.delimiter,
            quote,
            every,
            crlf: style.crlf,
        }
    }

    fn is_first(&self, place: usize) -> bool {
        self.fields.values().any(|places| places.first() == Some(&place))
    }

    /// The rows below their header, in some order of columns.
    fn laid_out(&self, rows: Vec<Vec<String>>, style: Style) -> Vec<Vec<String>> {
        let Some(header) = &self.header else {
            let mut all = self.above.clone();
            all.extend(rows);
            return all;
        };
        let mut order: Vec<usize> = (0..header.len()).collect();
        if self.facts.below_header == 0 && self.above.is_empty() {
            if style.few {
                let needed = |place: &usize| {
                    let known = self.facts.known_by.iter().flat_map(|names| words(names));
                    self.fields.values().flatten().any(|own| own == place)
                        || known.into_iter().any(|name| {
                            bare(&header[*place]) == folded(name)
                                || folded(&header[*place]) == folded(name)
                        })
                        || self
                            .facts
                            .rows
                            .values()
                            .flatten()
                            .any(|(name, _)| folded(name) == folded(&header[*place]))
                        || self
                            .facts
                            .epoch
                            .as_ref()
                            .is_some_and(|name| folded(name) == folded(&header[*place]))
                };
                order.retain(|place| place % 2 == 0 || needed(place));
            }
            match style.order {
                1 => order.reverse(),
                2 => {
                    let turned = header.len() / 3 % order.len();
                    order.rotate_left(turned);
                }
                3 => order.swap(0, 1),
                _ => {}
            }
        }
        let mut all = self.above.clone();
        if self.above.is_empty() {
            match style.above {
                1 => all.push(vec!["Call records".to_owned()]),
                2 => all.extend([vec!["话单 2024".to_owned()], vec![String::new()]]),
                _ => {}
            }
        }
        let header = self.renamed(header, style.alias);
        for row in [header].iter().chain(&self.below).chain(&rows) {
            all.push(
                order.iter().map(|place| row.get(*place).cloned().unwrap_or_default()).collect(),
            );
        }
        if style.below > 0 {
            let mut total = vec![String::new(); order.len()];
            total[0] = ["合计", "Total"][style.below - 1].to_owned();
            all.push(total);
        }
        all
    }

    /// The header with another of the names that one field may have.
    fn renamed(&self, header: &[String], which: usize) -> Vec<String> {
        let mut header = header.to_vec();
        if which == 0 || self.dialect == "generic" {
            return header;
        }
        for (field, aliases) in &self.facts.aliases {
            let (Some(place), Some(name)) = (self.first(field), aliases.get(which % aliases.len()))
            else {
                continue;
            };
            // A name may say another unit, or be another field's.
            let says_unit = ["ms", "epoch", "min", "分", "秒", "sec", "rounded", "日"]
                .iter()
                .any(|unit| name.to_lowercase().contains(unit));
            let taken =
                header.iter().any(|one| folded(one) == folded(name) || bare(one) == folded(name));
            let shared = self
                .facts
                .aliases
                .iter()
                .any(|(other, names)| other != field && names.contains(name));
            let needed = self.facts.known_by.iter().any(|names| {
                let is_it = |name: &str| {
                    folded(name) == folded(&header[place]) || folded(name) == bare(&header[place])
                };
                words(names).any(is_it) && !words(names).any(|one| one == name)
            });
            let only = self.fields[field].len() == 1;
            let unless = self.name.contains("china-")
                || header[place] != bare(&header[place]) && header[place].contains(['(', '（']);
            if !(says_unit || taken || shared || needed || unless) && only {
                header[place] = name.clone();
            }
        }
        header
    }
}

fn put(row: &mut Vec<String>, place: usize, text: String) {
    if row.len() <= place {
        row.resize(place + 1, String::new());
    }
    row[place] = text;
}
