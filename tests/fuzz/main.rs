//! Fuzzing on stable Rust: inputs from the fixtures, changed at random, the same for one seed.
//!
//! `cargo test --test fuzz` runs each target a few hundred times. `TELBILL_FUZZ_SECONDS=600` runs each
//! that long and prints how often; `TELBILL_FUZZ_TARGET=times` runs one; `TELBILL_FUZZ_SEED=2` draws
//! others. An input that is found is written to a file that the message names. `guided/` runs the
//! same targets led by coverage.

#![expect(clippy::print_stderr, reason = "how many inputs were tried is the result")]

#[path = "../containers/packed.rs"]
mod packed;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use targets::{TARGETS, Target};

/// Inputs of each target where no time is told.
const FEW: u64 = 300;

/// The largest input.
const LARGEST: usize = 1 << 14;

/// What breaks readers most often.
const WORDS: [&[u8]; 40] = [
    b"\"",
    b"\"\"",
    b"'",
    b",",
    b"\t",
    b";",
    b"|",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xA5\xA5",
    b"\x81\x30",
    "（".as_bytes(),
    "１２".as_bytes(),
    "年".as_bytes(),
    b"-",
    b"+",
    b".",
    b"0",
    b"9999999999999999999",
    b"1e309",
    b"-0",
    b"0000-00-00 00:00:00",
    b"9999-12-31 23:59:59",
    b"2025-03-09 02:30:00",
    b"1706368044.0",
    b"63873612004",
    b"45413.378",
    b"=\"138\"",
    b"NULL",
    b"[None]",
    b"<!ENTITY a \"b\">",
    b"&a;",
    b"<![CDATA[",
    b"</",
    b"[[",
    b"\x1F\x8B\x08",
];

/// Numbers that look random, the same for one seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % most.max(1)
    }

    fn change(&mut self, data: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.below(data.len() + 1);
        let length = 1 + self.below(16);
        let end = (at + length).min(data.len());
        match self.below(7) {
            0 if at < data.len() => data[at] ^= 1 << self.below(8),
            1 if at < data.len() => data[at] = u8::try_from(self.below(256)).unwrap_or(0),
            2 => drop(data.drain(at..end)),
            3 => {
                let again = data[at..end].to_vec();
                data.splice(at..at, again);
            }
            4 => {
                let other = &others[self.below(others.len())];
                let from = self.below(other.len() + 1);
                let until = (from + self.below(200)).min(other.len());
                data.splice(at..end, other[from..until].iter().copied());
            }
            _ => {
                let word = WORDS[self.below(WORDS.len())];
                data.splice(at..at, word.iter().copied());
            }
        }
        data.truncate(LARGEST);
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The beginnings of files that fit a target, by their endings.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let endings: &[&str] = match target {
        "contract" | "forecast" => &["toml"],
        "invoices" => &["csv", "toml", "xml"],
        "papers" => &["csv", "toml"],
        "amounts" | "times" => &[],
        _ => &["csv", "txt", "tsv", "json", "jsonl", "gz", "zip", "xlsx", "xls", "xml", "toml"],
    };
    let mut seeds: Vec<Vec<u8>> = match target {
        "amounts" => vec![
            b"0.12".to_vec(),
            "¥1,234.50".into(),
            "(12.30)".into(),
            "00:01:23".into(),
            "1小时59分钟41秒".into(),
        ],
        "times" => vec![
            b"2024-10-29 09:15:54".to_vec(),
            "2024年5月1日 9:05".into(),
            b"2024-05-01T01:05:07Z".to_vec(),
            b"1714525507999".to_vec(),
            b"5/6/24 9:05 AM".to_vec(),
        ],
        _ => vec![b"start,talk\n2024-10-01 08:00:00,60\n".to_vec()],
    };
    let mut folders: Vec<PathBuf> = vec![root().join("fixtures"), root().join("tariffs")];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if endings.contains(&ending) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    for path in paths {
        let mut data = std::fs::read(&path).expect("reads");
        data.truncate(LARGEST / 4);
        seeds.push(data);
    }
    if target == "files" {
        // Whole, for the directory of an archive stands at its end.
        let calls = root().join("fixtures/containers/calls.csv");
        let calls = std::fs::read_to_string(calls).expect("reads");
        let few: String = calls.split_inclusive('\n').take(4).collect();
        let packed = packed::containers(&few).into_iter().map(|(_, bytes, _)| bytes);
        // As often as all the others together.
        let packed: Vec<Vec<u8>> = packed.filter(|bytes| bytes.len() <= LARGEST).collect();
        let times = seeds.len() / packed.len().max(1) + 1;
        seeds.extend(packed.iter().cycle().take(times * packed.len()).cloned());
    }
    seeds
}

fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one target; the number of inputs tried.
fn fuzz((name, target): Target, time: Option<Duration>, seed: u64) -> u64 {
    let seeds = seeds(name);
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let begun = Instant::now();
    let mut tried = 0;
    let mut slowest = Duration::ZERO;
    loop {
        let goes_on = match time {
            Some(time) => begun.elapsed() < time,
            None => tried < FEW,
        };
        if !goes_on {
            break;
        }
        let mut data = seeds[dice.below(seeds.len())].clone();
        // What chooses between forms of input.
        if !matches!(name, "amounts" | "times" | "detection" | "contract" | "forecast") {
            data.insert(0, u8::try_from(dice.below(256)).unwrap_or(0));
        }
        for _ in 0..dice.below(8) {
            dice.change(&mut data, &seeds);
        }
        let one = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| target(&data)));
        slowest = slowest.max(one.elapsed());
        if done.is_err() || one.elapsed() > Duration::from_secs(10) {
            let path = std::env::temp_dir().join(format!("telbill-fuzz-{name}-{seed}-{tried}"));
            std::fs::write(&path, &data).expect("writes");
            panic!("{name}: see {}", path.display());
        }
        tried += 1;
    }
    eprintln!("{name}: {tried} inputs, the slowest took {slowest:?}");
    tried
}

#[test]
fn no_input_breaks_a_reader() {
    let time = told("TELBILL_FUZZ_SECONDS").map(Duration::from_secs);
    let seed = told("TELBILL_FUZZ_SEED").unwrap_or(1);
    let wanted = std::env::var("TELBILL_FUZZ_TARGET").ok();
    let chosen = |(name, _): &&Target| wanted.as_deref().is_none_or(|wanted| wanted == *name);
    let mut any = false;
    for target in TARGETS.iter().filter(chosen) {
        any |= fuzz(*target, time, seed) > 0;
    }
    assert!(any, "no such target: {wanted:?}");
}
