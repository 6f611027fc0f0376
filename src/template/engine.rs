//! Configures the template engine for YAML: strict, without escaping, and without access to anything but its arguments.

use std::collections::HashMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, escape_formatter};

use super::folder::Folder;
use super::functions::{self, FUEL, Limits};
use super::value::{from_node, invalid};
use crate::tree::Node;

/// Returns an environment with the templates of a folder, where `values` and `release` are available in every template and macro.
///
/// Blocks do not leave empty lines: the line break after `{% ... %}` and the spaces before it are removed (`trim_blocks`,
/// `lstrip_blocks`), so that a block can be on a separate line with any indentation. The line break at the end of a file is kept, so
/// that `{% include ... %}` inserts whole lines, and a block scalar at the end of a file is complete.
pub(super) fn environment(
    folder: &Folder,
    values: &Node,
    release: &Node,
    limits: &Arc<Limits>,
) -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_formatter(format);
    env.set_fuel(Some(FUEL));
    env.set_debug(true);
    let texts: HashMap<String, Arc<str>> =
        folder.templates.iter().map(|file| (file.template_name().to_owned(), file.text.clone())).collect();
    env.set_loader(move |name| Ok(texts.get(name).map(|text| text.to_string())));
    functions::add(&mut env, limits);
    env.add_global("values", from_node(values));
    env.add_global("release", from_node(release));
    Ok(env)
}

/// Prints the value of `{{ ... }}`: strings, numbers and booleans. Anything else is an error, since YAML would read it differently:
/// null as the string "none", a mapping as whatever its text means in YAML.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.kind() {
        // The engine prints `True` as Python does.
        ValueKind::Bool => out.write_str(if value.is_true() { "true" } else { "false" }).map_err(Error::from),
        ValueKind::Number if f64::try_from(value.clone()).is_ok_and(|float| !float.is_finite()) => {
            Err(invalid(format!("{value} cannot be written as a number in YAML and JSON")))
        }
        ValueKind::Undefined | ValueKind::String | ValueKind::Number | ValueKind::Invalid => {
            escape_formatter(out, state, value)
        }
        ValueKind::None => Err(invalid(
            "null cannot be printed as text; use `| default(\"...\", true)`, `| tojson`, or `{% if ... %}`",
        )),
        ValueKind::Map | ValueKind::Seq | ValueKind::Iterable => {
            let what = if value.kind() == ValueKind::Map { "mapping" } else { "list" };
            Err(invalid(format!("a {what} cannot be printed as text; use `| toyaml | nindent(n)` or `| tojson`")))
        }
        other => Err(invalid(format!("a {other} cannot be printed; is a call `(...)` missing?"))),
    }
}
