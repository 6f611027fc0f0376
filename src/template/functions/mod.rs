//! Filters and functions for manifests in addition to minijinja's own, with the names that users of Helm and Jinja know.
//!
//! [`absent`] explains why some functions of Helm do not exist.

mod bounded;
mod data;
mod encode;
mod include;
mod pattern;
mod text;

use std::sync::Arc;

use minijinja::Environment;
use minijinja::value::{Value, ValueKind};

pub(super) use include::{FUEL, Limits, MAX_OUTPUT, Render, TooDeep, render};

use super::value::invalid;

/// The names of all filters, for suggestions.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "attr",
    "b64decode",
    "b64encode",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "deepmerge",
    "default",
    "dictsort",
    "dnslabel",
    "first",
    "float",
    "format",
    "fromjson",
    "fromyaml",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "kebabcase",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "merge",
    "min",
    "mergeoverwrite",
    "nindent",
    "pprint",
    "quote",
    "regex_match",
    "regex_replace",
    "reject",
    "rejectattr",
    "replace",
    "required",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sha256",
    "sha256sum",
    "slice",
    "snakecase",
    "sort",
    "split",
    "squote",
    "string",
    "sum",
    "ternary",
    "title",
    "to_bytes",
    "tojson",
    "toyaml",
    "trim",
    "trimprefix",
    "trimsuffix",
    "trunc",
    "unique",
    "upper",
    "urlencode",
    "zip",
];

/// The names of all functions, for suggestions.
pub(super) const FUNCTIONS: &[&str] =
    &["deepmerge", "dict", "fail", "include", "merge", "mergeoverwrite", "namespace", "range", "required"];

/// Adds all filters and functions to an environment.
pub(super) fn add(env: &mut Environment<'_>, limits: &Arc<Limits>) {
    bounded::add(env);
    text::add(env);
    // It prints the state of the engine, which differs from run to run.
    env.remove_global("debug");
    encode::add(env);
    data::add(env);
    pattern::add(env);
    include::add(env, limits);
}

/// Returns why a function of Helm, Sprig or Ansible does not exist here, and what to use instead.
pub(super) fn absent(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    Some(match name.as_str() {
        "now" | "date" | "ago" | "htmldate" | "dateinzone" | "unixepoch" => {
            "rendering is reproducible and has no clock; pass the time as a value"
        }
        "random" | "randalphanum" | "randalpha" | "randnumeric" | "randascii" | "randint" | "randbytes" | "uuidv4"
        | "shuffle" => "rendering is reproducible and has no randomness; pass a value, or derive one with `sha256sum`",
        "env" | "expandenv" | "getenv" => {
            "rendering is reproducible and does not read the environment; pass a value with `--set` or `-f`"
        }
        "lookup" | "gethostbyname" => "rendering does not access the cluster or the network; pass a value",
        "files" | "readfile" | "open" => {
            "rendering does not read other files; move the file to `templates/` and `include` it"
        }
        "genca" | "genselfsignedcert" | "gensignedcert" | "genprivatekey" | "derivepassword" | "htpasswd"
        | "bcrypt" | "encryptaes" => {
            "rendering is reproducible and does not generate secrets; generate one once, and pass it as a value"
        }
        "tpl" => "values are not rendered as templates; move the template to `templates/` and `include` it",
        "torawjson" | "mustfromjson" | "musttojson" => "use `tojson` or `fromjson`",
        "coalesce" => "use `a or b or c`, or `default(b, true)`",
        "empty" => "use `not x`",
        "printf" => "use the filter `format`: `\"%s-%d\" | format(a, b)`",
        "hassuffix" => "use the test `x is endingwith(\"...\")`",
        "hasprefix" => "use the test `x is startingwith(\"...\")`",
        "contains" | "has" | "haskey" => "use `\"...\" in x`",
        "keys" => "use `x | list`",
        "values" => "use `x | items`",
        "combine" => "use `mergeoverwrite`",
        "to_yaml" | "to_nice_yaml" => "use `toyaml`",
        "to_json" | "to_nice_json" => "use `tojson`",
        "tostring" => "use `string`",
        "int64" | "atoi" => "use `int`",
        "len" => "use `length`",
        "semver" | "semvercompare" => "there is no comparison of versions; use a separate value",
        _ => return None,
    })
}

/// Returns the text of a string, a number or a boolean.
fn text_of(value: &Value, filter: &str) -> Result<String, minijinja::Error> {
    match value.kind() {
        ValueKind::Bool => Ok(if value.is_true() { "true" } else { "false" }.to_owned()),
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        ValueKind::None => Err(invalid(format!("`{filter}`: expected a string, found null"))),
        other => Err(invalid(format!("`{filter}`: expected a string, found a {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_names_are_complete() {
        let mut env = Environment::new();
        add(&mut env, &Arc::default());
        for filter in FILTERS {
            let expression = format!("'{filter}' is filter");
            assert!(env.compile_expression(&expression).unwrap().eval(()).unwrap().is_true(), "{filter}");
            assert!(absent(filter).is_none(), "{filter}");
        }
        let globals: Vec<&str> = env.globals().map(|(name, _)| name).collect();
        assert_eq!(globals, FUNCTIONS);
    }
}
