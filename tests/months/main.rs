//! Any month of calls, written the way a dialect writes, reads back to the same calls.
//!
//! What a dialect writes is known from its TOML file, read here as plain data, and from its fixture:
//! the header, what else stands in a row, and the form of each time, length and charge. A month is
//! drawn at random and put into those forms by code that shares nothing with the readers; then into
//! an order of columns, a way to quote, an encoding and a container.
//!
//! `TELBILL_MONTHS=500 cargo test --test months` draws so many months of each fixture.

#![expect(clippy::print_stderr, reason = "how many months were read is the result")]

mod form;
mod month;
mod sheet;
mod template;
mod written;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use telbill::cdr::{Call, ColumnSpec, Dialect, Outcome, Wishes, built_in};
use telbill::input::{InputFile, Progress, expand};
use telbill::pipeline::{Opening, Replayer, Sees, open_files, run};
use telbill::tariff::{Direction, Subsecond};
use telbill::when::{Day, Zone, parse_day};

use month::{Made, Style, made, style};
use sheet::saved;
use template::Template;

/// Fixtures that are not written anew, and why.
const LEFT_OUT: [(&str, &str); 20] = [
    ("generic--call-time", "the column `call_time` is a start here, by what its cells hold"),
    ("generic--date-with-time", "the column `Date` is a start here, by what its cells hold"),
    ("generic--kinds-of-rows", "its rows are calls by a column that no field is read from"),
    (
        "generic--kinds-beside-direction",
        "its rows are calls by a column that no field is read from",
    ),
    ("generic--talk-by-unit", "one name stands for talk and for billed minutes, by its unit"),
    ("3cx-cdr", "the direction is by which side is an extension, which the writer does not know"),
    (
        "3cx-cdr--20-fields",
        "the direction is by which side is an extension, which the writer does not know",
    ),
    (
        "3cx-cdr--no-billing",
        "the direction is by which side is an extension, which the writer does not know",
    ),
    (
        "3cx-cdr--v16",
        "the direction is by which side is an extension, which the writer does not know",
    ),
    (
        "fusionpbx-xml-cdr--milliseconds",
        "a header that means milliseconds stands for one that means seconds",
    ),
    ("vos-rs-ledger--web", "a header that means milliseconds stands for one that means seconds"),
    (
        "avaya-ip-office-smdr--header",
        "the writer gives its columns names of the form without header",
    ),
    ("generic--billed-and-clock", "whether a call was answered is by its billed time here"),
    ("generic--minutes-beside-seconds", "one name stands for minutes and for seconds, by its unit"),
    ("generic--unit-after-hyphen", "the writer takes a cell of another column for its status"),
    ("generic--time-alone", "the writer finds no row of it to write others by"),
    ("generic--weekday", "the writer finds no row of it to write others by"),
    ("german-itemised-bill--sipgate", "the writer finds no row of it to write others by"),
    ("goto-connect", "the writer finds no row of it to write others by"),
    ("twilio--console", "the writer finds no row of it to write others by"),
];

/// Months of each fixture, where none are told.
const FEW: u32 = 6;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialects")
}

/// A call as it was read.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    start: i64,
    talk: u32,
    total: Option<u32>,
    billed: Option<u32>,
    charge: Option<String>,
    answered: bool,
    direction: Direction,
    caller: String,
    callee: String,
    caller_leg: Option<u32>,
}

#[derive(Default)]
struct Seen(Vec<Read>);

impl Sees for Seen {
    fn see(&mut self, call: &Call<'_>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.0.push(Read {
            start: call.start,
            talk: call.talk,
            total: call.total,
            billed: call.billed,
            charge: call.charge.map(|charge| charge.amount().decimal().normalize().to_string()),
            answered: call.outcome == Outcome::Answered,
            direction: call.direction,
            caller: text(call.caller),
            callee: text(call.callee),
            caller_leg: call.caller_leg,
        });
    }
}

/// What a file is read with.
struct Told<'t> {
    zone: Option<Zone>,
    near: Option<Day>,
    contract: (Zone, &'t str),
}

/// The calls of a file, or the code of what is asked instead.
fn read(
    path: &Path,
    told: &Told<'_>,
    dialect: Option<&Dialect>,
    columns: &str,
    dialects: &[Dialect],
) -> Result<Vec<Read>, String> {
    let columns = ColumnSpec::parse(columns).expect("valid");
    let wishes = Wishes {
        dialect,
        columns: &columns,
        zone: told.zone,
        source: None,
        contract_zone: told.contract.0,
        currency: told.contract.1,
        near: told.near,
    };
    let inputs: Vec<InputFile> = expand(&[path.display().to_string()]).expect("there");
    let opening = Opening {
        wishes,
        dialects,
        keep_stdin: false,
        encoding: None,
        progress: Progress::default(),
    };
    let (mut files, _) =
        open_files(&inputs, &opening).map_err(|why| format!("{} {:?}", why.code, why.values))?;
    let layouts: Vec<_> = files.iter().map(|file| (file.layout.clone(), file.encoding)).collect();
    let worker = Replayer::new(&layouts, told.contract.0, Subsecond::Up, Seen::default());
    let mut rejected = Vec::new();
    let (workers, _) = run(&mut files, 1 << 12, vec![worker], |_, _, out| {
        rejected.extend(out.rejected.into_iter().filter(|line| line.reject.kind.matters()));
        true
    })
    .map_err(|why| why.code.to_owned())?;
    if let Some(line) = rejected.first() {
        return Err(format!("rejects {:?} as {}", line, layouts[0].0.dialect));
    }
    let seen = workers.into_iter().flat_map(|worker| worker.finish().1.0);
    Ok(seen.collect())
}

/// One month of one fixture.
fn holds(
    template: &Template,
    months: &[Made],
    style: Style,
    folder: &Path,
    dialects: &[Dialect],
) -> Result<(), TestCaseError> {
    let written = template.write(months, style);
    let file = folder.join("month");
    let (path, what) = saved(&file, &written, style, template);
    let told = Told {
        zone: written.told_zone.as_deref().map(|zone| Zone::parse(zone).expect("a zone")),
        near: parse_day(&format!("{}-15", style.month())).map(Day::from),
        contract: (Zone::parse(&template.zone).expect("a zone"), &template.currency),
    };
    let mut columns = String::new();
    let mut found = read(&path, &told, None, &columns, dialects);
    // What two dialects or two orders of dates would read differently is asked.
    for _ in 0..2 {
        let Err(why) = &found else { break };
        if why.starts_with("cdr-dates") {
            columns = written.dates.map_or(String::new(), |order| format!("dates={order}"));
        } else if !why.starts_with("cdr-several-dialects") {
            break;
        }
        let own = dialects.iter().find(|one| one.name == template.dialect);
        let own = own.filter(|_| why.starts_with("cdr-several-dialects"));
        found = read(&path, &told, own, &columns, dialects);
    }
    let shown = || {
        let text: String = written.text().chars().take(1500).collect();
        format!("{}, {what}, {style:?}\n{text}", template.name)
    };
    let found = match found {
        Ok(found) => found,
        Err(why) => return Err(TestCaseError::fail(format!("{why}\n{}", shown()))),
    };
    if found.len() != written.calls.len() {
        let counts = format!("{} calls of {}", found.len(), written.calls.len());
        return Err(TestCaseError::fail(format!("{counts}\n{}", shown())));
    }
    for (read, expected) in found.iter().zip(&written.calls) {
        let wrong = expected.differs(read);
        if !wrong.is_empty() {
            let why = format!("{wrong}: read {read:?}, wrote {expected:?}");
            return Err(TestCaseError::fail(format!("{why}\n{}", shown())));
        }
    }
    Ok(())
}

#[test]
fn any_month_in_any_dialect_reads_back() {
    let dialects = built_in();
    let told = std::env::var("TELBILL_MONTHS").ok().and_then(|text| text.parse().ok());
    let only = std::env::var("TELBILL_DIALECT").unwrap_or_default();
    let folder_of_files = tempfile::tempdir().expect("a folder");
    let templates = Template::all(&folder());
    let mut refused = 0;
    let mut faults = Vec::new();
    let mut covered = std::collections::BTreeSet::new();
    for template in templates.iter().filter(|one| one.name.contains(&only)) {
        covered.insert(template.dialect.clone());
        if template.refused {
            refused += 1;
            continue;
        }
        if LEFT_OUT.iter().any(|(name, _)| *name == template.name) {
            continue;
        }
        if template.is_unknown() {
            faults.push(format!("{}: no row to write others by", template.name));
            continue;
        }
        let cases = told.unwrap_or(FEW);
        let config =
            Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
        // The same months each time, unless more are asked for.
        let mut runner = if told.is_some() {
            TestRunner::new(config)
        } else {
            let rng = proptest::test_runner::TestRng::deterministic_rng(
                proptest::test_runner::RngAlgorithm::ChaCha,
            );
            TestRunner::new_with_rng(config, rng)
        };
        let months = (prop::collection::vec(made(), 3..24), style());
        let ran = runner.run(&months, |(months, style)| {
            holds(template, &months, style, folder_of_files.path(), &dialects)
        });
        if let Err(why) = ran {
            faults.push(format!("{}: {why}", template.name));
        }
    }
    eprintln!("{} fixtures, {refused} of them refused", templates.len());
    if only.is_empty() {
        for dialect in &dialects {
            assert!(covered.contains(&dialect.name), "{} has no month", dialect.name);
        }
        assert!(refused <= 4, "{refused} fixtures hold no calls");
    }
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), faults.join("\n\n"));
}
