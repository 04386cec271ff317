//! Decisions about terminal, colour and language, made once.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use super::args::{Common, Lang, When};
use super::exit::Exit;
use crate::render::diagnostic::write_diagnostics;
use crate::source::{Diagnostic, Diagnostics, SourceMap};
use crate::text::{Catalog, Language};

/// Why a command came to nothing: what is wrong, and the files that it shows.
pub struct Failure {
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// Files whose excerpts are shown.
    pub sources: SourceMap,
}

impl Failure {
    /// A failure about no place in a file.
    pub fn plain(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: diagnostic.into(), sources: SourceMap::default() }
    }
}

/// How to talk to the user.
pub struct Ui {
    /// Words of the language.
    pub catalog: Catalog,
    /// Nothing but the result.
    pub quiet: bool,
    /// Colours on standard error.
    color: bool,
    /// Colours on standard output.
    pub color_out: bool,
    /// Standard error is a terminal.
    pub watches: bool,
}

impl Ui {
    /// Looks at the options and the environment.
    pub fn new(common: &Common) -> Self {
        let language = match common.lang {
            Some(Lang::En) => Language::English,
            Some(Lang::Zh) => Language::Chinese,
            None => locale().map_or(Language::English, |name| Language::of_locale(&name)),
        };
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let wanted = |terminal: bool| match common.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !plain,
        };
        Self {
            catalog: Catalog::new(language),
            quiet: common.quiet,
            color: wanted(std::io::stderr().is_terminal()),
            color_out: wanted(std::io::stdout().is_terminal()),
            watches: std::io::stderr().is_terminal(),
        }
    }

    /// Columns of the terminal, within bounds that read well; 80 if there is none.
    pub fn width(&self) -> u16 {
        terminal_size::terminal_size().map_or(80, |(width, _)| width.0.clamp(60, 100))
    }

    /// Shows diagnostics on standard error.
    pub fn show(&self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        let mut stderr = std::io::stderr().lock();
        let width = usize::from(self.width());
        // Nobody is left to be told if standard error is gone.
        let _ =
            write_diagnostics(diagnostics, sources, &self.catalog, self.color, width, &mut stderr);
        let _ = stderr.flush();
    }

    /// Shows warnings, unless asked to be quiet.
    pub fn warn(&self, warnings: Diagnostics, sources: &SourceMap) {
        if !self.quiet {
            self.show(&warnings.sorted(), sources);
        }
    }

    /// Shows why a command came to nothing. A reader that went away is no failure.
    pub fn fail(&self, failure: &Failure) -> Exit {
        self.show(&failure.diagnostics.clone().sorted(), &failure.sources);
        Exit::Unusable
    }
}

/// The language of help and usage errors, which must be known before the command line is read: by
/// `--lang`, wherever it stands, else as for all texts.
pub fn language_of(arguments: impl Iterator<Item = OsString>) -> Language {
    let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    let mut typed = None;
    while let Some(argument) = arguments.next() {
        match argument.split_once('=') {
            Some(("--lang", word)) => typed = Some(word.to_owned()),
            None if argument == "--lang" => typed = arguments.next(),
            _ => {}
        }
    }
    match typed.or_else(|| std::env::var("TELBILL_LANG").ok()).as_deref() {
        Some("en") => Language::English,
        Some("zh") => Language::Chinese,
        _ => locale().map_or(Language::English, |name| Language::of_locale(&name)),
    }
}

/// The locale by the usual variables, the strongest first; the system's for lack of them.
fn locale() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .or_else(sys_locale::get_locale)
}

/// A panic is a bug; it says so, and asks for a report.
pub fn say_bugs() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        default(panic);
        let _ = writeln!(
            std::io::stderr(),
            "telbill: this is a bug, and no figure above may be relied on. Please report it with \
             the command line and the lines above (telbill {}).",
            env!("CARGO_PKG_VERSION")
        );
    }));
}
