//! Benchmarks: `cargo bench`. Each names what one item is, so that figures can be compared with
//! those of another machine; nothing here is a test.

use std::fmt::Write;
use std::hint::black_box;

use divan::counter::{BytesCount, ItemsCount};
use telbill::cdr::{Call, ColumnSpec, LineReader, Outcome, Row, Wishes, built_in, detect};
use telbill::input::{Encoding, Lines};
use telbill::rate::{Compiled, Meter};
use telbill::source::SourceMap;
use telbill::tariff::{Direction, Plan, Subsecond, parse};
use telbill::when::{Day, Zone};

fn main() {
    divan::main();
}

const CONTRACT: &str = include_str!("../../fixtures/scenarios/buyers-guide/tariff.toml");
const ROWS: usize = 20_000;

fn plan() -> (Plan, Compiled) {
    let mut sources = SourceMap::default();
    let file = sources.add("contract.toml", CONTRACT);
    let (plan, _) = parse(&mut sources, file, &|_, _| Ok("".into()));
    let plan = plan.expect("the fixture's contract is valid");
    let compiled = Compiled::new(&plan).expect("its charges are exact");
    (plan, compiled)
}

/// Attempts of which a third is answered, from a generator with a fixed seed.
fn rows() -> String {
    let mut text =
        String::from("call_id,agent_id,caller,callee,start_time,end_time,duration,status,charge\n");
    let mut state = 7u64;
    let mut next = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for index in 0..ROWS {
        let answered = next(3) == 0;
        let talk = if answered { next(180) + 1 } else { 0 };
        let (day, second) = (next(31) + 1, next(36_000) + 32_400);
        let stamp = |second: u64| {
            format!(
                "2024-10-{day:02} {:02}:{:02}:{:02}",
                second / 3600,
                second % 3600 / 60,
                second % 60
            )
        };
        writeln!(
            text,
            "C{index:08},A{:04},057188{:06},138{:08},{},{},{talk},{},0.10",
            next(800),
            next(500),
            next(100_000_000),
            stamp(second),
            stamp(second + talk),
            if answered { "ANSWERED" } else { "NO ANSWER" },
        )
        .expect("text");
    }
    text
}

/// Splitting lines into fields.
#[divan::bench]
fn split(bencher: divan::Bencher<'_, '_>) {
    let text = rows();
    bencher.counter(BytesCount::of_str(&text)).counter(ItemsCount::new(ROWS)).bench(|| {
        let mut fields = 0;
        Lines::new(b',', Some(b'"'), 9).each(text.as_bytes(), |line, _| fields += line.len());
        black_box(fields)
    });
}

/// Lines to calls: times, lengths, amounts, words.
#[divan::bench]
fn read(bencher: divan::Bencher<'_, '_>) {
    let text = rows();
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let columns = ColumnSpec::default();
    let wishes = Wishes {
        dialect: None,
        columns: &columns,
        zone: None,
        source: None,
        contract_zone: zone,
        currency: "CNY",
        near: None,
    };
    let layout = detect("calls.csv", &text[..4096], wishes, &built_in()).expect("known");
    let body = &text[text.find('\n').expect("a header") + 1..];
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let mut reader = LineReader::new(&layout, Encoding::Ascii, zone, Subsecond::Up);
        let mut talk = 0u64;
        Lines::new(layout.delimiter, layout.quote, layout.fields).each(
            body.as_bytes(),
            |line, number| {
                if let Ok(call) = reader.read(&line, Row { block: 0, line: number }) {
                    talk += u64::from(call.talk);
                }
            },
        );
        black_box(talk)
    });
}

/// Calls to charges: zone by segment, period, billed seconds, charge.
#[divan::bench]
fn rate(bencher: divan::Bencher<'_, '_>) {
    let (_, compiled) = plan();
    let day = Day::from_ymd(2024, 10, 8).expect("a day");
    let numbers: Vec<String> =
        (0..ROWS).map(|index| format!("138{:08}", index * 4_999 % 100_000_000)).collect();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let mut meter = Meter::new(&compiled);
        let mut sum = 0i64;
        for (index, number) in numbers.iter().enumerate() {
            let seconds = u32::try_from(index % 300).unwrap_or(0);
            let call = Call {
                row: Row::default(),
                id: b"",
                caller: b"057188880001",
                callee: number.as_bytes(),
                agent: b"",
                line: b"",
                start: 0,
                day,
                second: 36_000,
                talk: seconds,
                total: None,
                clock: None,
                minutes_only: false,
                billed: None,
                charge: None,
                outcome: Outcome::Answered,
                direction: Direction::Outbound,
                voicemail: false,
                caller_leg: None,
            };
            sum += meter.rate(&call).charge.quanta();
        }
        black_box(sum)
    });
}

/// A contract from text to tables, the built-in table of mobile segments included.
#[divan::bench]
fn compile() -> usize {
    plan().1.rules.len()
}

/// A million prefixes of six to nine digits with twenty thousand prices, from text to tables.
#[divan::bench(sample_count = 5)]
fn deck(bencher: divan::Bencher<'_, '_>) {
    let mut deck = String::from("destination,prefix,price,connection charge,effective date\n");
    for index in 0..1_000_000u64 {
        let prefix = 200_000 + index * 797 % 999_800_000;
        let price = index * 7_919 % 20_000 + 1;
        writeln!(deck, "D{},+{prefix},0.{price:05},0.01,2024-01-01", index / 50).expect("text");
    }
    let contract = format!(
        "{CONTRACT}\n[[deck]]\nname = \"abroad\"\nfile = \"deck.csv\"\nper = \"60s\"\nclass = \"basic-telecom\"\n"
    );
    bencher.counter(ItemsCount::new(1_000_000u32)).bench(|| {
        let mut sources = SourceMap::default();
        let file = sources.add("contract.toml", contract.as_str());
        let (plan, found) = parse(&mut sources, file, &|_, _| Ok(deck.as_str().into()));
        let plan = plan.unwrap_or_else(|| panic!("{:#?}", found.sorted()));
        black_box(Compiled::new(&plan).expect("its charges are exact").rules.len())
    });
}
