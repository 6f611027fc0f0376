//! The functions of templates for durations, which Helm has since 4.3.
//!
//! Source: `pkg/engine/funcs.go`, "Duration helpers".

use crate::sprig::date::DurationObject;
use crate::sprig::parse::parse_float;
use crate::{CallError, Function, Type, Value};
use mkmanifests_go::duration::Duration;

/// The names of the functions.
pub const NAMES: [&str; 11] = [
    "mustToDuration",
    "durationSeconds",
    "durationMilliseconds",
    "durationMicroseconds",
    "durationNanoseconds",
    "durationMinutes",
    "durationHours",
    "durationDays",
    "durationWeeks",
    "durationRoundTo",
    "durationTruncateTo",
];

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("mustToDuration", &[Type::Any], |_, args| read(args.get(0)).map(object).map_err(CallError::from)),
        measure("durationSeconds", |duration| whole_and_rest(duration, SECOND).into()),
        measure("durationMilliseconds", |Duration(nanoseconds)| Value::int64(nanoseconds / 1_000_000)),
        measure("durationMicroseconds", |Duration(nanoseconds)| Value::int64(nanoseconds / 1_000)),
        measure("durationNanoseconds", |Duration(nanoseconds)| Value::int64(nanoseconds)),
        measure("durationMinutes", |duration| whole_and_rest(duration, MINUTE).into()),
        measure("durationHours", |duration| whole_and_rest(duration, HOUR).into()),
        measure("durationDays", |duration| (whole_and_rest(duration, HOUR) / 24.0).into()),
        measure("durationWeeks", |duration| (whole_and_rest(duration, HOUR) / 24.0 / 7.0).into()),
        rounding("durationRoundTo", Duration::round),
        rounding("durationTruncateTo", Duration::truncate),
    ]
}

/// Creates a function that measures a duration. Something that is no duration is 0 long.
fn measure(name: &'static str, unit: fn(Duration) -> Value) -> Function {
    Function::new(name, &[Type::Any], move |_, args| Ok(unit(read(args.get(0)).unwrap_or_default())))
}

/// Creates a function that rounds a duration to a multiple of another. Something that is no duration becomes 0, and
/// rounding to something that is no duration changes nothing.
fn rounding(name: &'static str, round: fn(Duration, Duration) -> Duration) -> Function {
    Function::new(name, &[Type::Any, Type::Any], move |_, args| {
        let Ok(duration) = read(args.get(0)) else { return Ok(object(Duration::default())) };
        Ok(object(read(args.get(1)).map_or(duration, |unit| round(duration, unit))))
    })
}

fn object(duration: Duration) -> Value {
    Value::object(DurationObject(duration))
}

/// Divides as Go's `Duration.Seconds` does: the whole units and the rest apart, which rounds once less.
fn whole_and_rest(Duration(nanoseconds): Duration, unit: i64) -> f64 {
    (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64
}

/// Reads a duration: one of Go's, a text such as `1h2m`, or a number of seconds as number or text.
fn read(value: &Value) -> Result<Duration, String> {
    if let Some(duration) = value.as_object::<DurationObject>() {
        return Ok(duration.0);
    }
    match value {
        Value::Str(text) => {
            let whole = text.text();
            let trimmed = whole.trim();
            if trimmed.is_empty() {
                return Err("empty duration".to_owned());
            }
            if let Ok(duration) = Duration::parse(trimmed.as_bytes()) {
                return Ok(duration);
            }
            match parse_float(trimmed.as_bytes()) {
                Ok(seconds) => of_float(seconds),
                Err(_) => Err(format!("could not parse duration {}", mkmanifests_go::quote::quote(text.as_bytes()))),
            }
        }
        Value::Nil => Err("invalid duration".to_owned()),
        Value::Int(seconds, _) => of_integer(i128::from(*seconds)),
        Value::Uint(seconds, _) => of_integer(i128::from(*seconds)),
        Value::Float(seconds) => of_float(*seconds),
        other => Err(format!("unsupported duration type {}", other.type_name())),
    }
}

fn of_integer(seconds: i128) -> Result<Duration, String> {
    let limit = i128::from(i64::MAX / SECOND);
    if (-limit..=limit).contains(&seconds) {
        Ok(Duration(seconds as i64 * SECOND))
    } else {
        Err(format!("duration seconds overflow: {seconds}"))
    }
}

fn of_float(seconds: f64) -> Result<Duration, String> {
    let text = || mkmanifests_go::float::format_float(seconds, b'g', None);
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", text()));
    }
    let nanoseconds = seconds * SECOND as f64;
    if nanoseconds.abs() > i64::MAX as f64 {
        return Err(format!("duration seconds overflow: {}", text()));
    }
    Ok(Duration(nanoseconds as i64))
}
