//! `fail`, which stops a rendering, and `hello`.

use crate::function::{CallError, Function, Type};
use crate::value::Value;

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("fail", &[Type::Str], |_, args| Err(CallError::from(args.text(0).into_owned()))),
        Function::new("hello", &[], |_, _| Ok(Value::from("Hello!"))),
    ]
}
