//! Papers in a folder, and the command run on them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A contract's head: Singapore's clock, whole minutes, lines rounded half up.
pub const HEAD: &str = include_str!("head.toml");

/// The top of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs telbill at the top of the repository: how it ended, what it printed, what it said.
pub fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    run_at(root(), arguments, "en")
}

pub fn run_at(folder: &Path, arguments: &[&str], language: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_telbill"))
        .current_dir(folder)
        .args(arguments)
        .args(["--lang", language])
        .output()
        .expect("runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What is printed by a run that ends well, or with something to look at.
pub fn printed(arguments: &[&str]) -> String {
    let (exit, out, err) = run(arguments);
    assert!(matches!(exit, Some(0 | 3)), "{arguments:?} {exit:?} {err}");
    out
}

/// The document of a run that ends well, or with something to look at.
pub fn json(arguments: &[&str]) -> Value {
    let out = printed(&[arguments, &["--format", "json", "-q"]].concat());
    serde_json::from_str(&out).expect("JSON")
}

/// Files in a folder of their own, and their paths.
pub fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("folder");
    let write = |(name, text): &(&str, &str)| {
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    };
    let paths = files.iter().map(write).collect();
    (folder, paths)
}
