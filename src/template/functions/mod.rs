//! The filters and functions that manifest authors need beside minijinja's own, named as Helm and Jinja users know
//! them.
//!
//! What Helm has and this has not is absent on purpose, see [`absent`].

mod bounded;
mod data;
mod encode;
mod include;
mod pattern;
mod text;

use std::sync::Arc;

use minijinja::Environment;
use minijinja::value::{Value, ValueKind};

pub(super) use include::{FUEL, LARGEST_OUTPUT, Limits, Render, TooDeep, render};

use super::value::invalid;

/// Every filter, for "did you mean".
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

/// Every function, for "did you mean".
pub(super) const FUNCTIONS: &[&str] =
    &["deepmerge", "dict", "fail", "include", "merge", "mergeoverwrite", "namespace", "range", "required"];

/// Adds all of them to an environment.
pub(super) fn add(env: &mut Environment<'_>, limits: &Arc<Limits>) {
    bounded::add(env);
    text::add(env);
    // It prints the engine itself, with numbers that differ from run to run.
    env.remove_global("debug");
    encode::add(env);
    data::add(env);
    pattern::add(env);
    include::add(env, limits);
}

/// Why something that Helm, Sprig or Ansible has is not here, and what to do instead.
pub(super) fn absent(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    Some(match name.as_str() {
        "now" | "date" | "ago" | "htmldate" | "dateinzone" | "unixepoch" => {
            "there is no clock: the same values always give the same manifests; pass a time as a value"
        }
        "random" | "randalphanum" | "randalpha" | "randnumeric" | "randascii" | "randint" | "randbytes" | "uuidv4"
        | "shuffle" => {
            "there is no randomness: the same values always give the same manifests; pass it as a value, or derive \
             it with `sha256sum`"
        }
        "env" | "expandenv" | "getenv" => {
            "the environment is out of reach: the same values always give the same manifests; pass `--set` or `-f`"
        }
        "lookup" | "gethostbyname" => {
            "cluster and network are out of reach while rendering; pass what is needed as a value"
        }
        "files" | "readfile" | "open" => "other files are out of reach; put it below `templates/` and `include` it",
        "genca" | "genselfsignedcert" | "gensignedcert" | "genprivatekey" | "derivepassword" | "htpasswd"
        | "bcrypt" | "encryptaes" => {
            "nothing secret is made here: every rendering would differ; make it once and pass it as a value"
        }
        "tpl" => "text in values is not run as a template; write the template below `templates/` and `include` it",
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
        "semver" | "semvercompare" => "versions are not compared here; decide by a value of its own",
        _ => return None,
    })
}

/// The text of a value that text is made of: a string, a number or a boolean.
fn text_of(value: &Value, filter: &str) -> Result<String, minijinja::Error> {
    match value.kind() {
        ValueKind::Bool => Ok(if value.is_true() { "true" } else { "false" }.to_owned()),
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        ValueKind::None => Err(invalid(format!("`{filter}`: expected text, found nothing (null)"))),
        other => Err(invalid(format!("`{filter}`: expected text, found a {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_that_there_are() {
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
