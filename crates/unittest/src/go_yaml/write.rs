//! Writes values: sorted keys, lists indented below their keys, no folded lines.

use std::cmp::Ordering;

use mkmanifests_go::float::yaml_float;
use mkmanifests_go::time::Time;
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{List, Map, Str, Value};
use mkmanifests_yaml::tree::write::{Emitter, Scalar, Style, ValuePosition, in_pretty_order};

use super::AnyMap;
use super::scalar::{scalar_text, time_text};

/// Writes a value as YAML with an indentation of 2, and a line feed at the end. Values nested too deeply become null.
pub fn write(value: &Value) -> String {
    let mut writer = Writer { emitter: Emitter::new(Style::PRETTY, 512) };
    writer.value(value, ValuePosition::ROOT, MAX_NESTING);
    String::from_utf8(writer.emitter.finish()).unwrap_or_default()
}

/// Writes a value as helm-unittest shows it (`TrustedMarshalYAML`): [`write()`] without the line feeds at the start of
/// strings.
pub fn write_trimmed(value: &Value) -> String {
    write(&without_leading_feeds(value, MAX_NESTING))
}

fn without_leading_feeds(value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Nil };
    match value {
        Value::Str(text) => {
            let feeds = text.as_bytes().iter().take_while(|byte| **byte == b'\n').count();
            match text.as_bytes().get(feeds..) {
                Some(rest) if feeds > 0 => Value::Str(Str::from(rest)),
                _ => value.clone(),
            }
        }
        Value::List(list) if !list.is_nil() => Value::list(list.iter().map(|item| without_leading_feeds(item, depth))),
        Value::Map(map) if !map.is_nil() => Value::Map(
            map.snapshot().iter().map(|(key, value)| (key.clone(), without_leading_feeds(value, depth))).collect(),
        ),
        _ => value.clone(),
    }
}

struct Writer {
    emitter: Emitter,
}

impl Writer {
    fn value(&mut self, value: &Value, at: ValuePosition, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return self.emitter.scalar(Scalar::Null, at) };
        match value {
            Value::Bool(value) => self.emitter.scalar(Scalar::Bool(*value), at),
            Value::Int(number, _) => self.emitter.scalar(Scalar::Int(*number), at),
            Value::Uint(number, _) => self.emitter.scalar(Scalar::UInt(*number), at),
            Value::Float(number) => self.emitter.scalar(Scalar::Plain(&yaml_float(*number)), at),
            Value::Str(text) => match text.as_str() {
                Some(text) => self.emitter.scalar(Scalar::Str(text), at),
                None => self.emitter.binary(text.as_bytes(), at),
            },
            Value::List(list) => self.list(list, at, depth),
            Value::Map(map) => self.map(map, at, depth),
            Value::Bytes(bytes) => {
                self.list(&bytes.iter().map(|byte| Value::int(i64::from(*byte))).collect(), at, depth)
            }
            Value::Object(object) => match (value.as_object::<Time>(), value.as_object::<AnyMap>()) {
                (Some(time), _) => self.emitter.scalar(Scalar::Plain(&time_text(time)), at),
                (_, Some(map)) => self.any_map(map, at, depth),
                _ => self.value(&object.plain().unwrap_or_else(|| object.underlying()), at, depth),
            },
            // The values of YAML have no other types.
            Value::Nil | Value::Complex(..) | Value::Method(_) => self.emitter.scalar(Scalar::Null, at),
        }
    }

    fn list(&mut self, list: &List, at: ValuePosition, depth: usize) {
        if list.is_empty() {
            return self.emitter.scalar(Scalar::EmptySeq, at);
        }
        let mut open = self.emitter.seq(at);
        for item in list {
            let at = self.emitter.item(&mut open);
            self.value(item, at, depth);
        }
    }

    fn map(&mut self, map: &Map, at: ValuePosition, depth: usize) {
        if map.is_empty() {
            return self.emitter.scalar(Scalar::EmptyMap, at);
        }
        let entries = map.snapshot();
        let texts: Vec<_> = entries.iter().map(|(key, value)| (key.text(), key, value)).collect();
        let keyed: Vec<(&str, &Str, &Value)> =
            texts.iter().map(|(text, key, value)| (text.as_ref(), *key, *value)).collect();
        let mut open = self.emitter.map(at);
        for (_, key, value) in in_pretty_order(keyed, |(text, ..)| text) {
            let at = self.text_key(key, &mut open);
            self.value(value, at, depth);
        }
    }

    fn any_map(&mut self, map: &AnyMap, at: ValuePosition, depth: usize) {
        if map.entries().is_empty() {
            return self.emitter.scalar(Scalar::EmptyMap, at);
        }
        let mut open = self.emitter.map(at);
        for (key, value) in map.entries() {
            let at = match key {
                Value::Str(text) => self.text_key(text, &mut open),
                other => self.emitter.plain_key(&scalar_text(other), &mut open),
            };
            self.value(value, at, depth);
        }
    }

    fn text_key(&mut self, key: &Str, open: &mut mkmanifests_yaml::tree::write::Open) -> ValuePosition {
        match key.as_str() {
            Some(text) => self.emitter.key(text, open),
            None => self.emitter.binary_key(key.as_bytes(), open),
        }
    }
}

/// Sorts the entries of a map by keys of any type: numbers and booleans by value, then null, texts, and times.
pub(super) fn in_order(entries: Vec<(Value, Value)>) -> Vec<(Value, Value)> {
    let (mut numbers, mut texts, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in entries {
        match key {
            Value::Str(text) => texts.push((text, value)),
            Value::Bool(_) | Value::Int(..) | Value::Uint(..) | Value::Float(_) => numbers.push((key, value)),
            other => others.push((other, value)),
        }
    }
    numbers.sort_by(|(a, _), (b, _)| by_number(a, b));
    let (nulls, times): (Vec<_>, Vec<_>) = others.into_iter().partition(|(key, _)| key.is_nil());
    let named: Vec<_> = texts.iter().enumerate().map(|(at, (text, _))| (text.text(), at)).collect();
    let keyed: Vec<(&str, usize)> = named.iter().map(|(text, at)| (text.as_ref(), *at)).collect();
    let order: Vec<usize> = in_pretty_order(keyed, |(text, _)| text).into_iter().map(|(_, at)| at).collect();
    let texts =
        order.iter().filter_map(|at| texts.get(*at)).map(|(text, value)| (Value::Str(text.clone()), value.clone()));
    numbers.into_iter().chain(nulls).chain(texts).chain(times).collect()
}

/// Compares as floats; of equal ones, booleans come before integers, and floats last.
fn by_number(a: &Value, b: &Value) -> Ordering {
    #[expect(clippy::cast_precision_loss, reason = "as Go compares")]
    let float = |value: &Value| match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Int(number, _) => *number as f64,
        Value::Uint(number, _) => *number as f64,
        Value::Float(number) => *number,
        _ => 0.0,
    };
    let kind = |value: &Value| match value {
        Value::Bool(_) => 0,
        Value::Int(..) => 1,
        Value::Uint(..) => 2,
        _ => 3,
    };
    let exact = || match (a, b) {
        (Value::Int(a, _), Value::Int(b, _)) => a.cmp(b),
        (Value::Uint(a, _), Value::Uint(b, _)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    float(a).total_cmp(&float(b)).then_with(|| kind(a).cmp(&kind(b))).then_with(exact)
}
