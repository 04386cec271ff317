//! What the check of contracts says: for programs a document with a schema, for people parts that
//! `render` puts together.

use schemars::JsonSchema;
use serde::Serialize;

use super::findings::sentence;
use super::spoken::Spoken;
use super::words::{Words, money, signed};
use crate::audit::{Checked, NotChecked, Worth};
use crate::money::Amount;
use crate::rate::forks::Reading;
use crate::source::SourceMap;
use crate::tariff::OpenFork;
use crate::text::Catalog;

/// Number of the schema; it changes when a key changes its meaning or goes away.
pub const CHECK_SCHEMA: u32 = 1;

/// Names of the tables, for CSV.
pub const CHECK_TABLES: [&str; 2] = ["remarks", "open"];

/// The check of contracts, in one language.
pub struct CheckWords<'w> {
    /// The catalogue.
    pub catalog: &'w Catalog,
    /// The contracts, for places.
    pub sources: &'w SourceMap,
    /// Open questions worth no more than this are not counted; zero counts all.
    pub ignored: Amount,
}

/// Contracts checked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckDocument {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// In the order in which the files were given.
    contracts: Vec<ContractPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ContractPart {
    /// As typed.
    file: String,
    /// What it says of itself; nothing if it was refused.
    contract: Option<HeadPart>,
    /// Errors: it was refused, or contradicts itself.
    errors: usize,
    warnings: usize,
    infos: usize,
    /// No question is left open that matters, and nothing was missing to price them.
    complete: bool,
    remarks: Vec<RemarkPart>,
    /// Questions left open.
    open: Vec<OpenPart>,
    /// What they are worth on the calls or the roster given.
    worth: Option<WorthPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct HeadPart {
    id: String,
    provider: String,
    customer: Option<String>,
    currency: String,
    sha256: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RemarkPart {
    code: &'static str,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// What a lint is called; diagnostics have no other name than what they say.
    title: Option<String>,
    says: String,
    /// `file:line:column`, if it is about a place.
    at: Option<String>,
    /// Other places that have to do with it.
    others: Vec<String>,
    help: String,
    /// What the term costs on the calls and the roster given beyond what its page says to ask for;
    /// nothing without them, or if they can't tell.
    costs: Option<MoneyPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OpenPart {
    /// The key that would settle it.
    key: &'static str,
    /// The clause it belongs to, if not the whole contract.
    clause: Option<String>,
    /// Where it would be written.
    at: String,
    /// The reading taken.
    assumed: &'static str,
    /// The other readings.
    others: Vec<OtherPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OtherPart {
    reading: &'static str,
    /// The bill under it, all else as assumed; nothing if it was not or can't be priced.
    total: Option<MoneyPart>,
    /// That less the bill as assumed.
    difference: Option<MoneyPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct WorthPart {
    /// First day of the cycle.
    first: String,
    /// Last day, included.
    last: String,
    calls: u64,
    /// The bill under the readings assumed.
    total: MoneyPart,
    /// The smallest bill over readings that come together.
    least: MoneyPart,
    /// The largest.
    most: MoneyPart,
    /// Bills that were settled.
    bills: usize,
    /// `every-combination`, or `single-and-extremes`: each reading by itself, then together those
    /// that make the bill dearer and those that make it cheaper.
    over: &'static str,
    /// What was missing: lines that could not be read, quantities that nothing tells.
    missing: Vec<String>,
}

/// An exact amount as a decimal string, such as "1234.50".
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
struct MoneyPart(#[schemars(regex(pattern = r"^-?\d+\.\d{2,}$"))] String);

impl From<Amount> for MoneyPart {
    fn from(amount: Amount) -> Self {
        Self(amount.to_string())
    }
}

impl CheckDocument {
    /// The document of contracts checked.
    #[must_use]
    pub fn new(all: &[Checked], words: &CheckWords<'_>) -> Self {
        Self {
            schema: CHECK_SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            contracts: all.iter().map(|checked| part(checked, words)).collect(),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(CheckDocument)
    }
}

fn part(checked: &Checked, words: &CheckWords<'_>) -> ContractPart {
    let spoken = words.spoken(checked);
    let of = |level: &str| spoken.iter().filter(|one| one.level.word() == level).count();
    ContractPart {
        file: checked.name.clone(),
        contract: checked.contract.as_ref().map(|contract| {
            let head = &contract.plan.head;
            HeadPart {
                id: head.id.clone(),
                provider: head.provider.clone(),
                customer: head.customer.clone(),
                currency: head.currency.clone(),
                sha256: contract.sha256.clone(),
            }
        }),
        errors: of("error"),
        warnings: of("warning"),
        infos: of("info"),
        complete: words.is_complete(checked),
        remarks: spoken.into_iter().map(|one| remark(one, words)).collect(),
        open: words.open(checked).into_iter().map(|question| open_part(&question, words)).collect(),
        worth: checked.worth.as_ref().map(|worth| worth_part(worth, words)),
    }
}

fn remark(spoken: Spoken, words: &CheckWords<'_>) -> RemarkPart {
    let mut places = spoken.places.iter().map(|place| words.sources.place(place.at));
    RemarkPart {
        at: places.next(),
        others: places.collect(),
        code: spoken.code,
        severity: spoken.level.word(),
        title: spoken.title,
        says: spoken.says,
        help: spoken.help,
        costs: spoken.costs.map(MoneyPart::from),
    }
}

fn open_part(question: &Question<'_>, words: &CheckWords<'_>) -> OpenPart {
    let others = question.fork.others.iter();
    let other = |word: &&'static str| {
        let reading = question.reading(word);
        OtherPart {
            reading: word,
            total: reading.and_then(|reading| reading.total).map(MoneyPart::from),
            difference: reading
                .filter(|reading| reading.total.is_some())
                .map(|reading| reading.difference.into()),
        }
    };
    OpenPart {
        key: question.fork.key,
        clause: question.clause.map(str::to_owned),
        at: words.sources.place(question.fork.at),
        assumed: question.fork.assumed,
        others: others.map(other).collect(),
    }
}

fn worth_part(worth: &Worth, words: &CheckWords<'_>) -> WorthPart {
    let audit = &worth.audit;
    WorthPart {
        first: audit.period.first.to_string(),
        last: audit.period.last.to_string(),
        calls: audit.tally().map_or(0, |tally| tally.calls),
        total: audit.bill.total.into(),
        least: worth.spread.least.into(),
        most: worth.spread.most.into(),
        bills: worth.spread.bills,
        over: if worth.spread.every { "every-combination" } else { "single-and-extremes" },
        missing: words.missing(worth),
    }
}

/// A question that the contract leaves open, with its readings as far as they were priced.
pub struct Question<'q> {
    /// The question.
    pub fork: &'q OpenFork,
    /// The clause it belongs to, if not the whole contract.
    pub clause: Option<&'q str>,
    /// There were papers to price it by.
    priced: bool,
    /// The other readings as far as they can be priced.
    readings: Vec<&'q Reading>,
}

impl Question<'_> {
    /// True if there were papers to price it by.
    #[must_use]
    pub fn is_priced(&self) -> bool {
        self.priced
    }

    /// Another reading of it; nothing if it was not priced, or can't be from whole seconds.
    #[must_use]
    pub fn reading(&self, word: &str) -> Option<&Reading> {
        self.readings.iter().copied().find(|reading| reading.word == word)
    }
}

impl CheckWords<'_> {
    /// Diagnostics and remarks: errors first, then warnings, then information, each in file order.
    #[must_use]
    pub fn spoken(&self, checked: &Checked) -> Vec<Spoken> {
        let found = checked.found.iter().map(|one| Spoken::diagnostic(one, self.catalog));
        let remarks = checked.remarks.iter().map(|one| Spoken::remark(one, self.catalog));
        let mut spoken: Vec<Spoken> = found.chain(remarks).collect();
        spoken.sort_by_key(|one| {
            let at = one.places.first().map(|place| place.at);
            (std::cmp::Reverse(one.level), at.is_none(), at)
        });
        spoken
    }

    /// What the contract leaves open.
    #[must_use]
    pub fn open<'c>(&self, checked: &'c Checked) -> Vec<Question<'c>> {
        let Some(contract) = &checked.contract else { return Vec::new() };
        let plan = &contract.plan;
        let unpriced = |key: &str| {
            let not_checked = checked.worth.iter().flat_map(|worth| &worth.audit.not_checked);
            not_checked.filter(|one| one.code == "fork-unpriced").any(|one| {
                one.facts.contains(&("key", crate::reconcile::Fact::Text(key.to_owned())))
            })
        };
        let question = |fork: &'c OpenFork| {
            let all = checked.worth.iter().flat_map(|worth| &worth.audit.readings);
            let mine = all.filter(|reading| reading.fork == *fork && !unpriced(fork.key));
            Question {
                fork,
                clause: fork.clause.map(|id| plan.clause(id).name.as_str()),
                priced: checked.worth.is_some(),
                readings: mine.collect(),
            }
        };
        // Call records may raise questions that the contract alone does not.
        let forks = checked.worth.as_ref().map_or(&plan.forks, |worth| &worth.audit.plan.forks);
        forks.iter().map(question).collect()
    }

    /// Open questions that count: that are not priced, or worth more than what is ignored.
    #[must_use]
    pub fn counts(&self, question: &Question<'_>) -> bool {
        !self.ignored.is_positive()
            || question.fork.others.iter().any(|word| {
                let reading = question.reading(word);
                reading.is_none_or(|reading| reading.difference.abs() > self.ignored)
            })
    }

    /// True if no question is left open that matters, and nothing was missing to price them.
    #[must_use]
    pub fn is_complete(&self, checked: &Checked) -> bool {
        !self.open(checked).iter().any(|question| self.counts(question))
            && checked.worth.iter().all(|worth| self.missing(worth).is_empty())
    }

    /// What was missing of the papers to price by.
    #[must_use]
    pub fn missing(&self, worth: &Worth) -> Vec<String> {
        let audit = &worth.audit;
        let words = Words {
            catalog: self.catalog,
            sources: self.sources,
            audit,
            show_numbers: false,
            short_names: true,
        };
        // No bill was asked for, and the questions are listed by themselves.
        let known = |one: &&NotChecked| {
            one.incomplete && !["fork-open", "fork-unpriced", "nothing-billed"].contains(&one.code)
        };
        let said = |one: &NotChecked| {
            let sentence = sentence(audit, one);
            words.says(&sentence.key, &sentence.facts)
        };
        let mut missing: Vec<String> = audit.not_checked.iter().filter(known).map(said).collect();
        let unknown = audit.bill.lines.iter().filter(|line| line.unknown);
        missing.extend(
            unknown.map(|line| self.catalog.fill("check-unknown", &[("line", line.name.as_str())])),
        );
        missing
    }

    /// One reading in a sentence: what it makes of the bill.
    #[must_use]
    pub fn reading(&self, question: &Question<'_>, word: &'static str) -> String {
        let values = |difference: &str, total: &str| {
            let values = [
                ("word", word),
                ("assumed", question.fork.assumed),
                ("difference", difference),
                ("total", total),
            ];
            let key = if difference.is_empty() { "check-unpriced" } else { "check-reading" };
            self.catalog.fill(key, &values)
        };
        match question.reading(word) {
            Some(reading) => match reading.total {
                Some(total) => values(&signed(reading.difference), &money(total)),
                None => self.catalog.fill("check-inexact", &[("word", word)]),
            },
            None => values("", ""),
        }
    }
}
