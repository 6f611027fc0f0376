//! Filters that make text of text.

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
    // The engine's own prints `True`, as Python does.
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

/// Every line indented by `width` spaces, after a line break: for a block below a key, as Sprig's `nindent`.
fn nindent(value: Value, width: usize) -> Result<String, Error> {
    let pad = format!("\n{}", " ".repeat(bounded("nindent", width)?));
    Ok(format!("{pad}{}", text_of(&value, "nindent")?.replace('\n', &pad)))
}

/// In double quotes, for YAML: whatever the text, it is read back as the same string.
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
            // Line separators and the byte order mark are characters that YAML readers treat as line breaks or drop.
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

/// In single quotes, for YAML; unlike Sprig's `squote` a quote within is doubled, so that the text stays what it is.
fn squote(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "squote")?;
    if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')) {
        return Err(invalid("`squote`: single quotes cannot hold line breaks or control characters; use `quote`"));
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

/// The first `length` characters, or the last ones if it is negative; Sprig counts bytes, this counts characters.
fn trunc(text: String, length: i64) -> String {
    let wanted = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
    if length >= 0 {
        return text.chars().take(wanted).collect();
    }
    let skipped = text.chars().count().saturating_sub(wanted);
    text.chars().skip(skipped).collect()
}

/// The words of a name, in lower case: `HTTPServer`, `http_server` and `http server` are all `http`, `server`.
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

/// A DNS label (RFC 1123) made of a text: lower case, a dash for whatever is
/// between its letters and digits. One longer than 63
/// characters ends in a hash of the whole text, so that two long names do not become one.
fn dnslabel(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "dnslabel")?;
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let label = words.collect::<Vec<_>>().join("-");
    if label.is_empty() {
        return Err(invalid(format!("`dnslabel`: {text:?} has no letter or digit to make a DNS label of")));
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

/// How many bytes a quantity such as `512Mi` or `1.5G` is.
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
fn to_bytes(value: Value) -> Result<i64, Error> {
    let text = text_of(&value, "to_bytes")?;
    let wrong = || invalid(format!("`to_bytes`: expected a quantity such as `512Mi`, found {text:?}"));
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
        _ => return Err(wrong()),
    };
    let bytes = digits.parse::<f64>().map_err(|_| wrong())? * factor;
    // Above 2^53 a float is no exact count any more.
    if bytes > 9_007_199_254_740_992.0 { Err(wrong()) } else { Ok(bytes.ceil() as i64) }
}
