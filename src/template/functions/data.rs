//! Filters and functions that convert data to text and back, and that work on data.

use std::fmt::Write as _;

use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

use super::super::value::{from_node, invalid, to_node};
use super::bounded::bounded;
use crate::diagnostic::Sources;
use crate::tree::read::{Duplicates, documents};
use crate::tree::write::{Style, to_string};
use crate::tree::{Map, Node, to_node as serialize};

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("toyaml", toyaml);
    env.add_filter("tojson", tojson);
    env.add_filter("fromyaml", fromyaml);
    env.add_filter("fromjson", fromjson);
    env.add_filter(
        "ternary",
        |test: Value, yes: &Value, no: &Value| {
            if test.is_true() { yes.clone() } else { no.clone() }
        },
    );
    env.add_filter("required", |value: &Value, message: String| required(value, message));
    env.add_function("required", |message: String, value: &Value| required(value, message));
    env.add_function("fail", |message: String| Err::<String, Error>(invalid(message)));
    for (name, later_wins) in [("merge", false), ("mergeoverwrite", true), ("deepmerge", true)] {
        env.add_filter(name, move |maps: Rest<Value>| merge(name, &maps, later_wins));
        env.add_function(name, move |maps: Rest<Value>| merge(name, &maps, later_wins));
    }
}

/// Prints YAML as Helm's `toYaml` does: with sorted keys, without a line break at the end. `indent` is the number of spaces before the
/// lines after the first, as in Jinja's `indent`.
fn toyaml(value: Value, indent: Option<usize>, named: Kwargs) -> Result<String, Error> {
    let indent = indent.or(named.get::<Option<usize>>("indent")?).unwrap_or(0);
    named.assert_all_used()?;
    bounded("toyaml", indent)?;
    let node = to_node(&value)?;
    let text = to_string(&node, Style::HELM).map_err(|error| invalid(format!("`toyaml`: {error}")))?;
    // The last string ends with empty lines, which a template cannot preserve: the text around the filter adds or removes some.
    // JSON is valid YAML, too.
    if text.ends_with("\n\n") {
        return serde_json::to_string(&node).map(escaped).map_err(|error| invalid(format!("`toyaml`: {error}")));
    }
    Ok(text.trim_end_matches('\n').replace('\n', &format!("\n{}", " ".repeat(indent))))
}

/// Prints JSON with sorted keys on one line, or on several with `indent`. Unlike Helm's `toJson` and Jinja's `tojson`, it does not
/// escape for HTML.
fn tojson(value: Value, indent: Option<usize>, named: Kwargs) -> Result<String, Error> {
    let indent = indent.or(named.get::<Option<usize>>("indent")?);
    named.assert_all_used()?;
    let node = to_node(&value)?;
    let invalid_json = |error: serde_json::Error| invalid(format!("`tojson`: {error}"));
    let Some(indent) = indent else {
        return serde_json::to_string(&node).map(escaped).map_err(invalid_json);
    };
    let pad = " ".repeat(bounded("tojson", indent)?);
    let formatter = serde_json::ser::PrettyFormatter::with_indent(pad.as_bytes());
    let mut out = Vec::new();
    serde::Serialize::serialize(&node, &mut serde_json::Serializer::with_formatter(&mut out, formatter))
        .map_err(invalid_json)?;
    String::from_utf8(out).map(escaped).map_err(|_| invalid("`tojson`: not text"))
}

/// Escapes characters in JSON that YAML readers treat as line breaks, drop or reject, so that the JSON is valid YAML.
fn escaped(json: String) -> String {
    let is_lost =
        |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if !json.contains(is_lost) {
        return json;
    }
    json.chars().fold(String::with_capacity(json.len() + 16), |mut out, c| {
        if is_lost(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// Parses a text with one YAML document. An empty text is null.
fn fromyaml(mut text: String) -> Result<Value, Error> {
    // `toyaml` omits the last line break, which a block scalar at the end needs.
    text.push('\n');
    let mut sources = Sources::default();
    match documents(&mut sources, "text", text.as_bytes(), Duplicates::Refused) {
        Ok(nodes) if nodes.len() > 1 => {
            Err(invalid(format!("`fromyaml`: expected one document, found {}", nodes.len())))
        }
        Ok(nodes) => Ok(nodes.first().map_or(Value::from(()), from_node)),
        Err(diagnostics) => {
            let message = |diagnostic: &crate::diagnostic::Diagnostic| {
                format!("line {}: {}", diagnostic.location.line, diagnostic)
            };
            Err(invalid(format!("`fromyaml`: {}", diagnostics.iter().map(message).collect::<Vec<_>>().join("; "))))
        }
    }
}

/// Parses a JSON text.
fn fromjson(text: String) -> Result<Value, Error> {
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| invalid(format!("`fromjson`: {error}")))?;
    let node = serialize(&json).map_err(|error| invalid(format!("`fromjson`: {error}")))?;
    Ok(from_node(&node))
}

/// Returns the value, or fails if it is undefined, null or an empty string, as Helm's `required`.
fn required(value: &Value, message: String) -> Result<Value, Error> {
    let missing = value.is_undefined() || value.is_none() || value.as_str() == Some("");
    if missing { Err(invalid(message)) } else { Ok(value.clone()) }
}

/// Merges mappings recursively. A key counts as set even if its value is empty, unlike in Sprig's `merge`, which fills empty values.
fn merge(name: &str, maps: &[Value], later_wins: bool) -> Result<Value, Error> {
    let mut merged = Map::new();
    for value in maps {
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, format!("`{name}`: a mapping is undefined")));
        }
        if value.kind() != ValueKind::Map {
            return Err(invalid(format!("`{name}`: expected a mapping, found a {}", value.kind())));
        }
        if let crate::tree::Kind::Map(map) = to_node(value)?.kind {
            merge_into(&mut merged, map, later_wins);
        }
    }
    Ok(from_node(&Node::from(merged)))
}

fn merge_into(into: &mut Map, from: Map, later_wins: bool) {
    for entry in from.into_entries() {
        match (into.get_mut(&entry.key), entry.value) {
            (None, value) => {
                into.set(entry.key, value);
            }
            (Some(old), new) if old.as_map().is_some() && new.as_map().is_some() => {
                if let (Some(old), crate::tree::Kind::Map(new)) = (old.as_map_mut(), new.kind) {
                    merge_into(old, new, later_wins);
                }
            }
            (Some(old), new) if later_wins => *old = new,
            _ => {}
        }
    }
}
