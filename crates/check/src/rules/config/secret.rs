//! Secrets: their keys, and those that their type needs.

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
    secret_keys(report, &at, object);
    secret_size(report, &at, object);
    match text(&object.type_) {
        "kubernetes.io/service-account-token" => token_has_an_account(report, object),
        "kubernetes.io/dockercfg" => secret_of_registries(report, &at, object, ".dockercfg"),
        "kubernetes.io/dockerconfigjson" => secret_of_registries(report, &at, object, ".dockerconfigjson"),
        "kubernetes.io/basic-auth" if value(object, "username").or(value(object, "password")).is_none() => {
            secret_needs(report, &at, &["username", "password"]);
        }
        "kubernetes.io/ssh-auth" if value(object, "ssh-privatekey").is_none_or(<[u8]>::is_empty) => {
            secret_needs(report, &at, &["ssh-privatekey"]);
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| value(object, key).is_none()) {
                secret_needs(report, &at, &[key]);
            }
        }
        _ => {}
    }
}

/// The value of a key: what `stringData` says takes the place of what `data` says.
fn value<'s>(object: &'s Secret, key: &str) -> Option<&'s [u8]> {
    let written = object.string_data.as_ref().and_then(|data| data.get(key)).map(String::as_bytes);
    written.or_else(|| object.data.as_ref().and_then(|data| data.get(key)).map(|value| value.0.as_slice()))
}

rules!(
    /// Keys of a Secret can be names of files.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn secret_keys(report: &mut Report<'_>, at: &Path<'_>, object: &Secret) {
        for key in object.data.iter().flatten().map(|(key, _)| key) {
            report.require(&at.key(key), config_key(key));
        }
        let location = Path::ROOT.field("stringData");
        for key in object.string_data.iter().flatten().map(|(key, _)| key) {
            report.require_in(&at.key(key), &location.key(key), config_key(key));
        }
    },

    /// The values of a Secret have at most 1 MiB together.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn secret_size(report: &mut Report<'_>, at: &Path<'_>, object: &Secret) {
        let is_replaced = |key: &str| object.string_data.as_ref().is_some_and(|data| data.contains_key(key));
        let kept = object.data.iter().flatten().filter(|(key, _)| !is_replaced(key));
        let binary: usize = kept.map(|(_, value)| value.0.len()).sum();
        let text: usize = object.string_data.iter().flatten().map(|(_, value)| value.len()).sum();
        let size = text + binary;
        if size > MOST_BYTES {
            report.error(at, format_args!("the values have {size} bytes together: at most {MOST_BYTES}"));
        }
    },

    /// A token belongs to a ServiceAccount.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn token_has_an_account(report: &mut Report<'_>, object: &Secret) {
        let annotations = object.metadata.annotations.as_ref();
        if annotations.and_then(|annotations| annotations.get(ACCOUNT)).is_none_or(String::is_empty) {
            let at = Path::ROOT.field("metadata.annotations");
            report.required(&at.key(ACCOUNT), "the ServiceAccount that the token is for");
        }
    },

    /// A Secret for registries is a JSON object below the key of its type.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn secret_of_registries(report: &mut Report<'_>, at: &Path<'_>, object: &Secret, key: &str) {
        match value(object, key) {
            None => report.required(&at.key(key), "the type of the Secret needs the key"),
            Some(json) => {
                if let Err(why) = serde_json::from_slice::<Option<Object>>(json) {
                    report.error(&at.key(key), format_args!("it is not a JSON object: {why}"));
                }
            }
        }
    },

    /// A Secret has the keys that its type needs.
    ///
    /// Source: `ValidateSecret`, pkg/apis/core/validation/validation.go
    fn secret_needs(report: &mut Report<'_>, at: &Path<'_>, keys: &[&str]) {
        for key in keys {
            report.required(&at.key(key), "the type of the Secret needs the key");
        }
    }
);

/// Any object of JSON.
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
