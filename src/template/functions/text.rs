//! Filters that convert text.

use std::fmt::Write as _;

use minijinja::value::Value;
use minijinja::{Environment, Error};
use sha2::{Digest, Sha256};

use super::super::value::invalid;
use super::bounded::bounded;
use super::text_of;

/// A DNS label has at most 63 characters (RFC 1123).
const LONGEST_LABEL: usize = 63;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("nindent", nindent);
    // The engine's own filter prints `True` as Python does.
    env.add_filter("string", |value: Value| text_of(&value, "string"));
    env.add_filter("quote", quote);
    env.add_filter("squote", squote);
    env.add_filter("trunc", trunc);
    env.add_filter("trimprefix", |text: String, prefix: String| {
        text.strip_prefix(&prefix).map(str::to_owned).unwrap_or(text)
    });
    env.add_filter("trimsuffix", |text: String, suffix: String| {
        text.strip_suffix(&suffix).map(str::to_owned).unwrap_or(text)
    });
    env.add_filter("kebabcase", |text: String| words(&text).join("-"));
    env.add_filter("snakecase", |text: String| words(&text).join("_"));
    env.add_filter("dnslabel", dnslabel);
    env.add_filter("to_bytes", to_bytes);
}

/// Starts a new line and indents every line by `width` spaces, for a block below a key, as Sprig's `nindent`.
fn nindent(value: Value, width: usize) -> Result<String, Error> {
    let pad = format!("\n{}", " ".repeat(bounded("nindent", width)?));
    Ok(format!("{pad}{}", text_of(&value, "nindent")?.replace('\n', &pad)))
}

/// Puts a text in double quotes for YAML, so that it is always read as the same string.
fn quote(value: Value) -> Result<String, Error> {
    Ok(double_quoted(&text_of(&value, "quote")?))
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // YAML readers treat line separators as line breaks, and drop byte order marks.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Puts a text in single quotes for YAML. Unlike Sprig's `squote`, it doubles single quotes in the text, as YAML requires.
fn squote(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "squote")?;
    if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')) {
        return Err(invalid("`squote`: single quotes cannot contain line breaks or control characters; use `quote`"));
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

/// Returns the first `length` characters, or the last ones if it is negative. Sprig counts bytes instead of characters.
fn trunc(text: String, length: i64) -> String {
    let wanted = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
    if length >= 0 {
        return text.chars().take(wanted).collect();
    }
    let skipped = text.chars().count().saturating_sub(wanted);
    text.chars().skip(skipped).collect()
}

/// Splits a name into words in lower case: `HTTPServer`, `http_server` and `http server` are all `http`, `server`.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        if matches!(c, '-' | '_' | '.' | ' ') {
            words.push(String::new());
            continue;
        }
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Converts a text to a DNS label (RFC 1123): lower case letters and digits, with a dash for everything else. A label of more than 63
/// characters is cut and ends with a hash of the whole text, so that long names remain distinct.
fn dnslabel(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "dnslabel")?;
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let label = words.collect::<Vec<_>>().join("-");
    if label.is_empty() {
        return Err(invalid(format!("`dnslabel`: {text:?} contains no letter or digit")));
    }
    if label.len() <= LONGEST_LABEL {
        return Ok(label);
    }
    let hash: String = hex(&Sha256::digest(text.as_bytes())).chars().take(8).collect();
    let start: String = label.chars().take(LONGEST_LABEL - 9).collect();
    Ok(format!("{}-{hash}", start.trim_end_matches('-')))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Converts a quantity such as `512Mi` or `1.5G` to bytes.
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
fn to_bytes(value: Value) -> Result<i64, Error> {
    let text = text_of(&value, "to_bytes")?;
    let invalid_quantity = || invalid(format!("`to_bytes`: expected a quantity such as `512Mi`, found {text:?}"));
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, suffix) = text.split_at(end);
    let factor: f64 = match suffix {
        "" => 1.0,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1024.0_f64.powi(2),
        "Gi" => 1024.0_f64.powi(3),
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        _ => return Err(invalid_quantity()),
    };
    let bytes = digits.parse::<f64>().map_err(|_| invalid_quantity())? * factor;
    // Above 2^53 a float is not exact.
    if bytes > 9_007_199_254_740_992.0 { Err(invalid_quantity()) } else { Ok(bytes.ceil() as i64) }
}
