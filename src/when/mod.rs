//! Days, instants, zones and billing periods. The only user of `chrono-tz`.
//!
//! An instant is `i64` seconds since 1970-01-01T00:00:00Z. A local time is a [`Day`] and a second
//! of that day. Spans of time are half-open everywhere: `[from, until)`.

mod day;
pub mod holidays;
mod period;
mod validity;
mod zone;

pub use day::{Day, DayKind, SECONDS_A_DAY, parse_day};
pub use period::{Cycle, Period, PeriodError, PrintedPeriod};
pub use validity::Validity;
pub use zone::{LocalError, Zone};
