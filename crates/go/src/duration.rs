//! Go's `time.Duration`: `2h45m`.

use std::fmt;

/// A duration in nanoseconds, Go's `time.Duration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Duration(pub i64);

impl Duration {
    /// One second.
    pub const SECOND: Duration = Duration(1_000_000_000);

    /// Parses a duration such as `-1h2m3.5s`, with the units `ns`, `us`, `ms`, `s`, `m` and `h`.
    ///
    /// # Errors
    /// Go's error text.
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

    /// Rounds to the nearest multiple of `unit`, halves away from zero, as Go's `Duration.Round`. Returns the duration
    /// unchanged if `unit` is not positive.
    ///
    /// ```
    /// use mkmanifests_go::duration::Duration;
    /// let duration = Duration::parse(b"1m30.5s").unwrap();
    /// assert_eq!(duration.round(Duration::SECOND), Duration::parse(b"1m31s").unwrap());
    /// ```
    pub fn round(self, unit: Duration) -> Duration {
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

    /// Rounds towards zero to a multiple of `unit`. Returns the duration unchanged if `unit` is not positive.
    pub fn truncate(self, unit: Duration) -> Duration {
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

/// Computes a fraction in floating point, as Go does. Digits beyond 63 bits are ignored.
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

/// Quotes a text as Go's package `time` does, which differs from `strconv`.
pub fn quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}
