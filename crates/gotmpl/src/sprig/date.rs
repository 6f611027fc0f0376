//! Functions on dates, times and durations, with Go's layouts (`2006-01-02 15:04:05`).
//!
//! The local zone is UTC, so that output does not depend on the machine. Other zones come from a tz database that is
//! compiled in.

mod duration;
mod methods;

pub use self::duration::DurationObject;

use crate::{Args, CallError, Function, IntKind, Type, Value};
use mkmanifests_go::duration::Duration;
use mkmanifests_go::time::{self, Time, Zone};

/// Go's name of the type of times.
pub(super) const TIME: &str = "time.Time";

/// Returns `now`, `date`, `dateInZone`, `dateModify`, `toDate` and the other date functions of Sprig.
pub fn functions() -> Vec<Function> {
    let modify: &[Type] = &[Type::Str, Type::Object(TIME)];
    let mut functions = vec![
        with_clock("now", &[], |now, _| Value::object(now)),
        with_clock("ago", &[Type::Any], ago),
        with_clock("date", &[Type::Str, Type::Any], |now, args| in_zone(now, args.bytes(0), args.get(1), "Local")),
        with_clock("htmlDate", &[Type::Any], |now, args| in_zone(now, HTML, args.get(0), "Local")),
        with_clock("htmlDateInZone", &[Type::Any, Type::Str], |now, args| {
            in_zone(now, HTML, args.get(0), &args.text(1))
        }),
        with_clock("durationRound", &[Type::Any], duration_round),
        Function::new("duration", &[Type::Any], |_, args| Ok(seconds(args.get(0)).to_string().into())),
        Function::new("toDate", &[Type::Str, Type::Str], |_, args| {
            Ok(Value::object(time::parse(args.bytes(0), args.bytes(1)).unwrap_or_default()))
        }),
        Function::new("mustToDate", &[Type::Str, Type::Str], |_, args| {
            Ok(Value::object(time::parse(args.bytes(0), args.bytes(1))?))
        }),
        Function::new("unixEpoch", &[Type::Object(TIME)], |_, args| {
            Ok(time_of(args.get(0)).unwrap_or_default().seconds.to_string().into())
        }),
    ];
    for name in ["dateInZone", "date_in_zone"] {
        functions.push(with_clock(name, &[Type::Str, Type::Any, Type::Str], |now, args| {
            in_zone(now, args.bytes(0), args.get(1), &args.text(2))
        }));
    }
    for name in ["dateModify", "date_modify"] {
        functions.push(Function::new(name, modify, |_, args| {
            let time = time_of(args.get(1)).unwrap_or_default();
            let duration = Duration::parse(args.bytes(0)).unwrap_or_default();
            Ok(Value::object(time.add(duration)))
        }));
    }
    for name in ["mustDateModify", "must_date_modify"] {
        functions.push(Function::new(name, modify, must_modify));
    }
    functions
}

const HTML: &[u8] = b"2006-01-02";

fn must_modify(_: &mut crate::Caller<'_>, args: Args<'_>) -> Result<Value, CallError> {
    let time = time_of(args.get(1)).unwrap_or_default();
    Ok(Value::object(time.add(Duration::parse(args.bytes(0))?)))
}

fn with_clock(name: &'static str, params: &'static [Type], call: fn(Time, Args<'_>) -> Value) -> Function {
    Function::new(name, params, move |caller, args| {
        let (seconds, nanoseconds) = caller.environment().clock.now();
        Ok(call(Time { seconds, nanoseconds, zone: Zone::Local }, args))
    })
}

/// Returns the time of a value, if it is one.
pub(super) fn time_of(value: &Value) -> Option<Time> {
    value.as_object::<Time>().cloned()
}

fn unix(seconds: i64) -> Time {
    Time { seconds, nanoseconds: 0, zone: Zone::Local }
}

fn in_zone(now: Time, layout: &[u8], date: &Value, zone: &str) -> Value {
    let time = match date {
        Value::Int(seconds, IntKind::Int | IntKind::Int64 | IntKind::Int32) => unix(*seconds),
        other => time_of(other).unwrap_or(now),
    };
    let (offset, abbreviation) = time::zone::lookup(zone, time.seconds).unwrap_or_else(|| (0, "UTC".into()));
    Value::raw(time::format(layout, &time.fields_at(offset), &abbreviation))
}

fn ago(now: Time, args: Args<'_>) -> Value {
    let time = match args.get(0) {
        Value::Int(seconds, IntKind::Int | IntKind::Int64) => unix(*seconds),
        other => time_of(other).unwrap_or_else(|| now.clone()),
    };
    now.since(&time).round(Duration::SECOND).to_string().into()
}

/// Reads a number of seconds: a text or an `int64`. As in Sprig, an `int` is 0.
fn seconds(value: &Value) -> Duration {
    let seconds = match value {
        Value::Int(seconds, IntKind::Int64) => *seconds,
        Value::Str(text) => text.as_str().map(parse_int).unwrap_or_default(),
        _ => 0,
    };
    Duration(seconds.wrapping_mul(1_000_000_000))
}

/// Parses an integer as Go's `ParseInt`, whose error Sprig ignores: a number that is too large becomes the largest one.
fn parse_int(text: &str) -> i64 {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse().unwrap_or_else(|error: std::num::ParseIntError| match error.kind() {
        PosOverflow => i64::MAX,
        NegOverflow => i64::MIN,
        _ => 0,
    })
}

fn duration_round(now: Time, args: Args<'_>) -> Value {
    let duration = match args.get(0) {
        Value::Str(text) => Duration::parse(text.as_bytes()).unwrap_or_default(),
        Value::Int(nanoseconds, IntKind::Int64) => Duration(*nanoseconds),
        other => time_of(other).map(|time| now.since(&time)).unwrap_or_default(),
    };
    let hours = |count: u64| count * 3_600_000_000_000;
    let size = duration.0.unsigned_abs();
    let units = [
        (hours(24 * 365), "y"),
        (hours(24 * 30), "mo"),
        (hours(24), "d"),
        (hours(1), "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
    ];
    // Sprig prints exactly one hour as "60m".
    let unit = units.iter().find(|(unit, _)| size > *unit);
    unit.map_or_else(|| "0s".into(), |(unit, name)| format!("{}{name}", size / unit).into())
}
