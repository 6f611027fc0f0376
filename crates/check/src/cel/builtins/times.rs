//! Functions of timestamps and durations.
//!
//! Source: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#timestamps> and cel-go common/types/timestamp.go

use jiff::Zoned;
use jiff::tz::{Offset, TimeZone};

use super::Computed;
use crate::cel::value::{Stop, Value};

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    match arguments {
        [Value::Duration(nanoseconds)] if name == "getMilliseconds" => Some(Ok(Value::Int(nanoseconds / 1_000_000))),
        [Value::Timestamp(time)] => part(name, &time.to_zoned(TimeZone::UTC)).map(Ok),
        [Value::Timestamp(time), Value::String(zone)] => match time_zone(zone) {
            Some(zone) => part(name, &time.to_zoned(zone)).map(Ok),
            None => Some(Stop::error(format!("unknown time zone {zone}"))),
        },
        _ => None,
    }
}

/// Looks up a time zone by its name, or an offset such as `-08:00`.
fn time_zone(name: &str) -> Option<TimeZone> {
    let Some((hours, minutes)) = name.split_once(':') else { return TimeZone::get(name).ok() };
    let (hours_number, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minutes = if hours.starts_with('-') { -minutes } else { minutes };
    Offset::from_seconds(hours_number * 3600 + minutes * 60).ok().map(TimeZone::fixed)
}

/// Returns a part of a time: months, days of months and of years count from 0, and `getDate` from 1; the week begins on Sunday.
fn part(name: &str, time: &Zoned) -> Option<Value> {
    let number = match name {
        "getFullYear" => i64::from(time.year()),
        "getMonth" => i64::from(time.month()) - 1,
        "getDate" => i64::from(time.day()),
        "getDayOfMonth" => i64::from(time.day()) - 1,
        "getDayOfWeek" => i64::from(time.weekday().to_sunday_zero_offset()),
        "getDayOfYear" => i64::from(time.day_of_year()) - 1,
        "getHours" => i64::from(time.hour()),
        "getMinutes" => i64::from(time.minute()),
        "getSeconds" => i64::from(time.second()),
        "getMilliseconds" => i64::from(time.millisecond()),
        _ => return None,
    };
    Some(Value::Int(number))
}
