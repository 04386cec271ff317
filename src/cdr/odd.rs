//! What some dialects want to be looked at in each row beyond its fields: whether it is a call at
//! all, prefixes, words for nothing, a charge in two parts or below zero, the currency, and whether
//! what was settled by the file's first rows holds for the others.
//!
//! The usual export has none of it, and its rows never come here.

use super::call::Call;
use super::dialect::{ColumnName, Dialect};
use super::heading::Heading;
use super::kinds::no_call;
use super::pattern::Pattern;
use super::read::trim;
use super::{Field, Reject, RejectKind};
use crate::input::{Encoding, Line, decode_line};
use crate::text::fold;

/// A column's place, and what it has to hold.
type Test = (usize, Pattern);

/// What is looked at in the rows of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Oddities {
    only: Vec<Test>,
    skip: Vec<Test>,
    internal: Vec<Test>,
    empty: Vec<String>,
    prefixes: Vec<(Field, Vec<String>)>,
    /// Charges are written below zero.
    pub(super) negative: bool,
    /// There is a second part of the charge.
    pub(super) two_parts: bool,
    /// The currency that charges have to be in, folded, if a column names it.
    currency: Option<(usize, String)>,
    /// The column that carries the start besides, where only the first rows prove the zone or the
    /// order of dates.
    pub(super) epoch: Option<usize>,
}

/// The same in the words of dialect files.
pub(super) struct Written {
    /// Texts for nothing.
    pub(super) empty: Vec<String>,
    /// Charges are written below zero.
    pub(super) negative: bool,
    /// Cut off fields.
    pub(super) prefixes: Vec<(Field, Vec<String>)>,
    /// Which rows are calls: column and what it holds, under the table's key.
    pub(super) rows: [(&'static str, Vec<(String, String)>); 3],
}

impl Oddities {
    /// Those of a dialect, met with a file whose columns have these names.
    pub(super) fn of(
        dialect: &Dialect,
        names: &[String],
        columns: &[super::Column],
        currency: &str,
    ) -> Self {
        let tests = |tests: &[(ColumnName, Pattern)]| -> Vec<Test> {
            let found = tests.iter().filter_map(|(column, pattern)| {
                Some((place_of(column, names, columns)?, pattern.clone()))
            });
            found.collect()
        };
        // A row can't hold all of them where a column is missing.
        let all = |named: &[(ColumnName, Pattern)]| {
            let found = tests(named);
            if found.len() == named.len() { found } else { Vec::new() }
        };
        let at = |field| columns.iter().find(|column| column.field == field);
        Self {
            only: tests(&dialect.only),
            skip: all(&dialect.skip),
            internal: all(&dialect.internal),
            empty: dialect.empty.clone(),
            prefixes: dialect.prefixes.clone(),
            negative: dialect.negative,
            two_parts: at(Field::ChargeMore).is_some(),
            // Without a contract any currency may be the contract's.
            currency: at(Field::Currency)
                .filter(|_| !currency.is_empty())
                .map(|column| (column.place, fold(currency))),
            epoch: None,
        }
    }

    /// Skips the rows of which a column holds this, if no other rows are skipped.
    pub(super) fn skip_rows(&mut self, place: usize, pattern: Pattern) {
        if self.skip.is_empty() {
            self.skip.push((place, pattern));
        }
    }

    /// True if there is nothing to look at.
    pub(super) fn is_nothing(&self) -> bool {
        self.only.is_empty()
            && self.skip.is_empty()
            && self.internal.is_empty()
            && self.empty.is_empty()
            && self.prefixes.is_empty()
            && !self.negative
            && !self.two_parts
            && self.currency.is_none()
            && self.epoch.is_none()
    }

    /// As a dialect file says it; `name` is how the column at a place is called.
    pub(super) fn written(&self, name: impl Fn(usize) -> String) -> Written {
        let tests = |tests: &[Test]| -> Vec<(String, String)> {
            tests.iter().map(|(place, pattern)| (name(*place), pattern.text())).collect()
        };
        Written {
            empty: self.empty.clone(),
            negative: self.negative,
            prefixes: self.prefixes.clone(),
            rows: [
                ("only", tests(&self.only)),
                ("skip", tests(&self.skip)),
                ("internal", tests(&self.internal)),
            ],
        }
    }

    /// Whether the row is a call.
    pub(super) fn is_call(&self, line: &Line<'_>, encoding: Encoding) -> Result<(), Box<Reject>> {
        let holds = |test: &Test| holds(test, line, encoding);
        let other = self.only.iter().find(|test| !holds(test));
        let skipped = || self.skip.first().filter(|_| self.skip.iter().all(holds));
        match other.or_else(skipped) {
            Some((place, _)) => Err(no_call(line.field(*place), encoding)),
            None => Ok(()),
        }
    }

    /// True for a call within the company.
    pub(super) fn is_internal(&self, line: &Line<'_>, encoding: Encoding) -> bool {
        !self.internal.is_empty() && self.internal.iter().all(|test| holds(test, line, encoding))
    }

    /// True if a text stands for nothing.
    pub(super) fn is_empty_text(&self, text: &[u8]) -> bool {
        let text = std::str::from_utf8(text).map(fold);
        text.is_ok_and(|text| self.empty.contains(&text))
    }

    /// The texts of a call without prefixes and words for nothing.
    pub(super) fn tidy(&self, call: &mut Call<'_>) {
        for (field, text) in [
            (Field::Caller, &mut call.caller),
            (Field::Callee, &mut call.callee),
            (Field::Agent, &mut call.agent),
            (Field::Line, &mut call.line),
            (Field::Id, &mut call.id),
        ] {
            let cuts = self.prefixes.iter().filter(|(of, _)| *of == field);
            for prefix in cuts.flat_map(|(_, prefixes)| prefixes) {
                let cut =
                    text.get(..prefix.len()).filter(|b| b.eq_ignore_ascii_case(prefix.as_bytes()));
                if cut.is_some() {
                    *text = trim(&text[prefix.len()..]);
                    break;
                }
            }
            let nothing = matches!(*text, b"-" | b"--" | b"NULL" | b"null");
            if nothing || (!self.empty.is_empty() && self.is_empty_text(text)) {
                *text = b"";
            }
        }
    }

    /// Whether the charge is in the currency that is reckoned in.
    pub(super) fn is_in_currency(&self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        let Some((place, currency)) = &self.currency else { return Ok(()) };
        let written = trim(line.field(*place));
        let same = is_currency(&String::from_utf8_lossy(written), currency);
        if same || self.is_empty_text(written) {
            Ok(())
        } else {
            Err(Reject::field(RejectKind::Currency, Field::Currency.word(), written))
        }
    }

    /// The currency of the first rows, if none of them is in the one that is reckoned in.
    pub(super) fn other_currency<'r>(&self, rows: &'r [Vec<String>]) -> Option<&'r str> {
        let (place, currency) = self.currency.as_ref()?;
        let mut written = rows
            .iter()
            .filter_map(|row| row.get(*place).map(|text| text.trim()))
            .filter(|text| !text.is_empty() && !self.is_empty_text(text.as_bytes()))
            .peekable();
        let first = *written.peek()?;
        written.all(|text| !is_currency(text, currency)).then_some(first)
    }

    /// Whether the start agrees with the one that the record carries besides.
    pub(super) fn agrees(&self, line: &Line<'_>, start: i64) -> Result<(), Box<Reject>> {
        let Some(place) = self.epoch else { return Ok(()) };
        let written = trim(line.field(place));
        match epoch_in(written).map(|epoch| contradicts(start - epoch)) {
            Some(true) => {
                Err(Reject::field(RejectKind::Contradicted, Field::Start.word(), written))
            }
            _ => Ok(()),
        }
    }
}

/// True if a start this many seconds after the record's other one is of another zone or day: by whole
/// hours. A call may well begin later than its identifier, which it keeps when it is transferred or
/// waits in a queue, but not before it.
fn contradicts(apart: i64) -> bool {
    let to_the_hour = (apart + 1_800).rem_euclid(3_600) - 1_800;
    apart < -450 || (apart > 1_800 && to_the_hour.abs() <= 120)
}

fn holds((place, pattern): &Test, line: &Line<'_>, encoding: Encoding) -> bool {
    pattern.holds(&decode_line(trim(line.field(*place)), encoding).0)
}

/// Seconds since 1970 in `[systemname-]1706368044.12`, or as a plain number of seconds or
/// milliseconds.
pub(super) fn epoch_in(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let last = text.rsplit('-').next()?;
    let whole = match last.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) => {
            whole
        }
        Some(_) => return None,
        None if last.len() == text.len() => last,
        None => return None,
    };
    let seconds = match whole.len() {
        _ if !whole.is_ascii() => return None,
        10 => whole,
        13 => &whole[..10],
        _ => return None,
    };
    seconds.parse().ok().filter(|_| whole.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a column stands: by its number, its header, or the field it is used for.
pub(super) fn place_of(
    column: &ColumnName,
    names: &[String],
    columns: &[super::Column],
) -> Option<usize> {
    match column {
        ColumnName::Place(place) => Some(*place),
        ColumnName::Header(name) => {
            let wanted = Heading::parse(name, "").name;
            let by_header = names.iter().position(|name| Heading::parse(name, "").name == wanted);
            by_header.or_else(|| {
                let field = Field::from_word(name)?;
                columns.iter().find(|column| column.field == field).map(|column| column.place)
            })
        }
    }
}

/// True if a text is the currency's code, folded, or says nothing.
fn is_currency(text: &str, currency: &str) -> bool {
    let folded = fold(text);
    folded.is_empty()
        || folded == currency
        || (currency == "cny" && matches!(folded.as_str(), "rmb" | "人民币"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_may_begin_after_its_identifier() {
        for apart in [0, 7, -7, 449, 1_260, 3_000, 5_000, 10_000] {
            assert!(!contradicts(apart), "{apart}");
        }
        for apart in [-3_600, -451, 3_600, 3_607, 7_195, 86_400] {
            assert!(contradicts(apart), "{apart}");
        }
    }

    #[test]
    fn seconds_since_1970_in_identifiers() {
        for (text, seconds) in [
            ("1706368044.0", Some(1_706_368_044)),
            ("mainserver-1706420300.12", Some(1_706_420_300)),
            ("pbx-2-1706420300.12", Some(1_706_420_300)),
            ("1706368044", Some(1_706_368_044)),
            ("1706368044123", Some(1_706_368_044)),
            ("13800138000", None),
            ("170636804.0", None),
            ("1706368044.", None),
            ("a-1706368044", None),
            ("e29ff0ae-e752-11e3-8bff-65b6c3cdac7d", None),
            ("", None),
        ] {
            assert_eq!(epoch_in(text.as_bytes()), seconds, "{text}");
        }
    }
}
