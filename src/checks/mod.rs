//! The checks: one file each, in the order in which causes claim money.
//!
//! A check is a file with its page (`//!`, English then Chinese, printed by `explain CODE` and
//! quoted by reports), its [`Check`] and its logic. To add one: write the file, put its name in
//! [`registry!`](ALL) at its stage, and a case under `fixtures/checks/`. Nothing else changes; a
//! test names what is forgotten.
//!
//! A check claims money only for what it has tested exactly. It never sees exit codes, formats or
//! languages.

mod case;
mod finding;
mod fit;
mod lines;
mod mistaken;
mod package_edge;
mod page;
mod papers;
mod rows;
mod surplus;
mod taxes;
mod void;

pub use case::Case;
pub use finding::{Evidence, Finding, Grade, Level, Range};
pub use page::{Page, Part};
pub use papers::{Columns, Papers};

use crate::reconcile::Hypothesis;
use crate::tariff::ClauseId;

/// When a check runs: a record hit by several causes counts for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What was read at all.
    Reading,
    /// Invoices against each other and their own arithmetic.
    Invoice,
    /// Does the call or item exist?
    Existence,
    /// Was it answered?
    Answered,
    /// How long was it?
    Duration,
    /// How was that rounded?
    Increment,
    /// What does a minute cost?
    Rate,
    /// Packages, steps, commitments.
    Package,
    /// Seats, numbers, fees.
    Recurring,
    /// Rounding of money.
    Amount,
    /// Late charges.
    Late,
    /// Tax.
    Tax,
    /// Signals that claim nothing.
    Signal,
}

/// A check.
pub struct Check {
    /// Identifier in the field's list of billing errors, such as `C04`; `X…` for our own.
    pub id: &'static str,
    /// Stable kebab-case code, named for the problem.
    pub code: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// Severity unless the contract's `[checks]` says otherwise.
    pub level: Level,
    /// Its file, of which the page is the head.
    pub source: &'static str,
    /// Ways in which the provider may have computed the calls of a clause.
    pub hypotheses: Option<for<'h> fn(&'h Case<'_>, ClauseId) -> Vec<Hypothesis<'h>>>,
    /// Looks, claims, reports.
    pub run: fn(&mut Case<'_>),
}

impl Check {
    /// Its page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::of(self.source)
    }
}

macro_rules! registry {
    ($($name:ident),* $(,)?) => {
        /// All checks, in the order in which they run.
        pub static ALL: &[&Check] = &[$(&$name::CHECK),*];
    };
}

/// The check of that code or identifier.
#[must_use]
pub fn find(code: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.code == code || check.id.eq_ignore_ascii_case(code))
}

/// Runs all checks on a case.
pub fn run_all(case: &mut Case<'_>) {
    debug_assert!(ALL.is_sorted_by_key(|check| check.stage), "checks run by stage");
    let mut attributed = false;
    for check in ALL {
        // Causes of single calls compete before any of them is reported.
        if check.stage >= Stage::Duration && !attributed {
            case.attribute_calls();
            attributed = true;
        }
        (check.run)(case);
    }
}

mod allowance_not_applied;
mod attempt_fee_charged;
mod billed_less;
mod billed_seconds_off_increment;
mod block_price_rounded;
mod call_not_priced;
mod call_outside_period;
mod ceased_seat_billed;
mod charge_rounded_up;
mod commitment_base_wrong;
mod commitment_on_top;
mod connect_fee_not_agreed;
mod credit_not_in_contract;
mod discount_dropped;
mod double_rounding;
mod duplicate_call;
mod duplicate_invoice;
mod fee_above_contract;
mod fee_repeated;
mod free_seconds_ignored;
mod free_trial_charged;
mod hung_call;
mod impossible_value;
mod inbound_billed_as_outbound;
mod included_minutes_charged;
mod late_charge_base;
mod late_rate_above_contract;
mod line_arithmetic;
mod line_count_above_order;
mod near_duplicate_call;
mod opening_balance;
mod other_prices;
mod outside_service_dates;
mod overage_price_wrong;
mod overlapping_talk;
mod part_month_wrong;
mod price_steps_ignored;
mod rate_above_contract;
mod rate_precision_cut;
mod returned_number_billed;
mod rounded_per_call;
mod rounding_difference;
mod seats_above_roster;
mod second_leg_billed;
mod setup_fee_repeated;
mod shift_exceeded;
mod superseded_rate;
mod surcharge_base_wrong;
mod tax_follows_lines;
mod tax_on_included_price;
mod tax_rate_wrong;
mod timestamps_disagree;
mod total_arithmetic;
mod unanswered_charged;
mod unexplained_difference;
mod unit_misread;
mod unknown_charge;
mod unordered_service;
mod usage_not_itemised;
mod vague_line;
mod wrong_destination;
mod wrong_increment;
mod wrong_minimum;
mod wrong_time_band;

registry![
    // Invoice
    duplicate_invoice,
    line_arithmetic,
    total_arithmetic,
    opening_balance,
    // Existence
    duplicate_call,
    near_duplicate_call,
    outside_service_dates,
    // Answered
    attempt_fee_charged,
    unanswered_charged,
    // Duration
    second_leg_billed,
    timestamps_disagree,
    impossible_value,
    hung_call,
    free_seconds_ignored,
    // Increment
    wrong_increment,
    wrong_minimum,
    double_rounding,
    rounded_per_call,
    billed_seconds_off_increment,
    // Rate
    superseded_rate,
    wrong_time_band,
    wrong_destination,
    inbound_billed_as_outbound,
    unit_misread,
    rate_precision_cut,
    price_steps_ignored,
    discount_dropped,
    overage_price_wrong,
    rate_above_contract,
    connect_fee_not_agreed,
    // Package
    allowance_not_applied,
    included_minutes_charged,
    surcharge_base_wrong,
    commitment_on_top,
    commitment_base_wrong,
    // Recurring
    fee_repeated,
    fee_above_contract,
    free_trial_charged,
    setup_fee_repeated,
    part_month_wrong,
    ceased_seat_billed,
    returned_number_billed,
    seats_above_roster,
    line_count_above_order,
    vague_line,
    unordered_service,
    credit_not_in_contract,
    unknown_charge,
    // Amount
    charge_rounded_up,
    block_price_rounded,
    call_outside_period,
    call_not_priced,
    billed_less,
    rounding_difference,
    usage_not_itemised,
    // Late
    late_charge_base,
    late_rate_above_contract,
    // Tax
    tax_on_included_price,
    tax_rate_wrong,
    tax_follows_lines,
    // Signal
    overlapping_talk,
    shift_exceeded,
    unexplained_difference,
];
