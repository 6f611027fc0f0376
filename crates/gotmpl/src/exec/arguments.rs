//! Checks the number and types of the arguments of a call.

use smallvec::SmallVec;

use super::Evaluated;
use crate::function::{Function, Type};
use crate::value::{Elem, List, Map, MapType, Value};

/// The arguments of a call, converted to the types of its parameters; rarely more than four.
#[derive(Default)]
pub(super) struct Checked {
    pub values: SmallVec<[Value; 4]>,
    /// Whether one of them is a missing value.
    pub untyped_nil: bool,
}

impl Checked {
    pub fn push(&mut self, got: Evaluated) {
        self.untyped_nil |= got.value.is_nil() && !got.iface;
        self.values.push(got.value);
    }
}

/// The name and parameters of a function or method.
#[derive(Clone, Copy)]
pub(super) struct Signature<'f> {
    pub name: &'f str,
    pub params: &'f [Type],
    /// Whether the last parameter may be given any number of times.
    pub variadic: bool,
}

impl Signature<'_> {
    /// Checks the number of arguments as Go does. `written` counts those that do not come from the pipeline.
    pub fn count(self, given: usize, written: usize) -> std::result::Result<(), String> {
        let Signature { name, params, variadic } = self;
        let fixed = params.len() - usize::from(variadic).min(params.len());
        if variadic && given < fixed {
            return Err(format!("wrong number of args for {name}: want at least {fixed} got {written}"));
        }
        if !variadic && given != fixed {
            return Err(format!("wrong number of args for {name}: want {fixed} got {given}"));
        }
        Ok(())
    }

    /// Returns the type of the parameter for an argument.
    pub fn param(self, index: usize) -> Type {
        let last = if self.variadic { self.params.last() } else { None };
        self.params.get(index).or(last).copied().unwrap_or(Type::Any)
    }
}

impl<'f> From<&'f Function> for Signature<'f> {
    fn from(function: &'f Function) -> Self {
        Signature { name: function.name, params: function.params, variadic: function.variadic }
    }
}

/// Converts a value to the type of a parameter. The error is Go's text.
pub(super) fn fit(got: Evaluated, param: Type) -> std::result::Result<Value, String> {
    let value = got.value;
    let fits = match (&value, param) {
        (_, Type::Any | Type::Reflect) => true,
        (Value::Nil, _) if got.iface => {
            return Err(format!("wrong type for value; expected {}; got interface {{}}", param.name()));
        }
        (Value::Nil, _) => return zero(param).ok_or_else(|| format!("invalid value; expected {}", param.name())),
        (Value::Bool(_), Type::Bool) | (Value::Float(_), Type::Float64) | (Value::Str(_), Type::Str) => true,
        (Value::Bytes(_), Type::Bytes) => true,
        (Value::Int(_, kind), Type::Int | Type::Int64) => kind.name() == param.name(),
        (Value::Uint(_, kind), Type::Uint(other)) => *kind == other,
        (Value::List(list), Type::List) => list.elem() == Elem::Any,
        (Value::List(list), Type::Strings) => list.elem() == Elem::Str,
        (Value::Map(map), Type::Map) => map.kind().elem == Elem::Any,
        (Value::Object(object), Type::Object(name)) => {
            object.type_name().trim_start_matches('*') == name.trim_start_matches('*')
        }
        // Go converts a named type, such as a set of versions, to its unnamed underlying type.
        (Value::Object(object), Type::List | Type::Strings | Type::Map | Type::Bytes) if !object.is_pointer() => {
            let underlying = object.underlying();
            if !underlying.is_nil() && fit(Evaluated::from(underlying.clone()), param).is_ok() {
                return Ok(underlying);
            }
            false
        }
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    Err(format!("wrong type for value; expected {}; got {}", param.name(), value.type_name()))
}

/// Returns the zero value of a type that can be nil.
pub(super) fn zero(param: Type) -> Option<Value> {
    Some(match param {
        Type::Any | Type::Reflect => Value::Nil,
        Type::Bytes => Value::bytes(Vec::new()),
        Type::List => Value::List(List::nil(Elem::Any)),
        Type::Strings => Value::List(List::nil(Elem::Str)),
        Type::Map => Value::Map(Map::nil(MapType::ANY)),
        Type::Object(name) if name.starts_with('*') => Value::Nil,
        _ => return None,
    })
}
