//! The parameters of one object in Vault: what the script sends, and what Vault shows if nothing has to change.
//!
//! The script compares text with one line per field. Its form is that of `vault read -format=json`, which is Go's
//! `json.MarshalIndent` of a map: sorted keys, with `<`, `>` and `&` escaped. Empty fields (`""`, `0`, `false`, `[]`, `{}`, `null`)
//! are omitted on both sides: otherwise a Vault that does not know a parameter, or does not show it, would be written on each run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Parameters by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields(BTreeMap<&'static str, Value>);

impl Fields {
    /// Adds a parameter.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    /// Adds a parameter if it has a value. Vault keeps what is not set.
    pub fn with_some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Returns the names, by which the script selects fields of Vault.
    pub fn names(&self) -> String {
        self.0.keys().copied().collect::<Vec<_>>().join(" ")
    }

    /// Returns the request body.
    pub fn body(&self) -> String {
        let body: Map<String, Value> = self.0.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Value::Object(body).to_string()
    }

    /// Returns the fields as Vault shows them.
    pub fn shown(&self) -> String {
        let filled = self.0.iter().filter(|(_, value)| !is_empty(value));
        filled.map(|(name, value)| format!("{}: {}", go_string(name), go_value(value))).collect::<Vec<_>>().join("\n")
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Formats a value as Go's indented JSON with its lines joined.
fn go_value(value: &Value) -> String {
    match value {
        Value::String(text) => go_string(text),
        Value::Array(items) => format!("[{}]", items.iter().map(go_value).collect::<Vec<_>>().join(",")),
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let entries = sorted.iter().map(|(key, value)| format!("{}: {}", go_string(key), go_value(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// Formats a string as Go's `encoding/json` does: <https://pkg.go.dev/encoding/json#Marshal>.
fn go_string(text: &str) -> String {
    let mut out = serde_json::to_string(text).unwrap_or_default();
    for (plain, escaped) in
        [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")]
    {
        out = out.replace(plain, escaped);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_shown_as_the_script_reads_them() {
        let fields = Fields::default()
            .with("role_arns", json!(["a", "<b>"]))
            .with("iam_tags", json!({ "z": "1", "a": "2" }))
            .with("max_sts_ttl", 3600)
            .with("credential_type", "assumed_role")
            .with("policy_arns", json!([]))
            .with("default_sts_ttl", 0)
            .with_some("description", None::<String>);
        let lines = [
            r#""credential_type": "assumed_role""#,
            r#""iam_tags": {"a": "2","z": "1"}"#,
            r#""max_sts_ttl": 3600"#,
            r#""role_arns": ["a","\u003cb\u003e"]"#,
        ];
        assert_eq!(fields.shown(), lines.join("\n"));
        assert_eq!(fields.names(), "credential_type default_sts_ttl iam_tags max_sts_ttl policy_arns role_arns");
        assert!(fields.body().contains(r#""default_sts_ttl":0"#) && fields.body().contains(r#""<b>""#));
    }
}
