//! Base64 and base32, with the errors of Go's decoders.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Function, Type, Value};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Returns `b64enc`, `b64dec`, `b32enc` and `b32dec`. As in Sprig, a decoder returns the text of its error.
pub fn functions() -> Vec<Function> {
    vec![
        Function::new("b64enc", &[Type::Str], |_, args| Ok(STANDARD.encode(args.bytes(0)).into())),
        Function::new("b64dec", &[Type::Str], |_, args| Ok(result(base64_decode(args.bytes(0))))),
        Function::new("b32enc", &[Type::Str], |_, args| Ok(base32_encode(args.bytes(0)).into())),
        Function::new("b32dec", &[Type::Str], |_, args| Ok(result(base32_decode(args.bytes(0))))),
    ]
}

fn result(decoded: Result<Vec<u8>, String>) -> Value {
    decoded.map_or_else(Value::from, Value::raw)
}

fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Decodes base64 as Go's `base64.StdEncoding.DecodeString`: skips line breaks, and ignores the bits after the last
/// byte.
pub(crate) fn base64_decode(source: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(source.len() / 4 * 3);
    let mut at = 0;
    while at < source.len() {
        at = base64_quantum(source, at, &mut out).map_err(|at| format!("illegal base64 data at input byte {at}"))?;
    }
    Ok(out)
}

/// Decodes up to four characters; the error is the place that Go names.
fn base64_quantum(source: &[u8], mut at: usize, out: &mut Vec<u8>) -> Result<usize, usize> {
    let mut bits: u32 = 0;
    let mut count: usize = 0;
    while count < 4 {
        let Some(&byte) = source.get(at) else {
            return if count == 0 { Ok(at) } else { Err(at - count) };
        };
        at += 1;
        if let Some(value) = base64_value(byte) {
            bits = bits << 6 | value;
            count += 1;
        } else if is_newline(byte) {
            continue;
        } else if byte == b'=' && count >= 2 {
            at = base64_padding(source, at, count)?;
            bits <<= 6 * (4 - count);
            break;
        } else {
            return Err(at - 1);
        }
    }
    let [_, first, second, third] = bits.to_be_bytes();
    out.extend([first, second, third].into_iter().take(count.saturating_sub(1)));
    Ok(at)
}

/// The place after the padding, whose first character was read; nothing may follow it.
fn base64_padding(source: &[u8], mut at: usize, count: usize) -> Result<usize, usize> {
    let skip = |mut at: usize| {
        while source.get(at).copied().is_some_and(is_newline) {
            at += 1;
        }
        at
    };
    if count == 2 {
        at = skip(at);
        match source.get(at) {
            None => return Err(source.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    at = skip(at);
    if at < source.len() { Err(at) } else { Ok(at) }
}

fn base64_value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn base32_encode(source: &[u8]) -> String {
    let mut out = String::with_capacity(source.len().div_ceil(5) * 8);
    for chunk in source.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, index| bits << 8 | u64::from(chunk.get(index).copied().unwrap_or(0)));
        let used = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = BASE32.get((bits >> (35 - 5 * index) & 31) as usize).copied().unwrap_or(b'=');
            out.push(if index < used { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Go's `base32.StdEncoding.DecodeString`. Places in errors count without line breaks, as Go's do.
fn base32_decode(source: &[u8]) -> Result<Vec<u8>, String> {
    let source: Vec<u8> = source.iter().copied().filter(|byte| !is_newline(*byte)).collect();
    let mut out = Vec::new();
    let mut at = 0;
    let mut end = false;
    while at < source.len() && !end {
        (at, end) =
            base32_group(&source, at, &mut out).map_err(|at| format!("illegal base32 data at input byte {at}"))?;
    }
    Ok(out)
}

/// Decodes up to eight characters: the place after them, and whether padding ended the text.
fn base32_group(source: &[u8], mut at: usize, out: &mut Vec<u8>) -> Result<(usize, bool), usize> {
    let mut bits: u64 = 0;
    let mut count: usize = 0;
    let mut end = false;
    while count < 8 {
        let Some(&byte) = source.get(at) else { return Err(at - count) };
        at += 1;
        if byte == b'=' && count >= 2 && source.len() - at < 8 {
            base32_padding(source, at, count)?;
            end = true;
            break;
        }
        let value = BASE32.iter().position(|digit| *digit == byte).ok_or(at - 1)?;
        bits = bits << 5 | value as u64;
        count += 1;
    }
    bits <<= 5 * (8 - count);
    out.extend(bits.to_be_bytes().into_iter().skip(3).take(count * 5 / 8));
    Ok((at, end))
}

/// Checks the padding whose first character was read.
fn base32_padding(source: &[u8], at: usize, count: usize) -> Result<(), usize> {
    let rest = source.get(at..).unwrap_or_default();
    if rest.len() + count < 7 {
        return Err(source.len());
    }
    if let Some(wrong) = rest.iter().take(7 - count).position(|byte| *byte != b'=') {
        return Err(at + wrong - 1);
    }
    if matches!(count, 1 | 3 | 6) { Err(at - 1) } else { Ok(()) }
}
