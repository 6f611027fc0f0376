//! Dates, times and durations of RFC 3339.

use super::{Checked, fail};
use mkmanifests_go::quote::quote_char;
use mkmanifests_go::time::parse;

pub(super) fn date(text: &str) -> Checked {
    parse(b"2006-01-02", text.as_bytes()).map(drop)
}

pub(super) fn date_time(text: &str) -> Checked {
    if text.len() < 20 {
        return fail("less than 20 characters long");
    }
    let bytes = text.as_bytes();
    if !matches!(bytes.get(10), Some(b't' | b'T')) {
        return fail("11th character must be t or T");
    }
    // The separator is a whole character, so both parts are valid UTF-8.
    let (date, time) = (text.get(..10).unwrap_or_default(), text.get(11..).unwrap_or_default());
    self::date(date).map_err(|why| format!("invalid date element: {why}"))?;
    self::time(time).map_err(|why| format!("invalid time element: {why}"))
}

pub(super) fn time(text: &str) -> Checked {
    let bytes = text.as_bytes();
    if bytes.len() < 9 {
        return fail("less than 9 characters long");
    }
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return fail("missing colon in correct place");
    }
    let part = |range: std::ops::Range<usize>| whole(bytes.get(range).unwrap_or_default(), "hour/min/sec");
    let (hour, minute, second) = (part(0..2)?, part(3..5)?, part(6..8)?);
    if hour > 23 || minute > 59 || second > 60 {
        return fail("hour/min/sec out of range");
    }
    let offset = offset(after_fraction(bytes.get(8..).unwrap_or_default())?)?;
    // A leap second is the last one of a day in UTC.
    let in_utc = (hour * 60 + minute + offset).rem_euclid(24 * 60);
    if second >= 60 && in_utc != 23 * 60 + 59 {
        return fail("invalid leap second");
    }
    Ok(())
}

/// Go's `strconv.Atoi`, of what may not be negative.
fn whole(text: &[u8], of: &str) -> Result<i64, String> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    match number {
        None => fail(format!("invalid {of}")),
        Some(..0) => fail(format!("non-positive {of}")),
        Some(number) => Ok(number),
    }
}

fn after_fraction(text: &[u8]) -> Result<&[u8], String> {
    let Some(rest) = text.strip_prefix(b".") else { return Ok(text) };
    match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => fail("no digits in second fraction"),
        count => Ok(rest.get(count..).unwrap_or_default()),
    }
}

/// Returns the minutes to add for UTC.
fn offset(text: &[u8]) -> Result<i64, String> {
    if matches!(text, b"z" | b"Z") {
        return Ok(0);
    }
    if text.len() != 6 {
        return fail("offset must be 6 characters long");
    }
    let sign = match text.first() {
        Some(b'+') => -1,
        Some(b'-') => 1,
        _ => return fail("offset must begin with plus/minus"),
    };
    if text.get(3) != Some(&b':') {
        return fail("missing colon in offset in correct place");
    }
    let part = |range: std::ops::Range<usize>| whole(text.get(range).unwrap_or_default(), "hour/min in offset");
    let (hour, minute) = (part(1..3)?, part(4..6)?);
    if hour > 23 || minute > 59 {
        return fail("hour/min in offset out of range");
    }
    Ok(sign * (hour * 60 + minute))
}

pub(super) fn duration(text: &str) -> Checked {
    let Some(rest) = text.strip_prefix('P') else { return fail("must start with P") };
    if rest.is_empty() {
        return fail("nothing after P");
    }
    if let Some(weeks) = rest.strip_suffix('W') {
        return match weeks {
            "" => fail("no number in week"),
            _ if weeks.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
            _ => fail("invalid week"),
        };
    }
    for (index, part) in rest.split('T').enumerate() {
        match index {
            0 => elements(part, "YMD")?,
            _ if part.is_empty() => return fail("no time elements"),
            1 => elements(part, "HMS")?,
            _ => return fail("more than one T"),
        }
    }
    Ok(())
}

/// Numbers, each with its unit, in the order of the units.
fn elements(text: &str, all: &str) -> Checked {
    let (mut rest, mut units) = (text.as_bytes(), all.as_bytes());
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return fail("missing number");
        }
        let Some((unit, after)) = rest.get(digits..).and_then(<[u8]>::split_first) else { return fail("missing unit") };
        let Some(at) = units.iter().position(|known| known == unit) else {
            let unit_is_known = all.as_bytes().contains(unit);
            let shown = quote_char(char::from(*unit));
            return fail(if unit_is_known {
                format!("unit {shown} out of order")
            } else {
                format!("invalid unit {shown}")
            });
        };
        units = units.get(at + 1..).unwrap_or_default();
        rest = after;
    }
    Ok(())
}

pub(super) fn period(text: &str) -> Checked {
    let Some((start, end)) = text.split_once('/') else { return fail("missing slash") };
    let is_duration = |part: &str| part.starts_with('P');
    let check = |part: &str, which: &str, as_duration: bool| {
        let (checked, what) = if as_duration { (duration(part), "duration") } else { (date_time(part), "date-time") };
        checked.map_err(|why| format!("invalid {which} {what}: {why}"))
    };
    check(start, "start", is_duration(start))?;
    check(end, "end", is_duration(end) && !is_duration(start))
}
