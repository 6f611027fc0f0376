//! Formats one value with one verb.

use std::borrow::Cow;

use super::FormatError;
use super::text::Flags;
use crate::value::{List, MAX_NESTING, Map, Object, Value};

pub(super) struct Printer {
    pub out: Vec<u8>,
    pub flags: Flags,
    /// Set within `%!d(string=hi)`, where Go calls no methods.
    complaining: bool,
}

const TOO_DEEP: FormatError = FormatError("value is nested too deeply to be printed");
const TOO_LONG: FormatError = FormatError("formatted text is too long");
/// The most bytes of a text. Nested maps can repeat one another, so that a small value has an endless text.
const MAX_BYTES: usize = 64 << 20;

impl Printer {
    pub(super) fn new(out: Vec<u8>) -> Printer {
        Printer { out, flags: Flags::default(), complaining: false }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn write(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Prints one operand of `print` or `printf`.
    pub(super) fn print(&mut self, value: &Value, verb: char) -> Result<(), FormatError> {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil, _) => self.bad_verb(value, verb)?,
            (_, 'T') => {
                let name = value.type_name();
                self.string(name.as_bytes(), 's');
            }
            (_, 'p') => self.pointer(value, verb)?,
            (Value::List(_) | Value::Map(_) | Value::Object(_), 'w') => self.bad_verb(value, verb)?,
            (Value::Bytes(bytes), _) if self.bytes(bytes, verb, "[]byte") => {}
            _ => self.nested(value, verb, 0)?,
        }
        Ok(())
    }

    /// Prints the value of an action: what a pointer points to.
    pub(super) fn print_action(&mut self, value: &Value) -> Result<(), FormatError> {
        match value {
            Value::Object(object) => match object.display_in_action() {
                Some(text) => {
                    self.write(&text);
                    Ok(())
                }
                None => self.object(object.as_ref(), 'v', 0, false),
            },
            _ => self.print(value, 'v'),
        }
    }

    fn nested(&mut self, value: &Value, verb: char, depth: usize) -> Result<(), FormatError> {
        if depth > MAX_NESTING {
            return Err(TOO_DEEP);
        }
        if self.out.len() > MAX_BYTES {
            return Err(TOO_LONG);
        }
        let fits = match value {
            Value::Nil => {
                self.write(if self.flags.sharp_v { "interface {}(nil)" } else { "<nil>" });
                true
            }
            Value::Bool(value) => self.boolean(*value, verb),
            Value::Int(number, _) => self.integer_verb(number.unsigned_abs(), *number < 0, true, verb),
            Value::Uint(number, _) => self.integer_verb(*number, false, false, verb),
            Value::Float(number) => self.float(*number, verb),
            Value::Complex(real, imaginary) => self.complex(*real, *imaginary, verb),
            Value::Str(text) => self.string(text.as_bytes(), verb),
            Value::Bytes(bytes) => return self.nested_bytes(bytes, verb, depth),
            Value::List(list) => return self.list(list, verb, depth),
            Value::Map(map) => return self.map(map, verb, depth),
            Value::Object(object) => return self.object(object.as_ref(), verb, depth, true),
            Value::Method(_) => return self.pointer(value, verb),
        };
        if fits { Ok(()) } else { self.bad_verb(value, verb) }
    }

    /// Prints `%!d(string=hi)`, Go's text for a verb that does not match the value.
    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<(), FormatError> {
        let complaining = std::mem::replace(&mut self.complaining, true);
        self.write(&format!("%!{verb}("));
        if value.is_nil() {
            self.write("<nil>");
        } else {
            self.write(&value.type_name());
            self.write("=");
            self.print(value, 'v')?;
        }
        self.write(")");
        self.complaining = complaining;
        Ok(())
    }

    fn nested_bytes(&mut self, bytes: &[u8], verb: char, depth: usize) -> Result<(), FormatError> {
        if self.bytes(bytes, verb, "[]uint8") {
            return Ok(());
        }
        let byte = |byte: &u8| Value::Uint(u64::from(*byte), crate::value::UintKind::Uint8);
        let items: Vec<Value> = bytes.iter().map(byte).collect();
        self.items(&items, "[]uint8", verb, depth)
    }

    fn list(&mut self, list: &List, verb: char, depth: usize) -> Result<(), FormatError> {
        if self.flags.sharp_v && list.is_nil() {
            self.write(&format!("{}(nil)", list.type_name()));
            return Ok(());
        }
        self.items(list.items(), &list.type_name(), verb, depth)
    }

    fn items(&mut self, items: &[Value], type_name: &str, verb: char, depth: usize) -> Result<(), FormatError> {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.write(type_name);
        }
        self.write(if sharp { "{" } else { "[" });
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.write(if sharp { ", " } else { " " });
            }
            self.nested(item, verb, depth + 1)?;
        }
        self.write(if sharp { "}" } else { "]" });
        Ok(())
    }

    fn map(&mut self, map: &Map, verb: char, depth: usize) -> Result<(), FormatError> {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.write(&map.type_name());
            if map.is_nil() {
                self.write("(nil)");
                return Ok(());
            }
        }
        self.write(if sharp { "{" } else { "map[" });
        for (index, (key, value)) in map.snapshot().iter().enumerate() {
            if index > 0 {
                self.write(if sharp { ", " } else { " " });
            }
            self.nested(&Value::Str(key.clone()), verb, depth + 1)?;
            self.write(":");
            self.nested(value, verb, depth + 1)?;
        }
        self.write(if sharp { "}" } else { "]" });
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, verb: char, depth: usize, pointer: bool) -> Result<(), FormatError> {
        if object.is_nil() {
            self.pad(b"<nil>");
            return Ok(());
        }
        let shows = matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && !self.flags.sharp_v && !self.complaining;
        if let Some(text) = object.display().filter(|_| shows) {
            self.string(text.as_bytes(), verb);
            return Ok(());
        }
        let underlying = object.underlying();
        if !underlying.is_nil() {
            return self.nested(&underlying, verb, depth + 1);
        }
        if pointer && object.is_pointer() {
            if depth > 0 {
                // Go prints an address, which differs in each run.
                self.write("0xc000000000");
                return Ok(());
            }
            self.write("&");
        }
        self.fields(object, verb, depth)
    }

    fn fields(&mut self, object: &dyn Object, verb: char, depth: usize) -> Result<(), FormatError> {
        let sharp = self.flags.sharp_v;
        if sharp {
            let name: Cow<'static, str> = object.type_name();
            self.write(name.trim_start_matches('*'));
        }
        self.write("{");
        for (index, (name, value)) in object.fields().iter().enumerate() {
            if index > 0 {
                self.write(if sharp { ", " } else { " " });
            }
            if sharp || self.flags.plus_v {
                self.write(name);
                self.write(":");
            }
            self.nested(value, verb, depth + 1)?;
        }
        self.write("}");
        Ok(())
    }

    /// Prints a pointer. Go prints addresses, which differ in each run; here they are all the same.
    fn pointer(&mut self, value: &Value, verb: char) -> Result<(), FormatError> {
        let has_address = match value {
            Value::Bytes(_) | Value::List(_) | Value::Map(_) | Value::Method(_) => true,
            Value::Object(object) => object.is_pointer(),
            _ => false,
        };
        if !has_address {
            return self.bad_verb(value, verb);
        }
        self.write("0xc000000000");
        Ok(())
    }
}
