//! `toYamlPretty`: YAML by go-yaml 3, which indents lists below their keys, folds nothing and skips JSON.

use crate::gotmpl::fmt::format_float;
use crate::gotmpl::sprig::date::Time;
use crate::gotmpl::value::MAX_NESTING;
use crate::gotmpl::{List, Value};
use crate::manifest::yaml::{self, Order, Style, natural};
use crate::tree::{Kind, Node};

use super::yaml_bridge::to_node;

const SCALAR: Style = Style { width: None, order: Order::Natural };

/// Writes a value.
///
/// # Errors
/// For what YAML cannot hold, or too deep nesting.
pub(super) fn write(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    block(&mut out, value, 0, MAX_NESTING)?;
    Ok(out)
}

/// Writes a value whose first line begins where the output ends, the others at `indent`.
fn block(out: &mut String, value: &Value, indent: usize, depth: usize) -> Result<(), String> {
    let depth = depth.checked_sub(1).ok_or("yaml: nested too deeply")?;
    match (value.as_map(), value.as_list()) {
        (Some(map), _) if !map.is_empty() => {
            let entries = map.snapshot();
            let mut keys: Vec<_> = entries.iter().map(|(key, value)| (key.text(), value)).collect();
            keys.sort_by(|(a, _), (b, _)| natural(a, b));
            for (index, (key, value)) in keys.into_iter().enumerate() {
                start_line(out, index, indent);
                out.push_str(scalar(&Value::from(key.as_ref()), indent)?.trim_end_matches('\n'));
                out.push(':');
                entry(out, value, indent, depth)?;
            }
        }
        (_, Some(list)) if !list.is_empty() => items(out, &list, indent, depth)?,
        _ => out.push_str(&scalar(value, indent)?),
    }
    Ok(())
}

fn items(out: &mut String, list: &List, indent: usize, depth: usize) -> Result<(), String> {
    for (index, item) in list.iter().enumerate() {
        start_line(out, index, indent);
        out.push_str("- ");
        block(out, item, indent + 2, depth)?;
    }
    Ok(())
}

fn start_line(out: &mut String, index: usize, indent: usize) {
    if index > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

/// Writes what comes after a key.
fn entry(out: &mut String, value: &Value, indent: usize, depth: usize) -> Result<(), String> {
    let nested =
        value.as_map().is_some_and(|map| !map.is_empty()) || value.as_list().is_some_and(|list| !list.is_empty());
    if !nested {
        out.push(' ');
        out.push_str(&scalar(value, indent)?);
        return Ok(());
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent + 2));
    block(out, value, indent + 2, depth)
}

/// A value of one piece, with a line feed at its end.
fn scalar(value: &Value, indent: usize) -> Result<String, String> {
    match value {
        Value::Float(number) if number.is_nan() => return Ok(".nan\n".into()),
        Value::Float(number) if number.is_infinite() => {
            return Ok(if *number > 0.0 { "+.inf\n" } else { "-.inf\n" }.to_owned());
        }
        Value::Float(number) => return Ok(format_float(*number, b'g', None) + "\n"),
        Value::List(list) if list.is_nil() => return Ok("[]\n".into()),
        Value::Map(map) if map.is_nil() => return Ok("{}\n".into()),
        _ => {}
    }
    if let Some(time) = value.as_object::<Time>() {
        return Ok(String::from_utf8_lossy(&time.format(b"2006-01-02T15:04:05.999999999Z07:00")).into_owned() + "\n");
    }
    let node = match to_node(value)? {
        // A number that JSON would write in another way was written above.
        Node { kind: Kind::Float(number), .. } => return Ok(format_float(number, b'g', None) + "\n"),
        node => node,
    };
    let mut bytes = Vec::new();
    yaml::write(&mut bytes, &node, SCALAR).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(indented(&text, indent))
}

/// Moves the lines of a block of text to where it is now.
fn indented(text: &str, indent: usize) -> String {
    let mut lines = text.split_inclusive('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        if line != "\n" {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(line);
    }
    out
}
