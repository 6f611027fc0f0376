//! The TOML functions of templates.

mod escapes;
mod lexer;
mod number;
mod read;
mod tables;
mod write;

use crate::{CallError, Function, Map, Type, Value};

/// Returns `toToml`, `mustToToml` and `fromToml`.
pub(super) fn functions() -> Vec<Function> {
    vec![
        // As in Helm, the result is the text of the error.
        Function::new("toToml", &[Type::Any], |_, args| match write::write(args.get(0)) {
            Ok(text) => Ok(Value::raw(text)),
            Err(write::WriteError::Error(text)) => Ok(text.into()),
            Err(write::WriteError::Panic(text)) => Err(CallError::from(text)),
        }),
        Function::new("mustToToml", &[Type::Any], |_, args| match write::write(args.get(0)) {
            Ok(text) => Ok(Value::raw(text)),
            Err(write::WriteError::Error(text) | write::WriteError::Panic(text)) => Err(CallError::from(text)),
        }),
        Function::new("fromToml", &[Type::Str], |_, args| {
            let map = read::read(args.bytes(0));
            Ok(map.unwrap_or_else(|error| Map::from_iter([("Error", Value::from(error))])).into())
        }),
    ]
}
