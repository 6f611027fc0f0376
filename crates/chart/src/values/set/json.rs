//! Reads the JSON in `--set-json`.

use serde_json::Value;

use super::{Text, ValuesCode};
use crate::values::overlay;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// Applies `--set-json '{...}'`, which merges a whole tree.
pub(super) fn merge_object(root: &mut Node, text: Text<'_>) -> Result<(), Box<Diagnostic>> {
    let start = text.text.len() - text.text.trim_start().len();
    let (value, length) = value(text, start)?;
    let end = start + length;
    let rest = text.text.get(end..).unwrap_or_default();
    if !rest.trim().is_empty() {
        let at = end + rest.len() - rest.trim_start().len();
        return Err(Box::new(text.error(ValuesCode::InvalidJson, at, "unexpected text after the JSON object")));
    }
    *root = overlay(std::mem::take(root), value);
    Ok(())
}

/// Reads the JSON value that begins at `start`. Returns it and its length in bytes.
pub(super) fn value(text: Text<'_>, start: usize) -> Result<(Node, usize), Box<Diagnostic>> {
    let rest = text.text.get(start..).unwrap_or_default();
    let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    match stream.next() {
        Some(Ok(value)) => Ok((node(value, text.location(start)), stream.byte_offset())),
        Some(Err(error)) => Err(Box::new(refused(text, start, rest, &error))),
        None => Ok((Node::new(Kind::Null, text.location(start)), rest.len())),
    }
}

fn refused(text: Text<'_>, start: usize, rest: &str, error: &serde_json::Error) -> Diagnostic {
    let line_start: usize = rest.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (start + line_start + error.column().saturating_sub(1)).min(text.text.len());
    let at = (0..=at).rev().find(|at| text.text.is_char_boundary(*at)).unwrap_or(0);
    let said = error.to_string();
    let reason = said.split(" at line ").next().unwrap_or_default();
    let reason = reason.replace("EOF while parsing", "unexpected end of").replace("expected ident", "expected value");
    let diagnostic = text.error(ValuesCode::InvalidJson, at, format!("the value is not JSON: {reason}"));
    let diagnostic =
        if at == start { diagnostic } else { diagnostic.related(text.location(start), "the value begins here") };
    if rest.starts_with(|first: char| first.is_alphabetic()) {
        return diagnostic.help(
            "a JSON string needs double quotes; in a shell, put the whole flag in single quotes: 'name=\"text\"'",
        );
    }
    diagnostic
}

fn node(value: Value, location: Location) -> Node {
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(value) => Kind::Bool(value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Kind::Int(value),
            (None, Some(value)) => Kind::UInt(value),
            (None, None) => Kind::float(number.as_f64().unwrap_or(0.0)),
        },
        Value::String(text) => Kind::Str(text),
        Value::Array(items) => Kind::Seq(items.into_iter().map(|item| node(item, location)).collect()),
        Value::Object(entries) => {
            let entries = entries.into_iter();
            let entries = entries.map(|(key, value)| Entry { key: key.into(), location, value: node(value, location) });
            Kind::Map(Map::from_entries(entries.collect()).0)
        }
    };
    Node::new(kind, location)
}
