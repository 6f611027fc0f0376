//! Named formats of strings, as apiserver pkg/cel/library/format.go has them.

use super::{Computed, strings};
use crate::cel::value::Value;
use crate::schema::format;
use crate::syntax::{dns_1035_label, dns_label, dns_subdomain, label_key, label_value};

const NAMES: [&str; 13] = [
    "byte",
    "date",
    "datetime",
    "dns1035Label",
    "dns1035LabelPrefix",
    "dns1123Label",
    "dns1123LabelPrefix",
    "dns1123Subdomain",
    "dns1123SubdomainPrefix",
    "labelValue",
    "qualifiedName",
    "uri",
    "uuid",
];

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    let named = |name: &str| NAMES.into_iter().find(|known| *known == name).map(Value::Format);
    Some(Ok(match (name, arguments) {
        ("format.named", [Value::String(name)]) => Value::Optional(named(name).map(Box::new)),
        ("validate", [Value::Format(format), Value::String(text)]) => {
            let errors = broken(format, text).map(|why| Box::new(strings([why])));
            Value::Optional(errors)
        }
        (name, []) => named(name.strip_prefix("format.")?)?,
        _ => return None,
    }))
}

/// Returns an error message if a text does not have the format.
fn broken(format: &str, text: &str) -> Option<String> {
    match format {
        "dns1123Label" => dns_label(text).err(),
        "dns1123LabelPrefix" => dns_label(&without_dash(text)).err(),
        "dns1123Subdomain" => dns_subdomain(text).err(),
        "dns1123SubdomainPrefix" => dns_subdomain(&without_dash(text)).err(),
        "dns1035Label" => dns_1035_label(text).err(),
        "dns1035LabelPrefix" => dns_1035_label(&without_dash(text)).err(),
        "qualifiedName" => label_key(text).err(),
        "labelValue" => label_value(text).err(),
        format => format::expected(format, text).map(|expected| format!("expected {expected}")),
    }
}

/// Replaces the last two characters of a prefix that ends with `-`.
///
/// Source: `maskTrailingDash`, apimachinery pkg/api/validation/generic.go
fn without_dash(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(before) if !before.is_empty() => {
            let kept: String = before.chars().take(before.chars().count() - 1).collect();
            kept + "a"
        }
        _ => prefix.to_owned(),
    }
}
