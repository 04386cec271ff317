//! The terms of a contract.

use rust_decimal::Decimal;

use super::{ClauseId, Metering, Pattern, PeriodId, ZoneId};
use crate::money::Amount;
use crate::source::Span;
use crate::when::{Day, Validity};

/// Direction of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From us.
    Outbound,
    /// To us.
    Inbound,
    /// Within our own numbers.
    Internal,
}

impl Direction {
    /// All three, in table order.
    pub const ALL: [Self; 3] = [Self::Outbound, Self::Inbound, Self::Internal];

    /// Its word in contracts and dialects.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
            Self::Internal => "internal",
        }
    }
}

/// A clause that can put a line on a bill.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: Span,
    /// How it appears on the bill.
    pub invoice: Vec<Pattern>,
    /// Tax class.
    pub class: Option<String>,
    /// Where the tax class stands; the clause, if it names none.
    pub class_at: Span,
    /// When it holds.
    pub valid: Validity,
    /// Last day of a free trial.
    pub trial_until: Option<Day>,
    /// What it says.
    pub terms: Terms,
}

/// What a clause says.
#[derive(Clone, Debug)]
pub enum Terms {
    /// A price for calls.
    Call(CallTerms),
    /// A fee with something included.
    Package(PackageTerms),
    /// A fee for each seat.
    Seat(SeatTerms),
    /// A fee that comes every cycle.
    Recurring(RecurringTerms),
    /// A price for other usage.
    Usage(UsageTerms),
    /// A fee charged once.
    OneTime(OneTimeTerms),
    /// A minimum.
    Commitment(CommitmentTerms),
    /// A reduction.
    Discount(DiscountTerms),
    /// The charge for paying late.
    Late(LateTerms),
}

impl Terms {
    /// The kind's word, as in `covers` and `on`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Package(_) => "package",
            Self::Seat(_) => "seat",
            Self::Recurring(_) => "recurring",
            Self::Usage(_) => "usage",
            Self::OneTime(_) => "one_time",
            Self::Commitment(_) => "commitment",
            Self::Discount(_) => "discount",
            Self::Late(_) => "late",
        }
    }
}

/// Terms of a call price.
#[derive(Clone, Debug)]
pub struct CallTerms {
    /// Zones; empty is every number.
    pub zones: Vec<ZoneId>,
    /// Directions.
    pub directions: Vec<Direction>,
    /// Parts of the week; empty is all other times.
    pub periods: Vec<PeriodId>,
    /// Price of one `per`: the first step's, if there are steps.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// Fee for each billable answered call.
    pub connect: Decimal,
    /// Fee for each attempt.
    pub attempt: Decimal,
    /// How durations are metered.
    pub metering: Metering,
    /// The free seconds are the clause's own, not the contract's.
    pub own_free: bool,
    /// Price steps by volume.
    pub tiers: Option<Tiers>,
    /// The package whose overage this is.
    pub overage_of: Option<ClauseId>,
    /// Where the price stands.
    pub price_at: Span,
}

impl CallTerms {
    /// True if some call, at whatever hour, goes to a zone and in a direction that both name.
    #[must_use]
    pub fn share_calls(&self, other: &Self) -> bool {
        meet(&self.zones, &other.zones)
            && self.directions.iter().any(|direction| other.directions.contains(direction))
    }

    /// True if both hold at all other times, or in one part of the week.
    #[must_use]
    pub fn share_hours(&self, other: &Self) -> bool {
        meet(&self.periods, &other.periods)
    }
}

/// Lists of which none means the rest: it meets only its like.
fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    (a.is_empty() && b.is_empty()) || a.iter().any(|item| b.contains(item))
}

/// Price steps.
#[derive(Clone, Debug)]
pub struct Tiers {
    /// All minutes at the step reached, instead of each at its own.
    pub volume: bool,
    /// Steps are counted by each calling number.
    pub per_number: bool,
    /// Steps from the first minute up.
    pub steps: Vec<Step>,
}

/// One step: minutes up to and including, and the price.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Minutes; `None` on the last.
    pub up_to: Option<Decimal>,
    /// Price of one `per`.
    pub price: Decimal,
}

/// Terms of a package.
#[derive(Clone, Debug)]
pub struct PackageTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How many.
    pub count: u32,
    /// Minutes included.
    pub pools: Vec<MinutePool>,
    /// Seats and messages included: how many, off which clause.
    pub units: Vec<IncludedUnits>,
    /// Connect fees of covered calls are waived.
    pub connect_covered: bool,
    /// Seconds talked are used up, instead of billed seconds.
    pub burn_talk: bool,
    /// One allowance for each calling number.
    pub per_number: bool,
    /// The fee of part of a cycle.
    pub part_month: PartMonth,
    /// Minutes of part of a cycle are those of its days, instead of all.
    pub minutes_by_day: bool,
}

/// Included minutes.
#[derive(Clone, Debug)]
pub struct MinutePool {
    /// Seconds of one package.
    pub seconds: u64,
    /// Zones covered; empty is all.
    pub zones: Vec<ZoneId>,
    /// Where it stands.
    pub at: Span,
}

/// Included seats or messages.
#[derive(Clone, Debug)]
pub struct IncludedUnits {
    /// How many, of one package.
    pub quantity: Decimal,
    /// The clause they come off.
    pub of: ClauseId,
}

/// How seats are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatCount {
    /// Each seat that was there on any day.
    Named,
    /// Most on one day.
    Peak,
    /// Seat-days over days.
    Average,
    /// The number ordered.
    Ordered,
}

/// What a part of a cycle costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMonth {
    /// The whole fee.
    Full,
    /// Days over the days of this cycle.
    ByDay,
    /// Days over thirty, at most the whole fee.
    ThirtyDay,
}

/// Terms of a seat fee.
#[derive(Clone, Debug)]
pub struct SeatTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How counted.
    pub count: SeatCount,
    /// Seats ordered.
    pub ordered: Option<Decimal>,
    /// Seats billed at least.
    pub minimum: Decimal,
    /// Part of a cycle.
    pub part_month: PartMonth,
    /// Days a ceased seat still counts.
    pub notice_days: u32,
}

/// What a recurring fee counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecurringPer {
    /// Once a cycle.
    Contract,
    /// Each number.
    Number,
    /// Each line.
    Line,
    /// Each seat.
    Seat,
    /// Each ordered service.
    Service,
}

/// Terms of a recurring fee.
#[derive(Clone, Debug)]
pub struct RecurringTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// What is counted.
    pub per: RecurringPer,
    /// Only roster entries of this name or group.
    pub of: Option<String>,
    /// A fixed number instead of the roster.
    pub ordered: Option<Decimal>,
    /// Part of a cycle.
    pub part_month: PartMonth,
    /// Suspended days cost nothing.
    pub suspended_free: bool,
    /// Days it still counts after it ceased.
    pub notice_days: u32,
}

/// Terms of other usage.
#[derive(Clone, Debug)]
pub struct UsageTerms {
    /// Price of one unit.
    pub price: Decimal,
    /// The unit's word.
    pub unit: &'static str,
    /// Characters of a single message and of each part of a long one.
    pub segment: Option<(u32, u32)>,
    /// Units free each cycle.
    pub included: Decimal,
}

/// Terms of a one-time fee.
#[derive(Clone, Debug)]
pub struct OneTimeTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How many.
    pub quantity: Decimal,
    /// The day it falls due.
    pub charged_on: Day,
}

/// Terms of a minimum.
#[derive(Clone, Debug)]
pub struct CommitmentTerms {
    /// The least the covered lines cost together.
    pub minimum: Amount,
    /// Clauses that count.
    pub covers: Vec<ClauseId>,
    /// Minimum plus usage, instead of the larger.
    pub on_top: bool,
    /// Usage measured after tax.
    pub after_tax: bool,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug)]
pub enum Reduction {
    /// A share.
    Percent(Decimal),
    /// A sum each cycle.
    Sum(Amount),
}

/// Terms of a discount.
#[derive(Clone, Debug)]
pub struct DiscountTerms {
    /// What is taken off.
    pub reduction: Reduction,
    /// Off which clauses.
    pub on: Vec<ClauseId>,
    /// A line of its own on the bill.
    pub own_line: bool,
}

/// Terms of the charge for paying late.
#[derive(Clone, Debug)]
pub struct LateTerms {
    /// Share of the base for each day.
    pub per_day: Decimal,
    /// Days from issue to due date.
    pub due_days: Option<u32>,
    /// Days after the due date that cost nothing.
    pub grace_days: u32,
    /// After grace, days count from its end.
    pub from_grace: bool,
    /// The base leaves tax out.
    pub base_before_tax: bool,
    /// Most it may come to, as a share of the base.
    pub cap: Option<Decimal>,
}
