//! Go's package `time`: times, and layouts such as `2006-01-02 15:04:05`.
//!
//! The local zone is UTC, so that output does not depend on the machine. Other zones come from a tz database that is
//! compiled in.

mod calendar;
mod format;
mod instant;
mod layout;
mod parse;
pub mod zone;

pub use self::calendar::days_from_date;
pub use self::format::{WEEKDAYS, format, month_name};
pub use self::instant::{Fields, Time, ZERO, Zone};
pub use self::parse::parse;

/// Go's layout `time.RFC3339Nano`, in which it writes times as JSON, TOML and YAML.
pub const RFC_3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
