//! What the first rows leave open and has to be asked, and what is said of a file that is not known.

use super::sample::Sample;
use crate::cdr::Field;
use crate::cdr::dialect::Dialect;
use crate::cdr::heading::Heading;
use crate::cdr::layout::{Column, Layout};
use crate::cdr::lengths::asks_length_unit;
use crate::cdr::money::{asks_unit, find_charge, name_unread, turn_sign};
use crate::number::mask_numbers;
use crate::source::Diagnostic;

impl Sample<'_> {
    /// Refuses lengths that may be seconds or minutes.
    pub(super) fn units(&self, dialect: &Dialect, layout: &Layout) -> Result<(), Box<Diagnostic>> {
        let is_generic = dialect.name == self.generic.name && !dialect.exact;
        match asks_length_unit(layout, self.head, self.wishes.columns).filter(|_| is_generic) {
            Some((column, found)) => Err(self.which_unit("cdr-length-unit", column, &found)),
            None => Ok(()),
        }
    }

    /// A column whose unit has to be said.
    fn which_unit(&self, code: &'static str, column: &Column, found: &str) -> Box<Diagnostic> {
        let header = match column.header.as_str() {
            "" => format!("#{}", column.place + 1),
            header => header.to_owned(),
        };
        Box::new(
            Diagnostic::error_without_place(code)
                .with("path", self.name)
                .with("field", column.field.word())
                .with("column", header)
                .with("found", found),
        )
    }

    /// Which column holds the charges, in which unit and under which sign, and which are left.
    pub(super) fn money(
        &self,
        dialect: &Dialect,
        layout: &mut Layout,
    ) -> Result<(), Box<Diagnostic>> {
        let said = self.wishes.columns;
        let is_generic = dialect.name == self.generic.name && !dialect.exact;
        if is_generic {
            if dialect.open {
                find_charge(layout, self.head, said, self.wishes.source.is_some());
            }
            if let Some((column, found)) = asks_unit(layout, self.head, said) {
                return Err(self.which_unit("cdr-charge-scale", column, &found));
            }
        }
        turn_sign(layout, self.head);
        // What a dialect has beside its charge it knows.
        let left_out = dialect.exact || said.says(Field::Charge);
        if !left_out && (is_generic || layout.column(Field::Charge).is_none()) {
            let knows = |name: &str| dialect.also.contains(&Heading::parse(name, "").name);
            name_unread(layout, self.head, knows);
        }
        Ok(())
    }

    /// No column tells when a call began or how long it was; what the others hold is said.
    pub(super) fn unknown(&self, names: &[String], columns: &[Column]) -> Box<Diagnostic> {
        let has = |field| columns.iter().any(|column| column.field == field);
        let begins = has(Field::Start);
        let lasts = [Field::Talk, Field::Billed, Field::Total, Field::End].into_iter().any(has);
        let missing = match (begins, lasts) {
            (false, true) => ["when a call began (start)", "开始时间 (start) "],
            (true, false) => [
                "how long a call was (talk, billed, total or end)",
                "时长 (talk, billed, total 或 end) ",
            ],
            _ => ["when a call began or how long it was", "开始时间或时长"],
        };
        self.not_known(names, columns, missing.map(str::to_owned))
    }

    /// The column of the start names days only.
    pub(super) fn day_alone(
        &self,
        names: &[String],
        columns: &[Column],
        day: &str,
    ) -> Box<Diagnostic> {
        let shown: String = mask_numbers(day).chars().take(40).collect();
        let missing = [
            format!("the time of day a call began: there is no time of day in `{shown}`"),
            format!("通话开始的时刻 (`{shown}` 只有日期, 没有时刻) "),
        ];
        self.not_known(names, columns, missing)
    }

    fn not_known(
        &self,
        names: &[String],
        columns: &[Column],
        [en, zh]: [String; 2],
    ) -> Box<Diagnostic> {
        let named = names.iter().enumerate().filter(|(_, name)| !name.is_empty());
        let shown: Vec<String> =
            named.map(|(place, name)| format!("#{} {}", place + 1, mask_numbers(name))).collect();
        let shown: String = shown.join(", ").chars().take(400).collect();
        let found = columns.iter().filter(|column| !column.header.is_empty());
        let found: Vec<String> = found
            .map(|column| format!("{}={}", column.field.word(), mask_numbers(&column.header)))
            .collect();
        let (found_en, found_zh) = match found.as_slice() {
            [] => (String::new(), String::new()),
            found => {
                let found = found.join(", ");
                (format!("; understood are {found}"), format!("; 已识别: {found}"))
            }
        };
        Box::new(
            Diagnostic::error_without_place("cdr-unknown")
                .with("path", self.name)
                .with("header", shown)
                .with("missing.en", en)
                .with("missing.zh", zh)
                .with("understood.en", found_en)
                .with("understood.zh", found_zh)
                .with("fields", Field::ALL.map(Field::word).join(", ")),
        )
    }
}
