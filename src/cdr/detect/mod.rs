//! Understanding one file from its first lines.
//!
//! Every dialect that could read the file does so with its first rows and gets a score; the best
//! is taken, the next is named beside it. Two that are close and would read the rows differently
//! are not chosen between: the user is asked.

mod candidate;
mod evidence;
mod header;
mod lay_out;
mod lengths;
mod order;
mod sample;
mod shape;

use std::cmp::Reverse;

use super::dialect::Dialect;
use super::known::Rival;
use super::layout::Layout;
use super::{ColumnSpec, Source};
use crate::source::Diagnostic;
use crate::when::{Day, Zone};
pub use candidate::Candidate;
use sample::Sample;

/// Scores that are no farther apart are close.
const CLOSE: u32 = 5;

/// What the user said about the file.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'w> {
    /// `--dialect`.
    pub dialect: Option<&'w Dialect>,
    /// `--columns`.
    pub columns: &'w ColumnSpec,
    /// `--cdr-zone`.
    pub zone: Option<Zone>,
    /// `--calls-are`.
    pub source: Option<Source>,
    /// The contract's zone.
    pub contract_zone: Zone,
    /// The contract's currency.
    pub currency: &'w str,
    /// A day in the midst of the audited period, if that is known: times may lack their year.
    pub near: Option<Day>,
}

/// Finds out how a file is written. `head` are its first lines as UTF-8, without byte-order mark.
///
/// # Errors
/// A diagnostic that shows what the first lines hold and how to say which column is which.
pub fn detect(
    name: &str,
    head: &str,
    wishes: Wishes<'_>,
    dialects: &[Dialect],
) -> Result<Layout, Box<Diagnostic>> {
    let sample = Sample::new(name, head, wishes, dialects);
    if head.trim().is_empty() {
        return Err(Box::new(Diagnostic::error_without_place("file-empty").with("path", name)));
    }
    sample.narrow_enough()?;
    if let Some(dialect) = wishes.dialect {
        let mut layout = sample.told(dialect)?;
        layout.known.told = true;
        return Ok(layout);
    }
    if !wishes.columns.order.is_empty() {
        return Err(Box::new(Diagnostic::error_without_place("columns-order-alone")));
    }
    let by_places = !wishes.columns.columns.is_empty()
        && wishes.columns.columns.iter().all(|said| said.place().is_some());
    if !by_places {
        return choose(name, candidates(&sample, dialects));
    }
    let by_spec = sample.by_spec();
    // A few places may be said, where the header names the rest.
    match by_spec {
        Err(why) if why.code == "cdr-columns-short" => {
            choose(name, candidates(&sample, dialects)).map_err(|_| why)
        }
        found => found,
    }
}

/// Every dialect that could read a file, the best first.
#[must_use]
pub fn survey(name: &str, head: &str, wishes: Wishes<'_>, dialects: &[Dialect]) -> Vec<Candidate> {
    candidates(&Sample::new(name, head, wishes, dialects), dialects)
}

fn candidates(sample: &Sample<'_>, dialects: &[Dialect]) -> Vec<Candidate> {
    let (generic, named) = dialects.split_first().expect("the generic dialect is built in");
    let mut all: Vec<Candidate> =
        named.iter().filter_map(|dialect| sample.by_known_headers(dialect)).collect();
    // A header or two of a dialect's are in others' exports too.
    all.retain(|one| !one.reads_nothing());
    let usual = sample.by_usual_headers(generic);
    // A file without header has no line of column names.
    if all.is_empty() && usual.layout.is_err() {
        all.extend(named.iter().filter_map(|dialect| sample.by_shape(dialect)));
    }
    all.push(usual);
    // The sort is stable, so that of equals the first in the list stays first.
    all.sort_by_key(|one| Reverse((one.is_itself(), one.score, one.met)));
    all
}

/// Takes the best, unless another is close and would read differently.
fn choose(name: &str, mut all: Vec<Candidate>) -> Result<Layout, Box<Diagnostic>> {
    let best = &all[0];
    let close: Vec<&Candidate> = all[1..]
        .iter()
        .filter(|one| one.is_itself() && best.is_itself())
        .filter(|one| best.score - one.score <= CLOSE && !one.reads_like(best))
        .collect();
    if !close.is_empty() {
        let named = |one: &Candidate| format!("{} ({})", one.dialect, one.score);
        let names: Vec<String> = std::iter::once(best).chain(close).map(named).collect();
        return Err(Box::new(
            Diagnostic::error_without_place("cdr-several-dialects")
                .with("path", name)
                .with("dialects", names.join(", ")),
        ));
    }
    let runner_up = all.get(1).filter(|one| one.layout.is_ok() && one.score > 0);
    let runner_up = runner_up.map(|one| Rival { name: one.dialect.clone(), score: one.score });
    let mut layout = all.swap_remove(0).layout?;
    layout.known.runner_up = runner_up;
    Ok(layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdr::known::DatesKnown;
    use crate::cdr::{DateOrder, Field, Unit, built_in};

    fn layout(head: &str) -> Result<Layout, &'static str> {
        layout_with(head, &ColumnSpec::default())
    }

    fn layout_with(head: &str, columns: &ColumnSpec) -> Result<Layout, &'static str> {
        let zone = Zone::Fixed(28_800);
        let wishes = Wishes {
            dialect: None,
            columns,
            zone: None,
            source: None,
            contract_zone: zone,
            currency: "CNY",
            near: None,
        };
        detect("calls.csv", head, wishes, &built_in()).map_err(|why| why.code)
    }

    #[test]
    fn files_without_header_are_known_by_their_columns() {
        // Shapes from Asterisk's and FreeSWITCH's own documentation, numbers made up.
        let csv = "\"\",\"1002\",\"13800000000\",\"ctx\",\"\"\"A\"\" <1002>\",\"SIP/1\",\"\",\"Dial\",\"\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:24\",\"2024-01-27 15:07:51\",27,27,\"ANSWERED\",\"DOCUMENTATION\",\"1706368044.0\",\"\"\n";
        assert_eq!(layout(csv).map(|l| l.dialect), Ok("asterisk-cdr-csv".into()));
        let custom = "\"\"\"\"\" <client1>\",\"client1\",\"6789\",\"default\",\"PJSIP/1\",\"PJSIP/2\",\"Dial\",\"PJSIP/2\",\"2023-07-26 01:51:32\",\"2023-07-26 01:51:50\",\"2023-07-26 01:52:04\",\"31\",\"13\",\"ANSWERED\",\"DOCUMENTATION\",\"\",\"1690325492.2\",\"\",2\n";
        assert_eq!(layout(custom).map(|l| l.dialect), Ok("asterisk-cdr-custom".into()));
        let freeswitch = "\"9008\",\"9008\",\"+34600000092\",\"public\",\"2014-05-29 17:01:32\",\"\",\"2014-05-29 17:01:32\",\"0\",\"0\",\"NORMAL_CLEARING\",\"e29ff0ae\",\"\",\"\",\"\",\"\"\n";
        assert_eq!(layout(freeswitch).map(|l| l.dialect), Ok("freeswitch-example".into()));
    }

    #[test]
    fn headers_are_found_below_other_lines() {
        let head = "导出时间: 2024-11-01\n\n主叫号码;被叫号码;开始时间;通话时长;费用\n1;2;2024-10-01 08:00:00;3;0.1\n";
        let layout = layout(head).expect("known");
        assert_eq!((layout.header_lines, layout.delimiter, layout.fields), (3, b';', 5));
        assert_eq!(layout.source, Source::Provider);
    }

    #[test]
    fn columns_given_by_place() {
        let spec = ColumnSpec::parse("caller=#2,start=#3,end=#4").expect("valid");
        let head = "01, 70000000001, 20230725141448, 20230725142110, 11\n";
        let layout = layout_with(head, &spec).expect("known");
        assert_eq!((layout.header_lines, layout.fields, layout.source), (0, 5, Source::Own));
        let with_header = format!("type,number,from,until,tariff\n{head}");
        assert_eq!(layout_with(&with_header, &spec).map(|l| l.header_lines), Ok(1));
        let beyond = ColumnSpec::parse("start=#3,talk=#9").expect("valid");
        assert_eq!(layout_with(head, &beyond).err(), Some("cdr-no-column"));
        assert_eq!(layout_with(&with_header, &beyond).err(), Some("cdr-no-column"));
        let mixed = ColumnSpec::parse("start=from,talk=#9").expect("valid");
        assert_eq!(layout_with(&with_header, &mixed).err(), Some("cdr-no-column"));
        let short = ColumnSpec::parse("caller=#2").expect("valid");
        assert_eq!(layout_with(head, &short).err(), Some("cdr-columns-short"));
    }

    fn told(head: &str, columns: &str) -> Result<Layout, &'static str> {
        layout_with(head, &ColumnSpec::parse(columns).expect("valid"))
    }

    #[test]
    fn a_column_is_the_one_that_is_told() {
        let head = "主叫号码,开始时间,通话时长(秒),通话时长(分),费用(分)\n\
                    01088880001,2024-10-01 08:00:00,61,2,12\n";
        let talk = |columns: &str| {
            let layout = told(head, columns)?;
            let talk = layout.column(Field::Talk).expect("a length");
            Ok((talk.place, talk.unit))
        };
        assert_eq!(talk("talk=通话时长(分)"), Ok((3, Unit::Minutes)));
        assert_eq!(talk("talk=通话时长(秒)"), Ok((2, Unit::Seconds)));
        assert_eq!(talk("talk=通话时长（秒）"), Ok((2, Unit::Seconds)));
        assert_eq!(talk("talk=通话时长"), Err("cdr-column-several"));
        assert_eq!(talk("talk=通话时长(毫秒)"), Err("cdr-no-column"));
        assert_eq!(talk("talk=通话时长(秒):foo"), Err("cdr-no-column"));
        // By its number and by its name it is one column.
        assert_eq!(talk("start=#2,caller=开始时间"), Err("columns-same"));
    }

    #[test]
    fn charges_are_in_the_unit_that_is_told() {
        let head = "开始时间,通话时长,费用\n2024-10-01 08:00:00,61,12\n";
        let point = |columns: &str| {
            told(head, columns)
                .map(|layout| layout.column(Field::Charge).map(|charge| charge.point))
        };
        assert_eq!(point("charge=费用"), Ok(Some(0)));
        assert_eq!(point("charge=费用:分"), Ok(Some(2)));
        assert_eq!(point("charge=#3:1/1000"), Ok(Some(3)));
        assert_eq!(point("charge=费用:foo"), Err("cdr-no-column"));
        let fen = head.replace("费用", "费用(分)");
        let told = told(&fen, "charge=费用(分):元").expect("known");
        assert_eq!(told.column(Field::Charge).map(|charge| charge.point), Some(0));
    }

    #[test]
    fn a_header_says_its_units_where_places_are_told() {
        let head = "话单\n主叫,被叫,开始时间(UTC),通话时长(分钟),费用(分)\n\
                    01088880001,13800000001,2024-10-01 08:00:00,2,12\n";
        let layout = told(head, "caller=#1,callee=#2,start=#3,talk=#4,charge=#5").expect("known");
        assert_eq!((layout.header_lines, layout.fields), (2, 5));
        assert_eq!(layout.column(Field::Talk).map(|talk| talk.unit), Some(Unit::Minutes));
        assert_eq!(layout.column(Field::Charge).map(|charge| charge.point), Some(2));
        assert_eq!(layout.zone, Zone::Fixed(0));
        // A sheet gives its title as many cells as the table has.
        let padded = head.replacen("话单\n", "话单,,,,\n", 1);
        let places = "caller=#1,callee=#2,start=#3,talk=#4,charge=#5";
        let layout = told(&padded, places).expect("known");
        assert_eq!(layout.header_lines, 2);
        assert_eq!(layout.column(Field::Talk).map(|talk| talk.unit), Some(Unit::Minutes));
    }

    /// The first call rang for ten seconds of its 93, the second for seven of its 48.
    #[test]
    fn a_length_that_counts_from_dialling() {
        let head = "start,answer,end,duration\n\
                    2024-10-01 08:00:00,2024-10-01 08:00:10,2024-10-01 08:01:33,93\n\
                    2024-10-01 08:10:00,2024-10-01 08:10:07,2024-10-01 08:10:48,48\n\
                    2024-10-01 08:20:00,,2024-10-01 08:20:30,30\n";
        let field =
            |head: &str, columns: &str| told(head, columns).map(|layout| layout.columns[3].field);
        assert_eq!(field(head, ""), Ok(Field::Total));
        assert_eq!(field(head, "talk=duration"), Ok(Field::Talk));
        let talked = head.replace(",93", ",83").replace(",48", ",41");
        assert_eq!(field(&talked, ""), Ok(Field::Talk));
    }

    #[test]
    fn whole_minutes_are_billed_ones() {
        let field = |minutes: [&str; 3]| {
            let rows: String =
                minutes.iter().map(|cell| format!("2024-10-01 08:00:00,{cell}\n")).collect();
            let layout = layout(&format!("开始时间,时长(分钟)\n{rows}"));
            layout.map(|layout| layout.columns[1].field)
        };
        assert_eq!(field(["1", "7", "2"]), Ok(Field::Billed));
        assert_eq!(field(["1", "7", "2.5"]), Ok(Field::Talk));
    }

    #[test]
    fn units_below_the_header() {
        let head = "开始时间,通话时长,计费时长,费用\n,(秒),(分钟),(分)\n\
                    2024-10-01 08:00:00,83,2,12\n";
        let layout = layout(head).expect("known");
        assert_eq!(layout.header_lines, 2);
        let unit = |field| layout.column(field).map(|column| (column.unit, column.point));
        assert_eq!(unit(Field::Talk), Some((Unit::Seconds, 0)));
        assert_eq!(unit(Field::Billed), Some((Unit::Minutes, 0)));
        assert_eq!(unit(Field::Charge).map(|(_, point)| point), Some(2));
    }

    #[test]
    fn a_dialect_that_reads_nothing_is_none() {
        // A header that is Telnyx's, and nothing that says how long the calls were.
        let head = "Start Timestamp(UTC),From,To\n2024-10-01 08:00:00,1,2\n";
        assert_eq!(layout(head).err(), Some("cdr-unknown"));
    }

    #[test]
    fn years_of_two_digits() {
        let order = |columns: &str, dates: &[&str]| {
            let rows: String = dates.iter().map(|date| format!("{date} 08:00:00,61\n")).collect();
            let layout = told(&format!("start,talk\n{rows}"), columns)?;
            Ok((layout.dates, layout.known.dates))
        };
        // 6 and 7 May 2024, or 24 May of 2006 and of 2007.
        let year_first = Ok((DateOrder::ShortYear, DatesKnown::Year));
        assert_eq!(order("", &["24/05/06", "24/05/07"]), year_first);
        assert_eq!(order("", &["24/05/06", "25/05/06"]), Ok((DateOrder::Day, DatesKnown::Day)));
        assert_eq!(order("", &["24/05/06", "24/05/06"]), Err("cdr-date-order"));
        assert_eq!(order("", &["24/05/32", "25/05/32"]), Ok((DateOrder::Day, DatesKnown::Day)));
        assert_eq!(
            order("", &["99/05/06"]),
            Ok((DateOrder::ShortYear, DatesKnown::Day)),
            "no month, and no day"
        );
        for (word, known) in [("ymd", DateOrder::ShortYear), ("dmy", DateOrder::Day)] {
            let dates = order(&format!("dates={word}"), &["24/05/06"]);
            assert_eq!(dates, Ok((known, DatesKnown::Given)));
        }
    }

    #[test]
    fn days_and_months_without_year() {
        let order = |columns: &str, dates: &[&str]| {
            let rows: String = dates.iter().map(|date| format!("{date} 08:00,61\n")).collect();
            let layout = told(&format!("start,talk\n{rows}"), columns)?;
            Ok((layout.dates, layout.known.dates))
        };
        let day = Ok((DateOrder::Day, DatesKnown::Day));
        assert_eq!(order("year=2024", &["18/09", "05/06"]), day);
        assert_eq!(order("year=2024", &["18-09", "05-06"]), day);
        let month = Ok((DateOrder::Month, DatesKnown::Day));
        assert_eq!(order("year=2024", &["09-18", "05-06"]), month);
        assert_eq!(
            order("year=2024", &["09-08", "05-06"]),
            Ok((DateOrder::Month, DatesKnown::Unneeded))
        );
        assert_eq!(order("year=2024", &["09/08", "05/06"]), Err("cdr-date-order"));
        assert_eq!(
            order("year=2024,dates=dmy", &["05/06"]),
            Ok((DateOrder::Day, DatesKnown::Given))
        );
    }

    #[test]
    fn what_is_not_understood_is_said() {
        assert_eq!(layout("a,b,c\n1,2,3\n").err(), Some("cdr-unknown"));
        assert_eq!(layout(" \n").err(), Some("file-empty"));
        let spec = ColumnSpec::parse("start=when,talk=long").expect("valid");
        assert_eq!(layout_with("when,length\n1,2\n", &spec).err(), Some("cdr-no-column"));
    }
}
