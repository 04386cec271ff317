//! The state of one reading, and what every room of the contract asks of it.

use rust_decimal::Decimal;

use super::fork::OpenFork;
use super::ids::ClauseId;
use super::pattern::Pattern;
use crate::source::{Cursor, Diagnostic, Diagnostics, Field, Fork, Need, Span};
use crate::when::{Cycle, Validity};

/// State of one parse.
#[derive(Default)]
pub(super) struct Parser {
    pub(super) found: Diagnostics,
    pub(super) forks: Vec<OpenFork>,
    /// Questions that only certain call records raise.
    pub(super) unasked: Vec<OpenFork>,
    pub(super) zones: Vec<Field<String>>,
    pub(super) periods: Vec<Field<String>>,
    /// Kind and name of the clauses read so far; a clause's place is its number.
    pub(super) clauses: Vec<(&'static str, String)>,
    /// Kind and name of clauses that were refused: what refers to them is not wrong as well.
    pub(super) refused: Vec<(&'static str, String)>,
    /// Some price changes within a call.
    pub(super) steps_change: bool,
    /// Some call costs a fee beside its time and its attempt.
    pub(super) call_fees: bool,
    /// When the contract holds, and its cycle.
    pub(super) dates: Option<(Validity, Cycle)>,
}

impl Parser {
    /// The word of a fork, or the reading assumed, which is remembered and warned about.
    pub(super) fn fork(
        &mut self,
        table: &Cursor<'_>,
        name: &'static str,
        key: &'static str,
        clause: Option<ClauseId>,
    ) -> &'static str {
        let Some(Need::Fork(fork)) = table.key(name).map(|key| key.need) else {
            debug_assert!(false, "`{key}` is no fork");
            return "";
        };
        self.fork_among(table, name, key, clause, fork)
    }

    /// The same where other readings may be meant than the key's own.
    pub(super) fn fork_among(
        &mut self,
        table: &Cursor<'_>,
        name: &'static str,
        key: &'static str,
        clause: Option<ClauseId>,
        fork: Fork,
    ) -> &'static str {
        if let Some(word) = table.choice(name) {
            return word.value;
        }
        if !table.has(name) {
            self.open(key, clause, table.span(), fork);
        }
        fork.assumed
    }

    pub(super) fn open(
        &mut self,
        key: &'static str,
        clause: Option<ClauseId>,
        at: Span,
        fork: Fork,
    ) {
        let Fork { assumed, others } = fork;
        let open = OpenFork { key, clause, at, assumed, others };
        self.found.push(open.warning());
        self.forks.push(open);
    }

    /// The word of a fork that only certain call records raise, if the contract says it.
    pub(super) fn later(
        &mut self,
        table: &Cursor<'_>,
        name: &'static str,
        key: &'static str,
    ) -> Option<&'static str> {
        if table.has(name) {
            return Some(self.fork(table, name, key, None));
        }
        if let Some(Need::Fork(Fork { assumed, others })) = table.key(name).map(|key| key.need) {
            let at = table.span();
            self.unasked.push(OpenFork { key, clause: None, at, assumed, others });
        }
        None
    }

    /// Warns of a share that is far above what contracts say: `90%` for nine tenths (九折).
    pub(super) fn unusual(
        &mut self,
        table: &Cursor<'_>,
        key: &'static str,
        share: Field<Decimal>,
        usual: Decimal,
        help: &'static str,
    ) {
        if share.value > usual {
            let typed = table.text(key).map(|text| text.value).unwrap_or_default();
            self.found.push(
                Diagnostic::warning("share-unusual", share.span)
                    .with("key", key)
                    .with("typed", typed)
                    .helped_by(help),
            );
        }
    }

    /// Warns of a key that changes nothing where it stands; `why` is a word of `[unused]`.
    pub(super) fn unused(&mut self, table: &Cursor<'_>, key: &'static str, why: &'static str) {
        if table.has(key) {
            self.found.push(
                Diagnostic::warning("key-unused", table.place(key))
                    .with("key", key)
                    .with("why", format!("@unused.{why}"))
                    .helped_by(match why {
                        "seat-ordered" => "help-ordered",
                        "usage-segment" => "help-segment",
                        _ => "help",
                    }),
            );
        }
    }
}

/// The `invoice` patterns of a clause.
pub(super) fn patterns(table: &Cursor<'_>) -> Vec<Pattern> {
    table.texts("invoice").iter().map(|text| Pattern::new(&text.value, text.span)).collect()
}

/// A decimal whose absence plainly means none.
pub(super) fn plain(table: &Cursor<'_>, key: &str) -> Decimal {
    table.decimal(key).map_or(Decimal::ZERO, |field| field.value)
}
