//! Writes values as JSON: keys in their order, floats in the shortest form, `<`, `>` and `&` escaped.

use base64::Engine as _;

use crate::value::{MAX_NESTING, Object, Value};
use mkmanifests_go::float::format_float;
use mkmanifests_go::runes;

/// The format of the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Whether to write one item per line, with two spaces per level.
    pretty: bool,
    /// Whether to escape HTML characters: `\u003c` for `<`.
    escape_html: bool,
}

impl Style {
    pub(super) const COMPACT: Style = Style { pretty: false, escape_html: true };
    pub(super) const PRETTY: Style = Style { pretty: true, escape_html: true };
    pub(super) const RAW: Style = Style { pretty: false, escape_html: false };
}

/// The most bytes of a text. Nested maps can repeat one another, so that a small value has an endless text.
const MAX_BYTES: usize = 64 << 20;

/// Writes a value as JSON.
///
/// # Errors
/// Go's text for what JSON cannot represent: NaN, infinities, functions, a map that contains itself.
pub(super) fn write(value: &Value, style: Style) -> Result<Vec<u8>, String> {
    let mut writer = Writer { out: Vec::new(), style };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    style: Style,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > MAX_NESTING {
            return Err(format!("json: unsupported value: encountered a cycle via {}", value.type_name()));
        }
        if self.out.len() > MAX_BYTES {
            return Err(format!("json: unsupported value: more than {MAX_BYTES} bytes"));
        }
        match value {
            Value::Nil => self.text("null"),
            Value::Bool(value) => self.text(if *value { "true" } else { "false" }),
            Value::Int(number, _) => self.text(&number.to_string()),
            Value::Uint(number, _) => self.text(&number.to_string()),
            Value::Float(number) => self.float(*number)?,
            Value::Str(text) => self.string(text.as_bytes()),
            Value::Bytes(bytes) => {
                self.text(&format!("\"{}\"", base64::engine::general_purpose::STANDARD.encode(bytes)))
            }
            Value::List(list) if list.is_nil() => self.text("null"),
            Value::List(list) => self.items(list.items(), depth)?,
            Value::Map(map) if map.is_nil() => self.text("null"),
            Value::Map(map) => {
                let entries = map.snapshot();
                self.entries(entries.iter().map(|(key, value)| (key.as_bytes(), value)), depth)?;
            }
            Value::Object(object) => self.object(object.as_ref(), depth)?,
            Value::Complex(..) => return Err("json: unsupported type: complex128".to_owned()),
            Value::Method(method) => return Err(format!("json: unsupported type: {}", method.type_name())),
        }
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, depth: usize) -> Result<(), String> {
        if object.is_nil() {
            self.text("null");
            return Ok(());
        }
        if let Some(plain) = object.plain() {
            return self.value(&plain, depth + 1);
        }
        match object.underlying() {
            Value::Nil => {
                let fields = object.json_fields();
                self.entries(fields.iter().map(|(name, value)| (name.as_bytes(), value)), depth)
            }
            underlying => self.value(&underlying, depth + 1),
        }
    }

    fn line(&mut self, depth: usize) {
        if self.style.pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * depth, b' ');
        }
    }

    fn items(&mut self, items: &[Value], depth: usize) -> Result<(), String> {
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.line(depth + 1);
            self.value(item, depth + 1)?;
        }
        if !items.is_empty() {
            self.line(depth);
        }
        self.out.push(b']');
        Ok(())
    }

    fn entries<'a>(
        &mut self,
        entries: impl Iterator<Item = (&'a [u8], &'a Value)>,
        depth: usize,
    ) -> Result<(), String> {
        self.out.push(b'{');
        let mut any = false;
        for (key, value) in entries {
            if any {
                self.out.push(b',');
            }
            any = true;
            self.line(depth + 1);
            self.string(key);
            self.text(if self.style.pretty { ": " } else { ":" });
            self.value(value, depth + 1)?;
        }
        if any {
            self.line(depth);
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Writes a float as JavaScript does: with an exponent below 1e-6 and from 1e21 on.
    fn float(&mut self, number: f64) -> Result<(), String> {
        if !number.is_finite() {
            return Err(format!("json: unsupported value: {}", format_float(number, b'g', None)));
        }
        let size = number.abs();
        if size == 0.0 || (1e-6..1e21).contains(&size) {
            self.text(&format_float(number, b'f', None));
        } else {
            self.text(&format_float(number, b'e', None).replace("e-0", "e-"));
        }
        Ok(())
    }

    fn string(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        for (rune, _) in runes(bytes) {
            match rune {
                '"' => self.text("\\\""),
                '\\' => self.text("\\\\"),
                '\n' => self.text("\\n"),
                '\r' => self.text("\\r"),
                '\t' => self.text("\\t"),
                '\x08' => self.text("\\b"),
                '\x0c' => self.text("\\f"),
                '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => self.code(rune),
                '<' | '>' | '&' if self.style.escape_html => self.code(rune),
                _ => self.out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self.out.push(b'"');
    }

    fn code(&mut self, rune: char) {
        self.text(&format!("\\u{:04x}", u32::from(rune)));
    }
}
