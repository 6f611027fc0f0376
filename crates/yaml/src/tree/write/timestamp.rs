//! Text that YAML 1.1 reads as a date or time, like Go's `time.Parse`.

/// Returns whether `text` is `YYYY-M-D`, alone, with a time after spaces, or with `T`, a time and a zone.
pub fn is_timestamp(text: &str) -> bool {
    parse(text.as_bytes()).is_some()
}

fn parse(text: &[u8]) -> Option<()> {
    let rest = date(text)?;
    match rest {
        [] => Some(()),
        [b'T' | b't', rest @ ..] => ends(zone(time(rest)?)?),
        [b' ', ..] => ends(time(after_spaces(rest))?),
        _ => None,
    }
}

fn ends(rest: &[u8]) -> Option<()> {
    rest.is_empty().then_some(())
}

/// Go takes any number of spaces for one.
fn after_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    &text[spaces..]
}

fn date(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.iter().try_fold(0, |year, byte| Some(10 * year + digit(*byte)?))?;
    let (month, rest) = number(rest.strip_prefix(b"-")?)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?)?;
    (day >= 1 && day <= days_in(month, year)?).then_some(rest)
}

fn days_in(month: u32, year: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// `H:M:S` and a fraction after a point or a comma.
fn time(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, rest) = number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', b'0'..=b'9', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            Some(&fraction[digits..])
        }
        _ => Some(rest),
    }
}

/// `Z` or `+HH:MM`; Go allows 24 hours and 60 minutes here.
fn zone(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'Z', rest @ ..] => Some(rest),
        [b'+' | b'-', h1, h2, b':', m1, m2, rest @ ..] => {
            let hours = 10 * digit(*h1)? + digit(*h2)?;
            let minutes = 10 * digit(*m1)? + digit(*m2)?;
            (hours <= 24 && minutes <= 60).then_some(rest)
        }
        _ => None,
    }
}

/// One or two digits.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let (first, rest) = text.split_first()?;
    let first = digit(*first)?;
    match rest {
        [second @ b'0'..=b'9', rest @ ..] => Some((10 * first + digit(*second)?, rest)),
        _ => Some((first, rest)),
    }
}

fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}
