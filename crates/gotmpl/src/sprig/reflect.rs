//! Functions that return the Go type or kind of a value.

use crate::function::{Function, Type};
use crate::value::{Value, deep_equal};

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("typeOf", &[Type::Any], |_, args| Ok(Value::from(args.get(0).type_name().into_owned()))),
        Function::new(
            "typeIs",
            &[Type::Str, Type::Any],
            |_, args| Ok((args.text(0) == args.get(1).type_name()).into()),
        ),
        Function::new("typeIsLike", &[Type::Str, Type::Any], |_, args| {
            let (asked, actual) = (args.text(0), args.get(1).type_name());
            Ok((asked == actual || actual.strip_prefix('*') == Some(&asked)).into())
        }),
        Function::new("kindOf", &[Type::Any], |_, args| Ok(Value::from(args.get(0).kind().name()))),
        Function::new("kindIs", &[Type::Str, Type::Any], |_, args| {
            Ok((args.text(0) == args.get(1).kind().name()).into())
        }),
        Function::new("deepEqual", &[Type::Any, Type::Any], |_, args| Ok(deep_equal(args.get(0), args.get(1)).into())),
    ]
}
