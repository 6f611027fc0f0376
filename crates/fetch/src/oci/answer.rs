//! Answers of a registry that are errors, printed as Helm prints them.
//!
//! Source: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes>

use mkmanifests_go::float::format_float;
use serde_json::Value;

use super::Error;
use crate::http::{Method, Response};

/// The most bytes of an error that are read, as in Helm.
const MAX_ERROR_BYTES: usize = 8 << 10;

/// Returns the error of an unexpected status, with what the body says.
pub(super) fn unexpected(method: &'static str, url: &str, response: &Response) -> Error {
    let body = if response.body.len() <= MAX_ERROR_BYTES { &*response.body } else { &[] };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let reasons = body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let reasons: Vec<String> = reasons.iter().map(reason).collect();
    Error::Status { method, url: url.to_owned(), status: response.status, reasons: reasons.join("; ") }
}

fn reason(error: &Value) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = text("code").replace('_', " ").to_lowercase();
    let printable =
        |text: &str| text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect::<String>();
    match (text("message"), error.get("detail").filter(|detail| !detail.is_null())) {
        ("", _) => printable(&code),
        (message, None) => printable(&format!("{code}: {message}")),
        (message, Some(detail)) => printable(&format!("{code}: {message}: {}", go_value(detail))),
    }
}

/// Returns the name of a method.
pub(super) fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
    }
}

/// Prints a JSON value as Go's `%v` does, which is how Helm shows the details of an error: `map[a:1 b:[x y]]`.
fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => float(number.as_f64().unwrap_or_default()),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_value).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(entries) => {
            let mut entries: Vec<(&String, &Value)> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}:{}", go_value(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// As Go's `%v`: an exponent from 21 digits on.
fn float(number: f64) -> String {
    let is_plain = number == 0.0 || (1e-4..1e21).contains(&number.abs());
    format_float(number, if is_plain { b'f' } else { b'e' }, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_registries_are_printed_as_in_helm() {
        let error = |body: &str| {
            let response = Response { status: 401, headers: Vec::new(), body: body.into(), url: String::new() };
            unexpected("GET", "https://example.com/v2/", &response).to_string()
        };
        let prefix = "GET \"https://example.com/v2/\": response status code 401";
        assert_eq!(error("<html>"), format!("{prefix}: Unauthorized"));
        assert_eq!(error(r#"{"errors":[]}"#), format!("{prefix}: Unauthorized"));
        assert_eq!(
            error(
                r#"{"errors":[{"code":"NAME_UNKNOWN","message":"m","detail":{"b":[1,true,null],"a":"x"}},{"code":"DENIED"}]}"#
            ),
            format!("{prefix}: name unknown: m: map[a:x b:[1 true <nil>]]; denied")
        );
        assert_eq!(error(r#"{"errors":[{"code":"A","message":"x\u001b[31m"}]}"#), format!("{prefix}: a: x [31m"));
    }
}
