//! telbill audits bills for outbound calling (电销外呼): bytes become **calls**; a contract becomes a
//! **compiled tariff**; calls × tariff become **tallies**; tallies meet the **invoice** in a
//! **bridge**; what is odd becomes a **finding**; findings become a **report**; a report becomes
//! bytes again.
//!
//! ```text
//!  tariff.toml ─ tariff ─► Plan ─ rate::compile ─► Compiled ─┐
//!  calls.csv ─ input ─ cdr ─► Call ────────────────► rate::meter ─► Rated ─► Tally (merges)
//!       │                                                    pipeline          │
//!       └► lines, rejects ─┐                                              rate::settle
//!  roster.csv ─ roster ────┼─────────────────────────────────────────────────► │
//!  invoice.* ─ invoice ────┼──────────► reconcile: pairs, ledger ◄─────────── Bill
//!                          ▼                      ▼
//!                        audit ─────────────► checks ─► findings, claims ─► bridge
//!                                                           ▼
//!                                             report ─► render ─► cli
//! ```
//!
//! Rooms use only what lies below them, or beside them in one row: `cli → render → report → audit
//! → {checks, lint} → reconcile → pipeline → rate → {tariff, cdr, invoice, roster} → {input, source} →
//! {money, when, text, number}`. A test holds them to it, with one exception: a catalogue of `text`
//! is a TOML file, which `source` reads.

pub mod audit;
pub mod cdr;
pub mod checks;
pub mod cli;
pub mod estimate;
pub mod input;
pub mod inspect;
pub mod invoice;
pub mod lint;
pub mod money;
pub mod number;
pub mod pipeline;
pub mod rate;
pub mod reconcile;
pub mod render;
pub mod report;
pub mod roster;
pub mod source;
pub mod tariff;
pub mod text;
pub mod when;
