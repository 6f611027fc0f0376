//! Points in time, as Go's `time.Time`.

use super::calendar::{date_from_days, days_before, days_from_date};
use crate::duration::Duration;

/// The time zone in which a time is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Zone {
    /// UTC.
    #[default]
    Utc,
    /// The local zone, which is UTC with another name.
    Local,
    /// A name, and an offset in seconds east of UTC.
    Fixed(String, i32),
}

/// A point in time. The default is Go's zero time, the first second of year 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds of the second.
    pub nanoseconds: u32,
    /// The time zone in which it is printed.
    pub zone: Zone,
}

/// The first second of year 1, in seconds since 1970.
pub const ZERO: i64 = -62_135_596_800;

impl Default for Time {
    fn default() -> Time {
        Time { seconds: ZERO, nanoseconds: 0, zone: Zone::Utc }
    }
}

/// A time as a calendar and a clock show it.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The year; 0 is the year before 1.
    pub year: i64,
    /// From 1.
    pub month: i64,
    /// From 1.
    pub day: i64,
    /// From 1.
    pub year_day: i64,
    /// From 0, which is Sunday.
    pub weekday: usize,
    /// From 0.
    pub hour: i64,
    /// From 0.
    pub minute: i64,
    /// From 0.
    pub second: i64,
    /// From 0.
    pub nanosecond: u32,
    /// Seconds east of UTC.
    pub offset: i32,
}

impl Time {
    /// Creates a time from a date (year, month, day), the second of the day in UTC and nanoseconds. Values out of range
    /// carry over.
    pub fn from_date(date: (i64, i64, i64), second_of_day: i64, nanoseconds: u32, zone: Zone) -> Time {
        let (year, month, day) = date;
        let days = days_from_date(year, month, day);
        Time { seconds: days.wrapping_mul(86_400).wrapping_add(second_of_day), nanoseconds, zone }
    }

    /// Returns the date and time of day in its own zone.
    pub fn fields(&self) -> Fields {
        self.fields_at(self.offset())
    }

    /// Returns the date and time of day at an offset in seconds east of UTC.
    pub fn fields_at(&self, offset: i32) -> Fields {
        let local = self.seconds.saturating_add(i64::from(offset));
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = date_from_days(days);
        Fields {
            year,
            month,
            day,
            year_day: days_before(year, month) + day,
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or_default(),
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            nanosecond: self.nanoseconds,
            offset,
        }
    }

    /// Returns the offset of its zone in seconds east of UTC.
    pub fn offset(&self) -> i32 {
        if let Zone::Fixed(_, offset) = self.zone { offset } else { 0 }
    }

    /// Returns the abbreviation of its zone: `UTC`, `CET`.
    pub fn abbreviation(&self) -> &str {
        if let Zone::Fixed(name, _) = &self.zone { name } else { "UTC" }
    }

    /// Formats the time with one of Go's layouts.
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        super::format::format(layout, &self.fields(), self.abbreviation())
    }

    /// Returns the same moment in another zone.
    pub fn with_zone(&self, zone: Zone) -> Time {
        Time { zone, ..self.clone() }
    }

    /// Returns the time plus a duration, in the same zone. Wraps around like Go's `Time.Add`.
    pub fn add(&self, duration: Duration) -> Time {
        let nanoseconds = i64::from(self.nanoseconds) + duration.0 % 1_000_000_000;
        let carry = nanoseconds.div_euclid(1_000_000_000);
        let seconds = self.seconds.wrapping_add(duration.0 / 1_000_000_000).wrapping_add(carry);
        let nanoseconds = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).unwrap_or_default();
        Time { seconds, nanoseconds, zone: self.zone.clone() }
    }

    /// Returns the duration from `earlier` to this time, at most 292 years in both directions, as Go's `Time.Sub`.
    pub fn since(&self, earlier: &Time) -> Duration {
        let nanoseconds = self.nanoseconds_since(earlier);
        let limit = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
        Duration(i64::try_from(nanoseconds).unwrap_or(limit))
    }

    fn nanoseconds_since(&self, earlier: &Time) -> i128 {
        let seconds = i128::from(self.seconds) - i128::from(earlier.seconds);
        seconds * 1_000_000_000 + i128::from(self.nanoseconds) - i128::from(earlier.nanoseconds)
    }

    /// Rounds to a multiple of a duration since the zero time: down, or to the nearest if `up_from_half`.
    pub fn rounded(&self, unit: Duration, up_from_half: bool) -> Time {
        if unit.0 <= 0 {
            return self.clone();
        }
        let unit = i128::from(unit.0);
        let rest = self.nanoseconds_since(&Time::default()).rem_euclid(unit);
        let change = if up_from_half && rest * 2 >= unit { unit - rest } else { -rest };
        self.add(Duration(i64::try_from(change).unwrap_or_default()))
    }

    /// Compares two moments, independent of their zones.
    pub fn order(&self, other: &Time) -> std::cmp::Ordering {
        (self.seconds, self.nanoseconds).cmp(&(other.seconds, other.nanoseconds))
    }
}
