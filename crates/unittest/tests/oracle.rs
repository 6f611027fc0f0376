//! Reads tables that the Go libraries have printed: each field is quoted as by Go's `%q`.

use std::collections::BTreeMap;

use mkmanifests_go::quote::{quote, unquote};
use mkmanifests_go::time::{RFC_3339_NANO, Time};
use mkmanifests_gotmpl::Value;
use mkmanifests_unittest::go_yaml::AnyMap;

/// Returns the text of a file of the test data.
pub fn data(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the rows of a table; lines that start with `#` are comments.
pub fn rows(table: &str) -> Vec<Vec<String>> {
    let field = |quoted: &str| {
        let bytes = unquote(quoted).unwrap_or_else(|| panic!("{quoted} is not a quoted text"));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(field).collect()).collect()
}

/// Returns the text of a value with the types of Go.
pub fn show(value: &Value) -> String {
    let sorted = |entries: Vec<(String, String)>| {
        let entries: BTreeMap<String, String> = entries.into_iter().collect();
        entries.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(",")
    };
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Str(text) => quote(text.as_bytes()),
        Value::List(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Map(map) => {
            let entries = map.snapshot();
            let entries = entries.iter().map(|(key, value)| (quote(key.as_bytes()), show(value)));
            format!("{{{}}}", sorted(entries.collect()))
        }
        other => match (other.as_object::<AnyMap>(), other.as_object::<Time>()) {
            (Some(map), _) => {
                format!(
                    "any{{{}}}",
                    sorted(map.entries().iter().map(|(key, value)| (show(key), show(value))).collect())
                )
            }
            (_, Some(time)) => {
                let text = time.format(RFC_3339_NANO);
                format!("time({})", String::from_utf8_lossy(&text))
            }
            _ => {
                let text = mkmanifests_gotmpl::fmt::sprintf(b"%T(%v)", &[other.clone(), other.clone()]);
                String::from_utf8_lossy(&text.expect("a scalar has a text")).into_owned()
            }
        },
    }
}
