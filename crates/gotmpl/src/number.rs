//! Parses number constants, which are those of Go.

use std::sync::Arc;

use super::ast::Number;
use mkmanifests_go::quote::{Piece, quote, unquote_char};

/// Parses a number: `12`, `0x1f`, `0b1`, `0o17`, `017`, `1_000`, `1.5`, `1e3`, `0x1p-2`.
pub(super) fn number(text: &str) -> Result<Number, String> {
    if let Some(imaginary) = text.strip_suffix('i').and_then(float) {
        return Ok(Number::complex(text, 0.0, imaginary));
    }
    let mut number = Number { text: Arc::from(text), int: None, uint: None, float: None, complex: None };
    number.uint = unsigned(text);
    number.int = signed(text);
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    number.float = number.int.map(|int| int as f64).or(number.uint.map(|uint| uint as f64));
    if number.float.is_some() {
        return Ok(number);
    }
    let Some(float) = float(text) else { return Err(format!("illegal number syntax: {}", quote(text.as_bytes()))) };
    if !text.contains(['.', 'e', 'E', 'p', 'P']) {
        return Err(format!("integer overflow: {}", quote(text.as_bytes())));
    }
    number.float = Some(float);
    number.int = Some(float as i64).filter(|int| *int as f64 == float && float < 9.3e18);
    number.uint = Some(float as u64).filter(|uint| *uint as f64 == float);
    Ok(number)
}

/// Parses a real and an imaginary part: `1+2i`, `-1.5-2i`.
pub(super) fn complex(text: &str) -> Result<Number, String> {
    let inner = text.strip_suffix('i').unwrap_or(text);
    // The sign between the parts is the last one that does not belong to an exponent.
    let between = inner
        .rmatch_indices(['+', '-'])
        .map(|(at, _)| at)
        .find(|at| *at > 0 && inner.get(..*at).is_some_and(|real| float(real).is_some()));
    let parts = between.and_then(|at| Some((float(inner.get(..at)?)?, float(inner.get(at..)?)?)));
    match parts {
        Some((real, imaginary)) => Ok(Number::complex(text, real, imaginary)),
        None => Err("complex: bad syntax".to_owned()),
    }
}

impl Number {
    /// Creates a complex number. If it has no imaginary part, it is also any other kind of number.
    fn complex(text: &str, real: f64, imaginary: f64) -> Number {
        let float = Some(real).filter(|_| imaginary == 0.0);
        let int = float.map(|float| float as i64).filter(|int| *int as f64 == real);
        let uint = float.map(|float| float as u64).filter(|uint| *uint as f64 == real);
        Number { text: Arc::from(text), int, uint, float, complex: Some((real, imaginary)) }
    }
}

/// Parses a character constant such as `'a'`, whose value is an integer.
pub(super) fn character(text: &str) -> Result<Number, String> {
    let inner = text.get(1..).unwrap_or_default();
    let Some((piece, rest)) = unquote_char(inner, '\'') else { return Err("invalid syntax".to_owned()) };
    if rest != "'" {
        return Err(format!("malformed character constant: {text}"));
    }
    let code = match piece {
        Piece::Rune(rune) => u32::from(rune),
        Piece::Byte(byte) => u32::from(byte),
    };
    let (int, uint, float) = (Some(i64::from(code)), Some(u64::from(code)), Some(f64::from(code)));
    Ok(Number { text: Arc::from(text), int, uint, float, complex: None })
}

fn signed(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    let magnitude = unsigned(digits)?;
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn unsigned(text: &str) -> Option<u64> {
    // The common case.
    if text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0')) {
        return text.parse().ok();
    }
    if !underscores_are_right(text) {
        return None;
    }
    let plain = text.replace('_', "");
    let lower = plain.to_ascii_lowercase();
    let (radix, digits) = if let Some(digits) = lower.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (8, digits)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (2, digits)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.trim_start_matches('0'))
    } else {
        (10, lower.as_str())
    };
    if radix == 8 && digits.is_empty() && !lower.starts_with("0o") {
        return Some(0);
    }
    // `from_str_radix` would take a sign.
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// Returns whether every underscore is between digits, or between a prefix and a digit.
fn underscores_are_right(text: &str) -> bool {
    if !text.contains('_') {
        return true;
    }
    let (_, text) = sign(text);
    let lower = text.to_ascii_lowercase();
    let prefixed = ["0x", "0o", "0b"].iter().find_map(|prefix| lower.strip_prefix(prefix));
    let (mut before_is_digit, body) = prefixed.map_or((false, lower.as_str()), |body| (true, body));
    let mut after_underscore = false;
    for c in body.chars() {
        let is_digit = c.is_ascii_digit() || (lower.starts_with("0x") && c.is_ascii_hexdigit());
        if (c == '_' && !before_is_digit) || (after_underscore && !is_digit) {
            return false;
        }
        after_underscore = c == '_';
        before_is_digit = is_digit;
    }
    !after_underscore
}

fn float(text: &str) -> Option<f64> {
    if !underscores_are_right(text) {
        return None;
    }
    let plain = text.replace('_', "").to_ascii_lowercase();
    let (negative, magnitude) = sign(&plain);
    let number = match magnitude.strip_prefix("0x") {
        Some(hex) => hex_float(hex)?,
        None if magnitude.chars().next()?.is_ascii_alphabetic() => return None,
        None => magnitude.parse().ok()?,
    };
    let number: f64 = if negative { -number } else { number };
    number.is_finite().then_some(number)
}

/// Parses hexadecimal digits, a point and a required exponent of two: `1.8p3`.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let mut exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut bits: u64 = 0;
    for (digit, behind) in whole.chars().map(|c| (c, 0)).chain(fraction.chars().map(|c| (c, 4))) {
        let digit = u64::from(digit.to_digit(16)?);
        if bits >> 58 == 0 {
            bits = bits << 4 | digit;
            exponent -= behind;
        } else {
            // Digits after the 60th bit can only break a tie.
            bits |= u64::from(digit != 0);
            exponent += 4 - behind;
        }
    }
    scale(bits, exponent)
}

/// Returns `bits * 2^exponent`, rounded once.
fn scale(bits: u64, exponent: i64) -> Option<f64> {
    if bits == 0 {
        return Some(0.0);
    }
    let exponent = i32::try_from(exponent.clamp(-2000, 2000)).ok()?;
    let top = 63 - i32::try_from(bits.leading_zeros()).ok()? + exponent;
    if top >= -1022 {
        return Some(bits as f64 * 2f64.powi(exponent.max(-1000)) * 2f64.powi(exponent.min(-1000) + 1000));
    }
    // Subnormal numbers: round to the remaining bits, half to even, before the conversion.
    let drop = u32::try_from(-1074 - exponent).ok()?;
    if drop == 0 {
        return Some(f64::from_bits(bits));
    }
    if drop > 64 {
        return Some(0.0);
    }
    let wide = u128::from(bits);
    let (kept, rest, half) = (wide >> drop, wide & ((1 << drop) - 1), 1u128 << (drop - 1));
    let up = rest > half || (rest == half && kept & 1 == 1);
    Some(f64::from_bits(u64::try_from(kept + u128::from(up)).ok()?))
}
