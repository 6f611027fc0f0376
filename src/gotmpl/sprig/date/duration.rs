//! Durations: `2h45m`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::layout::quote;
use crate::gotmpl::{Function, Object, Type, Value};

/// A duration in nanoseconds, Go's `time.Duration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Duration(pub i64);

impl Duration {
    /// One second.
    pub(super) const SECOND: Duration = Duration(1_000_000_000);

    /// Reads `-1h2m3.5s`.
    ///
    /// # Errors
    /// Go's texts.
    pub fn parse(text: &[u8]) -> Result<Duration, String> {
        let (negative, mut rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let invalid = || format!("time: invalid duration {}", quote(text));
        if rest == b"0" {
            return Ok(Duration(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (part, after) = parse_part(rest, text)?;
            total = total.checked_add(part).filter(|total| *total <= 1 << 63).ok_or_else(invalid)?;
            rest = after;
        }
        if negative {
            return Ok(Duration((total as i64).wrapping_neg()));
        }
        i64::try_from(total).map(Duration).map_err(|_| invalid())
    }

    /// To the nearest multiple, halves away from zero.
    pub(super) fn round(self, unit: Duration) -> Duration {
        if unit.0 <= 0 {
            return self;
        }
        let rest = self.0 % unit.0;
        let down = self.0 - rest;
        if rest.unsigned_abs() * 2 < unit.0.unsigned_abs() {
            return Duration(down);
        }
        Duration(if self.0 < 0 { down.saturating_sub(unit.0) } else { down.saturating_add(unit.0) })
    }

    fn truncate(self, unit: Duration) -> Duration {
        if unit.0 <= 0 { self } else { Duration(self.0 - self.0 % unit.0) }
    }
}

/// Reads a number and its unit.
fn parse_part<'a>(text: &'a [u8], whole: &[u8]) -> Result<(u64, &'a [u8]), String> {
    let invalid = || format!("time: invalid duration {}", quote(whole));
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole_digits, mut rest) = text.split_at(digits(text));
    let mut fraction: &[u8] = b"";
    if let Some(after) = rest.strip_prefix(b".") {
        (fraction, rest) = after.split_at(digits(after));
    }
    if whole_digits.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let name_length = rest.iter().take_while(|byte| **byte != b'.' && !byte.is_ascii_digit()).count();
    let (name, rest) = rest.split_at(name_length);
    let number = whole_digits.iter().try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0')).filter(|number| *number <= 1 << 63)
    });
    let number = number.ok_or_else(invalid)?;
    if name.is_empty() {
        return Err(format!("time: missing unit in duration {}", quote(whole)));
    }
    let unit = unit(name).ok_or_else(|| format!("time: unknown unit {} in duration {}", quote(name), quote(whole)))?;
    if number > (1 << 63) / unit {
        return Err(invalid());
    }
    let value = number * unit + fraction_of(fraction, unit);
    if value > 1 << 63 { Err(invalid()) } else { Ok((value, rest)) }
}

fn unit(name: &[u8]) -> Option<u64> {
    Some(match std::str::from_utf8(name).ok()? {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// In floating point, as Go does it; digits that 63 bits cannot hold count for nothing.
fn fraction_of(digits: &[u8], unit: u64) -> u64 {
    let (mut number, mut scale) = (0_u64, 1.0);
    for digit in digits {
        if number > (i64::MAX as u64) / 10 {
            break;
        }
        let next = number * 10 + u64::from(digit - b'0');
        if next > 1 << 63 {
            break;
        }
        (number, scale) = (next, scale * 10.0);
    }
    (number as f64 * (unit as f64 / scale)) as u64
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (unit, digits, name) = match size {
            0 => return f.write_str("0s"),
            1..1_000 => (1, 0, "ns"),
            1_000..1_000_000 => (1_000, 3, "\u{b5}s"),
            1_000_000..1_000_000_000 => (1_000_000, 6, "ms"),
            _ => (1_000_000_000, 9, "s"),
        };
        f.write_str(sign)?;
        let (hours, minutes) = (size / 3_600_000_000_000, size / 60_000_000_000 % 60);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write!(f, "{}", size / unit % if digits == 9 { 60 } else { u64::MAX })?;
        let fraction = format!("{:0digits$}", size % unit);
        match fraction.trim_end_matches('0') {
            "" => {}
            fraction => write!(f, ".{fraction}")?,
        }
        f.write_str(name)
    }
}

/// What templates see of a duration that a method of a time gave.
#[derive(Debug, Clone, Copy)]
pub struct DurationObject(pub Duration);

/// The duration that a value is: one, or a number of nanoseconds.
pub(super) fn duration_of(value: &Value) -> Duration {
    let object = value.as_object::<DurationObject>().map(|object| object.0);
    object.unwrap_or(Duration(value.as_int().unwrap_or_default()))
}

impl Object for DurationObject {
    fn type_name(&self) -> Cow<'static, str> {
        "time.Duration".into()
    }

    fn underlying(&self) -> Value {
        Value::int64(self.0.0)
    }

    fn display(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn method(self: Arc<Self>, name: &str) -> Option<Function> {
        let duration = self.0;
        let unit = |unit: f64| Value::from(duration.0 as f64 / unit);
        let (name, value): (&'static str, Value) = match name {
            "Hours" => ("Hours", unit(3.6e12)),
            "Minutes" => ("Minutes", unit(6e10)),
            "Seconds" => ("Seconds", unit(1e9)),
            "Milliseconds" => ("Milliseconds", Value::int64(duration.0 / 1_000_000)),
            "Microseconds" => ("Microseconds", Value::int64(duration.0 / 1_000)),
            "Nanoseconds" => ("Nanoseconds", Value::int64(duration.0)),
            "String" => ("String", duration.to_string().into()),
            "Abs" => ("Abs", Value::object(DurationObject(Duration(duration.0.saturating_abs())))),
            "Round" | "Truncate" => return Some(rounding(duration, name == "Round")),
            _ => return None,
        };
        Some(Function::new(name, &[], move |_, _| Ok(value.clone())))
    }
}

fn rounding(duration: Duration, round: bool) -> Function {
    Function::new(if round { "Round" } else { "Truncate" }, &[Type::Any], move |_, args| {
        let unit = duration_of(args.get(0));
        let result = if round { duration.round(unit) } else { duration.truncate(unit) };
        Ok(Value::object(DurationObject(result)))
    })
}
