//! Facts, money and places in words of one language.

use rust_decimal::Decimal;

use crate::audit::{Calls, Input, Role};
use crate::checks::{Evidence, Page, Part, find};
use crate::money::{Amount, Rounding, RoundingMode};
use crate::number::{is_like_number, mask, mask_numbers};
use crate::reconcile::{Fact, LineRef, line_at};
use crate::source::{Locus, SourceMap, Span};
use crate::tariff::ClauseId;
use crate::text::{Catalog, Language, fill, numbered};
use crate::when::Zone;

use super::Audit;

/// Says things of one audit in one language.
pub struct Words<'w> {
    /// The catalogue.
    pub catalog: &'w Catalog,
    /// Small files, for places.
    pub sources: &'w SourceMap,
    /// The audit.
    pub audit: &'w Audit,
    /// Numbers are shown whole.
    pub show_numbers: bool,
    /// Places name files by their last part where that tells them apart: for people.
    pub short_names: bool,
}

impl Words<'_> {
    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.catalog.language()
    }

    fn zone(&self) -> Zone {
        self.audit.plan.head.zone
    }

    /// A fact.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Moment(instant) => self.moment(*instant),
            Fact::Person(text) => self.person(text),
            fact => in_words(self.catalog, fact),
        }
    }

    /// A moment in the contract's zone.
    #[must_use]
    pub fn moment(&self, instant: i64) -> String {
        let (day, second) = self.zone().local(instant);
        format!("{day} {:02}:{:02}:{:02}", second / 3600, second % 3600 / 60, second % 60)
    }

    /// A telephone number, masked unless asked for.
    #[must_use]
    pub fn person(&self, text: &str) -> String {
        if self.show_numbers { text.to_owned() } else { mask(text) }
    }

    /// An agent's name or number; some are known by their extension or mobile.
    #[must_use]
    pub fn agent(&self, name: &str) -> String {
        if is_like_number(name) { self.person(name) } else { name.to_owned() }
    }

    /// What stands at a place. Rosters list numbers, and numbers are masked unless asked for.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> String {
        let excerpt = self.sources.excerpt(span);
        let file = self.sources.name(span.file);
        let of_roster = |input: &Input| input.role == Role::Roster && input.name == file;
        if !self.show_numbers && self.audit.inputs.iter().any(of_roster) {
            mask_numbers(excerpt)
        } else {
            excerpt.to_owned()
        }
    }

    /// A sentence of the catalogue.
    #[must_use]
    pub fn says(&self, key: &str, facts: &[(&'static str, Fact)]) -> String {
        self.fill(self.catalog.get(key), facts)
    }

    /// A template with its values.
    #[must_use]
    pub fn fill(&self, template: &str, facts: &[(&'static str, Fact)]) -> String {
        filled(template, facts, |fact| self.fact(fact))
    }

    /// Title of a check.
    #[must_use]
    pub fn title(&self, code: &str) -> String {
        find(code).map_or_else(|| code.to_owned(), |c| c.page().title(self.language()).to_owned())
    }

    /// The sentence of a finding.
    #[must_use]
    pub fn finding(&self, page: &Page, facts: &[(&'static str, Fact)]) -> String {
        self.fill(page.part(Part::Says, self.language()), facts)
    }

    /// A file's name as it is shown.
    fn name<'n>(&self, name: &'n str) -> &'n str {
        let last = |name: &'n str| name.rsplit(['/', '\\']).next().unwrap_or(name);
        let inputs = || self.audit.inputs.iter().map(|input| input.name.as_str());
        let twins = inputs().filter(|other| other.ends_with(last(name))).count();
        if self.short_names && twins <= 1 { last(name) } else { name }
    }

    /// `file:line:column` of a place in a small file.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.sources.line_column(span);
        format!("{}:{line}:{column}", self.name(self.sources.name(span.file)))
    }

    /// The line on which a place stands in a small file, without what is around it.
    #[must_use]
    pub fn source_line(&self, span: Span) -> &str {
        self.sources.line(span).trim()
    }

    /// `file:line:column` of a clause, and its name.
    #[must_use]
    pub fn clause(&self, id: ClauseId) -> (String, String) {
        let clause = self.audit.plan.clause(id);
        (self.place(clause.at), clause.name.clone())
    }

    /// `file:line:column` of an invoice line, and its name.
    #[must_use]
    pub fn line(&self, at: LineRef) -> (String, String) {
        let line = line_at(&self.audit.invoices, at);
        (self.place(line.at), line.name.clone())
    }

    /// `file:line` of a row.
    #[must_use]
    pub fn locus(&self, at: Locus) -> String {
        let calls: Option<&Calls> = self.audit.calls.as_ref();
        let file = calls.and_then(|calls| calls.files.get(at.file as usize));
        format!("{}:{}", file.map_or("", |file| self.name(&file.name)), at.line)
    }

    /// A line of evidence.
    #[must_use]
    pub fn evidence(&self, evidence: &Evidence) -> String {
        match evidence {
            Evidence::Clause(id) => {
                let (place, name) = self.clause(*id);
                format!("{place}  {name}")
            }
            Evidence::Place(span) => {
                let excerpt: String = self.excerpt(*span).chars().take(60).collect();
                format!("{}  {excerpt}", self.place(*span))
            }
            Evidence::Line(at) => {
                let (place, name) = self.line(*at);
                format!("{place}  {name}")
            }
            Evidence::Call { sample, seconds, charged, expected } => {
                let rows = self.audit.calls.as_ref().map(|calls| calls.rows.locus(sample.row));
                let place = rows.map(|at| self.locus(at)).unwrap_or_default();
                let number = self.person(&sample.callee.to_string());
                let length = self.fact(&Fact::Seconds(u64::from(*seconds)));
                let money = match (charged, expected) {
                    (Some(charged), Some(expected)) => {
                        format!("  {} → {}", money(*charged), money(*expected))
                    }
                    (Some(charged), None) => format!("  {}", money(*charged)),
                    _ => String::new(),
                };
                format!("{place}  {}  {number}  {length}{money}", self.moment(sample.start))
            }
            Evidence::Note(key, facts) => self.says(key, facts),
        }
    }
}

/// A template with its values, as one language says them.
pub(super) fn filled(
    template: &str,
    facts: &[(&'static str, Fact)],
    said: impl Fn(&Fact) -> String,
) -> String {
    let values: Vec<(&str, String)> =
        facts.iter().map(|(name, fact)| (*name, said(fact))).collect();
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let is_one = facts.iter().any(|fact| matches!(fact, ("count", Fact::Count(1))));
    fill(&numbered(template, is_one), &values)
}

/// A fact that says nothing of a person or a moment of the records, which need an audit's settings.
pub(super) fn in_words(catalog: &Catalog, fact: &Fact) -> String {
    match fact {
        Fact::Text(text) | Fact::Person(text) => text.clone(),
        Fact::Said([en, zh]) => catalog.language().of([en, zh]).clone(),
        Fact::Word(key) => catalog.get(key).to_owned(),
        Fact::Words(keys) => {
            let comma = catalog.language().of([", ", "、"]);
            keys.iter().map(|key| catalog.get(key)).collect::<Vec<_>>().join(comma)
        }
        Fact::Phrase(key, facts) => filled(catalog.get(key), facts, |fact| in_words(catalog, fact)),
        Fact::Money(amount) => money(*amount),
        Fact::Number(number) => number.normalize().to_string(),
        Fact::Exact(sum) => match sum.finite() {
            Some(value) => money(Amount::new(value)),
            None => format!("{}…", grouped(&sum.round(None).decimal().to_string())),
        },
        Fact::Percent(share) => format!("{}%", (share * Decimal::from(100)).normalize()),
        Fact::Count(count) => grouped(&count.to_string()),
        Fact::Seconds(seconds) => match catalog.language() {
            Language::English => format!("{seconds} s"),
            Language::Chinese => format!("{seconds} 秒"),
        },
        Fact::Increments(first, next) => format!("{first}/{next}"),
        Fact::Day(day) => day.to_string(),
        Fact::Moment(instant) => instant.to_string(),
        Fact::Columns(columns) => {
            let named = columns.iter().map(|(key, head)| {
                let word = catalog.find(&format!("field.{key}")).unwrap_or(key);
                format!("{word}={head}")
            });
            named.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Money with thousands in groups, at least two decimals.
#[must_use]
pub fn money(amount: Amount) -> String {
    grouped(&amount.to_string())
}

/// Money with its sign also if above zero.
#[must_use]
pub fn signed(amount: Amount) -> String {
    let text = money(amount);
    if amount.is_positive() { format!("+{text}") } else { text }
}

/// Digits before the point in groups of three.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// `amount / number` to four decimals, for reading; nothing is computed from it.
#[must_use]
pub fn each(amount: Amount, number: u64) -> Option<Amount> {
    let number = u32::try_from(number).ok().filter(|number| *number > 0)?;
    let four = Rounding::new(4, RoundingMode::HalfUp);
    four.ratio(amount.decimal(), number).map(Amount::new)
}

/// `parts / whole` in percent with one decimal.
#[must_use]
pub fn share(parts: u64, whole: u64) -> Option<String> {
    let whole = u32::try_from(whole).ok().filter(|whole| *whole > 0)?;
    let one = Rounding::new(1, RoundingMode::HalfUp);
    one.ratio(Decimal::from(parts) * Decimal::from(100), whole).map(|share| format!("{share}%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    #[test]
    fn figures_are_grouped_by_thousands() {
        for (number, text) in [
            ("1234567.5", "1,234,567.5"),
            ("-1234", "-1,234"),
            ("123", "123"),
            ("0.1234", "0.1234"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn quotients_are_rounded_for_reading() {
        let amount = Amount::new(parse_decimal("10").expect("test text is a number"));
        assert_eq!(each(amount, 3).map(|a| a.to_string()), Some("3.3333".into()));
        assert_eq!(each(amount, 0), None);
        assert_eq!(share(1, 3).as_deref(), Some("33.3%"));
    }
}
