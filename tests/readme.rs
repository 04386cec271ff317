//! What the README shows is what happens: each command in a `console` block is run, and its output
//! compared (`...` stands for any lines); the shell script is run too, if `jq` is at hand.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// A shell that finds this build's telbill first.
fn shell(script: &str, folder: &Path) -> Output {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_telbill"));
    let own = binary.parent().expect("a folder").display().to_string();
    let path = format!("{own}:{}", std::env::var("PATH").unwrap_or_default());
    Command::new("sh")
        .current_dir(folder)
        .args(["-c", script])
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("TELBILL_LANG")
        .output()
        .expect("sh runs")
}

/// Commands of the `console` blocks with what they print.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in text.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for part in block.split("$ ").skip(1) {
            let (command, output) = part.split_once('\n').unwrap_or((part, ""));
            found.push((command.to_owned(), output.trim_end().to_owned()));
        }
    }
    found
}

/// True if the lines agree, `...` standing for any number of them.
fn agree(shown: &str, real: &str) -> bool {
    let mut real = real.lines().map(str::trim_end).peekable();
    let mut shown = shown.lines().map(str::trim_end).peekable();
    while let Some(line) = shown.next() {
        if line == "..." {
            let Some(next) = shown.peek() else { return true };
            while real.peek().is_some_and(|line| line != next) {
                real.next();
            }
        } else if real.next() != Some(line) {
            return false;
        }
    }
    real.all(str::is_empty)
}

#[test]
fn commands_print_what_is_shown() {
    let commands = commands(&readme());
    assert!(commands.len() >= 4, "{commands:?}");
    for (command, shown) in commands {
        // What cargo would build is built already.
        let run = command.replace("cargo run --release --quiet -- ", "telbill ");
        let output = shell(&run, root());
        let real = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            agree(&shown, &real),
            "$ {command}\n--- shown\n{shown}\n--- real\n{real}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_script_runs() {
    if !shell("command -v jq", root()).status.success() {
        eprintln!("skipped: this test needs jq");
        return;
    }
    let text = readme();
    let script = text.split("```sh\n#!/bin/sh").nth(1).expect("a script");
    let script = script.split("```").next().unwrap_or_default();
    let folder = tempfile::tempdir().expect("folder");
    let fixtures = root().join("fixtures").display().to_string();
    let output = shell(&script.replace("=fixtures", &format!("={fixtures}")), folder.path());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    // The month's figures, from its own expected.json.
    assert!(printed.starts_with("dispute 351.46 of 3520.10\n"), "{printed}{output:?}");
    assert!(printed.contains("  wrong-increment 155.22\n"), "{printed}");
    assert!(folder.path().join("audit.txt").exists());
}

#[test]
fn main_command_is_the_first_and_tests_are_the_second() {
    let text = readme();
    let main = text.find("$ cargo run --release --quiet -- audit").expect("the main command");
    let test = text.find("```sh\ncargo test\n```").expect("the test command");
    assert!(main < test);
    assert!(text[..main].contains("<!-- main -->"));
}
