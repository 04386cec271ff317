//! What the papers at hand cannot show, and which paper would.

use super::calls::Calls;
use crate::cdr::{Field, Notes, Source};
use crate::invoice::Invoice;
use crate::money::{Amount, FixedSum};
use crate::rate::forks::Reading;
use crate::rate::settle::Bill;
use crate::rate::{Tally, Unpriced};
use crate::reconcile::{Fact, Ledger};
use crate::roster::Roster;
use crate::tariff::{ClauseId, Plan, Terms};

/// A paper that would settle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// The provider's itemised bill with charges.
    Itemised,
    /// The customer's own call records.
    OwnRecords,
    /// Seats, numbers, lines with their dates.
    Roster,
    /// The invoice of the month before.
    PreviousInvoice,
    /// The invoice.
    Invoice,
    /// The contract, or a supplement to it.
    Contract,
    /// A better export of the same records.
    Export,
}

impl Paper {
    /// Its word, in JSON; the catalogue has it under `paper.`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Itemised => "itemised",
            Self::OwnRecords => "own-records",
            Self::Roster => "roster",
            Self::PreviousInvoice => "previous-invoice",
            Self::Invoice => "invoice",
            Self::Contract => "contract",
            Self::Export => "export",
        }
    }
}

/// Something that could not be checked.
#[derive(Clone, Debug)]
pub struct NotChecked {
    /// Stable code; the catalogue has its sentence under `unchecked.`.
    pub code: &'static str,
    /// Values of the sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What would settle it.
    pub paper: Paper,
    /// Money that it may concern, where that can be told.
    pub amount: Option<Amount>,
    /// The audit is incomplete because of it: figures rest on it, not only further checks.
    pub incomplete: bool,
}

impl NotChecked {
    fn new(code: &'static str, paper: Paper) -> Self {
        Self { code, facts: Vec::new(), paper, amount: None, incomplete: false }
    }

    fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    fn worth(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    fn incomplete(mut self) -> Self {
        self.incomplete = true;
        self
    }
}

/// What is needed to tell.
pub struct Known<'k> {
    /// The contract.
    pub plan: &'k Plan,
    /// The calls, if there are any.
    pub calls: Option<&'k Calls>,
    /// The roster, if there is one.
    pub roster: Option<&'k Roster>,
    /// Invoices under audit.
    pub invoices: &'k [Invoice],
    /// The invoice of the cycle before is at hand.
    pub has_previous: bool,
    /// The bill that should have come.
    pub bill: &'k Bill,
    /// Both bills, paired.
    pub ledger: &'k Ledger,
    /// Packages of which nothing tells what stood at the beginning of the cycle.
    pub openings: &'k [ClauseId],
    /// Other readings of what the contract leaves open.
    pub readings: &'k [Reading],
    /// The cycle's calls, counted.
    pub tally: Option<&'k Tally>,
    /// Calls of other cycles, and what was charged for them.
    pub elsewhere: (u64, Amount),
    /// Talks of agents were too many to look for overlaps.
    pub talks_dropped: bool,
}

/// Everything that could not be checked: what the figures rest on first, then by money.
#[must_use]
pub fn not_checked(known: &Known<'_>) -> Vec<NotChecked> {
    let mut list = Vec::new();
    rejected_rows(known, &mut list);
    open_readings(known, &mut list);
    taken_on_trust(known, &mut list);
    openings(known, &mut list);
    year_before(known, &mut list);
    call_papers(known, &mut list);
    other_papers(known, &mut list);
    list.sort_by_key(|one| {
        let worth = one.amount.map_or(Amount::ZERO, Amount::abs);
        (!one.incomplete, std::cmp::Reverse(worth), one.code)
    });
    list
}

fn rejected_rows(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let Some(calls) = known.calls else { return };
    let missing: u64 = calls.files.iter().map(super::FileReading::missing).sum();
    if missing > 0 {
        list.push(
            NotChecked::new("rows-rejected", Paper::Export)
                .with("count", Fact::Count(missing))
                .incomplete(),
        );
    }
}

/// Open forks whose other reading changes this bill.
fn open_readings(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let fractions =
        known.calls.is_some_and(|calls| calls.files.iter().any(|f| f.counts.notes.fractions > 0));
    for fork in &known.plan.forks {
        let priced = known.readings.iter().filter(|reading| reading.fork == *fork);
        let worst = priced
            .filter(|reading| !reading.difference.is_zero())
            .max_by_key(|reading| (reading.difference.abs(), reading.word));
        let clause = fork.clause.map_or(String::new(), |id| known.plan.clause(id).name.clone());
        let open = |code| {
            NotChecked::new(code, Paper::Contract)
                .with("key", Fact::Text(fork.key.to_owned()))
                .with("clause", Fact::Text(clause.clone()))
                .with("assumed", Fact::Text(fork.assumed.to_owned()))
                .with("others", Fact::Text(fork.others.join(", ")))
                .incomplete()
        };
        if let Some(reading) = worst {
            list.push(
                open("fork-open")
                    .with("word", Fact::Text(reading.word.to_owned()))
                    .worth(reading.difference),
            );
        } else if fork.key == "metering.subsecond" && fractions {
            // Whole seconds are all that is kept of a call, so this one can't be priced.
            list.push(open("fork-unpriced"));
        }
    }
}

/// Lines whose quantity nothing but the invoice tells, or that were taken as they are billed.
fn taken_on_trust(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    for row in &known.ledger.rows {
        let lines = || row.bill.iter().map(|index| &known.bill.lines[*index]);
        let paper =
            if lines().any(|line| line.kind == "call") { Paper::Itemised } else { Paper::Roster };
        let about = |code| {
            NotChecked::new(code, paper).with("line", Fact::Text(row.name.clone())).incomplete()
        };
        // What would settle that of a minimum of a year has words of its own.
        let of_year = lines().all(|line| !line.unknown || line.kind == "commitment");
        if row.taken && !of_year {
            list.push(about("taken-as-billed").worth(row.billed));
        } else if lines().any(|line| line.trusted) {
            list.push(about("quantity-trusted").worth(row.billed));
        }
    }
}

/// Balances of packages that nothing tells; they matter where some calls can't be told for it.
fn openings(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let matters = known.bill.lines.iter().any(|line| line.unknown && line.calls.is_some());
    for id in known.openings.iter().filter(|_| matters) {
        let name = known.plan.clause(*id).name.clone();
        list.push(
            NotChecked::new("package-opening", Paper::Roster)
                .with("clause", Fact::Text(name))
                .incomplete(),
        );
    }
}

/// A minimum of a year of which nothing tells what was used before.
fn year_before(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let unknown = known.bill.lines.iter().filter(|line| line.unknown && line.kind == "commitment");
    for most in unknown.filter_map(|line| line.most) {
        let one = NotChecked::new("commitment-before", Paper::Roster);
        list.push(one.with("most", Fact::Money(most)).worth(most).incomplete());
    }
}

/// What other call records, or better ones, would show.
fn call_papers(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let prices_calls = known.plan.calls().next().is_some();
    let Some(calls) = known.calls else {
        if prices_calls {
            list.push(NotChecked::new("no-calls", Paper::Itemised));
        }
        return;
    };
    let all_have = |field| calls.files.iter().all(|file| file.layout.column(field).is_some());
    match calls.source {
        Source::Own => list.push(NotChecked::new("no-itemised", Paper::Itemised)),
        Source::Provider => {
            list.push(NotChecked::new("no-own-records", Paper::OwnRecords));
            if !all_have(Field::Charge) {
                list.push(NotChecked::new("no-charges", Paper::Itemised));
            }
            if calls.columns().only_billed {
                list.push(NotChecked::new("only-billed-time", Paper::Itemised));
            }
            if !calls.columns().outcome {
                list.push(NotChecked::new("no-status", Paper::Itemised));
            }
        }
    }
    over_the_edge(known, list);
    unknown_words(calls, list);
    unsure_places(known, list);
    let (count, charged) = known.elsewhere;
    if count > 0 {
        let mut one = NotChecked::new("calls-elsewhere", Paper::Invoice)
            .with("count", Fact::Count(count))
            .worth(charged);
        one.incomplete = known.tally.is_none_or(|tally| tally.calls == 0);
        list.push(one);
    }
    if !calls.duplicates_checked {
        list.push(NotChecked::new("duplicates-off", Paper::Export));
    } else if calls.numberless > 0 {
        list.push(
            NotChecked::new("no-numbers", Paper::Export)
                .with("count", Fact::Count(calls.numberless)),
        );
    }
    if !all_have(Field::Agent) || known.talks_dropped {
        list.push(NotChecked::new("no-agents", Paper::Export));
    }
}

/// Calls that run over the end of the cycle, where the contract does not say whose they are.
fn over_the_edge(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let Some((count, charge)) = known.tally.map(|tally| tally.over_edge) else { return };
    if count > 0 {
        list.push(
            NotChecked::new("cycle-edge", Paper::Contract)
                .with("count", Fact::Count(count))
                .worth(charge.amount())
                .incomplete(),
        );
    }
}

/// Calls whose status is a word that is not known: a ringing time would be charged as talk.
fn unknown_words(calls: &Calls, list: &mut Vec<NotChecked>) {
    let mut notes = Notes::default();
    calls.files.iter().for_each(|file| notes.merge(file.counts.notes.clone()));
    if notes.unclear > 0 {
        let words: Vec<&str> = notes.unknown_status.words.keys().map(String::as_str).collect();
        list.push(
            NotChecked::new("status-unknown", Paper::Export)
                .with("count", Fact::Count(notes.unclear))
                .with("seconds", Fact::Count(notes.unclear_talk))
                .with("words", Fact::Text(words.join(", ")))
                .incomplete(),
        );
    }
}

/// Calls whose destination can't be told, so that the bill's own price was taken or none found.
fn unsure_places(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let Some(tally) = known.tally else { return };
    let count = tally.rules.iter().map(|rule| rule.unsure).sum();
    if count > 0 {
        let apart: FixedSum = tally.rules.iter().map(|rule| rule.unsure_by).sum();
        list.push(
            NotChecked::new("places-unknown", Paper::Export)
                .with("count", Fact::Count(count))
                .worth(apart.amount())
                .incomplete(),
        );
    }
    if let Some(unpriced) = tally.unpriced.get(&Unpriced::NoNumber) {
        list.push(
            NotChecked::new("numbers-illegible", Paper::Export)
                .with("count", Fact::Count(unpriced.count))
                .worth(unpriced.itemised.amount())
                .incomplete(),
        );
    }
}

fn other_papers(known: &Known<'_>, list: &mut Vec<NotChecked>) {
    let counts_units = known.plan.clauses.iter().any(|clause| {
        matches!(clause.terms, Terms::Seat(_) | Terms::Recurring(_) | Terms::Usage(_))
    });
    if known.roster.is_none() && counts_units {
        list.push(NotChecked::new("no-roster", Paper::Roster));
    }
    if known.invoices.is_empty() {
        let own = known.calls.is_none_or(|calls| calls.source == Source::Own);
        list.push(match own {
            true => NotChecked::new("nothing-billed", Paper::Invoice).incomplete(),
            false => NotChecked::new("no-invoice", Paper::Invoice),
        });
        return;
    }
    if !known.has_previous {
        list.push(NotChecked::new("no-previous-invoice", Paper::PreviousInvoice));
    }
    if known.plan.tax.is_none() {
        list.push(NotChecked::new("tax-not-agreed", Paper::Contract));
    } else if !known.invoices.iter().any(Invoice::shows_tax) {
        let no_net = |invoice: &Invoice| invoice.lines.iter().any(|line| line.net().is_none());
        let with_tax = known.invoices.iter().any(no_net);
        let code = if with_tax { "tax-in-amounts" } else { "tax-not-shown" };
        list.push(NotChecked::new(code, Paper::Invoice));
    }
}
