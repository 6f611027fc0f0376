//! Parses numbers as Go's package `strconv` does.

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// The text has a syntax error.
    Syntax,
    /// The number is out of range; the nearest integer that is not.
    Range(i64),
}

/// Parses a 64-bit integer as Go's `strconv.ParseInt`. Without `base`, the prefix determines it, and `_` may separate
/// digits.
pub(super) fn parse_int(text: &[u8], base: Option<u64>) -> Result<i64, NumberError> {
    let (negative, digits) = sign(text);
    let magnitude = match parse_uint(digits, base) {
        Ok(magnitude) => i128::from(magnitude),
        Err(NumberError::Range(_)) => i128::MAX,
        Err(fault) => return Err(fault),
    };
    let number = if negative { -magnitude } else { magnitude };
    i64::try_from(number).map_err(|_| NumberError::Range(if negative { i64::MIN } else { i64::MAX }))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn parse_uint(text: &[u8], base: Option<u64>) -> Result<u64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Syntax);
    }
    let (used, digits) = base.map_or_else(|| prefix(text), |base| (base, text));
    let mut total = 0u64;
    for byte in digits {
        if *byte == b'_' && base.is_none() {
            continue;
        }
        let digit = char::from(*byte).to_digit(36).map(u64::from).filter(|digit| *digit < used);
        let digit = digit.ok_or(NumberError::Syntax)?;
        // Overflow is reported even if an invalid digit follows.
        let next = total.checked_mul(used).and_then(|total| total.checked_add(digit));
        total = next.ok_or(NumberError::Range(i64::MAX))?;
    }
    if base.is_none() && !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    Ok(total)
}

/// The base that a text has by its prefix, and what follows that.
fn prefix(text: &[u8]) -> (u64, &[u8]) {
    match text {
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', rest @ ..] => (8, rest),
        _ => (10, text),
    }
}

/// Returns whether each `_` is between digits; a prefix counts as a digit.
fn underscores_fit(text: &[u8]) -> bool {
    let (_, text) = sign(text);
    let (mut last, hex, digits) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (b'0', true, rest),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (b'0', false, rest),
        _ => (b'^', false, text),
    };
    for byte in digits {
        last = match byte {
            _ if byte.is_ascii_digit() || (hex && byte.is_ascii_hexdigit()) => b'0',
            b'_' if last != b'0' => return false,
            b'_' => b'_',
            _ if last == b'_' => return false,
            _ => b'!',
        };
    }
    last != b'_'
}

/// Parses a float as Go's `strconv.ParseFloat`: also `inf`, `nan`, hexadecimal numbers and `_` between digits.
pub(crate) fn parse_float(text: &[u8]) -> Result<f64, NumberError> {
    let (negative, digits) = sign(text);
    if let Some(special) = special(text, digits) {
        return Ok(if negative { -special } else { special });
    }
    if !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    let digits: String = digits.iter().filter(|byte| **byte != b'_').copied().map(char::from).collect();
    let number = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => parse_hex(hex).ok_or(NumberError::Syntax)?,
        // Rust reads the same grammar beside the words, which are read above.
        None if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            digits.parse().map_err(|_| NumberError::Syntax)?
        }
        None => return Err(NumberError::Syntax),
    };
    if number.is_infinite() {
        return Err(NumberError::Range(0));
    }
    Ok(if negative { -number } else { number })
}

fn special(text: &[u8], unsigned: &[u8]) -> Option<f64> {
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity") {
        return Some(f64::INFINITY);
    }
    text.eq_ignore_ascii_case(b"nan").then_some(f64::NAN)
}

/// `1.8p-3` in base 16, the exponent (of two) in base 10 and not to be left out.
fn parse_hex(text: &str) -> Option<f64> {
    let (mantissa, power) = text.split_once(['p', 'P'])?;
    let unsigned = power.strip_prefix(['+', '-']).unwrap_or(power);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = unsigned.parse::<i64>().unwrap_or(i64::MAX).min(10_000);
    let mut power = if power.starts_with('-') { -magnitude } else { magnitude };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    power -= i64::try_from(fraction.len()).ok()?.saturating_mul(4);
    let mut bits = 0u64;
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = u64::from(digit.to_digit(16)?);
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
        } else {
            // The lowest bit says whether anything is after; it is far below what is rounded.
            bits |= u64::from(digit != 0);
            power += 4;
        }
    }
    Some(rounded(bits, power))
}

/// `bits * 2^power`, rounded once.
fn rounded(bits: u64, power: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let zeros = bits.leading_zeros();
    let (mut bits, mut power) = (bits << zeros, power - i64::from(zeros));
    // Below this the number has fewer than 53 bits.
    let extra = -1085 - power;
    if extra > 0 {
        let lost = u32::try_from(extra).ok().filter(|extra| *extra < 64);
        bits = lost.map_or(1, |lost| bits >> lost | u64::from(bits << (64 - lost) != 0));
        power += extra;
    }
    let (kept, lost) = (bits >> 11, bits & 0x7ff);
    let up = lost > 0x400 || (lost == 0x400 && kept & 1 == 1);
    scale((kept + u64::from(up)) as f64, power + 11)
}

/// `number * 2^power`.
pub(super) fn scale(mut number: f64, mut power: i64) -> f64 {
    let two_to = |power: i64| f64::from_bits(u64::try_from(power + 1023).unwrap_or_default() << 52);
    while power > 1023 && number.is_finite() {
        number *= two_to(1023);
        power -= 1023;
    }
    // The last step is the only one that may round.
    while power < -1022 && number != 0.0 {
        let step = (-1022).max(power + 53);
        number *= two_to(step);
        power -= step;
    }
    number * two_to(power.clamp(-1022, 1023))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_are_read_as_go_does() {
        let read = |text: &str| parse_int(text.as_bytes(), None);
        assert_eq!(read("0x1F"), Ok(31));
        assert_eq!(read("-0b11"), Ok(-3));
        assert_eq!(read("010"), Ok(8));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("1_000"), Ok(1000));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read("99999999999999999999x"), Err(NumberError::Range(i64::MAX)));
        for text in ["", "-", "08", "1__0", "_1", "1_", "0x", "1 ", "1.5", "é"] {
            assert_eq!(read(text), Err(NumberError::Syntax), "{text}");
        }
    }

    #[test]
    fn floats_are_read_as_go_does() {
        let read = |text: &str| parse_float(text.as_bytes());
        assert_eq!(read("0x1.8p1"), Ok(3.0));
        assert_eq!(read("-0X.8P-1"), Ok(-0.25));
        assert_eq!(read("0x1p-1074"), Ok(5e-324));
        assert_eq!(read("0x1p-1075"), Ok(0.0));
        assert_eq!(read("0x1.00000000000008p0"), Ok(1.0));
        assert_eq!(read("0x1.000000000000080000001p0"), Ok(1.000_000_000_000_000_2));
        assert_eq!(read("1_000.5"), Ok(1000.5));
        assert_eq!(read(".5"), Ok(0.5));
        assert_eq!(read("5."), Ok(5.0));
        assert_eq!(read("-Infinity"), Ok(f64::NEG_INFINITY));
        assert_eq!(read("1e400"), Err(NumberError::Range(0)));
        for text in ["", ".", "-nan", "1e", "0x1", "++1", "1 ", "in", "_1", "0x"] {
            assert_eq!(read(text), Err(NumberError::Syntax), "{text}");
        }
    }

    proptest! {
        #[test]
        fn hexadecimal_comes_back(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let text = mkmanifests_go::float::format_float(number, b'x', None);
            prop_assert_eq!(parse_float(text.as_bytes()), Ok(number));
        }

        #[test]
        fn decimal_comes_back(number in any::<i64>()) {
            prop_assert_eq!(parse_int(number.to_string().as_bytes(), Some(10)), Ok(number));
        }
    }
}
