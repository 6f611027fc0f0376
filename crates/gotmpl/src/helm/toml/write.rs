//! Writes values as TOML with the layout of the Go library `BurntSushi/toml`.
//!
//! The crate `toml` is not used: it formats tables, arrays, strings and floats in another way, and templates print the
//! text.

use crate::Value;
use crate::value::MAX_NESTING;
use mkmanifests_go::float::format_float;
use mkmanifests_go::time::{RFC_3339_NANO, Time, Zone};

/// Why a value cannot be written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// An error that the library returns.
    Error(String),
    /// A panic of the library.
    Panic(String),
}

type Written = Result<(), WriteError>;

/// Writes a value.
pub(super) fn write(value: &Value, floats: Floats) -> Result<Vec<u8>, WriteError> {
    if value.is_nil() {
        return Err(WriteError::Panic("reflect: call of reflect.Value.Type on zero Value".into()));
    }
    let mut writer = Writer { out: Vec::new(), floats };
    writer.value(&mut Vec::new(), value)?;
    Ok(writer.out)
}

/// The kind of a value to the library, which decides where it is written.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// Not written.
    Nil,
    /// Written after its key.
    Plain,
    /// A table with its own header.
    Table,
    /// A list of tables, each with a header.
    Tables,
}

fn shape(value: &Value, depth: usize) -> Result<Shape, WriteError> {
    let Some(depth) = depth.checked_sub(1) else { return Err(WriteError::Error("toml: too deeply nested".into())) };
    Ok(match value {
        Value::Nil => Shape::Nil,
        Value::Map(map) if map.is_nil() => Shape::Nil,
        Value::Map(_) => Shape::Table,
        Value::List(list) if list.is_nil() => Shape::Nil,
        Value::List(list) => {
            let mut tables = !list.is_empty();
            for item in list {
                match shape(item, depth)? {
                    Shape::Nil => {
                        return Err(WriteError::Error("toml: cannot encode array with nil element".into()));
                    }
                    shape => tables &= shape == Shape::Table,
                }
            }
            if tables { Shape::Tables } else { Shape::Plain }
        }
        Value::Object(object) if object.is_nil() => Shape::Nil,
        Value::Object(_) if plain(value).is_some() => Shape::Plain,
        Value::Object(object) => match object.underlying() {
            Value::Nil => Shape::Table,
            other => shape(&other, depth)?,
        },
        Value::Complex(..) => return Err(WriteError::Error("unsupported type: complex128".into())),
        Value::Method(_) => return Err(WriteError::Error("unsupported type: func".into())),
        _ => Shape::Plain,
    })
}

/// Returns the text of a value that marshals itself, such as a time or version.
fn plain(value: &Value) -> Option<Vec<u8>> {
    if let Some(time) = value.as_object::<Time>() {
        return Some(time.format(layout(&time.zone)));
    }
    let Value::Object(object) = value else { return None };
    match object.plain()? {
        Value::Str(text) => Some(quoted(text.as_bytes())),
        _ => None,
    }
}

/// Returns the layout of a time: one without an offset is written as it was read.
fn layout(zone: &Zone) -> &'static [u8] {
    match zone {
        Zone::Fixed(name, _) if name == "datetime-local" => b"2006-01-02T15:04:05.999999999",
        Zone::Fixed(name, _) if name == "date-local" => b"2006-01-02",
        Zone::Fixed(name, _) if name == "time-local" => b"15:04:05.999999999",
        _ => RFC_3339_NANO,
    }
}

/// Returns the entries of a table: those of a map, or the fields of a struct.
fn entries(value: &Value) -> Vec<(Vec<u8>, Value)> {
    if let Some(map) = value.as_map() {
        return map.snapshot().iter().map(|(key, value)| (key.as_bytes().to_vec(), value.clone())).collect();
    }
    let Value::Object(object) = value else { return Vec::new() };
    object.fields().into_iter().map(|(name, value)| (name.as_bytes().to_vec(), value)).collect()
}

/// How large and small floats are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floats {
    /// With an exponent where Go's `%g` has one: `1e+06`.
    Exponent,
    /// With all digits, as before version 1.6 of the library: `1000000.0`.
    Digits,
}

struct Writer {
    out: Vec<u8>,
    floats: Floats,
}

impl Writer {
    fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.text(b"\n");
        }
    }

    fn indent(&mut self, key: &[Vec<u8>]) {
        for _ in 1..key.len() {
            self.text(b"  ");
        }
    }

    fn value(&mut self, key: &mut Vec<Vec<u8>>, value: &Value) -> Written {
        match shape(value, MAX_NESTING)? {
            Shape::Nil => Ok(()),
            Shape::Plain if key.is_empty() => self.element(value),
            Shape::Plain => self.key_value(key, value),
            Shape::Table => {
                if key.len() == 1 {
                    self.newline();
                }
                if !key.is_empty() {
                    self.header(key, b"[", b"]");
                }
                self.table(key, value)
            }
            Shape::Tables => self.tables(key, value),
        }
    }

    fn header(&mut self, key: &[Vec<u8>], open: &[u8], close: &[u8]) {
        self.indent(key);
        let names: Vec<Vec<u8>> = key.iter().map(|name| key_text(name)).collect();
        self.text(open);
        self.text(&names.join(&b'.'));
        self.text(close);
        self.newline();
    }

    fn tables(&mut self, key: &mut Vec<Vec<u8>>, value: &Value) -> Written {
        if key.is_empty() {
            return Err(WriteError::Error("toml: top-level values must be Go maps or structs".into()));
        }
        for item in &value.as_list().unwrap_or_default() {
            self.newline();
            self.header(key, b"[[", b"]]");
            self.table(key, item)?;
        }
        Ok(())
    }

    /// Writes a table: first the plain values, then the tables, each in the order of the keys.
    fn table(&mut self, key: &mut Vec<Vec<u8>>, value: &Value) -> Written {
        let (tables, plain) = split(value)?;
        for (name, value) in plain.into_iter().chain(tables) {
            key.push(name);
            let done = self.value(key, &value);
            key.pop();
            done?;
        }
        Ok(())
    }

    fn key_value(&mut self, key: &[Vec<u8>], value: &Value) -> Written {
        self.indent(key);
        self.text(&key_text(key.last().map(Vec::as_slice).unwrap_or_default()));
        self.text(b" = ");
        self.element(value)?;
        self.newline();
        Ok(())
    }

    /// Writes a value in a list or after a key.
    fn element(&mut self, value: &Value) -> Written {
        if let Some(text) = plain(value) {
            self.text(&text);
            return Ok(());
        }
        match value {
            Value::Str(text) => self.text(&quoted(text.as_bytes())),
            Value::Bool(value) => self.text(value.to_string().as_bytes()),
            Value::Int(number, _) => self.text(number.to_string().as_bytes()),
            Value::Uint(number, _) => self.text(number.to_string().as_bytes()),
            Value::Float(number) => self.text(float(*number, self.floats).as_bytes()),
            Value::Bytes(bytes) => {
                let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
                self.text(format!("[{}]", numbers.join(", ")).as_bytes());
            }
            Value::List(list) => {
                self.text(b"[");
                for (index, item) in list.iter().enumerate() {
                    if index > 0 {
                        self.text(b", ");
                    }
                    self.element(item)?;
                }
                self.text(b"]");
            }
            Value::Map(map) => self.inline(map.is_nil(), value)?,
            Value::Object(object) => match object.underlying() {
                Value::Nil => self.inline(false, value)?,
                other => self.element(&other)?,
            },
            Value::Nil | Value::Complex(..) | Value::Method(_) => {
                return Err(WriteError::Error(format!("unexpected type: {}", value.type_name())));
            }
        }
        Ok(())
    }

    /// Writes a table in braces. As in the library, omitted nils leave their commas.
    fn inline(&mut self, nil: bool, value: &Value) -> Written {
        let (tables, plain) = if nil { (Vec::new(), Vec::new()) } else { split(value)? };
        self.text(b"{");
        let (count, more) = (plain.len(), !tables.is_empty());
        for (entries, count, more) in [(&plain, count, more), (&tables, tables.len(), false)] {
            for (index, (name, value)) in entries.iter().enumerate() {
                if shape(value, MAX_NESTING)? == Shape::Nil {
                    continue;
                }
                self.text(&key_text(name));
                self.text(b" = ");
                self.element(value)?;
                if more || index + 1 != count {
                    self.text(b", ");
                }
            }
        }
        self.text(b"}");
        Ok(())
    }
}

type Entries = Vec<(Vec<u8>, Value)>;

/// Splits the entries into tables and others.
fn split(value: &Value) -> Result<(Entries, Entries), WriteError> {
    let (mut tables, mut plain) = (Vec::new(), Vec::new());
    for (name, value) in entries(value) {
        match shape(&value, MAX_NESTING)? {
            Shape::Table | Shape::Tables => tables.push((name, value)),
            Shape::Nil | Shape::Plain => plain.push((name, value)),
        }
    }
    Ok((tables, plain))
}

pub(super) fn key_text(name: &[u8]) -> Vec<u8> {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.iter().all(bare) { name.to_vec() } else { quoted(name) }
}

fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in text {
        match byte {
            b'"' => out.extend(br#"\""#),
            b'\\' => out.extend(br"\\"),
            0x08 => out.extend(br"\b"),
            b'\t' => out.extend(br"\t"),
            b'\n' => out.extend(br"\n"),
            0x0c => out.extend(br"\f"),
            b'\r' => out.extend(br"\r"),
            0..=0x1f | 0x7f => out.extend(format!("\\u{byte:04x}").into_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    out
}

fn float(number: f64, floats: Floats) -> String {
    if number.is_nan() {
        return if number.is_sign_negative() { "-nan" } else { "nan" }.to_owned();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    let verb = if floats == Floats::Exponent { b'g' } else { b'f' };
    let text = format_float(number, verb, None);
    if text.contains(['e', '.']) { text } else { format!("{text}.0") }
}
