//! Secrets: their keys, and the keys that each type requires.

use k8s_openapi::api::core::v1::Secret;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::super::common::text;
use super::super::meta;
use super::super::names::Name;
use super::MOST_BYTES;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::config_key;

const ACCOUNT: &str = "kubernetes.io/service-account.name";

pub(crate) fn validate(object: &Secret, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let at = Path::ROOT.field("data");
    valid_keys(report, &at, object);
    max_size(report, &at, object);
    match text(&object.type_) {
        "kubernetes.io/service-account-token" => service_account_annotation(report, object),
        "kubernetes.io/dockercfg" => docker_config(report, &at, object, ".dockercfg"),
        "kubernetes.io/dockerconfigjson" => docker_config(report, &at, object, ".dockerconfigjson"),
        "kubernetes.io/basic-auth" if value(object, "username").or(value(object, "password")).is_none() => {
            required_keys(report, &at, &["username", "password"]);
        }
        "kubernetes.io/ssh-auth" if value(object, "ssh-privatekey").is_none_or(<[u8]>::is_empty) => {
            required_keys(report, &at, &["ssh-privatekey"]);
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| value(object, key).is_none()) {
                required_keys(report, &at, &[key]);
            }
        }
        _ => {}
    }
}

/// Returns the value of a key; `stringData` overrides `data`.
fn value<'s>(object: &'s Secret, key: &str) -> Option<&'s [u8]> {
    let written = object.string_data.as_ref().and_then(|data| data.get(key)).map(String::as_bytes);
    written.or_else(|| object.data.as_ref().and_then(|data| data.get(key)).map(|value| value.0.as_slice()))
}

/// The area of the rules below.
const AREA: &str = "secret";

rules!(
    /// Keys of `data` and `stringData` must consist of letters, digits, `-`, `_` and `.`, with at most 253 characters.
    ///
    /// Example: `stringData: {my key: a}`
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn valid_keys(report: &mut Report<'_>, at: &Path<'_>, object: &Secret) {
        for key in object.data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
        }
        let location = Path::ROOT.field("stringData");
        for key in object.string_data.iter().flatten().map(|(key, _)| key) {
            report.require_in(&at.key(key), &location.key(key), config_key(key));
        }
    },

    /// The values of `data` and `stringData` may have at most 1 MiB in total.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn max_size(report: &mut Report<'_>, at: &Path<'_>, object: &Secret) {
        let is_replaced = |key: &str| object.string_data.as_ref().is_some_and(|data| data.contains_key(key));
        let kept = object.data.iter().flatten().filter(|(key, _)| !is_replaced(key));
        let binary: usize = kept.map(|(_, value)| value.0.len()).sum();
        let text: usize = object.string_data.iter().flatten().map(|(_, value)| value.len()).sum();
        let size = text + binary;
        if size > MOST_BYTES {
            report.error(at, format_args!("the values have {size} bytes in total: at most {MOST_BYTES} are allowed"));
        }
    },

    /// A Secret of type `kubernetes.io/service-account-token` must have the annotation
    /// `kubernetes.io/service-account.name`.
    ///
    /// Example: `type: kubernetes.io/service-account-token`
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn service_account_annotation(report: &mut Report<'_>, object: &Secret) {
        let annotations = object.metadata.annotations.as_ref();
        if annotations.and_then(|annotations| annotations.get(ACCOUNT)).is_none_or(String::is_empty) {
            let at = Path::ROOT.field("metadata.annotations");
            report.required(&at.key(ACCOUNT), "the name of the ServiceAccount of the token");
        }
    },

    /// A Secret of type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg` must have the key
    /// `.dockerconfigjson` or `.dockercfg`, whose value is a JSON object.
    ///
    /// Example: `type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: secret}`
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn docker_config(report: &mut Report<'_>, at: &Path<'_>, object: &Secret, key: &str) {
        match value(object, key) {
            None => report.required(&at.key(key), "the `type` of the Secret requires this key"),
            Some(json) => {
                if let Err(why) = serde_json::from_slice::<Option<Object>>(json) {
                    report.error(&at.key(key), format_args!("must be a JSON object: {why}"));
                }
            }
        }
    },

    /// A Secret must have the keys of its `type`: `tls.crt` and `tls.key` for `kubernetes.io/tls`, `username` or
    /// `password` for `kubernetes.io/basic-auth`, `ssh-privatekey` for `kubernetes.io/ssh-auth`.
    ///
    /// Example: `type: kubernetes.io/tls, stringData: {tls.crt: a}`
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn required_keys(report: &mut Report<'_>, at: &Path<'_>, keys: &[&str]) {
        for key in keys {
            report.required(&at.key(key), "the `type` of the Secret requires this key");
        }
    }
);

/// Any JSON object.
struct Object;

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Visitor<'de> for Object {
    type Value = Object;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Object)
    }
}
