//! Every built-in dialect on a file of its own: found without being told, by no other name, and
//! read to the calls that a person wrote down beside it.
//!
//! `fixtures/dialects/NAME.csv` (or `.txt`, `.tsv`) is an export with made-up numbers;
//! `NAME--VARIANT.csv` another of the same dialect. `NAME.calls` are its calls as a CSV file:
//! `start` in UTC, lengths in seconds, nothing where the record does not say. Lines before its
//! header say what else is expected:
//!
//! ```text
//! # contract: Europe/London GBP     zone and currency of the contract; left out, Asia/Shanghai CNY
//! # not calls: 2                    rows that are plainly no calls
//! # zone: UTC epoch                 zone that is found, and how it is known
//! # dates: dmy                      order of dates that is found
//! # near: 2024-05-15                a day of the bill, for dates without a year
//! # caller legs: 71 24 -            seconds of the leg to the caller, call by call
//! # refused                         the file is told to hold no calls
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use telbill::cdr::{
    ColumnSpec, DateOrder, Dialect, Layout, LineReader, Outcome, RejectKind, Row, Wishes,
    ZoneKnown, built_in, detect, survey,
};
use telbill::input::{Encoding, Lines, decode_line, mark, sniff};
use telbill::tariff::{Direction, Subsecond};
use telbill::when::{Day, SECONDS_A_DAY, Zone, parse_day};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialects")
}

/// An export and what it should come to.
struct Fixture {
    /// `NAME` or `NAME--VARIANT`.
    name: String,
    text: String,
    expected: String,
}

impl Fixture {
    fn all() -> Vec<Self> {
        let entries = std::fs::read_dir(folder()).expect("fixtures/dialects");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
        paths.sort();
        paths
            .iter()
            .filter(|path| path.extension().is_some_and(|end| end != "calls" && end != "md"))
            .map(|path| {
                let name = path.file_stem().expect("named").to_string_lossy().into_owned();
                let calls = path.with_extension("calls");
                let expected = std::fs::read_to_string(&calls)
                    .unwrap_or_else(|why| panic!("{}: {why}", calls.display()));
                let bytes = std::fs::read(path).expect("reads");
                let encoding = sniff(&bytes).unwrap_or_else(|_| panic!("{name}: no text"));
                let (text, _) = decode_line(&bytes[mark(&bytes)..], encoding);
                Self { name, text: text.into_owned(), expected }
            })
            .collect()
    }

    fn dialect(&self) -> &str {
        self.name.split("--").next().expect("a name")
    }

    /// What a line before the header of the expected calls says.
    fn said(&self, what: &str) -> Option<&str> {
        let lines = self.expected.lines().filter_map(|line| line.strip_prefix("# "));
        let mut said = lines.filter_map(|line| line.strip_prefix(what));
        said.next().map(|rest| rest.trim_start_matches(':').trim())
    }

    fn contract(&self) -> (Zone, &str) {
        let (zone, currency) = self
            .said("contract")
            .and_then(|said| said.split_once(' '))
            .unwrap_or(("Asia/Shanghai", "CNY"));
        (Zone::parse(zone).expect("a zone"), currency)
    }

    /// The expected calls, one line each.
    fn calls(&self) -> Vec<String> {
        let mut lines = self.expected.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.next(), Some(HEADER), "{}.calls", self.name);
        lines.map(str::to_owned).collect()
    }
}

const HEADER: &str = "start,caller,callee,talk,total,billed,charge,outcome,direction";

/// `2024-05-06T01:00:05Z`.
fn utc(instant: i64) -> String {
    let (day, second) = Zone::Fixed(0).local(instant);
    assert!(i64::from(second) < SECONDS_A_DAY);
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

fn known(known: ZoneKnown) -> &'static str {
    match known {
        ZoneKnown::Given => "given",
        ZoneKnown::Dialect => "dialect",
        ZoneKnown::Header => "header",
        ZoneKnown::Epoch => "epoch",
        ZoneKnown::Written => "written",
        ZoneKnown::Contract => "contract",
    }
}

fn wishes<'w>(contract: (Zone, &'w str), columns: &'w ColumnSpec) -> Wishes<'w> {
    Wishes {
        dialect: None,
        columns,
        zone: None,
        source: None,
        contract_zone: contract.0,
        currency: contract.1,
        near: None,
    }
}

/// What a text comes to, as its layout reads it.
#[derive(Debug, Default, PartialEq)]
struct Records {
    /// The calls, as in `.calls` files.
    calls: Vec<String>,
    /// Id, agent and line of each.
    whose: Vec<[String; 3]>,
    /// Seconds of the leg to the caller of each.
    legs: Vec<String>,
    /// Rows that are plainly no calls.
    none: u32,
    /// Rows that do not read.
    faults: Vec<String>,
}

fn records(layout: &Layout, text: &str, zone: Zone) -> Records {
    let mut reader = LineReader::new(layout, Encoding::Utf8, zone, Subsecond::Up);
    let mut records = Records::default();
    let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
    let lines = usize::try_from(layout.header_lines).expect("few");
    let body = lines
        .checked_sub(1)
        .map_or(0, |last| text.match_indices('\n').nth(last).map_or(text.len(), |(at, _)| at + 1));
    cutter.each(&text.as_bytes()[body..], |line, number| {
        if reader.is_blank(&line) {
            return;
        }
        match reader.read(&line, Row::default()) {
            Ok(call) => {
                let legs = call.caller_leg.map_or("-".to_owned(), |seconds| seconds.to_string());
                records.legs.push(legs);
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                records.whose.push([call.id, call.agent, call.line].map(text));
                let length = |s: Option<u32>| s.map_or(String::new(), |s| s.to_string());
                let outcome = match call.outcome {
                    Outcome::Answered => "answered",
                    Outcome::Unanswered => "unanswered",
                    Outcome::Unsent => "unsent",
                };
                let direction = match call.direction {
                    Direction::Outbound => "outbound",
                    Direction::Inbound => "inbound",
                    Direction::Internal => "internal",
                    Direction::ToCaller => "to-caller",
                };
                records.calls.push(
                    [
                        utc(call.start),
                        text(call.caller),
                        text(call.callee),
                        call.talk.to_string(),
                        length(call.total),
                        length(call.billed),
                        call.charge.map_or(String::new(), |charge| charge.amount().to_string()),
                        outcome.to_owned(),
                        direction.to_owned(),
                    ]
                    .join(","),
                );
            }
            Err(reject) if !reject.kind.matters() => records.none += 1,
            Err(reject) => records.faults.push(format!("line {number}: {reject:?}")),
        }
    });
    records
}

/// What is wrong with one fixture.
fn faults(fixture: &Fixture, dialects: &[Dialect]) -> Vec<String> {
    let columns = ColumnSpec::default();
    let contract = fixture.contract();
    let near = fixture.said("near").and_then(parse_day).map(Day::from);
    let wishes = Wishes { near, ..wishes(contract, &columns) };
    let candidates = survey(&fixture.name, &fixture.text, wishes, dialects);
    let ranks: Vec<String> =
        candidates.iter().map(|one| format!("{} ({})", one.dialect, one.score)).collect();
    let mut faults = Vec::new();
    if candidates[0].dialect != fixture.dialect() {
        faults.push(format!("read as {}", ranks.join(", ")));
    }
    let layout = match detect(&fixture.name, &fixture.text, wishes, dialects) {
        Ok(layout) => layout,
        Err(why) if fixture.said("refused").is_some() && why.code == "cdr-refused" => {
            return faults;
        }
        Err(why) => {
            faults.push(format!("{} {:?} [{}]", why.code, why.values, ranks.join(", ")));
            return faults;
        }
    };
    if let Some(zone) = fixture.said("zone") {
        let found = format!("{} {}", layout.zone, known(layout.zone_known));
        if found != zone {
            faults.push(format!("zone {found}, not {zone}"));
        }
    }
    if let Some(dates) = fixture.said("dates").filter(|dates| *dates != layout.dates.word()) {
        faults.push(format!("dates {}, not {dates}", layout.dates.word()));
    }
    let Records { calls: found, legs, none, faults: rejects, .. } =
        records(&layout, &fixture.text, contract.0);
    faults.extend(rejects);
    let expected = fixture.calls();
    for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
        if !same_call(found, expected) {
            faults.push(format!("call {place}:\n    read     {found}\n    expected {expected}"));
        }
    }
    if found.len() != expected.len() {
        faults.push(format!("{} calls, not {}", found.len(), expected.len()));
    }
    if let Some(expected) = fixture.said("caller legs").filter(|legs_of| *legs_of != legs.join(" "))
    {
        faults.push(format!("legs to the caller of {}, not {expected}", legs.join(" ")));
    }
    let no_calls: u32 = fixture.said("not calls").map_or(0, |n| n.parse().expect("a number"));
    if none != no_calls {
        faults.push(format!("{none} rows are no calls, not {no_calls}"));
    }
    faults
}

/// Charges are compared as amounts: 0.1 and 0.10 are one.
fn same_call(found: &str, expected: &str) -> bool {
    let (found, expected): (Vec<&str>, Vec<&str>) =
        (found.split(',').collect(), expected.split(',').collect());
    let amount = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
    found.len() == expected.len()
        && found.iter().zip(&expected).enumerate().all(|(place, (found, expected))| {
            found == expected
                || (place == 6 && amount(found).is_some() && amount(found) == amount(expected))
        })
}

#[test]
fn every_dialect_reads_its_own_file() {
    let dialects = built_in();
    let fixtures = Fixture::all();
    let mut wrong = Vec::new();
    for fixture in &fixtures {
        for fault in faults(fixture, &dialects) {
            wrong.push(format!("{}: {fault}", fixture.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dialect_has_a_file() {
    let fixtures = Fixture::all();
    let named: BTreeSet<&str> = fixtures.iter().map(Fixture::dialect).collect();
    let dialects = built_in();
    let without: Vec<&str> = dialects
        .iter()
        .map(|dialect| dialect.name.as_str())
        .filter(|name| *name != "generic" && !named.contains(name))
        .collect();
    assert!(without.is_empty(), "no fixture: {}", without.join(", "));
}

/// Lines of one file in another order of columns are read by name to the same calls.
#[test]
fn columns_of_a_file_with_header_may_stand_in_any_order() {
    let dialects = built_in();
    let mut tried = 0;
    for fixture in Fixture::all() {
        let columns = ColumnSpec::default();
        let read = |text: &str| {
            let found = detect("calls", text, wishes(fixture.contract(), &columns), &dialects);
            let layout = found.ok().filter(|layout| !layout.header.is_empty())?;
            let read = records(&layout, text, fixture.contract().0);
            Some((layout, read))
        };
        // Only where a line can be taken apart and put together without knowing its quotes.
        let Some((layout, before)) = read(&fixture.text).filter(|_| !fixture.text.contains('"'))
        else {
            continue;
        };
        let delimiter = char::from(layout.delimiter);
        let reversed: Vec<String> = fixture
            .text
            .lines()
            .map(|line| {
                line.split(delimiter).rev().collect::<Vec<_>>().join(&delimiter.to_string())
            })
            .collect();
        let (again, after) = read(&(reversed.join("\n") + "\n")).expect("reads");
        assert_eq!(again.dialect, layout.dialect, "{}", fixture.name);
        assert_eq!(after, before, "{}", fixture.name);
        tried += 1;
    }
    assert!(tried > 0);
}

/// A fixture's text with what it is to be replaced by, read with the given wishes.
fn proved(
    fixture: &str,
    replaced: [(&str, &str); 2],
    wishes: Wishes<'_>,
) -> Result<Layout, &'static str> {
    let all = Fixture::all();
    let fixture = all.iter().find(|one| one.name == fixture).expect("such a fixture");
    let text =
        replaced.iter().fold(fixture.text.clone(), |text, (from, to)| text.replace(from, to));
    detect("calls", &text, wishes, &built_in()).map_err(|why| why.code)
}

#[test]
fn what_the_records_themselves_prove() {
    let columns = ColumnSpec::default();
    let shanghai = Zone::Fixed(28_800);
    let usual = wishes((shanghai, "CNY"), &columns);
    // The file's clock is UTC's, whatever the user says: his word counts, and the other is said.
    let told = Wishes { zone: Some(shanghai), ..usual };
    let layout = proved("asterisk-cdr-csv", [("\u{0}", ""), ("\u{0}", "")], told).expect("reads");
    assert_eq!((layout.zone, layout.zone_known), (shanghai, ZoneKnown::Given));
    assert_eq!(layout.known.contradicted, Some(Zone::Fixed(0)));
    // 1/9 with nothing that proves it: the period may, and else it is asked.
    let no_proof = [("1504279981.1", "a"), ("1504282325.10", "b")];
    let read = |near: Option<Day>| {
        proved("asterisk-cdr-table--hand-made", no_proof, Wishes { near, ..usual })
            .map(|layout| layout.dates)
    };
    assert_eq!(read(None), Err("cdr-date-order"));
    assert_eq!(read(Day::from_ymd(2017, 9, 15)), Ok(DateOrder::Day));
    assert_eq!(read(Day::from_ymd(2017, 1, 15)), Ok(DateOrder::Month));
    assert_eq!(read(Day::from_ymd(2017, 5, 15)), Err("cdr-date-order"));
}

#[test]
fn a_later_row_that_contradicts_the_first_ones_is_no_call() {
    // The clocks went back in the midst of the file: the first rows prove UTC+1, the last is of UTC.
    let row = |clock: &str, epoch: u32| {
        format!(
            "\"\",\"2001\",\"5550100\",\"out\",\"2001\",\"SIP/1\",\"SIP/2\",\"Dial\",\"\",\"2024-10-27 {clock}\",\
             \"2024-10-27 {clock}\",\"2024-10-27 {clock}\",0,0,\"ANSWERED\",\"DOCUMENTATION\",\"{epoch}.1\",\"\"\n"
        )
    };
    // 2024-10-27T00:10:00Z is 1729987800; 01:20:00Z is 1729992000.
    let summer = row("01:10:00", 1_729_987_800);
    let winter = row("01:20:00", 1_729_992_000);
    let columns = ColumnSpec::default();
    let wishes = wishes((Zone::Fixed(28_800), "CNY"), &columns);
    let layout = detect("calls", &summer, wishes, &built_in()).expect("known");
    assert_eq!((layout.zone, layout.zone_known), (Zone::Fixed(3600), ZoneKnown::Epoch));
    let mut reader = LineReader::new(&layout, Encoding::Utf8, Zone::Fixed(28_800), Subsecond::Up);
    let mut kinds = Vec::new();
    let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
    cutter.each((summer + &winter).as_bytes(), |line, _| {
        kinds.push(reader.read(&line, Row::default()).map(|_| ()).map_err(|why| why.kind));
    });
    assert_eq!(kinds, [Ok(()), Err(RejectKind::Contradicted)]);
}

#[test]
fn columns_without_header_in_another_order_are_named() {
    let text = "2025/07/02 01:01:10,00:01:23,Ext.101,13800000001,2025/07/02 01:01:18,Call 7\n";
    let dialects = built_in();
    let order = "order=time-start|duration|from-no|to-no|time-answered|historyid";
    let columns = ColumnSpec::parse(order).expect("valid");
    let three = dialects.iter().find(|dialect| dialect.name == "3cx-cdr").expect("built in");
    let usual = wishes((Zone::Fixed(28_800), "CNY"), &columns);
    let layout = detect("calls", text, Wishes { dialect: Some(three), ..usual }, &dialects);
    let layout = layout.expect("named");
    let mut reader = LineReader::new(&layout, Encoding::Utf8, Zone::Fixed(28_800), Subsecond::Up);
    let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
    cutter.each(text.as_bytes(), |line, _| {
        let call = reader.read(&line, Row::default()).expect("a call");
        // 2025-07-02T01:01:10Z is 1751418070.
        assert_eq!((call.start, call.talk), (1_751_418_070, 83));
        assert_eq!((call.caller, call.callee), (&b"101"[..], &b"13800000001"[..]));
    });
}
