//! Lines that are no call: totals, footers, headers that come again, charges for something else.

use super::read::{LineReader, NOWHERE, text, trim};
use super::{Field, Reject, RejectKind};
use crate::input::{Line, MOST_FIELDS, decode_line};
use crate::number::is_like_number;
use crate::text::fold;

impl LineReader<'_> {
    /// A line that is a total, a repeated header, or too wide or narrow.
    #[cold]
    pub(super) fn misfit(&mut self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        if line.len() > MOST_FIELDS {
            // Its fields are not all kept apart.
            let found = format!("{} / {MOST_FIELDS}", line.len());
            return Err(Reject::line(RejectKind::FieldCount, found));
        }
        if let Some(odd) = &self.layout.oddities {
            odd.is_call(line, self.encoding)?;
            if line.len() == self.layout.fields {
                return Ok(());
            }
        }
        // Some exports end each line, but not the header, with delimiters.
        let fields = self.layout.fields;
        let trailing = fields..line.len().min(MOST_FIELDS);
        let nothing_behind = trailing.into_iter().all(|place| trim(line.field(place)).is_empty());
        if fields == 0 || (line.len() > fields && nothing_behind) {
            return Ok(());
        }
        self.not_a_call(line)?;
        let kind = if line.stray_quote { RejectKind::Quote } else { RejectKind::FieldCount };
        Err(Reject::line(kind, format!("{} / {}", line.len(), self.layout.fields)))
    }

    /// Recognises what is plainly no call, whatever its width.
    pub(super) fn not_a_call(&self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        if memchr::memchr(0, line.text).is_some() {
            return Err(Reject::line(RejectKind::Nul, ""));
        }
        if self.is_header(line) {
            return Err(Reject::line(RejectKind::RepeatedHeader, ""));
        }
        let (text, _) = decode_line(line.text, self.encoding);
        let delimiter = char::from(self.layout.delimiter);
        let begins = fold(text.trim_start_matches([delimiter, '"', ' ']));
        let is_total = self.layout.summary.iter().any(|word| {
            begins.strip_prefix(word.as_str()).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_ascii_alphanumeric() && word.is_ascii())
            })
        });
        if is_total || is_count(&begins) || self.is_sum(line) {
            Err(Reject::line(RejectKind::Summary, ""))
        } else {
            Ok(())
        }
    }

    /// True of the header, as when exports are joined or a page begins.
    fn is_header(&self, line: &Line<'_>) -> bool {
        if self.layout.header.is_empty() {
            return false;
        }
        if line.text == self.layout.header {
            return true;
        }
        let columns = self.layout.columns.iter().filter(|column| !column.header.is_empty());
        let mut equal = columns.map(|column| {
            let (cell, _) = decode_line(line.field(column.place), self.encoding);
            fold(&cell) == fold(&column.header)
        });
        equal.next() == Some(true) && equal.next() == Some(true) && equal.all(|equal| equal)
    }

    /// True of a row with nothing but figures: a total that is not called one.
    fn is_sum(&self, line: &Line<'_>) -> bool {
        let says = |field: Field| {
            let place = self.places[field as usize];
            place != NOWHERE && !text(line.field(place)).is_empty()
        };
        let call = [
            Field::Id,
            Field::Caller,
            Field::Callee,
            Field::Start,
            Field::Date,
            Field::Answer,
            Field::End,
            Field::Status,
            Field::Agent,
            Field::Line,
        ];
        let figures = [Field::Talk, Field::Billed, Field::Total, Field::Charge];
        // In a file of times and figures alone, a row without its time may be a call.
        let named = [Field::Id, Field::Caller, Field::Callee];
        named.into_iter().any(|field| self.places[field as usize] != NOWHERE)
            && !call.into_iter().any(says)
            && figures.into_iter().any(says)
    }

    /// A line with the day of its sums names nobody, and says in one of its cells what it is.
    #[cold]
    pub(super) fn is_no_total(&self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        if !self.names_nobody(line) {
            return Ok(());
        }
        let says_total = |place: usize| {
            let rest = self.behind_total(text(line.field(place)));
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        };
        if (0..line.len().min(MOST_FIELDS)).any(says_total) {
            Err(Reject::line(RejectKind::Summary, ""))
        } else {
            Ok(())
        }
    }

    /// A line with a word such as 合计 where a number belongs, and no number in the other place, is a
    /// total too.
    #[cold]
    pub(super) fn is_no_total_of(&self, numbers: [&[u8]; 2]) -> Result<(), Box<Reject>> {
        let is_number = |number: &&[u8]| std::str::from_utf8(number).is_ok_and(is_like_number);
        // Somebody may be called Total Care.
        let says_total = |cell: &&[u8]| {
            self.behind_total(cell).is_some_and(|rest| !rest.contains(char::is_alphabetic))
        };
        if numbers.iter().any(is_number) || !numbers.iter().any(says_total) {
            return Ok(());
        }
        Err(Reject::line(RejectKind::Summary, ""))
    }

    /// What follows the word for a total that a cell begins with.
    fn behind_total(&self, cell: &[u8]) -> Option<String> {
        // Figures and times, which most cells of most rows are.
        if !cell.first().is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()) {
            return None;
        }
        let cell = fold(&decode_line(cell, self.encoding).0);
        let words = self.layout.summary.iter().rev();
        words.filter_map(|word| cell.strip_prefix(word.as_str())).next().map(str::to_owned)
    }

    /// A charge with a time, but without a number and any length, is for something other than a
    /// call.
    #[cold]
    pub(super) fn is_call(&self, line: &Line<'_>) -> Result<(), Box<Reject>> {
        let place = self.places[Field::Callee as usize];
        if place == NOWHERE || !text(line.field(place)).is_empty() {
            return Ok(());
        }
        let charge = line.field(self.places[Field::Charge as usize]);
        Err(Reject::field(RejectKind::ChargeAlone, Field::Charge.word(), charge))
    }
}

/// True of what counts the rows, folded: `共1234条`, `(1234rows)`, `第1页`.
fn is_count(folded: &str) -> bool {
    let counted = |text: &str, words: [&str; 5]| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
        rest.len() < text.len() && words.iter().any(|word| rest.starts_with(word))
    };
    let bare = folded.trim_start_matches('(');
    ["共计", "共有", "共", "总共", "第"].iter().any(|begins| {
        bare.strip_prefix(begins).is_some_and(|rest| counted(rest, ["条", "笔", "页", "行", "次"]))
    }) || counted(bare, ["rows)", "row)", "rows", "rowsinset", "records"]) && !bare.contains(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_in_many_words() {
        for text in [
            "共1234条话单",
            "共有3条记录",
            "第1页/共3页",
            "(1234 rows)",
            "25 rows in set (0.01 sec)",
        ] {
            assert!(is_count(&fold(text)), "{text}");
        }
        for text in ["共", "共和国", "13800000001,rows", "1234", "(13800000000)", "12rowsx,1"] {
            assert!(!is_count(&fold(text)), "{text}");
        }
    }
}
