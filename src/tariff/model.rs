//! The terms of a contract.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{ClauseId, Pattern, PeriodId, ZoneId};
use crate::money::{Amount, Rounding, RoundingMode};
use crate::number::{Area, Kind as NumberKind};
use crate::source::Span;
use crate::when::{Cycle, Day, DayKind, Period, Validity, Zone};

/// The head of a contract.
#[derive(Clone, Debug)]
pub struct Head {
    /// The contract's number.
    pub id: String,
    /// Who bills.
    pub provider: String,
    /// Who pays.
    pub customer: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// The clock of dates and hours.
    pub zone: Zone,
    /// First and last day of validity.
    pub valid: Validity,
    /// The billing cycle.
    pub cycle: Cycle,
    /// What a whole fee costs in a cycle in which its price changes.
    pub fee_change: FeeChange,
    /// Where `[contract]` stands.
    pub at: Span,
}

/// What starts billing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillOn {
    /// The answer; unanswered calls cost nothing.
    Answer,
    /// Every attempt, by its whole duration.
    Attempt,
    /// Answered calls, counted from dialling.
    Ring,
}

/// Where durations are rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each call.
    Call,
    /// Once, the sum of the cycle.
    Cycle,
}

/// How a call over the edge of a period is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandRule {
    /// Wholly by its start.
    Start,
    /// Each increment by its own start.
    EachIncrement,
    /// Second by second.
    ExactSplit,
}

/// The three readings of "free seconds".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreeHow {
    /// A call shorter than that is free, any other is billed whole.
    Cliff,
    /// Taken off before rounding up.
    Subtract,
    /// Taken off the rounded seconds.
    AfterRounding,
}

/// How fractions of a second are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsecond {
    /// Started seconds count.
    Up,
    /// Only whole seconds count.
    Down,
    /// To the nearest, half a second up.
    HalfUp,
}

/// How a call becomes billed seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metering {
    /// What starts billing.
    pub bill_on: BillOn,
    /// First block, seconds.
    pub first: u32,
    /// Each next block, seconds.
    pub next: u32,
    /// Least billed seconds.
    pub minimum: u32,
    /// Seconds that cost nothing, and how.
    pub free: Option<(u32, FreeHow)>,
    /// An answered call of 0 seconds costs a first block.
    pub zero_bills: bool,
    /// Fractions of a second.
    pub subsecond: Subsecond,
    /// Where durations are rounded up.
    pub scope: Scope,
    /// Calls over the edge of a period.
    pub band_rule: BandRule,
    /// Longest billed time of one call, seconds.
    pub max_call: Option<u32>,
}

/// The three rounding boundaries; `None` is no rounding.
#[derive(Clone, Copy, Debug)]
pub struct Roundings {
    /// One call.
    pub call: Option<Rounding>,
    /// One line.
    pub line: Option<Rounding>,
    /// Tax, if it is not rounded as lines are.
    pub tax: Option<Rounding>,
    /// The total.
    pub invoice: Option<Rounding>,
}

impl Roundings {
    /// How tax is rounded: by its own boundary, else as lines are. A contract that leaves both open
    /// was asked for the first.
    #[must_use]
    pub fn of_tax(&self) -> Rounding {
        self.tax.or(self.line).unwrap_or(Rounding::new(2, RoundingMode::HalfUp))
    }
}

/// Value-added tax.
#[derive(Clone, Debug)]
pub struct Tax {
    /// Prices contain it.
    pub included: bool,
    /// Rounded once on each class's total instead of on each line.
    pub on_total: bool,
    /// Dated rates.
    pub rates: Vec<TaxRate>,
    /// How a tax line appears on the bill.
    pub invoice: Vec<Pattern>,
    /// Where `[tax]` stands.
    pub at: Span,
}

/// One dated rate.
#[derive(Clone, Debug)]
pub struct TaxRate {
    /// The class.
    pub class: String,
    /// 0.09 for 9 %.
    pub rate: Decimal,
    /// When it holds.
    pub valid: Validity,
    /// Where it stands.
    pub at: Span,
}

impl Tax {
    /// The rates of a class that hold on some day of a period.
    pub fn rates_in<'t>(
        &'t self,
        class: Option<&'t str>,
        period: Period,
    ) -> impl Iterator<Item = &'t TaxRate> {
        let class = class.or_else(|| self.only_class());
        self.rates.iter().filter(move |rate| {
            Some(rate.class.as_str()) == class && rate.valid.within(period).is_some()
        })
    }

    /// The rate of a class on a day. A contract with a single class means it for every clause.
    #[must_use]
    pub fn rate(&self, class: Option<&str>, day: Day) -> Option<&TaxRate> {
        let class = class.or_else(|| self.only_class())?;
        self.rates.iter().find(|rate| rate.class == class && rate.valid.contains(day))
    }

    /// The class, if there is only one.
    #[must_use]
    pub fn only_class(&self) -> Option<&str> {
        let first = self.rates.first()?.class.as_str();
        self.rates.iter().all(|rate| rate.class == first).then_some(first)
    }
}

/// How numbers are read.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Home area code, e.g. `0571`.
    pub home: Option<String>,
    /// Technical prefixes.
    pub strip: Vec<String>,
    /// The user's own segments: segment → area code.
    pub segments: BTreeMap<u32, String>,
}

/// Holidays and make-up working days of the years listed.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Years covered, sorted.
    pub years: Vec<u32>,
    /// Exceptions to the plain week.
    pub exceptions: BTreeMap<Day, DayKind>,
}

impl Calendar {
    /// How a day counts; `None` if the calendar does not cover its year.
    #[must_use]
    pub fn kind_of(&self, day: Day) -> Option<DayKind> {
        use chrono::{Datelike, Weekday};
        let year = day.date().year().unsigned_abs();
        self.years.binary_search(&year).ok()?;
        Some(self.exceptions.get(&day).copied().unwrap_or(match day.weekday() {
            Weekday::Sat | Weekday::Sun => DayKind::Weekend,
            _ => DayKind::Workday,
        }))
    }
}

/// An area condition of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaMatch {
    /// This area.
    Is(Area),
    /// The area of the calling number.
    SameAsCaller,
}

/// A class of destinations.
#[derive(Clone, Debug)]
pub struct DestinationZone {
    /// The name.
    pub name: String,
    /// Kinds; empty is any.
    pub kinds: Vec<NumberKind>,
    /// Areas; empty is any.
    pub areas: Vec<AreaMatch>,
    /// Normalised prefixes with their places; empty is any.
    pub prefixes: Vec<(String, Span)>,
    /// Where it stands.
    pub at: Span,
}

/// Which days a period holds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySet {
    /// Bit 0 is Monday.
    pub weekdays: u8,
    /// Kinds of day, which need a calendar.
    pub workdays: bool,
    /// Weekend days not worked.
    pub weekends: bool,
    /// Public holidays.
    pub holidays: bool,
}

impl DaySet {
    /// Every day.
    pub const ALL: Self =
        Self { weekdays: 0x7F, workdays: false, weekends: false, holidays: false };

    /// True if it can't be decided without a calendar.
    #[must_use]
    pub fn needs_calendar(self) -> bool {
        self.workdays || self.weekends || self.holidays
    }
}

/// A part of the week.
#[derive(Clone, Debug)]
pub struct WeekPart {
    /// The name.
    pub name: String,
    /// On which days.
    pub days: DaySet,
    /// Seconds of the day, half-open, within one day; what runs over midnight is two spans, the
    /// second belonging to the same day's hours.
    pub hours: Vec<(u32, u32)>,
    /// Where it stands.
    pub at: Span,
}

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

/// What a whole fee costs in a cycle in which one version of it follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeChange {
    /// That of the version in force first.
    First,
    /// That of the version in force last.
    Last,
    /// Each version's, by its days.
    ByDay,
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

/// Settings of the audit itself.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// Calls shorter than this are very short, seconds.
    pub short_call: u32,
    /// Calls of at least this are over-long, seconds.
    pub long_call: u32,
    /// Most talk time of one agent on one day, seconds.
    pub shift: u32,
    /// Severity by code, with the place.
    pub severity: Vec<(String, &'static str, Span)>,
}
