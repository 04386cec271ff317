//! The contract linter: what a buyer should see before signing. One file a lint.
//!
//! A lint is a file with its page (`//!`, English then Chinese, printed by `explain CODE`), its
//! [`Lint`] and its logic. What can be proved wrong from the contract alone is an error; what hurts
//! is a warning; silence on a term that hurts is information, and no accusation. A term on which
//! the contract leaves a question open is not held against it: that question is listed by itself.
//!
//! To add one: write the file, put its name in the [registry](ALL), and a case under
//! `fixtures/lints/`. A test names what is forgotten.

mod capacity;

use std::fmt;
use std::sync::Arc;

use crate::checks::{Level, Page};
use crate::money::Amount;
use crate::rate::{Cell, Compiled};
use crate::reconcile::Fact;
use crate::source::Span;
use crate::tariff::{
    CallTerms, Clause, ClauseId, DestinationZone, MinutePool, PackageTerms, Plan, PoolSize, Terms,
    UnitPrice,
};

/// A lint.
pub struct Lint {
    /// Identifier, `L` and two figures.
    pub id: &'static str,
    /// Stable kebab-case code, named for the problem.
    pub code: &'static str,
    /// Severity unless the contract's `[checks]` says otherwise.
    pub level: Level,
    /// Its file, of which the page is the head.
    pub source: &'static str,
    /// Looks at a contract.
    pub run: fn(&Subject<'_>) -> Vec<Remark>,
}

impl Lint {
    /// Its page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::of(self.source)
    }

    /// A remark of this lint.
    fn at(&self, at: Span) -> Remark {
        let Self { id, code, level, .. } = *self;
        let (others, facts) = (Vec::new(), Vec::new());
        Remark { id, code, level, at, others, facts, instead: None, costs: None }
    }
}

/// What is looked at.
pub struct Subject<'s> {
    /// The contract.
    pub plan: &'s Plan,
    /// The contract as tables.
    pub compiled: &'s Compiled,
}

/// What a lint has to say.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The lint's identifier.
    pub id: &'static str,
    /// The lint's code.
    pub code: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What it is about.
    pub at: Span,
    /// Other places that have to do with it.
    pub others: Vec<Span>,
    /// Values of the sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What would be asked for instead, where calls and a roster can tell what that is worth.
    pub instead: Option<Instead>,
    /// What the term costs above that on the calls and the roster given, if they tell.
    pub costs: Option<Amount>,
}

/// The contract with another term in place of the one remarked on.
#[derive(Clone)]
pub struct Instead(Arc<dyn Fn(&mut Plan) + Send + Sync>);

impl Instead {
    /// The other contract. Its clauses, zones and periods keep their numbers, so that tallies of the
    /// one settle the other.
    #[must_use]
    pub fn of(&self, plan: &Plan) -> Plan {
        let mut other = plan.clone();
        (self.0)(&mut other);
        other
    }
}

impl fmt::Debug for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instead")
    }
}

impl Remark {
    fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// A name, as the contract writes it.
    fn naming(self, name: &str) -> Self {
        self.with("name", Fact::Text(name.to_owned()))
    }

    fn and(mut self, other: Span) -> Self {
        self.others.push(other);
        self
    }

    /// What would be asked for instead.
    fn instead(mut self, change: impl Fn(&mut Plan) + Send + Sync + 'static) -> Self {
        self.instead = Some(Instead(Arc::new(change)));
        self
    }

    fn of_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }
}

impl Subject<'_> {
    /// Call prices with something in them that is the same for several: the first of each kind.
    fn calls_by<K: PartialEq>(
        &self,
        key: impl Fn(&CallTerms) -> Option<K>,
    ) -> Vec<(ClauseId, &Clause, &CallTerms, K)> {
        let mut found: Vec<(ClauseId, &Clause, &CallTerms, K)> = Vec::new();
        for (id, clause, terms) in self.plan.calls() {
            if let Some(key) = key(terms).filter(|key| found.iter().all(|one| one.3 != *key)) {
                found.push((id, clause, terms, key));
            }
        }
        found
    }

    /// Where a word of the metering stands: the clause's own, or the contract's.
    fn metering_at(&self, clause: &Clause, key: &str) -> Span {
        let own = self.plan.place(clause, key);
        if own == clause.at { self.plan.place_in("metering", key) } else { own }
    }
}

/// True if some call can fall to that place of the tables: all other times need a gap between the
/// named ones, and all other numbers a number that no zone takes.
fn can_occur(subject: &Subject<'_>, cell: &Cell) -> bool {
    let takes_all = |zone: &DestinationZone| {
        zone.kinds.is_empty() && zone.areas.is_empty() && zone.prefixes.is_empty()
    };
    let rest = subject.compiled.zone_id(cell.zone).is_none();
    (cell.part.is_some() || subject.compiled.has_other_times())
        && !(rest && subject.plan.zones.iter().any(takes_all))
}

/// The fee of one unit, if all cost the same.
fn fee(price: &UnitPrice) -> Fact {
    price.of_one().map_or(Fact::Word("fee-by-steps"), |fee| Fact::Money(Amount::new(fee)))
}

/// All call prices, to be changed.
fn calls_of(plan: &mut Plan) -> impl Iterator<Item = &mut CallTerms> {
    plan.clauses.iter_mut().filter_map(|clause| match &mut clause.terms {
        Terms::Call(terms) => Some(&mut **terms),
        _ => None,
    })
}

/// Seconds that one package holds for the calls of a cycle, money and whole calls left out; none
/// where each day has its own.
fn included_seconds(terms: &PackageTerms) -> u64 {
    if terms.each_day {
        return 0;
    }
    let seconds = |pool: &MinutePool| match pool.size {
        PoolSize::Time(seconds) => Some(seconds),
        PoolSize::Money(_) | PoolSize::Calls(_) => None,
    };
    terms.pools.iter().filter_map(seconds).sum()
}

macro_rules! registry {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All lints: contradictions first, then terms that hurt, then silence.
        pub static ALL: &[&Lint] = &[$(&$name::LINT),*];
    };
}

registry![
    // Contradictions
    price_never_reached,
    days_without_price,
    fee_versions_apart,
    package_beyond_use,
    commitment_beyond_use,
    step_never_reached,
    term_without_effect,
    // How calls are counted
    coarse_increment,
    rounded_up_twice,
    billed_from_dialling,
    attempts_charged,
    zero_seconds_billed,
    free_seconds_lost,
    dearer_within_call,
    // Packages and minimums
    unused_minutes_lapse,
    minutes_for_some_zones,
    overage_above_package,
    connect_beside_package,
    minimum_on_top,
    minimum_seats,
    dearer_beyond_commitment,
    commitment_by_bucket,
    // Fees
    suspension_charged,
    whole_month_charged,
    long_cease_notice,
    late_charge_high,
    late_charge_uncapped,
    tax_on_tax,
    surcharge_always_due,
    surcharge_on_all_calls,
    surcharge_of_few_calls,
    fee_uncapped,
    // Change, end, dispute
    short_price_notice,
    renews_by_itself,
    no_early_end,
    pay_before_dispute,
    short_dispute_window,
    provider_records_decide,
    long_back_billing,
    // Silence
    silent_on_term,
];

/// The lint of that code or identifier.
#[must_use]
pub fn find(code: &str) -> Option<&'static Lint> {
    ALL.iter().copied().find(|lint| lint.code == code || lint.id.eq_ignore_ascii_case(code))
}

/// Runs all lints, with the severities that the contract's `[checks]` gives them; what it allows is
/// left out.
#[must_use]
pub fn run_all(subject: &Subject<'_>) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = ALL.iter().flat_map(|lint| (lint.run)(subject)).collect();
    let said = &subject.plan.checks.severity;
    for remark in &mut remarks {
        let mine = |code: &str| code == remark.code || code.eq_ignore_ascii_case(remark.id);
        let word = said.iter().find(|(code, _, _)| mine(code));
        if let Some(level) = word.and_then(|(_, word, _)| Level::from_word(word)) {
            remark.level = level;
        }
    }
    remarks.retain(|remark| remark.level > Level::Allow);
    remarks
}
