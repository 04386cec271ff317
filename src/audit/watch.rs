//! Records that are to be followed through an audit: found by identifier or by line, and what
//! became of them where calls recorded twice are sorted out.

use super::request::{Running, Watch};
use crate::cdr::{Field, Row};
use crate::money::Fixed;
use crate::pipeline::{CallFile, FoundRow, HeldCall, RowMap, Rules, Wanted, find};
use crate::rate::{Meter, Void};
use crate::source::{Diagnostic, Diagnostics, Locus};

/// A record that is followed.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The line.
    pub found: FoundRow,
    /// Why it stands for no call of its own, if it was recorded twice.
    pub void: Option<Void>,
    /// The record that stands instead.
    pub stands: Option<Row>,
    /// What the provider charged, less what another record takes back, if the two were put together.
    pub charge: Option<Fixed>,
    /// The dates of its number or line leave it out.
    pub outside_service: bool,
    /// Its billing cycle, if it is a call.
    pub cycle: Option<i32>,
}

/// More records than this with one identifier are not of one call.
const MOST: usize = 20;

/// Finds the records to be followed.
///
/// # Errors
/// A diagnostic if there is none, or if they can't be told from others.
pub(super) fn find_watched(
    files: &mut [CallFile],
    rules: Rules<'_>,
    running: Running,
    rows: &RowMap,
    watch: &Watch,
) -> Result<Vec<Watched>, Diagnostics> {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let wanted = match watch {
        Watch::Call(id) => {
            if let Some(file) =
                rules.files.iter().position(|(layout, _)| layout.column(Field::Id).is_none())
                && rules.files.iter().all(|(layout, _)| layout.column(Field::Id).is_none())
            {
                return Err(Diagnostic::error_without_place("call-without-id")
                    .with("path", &names[file])
                    .into());
            }
            Wanted::Id(id.trim().to_owned())
        }
        Watch::Row(typed) => Wanted::Line(line_of(typed, &names).map_err(|why| *why)?),
    };
    let cut = (running.block_size, running.threads);
    let found = find(files, rules, cut, rows, &wanted).map_err(|why| *why)?;
    if found.is_empty() {
        return Err(unknown(&wanted, &names, rules).into());
    }
    if let (Wanted::Id(id), true) = (&wanted, found.len() > MOST) {
        return Err(Diagnostic::error_without_place("call-ambiguous")
            .with("typed", id)
            .with("count", found.len())
            .with("path", &names[found[0].at.file as usize])
            .with("line", found[0].at.line)
            .into());
    }
    Ok(found.iter().map(|found| Watched::new(found, rules)).collect())
}

/// `42`, or `calls.csv:42`; a file may be named by its last part.
fn line_of(typed: &str, names: &[String]) -> Result<Locus, Box<Diagnostic>> {
    let wrong = |code| Box::new(Diagnostic::error_without_place(code).with("typed", typed));
    let (name, line) = match typed.rsplit_once(':') {
        Some((name, line)) => (Some(name), line),
        None => (None, typed),
    };
    let line: u64 =
        line.trim().parse().ok().filter(|line| *line > 0).ok_or_else(|| wrong("row-number"))?;
    let last = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let file = match name {
        None if names.len() == 1 => 0,
        None => return Err(Box::new(wrong("row-of-which").with("path", names.join(", ")))),
        Some(name) => {
            let whole = names.iter().position(|known| known == name);
            let by_last = || names.iter().position(|known| last(known) == name);
            let found = whole.or_else(by_last);
            found.ok_or_else(|| Box::new(wrong("row-of-which").with("path", names.join(", "))))?
        }
    };
    Ok(Locus { file: u32::try_from(file).unwrap_or(u32::MAX), line })
}

fn unknown(wanted: &Wanted, names: &[String], rules: Rules<'_>) -> Diagnostic {
    match wanted {
        Wanted::Id(id) => {
            let heads: Vec<&str> = rules
                .files
                .iter()
                .filter_map(|(layout, _)| Some(layout.column(Field::Id)?.header.as_str()))
                .collect();
            Diagnostic::error_without_place("call-unknown")
                .with("typed", id)
                .with("path", names.join(", "))
                .with("column", heads.first().unwrap_or(&""))
        }
        Wanted::Line(at) => Diagnostic::error_without_place("row-unknown")
            .with("line", at.line)
            .with("path", &names[at.file as usize]),
    }
}

impl Watched {
    fn new(found: &FoundRow, rules: Rules<'_>) -> Self {
        let none = Self {
            found: found.clone(),
            void: None,
            stands: None,
            charge: None,
            outside_service: false,
            cycle: None,
        };
        found.read(&rules, rules.subsecond, |row| match row.call {
            Ok(call) => Self {
                charge: call.charge,
                outside_service: rules.outside_service.is_some_and(|outside| outside(&call)),
                cycle: Some(Meter::new(rules.compiled).rate(&call).cycle),
                ..none
            },
            Err(_) => none,
        })
    }

    /// What became of it among calls that look alike.
    pub(super) fn judge(
        &mut self,
        resolved: &[(HeldCall, Option<Void>)],
        spelled: &dyn Fn(&[u8]) -> Vec<u8>,
    ) {
        let Some((held, void)) =
            resolved.iter().find(|(held, _)| held.call().row == self.found.row)
        else {
            return;
        };
        let mine = held.call();
        self.charge = mine.charge;
        self.void = *void;
        if void.is_none() {
            return;
        }
        let pair = (spelled(mine.caller), spelled(mine.callee));
        let standing = resolved.iter().filter(|(_, void)| void.is_none());
        self.stands = standing
            .map(|(held, _)| held.call())
            .filter(|other| (spelled(other.caller), spelled(other.callee)) == pair)
            .min_by_key(|other| ((other.start - mine.start).abs(), other.row))
            .map(|other| other.row);
    }
}
