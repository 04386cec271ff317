//! The same bytes for any number of threads and any block size.

use std::path::Path;
use std::process::{Command, Output};

fn run(extra: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/buyers-guide");
    Command::new(env!("CARGO_BIN_EXE_telbill"))
        .current_dir(folder)
        .args(["audit", "-t", "tariff.toml", "-c", "calls.csv", "-i", "invoice.csv"])
        .args(["-r", "roster.csv", "--lang", "en", "--quiet"])
        .args(extra)
        .output()
        .expect("runs")
}

/// Shows the first line that differs, not the whole.
fn same(one: &[u8], other: &[u8], at: &str) {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let differing = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    assert!(differing.is_none() && one.len() == other.len(), "{at}: {differing:?}");
}

#[test]
fn threads_and_blocks_change_no_byte() {
    for format in ["json", "table", "csv"] {
        let reference = run(&["--format", format, "--threads", "1"]);
        assert_eq!(reference.status.code(), Some(1));
        assert!(!reference.stdout.is_empty());
        for (threads, block) in [("1", "1024"), ("2", "4096"), ("7", "1048576"), ("7", "777")] {
            let other = run(&["--format", format, "--threads", threads, "--block-size", block]);
            let at = format!("{format}: {threads} threads, blocks of {block}");
            same(&other.stdout, &reference.stdout, &at);
        }
    }
}

#[test]
fn keys_on_disk_find_the_same_duplicates() {
    // One MiB holds 131,072 keys; the files have fewer, so the limit is set below by hand.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/buyers-guide");
    let audit = |memory_keys: usize| {
        let file = |name: &str| vec![folder.join(name).display().to_string()];
        let request = telbill::audit::Request {
            tariffs: file("tariff.toml"),
            calls: file("calls.csv"),
            invoices: file("invoice.csv"),
            running: telbill::audit::Running { threads: 2, memory_keys, ..Default::default() },
            ..Default::default()
        };
        let mut sources = telbill::source::SourceMap::default();
        let observer = telbill::audit::Observer::default();
        let audit = telbill::audit::run(&request, &mut sources, &observer, &mut |_, _| Ok(()));
        audit.unwrap_or_else(|found| panic!("{:?}", found.sorted())).bridge
    };
    assert_eq!(audit(1 << 20), audit(512));
}

#[test]
fn rated_rows_come_out_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios/buyers-guide");
    let rate = |threads: &str, block: &str| {
        Command::new(env!("CARGO_BIN_EXE_telbill"))
            .current_dir(&folder)
            .args(["rate", "-t", "tariff.toml", "calls.csv", "-q"])
            .args(["--threads", threads, "--block-size", block])
            .output()
            .expect("runs")
            .stdout
    };
    let reference = rate("1", "1000000");
    assert!(reference == rate("7", "999"));
    assert!(reference == rate("2", "65536"));
}
