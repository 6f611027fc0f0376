//! Writes YAML for `toYamlPretty` as go-yaml 3 does: it indents lists below their keys, does not fold lines, and does
//! not convert to JSON.

use std::borrow::Cow;

use super::limits::MAX_WRITTEN;
use mkmanifests_go::float::yaml_float;
use mkmanifests_go::time::{RFC_3339_NANO, Time};
use mkmanifests_gotmpl::value::{MAX_NESTING, exported};
use mkmanifests_gotmpl::{Object, Value};
use mkmanifests_yaml::tree::write::{Emitter, Scalar, Style, ValuePosition, in_pretty_order};

/// Writes a value.
///
/// # Errors
/// Values that YAML cannot represent, and too deep nesting.
pub(super) fn write(value: &Value) -> Result<String, String> {
    let mut writer = Writer { emitter: Emitter::new(Style::PRETTY, 512), left: MAX_WRITTEN };
    writer.value(value, ValuePosition::ROOT, MAX_NESTING)?;
    String::from_utf8(writer.emitter.finish()).map_err(|error| error.to_string())
}

struct Writer {
    emitter: Emitter,
    /// How many values there may still be.
    left: usize,
}

/// A key as text, as bytes, and its value.
type Keyed<'v> = (&'v str, &'v [u8], &'v Value);

impl Writer {
    fn value(&mut self, value: &Value, at: ValuePosition, depth: usize) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("yaml: nested too deeply")?;
        self.left = self.left.checked_sub(1).ok_or("yaml: more than 1,000,000 values")?;
        match value {
            Value::Nil => self.emitter.scalar(Scalar::Null, at),
            Value::Bool(value) => self.emitter.scalar(Scalar::Bool(*value), at),
            Value::Int(number, _) => self.emitter.scalar(Scalar::Int(*number), at),
            Value::Uint(number, _) => self.emitter.scalar(Scalar::UInt(*number), at),
            Value::Float(number) => self.emitter.scalar(Scalar::Plain(&yaml_float(*number)), at),
            Value::Str(text) => self.text(text.as_bytes(), at),
            Value::Bytes(bytes) => self.items(bytes.iter().map(|byte| Value::int(i64::from(*byte))), at, depth)?,
            Value::List(list) => self.items(list.iter().cloned(), at, depth)?,
            Value::Map(map) => {
                let entries = map.snapshot();
                let texts: Vec<(Cow<'_, str>, &[u8], &Value)> =
                    entries.iter().map(|(key, value)| (key.text(), key.as_bytes(), value)).collect();
                let keyed = texts.iter().map(|(text, bytes, value)| (text.as_ref(), *bytes, *value)).collect();
                self.entries(in_pretty_order::<Keyed<'_>>(keyed, |(text, ..)| text), at, depth)?;
            }
            Value::Object(object) => self.object(object.as_ref(), value, at, depth)?,
            Value::Complex(..) | Value::Method(_) => {
                return Err(format!("cannot marshal type: {}", value.type_name()));
            }
        }
        Ok(())
    }

    fn text(&mut self, bytes: &[u8], at: ValuePosition) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.emitter.scalar(Scalar::Str(text), at),
            Err(_) => self.emitter.binary(bytes, at),
        }
    }

    fn items(
        &mut self,
        items: impl ExactSizeIterator<Item = Value>,
        at: ValuePosition,
        depth: usize,
    ) -> Result<(), String> {
        if items.len() == 0 {
            self.emitter.scalar(Scalar::EmptySeq, at);
            return Ok(());
        }
        let mut open = self.emitter.seq(at);
        for item in items {
            let at = self.emitter.item(&mut open);
            self.value(&item, at, depth)?;
        }
        Ok(())
    }

    fn entries(&mut self, entries: Vec<Keyed<'_>>, at: ValuePosition, depth: usize) -> Result<(), String> {
        if entries.is_empty() {
            self.emitter.scalar(Scalar::EmptyMap, at);
            return Ok(());
        }
        let mut open = self.emitter.map(at);
        for (_, key, value) in entries {
            let at = match std::str::from_utf8(key) {
                Ok(text) => self.emitter.key(text, &mut open),
                Err(_) => self.emitter.binary_key(key, &mut open),
            };
            self.value(value, at, depth)?;
        }
        Ok(())
    }

    /// Writes a named type: as its own text, its underlying value, or a struct, whose fields have lower-case names.
    fn object(&mut self, object: &dyn Object, value: &Value, at: ValuePosition, depth: usize) -> Result<(), String> {
        if object.is_nil() {
            self.emitter.scalar(Scalar::Null, at);
        } else if let Some(time) = value.as_object::<Time>() {
            let text = time.format(RFC_3339_NANO);
            self.emitter.scalar(Scalar::Plain(&String::from_utf8_lossy(&text)), at);
        } else if let Some(plain) = own_text(object) {
            self.value(&plain, at, depth)?;
        } else if !object.underlying().is_nil() {
            self.value(&object.underlying(), at, depth)?;
        } else {
            let fields: Vec<(String, Value)> =
                exported(object.fields()).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
            let keyed = fields.iter().map(|(name, value)| (name.as_str(), name.as_bytes(), value)).collect();
            self.entries(keyed, at, depth)?;
        }
        Ok(())
    }
}

/// Returns the text of a type that marshals itself, such as a version or duration.
fn own_text(object: &dyn Object) -> Option<Value> {
    match object.plain() {
        Some(text @ Value::Str(_)) => Some(text),
        _ if object.type_name() == "time.Duration" => object.display().map(Value::from),
        _ => None,
    }
}
