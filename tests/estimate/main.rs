//! `telbill estimate`: a room for each of its questions, one set of papers for all.

#![expect(clippy::print_stderr, reason = "coverage is told, and a skipped test says so")]

mod budget;
mod choice;
mod cross;
mod expected;
mod hostile;
mod papers;
mod waste;
mod worth;
