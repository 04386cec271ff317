//! Memory does not grow with what is read: the most that `telbill` held at once, as the system
//! counted it, stays below one bound for every input. Linux only; elsewhere nothing is measured.
#![cfg(target_os = "linux")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// With two workers and blocks of 1 MiB. The program alone takes some 20 MiB.
const BOUND_KIB: u64 = 110 * 1024;

const HEADER: &str = "主叫号码,被叫号码,开始时间,通话时长(秒),计费时长(秒),费用(元)\n";

/// The most memory, in KiB, that an audit of the file held at once.
fn peak(path: &Path) -> u64 {
    let tariff = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/containers/tariff.toml");
    let mut child = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .args(["audit", "--format", "json", "--quiet", "--threads", "2", "--block-size", "1048576"])
        .arg("-t")
        .arg(tariff)
        .arg("-c")
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("waits").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(now.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(most > 1000, "nothing was measured");
    most
}

fn gzip(text: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(HEADER.as_bytes()).expect("writes");
    (0..times).for_each(|_| encoder.write_all(text).expect("writes"));
    encoder.finish().expect("ends")
}

#[test]
fn memory_is_bounded_whatever_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = "02000000001,13800000001,2024-10-08 09:00:00,63,120,0.24\n";
    let line = vec![b'7'; 1 << 20];
    let inputs: [(&str, Vec<u8>); 4] = [
        ("the same call, 400,000 times.csv", [HEADER, &row.repeat(400_000)].concat().into()),
        ("a line of 128 MiB.csv.gz", gzip(&line, 128)),
        ("128 MiB of blank lines.csv.gz", gzip(&vec![b'\n'; 1 << 20], 128)),
        ("100,000 columns.csv", vec!["column"; 100_000].join(",").into()),
    ];
    for (name, bytes) in inputs {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        let most = peak(&path);
        assert!(most < BOUND_KIB, "{name}: {most} KiB");
    }
}
