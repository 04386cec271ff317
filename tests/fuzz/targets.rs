//! What is fuzzed: functions that take any bytes and must neither panic nor loop, nor contradict
//! themselves. Run by `main.rs` with inputs drawn at random, by `guided/` with inputs that coverage
//! leads to.

use std::str::FromStr;
use std::sync::OnceLock;

use rust_decimal::Decimal;
use telbill::audit::{Observer, Reading, Running};
use telbill::cdr::{
    ColumnSpec, Dialect, Layout, LineReader, Row, Wishes, built_in, detect, parse_dialect,
};
use telbill::input::{Blocks, Encoding, LONGEST_LINE, Lines, cuttable, decode_line, mark, sniff};
use telbill::money::{Fixed, parse_decimal};
use telbill::rate::{Compiled, Histogram};
use telbill::source::SourceMap;
use telbill::tariff::Subsecond;
use telbill::text::plain_figure;
use telbill::when::{Zone, parse_day};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("cutter", cutter),
    ("detection", detection),
    ("amounts", amounts),
    ("times", times),
    ("invoices", invoices),
    ("contract", contract),
    ("forecast", forecast),
    ("papers", papers),
    ("files", files),
];

/// The first byte chooses, the rest is text.
fn choose(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

/// Blocks of any size hold every byte once, and lines are the same wherever blocks end.
fn cutter(data: &[u8]) {
    let (choice, text) = choose(data);
    let delimiter = [b',', b'\t', b';', b'|'][usize::from(choice & 3)];
    let quote = [Some(b'"'), Some(b'\''), None][usize::from(choice >> 2 & 3) % 3];
    let fields = usize::from(choice >> 4);
    let cut = |size: usize| {
        let mut blocks = Blocks::new(text, 0, size, Vec::new());
        let mut lines = Lines::new(delimiter, quote, fields);
        let (mut whole, mut seen, mut number) = (Vec::new(), Vec::new(), 0);
        let mut buffer = Vec::new();
        while let Some(block) = blocks.next_block(number, buffer).expect("memory can be read") {
            number += 1;
            assert!(block.too_long.is_none() || text.len() > LONGEST_LINE);
            whole.extend_from_slice(block.text());
            lines.each(block.text(), |line, _| {
                let fields: Vec<Vec<u8>> =
                    (0..line.len()).map(|place| line.field(place).to_vec()).collect();
                seen.push((line.text.to_vec(), fields));
            });
            buffer = block.into_buffer();
        }
        (whole, seen)
    };
    let (whole, lines) = cut(1 << 16);
    assert!(whole == text, "a byte was lost or came twice");
    for size in [1, 7, 64] {
        assert!(cut(size).1 == lines, "lines depend on the size of blocks");
    }
}

fn dialects() -> &'static [Dialect] {
    static DIALECTS: OnceLock<Vec<Dialect>> = OnceLock::new();
    DIALECTS.get_or_init(built_in)
}

fn wishes(columns: &ColumnSpec) -> Wishes<'_> {
    Wishes {
        dialect: None,
        columns,
        zone: None,
        source: None,
        contract_zone: Zone::Fixed(28_800),
        currency: "CNY",
        near: None,
    }
}

/// A file is understood from its head or refused; then each of its lines is a call or a reject.
fn detection(data: &[u8]) {
    let Ok(encoding) = sniff(data) else { return };
    let text = &data[mark(data)..];
    let (head, _) = decode_line(text, encoding);
    let columns = ColumnSpec::default();
    if let Ok(layout) = detect("calls.csv", &head, wishes(&columns), dialects()) {
        let bytes = cuttable(text, encoding);
        read(&layout, encoding, &bytes, |_, _| {});
    }
}

fn read(
    layout: &Layout,
    encoding: Encoding,
    text: &[u8],
    mut see: impl FnMut(Option<i64>, Option<Fixed>),
) {
    let mut lines = Lines::new(layout.delimiter, layout.quote, layout.fields);
    let mut reader = LineReader::new(layout, encoding, Zone::Fixed(28_800), Subsecond::Up);
    lines.each(text, |line, _| {
        let _ = reader.idle(&line);
        match reader.read(&line, Row::default()) {
            Ok(call) => see(Some(call.start), call.charge),
            Err(_) => see(None, None),
        }
    });
}

fn plain_layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    LAYOUT.get_or_init(|| {
        let columns = ColumnSpec::default();
        let head = "开始时间,通话时长,费用\n2024-10-01 08:00:00,60,0.10\n";
        detect("calls.csv", head, wishes(&columns), dialects()).expect("a plain header")
    })
}

fn is_one_field(data: &[u8]) -> bool {
    !data.iter().any(|byte| matches!(byte, b',' | b'\n' | b'\r' | b'"'))
}

/// Amounts are read exactly or not at all: what plain decimals mean is asked of another crate.
fn amounts(data: &[u8]) {
    if let Ok(fixed) = Fixed::parse(data) {
        let text = std::str::from_utf8(data).expect("digits are ASCII");
        let known = Decimal::from_str(text.trim_start_matches('+')).expect("a decimal");
        assert_eq!(fixed.amount().decimal(), known, "{text}");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = parse_decimal(text);
    if let Ok(Some(plain)) = plain_figure(text) {
        let bare = plain.trim_start_matches('-');
        assert!(bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{text}: {plain}");
        assert_eq!(plain_figure(&plain), Ok(Some(plain.clone())), "{text}");
    }
    if is_one_field(data) {
        for row in
            [format!("2024-10-01 08:00:00,{text},0.10"), format!("2024-10-01 08:00:00,60,{text}")]
        {
            read(plain_layout(), Encoding::Utf8, row.as_bytes(), |_, _| {});
        }
    }
}

/// Times are read alike however they were met before; the usual form means what another crate says.
fn times(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = (parse_day(text), Zone::parse(text));
    }
    if !is_one_field(data) {
        return;
    }
    let mut row = data.to_vec();
    row.extend(b",60,0.10\n");
    // The second time the day is known.
    let twice = [row.as_slice(), row.as_slice()].concat();
    let mut seen = Vec::new();
    read(plain_layout(), Encoding::Utf8, &twice, |start, _| seen.push(start));
    assert!(seen.len() < 2 || seen[0] == seen[1], "{:?}", String::from_utf8_lossy(data));
    let form = "%Y-%m-%d %H:%M:%S";
    let usual = std::str::from_utf8(data).ok().filter(|text| {
        let shape = b"0000-00-00 00:00:00";
        text.len() == shape.len()
            && text.bytes().zip(shape).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                mark => byte == *mark,
            })
    });
    if let (Some(text), [first, _]) = (usual, seen.as_slice())
        && text != "0000-00-00 00:00:00"
    {
        let known = chrono::NaiveDateTime::parse_from_str(text, form).ok();
        // A leap second is no second of a day here.
        let known = known.filter(|_| !text.ends_with(":60"));
        let known = known.map(|time| time.and_utc().timestamp() - 28_800);
        assert!(first.is_none() || *first == known, "{text}: {first:?} {known:?}");
    }
}

/// Invoices in every form.
fn invoices(data: &[u8]) {
    let (choice, text) = choose(data);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let name = ["invoice.csv", "invoice.toml", "invoice.xml"][usize::from(choice) % 3];
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    let (invoice, found) = telbill::invoice::read(&sources, file);
    assert!(invoice.is_some() || found.has_errors(), "refused without a reason");
    places(found, &sources);
}

/// Everything that is wrong can be shown at its place.
fn places(found: telbill::source::Diagnostics, sources: &SourceMap) {
    let catalog = catalog();
    let found = found.sorted();
    let mut shown = Vec::new();
    telbill::render::diagnostic::write_diagnostics(&found, sources, catalog, false, 80, &mut shown)
        .expect("memory can be written");
}

fn catalog() -> &'static telbill::text::Catalog {
    static CATALOG: OnceLock<telbill::text::Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| telbill::text::Catalog::new(telbill::text::Language::English))
}

/// Contracts are refused with a reason, or compile.
fn contract(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", text);
    let (plan, found) = telbill::tariff::parse(&mut sources, file, &|_, _| Ok("".into()));
    assert!(plan.is_some() || found.has_errors(), "refused without a reason");
    places(found, &sources);
    if let Some(plan) = plan {
        let _ = Compiled::new(&plan);
    }
}

/// Forecasts are refused with a reason, or say how many calls there are on a day.
fn forecast(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = SourceMap::default();
    let file = sources.add("forecast.toml", text);
    let mut like = |_: &str| Ok(Histogram::default());
    match telbill::estimate::forecast::read(&sources, file, &mut like) {
        Ok((forecast, found)) => {
            for stream in &forecast.calls {
                let _ = forecast.calls_on(stream, forecast.from);
            }
            places(found, &sources);
        }
        Err(found) => {
            assert!(found.has_errors(), "refused without a reason");
            places(found, &sources);
        }
    }
}

/// Rosters, dialect files and column mappings.
fn papers(data: &[u8]) {
    let (choice, text) = choose(data);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mut sources = SourceMap::default();
    match choice % 3 {
        0 => {
            let file = sources.add("roster.csv", text);
            let (roster, mut found) = telbill::roster::read(&sources, file);
            found.append(telbill::roster::no_twins(&roster));
            places(found, &sources);
        }
        1 => {
            let file = sources.add("dialect.toml", text);
            let (dialect, found) = parse_dialect(&sources, file);
            assert!(dialect.is_some() || found.has_errors(), "refused without a reason");
            places(found, &sources);
            let columns = ColumnSpec::default();
            if let Some(dialect) = &dialect {
                let wishes = Wishes { dialect: Some(dialect), ..wishes(&columns) };
                let head = "start,talk,费用\n2024-10-01 08:00:00,60,0.10\n";
                let _ = detect("calls.csv", head, wishes, dialects());
            }
        }
        _ => {
            if let Ok(columns) = ColumnSpec::parse(text) {
                let head = "start,talk,费用\n2024-10-01 08:00:00,60,0.10\n";
                let _ = detect("calls.csv", head, wishes(&columns), dialects());
            }
        }
    }
}

/// A file as it lies on disk, whatever it is packed in, is looked at; what that says can be written.
fn files(data: &[u8]) {
    let folder = tempfile::tempdir_in(if cfg!(target_os = "linux") { "/dev/shm" } else { "." });
    let folder = folder.or_else(|_| tempfile::tempdir()).expect("a folder");
    let (choice, bytes) = choose(data);
    let name = ["file.csv", "file.toml", "file.xlsx", "file.json"][usize::from(choice) % 4];
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    let request = telbill::inspect::Request {
        period: None,
        files: vec![path.display().to_string()],
        reading: Reading::default(),
        tariff: None,
        running: Running { block_size: 64 + usize::from(choice) * 16, ..Running::default() },
    };
    let mut sources = SourceMap::default();
    let inspected = telbill::inspect::inspect(&request, &mut sources, &Observer::default());
    let inspected = inspected.expect("what is wrong with a file is its finding");
    for calls in inspected.files.iter().filter_map(telbill::inspect::Seen::calls) {
        let counts = &calls.counts;
        let rejected: u64 = counts.rejected.values().sum();
        assert_eq!(counts.lines, counts.records + counts.blank + rejected, "a line is lost");
        let file = sources.add("pin.toml", calls.dialect.clone());
        let (dialect, found) = parse_dialect(&sources, file);
        assert!(dialect.is_some(), "{}\n{:?}", calls.dialect, found.sorted());
    }
    let words = telbill::report::InspectWords {
        catalog: catalog(),
        sources: &sources,
        inspected: &inspected,
        show_numbers: false,
    };
    let mut shown = Vec::new();
    telbill::render::write_inspected(&words, false, 80, &mut shown).expect("memory is written");
    telbill::render::write_inspected_json(&words, &mut shown).expect("memory is written");
}
