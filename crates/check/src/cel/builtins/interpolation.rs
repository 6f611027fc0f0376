//! `format` of a string: `%s`, `%d`, `%f`, `%b`, `%x`, `%X`, `%o`.
//!
//! Source: cel-go ext/formatting.go, version 2. What prints differently by locale or as a literal stays uncomputed.

use super::{Computed, convert};
use crate::cel::types::Type;
use crate::cel::value::{Stop, Value};

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    match (name, arguments) {
        ("format", [Value::String(template), Value::List(values)]) => Some(format(template, values).map(Value::String)),
        _ => None,
    }
}

fn format(template: &str, values: &[Value]) -> Result<String, Stop> {
    let mut values = values.iter();
    let mut result = String::new();
    let mut rest = template;
    while let Some((before, clause)) = rest.split_once('%') {
        result.push_str(before);
        if let Some(after) = clause.strip_prefix('%') {
            result.push('%');
            rest = after;
            continue;
        }
        let (precision, clause) = precision(clause)?;
        let Some(verb) = clause.chars().next() else { return Stop::error("unexpected end of string") };
        let Some(value) = values.next() else { return Stop::error("index out of range: a value is missing") };
        result.push_str(&clause_of(verb, precision, value)?);
        rest = clause.strip_prefix(verb).unwrap_or_default();
    }
    result.push_str(rest);
    Ok(result)
}

/// Checks that each clause of a literal template can print its argument, and that their numbers are equal.
///
/// Source: `stringFormatValidator`, cel-go ext/formatting.go
pub(in crate::cel) fn clauses(template: &str, kinds: &[Type]) -> Result<(), String> {
    let (mut seen, mut rest) = (0, template);
    while let Some((_, clause)) = rest.split_once('%') {
        if let Some(after) = clause.strip_prefix('%') {
            rest = after;
            continue;
        }
        let Some(kind) = kinds.get(seen) else {
            return Err(format!("the format has no argument for clause {}", seen + 1));
        };
        seen += 1;
        let digits = clause.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
        let after = digits.unwrap_or(clause);
        let has_digits = digits.is_none_or(|after| clause.len() > after.len() + 1);
        let Some(verb) = after.chars().next().filter(|_| has_digits) else {
            return Err(format!("clause {seen} of the format is incomplete"));
        };
        if !prints(verb, kind)? {
            return Err(format!("`%{verb}` cannot format a `{kind}`"));
        }
        rest = after.strip_prefix(verb).unwrap_or_default();
    }
    if kinds.len() > seen {
        return Err(format!("the format has {seen} clauses, but {} arguments", kinds.len()));
    }
    Ok(())
}

/// Returns whether a clause prints values of a type.
fn prints(verb: char, kind: &Type) -> Result<bool, String> {
    let is_right = match verb {
        's' => !matches!(kind, Type::Object(_) | Type::Named(_) | Type::Optional(_)),
        'd' | 'o' => matches!(kind, Type::Int | Type::Uint),
        'f' | 'e' => matches!(kind, Type::Double | Type::String),
        'b' => matches!(kind, Type::Int | Type::Uint | Type::Bool),
        'x' | 'X' => matches!(kind, Type::Int | Type::Uint | Type::String | Type::Bytes),
        _ => return Err(format!("unknown format clause `%{verb}`")),
    };
    Ok(is_right || kind.is_open())
}

/// Reads the precision of a clause, as in `.2f`.
fn precision(clause: &str) -> Result<(Option<usize>, &str), Stop> {
    let Some(digits) = clause.strip_prefix('.') else { return Ok((None, clause)) };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at(end);
    match number.parse() {
        Ok(precision) if precision <= 30 => Ok((Some(precision), rest)),
        _ => Err(Stop::Unsupported),
    }
}

fn clause_of(verb: char, precision: Option<usize>, value: &Value) -> Result<String, Stop> {
    Ok(match (verb, value) {
        ('s', value) => text(value)?,
        ('d', Value::Int(number)) => number.to_string(),
        ('d', Value::Uint(number)) => number.to_string(),
        // Larger numbers are grouped by locale.
        ('f', Value::Double(number)) if number.abs() < 999.0 => format!("{number:.0$}", precision.unwrap_or(6)),
        ('b', Value::Bool(value)) => u8::from(*value).to_string(),
        ('b', Value::Int(number)) => signed(*number, format!("{:b}", number.unsigned_abs())),
        ('o', Value::Int(number)) => signed(*number, format!("{:o}", number.unsigned_abs())),
        ('x', Value::Int(number)) => signed(*number, format!("{:x}", number.unsigned_abs())),
        ('X', Value::Int(number)) => signed(*number, format!("{:X}", number.unsigned_abs())),
        ('x', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('X', Value::String(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
        _ => return Err(Stop::Unsupported),
    })
}

fn signed(number: i64, digits: String) -> String {
    if number < 0 { format!("-{digits}") } else { digits }
}

fn text(value: &Value) -> Result<String, Stop> {
    match value {
        Value::Null => Ok("null".to_owned()),
        Value::Type(name) => Ok((*name).to_owned()),
        Value::List(items) => Ok(format!("[{}]", items.iter().map(literal).collect::<Result<Vec<_>, _>>()?.join(", "))),
        value => match convert("string", value)? {
            Value::String(text) => Ok(text),
            _ => Err(Stop::Unsupported),
        },
    }
}

/// Returns an item of a list as an expression would write it.
fn literal(value: &Value) -> Result<String, Stop> {
    match value {
        Value::String(text) if text.chars().all(|c| c.is_ascii_graphic() || c == ' ') => Ok(format!("{text:?}")),
        Value::Double(number) => Ok(format!("{number:.6}")),
        Value::Int(_) | Value::Uint(_) | Value::Bool(_) | Value::Null | Value::List(_) => text(value),
        _ => Err(Stop::Unsupported),
    }
}
