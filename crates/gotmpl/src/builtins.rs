//! The built-in functions of Go's template language.

mod compare;
mod escape;
mod index;

use super::error::CallError;
use super::fmt;
use super::function::{Args, Caller, Function, Run, Type};
use super::value::Value;

type Result = std::result::Result<Value, CallError>;

/// Returns all built-in functions.
pub(super) fn all() -> Vec<Function> {
    const ANY: Type = Type::Reflect;
    let lazy = |name, run| Function { name, params: &[ANY, ANY], variadic: true, run };
    vec![
        lazy("and", Run::And),
        lazy("or", Run::Or),
        Function::new("not", &[ANY], |_, args| Ok(Value::Bool(!args.get(0).truth()))),
        Function::variadic("call", &[ANY, ANY], call),
        Function::variadic("index", &[ANY, ANY], |_, args| index::index(args)),
        Function::variadic("slice", &[ANY, ANY], |_, args| index::slice(args)),
        Function::new("len", &[ANY], |caller, args| index::len(caller.untyped_nil, args)),
        Function::variadic("print", &[Type::Any], |_, args| Ok(Value::raw(fmt::sprint(args.rest(0))?))),
        Function::variadic("println", &[Type::Any], |_, args| Ok(Value::raw(fmt::sprintln(args.rest(0))?))),
        Function::variadic("printf", &[Type::Str, Type::Any], |_, args| {
            Ok(Value::raw(fmt::sprintf(args.bytes(0), args.rest(1))?))
        }),
        Function::variadic("html", &[Type::Any], |_, args| Ok(Value::raw(escape::html(&escape::text(args)?)))),
        Function::variadic("js", &[Type::Any], |_, args| Ok(Value::raw(escape::js(&escape::text(args)?)))),
        Function::variadic("urlquery", &[Type::Any], |_, args| Ok(Value::raw(escape::url_query(&escape::text(args)?)))),
        Function::variadic("eq", &[ANY, ANY], |_, args| compare::eq(args).map(Value::Bool)),
        Function::new("ne", &[ANY, ANY], |_, args| compare::eq(args).map(|equal| Value::Bool(!equal))),
        Function::new("lt", &[ANY, ANY], |_, args| compare::lt(args).map(Value::Bool)),
        Function::new("le", &[ANY, ANY], |_, args| compare::le(args).map(Value::Bool)),
        Function::new("gt", &[ANY, ANY], |_, args| compare::le(args).map(|less| Value::Bool(!less))),
        Function::new("ge", &[ANY, ANY], |_, args| compare::lt(args).map(|less| Value::Bool(!less))),
    ]
}

/// Calls a method value.
fn call(caller: &mut Caller<'_>, args: Args<'_>) -> Result {
    let name = caller.callee();
    match args.get(0) {
        Value::Nil => Err("call of nil".into()),
        Value::Method(method) => {
            let Run::Call(call) = &method.0.run else { return Err("call of nil".into()) };
            call_method(caller, &method.0, &**call, &name, Args(args.rest(1)))
        }
        value => Err(format!("non-function {name} of type {}", value.type_name()).into()),
    }
}

fn call_method(
    caller: &mut Caller<'_>,
    method: &Function,
    call: &super::function::Call,
    name: &str,
    args: Args<'_>,
) -> Result {
    let fixed = method.params.len() - usize::from(method.variadic);
    if method.variadic && args.len() < fixed {
        return Err(format!("wrong number of args for {name}: got {} want at least {fixed}", args.len()).into());
    }
    if !method.variadic && args.len() != fixed {
        return Err(format!("wrong number of args for {name}: got {} want {fixed}", args.len()).into());
    }
    call(caller, args)
}
