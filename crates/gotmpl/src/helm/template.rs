//! The functions that render templates (`include`, `tpl`) and those that stop a rendering (`required`, `fail`).

use std::sync::Arc;

use crate::{Args, CallError, Caller, ErrorKind, Function, Map, Templates, Type, Value};
use mkmanifests_go::quote::quote;

/// The most nested inclusions of one template in itself, as in Helm.
const MOST_INCLUDES: usize = 1000;
/// Helm's name for the set of a chart's templates, and for each text that `tpl` renders.
const SET: &str = "gotpl";

/// Returns `include`, `tpl`, `required`, `fail` and `lookup`.
pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("include", &[Type::Str, Type::Any], |caller, args| {
            let name = args.get(0).as_str().cloned().unwrap_or_default();
            if caller.renderings(&name) > MOST_INCLUDES {
                let what = "rendering template has a nested reference name";
                return Err(format!("{what}: {name}: unable to execute template").into());
            }
            Ok(caller.render(name, args.get(1).clone())?.into())
        }),
        Function::new("tpl", &[Type::Str, Type::Any], tpl),
        Function::new("required", &[Type::Str, Type::Any], |_, args| match args.get(1) {
            Value::Nil => Err(message(args)),
            Value::Str(text) if text.is_empty() => Err(message(args)),
            value => Ok(value.clone()),
        }),
        Function::new("fail", &[Type::Str], |_, args| Err(message(args))),
        Function::new("lookup", &[Type::Str, Type::Str, Type::Str, Type::Str], |caller, args| {
            match &caller.environment().lookup {
                Some(lookup) => Ok(lookup(&args.text(0), &args.text(1), &args.text(2), &args.text(3))?),
                None => Ok(Map::new().into()),
            }
        }),
    ]
}

fn message(args: Args<'_>) -> CallError {
    let message = args.text(0).to_string();
    CallError { kind: Some(Box::new(ErrorKind::Message(message.clone()))), ..message.into() }
}

/// Renders a text in a child set: it sees the templates of the chart, and its own definitions stay local.
fn tpl(caller: &mut Caller<'_>, args: Args<'_>) -> Result<Value, CallError> {
    let (text, parent) = (args.text(0), caller.templates());
    let wrap = |what: &str, error| CallError::caused(format!("{what} {}: ", quote(args.bytes(0))), error);
    let mut own = Templates::child(parent);
    let parsed = own.parse(SET, &text).map_err(|error| wrap("cannot parse template", error))?;
    let out = caller.render_parsed(&Arc::new(own), &parsed, args.get(1).clone());
    let out = out.map_err(|error| wrap("error during tpl function execution for", error))?;
    Ok(Value::raw(without_no_value(out)))
}

/// Removes every `<no value>`, Go's text for no value, from the output of a template, as Helm does.
pub fn without_no_value(out: Vec<u8>) -> Vec<u8> {
    const NO_VALUE: &[u8] = b"<no value>";
    let mut kept = Vec::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(&out, NO_VALUE) {
        kept.extend_from_slice(out.get(from..at).unwrap_or_default());
        from = at + NO_VALUE.len();
    }
    if from == 0 {
        return out;
    }
    kept.extend_from_slice(out.get(from..).unwrap_or_default());
    kept
}
