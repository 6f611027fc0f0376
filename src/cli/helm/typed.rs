//! The values of typed flags, with the errors of Go's parsers.

use clap::builder::ValueParser;

use crate::go::duration::Duration;
use crate::go::quote::quote;

/// Parses a boolean as Go's `strconv.ParseBool` does.
pub(in crate::cli) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(invalid("ParseBool", text)),
    }
}

/// Parses the format of a table.
pub(super) fn format(text: &str) -> Result<String, String> {
    if matches!(text, "table" | "json" | "yaml") { Ok(text.to_owned()) } else { Err("invalid format type".to_owned()) }
}

/// Parses a duration such as `5m0s`, and returns its text.
pub(super) fn duration(text: &str) -> Result<String, String> {
    Duration::parse(text.as_bytes()).map(|_| text.to_owned())
}

/// Returns the parser of integers.
pub(super) fn integer() -> ValueParser {
    ValueParser::new(|text: &str| text.parse::<i64>().map(|_| text.to_owned()).map_err(|_| invalid("ParseInt", text)))
}

/// Returns the parser of integers that are 0 or more.
pub(super) fn unsigned() -> ValueParser {
    ValueParser::new(|text: &str| text.parse::<u64>().map(|_| text.to_owned()).map_err(|_| invalid("ParseUint", text)))
}

/// Parses `SOURCE_DATE_EPOCH`: seconds since 1970.
pub(super) fn source_date_epoch(text: &str) -> Result<i64, String> {
    let failed = |reason: String| format!("invalid SOURCE_DATE_EPOCH: {reason}");
    match text.parse::<i64>() {
        Ok(seconds) if seconds < 0 => Err(failed("must not be negative".to_owned())),
        Ok(seconds) => Ok(seconds),
        Err(_) => Err(failed(invalid("ParseInt", text))),
    }
}

/// Returns the parser of numbers.
pub(super) fn float() -> ValueParser {
    ValueParser::new(|text: &str| text.parse::<f32>().map(|_| text.to_owned()).map_err(|_| invalid("ParseFloat", text)))
}

/// Parses the value of `--labels`: `key=value` pairs in CSV.
pub(super) fn label(text: &str) -> Result<String, String> {
    let pairs = if text.matches('=').count() == 1 { vec![text.to_owned()] } else { csv(text)? };
    match pairs.iter().find(|pair| !pair.contains('=')) {
        Some(wrong) => Err(format!("{wrong} must be formatted as key=value")),
        None => Ok(text.to_owned()),
    }
}

/// Parses the value of `--wait`.
pub(super) fn wait(text: &str) -> Result<String, String> {
    match text {
        "watcher" | "hookOnly" | "legacy" | "true" | "false" => Ok(text.to_owned()),
        _ => {
            let text = quote(text.as_bytes());
            Err(format!("invalid wait input {text}. Valid inputs are watcher, hookOnly, and legacy"))
        }
    }
}

fn invalid(function: &str, text: &str) -> String {
    format!("strconv.{function}: parsing {}: invalid syntax", quote(text.as_bytes()))
}

/// Splits the value of a list flag as Go's `encoding/csv` reads one line.
pub(super) fn csv(text: &str) -> Result<Vec<String>, String> {
    let wrong = |column: usize, what: &str| Err(format!("parse error on line 1, column {column}: {what}"));
    const QUOTE: &str = "extraneous or missing \" in quoted-field";
    let text = text.split(['\r', '\n']).next().unwrap_or_default();
    let (mut fields, mut rest) = (Vec::new(), text);
    if text.is_empty() {
        return Ok(fields);
    }
    loop {
        let column = |rest: &str| text.len() - rest.len() + 1;
        let Some(mut quoted) = rest.strip_prefix('"') else {
            let (field, after) = rest.split_once(',').map_or((rest, None), |(field, after)| (field, Some(after)));
            if let Some(at) = field.find('"') {
                return wrong(column(rest) + at, "bare \" in non-quoted-field");
            }
            fields.push(field.to_owned());
            match after {
                Some(after) => rest = after,
                None => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        loop {
            let Some((part, after)) = quoted.split_once('"') else { return wrong(text.len() + 1, QUOTE) };
            field.push_str(part);
            if let Some(after) = after.strip_prefix('"') {
                field.push('"');
                quoted = after;
            } else if let Some(after) = after.strip_prefix(',') {
                rest = after;
                break;
            } else if after.is_empty() {
                fields.push(field);
                return Ok(fields);
            } else {
                return wrong(column(after) - 1, QUOTE);
            }
        }
        fields.push(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_csv() {
        let fields = |text| csv(text).map(|fields| fields.join("|"));
        assert_eq!(fields("a,b"), Ok("a|b".to_owned()));
        assert_eq!(fields("\"a,b\",c,"), Ok("a,b|c|".to_owned()));
        assert_eq!(fields("\"a\"\"b\""), Ok("a\"b".to_owned()));
        let quote = "extraneous or missing \" in quoted-field";
        assert_eq!(fields("\"a,b"), Err(format!("parse error on line 1, column 5: {quote}")));
        assert_eq!(fields("\"a\"b"), Err(format!("parse error on line 1, column 3: {quote}")));
        assert_eq!(fields("a\"b"), Err("parse error on line 1, column 2: bare \" in non-quoted-field".to_owned()));
    }
}
