//! The TOML functions of templates.

mod escapes;
mod lexer;
mod number;
mod read;
mod tables;
mod write;

use self::write::Floats;
use crate::{CallError, Function, Map, Type, Value};

/// Returns `toToml`, `mustToToml` and `fromToml`.
pub(super) fn functions() -> Vec<Function> {
    vec![
        to_toml(Floats::Exponent),
        Function::new("mustToToml", &[Type::Any], |_, args| match write::write(args.get(0), Floats::Exponent) {
            Ok(text) => Ok(Value::raw(text)),
            Err(write::WriteError::Error(text) | write::WriteError::Panic(text)) => Err(CallError::from(text)),
        }),
        Function::new("fromToml", &[Type::Str], |_, args| {
            let map = read::read(args.bytes(0));
            Ok(map.unwrap_or_else(|error| Map::from_iter([("Error", Value::from(error))])).into())
        }),
    ]
}

/// Returns `toToml` as it was before Helm 3.20 and 4.1: large and small floats have all digits.
pub(super) fn older() -> Function {
    to_toml(Floats::Digits)
}

fn to_toml(floats: Floats) -> Function {
    // As in Helm, the result is the text of the error.
    Function::new("toToml", &[Type::Any], move |_, args| match write::write(args.get(0), floats) {
        Ok(text) => Ok(Value::raw(text)),
        Err(write::WriteError::Error(text)) => Ok(text.into()),
        Err(write::WriteError::Panic(text)) => Err(CallError::from(text)),
    })
}
