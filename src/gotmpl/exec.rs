//! Executes parsed templates.

use std::sync::Arc;

use super::error::CallError;
use super::function::{Args, Function, Run, Type};
use super::templates::Templates;
use super::value::{Elem, List, Map, MapType, Value};

/// What a function sees of the execution that called it.
pub struct Caller<'a> {
    templates: &'a Arc<Templates>,
}

impl<'a> Caller<'a> {
    /// Runs code that needs a caller where there is no template.
    pub(super) fn alone<T>(templates: &'a Arc<Templates>, run: impl FnOnce(&mut Caller<'_>) -> T) -> T {
        run(&mut Caller { templates })
    }

    /// The templates that are executed: those that `include` finds.
    pub fn templates(&self) -> &'a Arc<Templates> {
        self.templates
    }

    /// Calls a function with values, checked as the arguments of a template are.
    ///
    /// # Errors
    /// The function's, and Go's for the wrong number or types of arguments.
    pub fn call(&mut self, function: &Function, args: &[Value]) -> Result<Value, CallError> {
        let fixed = function.params.len() - usize::from(function.variadic);
        let name = function.name;
        if args.len() < fixed || (!function.variadic && args.len() != fixed) {
            let least = if function.variadic { "at least " } else { "" };
            return Err(format!("wrong number of args for {name}: want {least}{fixed} got {}", args.len()).into());
        }
        let mut checked = Vec::with_capacity(args.len());
        for (index, arg) in args.iter().enumerate() {
            let param = function.params.get(index).or(function.params.last()).copied().unwrap_or(Type::Any);
            checked.push(fit(arg.clone(), param)?);
        }
        match &function.run {
            Run::Call(call) => call(self, Args(&checked)),
            Run::And => Ok(short_circuit(checked, false)),
            Run::Or => Ok(short_circuit(checked, true)),
        }
    }
}

fn short_circuit(args: Vec<Value>, stop: bool) -> Value {
    let mut last = Value::Nil;
    for arg in args {
        last = arg;
        if last.truth() == stop {
            break;
        }
    }
    last
}

/// Makes a value fit the type of a parameter, or says Go's words why it does not.
pub(super) fn fit(value: Value, param: Type) -> Result<Value, String> {
    let fits = match (&value, param) {
        (_, Type::Any | Type::Reflect) => true,
        (Value::Nil, _) => return zero(param).ok_or_else(|| format!("invalid value; expected {}", param.name())),
        (Value::Bool(_), Type::Bool) | (Value::Float(_), Type::Float64) | (Value::Str(_), Type::Str) => true,
        (Value::Bytes(_), Type::Bytes) => true,
        (Value::Int(_, kind), Type::Int | Type::Int64) => kind.name() == param.name(),
        (Value::Uint(_, kind), Type::Uint(other)) => *kind == other,
        (Value::List(list), Type::List) => list.elem() == Elem::Any,
        (Value::List(list), Type::Strings) => list.elem() == Elem::Str,
        (Value::Map(map), Type::Map) => map.kind().elem == Elem::Any,
        (Value::Object(object), Type::Object(name)) => object.type_name() == name,
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    Err(format!("wrong type for value; expected {}; got {}", param.name(), value.type_name()))
}

/// The zero value of a type that can be nil.
fn zero(param: Type) -> Option<Value> {
    Some(match param {
        Type::Bytes => Value::bytes(Vec::new()),
        Type::List => Value::List(List::nil(Elem::Any)),
        Type::Strings => Value::List(List::nil(Elem::Str)),
        Type::Map => Value::Map(Map::nil(MapType::ANY)),
        Type::Object(name) if name.starts_with('*') => Value::Nil,
        _ => return None,
    })
}
